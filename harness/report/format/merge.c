#include "report/format/merge.h"

#include "base/error.h"
#include "report/cause.h"

#include <string.h>

/* --- Parts ------------------------------------------------------------------------------ */

/* Sets shards[N - 1] to the path of part N; NULL for a missing part. */
static bool
merge_find_shards(const GPtrArray *runs, const char *const *paths, GPtrArray *shards, GError **error)
{
	for (guint i = 0; i < runs->len; i++) {
		const ReportRun *run = g_ptr_array_index(runs, i);
		if (run->n_shards == 0)
			continue;
		if (shards->len != 0 && shards->len != run->n_shards)
			return base_error_set(error, BASE_ERROR_USAGE, "merge the reports of one run",
			                      "\"%s\" is a part of %u, another file is a part of %u", paths[i],
			                      run->n_shards, shards->len);
		g_ptr_array_set_size(shards, (gint)run->n_shards);
		if (run->shard < 1 || run->shard > run->n_shards)
			return base_error_set(error, BASE_ERROR_USAGE, NULL, "\"%s\" says that it is part %u of %u",
			                      paths[i], run->shard, run->n_shards);
		if (g_ptr_array_index(shards, run->shard - 1) != NULL)
			return base_error_set(error, BASE_ERROR_USAGE, "merge each part once",
			                      "\"%s\" and \"%s\" are both part %u of %u",
			                      (const char *)g_ptr_array_index(shards, run->shard - 1), paths[i],
			                      run->shard, run->n_shards);
		shards->pdata[run->shard - 1] = (gpointer)paths[i];
	}
	return true;
}

static void
merge_add_lost(ReportRun *merged, const GPtrArray *shards)
{
	ReportSuite *suite = NULL;

	for (guint i = 0; i < shards->len; i++) {
		if (g_ptr_array_index(shards, i) != NULL)
			continue;
		if (suite == NULL)
			suite = report_run_add_suite(merged, "pgassay", NULL, NULL);
		g_autofree char *name = g_strdup_printf("shard %u of %u", i + 1, shards->len);
		ReportCase *test_case = report_case_new(NULL, "run", name, (SourcePosition){ 0 });
		report_case_set(test_case, REPORT_ERRORED,
		                "the report of shard %u of %u is missing: what it had to test is not known\n"
		                "hint: look at the job of that shard; merge its report, too",
		                i + 1, shards->len);
		test_case->expected = g_strdup("Every shard has written its report.");
		report_suite_add_case(suite, test_case);
	}
}

/* Parts that have divided the work in different ways may have left something out, all of them. */
static void
merge_add_divided(ReportRun *merged, const GPtrArray *runs, const char *const *paths)
{
	guint first = 0;

	for (guint i = 0; i < runs->len; i++) {
		const char *division = ((const ReportRun *)g_ptr_array_index(runs, i))->division;
		const char *before = ((const ReportRun *)g_ptr_array_index(runs, first))->division;
		if (before == NULL)
			first = i;
		if (before == NULL || division == NULL || strcmp(before, division) == 0)
			continue;
		ReportSuite *suite = report_run_add_suite(merged, "pgassay", NULL, NULL);
		ReportCase *test_case = report_case_new(NULL, "run", "all shards divide the same work",
		                                        (SourcePosition){ 0 });
		report_case_set(
		    test_case, REPORT_ERRORED,
		    "\"%s\" and \"%s\" have not divided the work in the same way: some of it may be left out\n"
		    "hint: give all of them the same commit, the same options and the same --durations FILE",
		    paths[first], paths[i]);
		test_case->expected = g_strdup("All shards of a run divide the same work in the same way.");
		report_suite_add_case(suite, test_case);
		return;
	}
}

/* --- Suites --------------------------------------------------------------------------------- */

static ReportSuite *
merge_find_suite(ReportRun *merged, const ReportSuite *like)
{
	for (guint i = 0; i < merged->suites->len; i++) {
		ReportSuite *suite = g_ptr_array_index(merged->suites, i);
		if (strcmp(suite->name, like->name) == 0 && g_strcmp0(suite->path, like->path) == 0)
			return suite;
	}
	ReportSuite *suite = report_run_add_suite(merged, like->name, like->title, like->path);
	suite->started = like->started;
	return suite;
}

