#include "command/check/with_private.h"

#include "base/error.h"
#include "catalog/diff.h"
#include "check/findings.h"
#include "check/schema/differences.h"
#include "run/job/ask.h"
#include "run/stage/stage.h"

#include <string.h>

bool
check_with_has(const MigrationSet *set, const char *name)
{
	for (guint i = 0; i < set->migrations->len; i++)
		if (strcmp(((const Migration *)g_ptr_array_index(set->migrations, i))->name, name) == 0)
			return true;
	return false;
}

static void
check_with_pair_clear(CheckWithPair *pair)
{
	for (guint i = 0; i < 2; i++) {
		g_free(pair->names[i]);
		g_free(pair->other[i]);
		migration_set_free(pair->first[i]);
	}
	migration_set_free(pair->both);
	g_free(pair->problem);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckWithPair, check_with_pair_clear)

/* --- Judging -------------------------------------------------------------------- */

/* The migrations of the set that the base does not have, as "a, b". The caller frees it. */
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

/* `about` (NULL: unknown) names the object or error of the conflict. */
static void
check_with_report(const CheckWithPair *pair, const char *what, const char *about, ReportCase *test_case)
{
	g_autofree char *places = about != NULL ? check_with_find_places(pair, about) : g_strdup("");
	g_autoptr(GString) new = g_string_new(NULL);

	for (guint i = 0; i < 2; i++) {
		g_autofree char *names = pair->first[i] != NULL
		                             ? check_with_list_new(pair->first[i], pair->job->base->set)
		                             : g_strdup("");
		g_string_append_printf(new, "\nnew in %s: %s", pair->names[i], names);
	}
	const char *hint = run_ask_hint(what);
	report_case_set(
	    test_case, REPORT_FAILED, "%s and %s do not go together: %s%s%s\nhint: %s", pair->names[0], pair->other[0],
	    what, places, new->str,
	    hint != NULL ? hint : "let one of them follow the other: merge it, and make the other anew on top of it");
}

static bool
check_with_compare(const CheckWithPair *pair, const CheckWithEnd *ends, ReportCase *test_case)
{
	const CatalogDiffOptions options = { .ignore_column_position = true };
	g_autoptr(GArray) differences = catalog_diff(ends[0].end, ends[1].end, &options);

	check_differences_normalise_array_casts(differences);
	if (differences->len == 0)
		return true;
	g_autofree char *first = catalog_difference_describe(&g_array_index(differences, CatalogDifference, 0));
	g_autofree char *all = catalog_diff_describe(differences, CHECK_DIFFERENCES_SHOWN);
	g_autofree char *what = g_strdup_printf("the end is another schema when %s comes first than when %s does\n%s",
	                                        pair->names[1], pair->names[0], all);
	check_with_report(pair, what, first, test_case);
	return false;
}

/* False when the case has failed. */
static bool
check_with_tell_end(const CheckWithPair *pair, const CheckWithEnd *ends, ReportCase *test_case)
{
	guint bad = 2;

	for (guint i = 0; i < 2 && bad == 2; i++)
		bad = ends[i].problem != NULL ? i : 2;
	if (bad == 2 && ends[0].refusal != NULL && ends[1].refusal != NULL)
		bad = 0;
	if (bad < 2) {
		g_autofree char *what = g_strdup_printf(
		    "when %s is merged after %s, %s", pair->other[bad], pair->names[bad],
		    ends[bad].problem != NULL ? ends[bad].problem : ends[bad].refusal);
		check_with_report(pair, what, ends[bad].error_text, test_case);
		return false;
	}
	if (ends[0].refusal == NULL && ends[1].refusal == NULL)
		return check_with_compare(pair, ends, test_case);
	/* The versions allow only one order; the branch that is merged second has to renumber its migrations. */
	guint i = ends[0].refusal != NULL ? 0 : 1;
	report_case_set(test_case, REPORT_PASSED, "they go together, but only when %s is merged after %s: else %s",
	                pair->other[1 - i], pair->names[1 - i], ends[i].refusal);
	return true;
}

/* Reports a write that fails in both orders of merging. A write that one branch alone breaks fails in one order
 * only. */
