/* Repeatables (Flyway's R__) are there on every running installation before its next version comes. */
#include "run/stage/upgrade_private.h"

#include "catalog/diff.h"
#include "check/findings.h"
#include "check/workspace/sequences.h"
#include "run/job/declared.h"

/* A walk from one version to the next. */
typedef struct {
	RunUpgrade *work;
	const Migration *migration;
	CheckWorkspace *at;
	bool within;             /* a transaction is open, and stays so */
	const Migration *failed; /* the migration, or a repeatable that runs again after it; or NULL */
	MigrationOutcome outcome;
} Walk;

static void
walk_clear(Walk *walk)
{
	migration_outcome_clear(&walk->outcome);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, walk_clear)

static bool
upgrade_repeatables_apply(Walk *walk, const Migration *migration, MigrationOutcome *outcome, GError **error)
{
	DbSession *session = walk->at->session;

	if (!db_session_reset(session, error))
		return false;
	if (!walk->within)
		return migration_runner_apply(walk->at->runner, migration, MIGRATION_UP, outcome, error);
	if (!db_session_execute(session, "SAVEPOINT pgassay_upgrade", error) ||
	    !migration_runner_apply_within(walk->at->runner, migration, MIGRATION_UP, outcome, error))
		return false;
	return db_session_execute(
	    session, outcome->failed ? "ROLLBACK TO SAVEPOINT pgassay_upgrade" : "RELEASE SAVEPOINT pgassay_upgrade",
	    error);
}

/* Those that do not run at this version were others then, or not there. One that needs another one may come before it.
 */
static bool
install_repeatables(Walk *walk, GError **error)
{
	GPtrArray *there = walk->work->there;
	guint n_before;

	g_ptr_array_set_size(there, 0);
	do {
		n_before = there->len;
		for (guint i = 0; i < walk->work->repeatables->len; i++) {
			Migration *repeatable = g_ptr_array_index(walk->work->repeatables, i);
			g_auto(MigrationOutcome) outcome = { 0 };
			if (g_ptr_array_find(there, repeatable, NULL))
				continue;
			if (!upgrade_repeatables_apply(walk, repeatable, &outcome, error))
				return false;
			if (!outcome.failed)
				g_ptr_array_add(there, repeatable);
		}
	} while (there->len > n_before && there->len < walk->work->repeatables->len);
	return true;
}

/* Once its checksum changes, a repeatable runs again. */
static bool
upgrade_repeatables_run_again(Walk *walk, GError **error)
{
	const GPtrArray *there = walk->work->there;

	for (guint i = 0; walk->failed == NULL && i < there->len; i++) {
		migration_outcome_clear(&walk->outcome);
		if (!upgrade_repeatables_apply(walk, g_ptr_array_index(there, i), &walk->outcome, error))
			return false;
		if (walk->outcome.failed)
			walk->failed = g_ptr_array_index(there, i);
	}
	return true;
}

static bool
walk_to_next(Walk *walk, GError **error)
{
	if (!install_repeatables(walk, error))
		return false;
	if (walk->work->there->len == 0)
		return true;
	if (!upgrade_repeatables_apply(walk, walk->migration, &walk->outcome, error))
		return false;
	if (walk->outcome.failed)
		walk->failed = walk->migration;
	return upgrade_repeatables_run_again(walk, error);
}

/* --- Trying ---------------------------------------------------------------------- */

static bool
fits_transaction(const RunUpgrade *work, const Migration *migration)
{
	bool fits = migration_script_fits_transaction(migration->up);

	for (guint i = 0; i < work->repeatables->len; i++)
		fits &= migration_script_fits_transaction(
		    ((const Migration *)g_ptr_array_index(work->repeatables, i))->up);
	return fits;
}

/* In a transaction that is rolled back; *ret_failed: it has to be looked at on a copy. */
static bool
try_within(RunUpgrade *work, const Migration *migration, bool *ret_failed, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;
	g_autoptr(DbResult) sequences = NULL;
	g_auto(Walk) walk = { .work = work, .migration = migration, .at = workspace, .within = true };

	*ret_failed = true;
	if (!fits_transaction(work, migration))
		return true;
	sequences = check_sequences_read_used_and_begin(workspace->session, error);
	if (sequences == NULL || !walk_to_next(&walk, error) ||
	    !db_session_execute(workspace->session, "ROLLBACK", error) ||
	    !check_sequences_restore(workspace->session, sequences, error))
		return false;
	*ret_failed = walk.failed != NULL;
	return true;
}

/* "R__a.sql", or how many. The caller frees it. */
static char *
name_repeatables(const RunUpgrade *work)
{
	if (work->there->len == 1)
		return g_strdup_printf("\"%s\" is", ((const Migration *)g_ptr_array_index(work->there, 0))->name);
	return g_strdup_printf("%u repeatables are", work->there->len);
}

