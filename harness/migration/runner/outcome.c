#include "migration/runner/outcome.h"

#include "base/nearest.h"
#include "db/sqlstate.h"
#include "migration/runner/hint.h"
#include "migration/runner/runner.h"
#include "migration/text/lexer.h"
#include "migration/text/script.h"

#include <string.h>

void
migration_outcome_clear(MigrationOutcome *outcome)
{
	g_free(outcome->message);
	g_free(outcome->details);
	g_free(outcome->sqlstate);
	g_free(outcome->statement);
	g_free(outcome->notices);
	*outcome = (MigrationOutcome){ 0 };
}

/* --- Extensions ------------------------------------------------------------ */

static const char *const contrib[] = {
	"adminpack",
	"amcheck",
	"autoinc",
	"bloom",
	"btree_gin",
	"btree_gist",
	"citext",
	"cube",
	"dblink",
	"dict_int",
	"dict_xsyn",
	"earthdistance",
	"file_fdw",
	"fuzzystrmatch",
	"hstore",
	"insert_username",
	"intarray",
	"isn",
	"lo",
	"ltree",
	"moddatetime",
	"old_snapshot",
	"pageinspect",
	"pg_buffercache",
	"pg_freespacemap",
	"pg_prewarm",
	"pg_stat_statements",
	"pg_surgery",
	"pg_trgm",
	"pg_visibility",
	"pg_walinspect",
	"pgcrypto",
	"pgrowlocks",
	"pgstattuple",
	"postgres_fdw",
	"refint",
	"seg",
	"sslinfo",
	"tablefunc",
	"tcn",
	"tsm_system_rows",
	"tsm_system_time",
	"unaccent",
	"uuid-ossp",
	"xml2",
	NULL,
};

typedef struct {
	const char *extension;
	const char *package;
} ExtensionPackage;

static const ExtensionPackage languages[] = {
	{ "plperl", "plperl" }, { "plperlu", "plperl" }, { "plpython3u", "plpython3" },
	{ "pltcl", "pltcl" },   { "pltclu", "pltcl" },
};

/* Where the package is not named after the extension. */
static const ExtensionPackage packages[] = {
	{ "vector", "pgvector" },
	{ "postgis", "postgis-3" },
	{ "postgis_topology", "postgis-3" },
	{ "postgis_raster", "postgis-3" },
	{ "postgis_tiger_geocoder", "postgis-3" },
	{ "pg_cron", "cron" },
	{ "pg_partman", "partman" },
	{ "pg_repack", "repack" },
	{ "pg_similarity", "similarity" },
};

char *
migration_extension_package(const char *extension, int major)
{
	if (g_strv_contains(contrib, extension))
		return g_strdup("postgresql-contrib");
	for (gsize i = 0; i < G_N_ELEMENTS(languages); i++)
		if (strcmp(languages[i].extension, extension) == 0)
			return g_strdup_printf("postgresql-%s-%d", languages[i].package, major);
	for (gsize i = 0; i < G_N_ELEMENTS(packages); i++)
		if (strcmp(packages[i].extension, extension) == 0)
			return g_strdup_printf("postgresql-%d-%s", major, packages[i].package);
	if (strspn(extension, "abcdefghijklmnopqrstuvwxyz0123456789") == strlen(extension) && *extension != '\0')
		return g_strdup_printf("postgresql-%d-%s", major, extension);
	return NULL;
}

/* The extension that the server lacks, by the statement, or else by the message, where the tool sends several
 * statements in one; NULL: it is about something else. The caller frees it. */
static char *
find_missing_extension(const MigrationStatement *statement, const DbDiagnostic *diagnostic)
{
	static const char before[] = "extension \"";
	const char *end = strstr(diagnostic->message, "\" is not available");

	/* 58P01 before PostgreSQL 15: the control file could not be opened. */
	if (statement == NULL || (g_strcmp0(diagnostic->sqlstate, DB_SQLSTATE_FEATURE_NOT_SUPPORTED) != 0 &&
	                          g_strcmp0(diagnostic->sqlstate, DB_SQLSTATE_UNDEFINED_FILE) != 0))
		return NULL;
	if (statement->extension != NULL)
		return g_strdup(statement->extension);
	if (end == NULL || !g_str_has_prefix(diagnostic->message, before))
		return NULL;
	return g_strndup(diagnostic->message + strlen(before), (gsize)(end - diagnostic->message) - strlen(before));
}

