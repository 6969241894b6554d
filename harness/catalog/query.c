#include "catalog/query.h"

#include "catalog/sql.h"
#include "catalog/statements.h"

#include <string.h>

/* Since then the counts of all sessions are in shared memory. */
#define COUNTS_SINCE  150000

#define MEMOIZE_SINCE 140000

bool
catalog_query_has_counts(DbSession *session)
{
	return db_session_server_version(session) >= COUNTS_SINCE;
}

/* Settings that affect the text of deparsed expressions, and the planner: new catalogs have no statistics, and wrong
 * estimates would lead to nested loops over two of them. A prepared statement must not be planned again for each
 * list of OIDs. A migration may have left timeouts in one of our sessions; they must not apply to our queries. The
 * limits of a session on a target database apply to our queries, too. */
static const char query_settings[] = "SELECT pg_catalog.set_config(s.name, s.setting, true)"
				     " FROM (VALUES ('search_path', ''), ('client_encoding', 'UTF8'),"
				     " ('DateStyle', 'ISO, YMD'), ('IntervalStyle', 'postgres'), ('TimeZone', 'UTC'),"
				     " ('extra_float_digits', '1'), ('quote_all_identifiers', 'off'),"
				     " ('bytea_output', 'hex'), ('standard_conforming_strings', 'on'),"
				     " ('lc_monetary', 'C'), ('statement_timeout', '%u'), ('lock_timeout', '%u'),"
				     " ('jit', 'off'), ('enable_nestloop', 'off'), ('work_mem', '64MB'),"
				     " ('plan_cache_mode', 'force_generic_plan')%s)"
				     " AS s(name, setting)";

/* Counts that were looked at before in the same transaction would be remembered. */
static const char current_counts[] = ", ('stats_fetch_consistency', 'none')";

/* The queries of the classes for a few objects: each step is a look-up in an index. */
static const char query_planner[] = "SELECT pg_catalog.set_config(s.name, s.setting, true)"
				    " FROM (VALUES ('enable_nestloop', 'on'), ('enable_hashjoin', 'off'),"
				    " ('enable_mergejoin', 'off'), ('enable_seqscan', 'off')%s) AS s(name, setting)";

/* For a row or two its table costs more than the look-ups. Came with 14. */
static const char no_memoize[] = ", ('enable_memoize', 'off')";

static char *
query_replace(const char *text, const char *what, const char *with)
{
	g_auto(GStrv) parts = g_strsplit(text, what, -1);

	return g_strjoinv(with, parts);
}

static char *
query_make_settings(bool has_counts, const DbLimits *limits)
{
	return g_strdup_printf(query_settings, limits != NULL ? limits->statement_timeout : 0,
	                       limits != NULL ? limits->lock_timeout : 0, has_counts ? current_counts : "");
}

/* --- System catalogs ----------------------------------------------------- */

/* The query after the catalog's line. */
static char *
query_find_system(CatalogSystemId catalog)
{
	static const char marker[] = "-- catalog: ";
	const char *start = catalog_sql_system_catalogs;

	for (int i = 0; i < (int)catalog; i++)
		start = strstr(start, marker) + strlen(marker);
	start = strchr(start, '\n');
	const char *end = strstr(start, marker);
	return end != NULL ? g_strndup(start, (gsize)(end - start)) : g_strdup(start);
}

#define OWN "age(s.xmin) <= (SELECT age(pg_current_xact_id_if_assigned()::xid))"
#define NEW "age(s.xmin) <= (SELECT age($1::xid))"

/* All rows or, for a catalog without keys, those that the open transaction has written. The numbers are in four
 * arrays, which is faster than an array of arrays. */
static char *
query_make_all(CatalogSystemId catalog)
{
	g_autofree char *rows = query_find_system(catalog);

	return g_strdup_printf(
	    "SELECT %d, sum(s.fingerprint), array_agg(s.key), array_agg(s.object), array_agg(s.fingerprint),"
	    " array_agg(CASE WHEN " OWN " THEN 1 ELSE 0 END + 2 * coalesce(ascii(s.kind::text), 0))"
	    " FROM (%s) s WHERE " OWN "%s",
	    (int)catalog, rows, catalog_system_has_keys(catalog) ? " OR s.key <> 0" : "");
}

