/* Everything that is pending in one go, by two runners at the same time. */
#include "run/stage.h"

#include "base/interrupt.h"
#include "catalog/diff.h"
#include "check/findings.h"

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

/* A whole run of the tool: waits for its lock, looks at the history, applies what is pending. */
static gpointer
migrate(gpointer data)
{
	Runner *runner = data;
	g_autoptr(MigrationRunner) run = migration_runner_begin(runner->stage->job->set, runner->session,
	                                                        &runner->stage->stand_ins, &runner->error);

	if (run != NULL)
		migration_runner_migrate(run, &runner->n_applied, &runner->failed, &runner->outcome, &runner->error);
	return NULL;
}

/* Both start on the empty database; one of them comes to the lock first. */
static bool
migrate_at_once(RunStage *stage, Runner *first, Runner *second, GError **error)
{
	Runner *runners[] = { first, second };

	for (gsize i = 0; i < G_N_ELEMENTS(runners); i++) {
		runners[i]->stage = stage;
		runners[i]->session = scratch_database_connect(stage->workspace.database, DB_SESSION_MIGRATION, error);
		if (runners[i]->session == NULL)
			return false;
	}
	GThread *thread = g_thread_new("runner", migrate, second);
	migrate(first);
	g_thread_join(thread);
	return true;
}

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
	ReportCase *test_case = run_stage_case(stage, "together", "two runners do not disturb each other", nowhere);
	guint expected = stage->migrations->len;
	guint applied = first->n_applied + second->n_applied;

	judge_runner(first, test_case);
	judge_runner(second, test_case);
	/* A tool that runs by itself does not tell what another one did meanwhile. */
	if (test_case->status == REPORT_PASSED && applied != expected && !migration_set_is_external(stage->job->set))
		report_case_set(test_case, REPORT_FAILED,
		                "two runners that start together apply %u migrations, expected %u", applied, expected);
	test_case->duration = g_get_monotonic_time() - start;
	run_stage_report(test_case, stage);
}

static bool
report_end(RunStage *stage, const CatalogSnapshot *expected, GError **error)
{
	SourcePosition nowhere = { .path = stage->job->set->directory };
	g_autoptr(CatalogSnapshot) found = check_workspace_snapshot(&stage->workspace, error);

	if (found == NULL)
		return false;
	g_autoptr(GArray) differences = catalog_diff(expected, found, NULL);
	ReportCase *test_case = run_stage_case(stage, "together", "all at once ends as one by one does", nowhere);
	if (differences->len > 0) {
		g_autofree char *all = catalog_diff_describe(differences, CHECK_DIFFERENCES_SHOWN);
		report_case_set(test_case, REPORT_FAILED,
		                "all migrations in one go end in another schema than one by one\n"
		                "hint: does a migration leave a SET behind, such as search_path?\n%s",
		                all);
	}
	run_stage_report(test_case, stage);
	return true;
}

bool
run_together(RunStage *stage, GError **error)
{
	g_autoptr(CatalogSnapshot) expected = run_history_wait_end(stage->history);
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
	run_stage_progress(stage, "all at once, by two runners");
	if (!check_workspace_create(&stage->workspace, "together", error) ||
	    !migrate_at_once(stage, &first, &second, error))
		return false;
	report_runners(stage, &first, &second, start);
	return check_workspace_connect(&stage->workspace, error) && report_end(stage, expected, error);
}
