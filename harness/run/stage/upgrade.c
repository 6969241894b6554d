/* A database that is in use: it stands at an earlier version, has rows, and the repeatables are there already. */
#include "run/job/declared.h"
#include "run/stage/stage.h"
#include "run/stage/upgrade_private.h"
#include "run/stage/work/rows.h"

#include "base/interrupt.h"
#include "migration/format.h"

#include <string.h>

/* Maximum number of versions that are tried on rows. */
#define ROWS_POSITIONS 6

static const char rows_case[] = "all at once on rows";

static bool
has_repeatables(const RunJob *job)
{
	for (guint i = 0; i < job->set->migrations->len; i++)
		if (((const Migration *)g_ptr_array_index(job->set->migrations, i))->kind == MIGRATION_REPEATABLE)
			return true;
	return false;
}

/* If the tool uses several transactions, the round trips have run the same on rows. */
static bool
is_grouped_on_rows(const RunJob *job)
{
	return migration_set_has(job->set, MIGRATION_SETTING_GROUP) && job->database->rows > 0 &&
	       job->database->data->len == 0;
}

bool
run_upgrade_is_wanted(const RunJob *job)
{
	return !migration_set_is_external(job->set) &&
	       (has_repeatables(job) || is_grouped_on_rows(job) || job->database->repeatables_except->len > 0);
}

/* --- On rows --------------------------------------------------------------------- */

/* Whether it does something that another migration of the same transaction may not follow: a new label cannot be used
 * before COMMIT, and rows that were written may leave triggers behind that run at COMMIT. */
static bool
matters_to_others(const Migration *migration)
{
	static const char *const words[] = { "add value", "insert", "update", "delete", "merge", "truncate", "copy" };
	const GPtrArray *statements = migration_script_statements(migration->up);

	for (guint i = 0; i < statements->len; i++) {
		g_autofree char *sql = g_ascii_strdown(
		    ((const MigrationStatement *)g_ptr_array_index(statements, i))->sql, -1);
		for (gsize j = 0; j < G_N_ELEMENTS(words); j++)
			if (strstr(sql, words[j]) != NULL)
				return true;
	}
	return false;
}

/* The versions, as numbers of migrations that are applied, from which everything pending is tried; evenly spread where
 * there are too many. */
static GArray *
choose_positions(const RunStage *stage)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(guint));
	GArray *chosen = g_array_new(FALSE, FALSE, sizeof(guint));

	for (guint i = stage->job->n_baseline > 0 ? 0 : 1; i + 1 < stage->migrations->len; i++)
		if (matters_to_others(g_ptr_array_index(stage->migrations, i)))
			g_array_append_val(all, i);
	guint n = MIN(all->len, ROWS_POSITIONS);
	for (guint i = 0; i < n; i++)
		g_array_append_val(chosen, g_array_index(all, guint, n > 1 ? i * (all->len - 1) / (n - 1) : 0));
	g_array_unref(all);
	return chosen;
}

/* Everything that is pending, by one run of the tool. */
static bool
migrate_copy(CheckWorkspace *at, const Migration **ret_failed, MigrationOutcome *outcome, GError **error)
{
	g_auto(CheckWorkspace) copy = { 0 };
	guint n_applied = 0;

	return check_workspace_clone(at, "upgrade", &copy, error) &&
	       migration_runner_migrate(copy.runner, &n_applied, ret_failed, outcome, error);
}

static void
report_at_once(RunUpgrade *work, guint first, const Migration *failed, const MigrationOutcome *outcome)
{
	const RunStage *stage = work->stage;
	g_autofree char *from = first > 0
	                            ? g_strdup_printf(
					  "at \"%s\"",
					  ((const Migration *)g_ptr_array_index(stage->migrations, first - 1))->name)
	                            : g_strdup("at its baseline");
	ReportCase *test_case = run_stage_case(stage, "together", rows_case, outcome->position);

	report_case_set(
	    test_case, REPORT_FAILED,
	    "\"%s\" fails when all that is pending on a database %s, with rows, runs in one transaction: %s\n%s\n"
	    "hint: one by one it works, but %s takes all that is pending together; let the parts be released one "
	    "after the other, or do without what has to be committed first (a new type in the place of ADD VALUE)",
	    failed->name, from, outcome->message, outcome->details, migration_set_format_title(stage->job->set));
	test_case->statement = g_strdup(outcome->statement);
	run_stage_report(test_case, work->stage);
	work->failed_on_rows = true;
}

