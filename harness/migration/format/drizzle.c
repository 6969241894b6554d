/*
 * Drizzle, as its migrator for node-postgres runs what drizzle-kit has generated: with a journal (up to 0.45), or a
 * folder for each migration (from 1.0 on).
 *
 * The rules were compared with both (script/interop): 0.45.4 and 1.0.0-rc.5.
 */
#include "migration/format.h"

#include "base/error.h"
#include "migration/directory.h"
#include "migration/name_order.h"
#include "migration/runner/access.h"
#include "migration/runner/version_table.h"
#include "migration/text/script.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define BREAKPOINT        "--> statement-breakpoint"
#define JOURNAL           "meta/_journal.json"
#define MAX_JOURNAL_BYTES ((gsize)16 * 1024 * 1024)

/* In the set's settings: which of the two it is. */
#define SETTING_JOURNAL "journal"

/* --- Scripts ---------------------------------------------------------------- */

/* The text between two marks is sent as it is. The mark counts wherever it stands, also in a string. */
static GArray *
cut_at_breakpoints(const char *text)
{
	GArray *cuts = g_array_new(FALSE, FALSE, sizeof(MigrationCut));
	const char *start = text;

	for (const char *mark; (mark = strstr(start, BREAKPOINT)) != NULL; start = mark + strlen(BREAKPOINT)) {
		MigrationCut cut = { .start = (gsize)(start - text), .end = (gsize)(mark - text) };
		g_array_append_val(cuts, cut);
	}
	MigrationCut last = { .start = (gsize)(start - text), .end = strlen(text) };
	g_array_append_val(cuts, last);
	return cuts;
}

static bool
drizzle_add_migration(MigrationSet *set, const char *name, const char *path, char *version, GError **error)
{
	g_autoptr(Migration) migration = migration_new(MIGRATION_VERSIONED, name);
	const char *underscore = strchr(name, '_');

	migration->version = version;
	g_autoptr(Source) source = migration_source_load_exact(path, "Drizzle", error);
	if (source == NULL)
		return false;
	migration->description = g_strdup(underscore != NULL ? underscore + 1 : name);
	migration->checksum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, base_source_text(source), -1);
	g_autoptr(GArray) cuts = cut_at_breakpoints(base_source_text(source));
	migration->up = migration_script_new_cut(source, migration_source_text(source), cuts);
	g_ptr_array_add(set->migrations, g_steal_pointer(&migration));
	return true;
}

/* --- The journal -------------------------------------------------------------- */

typedef struct {
	MigrationSet *set;
	const MigrationOptions *options;
	Source *source;
	gint64 last_when;
	gint64 next_idx;
	GError **error;
} Journal;

/* Sets the error at the text in the journal, or at its begin. Gives false. */
static bool
journal_error(Journal *journal, const char *text, const char *hint, const char *message)
{
	const char *all = base_source_text(journal->source);
	g_autofree char *quoted = g_strdup_printf("\"%s\"", text);
	const char *place = strstr(all, quoted);

	return migration_error_at(journal->error, journal->source, place != NULL ? (gsize)(place - all) : 0, hint, "%s",
	                          message);
}

static bool
drizzle_get_number(JsonObject *entry, const char *name, gint64 *ret_number)
{
	JsonNode *node = json_object_get_member(entry, name);

	if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_INT64)
		return false;
	*ret_number = json_node_get_int(node);
	return true;
}

/* Warns about entries that the migrator accepts, but that drizzle-kit would not have written. */
static void
warn_entry(Journal *journal, guint i, const char *tag, gint64 when, JsonObject *entry)
{
	gint64 idx = -1;

	/* One that is left out moves all after it, which is no news of theirs. */
	if (!drizzle_get_number(entry, "idx", &idx) || idx != journal->next_idx)
		migration_set_warn(journal->set, "\"%s\" is entry %u of the journal, but its \"idx\" is another number",
		                   tag, i);
	else if (g_ascii_isdigit(*tag) && g_ascii_strtoull(tag, NULL, 10) != (guint64)idx)
		migration_set_warn(journal->set, "\"%s\" has the \"idx\" %" G_GINT64_FORMAT, tag, idx);
	journal->next_idx = idx + 1;
	if (i > 0 && when <= journal->last_when)
		migration_set_ignore(journal->set, tag,
		                     "is not run where the entries before it are applied already: its \"when\" is "
		                     "not later than theirs, and Drizzle looks at nothing else");
	journal->last_when = MAX(journal->last_when, when);
}

