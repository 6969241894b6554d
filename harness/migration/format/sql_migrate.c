/*
 * sql-migrate: "-- +migrate Up" and "-- +migrate Down" in one file. The rules are those of its sqlparse/sqlparse.go and
 * migrate.go, and were compared with the program itself (script/interop sql_migrate).
 */
#include "migration/format.h"

#include "base/error.h"
#include "migration/directory.h"
#include "migration/file_names.h"
#include "migration/runner/access.h"
#include "migration/runner/version_table.h"
#include "migration/text/collector.h"
#include "migration/text/lines.h"

#include <string.h>

#define PREFIX "-- +migrate "

/* sql-migrate reads no longer lines. */
#define MAX_LINE_BYTES ((gsize)1024 * 1024)

typedef enum {
	SECTION_NONE,
	SECTION_UP,
	SECTION_DOWN,
	SECTIONS,
} Section;

typedef struct {
	const Source *source;
	const char *text;
	Section section;
	bool in_block; /* between StatementBegin and StatementEnd */
	gsize block;   /* where that begins */
	bool begun[SECTIONS];
	bool no_transaction[SECTIONS];
	MigrationCollector statements[SECTIONS]; /* SECTION_NONE: unused */
	GError **error;
} Parser;

/* --- Files --------------------------------------------------------------- */

static bool
sql_migrate_check_finished(const Parser *parser)
{
	const MigrationCollector *statements = &parser->statements[parser->section];

	if (!migration_collector_has_text(statements))
		return true;
	return migration_error_at(parser->error, parser->source, statements->source,
	                          "end it with a semicolon at the end of a line, or put it between \"-- +migrate "
	                          "StatementBegin\" and \"-- +migrate StatementEnd\"; a comment needs a blank behind "
	                          "its dashes",
	                          "sql-migrate finds no end of this statement");
}

/* The end of a statement, without its semicolon. */
static void
sql_migrate_store(Parser *parser)
{
	MigrationCollector *statements = &parser->statements[parser->section];

	migration_collector_store(statements);
	MigrationCut *cut = &g_array_index(statements->cuts, MigrationCut, statements->cuts->len - 1);
	if (cut->end > cut->start && statements->text->text->str[cut->end - 1] == ';')
		cut->end--;
}

static bool
begin_section(Parser *parser, Section section, const MigrationLine *line, char **options)
{
	if (!sql_migrate_check_finished(parser))
		return false;
	parser->section = section;
	parser->begun[section] = true;
	for (; *options != NULL; options++) {
		if (**options == '\0')
			continue;
		if (strcmp(*options, "notransaction") != 0)
			return migration_error_at(parser->error, parser->source, line->start,
			                          "there is only \"notransaction\"",
			                          "sql-migrate silently ignores the unknown option \"%s\"", *options);
		parser->no_transaction[section] = true;
	}
	return true;
}

static bool
begin_block(Parser *parser, const MigrationLine *line)
{
	if (parser->section == SECTION_NONE || parser->in_block)
		return migration_error_at(parser->error, parser->source, line->start,
		                          "put it below \"-- +migrate Up\" or \"-- +migrate Down\", once a statement",
		                          "\"-- +migrate StatementBegin\" means nothing here");
	parser->in_block = true;
	parser->block = line->start;
	return true;
}

static bool
end_block(Parser *parser, const MigrationLine *line)
{
	if (!parser->in_block)
		return migration_error_at(parser->error, parser->source, line->start,
		                          "begin the statement with \"-- +migrate StatementBegin\"",
		                          "\"-- +migrate StatementEnd\" means nothing here");
	parser->in_block = false;
	sql_migrate_store(parser);
	return true;
}

static bool
read_command(Parser *parser, const MigrationLine *line)
{
	g_autofree char *text = g_strndup(parser->text + line->start + strlen(PREFIX),
	                                  line->end - line->start - strlen(PREFIX));
	g_auto(GStrv) words = g_strsplit_set(g_strstrip(text), " \t", -1);
	const char *command = words[0] != NULL ? words[0] : "";

	if (strcmp(command, "Up") == 0)
		return begin_section(parser, SECTION_UP, line, words + 1);
	if (strcmp(command, "Down") == 0)
		return begin_section(parser, SECTION_DOWN, line, words + 1);
	if (strcmp(command, "StatementBegin") == 0)
		return begin_block(parser, line);
	if (strcmp(command, "StatementEnd") == 0)
		return end_block(parser, line);
	return migration_error_at(parser->error, parser->source, line->start,
	                          "there are: Up, Down, StatementBegin, StatementEnd, in these letters",
	                          "sql-migrate does not know the command \"%s\", and goes on as if it were not there",
	                          command);
}