/* Of the server's own extensions; NULL: none, or the name is that of a known one. */
static const char *
outcome_nearest_extension(const char *extension)
{
	for (gsize i = 0; i < G_N_ELEMENTS(packages); i++)
		if (strcmp(packages[i].extension, extension) == 0)
			return NULL;
	return g_strv_contains(contrib, extension) ? NULL : base_nearest(extension, contrib);
}

static void
append_extension_hint(GString *details, DbSession *session, const MigrationStatement *statement,
                      const DbDiagnostic *diagnostic)
{
	g_autofree char *extension = find_missing_extension(statement, diagnostic);

	if (extension == NULL)
		return;
	const char *nearest = outcome_nearest_extension(extension);
	if (nearest != NULL) {
		g_string_append_printf(details, "hint: did you mean \"%s\"?\n", nearest);
		return;
	}
	g_autofree char *package = migration_extension_package(extension, db_session_server_version(session) / 10000);
	g_string_append(details, "hint: ");
	if (package != NULL)
		g_string_append_printf(details, "install the Debian package %s, or ", package);
	g_string_append_printf(details, "give a file with a stand-in for \"%s\" under \"stand_ins\" in the suite\n",
	                       extension);
}

/* --- Places ---------------------------------------------------------------- */

/* The number behind the text, or 0. */
static guint
outcome_read_number(const char *text, const char **ret_end)
{
	char *end = NULL;
	guint64 number = g_ascii_strtoull(text, &end, 10);

	*ret_end = end;
	return number <= G_MAXUINT ? (guint)number : 0;
}

/* The line of the context that begins with "COPY ", from ", line " on; messages of a trigger are above it, and the
 * quoted data is after it. */
static guint
copy_line(const char *context, const char **ret_end)
{
	const char *copy = context;

	if (context == NULL)
		return 0;
	if (!g_str_has_prefix(context, "COPY ")) {
		copy = strstr(context, "\nCOPY ");
		if (copy == NULL)
			return 0;
	}
	const char *found = strstr(copy, ", line ");
	return found != NULL ? outcome_read_number(found + strlen(", line "), ret_end) : 0;
}

/* The last line of the context is the outermost call. */
static guint
block_line(const char *context)
{
	static const char words[] = "inline_code_block line ";
	const char *found = context != NULL ? g_strrstr(context, words) : NULL;
	const char *end;

	return found != NULL ? outcome_read_number(found + strlen(words), &end) : 0;
}

/* The start of a line, counted from 1. */
static gsize
start_of_line(const char *text, gsize length, guint line)
{
	gsize offset = 0;

	for (; line > 1; line--) {
		const char *end = memchr(text + offset, '\n', length - offset);
		if (end == NULL)
			return offset;
		offset = (gsize)(end - text) + 1;
	}
	return offset;
}

/* "COPY t, line 2, column a: "x"" */
static bool
place_in_data(const MigrationScript *script, const MigrationStatement *statement, const char *context,
              gsize *ret_offset)
{
	const char *end = NULL;
	guint line = statement->data != NULL ? copy_line(context, &end) : 0;

	if (line == 0)
		return false;
	gsize offset = start_of_line(statement->data, statement->data_length, line);
	gsize length = strcspn(statement->data + offset, "\n");
	const char *value = g_str_has_prefix(end, ", column ") ? strstr(end, ": \"") : NULL;
	if (value != NULL) {
		g_autofree char *text = g_strndup(value + 3, strcspn(value + 3, "\"\n"));
		const char *found = *text != '\0' ? g_strstr_len(statement->data + offset, (gssize)length, text) : NULL;
		if (found != NULL)
			offset = (gsize)(found - statement->data);
	}
	*ret_offset = migration_script_data_offset(script, statement, offset);
	return true;
}

