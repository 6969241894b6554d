/*
 * Declarations for the files of the Flyway format; no other folder includes it.
 *
 * The rules were compared with the real tool (script/interop flyway): versions 9.22 and 11.8, community edition.
 */
#ifndef MIGRATION_FORMAT_FLYWAY_FLYWAY_H
#define MIGRATION_FORMAT_FLYWAY_FLYWAY_H

#include "migration/format.h"
#include "migration/text/mapped_text.h"
#include "migration/toml.h"

/* --- Configuration (flyway_config.c) -------------------------------------- */

/* The settings of "key=value" lines, as Flyway reads them: a backslash is a backslash, except at the end of a line. */
GPtrArray *flyway_properties_read(const Source *source, GError **error);

typedef struct {
	GHashTable *values;       /* char *key without "flyway." -> char * */
	GHashTable *placeholders; /* char *name in small letters -> char *value */
	GPtrArray *warnings;      /* of char *: settings that are not looked at */
	char *path;               /* of the file, or NULL */
} FlywayConfig;

void flyway_config_free(FlywayConfig *config); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FlywayConfig, flyway_config_free)

/* The configuration of the options: the file they name, or flyway.toml or flyway.conf in the directory or above it, or
 * as long as no suite describes the directory one of the project; and the placeholders of the suite, which win.
 * Environment variables are not read. */
FlywayConfig *flyway_config_load(const MigrationOptions *options, GError **error);

/* The value, or Flyway's default for it (never NULL for a key that has one). */
const char *flyway_config_get(const FlywayConfig *config, const char *key);
bool flyway_config_is(const FlywayConfig *config, const char *key);
/* True for a key ("outOfOrder", "placeholders.NAME") that has an effect here. */
bool flyway_config_is_used(const char *key);
/* The parts of a list; the caller frees it. */
char **flyway_config_list(const FlywayConfig *config, const char *key);

/* The settings of one script, from "FILE.sql.conf". */
typedef struct {
	bool has_transaction; /* executeInTransaction is given */
	bool transaction;
	bool replace_placeholders;
	bool execute;
} FlywayScriptConfig;

/* Reads the .conf file beside the script; without one, *ret_config has the values of the configuration. */
bool flyway_script_config_load(const FlywayConfig *config, const char *script_path, FlywayScriptConfig *ret_config,
                               GError **error);

/* --- Settings in an application's, a build's or the code's own file (project.c) ---- */

/* The nearest file that has settings of Flyway for the migrations of the directory: application.properties or .yml,
 * pom.xml, build.gradle, or Java and Kotlin code of the module around it. NULL: there is none. The caller frees it. */
char *flyway_project_find(const char *directory);

/* The settings in such a file, of TomlSetting *, with "flyway." before their keys; keys that have no effect here, and
 * values that are known only where the application runs, are left out. NULL: it is no such file. The caller unrefs it.
 */
GPtrArray *flyway_project_read(const Source *source);

/* The version of Flyway that the nearest build above the directory names; NULL: none does, as where Spring Boot chooses
 * it. The caller frees it. (version.c) */
char *flyway_project_version(const char *directory);

/* Warns of migrations in Java or Kotlin on the classpath of the directory. (java.c) */
void flyway_warn_java(MigrationSet *set, const char *directory);

/* --- Names (flyway_name.c) ----------------------------------------------- */

typedef enum {
	FLYWAY_NOT_SQL, /* the suffix is none of the configured ones */
	FLYWAY_INVALID, /* Flyway silently ignores it */
	FLYWAY_CALLBACK,
	FLYWAY_VERSIONED,
	FLYWAY_UNDO,
	FLYWAY_REPEATABLE,
	FLYWAY_BASELINE,
} FlywayKind;

typedef struct {
	FlywayKind kind;
	char *version; /* as the history has it: "001", "1.2" */
	char *description;
	char *problem; /* FLYWAY_INVALID: why */
} FlywayName;

void flyway_name_clear(FlywayName *name);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FlywayName, flyway_name_clear)

/* Takes the name of a file (without directories) apart. */
void flyway_name_parse(const FlywayConfig *config, const char *name, FlywayName *ret_name);

/* Compares two versions part by part, as numbers of any length: 1.2 < 1.10, 1.0 = 1 = 01. */
int flyway_version_compare(const char *a, const char *b);

/* The one text that all equal versions have: "1" for "01.0". The caller frees it. */
char *flyway_version_canonical(const char *version);

/* --- Texts (flyway_text.c) ----------------------------------------------- */

/* The CRC-32 over the lines of the text without their ends, as Flyway writes it: a signed number. */
gint32 flyway_checksum(const char *text, gsize length);

/* The text of the source with its placeholders replaced. NULL with *error (BASE_ERROR_INPUT) that shows the place of
 * one that has no value. `file` is the name of the script for ${flyway:filename}. */
MigrationMappedText *flyway_replace_placeholders(const FlywayConfig *config, const Source *source, const char *file,
                                                 GError **error);

/* Sets the scope of the script, as Flyway finds it out. False with *error when statements that need a transaction and
 * statements that refuse one are mixed without mixed=true. */
bool flyway_choose_mode(const FlywayConfig *config, const FlywayScriptConfig *script_config, MigrationScript *script,
                        GError **error);

/* --- History (flyway_history.c) ------------------------------------------ */

/* Settings of the set that the history needs, in addition to those of format.h. */
#define FLYWAY_SETTING_SCHEMAS              "schemas"
#define FLYWAY_SETTING_CREATE_SCHEMAS       "createSchemas"
#define FLYWAY_SETTING_BASELINE_ON_MIGRATE  "baselineOnMigrate"
#define FLYWAY_SETTING_BASELINE_VERSION     "baselineVersion"
#define FLYWAY_SETTING_BASELINE_DESCRIPTION "baselineDescription"
#define FLYWAY_SETTING_INSTALLED_BY         "installedBy"
#define FLYWAY_SETTING_INIT_SQL             "initSql"
#define FLYWAY_SETTING_OUT_OF_ORDER         "outOfOrder"
#define FLYWAY_SETTING_VALIDATE             "validateOnMigrate"

bool flyway_history_begin(MigrationRunner *runner, GError **error);
bool flyway_history_validate(MigrationRunner *runner, GError **error);
bool flyway_history_prepare(MigrationRunner *runner, GError **error);
bool flyway_history_record(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                           gint64 duration, GError **error);
bool flyway_history_record_failure(MigrationRunner *runner, const Migration *migration, gint64 duration,
                                   GError **error);
bool flyway_history_record_baseline(MigrationRunner *runner, const char *version, GError **error);
bool flyway_history_repair(MigrationRunner *runner, const Migration *migration, GError **error);
GHashTable *flyway_history_applied(MigrationRunner *runner, GError **error);
void flyway_history_end(MigrationRunner *runner);
bool flyway_history_read(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
                         GError **error);

#endif