/* The sum of all fingerprints, and the rows since $1. */
static char *
query_make_new_and_sum(CatalogSystemId catalog)
{
	g_autofree char *rows = query_find_system(catalog);

	return g_strdup_printf("SELECT %d, sum(s.fingerprint), array_agg(ARRAY[s.key, s.object, s.fingerprint,"
	                       " CASE WHEN " OWN " THEN 1 ELSE 0 END + 2 * coalesce(ascii(s.kind::text), 0)])"
	                       " FILTER (WHERE " NEW ") FROM (%s) s",
	                       (int)catalog, rows);
}

/* The rows since $1 alone, which takes a third of the time: nothing has to be worked out for the others. */
static char *
query_make_new(CatalogSystemId catalog)
{
	g_autofree char *rows = query_find_system(catalog);

	return g_strdup_printf("SELECT %d, NULL, array_agg(ARRAY[s.key, s.object, s.fingerprint,"
	                       " CASE WHEN " OWN " THEN 1 ELSE 0 END + 2 * coalesce(ascii(s.kind::text), 0)])"
	                       " FROM (%s) s WHERE " NEW,
	                       (int)catalog, rows);
}

/* --- Classes ------------------------------------------------------------- */

/* Replaces all comments of the form "MARKER EXPRESSION" by `before` EXPRESSION `after`. */
static char *
query_replace_markers(const char *sql, const char *marker, const char *before, const char *after)
{
	GString *text = g_string_new(NULL);
	const char *start = sql;

	for (const char *found = strstr(start, marker); found != NULL; found = strstr(start, marker)) {
		const char *expression = found + strlen(marker);
		gssize length = (gssize)strcspn(expression, "\n");
		g_string_append_len(text, start, found - start);
		g_string_append(text, before);
		g_string_append_len(text, expression, length);
		g_string_append(text, after);
		start = expression + length;
	}
	g_string_append(text, start);
	return g_string_free(text, FALSE);
}

static char *
query_make_class(CatalogClassId id)
{
	return query_replace_markers(catalog_class(id)->sql, "-- unit: ", "", " AS unit,");
}

/* Removes the lines from each "-- reads only" up to "-- also updates" or the end. */
static char *
query_leave_out(const char *sql)
{
	static const char start[] = "-- reads only\n";
	static const char end[] = "-- also updates\n";
	GString *text = g_string_new(NULL);

	for (const char *found = strstr(sql, start); found != NULL; found = strstr(sql, start)) {
		g_string_append_len(text, sql, found - sql);
		const char *after = strstr(found, end);
		sql = after != NULL ? after + strlen(end) : "";
	}
	g_string_append(text, sql);
	return g_string_free(text, FALSE);
}

/* Limited to the objects that are asked for. */
static char *
query_make_objects(CatalogClassId id)
{
	g_autofree char *all = query_make_class(id);
	g_autofree char *needed = query_leave_out(all);

	return query_replace_markers(needed, "-- only: ", "AND ", " = ANY ($1)");
}

guint64
catalog_query_read_presence(const DbResult *presence)
{
	guint64 classes = 0;

	for (int i = 0; i < CATALOG_N_CLASSES; i++) {
		bool present = true;
		for (int column = 0; column < db_result_columns(presence); column++)
			if (strcmp(db_result_column_name(presence, column), catalog_class((CatalogClassId)i)->name) ==
			    0)
				present = db_result_value(presence, 0, column)[0] == 't';
		if (present)
			classes |= G_GUINT64_CONSTANT(1) << i;
	}
	return classes;
}

/* --- Statements ---------------------------------------------------------- */

/* Made once for all sessions; a text that is NULL is never run. */
typedef struct {
	DbPrepared settings[2]; /* without and with the settings of later versions */
	DbPrepared planner[2];
	DbPrepared queries[CATALOG_N_QUERIES];
	DbPrepared tuples[CATALOG_N_SYSTEM][CATALOG_N_TUPLES];
	DbPrepared whole[CATALOG_N_CLASSES];
	DbPrepared objects[CATALOG_N_CLASSES];
} Statements;

static DbPrepared G_GNUC_PRINTF(2, 3) query_name(char *sql, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *suffix = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	return (DbPrepared){ g_strconcat(DB_OWN_STATEMENTS, suffix, NULL), sql };
}

static void
query_make_tuples(DbPrepared *ret_statements, CatalogSystemId catalog)
{
	ret_statements[CATALOG_TUPLES_ALL] = query_name(query_make_all(catalog), "all_%d", (int)catalog);
	if (catalog_system_has_keys(catalog))
		ret_statements[CATALOG_TUPLES_NEW_AND_SUM] = query_name(query_make_new_and_sum(catalog),
		                                                        "new_and_sum_%d", (int)catalog);
	if (catalog_system_has_xmin(catalog))
		ret_statements[CATALOG_TUPLES_NEW] = query_name(query_make_new(catalog), "new_%d", (int)catalog);
}