static bool
check_with_judge_writes(const CheckWithPair *pair, ScratchServer *server, ReportCase *test_case, GError **error)
{
	char *broken[2] = { NULL, NULL };
	bool done = true;

	if (pair->job->database->rows == 0)
		return true;
	for (guint i = 0; i < 2 && done && (i == 0 || broken[0] != NULL); i++)
		done = check_with_run_writes(pair->job, server, pair->first[i], pair->both, &broken[i], error);
	if (done && broken[0] != NULL && broken[1] != NULL) {
		g_autofree char *what = g_strdup_printf("each of them works alone, but with both: %s", broken[0]);
		check_with_report(pair, what, broken[0], test_case);
	}
	g_free(broken[0]);
	g_free(broken[1]);
	return done;
}

static bool
check_with_judge(const CheckWithPair *pair, ScratchServer *server, ReportCase *test_case, GError **error)
{
	CheckWithEnd ends[2] = { { 0 }, { 0 } };
	bool done = true;

	if (pair->problem != NULL) {
		check_with_report(pair, pair->problem, NULL, test_case);
		return true;
	}
	for (guint i = 0; i < 2 && done; i++)
		done = check_with_run(pair->job, server, pair->first[i], pair->both, &ends[i], error);
	if (done && check_with_tell_end(pair, ends, test_case))
		done = check_with_judge_writes(pair, server, test_case, error);
	for (guint i = 0; i < 2; i++)
		check_with_end_clear(&ends[i]);
	return done;
}

/* --- Pairs ------------------------------------------------------------------------ */

/* All that a pair needs. */
typedef struct {
	const CommandCheckBase *base;
	const RunJob *job;
	const RunOptions *options;
	ReportSuite *suite;
	guint n_pairs;   /* that were tried */
	guint n_failed;  /* of them */
	guint n_skipped; /* because there are too many */
} CheckWithWork;

/* "" is this branch. The caller frees it. */
static char *
check_with_name(const char *ref)
{
	return ref[0] == '\0' ? g_strdup("this branch") : g_strdup_printf("\"%s\"", ref);
}

/* `others` come after `ref`, all of them. */
static bool
check_with_load(const CheckWithWork *work, const char *const *refs, CheckWithPair *pair, GError **error)
{
	guint n = g_strv_length((char **)refs);
	const char *const one[] = { refs[0], NULL };
	const char *const two[] = { refs[n - 1], NULL };

	pair->job = work->job;
	pair->names[0] = check_with_name(refs[0]);
	pair->names[1] = check_with_name(refs[n - 1]);
	pair->other[0] = n > 2 ? g_strdup("the rest") : g_strdup(pair->names[1]);
	pair->other[1] = n > 2 ? g_strdup("the rest") : g_strdup(pair->names[0]);
	return command_check_base_merge(work->base, work->job, one, &pair->first[0], &pair->problem, error) &&
	       command_check_base_merge(work->base, work->job, two, &pair->first[1], &pair->problem, error) &&
	       command_check_base_merge(work->base, work->job, refs, &pair->both, &pair->problem, error);
}

static bool
check_with_try(CheckWithWork *work, const char *name, const char *const *refs, GError **error)
{
	SourcePosition nowhere = { .path = work->job->set->directory };
	g_autoptr(ReportCase)
	    test_case = report_case_new(work->job->database->name, RUN_STAGE_MERGE_ORDER, name, nowhere);
	g_auto(CheckWithPair) pair = { 0 };
	gint64 start = g_get_monotonic_time();

	if (!run_selection_has(work->options->selection, test_case))
		return true;
	ScratchServer *server = run_server_for(work->job->suite, work->options, work->options->servers, error);

	if (server == NULL || !check_with_load(work, refs, &pair, error) ||
	    !check_with_judge(&pair, server, test_case, error))
		return false;
	work->n_failed += test_case->status == REPORT_FAILED;
	test_case->duration = g_get_monotonic_time() - start;
	report_suite_add_case(work->suite, g_steal_pointer(&test_case));
	return true;
}