/* True for a line that is probably meant as a command, but is not one for sql-migrate. */
static bool
is_nearly_command(const char *text)
{
	text += strspn(text, " \t");
	if (strncmp(text, "--", 2) != 0)
		return false;
	text += strspn(text, "- \t");
	return g_str_has_prefix(text, "+migrate");
}

static bool
sql_migrate_read_line(Parser *parser, const MigrationLine *line)
{
	g_autofree char *text = g_strndup(parser->text + line->start, line->end - line->start);

	if (strlen(text) >= MAX_LINE_BYTES)
		return migration_error_at(parser->error, parser->source, line->start, "break the line",
		                          "sql-migrate reads no lines of 1 MiB or more");
	if (g_str_has_prefix(text, PREFIX))
		return read_command(parser, line);
	if (is_nearly_command(text))
		return migration_error_at(parser->error, parser->source, line->start,
		                          "begin the line with \"-- +migrate \", without anything before it",
		                          "sql-migrate does not take this line for a command");
	if (parser->section == SECTION_NONE || g_str_has_prefix(text, "-- "))
		return true;
	migration_collector_add_line(&parser->statements[parser->section], parser->text, line->start, line->end);
	if (!parser->in_block && migration_line_ends_statement(text))
		sql_migrate_store(parser);
	return true;
}

static bool
sql_migrate_read_lines(Parser *parser)
{
	gsize length = base_source_length(parser->source);
	gsize position = 0;
	MigrationLine line;

	while (migration_line_next(parser->text, length, &position, &line))
		if (!sql_migrate_read_line(parser, &line))
			return false;
	if (parser->in_block)
		return migration_error_at(parser->error, parser->source, parser->block,
		                          "end it with \"-- +migrate StatementEnd\"", "this statement has no end");
	if (parser->section == SECTION_NONE)
		return migration_error_at(parser->error, parser->source, 0, "begin the file with \"-- +migrate Up\"",
		                          "there is no \"-- +migrate Up\" in the file");
	return sql_migrate_check_finished(parser);
}

static MigrationScript *
sql_migrate_take_script(Parser *parser, Source *source, Section section)
{
	MigrationScript *script = migration_collector_take(&parser->statements[section], source);

	if (parser->no_transaction[section])
		migration_script_set_scope(script, MIGRATION_SCOPE_AUTOCOMMIT);
	return script;
}

static bool
sql_migrate_read_file(Source *source, Migration *migration, GError **error)
{
	Parser parser = { .source = source, .text = base_source_text(source), .error = error };

	for (gsize i = 0; i < SECTIONS; i++)
		migration_collector_init(&parser.statements[i]);
	bool done = sql_migrate_read_lines(&parser);
	if (done) {
		migration->up = sql_migrate_take_script(&parser, source, SECTION_UP);
		migration->down_unwritten = !parser.begun[SECTION_DOWN];
		if (!migration->down_unwritten)
			migration->down = sql_migrate_take_script(&parser, source, SECTION_DOWN);
	}
	for (gsize i = 0; i < SECTIONS; i++)
		migration_collector_clear(&parser.statements[i]);
	return done;
}

static bool
sql_migrate_load_file(MigrationSet *set, const MigrationFile *file, GError **error)
{
	g_autoptr(Source) source = migration_source_load_exact(file->path, "sql-migrate", error);
	g_autoptr(Migration) migration = migration_new(MIGRATION_VERSIONED, file->name);

	if (source == NULL || !sql_migrate_read_file(source, migration, error))
		return false;
	migration->version = g_strdup(file->name);
	migration->description = g_strndup(file->name, strlen(file->name) - strlen(".sql"));
	migration_warn_empty(set, migration);
	g_ptr_array_add(set->migrations, g_steal_pointer(&migration));
	return true;
}

/* Numbers first, by their value; then the others, by their letters. */
static int
sql_migrate_compare_names(const char *left, const char *right)
{
	bool left_number = g_ascii_isdigit(*left);
	bool right_number = g_ascii_isdigit(*right);
	guint64 left_value = g_ascii_strtoull(left, NULL, 10);
	guint64 right_value = g_ascii_strtoull(right, NULL, 10);

	if (left_number != right_number)
		return left_number ? -1 : 1;
	if (left_number && left_value != right_value)
		return left_value < right_value ? -1 : 1;
	return strcmp(left, right);
}

static int
sql_migrate_compare_migrations(gconstpointer a, gconstpointer b)
{
	const Migration *const *left = a;
	const Migration *const *right = b;

	return sql_migrate_compare_names((*left)->name, (*right)->name);
}