static Statements *
query_make_statements(void)
{
	Statements *made = g_new0(Statements, 1);

	made->settings[0] = query_name(query_make_settings(false, NULL), "settings");
	made->settings[1] = query_name(query_make_settings(true, NULL), "settings_since_15");
	made->planner[0] = query_name(query_replace(query_planner, "%s", ""), "planner");
	made->planner[1] = query_name(query_replace(query_planner, "%s", no_memoize), "planner_since_14");
	made->queries[CATALOG_QUERY_VERSION] = query_name(g_strdup(catalog_sql_version), "version");
	made->queries[CATALOG_QUERY_PRESENCE] = query_name(g_strdup(catalog_sql_presence), "presence");
	made->queries[CATALOG_QUERY_DEPENDENTS_ALWAYS] = query_name(g_strdup(catalog_sql_dependents_always),
	                                                            "dependents_always");
	made->queries[CATALOG_QUERY_DEPENDENTS_BY_NAME] = query_name(g_strdup(catalog_sql_dependents_by_name),
	                                                             "dependents_by_name");
	for (int i = 1; i < CATALOG_N_SYSTEM; i++)
		query_make_tuples(made->tuples[i], (CatalogSystemId)i);
	for (int i = 0; i < CATALOG_N_CLASSES; i++)
		made->whole[i] = query_name(query_make_class((CatalogClassId)i), "whole_%d", i);
	for (int i = 0; i < CATALOG_N_CLASSES; i++)
		made->objects[i] = query_name(query_make_objects((CatalogClassId)i), "class_%d", i);
	return made;
}

static const Statements *
query_statements(void)
{
	static gsize made = 0;

	if (g_once_init_enter(&made))
		g_once_init_leave(&made, (gsize)query_make_statements());
	return (const Statements *)made; /* NOLINT(performance-no-int-to-ptr) */
}

static void
query_append(GPtrArray *statements, const DbPrepared *statement, const char *parameter, bool prepared)
{
	if (prepared)
		catalog_statements_add_prepared(statements, statement, g_strdup(parameter));
	else
		catalog_statements_add(statements, g_strdup(statement->sql));
}

void
catalog_query_add_settings(GPtrArray *statements, DbSession *session, bool prepared)
{
	bool has_counts = catalog_query_has_counts(session);
	const DbLimits *limits = db_session_limits(session);

	if (limits != NULL)
		catalog_statements_add(statements, query_make_settings(has_counts, limits));
	else
		query_append(statements, &query_statements()->settings[has_counts], NULL, prepared);
}

void
catalog_query_add_planner(GPtrArray *statements, DbSession *session)
{
	bool has_memoize = db_session_server_version(session) >= MEMOIZE_SINCE;

	query_append(statements, &query_statements()->planner[has_memoize], NULL, true);
}

void
catalog_query_add(GPtrArray *statements, CatalogQuery query, const char *oids, bool prepared)
{
	query_append(statements, &query_statements()->queries[query], oids, prepared);
}

void
catalog_query_add_all_tuples(GPtrArray *statements, CatalogSystemId catalog, bool prepared)
{
	query_append(statements, &query_statements()->tuples[catalog][CATALOG_TUPLES_ALL], NULL, prepared);
}

void
catalog_query_add_tuples(GPtrArray *statements, CatalogSystemId catalog, CatalogQueryTuples tuples, guint64 xmin)
{
	g_autofree char *parameter = g_strdup_printf("%u", (guint32)xmin);

	query_append(statements, &query_statements()->tuples[catalog][tuples], parameter, true);
}

void
catalog_query_add_class(GPtrArray *statements, CatalogClassId id, bool prepared)
{
	query_append(statements, &query_statements()->whole[id], NULL, prepared);
}

void
catalog_query_add_objects(GPtrArray *statements, CatalogClassId id, const char *oids)
{
	CatalogUnit unit = catalog_class(id)->unit;

	if (unit == CATALOG_UNIT_RARE)
		catalog_query_add_class(statements, id, false);
	else
		query_append(statements, &query_statements()->objects[id], unit != CATALOG_UNIT_CLASS ? oids : NULL,
		             true);
}
