/* tern: from the directory to the list, and its history. */
#include "migration/format/tern/tern.h"

#include "base/error.h"
#include "migration/directory.h"
#include "migration/file_names.h"
#include "migration/format.h"
#include "migration/runner/access.h"
#include "migration/runner/advisory_lock.h"
#include "migration/text/lexer.h"
#include "migration/text/lines.h"

#include <string.h>

#define BORDER     "---- create above / drop below ----"
#define DISABLE_TX "---- tern: disable-tx ----"

#define LOCK_KEY   G_GINT64_CONSTANT(9628173550095224)

/* --- Files --------------------------------------------------------------- */

/* Without a transaction tern cuts at every semicolon outside of quotes and comments: also in BEGIN ATOMIC bodies. */
static GArray *
cut_statements(const MigrationMappedText *text)
{
	GArray *cuts = g_array_new(FALSE, FALSE, sizeof(MigrationCut));
	MigrationLexer lexer = { .text = text->text->str, .length = text->text->len };
	MigrationCut cut = { 0 };
	MigrationToken token;
	const char *problem;

	while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
		if (!migration_token_is_symbol(lexer.text, &token, ';'))
			continue;
		cut.end = token.end;
		g_array_append_val(cuts, cut);
		cut.start = token.end;
	}
	cut.end = text->text->len;
	g_array_append_val(cuts, cut);
	return cuts;
}

/* True if a line turns the transaction off. *ret_nearly is the position of a similar line that tern does not
 * recognise. */
static bool
disables_transaction(const MigrationMappedText *text, gsize *ret_nearly)
{
	bool disabled = false;
	gsize position = 0;
	MigrationLine line;

	*ret_nearly = text->text->len;
	while (migration_line_next(text->text->str, text->text->len, &position, &line)) {
		const char *begin = text->text->str + line.start;
		gsize length = position - 1 - line.start; /* with CR, as tern's pattern has it */
		if (length == strlen(DISABLE_TX) && strncmp(begin, DISABLE_TX, length) == 0)
			disabled = true;
		else if (g_strstr_len(begin, (gssize)length, "tern: disable-tx") != NULL)
			*ret_nearly = line.start;
	}
	return disabled;
}

static MigrationScript *
tern_make_script(Source *source, gsize start, gsize end, const MigrationOptions *options, GError **error)
{
	g_autoptr(MigrationMappedText)
	    text = tern_template(source, start, end, options->directory, options->placeholders, error);
	gsize nearly = 0;

	if (text == NULL)
		return NULL;
	bool disabled = disables_transaction(text, &nearly);
	if (!disabled && nearly < text->text->len) {
		migration_error_at(error, source, migration_mapped_text_source_offset(text, nearly),
		                   "the line has to be \"" DISABLE_TX "\" and nothing else; line ends are LF",
		                   "tern does not see this line, and runs the script in a transaction");
		return NULL;
	}
	g_autoptr(GArray) cuts = disabled ? cut_statements(text) : NULL;
	MigrationScript *script = migration_script_new_cut(source, g_steal_pointer(&text), cuts);
	if (disabled)
		migration_script_set_scope(script, MIGRATION_SCOPE_AUTOCOMMIT);
	return script;
}

/* True when a line is neither empty nor a comment. */
static bool
has_sql(const MigrationScript *script)
{
	const GPtrArray *messages = migration_script_messages(script);

	for (guint i = 0; i < messages->len; i++) {
		const char *text = ((const MigrationMessage *)g_ptr_array_index(messages, i))->text->sql;
		gsize position = 0;
		MigrationLine line;
		while (migration_line_next(text, strlen(text), &position, &line)) {
			gsize first = migration_line_first(text, &line);
			if (first < line.end && strncmp(text + first, "--", 2) != 0)
				return true;
		}
	}
	return false;
}

static bool
load_halves(Migration *migration, Source *source, const MigrationOptions *options, GError **error)
{
	const char *text = base_source_text(source);
	const char *border = strstr(text, BORDER);
	gsize length = base_source_length(source);
	gsize end = border != NULL ? (gsize)(border - text) : length;

	migration->up = tern_make_script(source, 0, end, options, error);
	if (migration->up == NULL)
		return false;
	if (!has_sql(migration->up))
		return migration_error_at(error, source, 0, "write a statement above the line \"" BORDER "\"",
		                          "tern takes no migration without SQL");
	if (border == NULL)
		return true;
	migration->down = tern_make_script(source, end + strlen(BORDER), length, options, error);
	if (migration->down != NULL && migration_script_messages(migration->down)->len == 0)
		g_clear_pointer(&migration->down, migration_script_free); /* irreversible, as without the line */
	return migration->down != NULL || *error == NULL;
}

static bool
tern_load_file(MigrationSet *set, const MigrationFile *file, const MigrationOptions *options, GError **error)
{
	g_autoptr(Source) source = migration_source_load_exact(file->path, "tern", error);
	g_autoptr(Migration) migration = migration_new(MIGRATION_VERSIONED, file->name);
	const char *description = strchr(file->name, '_') + 1;
	GError *cause = NULL;

	if (source == NULL)
		return false;
	migration->version = g_strdup_printf("%" G_GUINT64_FORMAT, g_ascii_strtoull(file->name, NULL, 10));
	migration->description = g_strndup(description, strlen(description) - strlen(".sql"));
	if (!load_halves(migration, source, options, &cause)) {
		g_propagate_error(error, cause);
		return false;
	}
	g_ptr_array_add(set->migrations, g_steal_pointer(&migration));
	return true;
}