/* "PL/pgSQL function inline_code_block line 3 at RAISE": the lines of the block of a DO. */
static bool
place_in_block(const MigrationScript *script, const MigrationStatement *statement, const char *context,
               gsize *ret_offset)
{
	MigrationLexer lexer = { .text = statement->sql, .length = strlen(statement->sql) };
	MigrationToken token;
	const char *problem;
	guint line = block_line(context);

	if (line == 0 || !migration_lexer_next(&lexer, &token, &problem) ||
	    !migration_token_is(statement->sql, &token, "DO"))
		return false;
	do {
		if (!migration_lexer_next(&lexer, &token, &problem) || token.type == MIGRATION_TOKEN_END)
			return false;
	} while (token.type != MIGRATION_TOKEN_STRING);
	gsize offset = token.start + start_of_line(statement->sql + token.start, token.end - token.start, line);
	if (line > 1)
		offset += strspn(statement->sql + offset, " \t");
	*ret_offset = migration_script_source_offset(script, statement, offset);
	return true;
}

static gsize
place_of(const MigrationScript *script, const MigrationStatement *statement, const DbDiagnostic *diagnostic)
{
	gsize offset = 0;

	if (diagnostic != NULL && diagnostic->position > 0) {
		const char *sql = statement->sql;
		for (guint left = diagnostic->position - 1; left > 0 && *sql != '\0'; left--)
			sql = g_utf8_next_char(sql);
		offset = (gsize)(sql - statement->sql);
	} else if (diagnostic != NULL && (place_in_data(script, statement, diagnostic->context, &offset) ||
	                                  place_in_block(script, statement, diagnostic->context, &offset))) {
		return offset;
	}
	return migration_script_source_offset(script, statement, offset);
}

/* --- Words ----------------------------------------------------------------- */

static void
append_part(GString *details, const char *label, const char *text)
{
	if (text != NULL)
		g_string_append_printf(details, "%s: %s\n", label, text);
}

static void
append_diagnostic(GString *details, const DbDiagnostic *diagnostic)
{
	const char *name = db_sqlstate_name(diagnostic->sqlstate);

	g_string_append_printf(details, "%s: %s (SQLSTATE %s%s%s)\n",
	                       diagnostic->severity != NULL ? diagnostic->severity : "ERROR", diagnostic->message,
	                       diagnostic->sqlstate, name != NULL ? ", " : "", name != NULL ? name : "");
	append_part(details, "detail", diagnostic->detail);
	append_part(details, "hint", diagnostic->hint);
	append_part(details, "context", diagnostic->context);
}

static void
append_hint(GString *details, const DbSession *session, const DbDiagnostic *diagnostic, const char *text)
{
	g_autofree char *newer = migration_hint_find_newer(diagnostic, text, db_session_server_version(session));
	g_autofree char *hint = newer == NULL ? migration_hint_find(diagnostic, text) : NULL;

	append_part(details, "hint", newer != NULL ? newer : hint);
}

void
migration_outcome_fail(MigrationOutcome *outcome, DbSession *session, const MigrationScript *script,
                       const MigrationStatement *statement, const char *step, const char *cause)
{
	const DbDiagnostic *diagnostic = db_session_diagnostic(session);
	g_autoptr(GString) details = g_string_new(NULL);
	const Source *source = migration_script_source(script);

	if (step != NULL)
		g_string_append_printf(details, "%s: ", step);
	if (diagnostic != NULL) {
		append_diagnostic(details, diagnostic);
		append_extension_hint(details, session, statement, diagnostic);
	} else {
		g_string_append_printf(details, "%s\n", cause);
	}
	gsize offset = statement != NULL ? place_of(script, statement, diagnostic) : 0;
	if (diagnostic != NULL)
		append_hint(details, session, diagnostic, statement != NULL ? base_source_text(source) + offset : NULL);
	outcome->position = statement != NULL ? base_source_position(source, offset)
	                                      : migration_script_position(script);
	g_autofree char *place = base_position_format(outcome->position);
	g_string_append(details, place);
	if (statement != NULL) {
		g_autofree char *excerpt = base_source_excerpt(source, offset);
		g_string_append_printf(details, "\n%s", excerpt);
	}
	outcome->failed = true;
	outcome->message = g_strdelimit(g_strdup(diagnostic != NULL ? diagnostic->message : cause), "\r\n", ' ');
	outcome->sqlstate = diagnostic != NULL ? g_strdup(diagnostic->sqlstate) : NULL;
	outcome->statement = statement != NULL ? g_strdup(statement->sql) : NULL;
	outcome->details = g_strdup(details->str);
}
