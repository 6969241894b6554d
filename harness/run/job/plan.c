#include "run/job/plan.h"
#include "migration/detect/formats.h"

#include "base/error.h"
#include "check/fixture/fixture.h"
#include "check/kind/kind.h"
#include "check/schema/ignore.h"
#include "run/job/declared.h"
#include "run/job/exclusions.h"
#include "run/job/path.h"
#include "run/job/queries.h"

#include <string.h>

static void
free_at(gpointer data)
{
	RunAt *at = data;

	suite_document_free(at->fixture);
	migration_schema_file_free(at->schema_file);
	g_free(at);
}

static void
job_free(gpointer data)
{
	RunJob *job = data;

	migration_set_free(job->set);
	migration_schema_file_free(job->baseline_schema);
	run_base_free(job->base);
	g_ptr_array_unref(job->fixtures);
	g_ptr_array_unref(job->schema_files);
	g_ptr_array_unref(job->at);
	g_ptr_array_unref(job->plans);
	impact_settings_free(job->impact);
	plan_size_free(job->size);
	plan_blessed_free(job->blessed);
	g_free(job->stored_rows);
	g_clear_pointer(&job->excluded_tables, g_ptr_array_unref);
	g_clear_pointer(&job->excluded_columns, g_ptr_array_unref);
	g_free(job->excluded);
	g_free(job->history);
	g_free(job);
}

static void
free_suite(gpointer data)
{
	suite_free(data);
}

static void
free_document(gpointer data)
{
	suite_document_free(data);
}

static void
free_schema_file(gpointer data)
{
	migration_schema_file_free(data);
}

/* A fixture in YAML, or a schema in SQL. */
static bool
load_fixture(RunJob *job, const char *path, GError **error)
{
	if (g_str_has_suffix(path, ".sql")) {
		MigrationSchemaFile *file = migration_schema_file_load(path, error);
		if (file != NULL)
			g_ptr_array_add(job->schema_files, file);
		return file != NULL;
	}
	SuiteDocument *fixture = check_fixture_load(path, error);
	if (fixture != NULL)
		g_ptr_array_add(job->fixtures, fixture);
	return fixture != NULL;
}

/* The fixtures of a version in the middle. */
static bool
load_at(RunJob *job, const SuiteData *data, GError **error)
{
	const Migration *migration = migration_set_find(job->set, data->migration);
	guint index = 0;

	if (migration == NULL)
		return run_job_refuse_migration(job, data->migration, data->node, error);
	if (g_ptr_array_find(job->set->migrations, migration, &index) && index + 1 < job->n_baseline)
		return suite_node_error(data->node, error, "name the baseline's version, or a later one",
		                        "\"%s\" is in the middle of the baseline", data->migration);
	RunAt *at = g_new0(RunAt, 1);
	g_ptr_array_add(job->at, at);
	at->migration = migration;
	at->name = data->migration;
	if (g_str_has_suffix(data->path, ".sql"))
		at->schema_file = migration_schema_file_load(data->path, error);
	else
		at->fixture = check_fixture_load(data->path, error);
	return at->schema_file != NULL || at->fixture != NULL;
}

/* How many migrations the baseline stands for. */
static bool
count_baseline(RunJob *job, GError **error)
{
	const SuiteBaseline *baseline = job->database->baseline;
	const Migration *last = migration_set_find(job->set, baseline->version);
	if (last != NULL && last->kind == MIGRATION_REPEATABLE)
		return suite_node_error(baseline->node, error, "name the last version that the database has",
		                        "\"%s\" is repeatable and has no version", last->name);
	if (!migration_set_count_up_to(job->set, baseline->version, &job->n_baseline) ||
	    (job->n_baseline == 0 && baseline->schema == NULL))
		return run_job_refuse_migration(job, baseline->version, baseline->node, error);
	return true;
}

static bool
job_plan_load_baseline(RunJob *job, GError **error)
{
	const SuiteBaseline *baseline = job->database->baseline;

	if (baseline == NULL)
		return true;
	if (baseline->version != NULL && !count_baseline(job, error))
		return false;
	if (baseline->schema == NULL)
		return true;
	job->baseline_schema = migration_schema_file_load(baseline->schema, error);
	return job->baseline_schema != NULL;
}

/* --- Queries and plans ---------------------------------------------------- */

static void
free_plan_case(gpointer data)
{
	plan_case_free(data);
}

static void
free_queries(gpointer data)
{
	g_ptr_array_unref(data);
}

