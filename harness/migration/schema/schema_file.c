#include "migration/schema/schema_file.h"

#include "base/error.h"
#include "migration/runner/outcome.h"
#include "migration/runner/runner.h"
#include "migration/runner/stand_in.h"
#include "migration/text/script.h"
#include "migration/text/splitter.h"
#include "migration/text/statement.h"

#include <string.h>

void
migration_schema_file_free(MigrationSchemaFile *file)
{
	if (file == NULL)
		return;
	migration_script_free(file->script);
	if (file->left_out != NULL)
		g_ptr_array_unref(file->left_out);
	g_free(file);
}

/* --- psql's commands -------------------------------------------------------- */

typedef struct {
	Source *source;
	char *text; /* as long as the source, with blanks instead of the removed parts */
	char *database;
	GPtrArray *left_out;
} Reading;

static void
reading_clear(Reading *reading)
{
	base_source_unref(reading->source);
	g_free(reading->text);
	g_free(reading->database);
	if (reading->left_out != NULL)
		g_ptr_array_unref(reading->left_out);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

/* A file that dumps several databases is several schemas. */
static bool
take_connect(Reading *reading, gsize offset, const char *argument, GError **error)
{
	if (*argument == '\0' || g_strcmp0(argument, reading->database) == 0)
		return true;
	if (reading->database != NULL)
		return migration_error_at(
		    error, reading->source, offset, "give each database a file of its own: pg_dump writes one",
		    "the file holds more than one database: \"%s\" after \"%s\"", argument, reading->database);
	reading->database = g_strdup(argument);
	return true;
}

static bool
take_encoding(Reading *reading, gsize offset, const char *argument, GError **error)
{
	if (g_ascii_strcasecmp(argument, "UTF8") == 0 || g_ascii_strcasecmp(argument, "UTF-8") == 0)
		return true;
	return migration_error_at(error, reading->source, offset, "save the file as UTF-8",
	                          "the encoding \"%s\" is not understood", argument);
}

/* psql's own variables have capital letters; another one is there to be used in a statement. */
static bool
take_set(Reading *reading, gsize offset, const char *argument, GError **error)
{
	gsize length = strcspn(argument, " \t");

	if (strspn(argument, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == length)
		return true;
	return migration_error_at(error, reading->source, offset, "write its value where it is used",
	                          "variables of psql are not replaced: \"%.*s\"", (int)length, argument);
}

static const struct {
	const char *name;
	bool (*take)(Reading *reading, gsize offset, const char *argument, GError **error); /* NULL: passed over */
} commands[] = {
	{ "restrict", NULL },
	{ "unrestrict", NULL },
	{ "connect", take_connect },
	{ "c", take_connect },
	{ "encoding", take_encoding },
	{ "set", take_set },
	{ "unset", NULL },
	{ "echo", NULL },
	{ "qecho", NULL },
	{ "warn", NULL },
	{ "pset", NULL },
	{ "timing", NULL },
};

static char *
command_names(void)
{
	GString *names = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
		g_string_append_printf(names, "%s\\%s", i > 0 ? ", " : "", commands[i].name);
	return g_string_free(names, FALSE);
}

static bool
schema_schema_file_take_command(Reading *reading, const MigrationPiece *piece, GError **error)
{
	g_autofree char *line = g_strndup(reading->text + piece->start + 1, piece->end - piece->start - 1);
	gsize length = strcspn(line, " \t");
	char *argument = g_strstrip(line + length);

	memset(reading->text + piece->start, ' ', piece->end - piece->start);
	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
		if (strlen(commands[i].name) == length && strncmp(line, commands[i].name, length) == 0)
			return commands[i].take == NULL || commands[i].take(reading, piece->start, argument, error);
	g_autofree char *names = command_names();
	g_autofree char *hint = g_strdup_printf("take it out, or write it in SQL; passed over are %s", names);
	return migration_error_at(error, reading->source, piece->start, hint,
	                          "the psql command \"\\%.*s\" is not understood", (int)length, line);
}

/* --- Statements about the server --------------------------------------------- */

/* The kind of the statement if it concerns the whole server, or the database itself; else NULL. */
static const char *
server_statement(const char *sql)
{
	static const char *const beginnings[] = { "CREATE DATABASE", "ALTER DATABASE",   "DROP DATABASE",
		                                  "CREATE ROLE",     "ALTER ROLE",       "DROP ROLE",
		                                  "CREATE USER",     "ALTER USER",       "DROP USER",
		                                  "CREATE GROUP",    "ALTER GROUP",      "DROP GROUP",
		                                  "COMMENT ON ROLE", "ALTER SYSTEM",     "COMMENT ON DATABASE",
		                                  "DROP TABLESPACE", "CREATE TABLESPACE" };
	g_autofree char *words = migration_statement_key_words(sql, 3);

	if (strstr(words, " USER MAPPING") != NULL)
		return NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++) {
		gsize length = strlen(beginnings[i]);
		if (strncmp(words, beginnings[i], length) == 0 && (words[length] == '\0' || words[length] == ' '))
			return beginnings[i];
	}
	if (!g_str_has_prefix(words, "GRANT") && !g_str_has_prefix(words, "REVOKE"))
		return NULL;
	/* "GRANT a, b ON DATABASE" has as many words as it has privileges; a GRANT without ON is of a role. */
	g_autofree char *all = migration_statement_key_words(sql, G_MAXUINT);
	if (strstr(all, " ON DATABASE ") != NULL || g_str_has_suffix(all, " ON DATABASE"))
		return words[0] == 'G' ? "GRANT ON DATABASE" : "REVOKE ON DATABASE";
	if (strstr(all, " ON ") != NULL || g_str_has_suffix(all, " ON"))
		return NULL;
	return words[0] == 'G' ? "GRANT of a role" : "REVOKE of a role";
}

/* pg_dump -n public writes it, though every database has that schema. Where the file drops it first, it is run. */
static bool
makes_public(const Reading *reading, const char *sql)
{
	return g_regex_match_simple("^CREATE\\s+SCHEMA\\s+(public|\"public\")\\s*;?\\s*$", sql, G_REGEX_CASELESS, 0) &&
	       !g_regex_match_simple("DROP\\s+SCHEMA\\s+(IF\\s+EXISTS\\s+)?(public|\"public\")", reading->text,
	                             G_REGEX_CASELESS, 0);
}

static void
schema_schema_file_leave_out(Reading *reading, const MigrationPiece *piece)
{
	g_autofree char *sql = g_strndup(reading->text + piece->start, piece->end - piece->start);
	const char *what = makes_public(reading, sql) ? "CREATE SCHEMA public (every database has it)"
	                                              : server_statement(sql);

	if (what == NULL)
		return;
	SourcePosition position = base_source_position(reading->source, piece->start);
	g_ptr_array_add(reading->left_out, g_strdup_printf("%s:%u: %s", position.path, position.line, what));
	for (gsize i = piece->start; i < piece->end; i++)
		if (reading->text[i] != '\n')
			reading->text[i] = ' ';
}

/* --- Loading ----------------------------------------------------------------- */

static bool
read_pieces(Reading *reading, GError **error)
{
	gsize length = base_source_length(reading->source);
	MigrationSplitProblem problem;
	g_autoptr(GArray) psql_commands = NULL;
	g_autoptr(GArray) pieces = migration_split_psql(reading->text, length, &psql_commands, &problem);

	if (pieces == NULL)
		return migration_error_at(error, reading->source, problem.offset, problem.hint, "%s", problem.message);
	for (guint i = 0; i < psql_commands->len; i++)
		if (!schema_schema_file_take_command(reading, &g_array_index(psql_commands, MigrationPiece, i), error))
			return false;
	for (guint i = 0; i < pieces->len; i++)
		schema_schema_file_leave_out(reading, &g_array_index(pieces, MigrationPiece, i));
	if (pieces->len > reading->left_out->len)
		return true;
	return base_error_set(error, BASE_ERROR_INPUT, "write the schema with pg_dump --schema-only, or as DDL",
	                      "there is no statement in \"%s\"", base_source_path(reading->source));
}

MigrationSchemaFile *
migration_schema_file_load(const char *path, GError **error)
{
	g_auto(Reading) reading = { .source = migration_source_load(path, error) };
	g_autoptr(MigrationSchemaFile) file = g_new0(MigrationSchemaFile, 1);

	if (reading.source == NULL)
		return NULL;
	gsize length = base_source_length(reading.source);
	reading.text = g_strndup(base_source_text(reading.source), length);
	reading.left_out = g_ptr_array_new_with_free_func(g_free);
	if (!read_pieces(&reading, error))
		return NULL;
	MigrationMappedText *mapped = migration_mapped_text_new();
	migration_mapped_text_append(mapped, reading.text, length, 0);
	file->script = migration_script_new(reading.source, mapped, error);
	file->left_out = g_steal_pointer(&reading.left_out);
	return file->script != NULL ? g_steal_pointer(&file) : NULL;
}

/* --- Running ----------------------------------------------------------------- */

typedef struct {
	DbSession *session;
	const MigrationStandIns *stand_ins;
	MigrationOutcome *outcome;
	GString *notes;
	GError **error;
} Run;

/* Takes the cause over; see migration_schema_file_run. Gives false. */
static bool
schema_schema_file_fail(const Run *run, const MigrationScript *script, const MigrationStatement *statement,
                        GError *cause)
{
	if (!g_error_matches(cause, BASE_ERROR, BASE_ERROR_DATABASE) ||
	    db_session_transaction_state(run->session) == DB_TRANSACTION_LOST) {
		g_propagate_error(run->error, cause);
		return false;
	}
	migration_outcome_fail(run->outcome, run->session, script, statement, NULL, cause->message);
	g_error_free(cause);
	return false;
}

static bool
schema_schema_file_send_statement(const Run *run, const MigrationScript *script, const MigrationStatement *statement)
{
	GError *cause = NULL;

	if (statement->data != NULL
	        ? db_session_copy_in(run->session, statement->sql, statement->data, statement->data_length, &cause)
	        : db_session_execute(run->session, statement->sql, &cause))
		return true;
	return schema_schema_file_fail(run, script, statement, cause);
}

static bool
schema_schema_file_run_stand_in(const Run *run, const MigrationScript *script, const MigrationStatement *statement,
                                Source *source)
{
	g_auto(MigrationStandInState) state = { 0 };
	GError *cause = NULL;

	if (!migration_source_check(source, run->error))
		return false;
	g_autoptr(MigrationScript) stand_in = migration_script_new(source, migration_source_text(source), run->error);
	if (stand_in == NULL)
		return false;
	if (!migration_stand_in_begin(run->session, statement, &state, &cause))
		return schema_schema_file_fail(run, script, statement, cause);
	const GPtrArray *statements = migration_script_statements(stand_in);
	for (guint i = 0; i < statements->len && !state.exists; i++)
		if (!schema_schema_file_send_statement(run, stand_in, g_ptr_array_index(statements, i)))
			return false;
	if (!migration_stand_in_end(run->session, &state, &cause))
		return schema_schema_file_fail(run, script, statement, cause);
	g_string_append_printf(run->notes, "STAND-IN: \"%s\" ran in the place of CREATE EXTENSION %s\n",
	                       base_source_path(source), statement->extension);
	return true;
}

static bool
run_statements(const Run *run, const MigrationScript *script)
{
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		Source *stand_in = migration_stand_in_find(run->stand_ins, statement);
		if (stand_in != NULL ? !schema_schema_file_run_stand_in(run, script, statement, stand_in)
		                     : !schema_schema_file_send_statement(run, script, statement))
			return false;
	}
	if (db_session_transaction_state(run->session) == DB_TRANSACTION_IDLE)
		return true;
	migration_outcome_fail(run->outcome, run->session, script, NULL, NULL,
	                       "the file leaves its transaction open: end it with COMMIT");
	return false;
}

bool
migration_schema_file_run(const MigrationSchemaFile *file, DbSession *session, const MigrationStandIns *stand_ins,
                          MigrationOutcome *ret_outcome, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(GString) notes = g_string_new(NULL);
	const Run run = { session, stand_ins, &outcome, notes, error };
	gint64 start = g_get_monotonic_time();

	g_free(db_session_take_notices(session)); /* earlier notices do not belong to this file */
	if (!run_statements(&run, file->script) && !outcome.failed)
		return false;
	outcome.duration = g_get_monotonic_time() - start;
	g_autofree char *notices = db_session_take_notices(session);
	if (notices != NULL)
		g_string_append(notes, notices);
	outcome.notices = notes->len > 0 ? g_strdup(notes->str) : NULL;
	if (db_session_transaction_state(session) != DB_TRANSACTION_IDLE &&
	    !db_session_execute(session, "ROLLBACK", error))
		return false;
	if (!db_session_reset(session, error))
		return false;
	*ret_outcome = outcome;
	outcome = (MigrationOutcome){ 0 };
	return true;
}
