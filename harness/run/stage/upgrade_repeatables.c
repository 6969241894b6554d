/* Repeatables (Flyway's R__) are there on every running installation before its next version comes. */
#include "run/stage/upgrade_private.h"

#include "catalog/diff.h"
#include "check/findings.h"
#include "check/workspace/place.h"
#include "check/workspace/sequences.h"
#include "run/job/declared.h"

#include <string.h>

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

/* --- Views that go ---------------------------------------------------------------- */

/* Whether a statement of the migration drops something with CASCADE: else the server refuses it. */
static bool
upgrade_repeatables_cascade(const Migration *migration)
{
	static const char *const words[] = { "CASCADE", NULL };

	return check_place_find_statement(migration->up, words) != NULL;
}

/* The views that are there, each name to its name with the schema. NULL with *error; the caller unrefs it. */
static GHashTable *
upgrade_repeatables_read_views(DbSession *session, GError **error)
{
	g_autoptr(DbResult) found = db_session_query(
	    session, error,
	    "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), c.relname FROM pg_catalog.pg_class c JOIN "
	    "pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND c.oid >= 16384",
	    NULL);
	GHashTable *views = found != NULL ? g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free) : NULL;

	for (int row = 0; found != NULL && row < db_result_rows(found); row++)
		g_hash_table_insert(views, g_strdup(db_result_value(found, row, 0)),
		                    g_strdup(db_result_value(found, row, 1)));
	return views;
}

/* With this placeholder the text is another one each time. */
static bool
upgrade_repeatables_runs_always(const Migration *repeatable)
{
	return strstr(base_source_text(migration_script_source(repeatable->up)), "flyway:timestamp") != NULL;
}

/* Whether a repeatable speaks of the view, and the migration does not. */
static bool
upgrade_repeatables_own(const Walk *walk, const char *name)
{
	const char *const words[] = { name, NULL };
	const GPtrArray *there = walk->work->there;
	bool own = false;

	for (guint i = 0; i < there->len && !own; i++) {
		const Migration *repeatable = g_ptr_array_index(there, i);
		own = check_place_find_statement(repeatable->up, words) != NULL &&
		      !upgrade_repeatables_runs_always(repeatable);
	}
	return own && check_place_find_statement(walk->migration->up, words) == NULL;
}

/* The first of them by its name that is not there any more. */
static bool
upgrade_repeatables_find_taken(Walk *walk, GHashTable *before, GError **error)
{
	g_autoptr(GHashTable) now = upgrade_repeatables_read_views(walk->at->session, error);
	g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(before), (GCompareFunc)strcmp);

	for (const GList *item = names; now != NULL && item != NULL; item = item->next) {
		if (g_hash_table_contains(now, item->data) ||
		    !upgrade_repeatables_own(walk, g_hash_table_lookup(before, item->data)))
			continue;
		walk->work->taken = g_strdup(item->data);
		break;
	}
	return now != NULL;
}

static bool
walk_to_next(Walk *walk, GError **error)
{
	g_autoptr(GHashTable) views = NULL;

	g_clear_pointer(&walk->work->taken, g_free);
	if (!install_repeatables(walk, error))
		return false;
	if (walk->work->there->len == 0)
		return true;
	if (upgrade_repeatables_cascade(walk->migration)) {
		views = upgrade_repeatables_read_views(walk->at->session, error);
		if (views == NULL)
			return false;
	}
	if (!upgrade_repeatables_apply(walk, walk->migration, &walk->outcome, error))
		return false;
	if (walk->outcome.failed)
		walk->failed = walk->migration;
	else if (views != NULL && !upgrade_repeatables_find_taken(walk, views, error))
		return false;
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

/* A case of the migration that fails, unless it is excepted. Its text is set. */
static void
upgrade_repeatables_report(RunUpgrade *work, const Migration *migration, ReportCase *test_case)
{
	const RunStage *stage = work->stage;
	const char *reason = run_job_declared(stage->job, stage->job->database->repeatables_except, migration);

	test_case->accepted_by = "repeatables_except";
	if (reason != NULL) {
		g_autofree char *found = g_strdup(test_case->message);
		report_case_set(test_case, REPORT_SKIPPED, "excepted: %s\nfound: %s", reason, found);
	}
	work->failed = true;
	run_stage_report(test_case, work->stage);
}

static void
report_failure(const Walk *walk)
{
	RunUpgrade *work = walk->work;
	RunStage *stage = work->stage;
	const MigrationOutcome *outcome = &walk->outcome;
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
	upgrade_repeatables_report(work, walk->migration, test_case);
}

static void
report_taken(RunUpgrade *work, const Migration *migration)
{
	static const char *const words[] = { "CASCADE", NULL };
	ReportCase *test_case = run_stage_case(work->stage, "upgrade", migration->name,
	                                       check_place_find(migration->up, words));

	report_case_set(test_case, REPORT_FAILED,
	                "\"%s\" drops view \"%s\" by CASCADE, and does not name it: on a running installation it is "
	                "gone, because its repeatable runs again only when its text changes\n"
	                "hint: drop the view by its name, without CASCADE, and change the repeatable in the same "
	                "release; \"repeatables_except\" accepts it with a reason",
	                migration->name, work->taken);
	upgrade_repeatables_report(work, migration, test_case);
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
	if (!*ret_failed && work->taken != NULL) {
		report_taken(work, migration);
		*ret_failed = true;
	}
	g_clear_pointer(&work->taken, g_free);
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
