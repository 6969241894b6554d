#include "command/check_with.h"

#include "base/error.h"
#include "catalog/diff.h"
#include "check/findings.h"
#include "check/proof/workspace.h"
#include "check/schema/differences.h"
#include "run/job/server.h"

#include <string.h>

#define STAGE "merge order"

/* What came of running one set, and then what another one leaves pending. */
typedef struct {
	CatalogSnapshot *end; /* NULL: it did not come so far */
	char *problem;        /* why; or NULL */
	char *refusal;        /* why the tool would not have come so far; or NULL */
} CheckWithEnd;

static void
check_with_end_clear(CheckWithEnd *end)
{
	catalog_snapshot_unref(end->end);
	g_free(end->problem);
	g_free(end->refusal);
}

/* --- Migrating ---------------------------------------------------------------- */

static bool
check_with_has(const MigrationSet *set, const char *name)
{
	for (guint i = 0; i < set->migrations->len; i++)
		if (strcmp(((const Migration *)g_ptr_array_index(set->migrations, i))->name, name) == 0)
			return true;
	return false;
}

/* What the tool takes for applied though it never was: a version below one that is. */
static bool
check_with_find_lost(CheckWorkspace *at, const MigrationSet *before, CheckWithEnd *end, GError **error)
{
	g_autoptr(GHashTable) applied = migration_runner_applied(at->runner, error);

	for (guint i = 0; applied != NULL && end->refusal == NULL && i < at->set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(at->set->migrations, i);
		if (g_hash_table_contains(applied, migration->name) && !check_with_has(before, migration->name))
			end->refusal = g_strdup_printf("%s never applies \"%s\", and says nothing of it",
			                               migration_set_format_title(at->set), migration->name);
	}
	return applied != NULL;
}

static bool
check_with_ask(CheckWorkspace *at, const MigrationSet *before, CheckWithEnd *end, GError **error)
{
	GError *cause = NULL;

	if (migration_runner_validate(at->runner, &cause))
		return check_with_find_lost(at, before, end, error);
	if (!g_error_matches(cause, BASE_ERROR, BASE_ERROR_INPUT)) {
		g_propagate_error(error, cause);
		return false;
	}
	g_auto(GStrv) lines = g_strsplit(cause->message, "\n", 2);
	end->refusal = g_strdup_printf("%s refuses to go on: %s", migration_set_format_title(at->set), lines[0]);
	g_error_free(cause);
	return true;
}

/* Those that have not been run, one by one, also where the tool would not: what they do to each other is asked here. */
static bool
check_with_apply(CheckWorkspace *at, const MigrationSet *before, CheckWithEnd *end, GError **error)
{
	for (guint i = 0; i < at->set->migrations->len && end->problem == NULL; i++) {
		const Migration *migration = g_ptr_array_index(at->set->migrations, i);
		g_auto(MigrationOutcome) outcome = { 0 };
		if (before != NULL && check_with_has(before, migration->name))
			continue;
		if (!db_session_reset(at->session, error) ||
		    !migration_runner_apply(at->runner, migration, MIGRATION_UP, &outcome, error))
			return false;
		if (outcome.failed)
			end->problem = g_strdup_printf("\"%s\" fails: %s", migration->name, outcome.message);
	}
	return true;
}

/* The set; `before` has been run already, or is NULL. */
static bool
check_with_migrate(CheckWorkspace *at, const MigrationSet *set, const MigrationSet *before, CheckWithEnd *end,
                   GError **error)
{
	at->set = set;
	return check_workspace_connect(at, error) && (before == NULL || check_with_ask(at, before, end, error)) &&
	       check_with_apply(at, before, end, error);
}

/* A new database gets the one, and then what is pending of both. */
static bool
check_with_run(const RunJob *job, ScratchServer *server, const MigrationSet *first, const MigrationSet *both,
               CheckWithEnd *end, GError **error)
{
	MigrationStandIns stand_ins = { 0 };
	CheckWorkspace at = { .server = server, .stand_ins = &stand_ins, .exclusions = &job->exclusions, .set = first };
	bool done = run_server_stand_ins(server, job->suite, &stand_ins, error) &&
	            check_workspace_create(&at, STAGE, error) && check_with_migrate(&at, first, NULL, end, error);

	if (done && end->problem == NULL) {
		check_workspace_disconnect(&at);
		done = check_with_migrate(&at, both, first, end, error);
	}
	if (done && end->problem == NULL) {
		end->end = check_workspace_snapshot(&at, error);
		done = end->end != NULL;
	}
	check_workspace_close(&at);
	g_clear_pointer(&stand_ins.sources, g_hash_table_unref);
	return done;
}

/* --- Judging -------------------------------------------------------------------- */

/* Those of the one that the other does not have, as "a, b". The caller frees it. */
static char *
check_with_list_new(const MigrationSet *set, const MigrationSet *base)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (!check_with_has(base, migration->name))
			g_string_append_printf(names, "%s\"%s\"", names->len > 0 ? ", " : "", migration->name);
	}
	return g_string_free(names, FALSE);
}

typedef struct {
	const RunJob *job;
	const char *ref;
	MigrationSet *theirs; /* the base and what is new there; NULL: it cannot be read */
	MigrationSet *both;   /* and this branch; NULL */
	char *problem;        /* why; or NULL */
} CheckWithPair;

