/* Where the databases of a job begin. */
#include "support_run.h"

#include "base/error.h"
#include "run/job/starting_point.h"
#include "run/reset/reset.h"

#define DUMP                                                                                                           \
	"\\restrict x\nSELECT pg_catalog.set_config('search_path', '', false);\nSET row_security = off;\n"             \
	"SET SESSION work_mem = '1MB';\nCREATE TABLE public.a (id int);\nCOPY public.a FROM stdin;\n7\n\\.\n"          \
	"PREPARE p AS SELECT 1;\n\\unrestrict x\n"

/* A suite with three migrations in a folder of its own, which goes with it. */
typedef struct {
	char *folder;
	RunPlan *plan;
	const RunJob *job;
} Project;

static void
project_clear(Project *project)
{
	static const char *const names[] = { "m/1.sql", "m/2.sql", "m/3.sql", "m", "dump.sql", "suite.yaml", "" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(project->folder, names[i], NULL);
		g_remove(path);
	}
	run_plan_free(project->plan);
	g_free(project->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Project, project_clear)

static void
write_file(const Project *project, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(project->folder, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);

	assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
	assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
load_project(Project *project, const char *baseline, const char *dump)
{
	g_autofree char *suite = g_strdup_printf("suite: s\ndatabases: { d: { migrations: m, baseline: %s } }\n",
	                                         baseline);
	GError *error = NULL;

	project->folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	write_file(project, "m/1.sql", "CREATE TABLE a (id int)");
	write_file(project, "m/2.sql", "CREATE TABLE b (id int);\nSET search_path = pg_catalog");
	write_file(project, "m/3.sql", "CREATE TABLE c (id int)");
	write_file(project, "dump.sql", dump);
	write_file(project, "suite.yaml", suite);
	g_autofree char *path = g_build_filename(project->folder, "suite.yaml", NULL);
	const char *const paths[] = { path, NULL };
	project->plan = run_plan_load(paths, &error);
	support_check(project->plan != NULL, error, "run_plan_load");
	project->job = g_ptr_array_index(project->plan->jobs, 0);
}

static RunStartingPoint *
begin(RunStartingPoints *baseline)
{
	GError *error = NULL;
	RunStartingPoint *beginning = run_starting_points_get(baseline, support_server(), NULL, &error);

	support_check(beginning != NULL, error, "run_starting_points_get");
	return beginning;
}

static char *
names_of(const RunStartingPoint *beginning)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < beginning->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(beginning->migrations, i);
		g_string_append_printf(names, "%s%s", i > 0 ? " " : "", migration->name);
	}
	return g_string_free(names, FALSE);
}

static void
assert_begins(const RunStartingPoint *beginning, const char *tables, const char *migrations)
{
	g_autoptr(SupportDatabase) copy = support_database(beginning->template);
	g_autofree char *names = names_of(beginning);

	assert_false(beginning->failed);
	assert_int_equal(beginning->test_case->status, REPORT_PASSED);
	assert_string_equal(names, migrations);
	expect_text(copy->session,
	            "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' "
	            "AND relnamespace = 'public'::regnamespace AND relname <> 'schema_migrations'",
	            tables);
}

static void
a_dump_is_loaded(void **state)
{
	(void)state;
	g_auto(Project) project = { 0 };

	load_project(&project, "{ version: 1, schema: dump.sql }", DUMP);
	g_autoptr(RunStartingPoints) baseline = run_starting_points_new(project.job);
	const RunStartingPoint *beginning = begin(baseline);
	assert_begins(beginning, "a", "2.sql 3.sql");
	assert_non_null(beginning->catalog);
	g_autoptr(SupportDatabase) copy = support_database(beginning->template);
	expect_text(copy->session, "SELECT id FROM a", "7");
}

static void
migrations_make_it_each_in_a_session_of_its_own(void **state)
{
	(void)state;
	g_auto(Project) project = { 0 };

	load_project(&project, "{ version: 3 }", DUMP);
	g_autoptr(RunStartingPoints) baseline = run_starting_points_new(project.job);
	assert_begins(begin(baseline), "a b c", "");
}

static gpointer
begin_in_a_thread(gpointer data)
{
	return begin(data);
}