static void
merge_add_properties(ReportSuite *to, const ReportSuite *from)
{
	for (guint i = 0; i < from->properties->len; i++) {
		const ReportProperty *property = g_ptr_array_index(from->properties, i);
		bool known = false;
		for (guint j = 0; j < to->properties->len && !known; j++) {
			const ReportProperty *other = g_ptr_array_index(to->properties, j);
			known = g_strcmp0(other->name, property->name) == 0 &&
			        g_strcmp0(other->value, property->value) == 0;
		}
		if (!known)
			report_suite_add_property(to, property->name, property->value);
	}
}

static char *
merge_key(const ReportSuite *suite, const ReportCase *test_case)
{
	g_autofree char *classname = report_case_classname(suite, test_case);

	return g_strdup_printf("%s\n%s\n%s\n%s\n%s", suite->path != NULL ? suite->path : "", classname, test_case->name,
	                       report_status_name(test_case->status),
	                       test_case->message != NULL ? test_case->message : "");
}

/* One file may have several cases of the same name. A case that an earlier file holds already is not added again. */
static void
merge_add_suite(ReportRun *merged, GHashTable *known, ReportSuite *from)
{
	ReportSuite *to = merge_find_suite(merged, from);
	g_autoptr(GPtrArray) added = g_ptr_array_new();

	to->started = from->started > 0 ? MIN(to->started, from->started) : to->started;
	to->duration = MAX(to->duration, from->duration);
	merge_add_properties(to, from);
	for (guint i = 0; i < from->times->len; i++) {
		const ReportTime *time = g_ptr_array_index(from->times, i);
		report_suite_add_time(to, time->database, time->stage, time->duration);
	}
	while (from->watched->len > 0)
		g_ptr_array_add(to->watched, g_ptr_array_steal_index(from->watched, 0));
	while (from->databases->len > 0) {
		ReportDatabase *database = g_ptr_array_steal_index(from->databases, 0);
		if (report_suite_database(to, database->name) == NULL)
			report_suite_add_database(to, database);
		else
			report_database_free(database);
	}
	while (from->cases->len > 0) {
		ReportCase *test_case = g_ptr_array_steal_index(from->cases, from->cases->len - 1);
		g_ptr_array_add(added, test_case);
	}
	for (guint i = added->len; i > 0; i--) {
		ReportCase *test_case = g_ptr_array_index(added, i - 1);
		g_autofree char *key = merge_key(to, test_case);
		if (g_hash_table_contains(known, key))
			report_case_free(test_case);
		else
			report_suite_add_case(to, test_case);
	}
}

static void
merge_note_keys(GHashTable *known, const ReportRun *merged)
{
	g_hash_table_remove_all(known);
	for (guint i = 0; i < merged->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(merged->suites, i);
		for (guint j = 0; j < suite->cases->len; j++)
			g_hash_table_add(known, merge_key(suite, g_ptr_array_index(suite->cases, j)));
	}
}

ReportRun *
report_merge(GPtrArray *runs, const char *const *paths, GError **error)
{
	g_autoptr(GPtrArray) shards = g_ptr_array_new();
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	if (!merge_find_shards(runs, paths, shards, error))
		return NULL;
	ReportRun *merged = report_run_new();
	for (guint i = 0; i < runs->len; i++) {
		ReportRun *run = g_ptr_array_index(runs, i);
		merge_note_keys(known, merged);
		merged->started = i == 0 ? run->started : MIN(merged->started, run->started);
		merged->duration = MAX(merged->duration, run->duration);
		if (merged->base == NULL)
			merged->base = g_strdup(run->base);
		if (merged->title == NULL)
			merged->title = g_strdup(run->title);
		if (merged->reproduce == NULL)
			merged->reproduce = g_strdupv(run->reproduce);
		for (guint j = 0; j < run->suites->len; j++)
			merge_add_suite(merged, known, g_ptr_array_index(run->suites, j));
	}
	merge_add_lost(merged, shards);
	merge_add_divided(merged, runs, paths);
	report_run_find_causes(merged);
	return merged;
}