static bool
add_entry(Journal *journal, guint i, JsonNode *node)
{
	const char *hint = "is the file as drizzle-kit has written it?";
	JsonObject *entry = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
	const char *tag = entry != NULL ? json_object_get_string_member_with_default(entry, "tag", NULL) : NULL;
	gint64 when = 0;

	if (tag == NULL || !drizzle_get_number(entry, "when", &when))
		return journal_error(journal, tag != NULL ? tag : "entries", hint,
		                     "an entry needs a \"tag\" and a number \"when\"");
	for (guint j = 0; j < journal->set->migrations->len; j++)
		if (strcmp(((const Migration *)g_ptr_array_index(journal->set->migrations, j))->name, tag) == 0)
			return journal_error(journal, tag, "keep one of them: Drizzle would run it twice",
			                     "the tag stands in the journal twice");
	g_autofree char *file = g_strconcat(tag, ".sql", NULL);
	g_autofree char *path = g_build_filename(journal->options->directory, file, NULL);
	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return journal_error(journal, tag, "bring the file back, or run drizzle-kit generate again",
		                     "there is no file of this entry of the journal");
	warn_entry(journal, i, tag, when, entry);
	return drizzle_add_migration(journal->set, tag, path, g_strdup_printf("%" G_GINT64_FORMAT, when),
	                             journal->error);
}

static bool
add_entries(Journal *journal, JsonNode *root)
{
	JsonObject *object = root != NULL && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;
	JsonNode *list = object != NULL ? json_object_get_member(object, "entries") : NULL;
	const char *dialect = object != NULL
	                          ? json_object_get_string_member_with_default(object, "dialect", "postgresql")
	                          : NULL;

	if (list == NULL || !JSON_NODE_HOLDS_ARRAY(list))
		return journal_error(journal, "entries", NULL, "the journal has no list \"entries\"");
	if (strcmp(dialect, "postgresql") != 0 && strcmp(dialect, "pg") != 0)
		return journal_error(journal, "dialect", "these migrations are for another database system",
		                     "the dialect is not \"postgresql\"");
	JsonArray *entries = json_node_get_array(list);
	for (guint i = 0; i < json_array_get_length(entries); i++)
		if (!add_entry(journal, i, json_array_get_element(entries, i)))
			return false;
	return true;
}

/* The parser says "<data>:3:1: Parse error: ...". */
static bool
broken_journal(const Source *source, const char *message, GError **error)
{
	const char *place = strchr(message, ':');

	return base_error_set(error, BASE_ERROR_INPUT, "was it merged by hand?", "%s%s", base_source_path(source),
	                      place != NULL ? place : message);
}

static bool
load_journal(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	g_autofree char *path = g_build_filename(options->directory, JOURNAL, NULL);
	g_autoptr(Source) source = base_source_load(path, MAX_JOURNAL_BYTES, error);
	g_autoptr(JsonParser) parser = json_parser_new_immutable();
	g_autoptr(GError) cause = NULL;
	Journal journal = { .set = set, .options = options, .source = source, .error = error };

	if (source == NULL || !migration_source_check(source, error))
		return false;
	if (!json_parser_load_from_data(parser, base_source_text(source), (gssize)base_source_length(source), &cause))
		return broken_journal(source, cause->message, error);
	return add_entries(&journal, json_parser_get_root(parser));
}

static bool
is_in_journal(const MigrationSet *set, const MigrationFile *file)
{
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		gsize length = strlen(migration->name);
		if (strncmp(file->name, migration->name, length) == 0 && strcmp(file->name + length, ".sql") == 0)
			return true;
	}
	return false;
}

static bool
warn_unlisted(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	g_autoptr(GPtrArray) files = migration_directory_list(options->directory, false, error);

	for (guint i = 0; files != NULL && i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		if (!file->is_directory && g_str_has_suffix(file->name, ".sql") && !is_in_journal(set, file))
			migration_set_ignore(set, file->name, "is not run: it is not in " JOURNAL);
	}
	return files != NULL;
}

/* --- Folders --------------------------------------------------------------- */

static bool
drizzle_add_folder(MigrationSet *set, const MigrationFile *file, GError **error)
{
	g_autofree char *path = g_build_filename(file->path, "migration.sql", NULL);
	gint64 time = 0;

	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
		if (file->is_directory || g_str_has_suffix(file->name, ".sql"))
			migration_set_ignore(set, file->name, "is not run: it is no folder with a migration.sql");
		return true;
	}
	if (!migration_name_time(file->name, false, &time))
		return base_error_set(error, BASE_ERROR_INPUT, "name it as drizzle-kit does: 20240131120000_add_users",
		                      "\"%s\" does not begin with a time", file->path);
	return drizzle_add_migration(set, file->name, path, g_strdup(file->name), error);
}

static int
compare_folders(gconstpointer a, gconstpointer b)
{
	const Migration *const *left = a;
	const Migration *const *right = b;
	int order = migration_name_compare((*left)->name, (*right)->name, 0);

	return order != 0 ? order : strcmp((*left)->name, (*right)->name);
}

static bool
load_folders(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	g_autoptr(GPtrArray) files = migration_directory_list(options->directory, false, error);

	if (files == NULL)
		return false;
	for (guint i = 0; i < files->len; i++)
		if (!drizzle_add_folder(set, g_ptr_array_index(files, i), error))
			return false;
	g_ptr_array_sort(set->migrations, compare_folders);
	migration_name_warn_order(set);
	return true;
}

