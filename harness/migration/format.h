/*
 * The interface of a migration format: one file in format/, one row in the table of detect/formats.c.
 */
#ifndef MIGRATION_FORMAT_H
#define MIGRATION_FORMAT_H

#include "migration/history.h"

/* A setting of the tool that changes how scripts run, and that the suite gives under `settings`. */
typedef struct {
	const char *name;          /* as the tool has it: "x-multi-statement"; NULL ends a table */
	const char *const *values; /* all values that there are, NULL-terminated; NULL: any text */
	const char *default_value; /* the value when the suite gives none; NULL: none */
	const char *help;
} MigrationSetting;

struct MigrationFormat {
	const char *name;  /* the suite's `format:` */
	const char *title; /* "Flyway" */

	/* Looks at the directory (names, first lines of files); the reason in words when it is this format, else
	 * NULL. The caller frees it. NULL: the table of marks in detect.c says all. */
	char *(*detect)(const MigrationOptions *options);

	/* The settings that a suite may give; NULL: none. When load is called, set->settings has their values, or
	 * else their default. */
	const MigrationSetting *settings;

	/* Fills set->migrations, warnings, history_schema, history_table and settings. */
	bool (*load)(MigrationSet *set, const MigrationOptions *options, GError **error);

	/* Takes the tool's lock and makes the history table. */
	bool (*begin)(MigrationRunner *runner, GError **error);

	/* Checks the history before all pending migrations are run: a state from which the tool itself refuses to go
	 * on is an error. NULL: it goes on from every state. */
	bool (*validate)(MigrationRunner *runner, GError **error);

	/* The change that the tool makes to its history before the script, outside of the script's transaction
	 * ("dirty"). NULL: none. */
	bool (*start)(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
	              GError **error);

	/* Sets the session as the tool does for each script; inside the script's transaction in scope T. NULL: it
	 * sets nothing. */
	bool (*prepare)(MigrationRunner *runner, GError **error);

	/* Before an up's first statement (inside the script's transaction in scope T): sets *ret_reason when the tool
	 * leaves the statements out, in words for people; `record` is called all the same. NULL: it never does. */
	bool (*skip)(MigrationRunner *runner, const Migration *migration, char **ret_reason, GError **error);

	/* Scope Q only: another program runs the script. A failure of the script is an outcome (see outcome.h);
	 * *error means that it could not be tried. NULL: no script has that scope. */
	bool (*execute)(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
	                MigrationOutcome *outcome, GError **error);

	/* Scope A only: how many messages of the script an earlier run has behind it, so that the tool goes on with the
	 * next; asked for after `start`. Needed with `progress`. */
	guint (*resume)(const MigrationRunner *runner);

	/* Scope A only: the tool's change to its history after each message; n messages of the script are done.
	 * NULL: none. */
	bool (*progress)(MigrationRunner *runner, const Migration *migration, guint n, GError **error);

	/* The SQL that writes that the migration was applied, or (down) takes that back, as the tool does; runs inside
	 * the script's transaction in scopes T and P. duration is in microseconds. The caller frees it. Scope P needs
	 * it.
	 */
	char *(*record_sql)(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
	                    gint64 duration);

	/* The same if one text is not enough. Exactly one of the two is set. */
	bool (*record)(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
	               gint64 duration, GError **error);

	/* After an up in scope A, P or Q failed: the tool's trace of it. NULL: it leaves none. */
	bool (*record_failure)(MigrationRunner *runner, const Migration *migration, gint64 duration, GError **error);

	/* The set of names that the history says are applied. */
	GHashTable *(*applied)(MigrationRunner *runner, GError **error);

	/* Gives the lock back. NULL: the tool takes none, and two runs of it at once are not tried. */
	void (*end)(MigrationRunner *runner);

	/* Reads the history table (quoted for SQL; it is there) of a database that is not ours: by SELECT alone,
	 * without the tool's lock. Adds its rows, and sets any_order. NULL: it is not known how. */
	bool (*history)(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
	                GError **error);

	/* Writes that everything up to the version is applied, on a database that is older than the history of its
	 * migrations, as the tool does (Flyway's baseline). The version is one of the list, or comes before all of it.
	 * NULL: `start` and `record` of each migration up to it, in their order. */
	bool (*record_baseline)(MigrationRunner *runner, const char *version, GError **error);

	/* Changes the history as the tool's own command does after a run of the migration's up was interrupted or
	 * failed (flyway repair). NULL: the tool has none. */
	bool (*repair)(MigrationRunner *runner, const Migration *migration, GError **error);
	const char *repair_command; /* with repair: its usual name, "flyway repair" */

	/* The variant of the command that marks the migration as not run. NULL: there is none. */
	bool (*repair_again)(MigrationRunner *runner, const Migration *migration, GError **error);

	/* Runs everything that is pending, as migration_runner_migrate; for a tool that does so itself. NULL: one
	 * migration after the other. */
	bool (*migrate)(MigrationRunner *runner, guint *ret_applied, const Migration **ret_failed,
	                MigrationOutcome *ret_outcome, GError **error);

	/* The error of the tool's driver at the end of a script in scope T that has ended the transaction itself:
	 * the tool gives up, and all changes stay, including the history row. NULL: the driver goes on. */
	const char *lost_transaction;

	/* A hint for the syntax error that results if the tool cuts a statement inside a quote, because it reads
	 * lines. NULL: the tool does not cut there. */
	const char *cut_hint;

	/* For a hint: an order to the author that makes a statement run outside of a transaction, as "write ... at the
	 * head of the file"; NULL: the tool has no way that we know. */
	const char *no_transaction;

	/* Where the way down of a migration stands; NULL: the tool has none. For a hint. */
	const char *down_hint;

	/* Schemas that the tool's platform creates and manages; their contents are not the team's. NULL-terminated;
	 * NULL: none. */
	const char *const *platform_schemas;

	/* The schema in which the platform keeps extensions; NULL: none. */
	const char *extension_schema;

	/* The search_path that the platform's databases have, as SET wants it, or NULL. NULL: none has one. */
	const char *(*search_path)(const MigrationSet *set);

	/* Scope P: true if the tool ends the pipeline before the message, which commits the earlier messages, sends
	 * the message by itself, and begins another pipeline after it. NULL: never. */
	bool (*breaks_pipeline)(const MigrationSet *set, const MigrationMessage *message);
};

/* The settings that every format has, as texts in set->settings. */
#define MIGRATION_SETTING_LOCK  "lock"  /* of tools that run themselves; "none": two are not to start together */
#define MIGRATION_SETTING_GROUP "group" /* "true": everything pending runs in one transaction */
#define MIGRATION_SETTING_MIXED "mixed" /* "true": a script in scope A turns its whole group to scope A */

/* Reads `table` ("name" or "schema.name") into the set; false with *error (BASE_ERROR_INPUT) when it is neither. */
bool migration_set_history_table(MigrationSet *set, const char *table, GError **error);

/* The value of the setting, or NULL. */
const char *migration_set_get(const MigrationSet *set, const char *setting);

/* True when the set has the setting with the value "true". */
bool migration_set_has(const MigrationSet *set, const char *setting);

/* For a format that has no configuration file, or no placeholders: false with *error (BASE_ERROR_INPUT) when the suite
 * gives one. */
bool migration_refuse_config(const MigrationSet *set, const MigrationOptions *options, GError **error);
bool migration_refuse_placeholders(const MigrationSet *set, const MigrationOptions *options, GError **error);

#endif
