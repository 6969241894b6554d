#include "target/inspect.h"

#include "target/sql.h"

#include <string.h>

static const TargetInspection inspections[] = {
	{ "sizes", "the largest tables", NULL, NULL, target_sql_inspect_sizes },
	{ "slow_statements", "what takes most of the time",
	  "look at their plans: \"pgassay plan\" shows them at this size, and which index would help",
	  "pg_stat_statements", target_sql_inspect_slow_statements },
	{ "index_use", "the indexes that are used most", NULL, NULL, target_sql_inspect_index_use },
	{ "unused_indexes", "indexes that no query uses",
	  "each costs time at every write and room on the disk. Look at the standbys, too, and at rare reports; then "
	  "DROP INDEX "
	  "CONCURRENTLY",
	  NULL, target_sql_inspect_unused_indexes },
	{ "duplicate_indexes", "indexes that are there twice", "one of them is enough: DROP INDEX CONCURRENTLY", NULL,
	  target_sql_inspect_duplicate_indexes },
	{ "keys_without_index", "foreign keys without an index",
	  "a DELETE or UPDATE of the parent reads all of the table: CREATE INDEX CONCURRENTLY on the columns of the "
	  "key",
	  NULL, target_sql_inspect_keys_without_index },
	{ "without_primary_key", "tables without a primary key",
	  "nothing keeps a row from being there twice, and logical replication cannot name it", NULL,
	  target_sql_inspect_without_primary_key },
	{ "dead_rows", "tables with many dead rows",
	  "VACUUM does not come after: look for old transactions and slots, then lower autovacuum_vacuum_scale_factor",
	  NULL, target_sql_inspect_dead_rows },
	{ "bloat", "tables that take twice the room that their rows need, by an estimate",
	  "VACUUM keeps the room for new rows. To give it back: pg_repack, or VACUUM FULL, which locks the table", NULL,
	  target_sql_inspect_bloat },
	{ "stale_statistics", "tables that have changed much since ANALYZE",
	  "the planner counts with what was: ANALYZE them, after a migration as well", NULL,
	  target_sql_inspect_stale_statistics },
	{ "old_rows", "tables with rows of more than 90 days",
	  "archive what nobody asks for any more, in small parts, or make it partitions by time", NULL,
	  target_sql_inspect_old_rows },
	{ NULL },
};

const TargetInspection *
target_inspections(void)
{
	return inspections;
}

/* An extension may be in any schema. */
static bool
inspect_find_extension(const char *extension, DbSession *session, char **ret_why, GError **error)
{
	g_autoptr(DbResult) row = db_session_query(session, error, target_sql_extension, extension, NULL);

	if (row == NULL)
		return false;
	*ret_why = g_strdup(db_result_value(row, 0, 1));
	if (*ret_why != NULL)
		return true;
	g_autofree char *set = g_strdup_printf("SET LOCAL search_path = pg_catalog, %s", db_result_value(row, 0, 0));
	return db_session_execute(session, set, error);
}

bool
target_inspect(const TargetInspection *inspection, DbSession *session, DbResult **ret_rows, char **ret_why,
               GError **error)
{
	g_autoptr(GError) cause = NULL;

	*ret_rows = NULL;
	*ret_why = NULL;
	if (!db_session_execute(session, "SAVEPOINT pgassay_inspect", error))
		return false;
	if (inspection->extension != NULL && !inspect_find_extension(inspection->extension, session, ret_why, error))
		return false;
	if (*ret_why == NULL) {
		*ret_rows = db_session_query(session, &cause, inspection->sql, NULL);
		const DbDiagnostic *diagnostic = *ret_rows == NULL ? db_session_diagnostic(session) : NULL;
		if (*ret_rows == NULL && diagnostic == NULL) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return false;
		}
		*ret_why = diagnostic != NULL ? g_strdup(diagnostic->message) : NULL;
	}
	return db_session_execute(session, "ROLLBACK TO SAVEPOINT pgassay_inspect", error);
}
