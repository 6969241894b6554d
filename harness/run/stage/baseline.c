/* The start of the database: that it can be created, and that a dump is the result of its migrations. */
#include "run/stage/stage.h"

#include "base/error.h"
#include "catalog/diff.h"
#include "check/findings.h"
#include "check/schema/differences.h"

bool
run_baseline_is_wanted(const RunJob *job)
{
	return job->base == NULL && job->database->baseline != NULL;
}

/* --- The dump and its migrations ------------------------------------------- */

/* Applies the migrations that the dump stands for, on an empty database. */
static bool
stage_baseline_apply(RunStage *stage, MigrationOutcome *ret_outcome, const Migration **ret_failed, GError **error)
{
	const RunJob *job = stage->job;
	CheckWorkspace *workspace = &stage->workspace;

	workspace->template = NULL;
	if (!check_workspace_open(workspace, "baseline", error))
		return false;
	for (guint i = 0; i < job->n_baseline; i++) {
		const Migration *migration = g_ptr_array_index(job->set->migrations, i);
		migration_outcome_clear(ret_outcome);
		if (!db_session_reset(workspace->session, error) ||
		    !migration_runner_apply(workspace->runner, migration, MIGRATION_UP, ret_outcome, error))
			return false;
		if (ret_outcome->failed) {
			*ret_failed = migration;
			return true;
		}
	}
	return true;
}

/* The current differences; *ret_made is the snapshot that they point into. */
static GArray *
baseline_diff(RunStage *stage, const CatalogSnapshot *dump, CatalogSnapshot **ret_made, GError **error)
{
	const CatalogDiffOptions options = { .ignore_column_position = !stage->job->database->strict_column_order };

	*ret_made = check_workspace_snapshot(&stage->workspace, error);
	if (*ret_made == NULL)
		return NULL;
	GArray *differences = catalog_diff(*ret_made, dump, &options);
	check_differences_normalise_array_casts(differences);
	return differences;
}

/* A dumped database contains the objects of its repeatable migrations, too. The current ones may need more than it
 * had: they are left out then. */
static bool
baseline_apply_repeatables(RunStage *stage, bool *ret_any, GError **error)
{
	const GPtrArray *migrations = stage->job->set->migrations;

	for (guint i = stage->job->n_baseline; i < migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(migrations, i);
		g_auto(MigrationOutcome) outcome = { 0 };
		if (migration->kind != MIGRATION_REPEATABLE)
			continue;
		if (!db_session_reset(stage->workspace.session, error) ||
		    !migration_runner_apply(stage->workspace.runner, migration, MIGRATION_UP, &outcome, error))
			return false;
		*ret_any = *ret_any || !outcome.failed;
	}
	return true;
}

static void
baseline_report_differences(const RunStage *stage, const GArray *differences, ReportCase *test_case)
{
	g_autofree char *all = catalog_diff_describe(differences, CHECK_DIFFERENCES_SHOWN);
	g_autofree char *first = catalog_difference_describe(&g_array_index(differences, CatalogDifference, 0));
	g_autofree char *more = differences->len > 1 ? g_strdup_printf(", and %u more", differences->len - 1) : NULL;

	report_case_set(test_case, REPORT_FAILED,
	                "the dump is not what the migrations up to \"%s\" make: %s%s\n%s\n"
	                "hint: dump that version again; where the database is known to differ, say \"verify: false\"",
	                stage->job->database->baseline->version, first, more != NULL ? more : "", all);
}

static bool
stage_baseline_compare(RunStage *stage, const CatalogSnapshot *dump, ReportCase *test_case, GError **error)
{
	g_autoptr(CatalogSnapshot) made = NULL;
	g_autoptr(CatalogSnapshot) made_with = NULL;
	bool any = false;

	g_autoptr(GArray) differences = baseline_diff(stage, dump, &made, error);
	if (differences == NULL)
		return false;
	if (differences->len == 0)
		return true;
	if (!baseline_apply_repeatables(stage, &any, error))
		return false;
	g_autoptr(GArray) with = any ? baseline_diff(stage, dump, &made_with, error) : NULL;
	if (any && with == NULL)
		return false;
	if (any && with->len == 0)
		report_case_note(test_case, "compared with the repeatable migrations as they are now");
	else
		baseline_report_differences(stage, any && with->len < differences->len ? with : differences, test_case);
	return true;
}

static bool
stage_baseline_verify(RunStage *stage, const CatalogSnapshot *dump, GError **error)
{
	const SuiteBaseline *baseline = stage->job->database->baseline;
	g_autofree char *name = g_strdup_printf("the dump is what the migrations up to \"%s\" make", baseline->version);
	SourcePosition position = { .path = baseline->schema };
	gint64 start = g_get_monotonic_time();
	g_autoptr(ReportCase) test_case = run_stage_case(stage, "baseline", name, position);
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;

	if (stage->job->n_baseline == 0) {
		report_case_set(test_case, REPORT_SKIPPED,
		                "it cannot be compared: the files of the migrations up to \"%s\" are gone",
		                baseline->version);
		run_stage_report(g_steal_pointer(&test_case), stage);
		return true;
	}
	run_stage_progress(stage, "the migrations up to %s", baseline->version);
	if (!stage_baseline_apply(stage, &outcome, &failed, error))
		return false;
	if (failed != NULL) {
		report_case_set(test_case, REPORT_FAILED,
		                "it cannot be compared, because \"%s\" fails on an empty database: %s\n%s\n"
		                "hint: where the files before it are gone, say \"verify: false\"",
		                failed->name, outcome.message, outcome.details);
		test_case->position = outcome.position;
	} else if (!stage_baseline_compare(stage, dump, test_case, error)) {
		return false;
	}
	test_case->duration = g_get_monotonic_time() - start;
	run_stage_report(g_steal_pointer(&test_case), stage);
	return true;
}

/* --- The stage --------------------------------------------------------------- */

static void
stage_baseline_add_properties(RunStage *stage)
{
	const RunJob *job = stage->job;
	const SuiteBaseline *baseline = job->database->baseline;
	g_autofree char *path = baseline->schema != NULL ? report_path_relative(baseline->schema) : NULL;
	g_autofree char *text = g_strdup_printf(
	    "%s (%s)", baseline->version != NULL ? baseline->version : "before the first migration",
	    path != NULL ? path : "by its migrations");

	run_stage_property(stage, "baseline", text);
	for (guint i = 0; job->baseline_schema != NULL && i < job->baseline_schema->left_out->len; i++)
		run_stage_property(stage, "baseline.left_out", g_ptr_array_index(job->baseline_schema->left_out, i));
}

bool
run_baseline(RunStage *stage, GError **error)
{
	RunStartingPoint *beginning = run_starting_points_get(stage->baseline, stage->server, &stage->stand_ins, error);

	if (beginning == NULL)
		return false;
	stage_baseline_add_properties(stage);
	run_stage_report(g_steal_pointer(&beginning->test_case), stage);
	return beginning->catalog == NULL || stage_baseline_verify(stage, beginning->catalog, error);
}