static bool
drizzle_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	g_autofree char *journal = g_build_filename(options->directory, JOURNAL, NULL);
	bool has_journal = g_file_test(journal, G_FILE_TEST_EXISTS);

	if (!migration_refuse_config(set, options, error) || !migration_refuse_placeholders(set, options, error))
		return false;
	if (has_journal ? !load_journal(set, options, error) || !warn_unlisted(set, options, error)
	                : !load_folders(set, options, error))
		return false;
	g_hash_table_insert(set->settings, g_strdup(SETTING_JOURNAL), g_strdup(has_journal ? "true" : "false"));
	g_hash_table_insert(set->settings, g_strdup(MIGRATION_SETTING_GROUP), g_strdup("true"));
	set->history_is_schema = true;
	return migration_set_history_table(set, "drizzle.__drizzle_migrations", error);
}

/* --- A run ------------------------------------------------------------------ */

static bool
check_shape(MigrationRunner *runner, GError **error)
{
	g_autofree char *has_name = db_session_query_value(
	    migration_runner_session(runner), error,
	    "SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass($1) AND "
	    "attname = 'name' AND NOT attisdropped)",
	    migration_runner_history(runner), NULL);

	if (has_name == NULL)
		return false;
	if (*has_name == 't' || migration_set_has(migration_runner_set(runner), SETTING_JOURNAL))
		return true;
	return base_error_set(error, BASE_ERROR_INPUT,
	                      "let Drizzle 1.0 upgrade the table once, then take the dump anew",
	                      "the history table %s has no column \"name\": it is of a time before folders",
	                      migration_runner_history(runner));
}

static bool
drizzle_begin(MigrationRunner *runner, GError **error)
{
	static const char journal_columns[] = "id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint";
	static const char folder_columns[] = "id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint, name text, "
					     "applied_at timestamp with time zone DEFAULT now()";
	bool journal = migration_set_has(migration_runner_set(runner), SETTING_JOURNAL);

	return migration_version_table_create(runner, journal ? journal_columns : folder_columns, error) &&
	       check_shape(runner, error);
}

static char *
drizzle_record_sql(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, gint64 duration)
{
	const char *table = migration_runner_history(runner);

	(void)direction; /* there is no way down */
	(void)duration;
	if (migration_set_has(migration_runner_set(runner), SETTING_JOURNAL))
		return g_strdup_printf("INSERT INTO %s (hash, created_at) VALUES ('%s', %s)", table,
		                       migration->checksum, migration->version);
	g_autofree char *name = db_session_quote_literal(migration_runner_session(runner), migration->name);
	gint64 time = 0;
	(void)migration_name_time(migration->name, false, &time);
	return g_strdup_printf("INSERT INTO %s (hash, created_at, name) VALUES ('%s', %" G_GINT64_FORMAT ", %s)", table,
	                       migration->checksum, time, name);
}

/* With a journal only the latest time counts: whatever is not later is taken as applied. */
static GHashTable *
applied_by_time(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.max(created_at) FROM %s",
	                                       migration_runner_history(runner));
	g_autofree char *latest = db_session_query_value(migration_runner_session(runner), error, sql, NULL);

	if (latest == NULL)
		return NULL;
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	gint64 time = g_ascii_strtoll(latest, NULL, 10);
	for (guint i = 0; *latest != '\0' && i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (g_ascii_strtoll(migration->version, NULL, 10) <= time)
			g_hash_table_add(names, g_strdup(migration->name));
	}
	return names;
}

static GHashTable *
drizzle_applied(MigrationRunner *runner, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT name FROM %s", migration_runner_history(runner));

	return migration_set_has(migration_runner_set(runner), SETTING_JOURNAL)
	           ? applied_by_time(runner, error)
	           : migration_version_table_applied(runner, sql, error);
}

static bool
drizzle_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
                GError **error)
{
	bool journal = migration_set_has(set, SETTING_JOURNAL);
	/* By way of JSON, because a table of before 1.0 has no names. */
	g_autofree char *sql = g_strdup_printf(
	    "SELECT pg_catalog.to_jsonb(t) ->> '%s', t.hash, false FROM %s t ORDER BY t.id",
	    journal ? "created_at" : "name", table);

	history->any_order = !journal;
	return migration_version_table_history(set, session, sql, NULL, history, error);
}

const MigrationFormat migration_format_drizzle = {
	.name = "drizzle",
	.title = "Drizzle",
	.no_transaction =
	    "build the index by hand before the release, and write CREATE INDEX IF NOT EXISTS without CONCURRENTLY, "
	    "because Drizzle runs all that is pending in one transaction",
	.load = drizzle_load,
	.begin = drizzle_begin,
	.record_sql = drizzle_record_sql,
	.applied = drizzle_applied,
	.history = drizzle_history,
};
