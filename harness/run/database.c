#include "run/database.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "catalog/diff.h"
#include "check/expect.h"
#include "check/kind.h"
#include "check/round_trip.h"
#include "run/server.h"

#include <string.h>

/* The work in progress. */
typedef struct {
	const RunDatabase *run;
	const RunJob *job;
	CheckWorkspace workspace;
	CatalogSnapshot *snapshot; /* the catalog after the last migration that was applied */
	MigrationStandIns stand_ins;
	guint n_applied;
	bool broken; /* a migration failed: what comes after it cannot be tested */
	bool failed; /* some case failed */
} Work;

static void
report(ReportCase *test_case, void *data)
{
	Work *work = data;

	if (test_case->status == REPORT_FAILED || test_case->status == REPORT_ERRORED)
		work->failed = true;
	work->run->on_case(test_case, work->run->data);
}

static void G_GNUC_PRINTF(2, 3) progress(Work *work, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	work->run->on_progress(what, work->run->data);
}

static ReportCase *
new_case(Work *work, const char *stage, const char *name, SourcePosition position)
{
	return report_case_new(work->job->database->name, stage, name, position);
}

static void
report_skipped(Work *work, const char *stage, const char *name, SourcePosition position, const char *reason)
{
	ReportCase *test_case = new_case(work, stage, name, position);

	report_case_set(test_case, REPORT_SKIPPED, "%s", reason);
	report(test_case, work);
}

/* --- Forward ------------------------------------------------------------- */

static bool
forward(Work *work, const Migration *migration, GError **error)
{
	g_autoptr(ReportCase)
	    test_case = new_case(work, "forward", migration->name, migration_script_position(migration->up));
	g_auto(MigrationOutcome) outcome = { 0 };

	progress(work, "forward %s", migration->name);
	if (!migration_runner_apply(work->workspace.runner, migration, MIGRATION_UP, &outcome, error))
		return false;
	test_case->duration = outcome.duration;
	if (outcome.failed) {
		work->broken = true;
		report_case_set(test_case, REPORT_FAILED, "%s\n%s", outcome.message, outcome.details);
		test_case->position = outcome.position;
		test_case->output = g_strconcat(outcome.statement != NULL ? outcome.statement : "", "\n",
		                                outcome.notices, NULL);
	} else {
		work->n_applied++;
		test_case->output = g_strdup(outcome.notices);
	}
	report(g_steal_pointer(&test_case), work);
	return true;
}

/* --- Round trip ---------------------------------------------------------- */

/* A migration without a down: a skipped case, or a failed one where the suite requires downs. */
static void
report_no_down(Work *work, const Migration *migration)
{
	g_autoptr(ReportCase)
	    test_case = new_case(work, "round trip", migration->name, migration_script_position(migration->up));
	bool required = work->job->database->rollback == SUITE_ROLLBACK_REQUIRED;

	if (migration->irreversible != NULL)
		report_case_set(test_case, REPORT_SKIPPED, "declared irreversible: %s", migration->irreversible);
	else if (migration->kind == MIGRATION_REPEATABLE)
		report_case_set(test_case, REPORT_SKIPPED, "a repeatable migration has no down");
	else
		report_case_set(
		    test_case, required ? REPORT_FAILED : REPORT_SKIPPED, "migration \"%s\" has no down%s",
		    migration->name,
		    required ? ", and the suite says \"rollback: required\"\nhint: add a down, or \"-- Rollback:\" at "
			       "the head of the file"
			     : "");
	report(g_steal_pointer(&test_case), work);
}

static bool
round_trip(Work *work, const Migration *migration, const CatalogSnapshot *before, GError **error)
{
	gint64 start = g_get_monotonic_time();

	if (work->job->database->rollback == SUITE_ROLLBACK_NONE)
		return true;
	if (migration->down == NULL) {
		report_no_down(work, migration);
		return true;
	}
	g_autoptr(ReportCase)
	    test_case = new_case(work, "round trip", migration->name, migration_script_position(migration->down));
	progress(work, "round trip %s", migration->name);
	if (!check_round_trip(&work->workspace, migration, before, work->snapshot, test_case, error))
		return false;
	test_case->duration = g_get_monotonic_time() - start;
	report(g_steal_pointer(&test_case), work);
	return true;
}

/* --- The whole history --------------------------------------------------- */

static bool
migrate(Work *work, GError **error)
{
	const GPtrArray *migrations = work->job->set->migrations;

	work->snapshot = check_workspace_snapshot(&work->workspace, error);
	if (work->snapshot == NULL)
		return false;
	for (guint i = 0; i < migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(migrations, i);
		if (work->broken) {
			report_skipped(work, "forward", migration->name, migration_script_position(migration->up),
			               "not run, because an earlier migration failed");
			continue;
		}
		if (!forward(work, migration, error))
			return false;
		if (work->broken)
			continue;
		g_autoptr(CatalogSnapshot) before = g_steal_pointer(&work->snapshot);
		work->snapshot = check_workspace_snapshot(&work->workspace, error);
		if (work->snapshot == NULL || !round_trip(work, migration, before, error))
			return false;
	}
	return true;
}

