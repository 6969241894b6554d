#include "catalog/query.h"

#include "catalog/frame.h"
#include "catalog/sql.h"

#include <string.h>

/* Since then the counts of all sessions are in shared memory. */
#define TOTALS_SINCE 150000

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
			      " ('enable_mergejoin', 'off'), ('enable_seqscan', 'off')) AS s(name, setting)";

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
#define RECENT "age(s.written) <= (SELECT age($1))"

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

/* Limited to the objects that are asked for. */
static char *
make_restricted(CatalogClassId id)
{
	g_autofree char *all = catalog_query_class(id);

	return replace_markers(all, "-- only: ", "AND ", " = ANY ($1)");
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

static void G_GNUC_PRINTF(2, 3) add(GPtrArray *statements, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	catalog_statements_add(statements, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}

void
catalog_query_prepare(DbSession *session, GPtrArray *statements)
{
	g_autofree char *own_settings = catalog_query_settings(session);

	add(statements, "PREPARE pgassay_settings AS %s", own_settings);
	add(statements, "PREPARE pgassay_planner AS %s", planner);
	add(statements, "PREPARE pgassay_mark AS %s", catalog_sql_mark);
	add(statements, "PREPARE pgassay_presence AS %s", catalog_sql_presence);
	add(statements, "PREPARE pgassay_companions(oid[]) AS %s", catalog_sql_companions);
	add(statements, "PREPARE pgassay_dependents(oid[]) AS %s", catalog_sql_dependents);
	for (int i = 1; i < CATALOG_N_BRANCHES; i++) {
		g_autofree char *all = catalog_query_branch((CatalogBranch)i);
		g_autofree char *recent = make_recent((CatalogBranch)i);
		g_autofree char *fresh = make_fresh((CatalogBranch)i);
		if (catalog_branch_has_items(i)) {
			add(statements, "PREPARE pgassay_all_%d AS %s", i, all);
			add(statements, "PREPARE pgassay_recent_%d(xid) AS %s", i, recent);
		}
		if (catalog_branch_has_age(i))
			add(statements, "PREPARE pgassay_fresh_%d(xid) AS %s", i, fresh);
	}
	for (int i = 0; i < CATALOG_N_CLASSES; i++) {
		const CatalogClass *class = catalog_class((CatalogClassId)i);
		if (class->unit == CATALOG_UNIT_RARE)
			continue;
		g_autofree char *sql = make_restricted((CatalogClassId)i);
		add(statements, "PREPARE pgassay_class_%d%s AS %s", i,
		    class->unit == CATALOG_UNIT_CLASS ? "" : "(oid[])", sql);
	}
}

void
catalog_query_execute(GPtrArray *statements, const char *name)
{
	catalog_statements_add_prepared(statements, g_strconcat(DB_OWN_STATEMENTS, name, NULL), NULL);
}

void
catalog_query_execute_for(GPtrArray *statements, const char *name, const char *oids)
{
	catalog_statements_add_prepared(statements, g_strconcat(DB_OWN_STATEMENTS, name, NULL), g_strdup(oids));
}

void
catalog_query_execute_branch(GPtrArray *statements, CatalogBranch branch, CatalogQueryRows rows, guint64 horizon)
{
	static const char *const names[] = { "all", "recent", "fresh" };

	catalog_statements_add_prepared(statements,
	                                g_strdup_printf(DB_OWN_STATEMENTS "%s_%d", names[rows], (int)branch),
	                                rows == CATALOG_ROWS_ALL ? NULL : g_strdup_printf("%u", (guint32)horizon));
}

void
catalog_query_execute_class(GPtrArray *statements, CatalogClassId id, const char *oids)
{
	if (catalog_class(id)->unit == CATALOG_UNIT_RARE) {
		catalog_statements_add(statements, catalog_query_class(id));
		return;
	}
	catalog_statements_add_prepared(statements, g_strdup_printf(DB_OWN_STATEMENTS "class_%d", (int)id),
	                                catalog_class(id)->unit != CATALOG_UNIT_CLASS ? g_strdup(oids) : NULL);
}