static bool
sql_migrate_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	if (!migration_refuse_config(set, options, error) || !migration_refuse_placeholders(set, options, error))
		return false;
	g_autoptr(GPtrArray) files = migration_directory_list(options->directory, false, error);
	if (files == NULL)
		return false;
	for (guint i = 0; i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		if (file->is_directory || !g_str_has_suffix(file->name, ".sql"))
			migration_warn_ignored(set, file, "its name does not end with .sql");
		else if (!sql_migrate_load_file(set, file, error))
			return false;
	}
	g_ptr_array_sort(set->migrations, sql_migrate_compare_migrations);
	return set->history_table != NULL || migration_set_history_table(set, "gorp_migrations", error);
}

/* --- The history --------------------------------------------------------- */

static bool
sql_migrate_begin(MigrationRunner *runner, GError **error)
{
	return migration_version_table_create(
	    runner, "id text not null primary key, applied_at timestamp with time zone", error);
}

static GHashTable *
sql_migrate_applied(MigrationRunner *runner, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT id FROM %s", migration_runner_history(runner));

	return migration_version_table_applied(runner, sql, error);
}

static bool
has_file(const MigrationSet *set, const char *id)
{
	for (guint i = 0; i < set->migrations->len; i++)
		if (strcmp(((const Migration *)g_ptr_array_index(set->migrations, i))->name, id) == 0)
			return true;
	return false;
}

/* A row without a file stops it; with ignore-unknown only where it is the last one. */
static bool
sql_migrate_validate(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	g_autofree char *sql = g_strdup_printf("SELECT id FROM %s ORDER BY id", migration_runner_history(runner));
	g_autoptr(DbResult) rows = db_session_query(migration_runner_session(runner), error, sql, NULL);
	const char *last = NULL;

	if (rows == NULL)
		return false;
	for (int row = 0; row < db_result_rows(rows); row++) {
		const char *id = db_result_value(rows, row, 0);
		if (last == NULL || sql_migrate_compare_names(id, last) > 0)
			last = id;
		if (!has_file(set, id) && !migration_set_has(set, "ignore-unknown"))
			return base_error_set(error, BASE_ERROR_INPUT, "bring the file back, or set \"ignore-unknown\"",
			                      "the history has \"%s\", but there is no such file", id);
	}
	if (last == NULL || has_file(set, last))
		return true;
	return base_error_set(error, BASE_ERROR_INPUT, "bring the file back, or delete its row",
	                      "the last migration of the history, \"%s\", has no file: sql-migrate would apply "
	                      "nothing that comes after it, and say nothing",
	                      last);
}

/* Without a schema when none is named: sql-migrate leaves it to the search_path each time. */
static char *
sql_migrate_record_sql(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                       gint64 duration)
{
	const MigrationSet *set = migration_runner_set(runner);
	DbSession *session = migration_runner_session(runner);
	g_autofree char *id = db_session_quote_literal(session, migration->version);
	g_autofree char *table = set->history_schema != NULL ? g_strdup(migration_runner_history(runner))
	                                                     : db_session_quote_identifier(session, set->history_table);

	(void)duration;
	return direction == MIGRATION_UP
	           ? g_strdup_printf("INSERT INTO %s (id, applied_at) VALUES (%s, pg_catalog.clock_timestamp())", table,
	                             id)
	           : g_strdup_printf("DELETE FROM %s WHERE id = %s", table, id);
}

static bool
sql_migrate_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
                    GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT id, NULL, false FROM %s ORDER BY applied_at, id", table);

	history->any_order = true;
	return migration_version_table_history(set, session, sql, NULL, history, error);
}

static const char *const truth[] = { "true", "false", NULL };

static const MigrationSetting settings[] = {
	{ "ignore-unknown", truth, "false", "rows without a file are left alone" },
	{ NULL },
};

const MigrationFormat migration_format_sql_migrate = {
	.name = "sql-migrate",
	.title = "sql-migrate",
	.no_transaction = "write \"-- +migrate Up notransaction\" in place of \"-- +migrate Up\"",
	.down_hint = "\"-- +migrate Down\" in the same file",
	.settings = settings,
	.load = sql_migrate_load,
	.begin = sql_migrate_begin,
	.validate = sql_migrate_validate,
	.record_sql = sql_migrate_record_sql,
	.applied = sql_migrate_applied,
	.history = sql_migrate_history,
	.lost_transaction = "unexpected transaction status idle",
	.cut_hint =
	    "sql-migrate ends a statement at a line that ends with a semicolon, also in quotes: put \"-- +migrate "
	    "StatementBegin\" before this one and \"-- +migrate StatementEnd\" behind it",
};
