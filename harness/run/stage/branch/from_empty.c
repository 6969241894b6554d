/* A database that comes from the base of a branch ends with the same schema as a new one. */
#include "run/stage/branch/branch.h"

#include "base/interrupt.h"
#include "catalog/diff.h"
#include "check/findings.h"
#include "check/noted.h"
#include "check/schema/differences.h"
#include "run/job/starting_point.h"

#include <string.h>

bool
run_from_empty_is_wanted(const RunJob *job)
{
	g_autoptr(GArray) changes = job->base != NULL ? run_base_changes(job->base, job->set) : NULL;

	return changes != NULL && changes->len > 0;
}

/* The branch has only added migrations, and the tool runs them behind all of the base's: a new database gets the same
 * scripts in the same order as one that comes from the base, which has been built from nothing itself. */
static bool
from_empty_is_the_same(const RunStage *stage)
{
	const RunJob *job = stage->job;
	guint n_base = job->base->set->migrations->len;

	if (job->set->migrations->len != n_base + stage->migrations->len)
		return false;
	for (guint i = 0; i < job->set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(job->set->migrations, i);
		const Migration *other = i < n_base ? g_ptr_array_index(job->base->set->migrations, i)
		                                    : g_ptr_array_index(stage->migrations, i - n_base);
		if (migration->kind != MIGRATION_VERSIONED || strcmp(migration->name, other->name) != 0 ||
		    (i < n_base && !run_base_is_unchanged(job->base, migration)))
			return false;
	}
	return true;
}

static ReportCase *
from_empty_new_case(const RunStage *stage)
{
	ReportCase *test_case = run_stage_case(stage, "upgrade", "a database at the base ends as a new one does",
	                                       (SourcePosition){ .path = stage->job->set->directory });

	report_case_set(test_case, REPORT_PASSED, "the base and %u new = empty and %u", stage->migrations->len,
	                stage->job->set->migrations->len);
	return test_case;
}

/* Everything on an empty database, one by one, as the forward stage does it from the base on. */
static bool
from_empty_build(RunStage *stage, const Migration **ret_failed, MigrationOutcome *ret_outcome, GError **error)
{
	const RunJob *job = stage->job;
	CheckWorkspace *workspace = &stage->workspace;

	workspace->template = NULL;
	if (!check_workspace_open(workspace, "from empty", error))
		return false;
	g_autoptr(GHashTable) applied = migration_runner_applied(workspace->runner, error);
	for (guint i = 0; applied != NULL && i < job->set->migrations->len && !ret_outcome->failed; i++) {
		const Migration *migration = g_ptr_array_index(job->set->migrations, i);
		migration_outcome_clear(ret_outcome);
		run_stage_progress(stage, "from empty: %s", migration->name);
		if (!db_session_reset(workspace->session, error) ||
		    !migration_runner_apply(workspace->runner, migration, MIGRATION_UP, ret_outcome, error))
			return false;
		if (ret_outcome->failed)
			*ret_failed = migration;
	}
	return applied != NULL;
}

static bool
from_empty_compare(RunStage *stage, const CatalogSnapshot *upgraded, ReportCase *test_case, GError **error)
{
	const CatalogDiffOptions options = { .ignore_column_position = !stage->job->database->strict_column_order };
	g_autoptr(CatalogSnapshot) fresh = check_workspace_snapshot(&stage->workspace, error);

	if (fresh == NULL)
		return false;
	g_autoptr(GArray) differences = catalog_diff(fresh, upgraded, &options);
	check_differences_normalise_array_casts(differences);
	if (differences->len == 0)
		return true;
	g_autofree char *all = catalog_diff_describe(differences, CHECK_DIFFERENCES_SHOWN);
	g_autofree char *first = catalog_difference_describe(&g_array_index(differences, CatalogDifference, 0));
	g_autofree char *more = differences->len > 1 ? g_strdup_printf(", and %u more", differences->len - 1) : NULL;
	report_case_set(
	    test_case, REPORT_FAILED,
	    "a new database and one that comes from the base differ: %s%s\n%s\n"
	    "hint: what was merged has to stay as it is, and new migrations come after it; the cases \"history\" "
	    "say what has changed",
	    first, more != NULL ? more : "", all);
	check_note_differences(test_case, differences, fresh, upgraded);
	return true;
}

static bool
from_empty_judge(RunStage *stage, const CatalogSnapshot *upgraded, ReportCase *test_case, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;

	if (!from_empty_build(stage, &failed, &outcome, error))
		return false;
	if (failed == NULL)
		return from_empty_compare(stage, upgraded, test_case, error);
	report_case_set(test_case, REPORT_FAILED,
	                "\"%s\" fails on a new database, and works on one that comes from the base: %s\n%s",
	                failed->name, outcome.message, outcome.details);
	test_case->position = outcome.position;
	test_case->statement = g_strdup(outcome.statement);
	return true;
}

bool
run_from_empty(RunStage *stage, GError **error)
{
	g_autoptr(ReportCase) test_case = from_empty_new_case(stage);
	gint64 start = g_get_monotonic_time();

	if (stage->job->baseline_schema != NULL) {
		report_case_set(test_case, REPORT_SKIPPED,
		                "not tested: a dump stands for the beginning of the history");
		run_stage_report(g_steal_pointer(&test_case), stage);
		return true;
	}
	g_autoptr(CatalogSnapshot) upgraded = run_progress_wait_end(stage->history);
	if (upgraded != NULL && from_empty_is_the_same(stage)) {
		report_case_set(test_case, REPORT_PASSED,
		                "the base and %u new: the same scripts in the same order as on a new database",
		                stage->migrations->len);
	} else if (upgraded == NULL) {
		if (!base_interrupt_check(error))
			return false;
		report_case_set(test_case, REPORT_SKIPPED, "not run, because a migration failed");
	} else if (!from_empty_judge(stage, upgraded, test_case, error)) {
		return false;
	}
	test_case->duration = g_get_monotonic_time() - start;
	run_stage_report(g_steal_pointer(&test_case), stage);
	return true;
}