/* A pair of branches; the first may be "". */
static bool
check_with_pair(CheckWithWork *work, const char *one, const char *other, GError **error)
{
	const char *const refs[] = { one, other, NULL };
	g_autofree char *name = one[0] == '\0' ? g_strdup(other) : g_strdup_printf("%s and %s", one, other);

	if (work->n_pairs >= CHECK_WITH_MAX_PAIRS) {
		work->n_skipped++;
		return true;
	}
	work->n_pairs++;
	return check_with_try(work, name, refs, error);
}

static void
check_with_skip(const CheckWithWork *work, const char *name, const char *reason)
{
	SourcePosition nowhere = { .path = work->job->set->directory };
	g_autoptr(ReportCase)
	    test_case = report_case_new(work->job->database->name, RUN_STAGE_MERGE_ORDER, name, nowhere);

	report_case_set(test_case, REPORT_SKIPPED, "%s", reason);
	if (run_selection_has(work->options->selection, test_case))
		report_suite_add_case(work->suite, g_steal_pointer(&test_case));
}

static bool
check_with_all_together(CheckWithWork *work, const GPtrArray *refs, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new();

	if (refs->len < 2)
		return true;
	if (work->n_failed > 0) {
		check_with_skip(work, "all together", "not tried, because there are pairs that do not go together");
		return true;
	}
	g_ptr_array_add(all, (gpointer) "");
	for (guint i = 0; i < refs->len; i++)
		g_ptr_array_add(all, g_ptr_array_index(refs, i));
	g_ptr_array_add(all, NULL);
	return check_with_try(work, "all together", (const char *const *)all->pdata, error);
}

static bool
check_with_job(CheckWithWork *work, const GPtrArray *refs, GError **error)
{
	for (guint i = 0; i < refs->len; i++)
		if (!check_with_pair(work, "", g_ptr_array_index(refs, i), error))
			return false;
	for (guint i = 0; i < refs->len; i++)
		for (guint j = i + 1; j < refs->len; j++)
			if (!check_with_pair(work, g_ptr_array_index(refs, i), g_ptr_array_index(refs, j), error))
				return false;
	if (work->n_skipped > 0) {
		g_autofree char *reason = g_strdup_printf("not tried: at most %d pairs are", CHECK_WITH_MAX_PAIRS);
		g_autofree char *name = g_strdup_printf("%u more pairs", work->n_skipped);
		check_with_skip(work, name, reason);
	}
	return check_with_all_together(work, refs, error);
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

/* Those of the list that are in the clone; the others get a case. */
static GPtrArray *
check_with_choose(const CheckWithWork *work, const CommandCheckWithWish *wish)
{
	GPtrArray *refs = g_ptr_array_new();
	const char *own = command_check_base_branch(work->base);

	for (char *const *ref = wish->refs; ref != NULL && *ref != NULL; ref++)
		g_ptr_array_add(refs, *ref);
	for (char *const *ref = wish->open; ref != NULL && *ref != NULL; ref++) {
		if (g_strcmp0(own, *ref) == 0 || g_ptr_array_find_with_equal_func(refs, *ref, g_str_equal, NULL))
			continue;
		if (command_check_base_has_ref(work->base, *ref)) {
			g_ptr_array_add(refs, *ref);
			continue;
		}
		g_autofree char *reason = g_strdup_printf("not tried: it is not in this clone; git fetch origin %s",
		                                          *ref);
		check_with_skip(work, *ref, reason);
	}
	return refs;
}

bool
command_check_with(const CommandCheckBase *base, const CommandCheckWithWish *wish, const RunPlan *plan,
                   const RunOptions *options, ReportRun *report, GError **error)
{
	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		CheckWithWork work = {
			.base = base, .job = job, .options = options, .suite = check_with_find_suite(report, job)
		};
		if (job->base == NULL || work.suite == NULL || job->baseline_schema != NULL ||
		    !run_selection_has_stage(options->selection, job->database->name, RUN_STAGE_MERGE_ORDER))
			continue;
		g_autoptr(GPtrArray) refs = check_with_choose(&work, wish);
		if (!check_with_job(&work, refs, error))
			return false;
	}
	return true;
}
