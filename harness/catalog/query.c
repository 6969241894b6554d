#include "catalog/query.h"

#include "catalog/frame.h"
#include "catalog/sql.h"

#include <string.h>

/* Since then the counts of all sessions are in shared memory. */
#define TOTALS_SINCE  150000

#define MEMOIZE_SINCE 140000

bool
catalog_query_has_totals(DbSession *session)
{
	return db_session_server_version(session) >= TOTALS_SINCE;
}

/* What the text of a deparsed expression depends on, and what the planner needs to know: fresh catalogs
 * have no statistics, and a nested loop over two of them is what the wrong guess ends in. A prepared statement must
 * not be planned again for each list of OIDs. */
static const char settings[] = "SELECT pg_catalog.set_config(s.name, s.setting, true)"
			       " FROM (VALUES ('search_path', ''), ('client_encoding', 'UTF8'),"
			       " ('DateStyle', 'ISO, YMD'), ('IntervalStyle', 'postgres'), ('TimeZone', 'UTC'),"
			       " ('extra_float_digits', '1'), ('quote_all_identifiers', 'off'),"
			       " ('bytea_output', 'hex'), ('standard_conforming_strings', 'on'),"
			       " ('lc_monetary', 'C'), ('statement_timeout', '0'), ('lock_timeout', '0'),"
			       " ('jit', 'off'), ('enable_nestloop', 'off'), ('work_mem', '64MB'),"
			       " ('plan_cache_mode', 'force_generic_plan')%s)"
			       " AS s(name, setting)";

/* Counts that were looked at before in the same transaction would be remembered. */
static const char fresh_totals[] = ", ('stats_fetch_consistency', 'none')";

/* The queries of the classes for a few objects: each step is a look-up in an index. */
static const char planner[] = "SELECT pg_catalog.set_config(s.name, s.setting, true)"
			      " FROM (VALUES ('enable_nestloop', 'on'), ('enable_hashjoin', 'off'),"
			      " ('enable_mergejoin', 'off'), ('enable_seqscan', 'off')%s) AS s(name, setting)";

/* For a row or two its table costs more than the look-ups. Came with 14. */
static const char no_memoize[] = ", ('enable_memoize', 'off')";

static char *
replace(const char *text, const char *what, const char *with)
{
	g_auto(GStrv) parts = g_strsplit(text, what, -1);

	return g_strjoinv(with, parts);
}

char *
catalog_query_settings(DbSession *session)
{
	return replace(settings, "%s", catalog_query_has_totals(session) ? fresh_totals : "");
}

/* --- Branches ------------------------------------------------------------ */

/* The query after the branch's line. */
static char *
find_branch(CatalogBranch branch)
{
	static const char marker[] = "-- branch: ";
	const char *start = catalog_sql_branches;

	for (int i = 0; i < (int)branch; i++)
		start = strstr(start, marker) + strlen(marker);
	start = strchr(start, '\n');
	const char *end = strstr(start, marker);
	return end != NULL ? g_strndup(start, (gsize)(end - start)) : g_strdup(start);
}

#define OWN    "age(s.written) <= (SELECT age(pg_current_xact_id_if_assigned()::xid))"
#define RECENT "age(s.written) <= (SELECT age($1::xid))"

/* All rows, or those that the open transaction has written where the branch has no items. The numbers stand in four
 * arrays, which is faster to make than an array of arrays. */
char *
catalog_query_branch(CatalogBranch branch)
{
	g_autofree char *rows = find_branch(branch);

	return g_strdup_printf("SELECT %d, sum(s.print), array_agg(s.id), array_agg(s.owner), array_agg(s.print),"
	                       " array_agg(CASE WHEN " OWN " THEN 1 ELSE 0 END + 2 * coalesce(ascii(s.kind::text), 0))"
	                       " FROM (%s) s WHERE " OWN "%s",
	                       (int)branch, rows, catalog_branch_has_items(branch) ? " OR s.id <> 0" : "");
}

/* The sum of all prints, and the rows since $1. */
static char *
make_recent(CatalogBranch branch)
{
	g_autofree char *rows = find_branch(branch);

	return g_strdup_printf("SELECT %d, sum(s.print), array_agg(ARRAY[s.id, s.owner, s.print,"
	                       " CASE WHEN " OWN " THEN 1 ELSE 0 END + 2 * coalesce(ascii(s.kind::text), 0)])"
	                       " FILTER (WHERE " RECENT ") FROM (%s) s",
	                       (int)branch, rows);
}

/* The rows since $1 alone, which takes a third of the time: nothing has to be worked out for the others. */
static char *
make_fresh(CatalogBranch branch)
{
	g_autofree char *rows = find_branch(branch);

	return g_strdup_printf("SELECT %d, NULL, array_agg(ARRAY[s.id, s.owner, s.print,"
	                       " CASE WHEN " OWN " THEN 1 ELSE 0 END + 2 * coalesce(ascii(s.kind::text), 0)])"
	                       " FROM (%s) s WHERE " RECENT,
	                       (int)branch, rows);
}