static void
check_with_tell(const CheckWithPair *pair, const char *what, ReportCase *test_case)
{
	g_autofree char *ours = check_with_list_new(pair->job->set, pair->job->base->set);
	g_autofree char *theirs = pair->theirs != NULL ? check_with_list_new(pair->theirs, pair->job->base->set)
	                                               : g_strdup("");

	report_case_set(test_case, REPORT_FAILED,
	                "this branch and \"%s\" do not go together: %s\nnew here: %s\nnew there: %s\n"
	                "hint: let one of the two follow the other: merge it, and make this one anew on top of it",
	                pair->ref, what, ours, theirs);
}

static void
check_with_compare(const CheckWithPair *pair, const CheckWithEnd *ends, ReportCase *test_case)
{
	const CatalogDiffOptions options = { .ignore_column_position = true };
	g_autoptr(GArray) differences = catalog_diff(ends[0].end, ends[1].end, &options);

	check_differences_normalise_array_casts(differences);
	if (differences->len == 0)
		return;
	g_autofree char *all = catalog_diff_describe(differences, CHECK_DIFFERENCES_SHOWN);
	g_autofree char *what = g_strdup_printf("merged before it, the end is another schema than merged behind it\n%s",
	                                        all);
	check_with_tell(pair, what, test_case);
}

static const char *const check_with_orders[] = { "merged after this one", "merged before this one" };

static void
check_with_tell_end(const CheckWithPair *pair, const CheckWithEnd *ends, ReportCase *test_case)
{
	const CheckWithEnd *bad = NULL;

	for (guint i = 0; i < 2 && bad == NULL; i++)
		bad = ends[i].problem != NULL ? &ends[i] : NULL;
	for (guint i = 0; i < 2 && bad == NULL && ends[0].refusal != NULL && ends[1].refusal != NULL; i++)
		bad = &ends[i];
	if (bad != NULL) {
		g_autofree char *what = g_strdup_printf("%s, %s", check_with_orders[bad - ends],
		                                        bad->problem != NULL ? bad->problem : bad->refusal);
		check_with_tell(pair, what, test_case);
	} else if (ends[0].refusal != NULL || ends[1].refusal != NULL) {
		/* Versions leave one order only; whoever comes second has to number his own anew. */
		guint i = ends[0].refusal != NULL ? 0 : 1;
		report_case_set(test_case, REPORT_PASSED, "they go together, but only when it is %s: else %s",
		                check_with_orders[1 - i], ends[i].refusal);
	} else {
		check_with_compare(pair, ends, test_case);
	}
}

static bool
check_with_judge(const CheckWithPair *pair, ScratchServer *server, ReportCase *test_case, GError **error)
{
	const MigrationSet *const first[] = { pair->job->set, pair->theirs };
	CheckWithEnd ends[2] = { { 0 }, { 0 } };
	bool done = true;

	if (pair->problem != NULL) {
		check_with_tell(pair, pair->problem, test_case);
		return true;
	}
	for (guint i = 0; i < 2 && done; i++)
		done = check_with_run(pair->job, server, first[i], pair->both, &ends[i], error);
	if (done)
		check_with_tell_end(pair, ends, test_case);
	for (guint i = 0; i < 2; i++)
		check_with_end_clear(&ends[i]);
	return done;
}

/* --- All of it -------------------------------------------------------------------- */

static ReportSuite *
check_with_find_suite(const ReportRun *report, const RunJob *job)
{
	for (guint i = 0; i < report->suites->len; i++) {
		ReportSuite *suite = g_ptr_array_index(report->suites, i);
		if (strcmp(suite->name, job->suite->name) == 0)
			return suite;
	}
	return NULL;
}

static bool
check_with_pair(const CommandCheckBase *base, const RunJob *job, const char *ref, const RunOptions *options,
                ReportSuite *suite, GError **error)
{
	CheckWithPair pair = { .job = job, .ref = ref };
	SourcePosition nowhere = { .path = job->set->directory };
	g_autoptr(ReportCase) test_case = report_case_new(job->database->name, STAGE, ref, nowhere);
	gint64 start = g_get_monotonic_time();
	ScratchServer *server = run_server_for(job->suite, options, options->servers, error);
	bool done = server != NULL &&
	            command_check_base_join(base, job, ref, &pair.theirs, &pair.both, &pair.problem, error) &&
	            check_with_judge(&pair, server, test_case, error);

	migration_set_free(pair.theirs);
	migration_set_free(pair.both);
	g_free(pair.problem);
	if (!done)
		return false;
	test_case->duration = g_get_monotonic_time() - start;
	report_suite_add_case(suite, g_steal_pointer(&test_case));
	return true;
}

bool
command_check_with(const CommandCheckBase *base, char *const *refs, const RunPlan *plan, const RunOptions *options,
                   ReportRun *report, GError **error)
{
	for (; *refs != NULL; refs++) {
		for (guint i = 0; i < plan->jobs->len; i++) {
			const RunJob *job = g_ptr_array_index(plan->jobs, i);
			ReportSuite *suite = check_with_find_suite(report, job);
			if (job->base != NULL && suite != NULL && job->baseline_schema == NULL &&
			    !check_with_pair(base, job, *refs, options, suite, error))
				return false;
		}
	}
	return true;
}
