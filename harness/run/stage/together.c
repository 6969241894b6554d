/* All pending migrations in one run, by two runners at the same time. */
#include "run/stage/stage.h"

#include "base/interrupt.h"
#include "catalog/diff.h"
#include "check/findings.h"
#include "check/noted.h"

/* One of the two runners. */
typedef struct {
	RunStage *stage;
	DbSession *session;
	guint n_applied;
	const Migration *failed;
	MigrationOutcome outcome;
	GError *error;
} Runner;

static void
runner_clear(Runner *runner)
{
	db_session_close(runner->session);
	migration_outcome_clear(&runner->outcome);
	g_clear_error(&runner->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Runner, runner_clear)

/* A whole run of the tool: waits for its lock, reads the history, applies the pending migrations. */
static gpointer
together_migrate(gpointer data)
{
	Runner *runner = data;
	g_autoptr(MigrationRunner) run = migration_runner_begin(runner->stage->job->set, runner->session,
	                                                        &runner->stage->stand_ins, &runner->error);

	if (run != NULL)
		migration_runner_migrate(run, &runner->n_applied, &runner->failed, &runner->outcome, &runner->error);
	return NULL;
}

static bool
prepare_runner(RunStage *stage, Runner *runner, GError **error)
{
	runner->stage = stage;
	runner->session = scratch_database_connect(stage->workspace.database, DB_SESSION_MIGRATION, error);
	return runner->session != NULL;
}

/* Both start on the empty database; one of them gets the lock first. The result of a tool without a lock depends on
 * chance, so only one of its runners is started. */
static bool
migrate_at_once(RunStage *stage, Runner *first, Runner *second, GError **error)
{
	if (!prepare_runner(stage, first, error))
		return false;
	if (!migration_set_locks(stage->job->set)) {
		together_migrate(first);
		return true;
	}
	if (!prepare_runner(stage, second, error))
		return false;
	GThread *thread = g_thread_new("runner", together_migrate, second);
	together_migrate(first);
	g_thread_join(thread);
	return true;
}

static const char runners_case[] = "two runners do not disturb each other";

static void
judge_runner(const Runner *runner, ReportCase *test_case)
{
	if (runner->error != NULL)
		report_case_set(test_case, REPORT_FAILED, "one of two runners that start together fails: %s",
		                runner->error->message);
	else if (runner->failed != NULL)
		report_case_set(test_case, REPORT_FAILED,
		                "\"%s\" fails in one of two runners that start together: %s\n%s", runner->failed->name,
		                runner->outcome.message, runner->outcome.details);
}

static void
report_runners(RunStage *stage, const Runner *first, const Runner *second, gint64 start)
{
	SourcePosition nowhere = { .path = stage->job->set->directory };
	ReportCase *test_case = run_stage_case(stage, "together", runners_case, nowhere);
	guint expected = stage->migrations->len;
	guint applied = first->n_applied + second->n_applied;

	/* The order of the two runners depends on chance. The failure itself is more informative than the fact that
	 * the other one found it. */
	judge_runner(first->failed != NULL ? second : first, test_case);
	judge_runner(first->failed != NULL ? first : second, test_case);
	/* A tool that runs its migrations itself does not show the work of another run at the same time. */
	if (test_case->status == REPORT_PASSED && applied != expected && !migration_set_is_external(stage->job->set))
		report_case_set(test_case, REPORT_FAILED,
		                "two runners that start together apply %u migrations, expected %u", applied, expected);
	test_case->duration = g_get_monotonic_time() - start;
	run_stage_report(test_case, stage);
}

static void
skip_runners(RunStage *stage)
{
	SourcePosition nowhere = { .path = stage->job->set->directory };
	g_autofree char *reason = g_strdup_printf("%s takes no lock: let only one runner work at a time",
	                                          migration_set_format_title(stage->job->set));

	run_stage_skip(stage, "together", runners_case, nowhere, reason);
}

/* For a runner that was alone. */
static void
judge_alone(const Runner *runner, ReportCase *test_case)
{
	if (runner->error != NULL)
		report_case_set(test_case, REPORT_FAILED, "all migrations in one go fail: %s", runner->error->message);
	else if (runner->failed != NULL)
		report_case_set(test_case, REPORT_FAILED, "\"%s\" fails when all migrations run in one go: %s\n%s",
		                runner->failed->name, runner->outcome.message, runner->outcome.details);
}

/* Databases of one server share roles, which the stage before this one has put back. */
static bool
together_judge_around(const RunStage *stage, ReportCase *test_case, GError **error)
{
	const CheckSurroundings *expected = run_progress_around(stage->history);

	if (expected == NULL || test_case->status != REPORT_PASSED)
		return true;
	g_autoptr(CheckSurroundings) found = check_surroundings_read_workspace(&stage->workspace, error);
	if (found == NULL)
		return false;
	g_autofree char *all = check_surroundings_compare(expected, found, true);
	if (all != NULL)
		report_case_set(test_case, REPORT_FAILED,
		                "all migrations in one go set other things around the schema than one by one\n%s", all);
	return true;
}

static bool
report_end(RunStage *stage, const Runner *runner, const CatalogSnapshot *expected, GError **error)
{
	SourcePosition nowhere = { .path = stage->job->set->directory };
	g_autoptr(CatalogSnapshot) found = check_workspace_snapshot(&stage->workspace, error);

	if (found == NULL)
		return false;
	g_autoptr(GArray) differences = catalog_diff(expected, found, NULL);
	g_autoptr(ReportCase)
	    test_case = run_stage_case(stage, "together", "all at once ends as one by one does", nowhere);
	if (!migration_set_locks(stage->job->set))
		judge_alone(runner, test_case);
	if (test_case->status == REPORT_PASSED && differences->len > 0) {
		g_autofree char *all = catalog_diff_describe(differences, CHECK_DIFFERENCES_SHOWN);
		report_case_set(test_case, REPORT_FAILED,
		                "all migrations in one go end in another schema than one by one\n"
		                "hint: does a migration leave a SET behind, such as search_path?\n%s",
		                all);
		check_note_differences(test_case, differences, expected, found);
	}
	if (!together_judge_around(stage, test_case, error))
		return false;
	run_stage_report(g_steal_pointer(&test_case), stage);
	return true;
}

bool
run_together(RunStage *stage, GError **error)
{
	g_autoptr(CatalogSnapshot) expected = run_progress_wait_end(stage->history);
	g_auto(Runner) first = { 0 };
	g_auto(Runner) second = { 0 };
	gint64 start = g_get_monotonic_time();

	if (expected == NULL) {
		if (!base_interrupt_check(error))
			return false;
		SourcePosition nowhere = { .path = stage->job->set->directory };
		run_stage_skip(stage, "together", "all at once ends as one by one does", nowhere,
		               "not run, because a migration failed");
		return true;
	}
	if (stage->refusal != NULL) {
		SourcePosition nowhere = { .path = stage->job->set->directory };
		run_stage_skip(stage, "together", "all at once ends as one by one does", nowhere,
		               "not run, because the tool refuses to go on from the base");
		return true;
	}
	run_stage_progress(stage, "all at once, by two runners");
	if (!check_workspace_create(&stage->workspace, "together", error) ||
	    !migrate_at_once(stage, &first, &second, error))
		return false;
	if (migration_set_locks(stage->job->set))
		report_runners(stage, &first, &second, start);
	else
		skip_runners(stage);
	return check_workspace_connect(&stage->workspace, error) && report_end(stage, &first, expected, error);
}