/* Running the tool again must change nothing. */
static bool
again(Work *work, GError **error)
{
	gint64 start = g_get_monotonic_time();
	SourcePosition nowhere = { .path = work->job->set->directory };
	g_autoptr(ReportCase) test_case = new_case(work, "again", "a second run changes nothing", nowhere);
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;

	progress(work, "a second run");
	if (!migration_runner_migrate(work->workspace.runner, &applied, &failed, &outcome, error))
		return false;
	g_autoptr(CatalogSnapshot) found = check_workspace_snapshot(&work->workspace, error);
	if (found == NULL)
		return false;
	g_autoptr(GArray) differences = catalog_diff(work->snapshot, found, NULL);
	if (failed != NULL) {
		report_case_set(test_case, REPORT_FAILED, "a second run tries \"%s\" again, which fails: %s\n%s",
		                failed->name, outcome.message, outcome.details);
	} else if (applied > 0) {
		report_case_set(test_case, REPORT_FAILED, "a second run applies %u migrations again", applied);
	} else if (differences->len > 0) {
		g_autofree char *all = catalog_diff_describe(differences, 50);
		report_case_set(test_case, REPORT_FAILED, "a second run changes the schema\n%s", all);
	}
	test_case->duration = g_get_monotonic_time() - start;
	report(g_steal_pointer(&test_case), work);
	return true;
}

/* --- Expectations and checks --------------------------------------------- */

static void
skip_checks(Work *work)
{
	const char *reason = "not run, because a migration failed";

	for (guint i = 0; i < work->job->fixtures->len; i++) {
		const SuiteDocument *fixture = g_ptr_array_index(work->job->fixtures, i);
		report_skipped(work, "expect", suite_document_path(fixture),
		               suite_node_position(suite_document_root(fixture)), reason);
	}
	for (guint i = 0; i < work->job->suite->checks->len; i++) {
		const SuiteCheck *check = g_ptr_array_index(work->job->suite->checks, i);
		if (check->database == work->job->database)
			report_skipped(work, check_kinds()[check->kind].name, check->name,
			               suite_node_position(check->node), reason);
	}
}

static bool
run_checks(Work *work, GError **error)
{
	CheckContext context = {
		.suite_database = work->job->database,
		.server = work->run->server,
		.session = work->workspace.session,
		.snapshot = work->snapshot,
		.report = report,
		.report_data = work,
	};

	for (guint i = 0; i < work->job->fixtures->len; i++) {
		const SuiteDocument *fixture = g_ptr_array_index(work->job->fixtures, i);
		progress(work, "expect %s", suite_document_path(fixture));
		if (!check_expect_run(&context, fixture, error))
			return false;
	}
	for (guint i = 0; i < work->job->suite->checks->len; i++) {
		const SuiteCheck *check = g_ptr_array_index(work->job->suite->checks, i);
		if (check->database != work->job->database)
			continue;
		progress(work, "%s %s", check_kinds()[check->kind].name, check->name);
		if (!check_run(&context, check, error))
			return false;
	}
	return true;
}

/* --- The job ------------------------------------------------------------- */

static void
add_properties(Work *work)
{
	const RunDatabase *run = work->run;
	const MigrationSet *set = work->job->set;
	const char *database = work->job->database->name;
	g_autofree char *applied = g_strdup_printf("%u of %u", work->n_applied, set->migrations->len);
	const struct {
		const char *name;
		const char *value;
	} properties[] = {
		{ "format", migration_set_format_name(set) },
		{ "format.detected", set->detected },
		{ "migrations.applied", applied },
		{ "catalog.excluded", work->job->history },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(properties); i++) {
		g_autofree char *name = g_strdup_printf("%s.%s", database, properties[i].name);
		if (properties[i].value != NULL)
			run->on_property(name, properties[i].value, run->data);
	}
	for (guint i = 0; i < set->warnings->len; i++) {
		g_autofree char *name = g_strdup_printf("%s.warning", database);
		run->on_property(name, g_ptr_array_index(set->warnings, i), run->data);
	}
}

static bool
do_work(Work *work, GError **error)
{
	progress(work, "preparing");
	if (!run_server_stand_ins(work->run->server, work->job->suite, &work->stand_ins, error))
		return false;
	work->workspace.server = work->run->server;
	work->workspace.set = work->job->set;
	work->workspace.stand_ins = &work->stand_ins;
	work->workspace.exclusions = &work->job->exclusions;
	if (!check_workspace_open(&work->workspace, work->job->database->name, error) || !migrate(work, error))
		return false;
	if (work->broken) {
		skip_checks(work);
		return true;
	}
	return again(work, error) && run_checks(work, error);
}

/* Turns an error that stopped the work into a case, so that every report has it. */
static void
report_stop(Work *work, const GError *cause)
{
	SourcePosition position = { .path = work->job->set->directory };
	ReportCase *test_case = new_case(work, "run", "the run was stopped", position);

	report_case_set(test_case, REPORT_ERRORED, "%s", cause->message);
	report(test_case, work);
}

bool
run_database(const RunDatabase *run, GError **error)
{
	Work work = { .run = run, .job = run->job };
	g_autoptr(GError) cause = NULL;
	bool done = do_work(&work, &cause);
	bool interrupted = base_interrupted();

	if (!done && !interrupted)
		report_stop(&work, cause);
	add_properties(&work);
	if (work.workspace.database != NULL && !interrupted && (run->keep || (run->keep_failed && work.failed))) {
		g_autofree char *command = scratch_database_keep(work.workspace.database);
		run->on_kept(command, run->data);
	}
	check_workspace_close_last(&work.workspace);
	catalog_snapshot_unref(work.snapshot);
	g_clear_pointer(&work.stand_ins.sources, g_hash_table_unref);
	return !interrupted || base_interrupt_check(error);
}