/* --- Classes ------------------------------------------------------------- */

/* Replaces all comments of the form "MARKER EXPRESSION" by `before` EXPRESSION `after`. */
static char *
replace_markers(const char *sql, const char *marker, const char *before, const char *after)
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

char *
catalog_query_class(CatalogClassId id)
{
	return replace_markers(catalog_class(id)->sql, "-- unit: ", "", " AS unit,");
}

/* Without what stands from each line "-- reads only" on, up to "-- also updates" or the end. */
static char *
leave_out(const char *sql)
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
make_restricted(CatalogClassId id)
{
	g_autofree char *all = catalog_query_class(id);
	g_autofree char *needed = leave_out(all);

	return replace_markers(needed, "-- only: ", "AND ", " = ANY ($1)");
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

/* --- Prepared statements ------------------------------------------------- */

enum { ROWS_KINDS = CATALOG_ROWS_FRESH + 1 };

/* Made once for all sessions; a text that is NULL is never run. */
typedef struct {
	DbPrepared settings[2]; /* without and with what came later */
	DbPrepared planner[2];
	DbPrepared queries[CATALOG_N_QUERIES];
	DbPrepared branches[CATALOG_N_BRANCHES][ROWS_KINDS];
	DbPrepared classes[CATALOG_N_CLASSES];
} Statements;

static DbPrepared G_GNUC_PRINTF(2, 3) name(char *sql, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *suffix = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	return (DbPrepared){ g_strconcat(DB_OWN_STATEMENTS, suffix, NULL), sql };
}

static void
make_branch(DbPrepared *ret_statements, CatalogBranch branch)
{
	if (catalog_branch_has_items(branch)) {
		ret_statements[CATALOG_ROWS_ALL] = name(catalog_query_branch(branch), "all_%d", (int)branch);
		ret_statements[CATALOG_ROWS_RECENT] = name(make_recent(branch), "recent_%d", (int)branch);
	}
	if (catalog_branch_has_age(branch))
		ret_statements[CATALOG_ROWS_FRESH] = name(make_fresh(branch), "fresh_%d", (int)branch);
}

static Statements *
make_statements(void)
{
	Statements *made = g_new0(Statements, 1);

	made->settings[0] = name(replace(settings, "%s", ""), "settings");
	made->settings[1] = name(replace(settings, "%s", fresh_totals), "settings_since_15");
	made->planner[0] = name(replace(planner, "%s", ""), "planner");
	made->planner[1] = name(replace(planner, "%s", no_memoize), "planner_since_14");
	made->queries[CATALOG_QUERY_MARK] = name(g_strdup(catalog_sql_mark), "mark");
	made->queries[CATALOG_QUERY_PRESENCE] = name(g_strdup(catalog_sql_presence), "presence");
	made->queries[CATALOG_QUERY_COMPANIONS] = name(g_strdup(catalog_sql_companions), "companions");
	made->queries[CATALOG_QUERY_DEPENDENTS] = name(g_strdup(catalog_sql_dependents), "dependents");
	for (int i = 1; i < CATALOG_N_BRANCHES; i++)
		make_branch(made->branches[i], (CatalogBranch)i);
	for (int i = 0; i < CATALOG_N_CLASSES; i++)
		made->classes[i] = name(make_restricted((CatalogClassId)i), "class_%d", i);
	return made;
}

static const Statements *
get_statements(void)
{
	static gsize made = 0;

	if (g_once_init_enter(&made))
		g_once_init_leave(&made, (gsize)make_statements());
	return (const Statements *)made; /* NOLINT(performance-no-int-to-ptr) */
}

void
catalog_query_execute_settings(GPtrArray *statements, DbSession *session)
{
	catalog_statements_add_prepared(statements, &get_statements()->settings[catalog_query_has_totals(session)],
	                                NULL);
}

void
catalog_query_execute_planner(GPtrArray *statements, DbSession *session)
{
	bool has_memoize = db_session_server_version(session) >= MEMOIZE_SINCE;

	catalog_statements_add_prepared(statements, &get_statements()->planner[has_memoize], NULL);
}

void
catalog_query_execute(GPtrArray *statements, CatalogQuery query, const char *oids)
{
	catalog_statements_add_prepared(statements, &get_statements()->queries[query], g_strdup(oids));
}

void
catalog_query_execute_branch(GPtrArray *statements, CatalogBranch branch, CatalogQueryRows rows, guint64 horizon)
{
	catalog_statements_add_prepared(statements, &get_statements()->branches[branch][rows],
	                                rows == CATALOG_ROWS_ALL ? NULL : g_strdup_printf("%u", (guint32)horizon));
}

void
catalog_query_execute_class(GPtrArray *statements, CatalogClassId id, const char *oids)
{
	if (catalog_class(id)->unit == CATALOG_UNIT_RARE)
		catalog_statements_add(statements, catalog_query_class(id));
	else
		catalog_statements_add_prepared(statements, &get_statements()->classes[id],
		                                catalog_class(id)->unit != CATALOG_UNIT_CLASS ? g_strdup(oids) : NULL);
}