static bool
job_plan_load_plans(RunJob *job, const GPtrArray *queries, GError **error)
{
	if (job->database->size == NULL)
		return true;
	job->size = plan_size_load(job->database, error);
	if (job->size == NULL)
		return false;
	if (job->database->blessed_plans != NULL) {
		job->blessed = plan_blessed_load(job->database->blessed_plans, error);
		if (job->blessed == NULL)
			return false;
	}
	for (guint i = 0; i < job->suite->plans->len; i++) {
		const SuitePlan *plan = g_ptr_array_index(job->suite->plans, i);
		if (plan->database != job->database)
			continue;
		PlanCase *plan_case = plan_case_load(plan, queries, job->size, error);
		if (plan_case == NULL)
			return false;
		g_ptr_array_add(job->plans, plan_case);
	}
	return true;
}

static bool
job_plan_load_impact(RunJob *job, GError **error)
{
	if (job->database->impact == SUITE_IMPACT_OFF)
		return true;
	job->impact = impact_settings_load(job->database, job->set, job->size, error);
	return job->impact != NULL;
}

/* Says which database of which suite it is about, where the error is not about a line of another file. */
static void
tell_place(const SuiteDatabase *database, GError **error)
{
	if (error == NULL || g_regex_match_simple("\\A[^\\n]*:\\d+:\\d+: ", (*error)->message, 0, 0))
		return;
	g_autofree char *place = base_position_format(suite_node_position(database->migrations_node));
	g_prefix_error(error, "%s: ", place);
}

/* The fixtures of the end, and of versions in the middle. */
static bool
job_plan_load_fixtures(RunJob *job, GError **error)
{
	const SuiteDatabase *database = job->database;
	GError *wrong = NULL;
	bool right = true;

	for (guint i = 0; i < database->fixtures->len; i++)
		if (!load_fixture(job, ((const SuiteFile *)g_ptr_array_index(database->fixtures, i))->path, &wrong))
			right = base_error_add(error, g_steal_pointer(&wrong));
	for (guint i = 0; i < database->ignores->len; i++)
		if (!check_ignore_validate(g_ptr_array_index(database->ignores, i), &wrong))
			right = base_error_add(error, g_steal_pointer(&wrong));
	for (guint i = 0; i < database->at->len; i++)
		if (!load_at(job, g_ptr_array_index(database->at, i), &wrong))
			right = base_error_add(error, g_steal_pointer(&wrong));
	return right;
}

static bool
add_job(RunPlan *plan, const Suite *suite, const SuiteDatabase *database, const GPtrArray *queries, GError **error)
{
	RunJob *job = g_new0(RunJob, 1);
	GError *wrong = NULL;

	g_ptr_array_add(plan->jobs, job);
	job->suite = suite;
	job->database = database;
	job->queries = queries;
	job->fixtures = g_ptr_array_new_with_free_func(free_document);
	job->schema_files = g_ptr_array_new_with_free_func(free_schema_file);
	job->at = g_ptr_array_new_with_free_func(free_at);
	job->plans = g_ptr_array_new_with_free_func(free_plan_case);
	job->set = migration_set_load(&database->migrations, error);
	if (job->set == NULL)
		tell_place(database, error);
	if (job->set == NULL || !job_plan_load_baseline(job, error))
		return false;
	run_job_exclude(job);
	bool right = run_job_check_declared(job, &wrong) || base_error_add(error, g_steal_pointer(&wrong));
	if (!job_plan_load_fixtures(job, &wrong))
		right = base_error_add(error, g_steal_pointer(&wrong));
	return right && job_plan_load_plans(job, queries, error) && job_plan_load_impact(job, error);
}

/* Takes ownership of the suite, which may be NULL. */
static bool
job_plan_add_loaded(RunPlan *plan, Suite *suite, GError **error)
{
	if (suite == NULL)
		return false;
	g_ptr_array_add(plan->suites, suite);
	for (guint i = 0; i + 1 < plan->suites->len; i++) {
		const Suite *earlier = g_ptr_array_index(plan->suites, i);
		bool same_name = strcmp(earlier->name, suite->name) == 0;
		if (same_name && strcmp(earlier->path, suite->path) == 0)
			return base_error_set(error, BASE_ERROR_USAGE, "name it once", "\"%s\" is named twice",
			                      suite->path);
		if (same_name)
			return base_error_set(error, BASE_ERROR_INPUT, "give each suite a name of its own",
			                      "\"%s\" and \"%s\" are both named \"%s\"", earlier->path, suite->path,
			                      suite->name);
	}
	GPtrArray *queries = run_queries_load(suite, error);
	if (queries == NULL)
		return false;
	g_ptr_array_add(plan->queries, queries);
	bool right = true;
	for (guint i = 0; i < suite->databases->len; i++) {
		GError *wrong = NULL;
		if (!add_job(plan, suite, g_ptr_array_index(suite->databases, i), queries, &wrong))
			right = base_error_add(error, wrong);
	}
	return right;
}