static void
report_failure(const Walk *walk)
{
	RunUpgrade *work = walk->work;
	RunStage *stage = work->stage;
	const MigrationOutcome *outcome = &walk->outcome;
	const char *reason = run_job_declared(stage->job, stage->job->database->repeatables_except, walk->migration);
	ReportCase *test_case = run_stage_case(stage, "upgrade", walk->migration->name, outcome->position);
	g_autofree char *there = name_repeatables(work);

	if (walk->failed == walk->migration)
		report_case_set(
		    test_case, REPORT_FAILED,
		    "\"%s\" fails where %s there already, as on every running installation: %s\n%s\n"
		    "hint: drop in the migration what stands in its way, and change the repeatable, so that it runs "
		    "again; \"repeatables_except\" accepts it with a reason",
		    walk->migration->name, there, outcome->message, outcome->details);
	else
		report_case_set(
		    test_case, REPORT_FAILED,
		    "\"%s\" fails when it runs again after \"%s\", as it does when its checksum changes: %s\n%s\n"
		    "hint: drop what it makes before it makes it; \"repeatables_except\" accepts it with a reason",
		    walk->failed->name, walk->migration->name, outcome->message, outcome->details);
	test_case->statement = g_strdup(outcome->statement);
	test_case->accepted_by = "repeatables_except";
	if (reason != NULL) {
		g_autofree char *found = g_strdup(test_case->message);
		report_case_set(test_case, REPORT_SKIPPED, "excepted: %s\nfound: %s", reason, found);
	}
	work->failed = true;
	run_stage_report(test_case, stage);
}

/* --- The end -------------------------------------------------------------------------- */

static void
report_difference(RunUpgrade *work, const Migration *migration, const GArray *differences)
{
	g_autofree char *all = catalog_diff_describe(differences, CHECK_DIFFERENCES_SHOWN);
	ReportCase *test_case = run_stage_case(work->stage, "upgrade", migration->name,
	                                       migration_script_position(migration->up));

	report_case_set(
	    test_case, REPORT_FAILED,
	    "an upgrade from before \"%s\", where the repeatables are there already, ends in another schema than an "
	    "installation\n%s\n"
	    "hint: \"was\" is the installation. A repeatable that is there already does not run again: what the "
	    "versioned "
	    "migrations do to its objects, a GRANT on all tables for example, belongs into the repeatable",
	    migration->name, all);
	work->failed = true;
	run_stage_report(test_case, work->stage);
}

/* The whole way from before the migration to the end, as the tool goes it. */
static bool
compare_end(RunUpgrade *work, const Migration *migration, GError **error)
{
	g_auto(CheckWorkspace) copy = { 0 };
	g_auto(MigrationOutcome) outcome = { 0 };
	g_auto(Walk) walk = { .work = work, .migration = migration, .at = &copy };
	const Migration *failed = NULL;
	guint n_applied = 0;

	if (!check_workspace_clone(&work->stage->workspace, "upgrade", &copy, error) ||
	    !install_repeatables(&walk, error) ||
	    !migration_runner_migrate(copy.runner, &n_applied, &failed, &outcome, error))
		return false;
	/* A migration that fails is found on the way. */
	if (failed != NULL)
		return true;
	if (!upgrade_repeatables_run_again(&walk, error))
		return false;
	if (walk.failed != NULL)
		return true;
	g_autoptr(CatalogSnapshot) found = check_workspace_snapshot(&copy, error);
	if (found == NULL)
		return false;
	g_autoptr(GArray) differences = catalog_diff(work->expected, found, NULL);
	if (differences->len > 0)
		report_difference(work, migration, differences);
	return true;
}

bool
run_upgrade_try_repeatables(RunUpgrade *work, const Migration *migration, bool *ret_failed, GError **error)
{
	g_auto(CheckWorkspace) copy = { 0 };
	g_auto(Walk) walk = { .work = work, .migration = migration, .at = &copy };
	bool failed = false;

	if (!try_within(work, migration, &failed, error))
		return false;
	if (failed &&
	    (!check_workspace_clone(&work->stage->workspace, "upgrade", &copy, error) || !walk_to_next(&walk, error)))
		return false;
	*ret_failed = walk.failed != NULL;
	/* A repeatable that cannot run again cannot do so after any version. */
	if (*ret_failed && !g_ptr_array_find(work->reported, walk.failed, NULL)) {
		report_failure(&walk);
		g_ptr_array_add(work->reported, (gpointer)walk.failed);
	}
	if (work->there->len == 0)
		return true;
	work->n_tried++;
	if (work->compared || *ret_failed)
		return true;
	work->compared = true;
	return compare_end(work, migration, error);
}

void
run_upgrade_report_repeatables(RunUpgrade *work)
{
	SourcePosition nowhere = { .path = work->stage->job->set->directory };
	static const char name[] = "each version where the repeatables are there";

	if (work->failed)
		return;
	ReportCase *test_case = run_stage_case(work->stage, "upgrade", name, nowhere);
	if (work->n_tried == 0)
		report_case_set(test_case, REPORT_SKIPPED, "the repeatables run at no earlier version");
	run_stage_report(test_case, work->stage);
}