/* The files are 1, 2, 3, ... */
static bool
check_sequence(const MigrationSet *set, GError **error)
{
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		g_autofree char *expected = g_strdup_printf("%u", i + 1);
		if (strcmp(migration->version, expected) != 0)
			return base_error_set(error, BASE_ERROR_INPUT, "number them 1, 2, 3 and so on",
			                      "\"%s\" stands where tern expects the number %s", migration->name,
			                      expected);
	}
	return true;
}

/* "001_x.sql", with something between. */
static bool
is_migration_file(const MigrationFile *file)
{
	gsize digits = migration_name_digits(file->name);

	return !file->is_directory && digits > 0 && file->name[digits] == '_' && g_str_has_suffix(file->name, ".sql") &&
	       strlen(file->name + digits) > strlen("_.sql");
}

static bool
tern_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	if (!migration_refuse_config(set, options, error))
		return false;
	g_autoptr(GPtrArray) files = migration_directory_list(options->directory, false, error);
	if (files == NULL)
		return false;
	for (guint i = 0; i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		if (is_migration_file(file)) {
			if (!tern_load_file(set, file, options, error))
				return false;
		} else if (!file->is_directory) { /* a directory holds templates */
			migration_warn_ignored(set, file, "its name is not like 001_title.sql");
		}
	}
	migration_sort_by_number(set);
	return migration_check_versions(set, error) && check_sequence(set, error) &&
	       migration_set_history_table(set, "public.schema_version", error);
}

/* --- The history --------------------------------------------------------- */

static bool
tern_begin(MigrationRunner *runner, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	const char *table = migration_runner_history(runner);
	bool exists = false;

	if (!migration_advisory_lock(session, LOCK_KEY, error) || !migration_runner_has_history(runner, &exists, error))
		return false;
	g_autofree char *sql = g_strdup_printf("CREATE TABLE %s (version int4 not null); INSERT INTO %s (version) "
	                                       "VALUES (0)",
	                                       table, table);
	return exists || db_session_execute(session, sql, error);
}

static void
tern_end(MigrationRunner *runner)
{
	migration_advisory_unlock(migration_runner_session(runner), LOCK_KEY);
}

/* How many migrations are applied; -1 with *error. */
static gint64
tern_read_version(DbSession *session, const char *table, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT version FROM %s LIMIT 1", table);
	g_autoptr(DbResult) row = db_session_query(session, error, sql, NULL);

	if (row == NULL)
		return -1;
	return db_result_rows(row) > 0 ? g_ascii_strtoll(db_result_value(row, 0, 0), NULL, 10) : 0;
}

static GHashTable *
tern_applied(MigrationRunner *runner, GError **error)
{
	const GPtrArray *migrations = migration_runner_set(runner)->migrations;
	gint64 version = tern_read_version(migration_runner_session(runner), migration_runner_history(runner), error);

	if (version < 0)
		return NULL;
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < migrations->len && i < version; i++)
		g_hash_table_add(names, g_strdup(((const Migration *)g_ptr_array_index(migrations, i))->name));
	return names;
}

static bool
tern_validate(MigrationRunner *runner, GError **error)
{
	guint n = migration_runner_set(runner)->migrations->len;
	gint64 version = tern_read_version(migration_runner_session(runner), migration_runner_history(runner), error);

	if (version <= n)
		return version >= 0;
	return base_error_set(error, BASE_ERROR_INPUT, "bring the files back",
	                      "the history has the version %" G_GINT64_FORMAT ", but there are only %u files", version,
	                      n);
}

/* tern takes all settings of the session back after each script. */
static char *
tern_record_sql(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, gint64 duration)
{
	gint64 version = g_ascii_strtoll(migration->version, NULL, 10) - (direction == MIGRATION_DOWN);

	(void)duration;
	return g_strdup_printf("RESET ALL; UPDATE %s SET version = %" G_GINT64_FORMAT, migration_runner_history(runner),
	                       version);
}

static bool
tern_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history, GError **error)
{
	gint64 version = tern_read_version(session, table, error);

	for (guint i = 0; i < set->migrations->len && i < version; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		migration_history_add(history, migration, migration->version, NULL, false);
	}
	g_autofree char *name = g_strdup_printf("%" G_GINT64_FORMAT, version);
	if (version > set->migrations->len)
		migration_history_add(history, NULL, name, NULL, false);
	return version >= 0;
}

const MigrationFormat migration_format_tern = {
	.name = "tern",
	.title = "tern",
	.no_transaction = "add a line \"---- tern: disable-tx ----\"",
	.down_hint = "\"---- create above / drop below ----\", and below it the way back",
	.load = tern_load,
	.begin = tern_begin,
	.validate = tern_validate,
	.record_sql = tern_record_sql,
	.applied = tern_applied,
	.end = tern_end,
	.history = tern_history,
};
