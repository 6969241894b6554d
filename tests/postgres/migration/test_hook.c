/* The points at which a hook is called while a script runs, and the state when it ends the script. */
#include "support_runner.h"

#include "base/error.h"

/* Records the points; ends the script at the point `stop`. */
typedef struct {
	GString *points;
	const char *stop;
} Seen;

static bool
see(MigrationRunner *runner, MigrationPoint point, guint n_executed, void *data, GError **error)
{
	static const char *const names[] = {
		[MIGRATION_POINT_STATEMENT] = "statement",
		[MIGRATION_POINT_RECORDED] = "recorded",
		[MIGRATION_POINT_COMMITTED] = "committed",
	};
	Seen *seen = data;
	g_autofree char *name = g_strdup_printf("%s %u", names[point], n_executed);

	assert_non_null(runner);
	g_string_append_printf(seen->points, "%s%s", seen->points->len > 0 ? ", " : "", name);
	return g_strcmp0(name, seen->stop) != 0 || base_error_set(error, BASE_ERROR_DATABASE, NULL, "stopped there");
}

/* Runs the one migration of the files; gives the points. */
static char *
apply(void **state, const FolderFile *files, const char *stop)
{
	SupportDatabase *database = *state;
	const bool refinery = strcmp(files->name, "V2__r.sql") == 0;
	g_autoptr(MigrationSet)
	    set = runner_load_as(files, (MigrationOptions){ .format = refinery ? "refinery" : NULL });
	g_autoptr(MigrationRunner) runner = runner_begin(set, database->session);
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(GError) error = NULL;
	Seen seen = { .points = g_string_new(NULL), .stop = stop };

	migration_runner_set_hook(runner, see, &seen);
	bool done = migration_runner_apply(runner, runner_migration(set, 0), MIGRATION_UP, &outcome, &error);
	assert_int_equal(done, stop == NULL);
	if (stop != NULL)
		assert_string_equal(error->message, "stopped there");
	return g_string_free(seen.points, FALSE);
}

static const FolderFile transaction[] = { { "1.sql", "CREATE TABLE a (); CREATE TABLE b ()" }, { NULL, NULL } };
static const FolderFile autocommit[] = { { "1.sql", "CREATE TABLE a (); VACUUM" }, { NULL, NULL } };
static const FolderFile flyway[] = { { "V1__a.sql", "CREATE TABLE a (); CREATE TABLE b ()" },
	                             { "V1__a.sql.conf", "executeInTransaction=false\n" },
	                             { NULL, NULL } };

static const FolderFile apart[] = { { "V2__r.sql", "CREATE TABLE a ()" }, { NULL, NULL } };

#define TABLES "SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b')"

static void
points_of_a_transaction(void **state)
{
	g_autofree char *points = apply(state, transaction, NULL);

	assert_string_equal(points, "statement 0, statement 1, statement 2, recorded 2, committed 2");
}

static void
points_of_autocommit(void **state)
{
	g_autofree char *points = apply(state, autocommit, NULL);

	assert_string_equal(points, "statement 0, statement 1, statement 2, recorded 2");
}

static void
points_of_a_transaction_without_its_row(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autofree char *points = apply(state, apart, "committed 1");
	assert_value(session, TABLES, "1");
	assert_value(session, "SELECT count(*) FROM refinery_schema_history", "0");
	support_execute(session, "DROP TABLE a");
	g_autofree char *all = apply(state, apart, NULL);

	assert_string_equal(points, "statement 0, statement 1, committed 1");
	assert_string_equal(all, "statement 0, statement 1, committed 1, recorded 1");
	assert_value(session, "SELECT count(*) FROM refinery_schema_history", "1");
}

static void
a_transaction_that_is_stopped_leaves_nothing(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autofree char *points = apply(state, transaction, "recorded 2");

	assert_string_equal(points, "statement 0, statement 1, statement 2, recorded 2");
	assert_value(session, TABLES, "0");
	assert_value(session, "SELECT count(*) FROM public.schema_migrations", "0");
}

static void
stopped_autocommit_leaves_its_changes(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autofree char *points = apply(state, flyway, "statement 1");

	assert_string_equal(points, "statement 0, statement 1");
	assert_value(session, TABLES, "1");
	/* A tool that has lost its connection cannot write that it failed. */
	assert_value(session, "SELECT count(*) FROM flyway_schema_history", "0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(points_of_a_transaction, support_open, support_close),
		cmocka_unit_test_setup_teardown(points_of_autocommit, support_open, support_close),
		cmocka_unit_test_setup_teardown(points_of_a_transaction_without_its_row, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_transaction_that_is_stopped_leaves_nothing, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(stopped_autocommit_leaves_its_changes, support_open, support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
