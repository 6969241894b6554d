/* The contents of a target, and whether its server has the features that a suite needs. */
#include "target/target.h"

#include "base/error.h"
#include "target/sql.h"

#include <string.h>

#define STAND_IN_BYTES_MAX ((gsize)1024 * 1024)
/* Enough to distinguish a database in use from a new one. */
#define ROWS_MAX 1000000

/* --- Needs of a suite ------------------------------------------------------ */

static bool
contents_check_version(DbSession *session, const Suite *suite, GError **error)
{
	guint major = (guint)db_session_server_version(session) / 10000;

	for (guint i = 0; i < suite->versions->len; i++)
		if (g_array_index(suite->versions, guint, i) == major)
			return true;
	if (suite->versions->len == 0)
		return true;
	return base_error_set(error, BASE_ERROR_ENVIRONMENT,
	                      "point at another server, or change \"version\" in the suite",
	                      "the server is PostgreSQL %s, which is no version that suite \"%s\" is for",
	                      db_session_server_version_text(session), suite->name);
}

static bool
contents_has(DbSession *session, const char *sql, const char *name, bool *ret_has, GError **error)
{
	g_autofree char *value = db_session_query_value(session, error, sql, name, NULL);

	if (value == NULL)
		return false;
	*ret_has = strcmp(value, "t") == 0;
	return true;
}

static bool
has_extension(DbSession *session, const char *name, bool *ret_has, GError **error)
{
	return contents_has(session, "SELECT EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = $1)",
	                    name, ret_has, error);
}

static bool
check_extensions(DbSession *session, const Suite *suite, GError **error)
{
	for (guint i = 0; i < suite->extensions->len; i++) {
		const char *name = g_ptr_array_index(suite->extensions, i);
		bool there = false;
		if (g_hash_table_contains(suite->stand_ins, name))
			continue;
		if (!has_extension(session, name, &there, error))
			return false;
		if (!there)
			return base_error_set(error, BASE_ERROR_ENVIRONMENT, "install the package that has it",
			                      "suite \"%s\" needs the extension \"%s\", which the server lacks",
			                      suite->name, name);
	}
	return true;
}

static bool
contents_check_roles(DbSession *session, const Suite *suite, GError **error)
{
	for (guint i = 0; i < suite->roles->len; i++) {
		const char *name = g_ptr_array_index(suite->roles, i);
		bool there = false;
		if (!contents_has(session, "SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $1)", name,
		                  &there, error))
			return false;
		if (!there)
			return base_error_set(error, BASE_ERROR_ENVIRONMENT, "make it there: CREATE ROLE",
			                      "suite \"%s\" needs the role \"%s\", which the server lacks", suite->name,
			                      name);
	}
	return true;
}

static void
contents_unref_source(gpointer data)
{
	base_source_unref(data);
}

static bool
load_stand_ins(DbSession *session, const Suite *suite, MigrationStandIns *ret_stand_ins, GError **error)
{
	g_autoptr(GHashTable) sources = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, contents_unref_source);
	GHashTableIter iterator;
	gpointer name;
	gpointer file;

	g_hash_table_iter_init(&iterator, suite->stand_ins);
	while (g_hash_table_iter_next(&iterator, &name, &file)) {
		bool there = false;
		if (!has_extension(session, name, &there, error))
			return false;
		if (there)
			continue;
		Source *source = base_source_load(((const SuiteFile *)file)->path, STAND_IN_BYTES_MAX, error);
		if (source == NULL)
			return false;
		g_hash_table_insert(sources, g_strdup(name), source);
	}
	ret_stand_ins->sources = g_steal_pointer(&sources);
	return true;
}

bool
target_prepare(DbSession *session, const Suite *suite, MigrationStandIns *ret_stand_ins, GError **error)
{
	return contents_check_version(session, suite, error) && check_extensions(session, suite, error) &&
	       contents_check_roles(session, suite, error) && load_stand_ins(session, suite, ret_stand_ins, error);
}

/* --- Contents of the target ------------------------------------------------ */

bool
target_names(DbSession *session, TargetContents *ret_contents, GError **error)
{
	g_autoptr(DbResult) row = db_session_query(session, error, target_sql_contents, NULL);

	if (row == NULL)
		return false;
	*ret_contents = (TargetContents){ .schemas = g_strdup(db_result_value(row, 0, 0)),
		                          .extensions = g_strdup(db_result_value(row, 0, 1)) };
	return true;
}

/* Counts the rows, up to ROWS_MAX. A table that cannot be counted, or whose count would run code of the database,
 * has the server's estimate instead. */
static void
count_table(DbSession *session, const DbResult *tables, int row, TargetContents *contents)
{
	g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.count(*) FROM (SELECT FROM ONLY %s LIMIT %d) rows",
	                                       db_result_value(tables, row, 0), ROWS_MAX);
	bool runs_code = *db_result_value(tables, row, 2) == 't';
	g_autofree char *count = runs_code ? NULL : db_session_query_value(session, NULL, sql, NULL);

	if (count != NULL) {
		contents->n_rows += g_ascii_strtoull(count, NULL, 10);
		return;
	}
	contents->n_uncounted++;
	contents->n_estimated += g_ascii_strtoull(db_result_value(tables, row, 1), NULL, 10);
}

bool
target_count(DbSession *session, TargetContents *contents, GError **error)
{
	/* Without row_security = off, policies would hide rows from an owner they are forced on. */
	if (!db_session_execute(session, "SET lock_timeout = 100; SET row_security = off", error))
		return false;
	g_autoptr(DbResult) tables = db_session_query(session, error, target_sql_tables, NULL);
	if (tables == NULL)
		return false;
	contents->n_tables = (guint)db_result_rows(tables);
	for (int row = 0; row < db_result_rows(tables) && !contents->more_rows; row++) {
		count_table(session, tables, row, contents);
		contents->more_rows = contents->n_rows >= ROWS_MAX;
	}
	return db_session_execute(session, "RESET lock_timeout; RESET row_security", error);
}

void
target_contents_clear(TargetContents *contents)
{
	g_free(contents->schemas);
	g_free(contents->extensions);
	*contents = (TargetContents){ 0 };
}

/* "schema a", "schemas a, b". */
static void
append_names(GString *text, const char *kind, const char *names)
{
	g_string_append_printf(text, "%s%s %s", kind, strstr(names, ", ") != NULL ? "s" : "", names);
}

static const char *
contents_plural(guint64 n)
{
	return n == 1 ? "" : "s";
}

char *
target_contents_describe(const TargetContents *contents)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (contents->schemas != NULL)
		append_names(text, "schema", contents->schemas);
	else
		g_string_append(text, "no schemas");
	g_string_append_printf(text, " (%u table%s, %s%" G_GUINT64_FORMAT " row%s", contents->n_tables,
	                       contents_plural(contents->n_tables), contents->more_rows ? "more than " : "",
	                       contents->n_rows, contents_plural(contents->n_rows));
	if (contents->n_uncounted > 0)
		g_string_append_printf(text, " and those of %u that could not be counted", contents->n_uncounted);
	g_string_append_c(text, ')');
	if (contents->extensions != NULL) {
		g_string_append(text, " and ");
		append_names(text, "extension", contents->extensions);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}