static void
it_is_made_once(void **state)
{
	(void)state;
	g_auto(Project) project = { 0 };
	GThread *threads[4];

	load_project(&project, "{ version: 2 }", DUMP);
	g_autoptr(RunStartingPoints) baseline = run_starting_points_new(project.job);
	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("begin", begin_in_a_thread, baseline);
	const RunStartingPoint *first = begin(baseline);
	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
		assert_ptr_equal(g_thread_join(threads[i]), first);
	assert_begins(first, "a b", "3.sql");
}

static void
nothing_of_the_dump_s_session_is_left(void **state)
{
	const SupportDatabase *database = *state;
	g_auto(Project) project = { 0 };
	g_autoptr(DbSession) session = scratch_database_connect(database->database, DB_SESSION_MIGRATION, NULL);
	static const char settings[] =
	    "SELECT concat_ws('|', current_setting('search_path'), current_setting('work_mem'), "
	    "current_setting('row_security'), (SELECT count(*) FROM pg_prepared_statements))";
	GError *error = NULL;
	g_autofree char *before = value(session, settings);

	load_project(&project, "{ version: 1, schema: dump.sql }", DUMP);
	bool done = run_starting_point_apply(project.job, session, NULL, &error);
	support_check(done, error, "run_starting_point_apply");
	expect_text(session, settings, before);
	expect_text(session, "SELECT string_agg(version, ' ') FROM schema_migrations", "1");
}

static void
a_reset_loads_it_too(void **state)
{
	const SupportDatabase *database = *state;
	g_auto(Project) project = { 0 };
	g_autoptr(DbSession) session = scratch_database_connect(database->database, DB_SESSION_MIGRATION, NULL);
	GError *error = NULL;
	RunResetBuilt built = { 0 };

	load_project(&project, "{ version: 2, schema: dump.sql }", DUMP);
	bool done = run_reset_rebuild(session, project.job, NULL, false, &built, &error);
	support_check(done, error, "run_reset_rebuild");
	assert_int_equal(built.n_applied, 1);
	expect_text(database->session, "SELECT id FROM public.a", "7");
	expect_text(database->session, "SELECT to_regclass('public.c') IS NOT NULL", "t");
}

static void
refused_statements_have_a_position(void **state)
{
	const SupportDatabase *database = *state;
	g_auto(Project) project = { 0 };
	g_autoptr(DbSession) session = scratch_database_connect(database->database, DB_SESSION_MIGRATION, NULL);
	g_autoptr(GError) error = NULL;

	load_project(&project, "{ version: 1, schema: dump.sql }",
	             "CREATE TABLE a (id int);\n\\restrict x\nCREATE TABLE b (\n  id nothing_like_this);\n");
	g_autoptr(RunStartingPoints) baseline = run_starting_points_new(project.job);
	RunStartingPoint *beginning = begin(baseline);
	assert_true(beginning->failed);
	assert_int_equal(beginning->test_case->status, REPORT_FAILED);
	assert_string_equal(beginning->test_case->message, "type \"nothing_like_this\" does not exist");
	assert_int_equal(beginning->test_case->position.line, 4);
	assert_int_equal(beginning->test_case->position.column, 6);
	assert_ptr_equal(begin(baseline), beginning);
	assert_false(run_starting_point_apply(project.job, session, NULL, &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_MIGRATION));
	if (strstr(error->message, "the baseline fails: type \"nothing_like_this\" does not exist") == NULL ||
	    strstr(error->message, "dump.sql:4:6") == NULL)
		fail_msg("%s", error->message);
}

static void
a_history_of_another_version_is_refused(void **state)
{
	(void)state;
	g_auto(Project) project = { 0 };

	load_project(&project, "{ version: 1, schema: dump.sql }",
	             DUMP "CREATE TABLE public.schema_migrations (version text);\n"
	                  "INSERT INTO public.schema_migrations VALUES ('1'), ('2');\n");
	g_autoptr(RunStartingPoints) baseline = run_starting_points_new(project.job);
	RunStartingPoint *beginning = begin(baseline);
	assert_true(beginning->failed);
	assert_string_equal(beginning->test_case->message,
	                    "the baseline is \"1\", but the history says that \"2.sql\" is applied, too");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dump_is_loaded),
		cmocka_unit_test(migrations_make_it_each_in_a_session_of_its_own),
		cmocka_unit_test(it_is_made_once),
		cmocka_unit_test_setup_teardown(nothing_of_the_dump_s_session_is_left, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_reset_loads_it_too, support_open, support_close),
		cmocka_unit_test_setup_teardown(refused_statements_have_a_position, support_open, support_close),
		cmocka_unit_test(a_history_of_another_version_is_refused),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