static bool
add_suite(RunPlan *plan, const char *path, GError **error)
{
	return job_plan_add_loaded(plan, suite_load(path, check_kinds(), error), error);
}

bool
run_plan_add_text(RunPlan *plan, const char *path, const char *text, GError **error)
{
	return job_plan_add_loaded(plan, suite_load_text(path, text, check_kinds(), error), error);
}

static int
job_plan_compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool
job_plan_add_folder(RunPlan *plan, const char *path, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(GDir) folder = g_dir_open(path, 0, &cause);
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	if (folder == NULL)
		return base_error_set(error, BASE_ERROR_INPUT, NULL, "could not open the folder \"%s\": %s", path,
		                      cause->message);
	while ((name = g_dir_read_name(folder)) != NULL)
		if (name[0] != '.' && (g_str_has_suffix(name, ".yaml") || g_str_has_suffix(name, ".yml")))
			g_ptr_array_add(files, g_build_filename(path, name, NULL));
	g_ptr_array_sort(files, job_plan_compare_names);
	if (files->len == 0)
		return run_path_refuse_folder(path, error);
	bool right = true;
	for (guint i = 0; i < files->len; i++) {
		GError *wrong = NULL;
		if (!add_suite(plan, g_ptr_array_index(files, i), &wrong))
			right = base_error_add(error, wrong);
	}
	return right;
}

bool
run_plan_add(RunPlan *plan, const char *path, GError **error)
{
	if (g_file_test(path, G_FILE_TEST_IS_DIR))
		return job_plan_add_folder(plan, path, error);
	if (!run_path_check(path, error))
		return false;
	return add_suite(plan, path, error);
}

void
run_job_set_base(RunJob *job, RunBase *base)
{
	run_base_take_names(base, job->set);
	job->base = base;
	job->n_baseline = 0;
	while (job->n_baseline < job->set->migrations->len &&
	       run_base_find(
		   base, ((const Migration *)g_ptr_array_index(job->set->migrations, job->n_baseline))->name) != NULL)
		job->n_baseline++;
}

bool
run_job_begins_later(const RunJob *job)
{
	return job->base != NULL || job->database->baseline != NULL;
}

const MigrationSet *
run_job_first_set(const RunJob *job)
{
	return job->base != NULL ? job->base->set : job->set;
}

RunPlan *
run_plan_new(void)
{
	RunPlan *plan = g_new0(RunPlan, 1);

	plan->suites = g_ptr_array_new_with_free_func(free_suite);
	plan->jobs = g_ptr_array_new_with_free_func(job_free);
	plan->queries = g_ptr_array_new_with_free_func(free_queries);
	return plan;
}

RunPlan *
run_plan_load(const char *const *paths, GError **error)
{
	g_autoptr(RunPlan) plan = run_plan_new();

	if (paths == NULL || paths[0] == NULL) {
		const char *path = run_path_default(".");
		bool found = path != NULL ? run_plan_add(plan, path, error) : run_path_refuse_none(error);
		return found ? g_steal_pointer(&plan) : NULL;
	}
	bool right = true;
	for (; *paths != NULL; paths++) {
		GError *wrong = NULL;
		if (!run_plan_add(plan, *paths, &wrong))
			right = base_error_add(error, wrong);
	}
	return right ? g_steal_pointer(&plan) : NULL;
}

void
run_plan_drop(RunPlan *plan, const Suite *suite)
{
	for (guint i = plan->jobs->len; i > 0; i--)
		if (((const RunJob *)g_ptr_array_index(plan->jobs, i - 1))->suite == suite)
			g_ptr_array_remove_index(plan->jobs, i - 1);
	g_ptr_array_remove(plan->suites, (gpointer)suite);
}

void
run_plan_free(RunPlan *plan)
{
	if (plan == NULL)
		return;
	g_ptr_array_unref(plan->jobs);
	g_ptr_array_unref(plan->queries);
	g_ptr_array_unref(plan->suites);
	g_free(plan);
}