/* A failure that also occurs one by one on the same rows is not due to the transaction: the round trips report it. */
static bool
try_on_rows(RunUpgrade *work, guint first, GError **error)
{
	g_auto(CheckWorkspace) at = { 0 };
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	bool done = false;
	GError *cause = NULL;
	g_autoptr(GPtrArray) preconditions = run_stage_rows_learn(work->stage, &work->stage->workspace, first, &cause);

	if (preconditions == NULL) {
		if (cause != NULL)
			g_propagate_error(error, cause);
		return cause == NULL;
	}
	if (!check_workspace_clone(&work->stage->workspace, "upgrade", &at, error) ||
	    !run_stage_rows_fill(work->stage, &at, preconditions, error) ||
	    !migrate_copy(&at, &failed, &outcome, error))
		return false;
	work->tried_on_rows = true;
	if (failed == NULL)
		return true;
	if (!run_stage_rows_apply(work->stage, &at, first, &done, error))
		return false;
	if (done)
		report_at_once(work, first, failed, &outcome);
	return true;
}

/* --- The history --------------------------------------------------------------------- */

/* An accepted failure must occur. */
static void
upgrade_judge_exception(RunUpgrade *work, const Migration *migration, bool failed)
{
	const RunJob *job = work->stage->job;

	if (failed || run_job_declared(job, job->database->repeatables_except, migration) == NULL)
		return;
	ReportCase *test_case = run_stage_case(work->stage, "upgrade", migration->name,
	                                       migration_script_position(migration->up));
	report_case_set(test_case, REPORT_FAILED,
	                "\"%s\" is under \"repeatables_except\", but it works where the repeatables are there\n"
	                "hint: take it out of \"repeatables_except\"",
	                migration->name);
	work->failed = true;
	run_stage_report(test_case, work->stage);
}

static bool
try_repeatables(RunUpgrade *work, guint index, GError **error)
{
	const Migration *migration = g_ptr_array_index(work->stage->migrations, index);
	bool earlier = index > 0 || work->stage->job->n_baseline > 0;
	bool failed = false;

	if (earlier && work->repeatables->len > 0 && migration->kind == MIGRATION_VERSIONED &&
	    !run_upgrade_try_repeatables(work, migration, &failed, error))
		return false;
	upgrade_judge_exception(work, migration, failed);
	return true;
}

static bool
upgrade_next(RunUpgrade *work, guint index, const GArray *positions, GError **error)
{
	RunStage *stage = work->stage;
	const Migration *migration = g_ptr_array_index(stage->migrations, index);
	g_auto(MigrationOutcome) outcome = { 0 };

	run_stage_progress_migration(stage, migration);
	for (guint i = 0; !work->failed_on_rows && i < positions->len; i++)
		if (g_array_index(positions, guint, i) == index && !try_on_rows(work, index, error))
			return false;
	if (!try_repeatables(work, index, error) || !db_session_reset(stage->workspace.session, error) ||
	    !migration_runner_apply(stage->workspace.runner, migration, MIGRATION_UP, &outcome, error))
		return false;
	/* It did not fail in the forward stage, where this difference is reported. */
	work->stopped = outcome.failed;
	return true;
}

static void
upgrade_report(RunUpgrade *work)
{
	SourcePosition nowhere = { .path = work->stage->job->set->directory };

	if (is_grouped_on_rows(work->stage->job) && work->tried_on_rows && !work->failed_on_rows)
		run_stage_report(run_stage_case(work->stage, "together", rows_case, nowhere), work->stage);
	if (work->repeatables->len > 0)
		run_upgrade_report_repeatables(work);
}

static bool
upgrade_run_all(RunUpgrade *work, GError **error)
{
	RunStage *stage = work->stage;
	g_autoptr(GArray) positions = is_grouped_on_rows(stage->job) ? choose_positions(stage)
	                                                             : g_array_new(FALSE, FALSE, sizeof(guint));

	for (guint i = 0; i < stage->migrations->len; i++) {
		Migration *migration = g_ptr_array_index(stage->migrations, i);
		if (migration->kind == MIGRATION_REPEATABLE)
			g_ptr_array_add(work->repeatables, migration);
	}
	if (positions->len == 0 && work->repeatables->len == 0 && stage->job->database->repeatables_except->len == 0)
		return true;
	if (!check_workspace_open(&stage->workspace, "upgrade", error))
		return false;
	for (guint i = 0; i < stage->migrations->len && !work->stopped; i++)
		if (!upgrade_next(work, i, positions, error))
			return false;
	upgrade_report(work);
	return true;
}

bool
run_upgrade(RunStage *stage, GError **error)
{
	g_autoptr(CatalogSnapshot) expected = run_progress_wait_end(stage->history);
	g_autoptr(GPtrArray) repeatables = g_ptr_array_new();
	g_autoptr(GPtrArray) there = g_ptr_array_new();
	g_autoptr(GPtrArray) reported = g_ptr_array_new();
	RunUpgrade work = {
		.stage = stage, .expected = expected, .repeatables = repeatables, .there = there, .reported = reported
	};

	/* The forward stage reports a failed migration. */
	if (expected == NULL)
		return base_interrupt_check(error);
	return upgrade_run_all(&work, error);
}
