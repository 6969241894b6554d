#include "run/stage/dangling_default.h"

#include "check/workspace/place.h"

#include <string.h>

/* Keys of one column whose default is such a constant. */
static const char dangling_sql[] =
    "SELECT c.oid, c.conrelid::pg_catalog.regclass, pg_catalog.quote_ident(a.attname),"
    " pg_catalog.pg_get_expr(d.adbin, d.adrelid), c.confrelid::pg_catalog.regclass, pg_catalog.quote_ident(f.attname),"
    " a.attname, t.relname"
    " FROM pg_catalog.pg_constraint c"
    " JOIN pg_catalog.pg_class t ON t.oid = c.conrelid"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
    " JOIN pg_catalog.pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = c.confkey[1]"
    " JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    " WHERE c.contype = 'f' AND pg_catalog.cardinality(c.conkey) = 1 AND c.conparentid = 0"
    " AND pg_catalog.pg_get_expr(d.adbin, d.adrelid)"
    " ~ '^[(]?''?(0|-[0-9]+|0{8}-0{4}-0{4}-0{4}-0{12}|)''?[)]?(::.*)?$'"
    " ORDER BY t.relname, a.attname, c.oid";

enum {
	DANGLING_OID,
	DANGLING_TABLE,
	DANGLING_QUOTED,
	DANGLING_DEFAULT,
	DANGLING_TARGET,
	DANGLING_KEY,
	DANGLING_COLUMN,
	DANGLING_NAME,
};

static bool
dangling_may_make_one(const Migration *migration)
{
	g_autofree char *text = g_ascii_strdown(base_source_text(migration_script_source(migration->up)), -1);

	return strstr(text, "references") != NULL || strstr(text, "foreign") != NULL || strstr(text, "default") != NULL;
}

static void
dangling_fail(RunStage *stage, const Migration *migration, const DbResult *found, int row, ReportCase *test_case)
{
	const SuiteDeclaration *declaration = suite_declaration_find(stage->job->database->layout, migration->name);
	const char *words[] = { db_result_value(found, row, DANGLING_COLUMN),
		                db_result_value(found, row, DANGLING_NAME), NULL };
	g_autofree char *what = g_strdup_printf(
	    "column \"%s\" of table \"%s\" has the default %s, and no row of \"%s\" has that %s: an INSERT that leaves "
	    "the column out fails",
	    words[0], db_result_value(found, row, DANGLING_TABLE), db_result_value(found, row, DANGLING_DEFAULT),
	    db_result_value(found, row, DANGLING_TARGET), db_result_value(found, row, DANGLING_KEY));

	run_progress_note_odd(stage->history, migration->name);
	test_case->position = check_place_find(migration->up, words);
	if (declaration != NULL)
		report_case_set(test_case, REPORT_PASSED, "%s; it is meant: %s", what, declaration->reason);
	else
		report_case_set(
		    test_case, REPORT_FAILED,
		    "%s\nhint: leave the default out (NULL, where there is nothing to point to), or INSERT the "
		    "row in the same migration; where it comes from elsewhere, name the file under \"layout\" "
		    "in the suite with the reason",
		    what);
}

static bool
dangling_is_there(DbSession *session, const DbResult *found, int row, bool *ret_there, GError **error)
{
	g_autofree char *sql = g_strdup_printf(
	    "SELECT EXISTS (SELECT FROM %s WHERE %s = %s)", db_result_value(found, row, DANGLING_TARGET),
	    db_result_value(found, row, DANGLING_KEY), db_result_value(found, row, DANGLING_DEFAULT));
	g_autofree char *there = db_session_query_value(session, error, sql, NULL);

	if (there == NULL)
		return false;
	*ret_there = there[0] == 't';
	return true;
}

bool
run_dangling_default_judge(RunStage *stage, const Migration *migration, GHashTable *known, ReportCase *test_case,
                           GError **error)
{
	static const DbPrepared query = { DB_OWN_STATEMENTS "dangling_default", dangling_sql };
	const DbRequest request = { .prepared = &query };
	DbSession *session = stage->workspace.session;

	if (migration != NULL && !dangling_may_make_one(migration))
		return true;
	g_autoptr(DbResult) found = NULL;
	if (!db_session_pipeline_requests(session, 1, &request, &found, error))
		return false;
	for (int row = 0; row < db_result_rows(found); row++) {
		bool there = false;
		g_autofree char *key = g_strdup_printf("%s %s", db_result_value(found, row, DANGLING_OID),
		                                       db_result_value(found, row, DANGLING_DEFAULT));
		if (!g_hash_table_add(known, g_steal_pointer(&key)) || migration == NULL)
			continue;
		if (!dangling_is_there(session, found, row, &there, error))
			return false;
		if (!there && test_case->status == REPORT_PASSED)
			dangling_fail(stage, migration, found, row, test_case);
	}
	return true;
}
