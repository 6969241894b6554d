/* Columns that are excluded from the comparison of rows: those that the suite names must exist. */
#include "run/stage/round_trip/round_trip_private.h"

static const GPtrArray *
round_trip_ignored_declarations(const RunRoundTrips *work)
{
	return work->stage->job->database->ignore_columns;
}

void
run_round_trips_note_ignored(RunRoundTrips *work)
{
	const GPtrArray *declarations = round_trip_ignored_declarations(work);
	const CatalogSnapshot *catalog = work->now.catalog;

	for (guint i = 0; i < catalog_snapshot_size(catalog) && declarations->len > 0; i++) {
		const CatalogObject *object = catalog_snapshot_object(catalog, i);
		for (guint j = 0; object->class_id == CATALOG_COLUMN && j < declarations->len; j++) {
			SuiteDeclaration *declaration = g_ptr_array_index(declarations, j);
			if (g_pattern_match_simple(declaration->migration, object->identity))
				g_hash_table_add(work->ignored, declaration);
		}
	}
}

void
run_round_trips_report_ignored(const RunRoundTrips *work)
{
	const GPtrArray *declarations = round_trip_ignored_declarations(work);
	const SuiteDeclaration *first = NULL;
	g_autoptr(GString) stale = g_string_new(NULL);

	if (work->now.rows == NULL || declarations->len == 0)
		return;
	for (guint i = 0; i < declarations->len; i++) {
		const SuiteDeclaration *declaration = g_ptr_array_index(declarations, i);
		if (g_hash_table_contains(work->ignored, declaration))
			continue;
		first = first != NULL ? first : declaration;
		g_string_append_printf(stale, "no table has ever had the column \"%s\"\n", declaration->migration);
	}
	const SuiteDeclaration *place = first != NULL ? first : g_ptr_array_index(declarations, 0);
	ReportCase *test_case = run_stage_case(work->stage, "rows", "ignored columns are there",
	                                       suite_node_position(place->node));
	test_case->kind = REPORT_KIND_SUITE;
	test_case->expected = g_strdup("Each column that the suite ignores is one that a table has had.");
	if (first != NULL)
		report_case_set(test_case, REPORT_FAILED, "%shint: take it out of \"ignore_columns\"", stale->str);
	run_stage_report(test_case, work->stage);
}
