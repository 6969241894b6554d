/*
 * dbmate: "-- migrate:up" and "-- migrate:down" in one file. The rules are those of its pkg/dbmate/migration.go and
 * db.go, and were compared with dbmate itself (script/interop dbmate).
 */
#include "migration/format.h"

#include "base/error.h"
#include "migration/directory.h"
#include "migration/file_names.h"
#include "migration/runner/access.h"
#include "migration/runner/version_table.h"
#include "migration/text/script.h"

#include <string.h>

/* White space as Go's regular expressions have it. */
#define BLANK     "[\\t\\n\\f\\r ]"
#define NOT_BLANK "[^\\t\\n\\f\\r ]"

/* The blocks of a file, as byte offsets of its text. */
typedef struct {
	gsize up;
	gsize down;
} DbmateBlocks;

/* --- Files --------------------------------------------------------------- */

/* All places where the marker begins, of gsize. */
static GArray *
find_markers(const char *text, const char *direction)
{
	g_autofree char *pattern = g_strdup_printf("^--" BLANK "*migrate:%s(" BLANK "*$|" BLANK "+" NOT_BLANK "+)",
	                                           direction);
	g_autoptr(GRegex) regex = g_regex_new(
	    pattern, G_REGEX_MULTILINE | G_REGEX_NEWLINE_LF | G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	GArray *markers = g_array_new(FALSE, FALSE, sizeof(gsize));

	for (g_regex_match(regex, text, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		int start = 0;
		g_match_info_fetch_pos(match, 0, &start, NULL);
		gsize offset = (gsize)start;
		g_array_append_val(markers, offset);
	}
	return markers;
}

/* The first text before `end` that is no comment line; `end` when there is none. */
static gsize
find_statement(const char *text, gsize end)
{
	for (gsize line = 0; line < end;) {
		const char *line_end = memchr(text + line, '\n', end - line);
		gsize next = line_end != NULL ? (gsize)(line_end - text) + 1 : end;
		gsize first = line + strspn(text + line, " \t\n\f\r");
		if (first < next && strncmp(text + first, "--", 2) != 0)
			return first;
		line = next;
	}
	return end;
}

static bool
find_blocks(const Source *source, const char *text, DbmateBlocks *ret_blocks, GError **error)
{
	g_autoptr(GArray) ups = find_markers(text, "up");
	g_autoptr(GArray) downs = find_markers(text, "down");
	gsize up = ups->len > 0 ? g_array_index(ups, gsize, 0) : 0;
	gsize down = downs->len > 0 ? g_array_index(downs, gsize, 0) : 0;

	if (ups->len == 0)
		return migration_error_at(error, source, 0, "begin it with a line \"-- migrate:up\"",
		                          "there is no \"-- migrate:up\" in the file");
	gsize before = find_statement(text, up);
	if (before < up)
		return migration_error_at(error, source, before, "move it below the line",
		                          "dbmate allows nothing but comments before \"-- migrate:up\"");
	if (downs->len == 0)
		return migration_error_at(error, source, up, "add the line at the end; nothing needs to follow it",
		                          "there is no \"-- migrate:down\" in the file");
	if (down < up)
		return migration_error_at(error, source, down, "move it below the part that it takes back",
		                          "\"-- migrate:down\" stands before \"-- migrate:up\"");
	if (ups->len > 1)
		return migration_error_at(error, source, g_array_index(ups, gsize, 1), "make two files of it",
		                          "a second \"-- migrate:up\": dbmate writes the version to its history after "
		                          "each of them, and fails at the second");
	if (downs->len > 1)
		return migration_error_at(error, source, g_array_index(downs, gsize, 1), "keep one of them",
		                          "a second \"-- migrate:down\"");
	*ret_blocks = (DbmateBlocks){ up, down };
	return true;
}

/* The marker's line has options: "transaction:false". */
static bool
has_transaction(const char *block)
{
	g_autofree char *line = g_strndup(block, strcspn(block, "\n"));
	g_auto(GStrv) words = g_strsplit_set(line, " \t\f\r", -1);
	const char *value = "";

	for (guint i = 0; words[i] != NULL; i++) {
		g_auto(GStrv) pair = g_strsplit(words[i], ":", -1);
		if (g_strv_length(pair) == 2 && strcmp(pair[0], "transaction") == 0)
			value = strcmp(pair[1], "false") == 0 ? "false" : "";
	}
	return *value == '\0';
}

/* The text of a block, its marker with it, is one message. */
static MigrationScript *
dbmate_make_script(Source *source, gsize start, gsize end)
{
	const char *text = base_source_text(source);
	MigrationMappedText *mapped = migration_mapped_text_new();

	migration_mapped_text_append(mapped, text + start, end - start, start);
	MigrationScript *script = migration_script_new_cut(source, mapped, NULL);
	if (!has_transaction(text + start))
		migration_script_set_scope(script, MIGRATION_SCOPE_AUTOCOMMIT);
	return script;
}

static bool
dbmate_load_file(MigrationSet *set, const MigrationFile *file, GError **error)
{
	g_autoptr(Source) source = migration_source_load_exact(file->path, "dbmate", error);
	DbmateBlocks blocks = { 0 };

	if (source == NULL || !find_blocks(source, base_source_text(source), &blocks, error))
		return false;
	gsize digits = migration_name_digits(file->name);
	Migration *migration = migration_new(MIGRATION_VERSIONED, file->name);
	const char *description = file->name + digits + (file->name[digits] == '_');
	migration->version = g_strndup(file->name, digits);
	migration->description = g_strndup(description, strlen(description) - strlen(".sql"));
	migration->up = dbmate_make_script(source, blocks.up, blocks.down);
	migration->down = dbmate_make_script(source, blocks.down, base_source_length(source));
	g_ptr_array_add(set->migrations, migration);
	migration_warn_empty(set, migration);
	return true;
}

static bool
dbmate_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	if (!migration_refuse_config(set, options, error) || !migration_refuse_placeholders(set, options, error))
		return false;
	g_autoptr(GPtrArray) files = migration_directory_list(options->directory, false, error);
	if (files == NULL)
		return false;
	for (guint i = 0; i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		if (file->is_directory || migration_name_digits(file->name) == 0 ||
		    !g_str_has_suffix(file->name, ".sql"))
			migration_warn_ignored(set, file, "its name is not a number and \".sql\"");
		else if (!dbmate_load_file(set, file, error))
			return false;
	}
	migration_warn_letter_order(set);
	return migration_check_versions(set, error) &&
	       (set->history_table != NULL || migration_set_history_table(set, "schema_migrations", error));
}

/* --- The history --------------------------------------------------------- */

static bool
dbmate_begin(MigrationRunner *runner, GError **error)
{
	return migration_version_table_create(runner, "version varchar PRIMARY KEY", error);
}

static GHashTable *
dbmate_applied(MigrationRunner *runner, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT version FROM %s", migration_runner_history(runner));

	return migration_version_table_applied(runner, sql, error);
}

/* With --strict, the first pending version has to be higher than all applied ones. */
static bool
dbmate_validate(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	g_autoptr(GHashTable) applied = migration_set_has(set, "strict") ? dbmate_applied(runner, error) : NULL;
	const Migration *pending = NULL;
	const Migration *highest = NULL;

	if (!migration_set_has(set, "strict"))
		return true;
	for (guint i = 0; applied != NULL && i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (!g_hash_table_contains(applied, migration->name))
			pending = pending != NULL ? pending : migration;
		else if (highest == NULL || strcmp(migration->version, highest->version) > 0)
			highest = migration;
	}
	if (pending == NULL || highest == NULL || strcmp(pending->version, highest->version) > 0)
		return applied != NULL;
	return base_error_set(error, BASE_ERROR_INPUT, "give it a higher version, or take \"strict\" out",
	                      "\"%s\" is not applied, but \"%s\" is, which has a higher version", pending->name,
	                      highest->name);
}

/* True if the script contains a text that may change the current schema, in any kind of token. */
static bool
may_move(const MigrationScript *script)
{
	static const char words[] = "path|role|authorization|schema|reset|discard|config";
	static gsize once = 0;
	static GRegex *pattern;

	if (g_once_init_enter(&once)) {
		pattern = g_regex_new(words, G_REGEX_CASELESS | G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL);
		g_once_init_leave(&once, 1);
	}
	return g_regex_match(pattern, base_source_text(migration_script_source(script)), 0, NULL);
}

/* dbmate asks for the current schema each time: a script that sets the search_path moves the table. */
static char *
find_table(MigrationRunner *runner, const Migration *migration)
{
	static char moves[] = "moves"; /* the runner's state once a script of this kind has run */
	const MigrationSet *set = migration_runner_set(runner);
	char *table = NULL;

	if (set->history_schema == NULL && may_move(migration->up))
		migration_runner_set_state(runner, moves, NULL);
	if (set->history_schema == NULL && migration_runner_state(runner) != NULL)
		table = db_session_query_value(migration_runner_session(runner), NULL,
		                               "SELECT pg_catalog.format('%I.%I', "
		                               "coalesce(pg_catalog.current_schema(), 'public'), $1::pg_catalog.text)",
		                               set->history_table, NULL);
	return table != NULL ? table : g_strdup(migration_runner_history(runner));
}

static char *
dbmate_record_sql(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, gint64 duration)
{
	g_autofree char *table = find_table(runner, migration);
	g_autofree char *version = db_session_quote_literal(migration_runner_session(runner), migration->version);

	(void)duration;
	return direction == MIGRATION_UP ? g_strdup_printf("INSERT INTO %s (version) VALUES (%s)", table, version)
	                                 : g_strdup_printf("DELETE FROM %s WHERE version = %s", table, version);
}

static bool
dbmate_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
               GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT version, NULL, false FROM %s ORDER BY version COLLATE \"C\"",
	                                       table);

	history->any_order = !migration_set_has(set, "strict");
	return migration_version_table_history(set, session, sql, NULL, history, error);
}

static const char *const truth[] = { "true", "false", NULL };

static const MigrationSetting settings[] = {
	{ "strict", truth, "false", "a pending version below an applied one is an error" },
	{ NULL },
};

const MigrationFormat migration_format_dbmate = {
	.name = "dbmate",
	.title = "dbmate",
	.no_transaction = "begin the part with \"-- migrate:up transaction:false\", and write nothing else in it",
	.down_hint = "\"-- migrate:down\" in the same file",
	.settings = settings,
	.load = dbmate_load,
	.begin = dbmate_begin,
	.validate = dbmate_validate,
	.record_sql = dbmate_record_sql,
	.applied = dbmate_applied,
	.history = dbmate_history,
	.lost_transaction = "unexpected transaction status idle",
};
