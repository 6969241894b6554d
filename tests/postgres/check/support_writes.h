/*
 * Shared by the tests of writes: histories of two migrations, and the findings about the second one.
 */
#ifndef TESTS_POSTGRES_CHECK_SUPPORT_WRITES_H
#define TESTS_POSTGRES_CHECK_SUPPORT_WRITES_H

#include "support.h"

#include "check/workspace/sequences.h"
#include "check/writes/writes.h"
#include "migration/detect/formats.h"
#include "rows/fill/fill.h"
#include "run/job/reach.h"

#include <glib/gstdio.h>
#include <string.h>

/* A history of two migrations; tables are filled after each, and the second one is tested. */
typedef struct {
	const char *first;
	const char *second;
	const char *problem; /* what the case must say; NULL: it must pass */
} Row;

static inline void
write_file(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* Where the database stands. */
typedef struct {
	CatalogSnapshot *catalog;
	RowsState *rows;
	RowsState *filled;
} Place;

static inline void
place_clear(Place *place)
{
	catalog_snapshot_unref(place->catalog);
	rows_state_unref(place->rows);
	rows_state_unref(place->filled);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static inline void
apply(CheckWorkspace *workspace, guint index, RowsFilled *filled, Place *place)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(GError) error = NULL;
	const Migration *migration = g_ptr_array_index(workspace->set->migrations, index);

	support_check(migration_runner_apply(workspace->runner, migration, MIGRATION_UP, &outcome, &error),
	              g_steal_pointer(&error), "up");
	if (outcome.failed)
		fail_msg("%s", outcome.details);
	place->catalog = check_workspace_snapshot(workspace, &error);
	place->rows = rows_state_read(workspace->session, workspace->exclusions, &error);
	support_check(place->rows != NULL &&
	                  rows_fill(workspace->session, workspace->exclusions, 12, filled, NULL, &error),
	              g_steal_pointer(&error), "fill");
	place->filled = rows_state_read(workspace->session, workspace->exclusions, &error);
	support_check(place->catalog != NULL && place->filled != NULL, g_steal_pointer(&error), "state");
}

/* Tries what works, which leaves rows and sequences as they are. */
static inline void
prove(CheckWrites *writes, CheckWorkspace *workspace, const CheckWritesStep *step)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbResult) before = check_sequences_read(workspace->session, NULL);
	g_autoptr(RowsState) rows_before = rows_state_read(workspace->session, workspace->exclusions, NULL);
	guint n_tried = 0;
	bool declared = false;

	support_check(check_writes_prove(writes, step, &n_tried, &declared, &error), g_steal_pointer(&error), "writes");
	g_autoptr(DbResult) after = check_sequences_read(workspace->session, NULL);
	g_autoptr(RowsState) rows_after = rows_state_read(workspace->session, workspace->exclusions, NULL);
	assert_int_equal(db_result_rows(before), db_result_rows(after));
	for (int i = 0; i < db_result_rows(before); i++)
		assert_int_equal(g_strcmp0(db_result_value(before, i, 1), db_result_value(after, i, 1)), 0);
	g_autoptr(GPtrArray) changes = rows_state_compare(rows_before, rows_after);
	assert_int_equal(changes->len, 0);
}

/* The same is found if, before the migration, only that was tried which the migration can touch: chosen has what
 * works of that. */
static inline void
check_chosen(CheckWrites *chosen, CheckWorkspace *workspace, const CheckWritesStep *all)
{
	g_autoptr(ReportCase) found = report_case_new("db", "writes", "2", (SourcePosition){ .path = "2.sql" });
	CheckWritesStep step = *all;

	step.test_case = found;
	prove(chosen, workspace, &step);
	if (found->status != all->test_case->status || g_strcmp0(found->details, all->test_case->details) != 0)
		fail_msg("all was tried before: %s\nonly some: %s", all->test_case->details, found->details);
}

static inline ReportCase *
run(const Row *row, const char *accepted, CheckWrites *writes)
{
	g_autofree char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	g_autoptr(GError) error = NULL;
	const MigrationOptions options = { .directory = folder, .format = "plain" };
	const char *const excluded[] = { "public.schema_migrations", NULL };
	const CatalogExclusions exclusions = { .tables = excluded };

	write_file(folder, "1.sql", row->first);
	write_file(folder, "2.sql", row->second);
	g_autoptr(MigrationSet) set = migration_set_load(&options, &error);
	support_check(set != NULL, g_steal_pointer(&error), row->second);
	g_auto(CheckWorkspace) workspace = { .server = support_server(), .set = set, .exclusions = &exclusions };
	support_check(check_workspace_open(&workspace, "test", &error), g_steal_pointer(&error), "workspace");
	g_autoptr(RowsFilled) filled = rows_filled_new();
	g_auto(Place) before = { 0 };
	g_auto(Place) after = { 0 };
	apply(&workspace, 0, filled, &before);
	const CheckWritesStep first = { .workspace = &workspace };
	prove(writes, &workspace, &first);
	g_autoptr(GPtrArray) touched = run_reach_find_touched(before.catalog, g_ptr_array_index(set->migrations, 1));
	const CheckWritesStep some = { .workspace = &workspace, .only = touched };
	g_autoptr(CheckWrites) chosen = check_writes_new();
	prove(chosen, &workspace, &some);
	apply(&workspace, 1, filled, &after);
	ReportCase *test_case = report_case_new("db", "writes", "2", (SourcePosition){ .path = "2.sql" });
	const CheckWritesStep second = { .workspace = &workspace,
		                         .migration = g_ptr_array_index(set->migrations, 1),
		                         .before = before.catalog,
		                         .after = after.catalog,
		                         .rows_before = before.filled,
		                         .rows_after = after.rows,
		                         .accepted = accepted,
		                         .test_case = test_case };
	prove(writes, &workspace, &second);
	check_chosen(chosen, &workspace, &second);
	for (int i = 1; i <= 2; i++) {
		g_autofree char *path = g_strdup_printf("%s/%d.sql", folder, i);
		g_unlink(path);
	}
	g_rmdir(folder);
	return test_case;
}

static inline void
run_rows(const Row *table, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const Row *row = &table[i];
		g_autoptr(CheckWrites) writes = check_writes_new();
		g_autoptr(ReportCase) found = run(row, NULL, writes);
		g_autofree char *text = g_strconcat(found->message != NULL ? found->message : "", "\n", found->details,
		                                    NULL);
		if (row->problem == NULL && found->status != REPORT_PASSED)
			fail_msg("%s\n%s\n%s", row->first, row->second, text);
		if (row->problem != NULL && (found->status != REPORT_FAILED || strstr(text, row->problem) == NULL))
			fail_msg("%s\n%s\nexpected: %s\nfound: %s\nnotes: %s", row->first, row->second, row->problem,
			         text, found->notes);
	}
}

#endif
