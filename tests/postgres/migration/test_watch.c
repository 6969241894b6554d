/* The events that a watch of a script gets: each statement with its transaction, and the ends of transactions. */
#include "support_runner.h"

#include "base/error.h"
#include "migration/runner/access.h"

typedef struct {
	GString *seen;
	const char *stop; /* the text of the statement that the script ends before */
} Seen;

static void
watch_note(Seen *seen, MigrationRunner *runner, const char *what, const char *text)
{
	static const char *const states[] = {
		[DB_TRANSACTION_IDLE] = "idle",
		[DB_TRANSACTION_OPEN] = "open",
		[DB_TRANSACTION_FAILED] = "failed",
		[DB_TRANSACTION_LOST] = "lost",
	};
	DbSession *session = migration_runner_session(runner);

	g_string_append_printf(seen->seen, "%s %.*s %s\n", what, (int)strcspn(text, " \n("), text,
	                       states[db_session_transaction_state(session)]);
}

static bool
watch_before(MigrationRunner *runner, const MigrationScript *script, const MigrationStatement *statement, void *data,
             GError **error)
{
	Seen *seen = data;

	assert_non_null(script);
	watch_note(seen, runner, "before", statement->sql);
	return seen->stop == NULL || !g_str_has_prefix(statement->sql, seen->stop) ||
	       base_error_set(error, BASE_ERROR_DATABASE, NULL, "stopped there");
}

static bool
watch_after(MigrationRunner *runner, const MigrationScript *script, const MigrationStatement *statement, void *data,
            GError **error)
{
	(void)error;
	assert_non_null(script);
	watch_note(data, runner, "after", statement->sql);
	return true;
}

static bool
watch_ended(MigrationRunner *runner, void *data, GError **error)
{
	(void)error;
	watch_note(data, runner, "ended", "");
	return true;
}

/* Runs the one migration; returns the events. */
static char *
watch_apply(void **state, const char *name, const char *text, const char *format, const char *stop)
{
	const FolderFile files[] = { { name, text }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load_as(files, (MigrationOptions){ .format = format });
	g_autoptr(MigrationRunner) runner = runner_begin(set, support_session(state));
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(GError) error = NULL;
	Seen seen = { .seen = g_string_new(NULL), .stop = stop };
	const MigrationWatch watch = { watch_before, watch_after, watch_ended, &seen };

	migration_runner_set_watch(runner, &watch);
	bool done = migration_runner_apply(runner, runner_migration(set, 0), MIGRATION_UP, &outcome, &error);
	if (stop != NULL) {
		assert_false(done);
		assert_string_equal(error->message, "stopped there");
	} else {
		support_check(done, g_steal_pointer(&error), "migration_runner_apply");
		if (outcome.failed)
			fail_msg("%s", outcome.details);
	}
	return g_string_free(seen.seen, FALSE);
}

#define TABLES "SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b') AND relkind = 'r'"

typedef struct {
	const char *name;
	const char *text;
	const char *format;
	const char *seen;
} Watched;

/* Each tool groups its statements in its own way. */
static const Watched watched[] = {
	{ "V1__a.sql", "CREATE TABLE a (); SELECT 1", "flyway",
	  "before CREATE open\nafter CREATE open\nbefore SELECT open\nafter SELECT open\nended  idle\n" },
	{ "1.sql", "CREATE TABLE a (); VACUUM", "plain",
	  "before CREATE open\nafter CREATE open\nended  idle\nbefore VACUUM idle\nafter VACUUM idle\n" },
	/* One message of two statements is one transaction. */
	{ "1_a.up.sql", "CREATE TABLE a (); SELECT 1", "golang-migrate",
	  "before CREATE open\nafter CREATE open\nbefore SELECT open\nafter SELECT open\nended  idle\n" },
	{ "1_a.up.sql", "BEGIN; CREATE TABLE a (); COMMIT; SELECT 1", "golang-migrate",
	  "before BEGIN idle\nafter BEGIN open\nbefore CREATE open\nafter CREATE open\nbefore COMMIT open\n"
	  "after COMMIT idle\nended  idle\nbefore SELECT open\nafter SELECT open\nended  idle\n" },
	/* A block that commits cannot be in a transaction, which only the server knows. */
	{ "1_a.up.sql", "DO $$BEGIN CREATE TABLE a (); COMMIT; END$$", "golang-migrate",
	  "before DO open\nbefore DO idle\nafter DO idle\n" },
	{ NULL, NULL, NULL, NULL },
};

static void
each_statement_is_seen_in_its_transaction(void **state)
{
	for (const Watched *test = watched; test->name != NULL; test++) {
		g_autofree char *seen = watch_apply(state, test->name, test->text, test->format, NULL);
		if (strcmp(seen, test->seen) != 0)
			fail_msg("%s\nseen:\n%sexpected:\n%s", test->text, seen, test->seen);
		support_execute(support_session(state), "DROP TABLE a; DROP TABLE IF EXISTS flyway_schema_history, "
		                                        "schema_migrations, pgassay_migrations CASCADE");
	}
}

static void
a_script_that_is_stopped_leaves_nothing(void **state)
{
	g_autofree char *seen = watch_apply(state, "V1__a.sql", "CREATE TABLE a (); CREATE INDEX ON a ((1))", "flyway",
	                                    "CREATE INDEX");

	assert_string_equal(seen, "before CREATE open\nafter CREATE open\nbefore CREATE open\n");
	assert_value(support_session(state), TABLES, "0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNER_TEST(each_statement_is_seen_in_its_transaction),
		RUNNER_TEST(a_script_that_is_stopped_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
