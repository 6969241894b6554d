/* Shared by the tests of the runner: files in, database out. */
#ifndef TESTS_POSTGRES_MIGRATION_SUPPORT_RUNNER_H
#define TESTS_POSTGRES_MIGRATION_SUPPORT_RUNNER_H

#include "support.h"

#include "../../unit/migration/folder.h"

#include "migration/history.h"
#include "migration/runner/runner.h"
#include "migration/text/script.h"

/* Each test has a database of its own. */
#define RUNNER_TEST(test) cmocka_unit_test_setup_teardown(test, support_open, support_close)

/* A query for the tables of the schema public, but the history. */
#define RUNNER_TABLES(history)                                                                                         \
	"SELECT coalesce(string_agg(relname, ' ' ORDER BY relname), '') FROM pg_class WHERE relkind = 'r' AND "        \
	"relnamespace = 'public'::regnamespace AND relname <> '" history "'"

static inline MigrationSet *
runner_load_as(const FolderFile *files, MigrationOptions options)
{
	GError *error = NULL;
	MigrationSet *set = folder_load(files, options, &error);

	support_check(set != NULL, error, "migration_set_load");
	return set;
}

static inline MigrationSet *
runner_load(const FolderFile *files)
{
	return runner_load_as(files, (MigrationOptions){ 0 });
}

static inline MigrationRunner *
runner_begin(const MigrationSet *set, DbSession *session)
{
	GError *error = NULL;
	MigrationRunner *runner = migration_runner_begin(set, session, NULL, &error);

	support_check(runner != NULL, error, "migration_runner_begin");
	return runner;
}

static inline const Migration *
runner_migration(const MigrationSet *set, guint i)
{
	assert_true(i < set->migrations->len);
	return g_ptr_array_index(set->migrations, i);
}

/* Runs one migration, whatever comes of it. */
static inline void
runner_try(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, MigrationOutcome *outcome)
{
	GError *error = NULL;
	bool done = migration_runner_apply(runner, migration, direction, outcome, &error);

	support_check(done, error, "migration_runner_apply");
}

/* Runs one migration that has to succeed. */
static inline void
runner_apply(MigrationRunner *runner, const Migration *migration, MigrationDirection direction)
{
	g_auto(MigrationOutcome) outcome = { 0 };

	runner_try(runner, migration, direction, &outcome);
	if (outcome.failed)
		fail_msg("%s: %s", migration->name, outcome.details);
}

/* Runs the pending migrations, which has to succeed: returns their number. */
static inline guint
runner_migrate(MigrationRunner *runner)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	GError *error = NULL;
	const Migration *failed = NULL;
	guint applied = 0;
	bool done = migration_runner_migrate(runner, &applied, &failed, &outcome, &error);

	support_check(done, error, "migration_runner_migrate");
	if (failed != NULL)
		fail_msg("%s: %s", failed->name, outcome.details);
	return applied;
}

/* Runs the pending migrations and expects an error (not a failed migration) with the text in it. */
static inline void
runner_migrate_refuses(MigrationRunner *runner, const char *text)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(GError) error = NULL;
	const Migration *failed = NULL;
	guint applied = 0;

	if (migration_runner_migrate(runner, &applied, &failed, &outcome, &error))
		fail_msg("no error; expected \"%s\"", text);
	if (strstr(error->message, text) == NULL)
		fail_msg("the error is \"%s\", expected \"%s\"", error->message, text);
}

/* The result of the query, as one text. */
static inline void
assert_value(DbSession *session, const char *sql, const char *expected)
{
	GError *error = NULL;
	g_autofree char *value = db_session_query_value(session, &error, sql, NULL);

	support_check(value != NULL, error, sql);
	if (strcmp(value, expected) != 0)
		fail_msg("\"%s\" gives \"%s\", expected \"%s\"", sql, value, expected);
}

static inline void
assert_contains(const char *text, const char *part)
{
	if (text == NULL || strstr(text, part) == NULL)
		fail_msg("\"%s\" does not contain \"%s\"", text, part);
}

/* A text whose migration fails. */
typedef struct {
	const char *text;
	const char *message; /* part of the message */
	const char *left;    /* the result of the query for the tables */
	const char *history; /* what the query for the history gives */
} RunnerFailure;

/* How they are run and looked at. */
typedef struct {
	const char *file;
	MigrationOptions options;
	const char *tables;
	const char *history;
	const char *clean; /* SQL that makes the database as it was */
} RunnerFailures;

static inline void
runner_fails(DbSession *session, const RunnerFailures *failures, const RunnerFailure *failure)
{
	const FolderFile files[] = { { failures->file, failure->text }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load_as(files, failures->options);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };

	runner_try(runner, runner_migration(set, 0), MIGRATION_UP, &outcome);
	assert_true(outcome.failed);
	assert_contains(outcome.details, failure->message);
	assert_value(session, failures->tables, failure->left);
	assert_value(session, failures->history, failure->history);
	support_execute(session, failures->clean);
}

/* The list ends with a text that is NULL. */
static inline void
runner_all_fail(DbSession *session, const RunnerFailures *failures, const RunnerFailure *list)
{
	for (; list->text != NULL; list++)
		runner_fails(session, failures, list);
}

/* Reads in a read-only transaction, as drift does, and returns "KIND NAME" of each problem, separated by commas. */
static inline char *
runner_problems(const MigrationSet *set, DbSession *session)
{
	g_auto(MigrationHistory) history = { 0 };
	GError *error = NULL;

	support_execute(session, "BEGIN READ ONLY");
	bool done = migration_history_read(set, session, &history, &error);
	support_check(done, error, "migration_history_read");
	support_execute(session, "COMMIT");
	assert_true(history.exists);
	g_autoptr(GPtrArray) found = migration_history_compare(set, &history);
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < found->len; i++) {
		const MigrationHistoryProblem *problem = g_ptr_array_index(found, i);
		g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "",
		                       migration_history_problem_name(problem->kind), problem->name);
	}
	return g_string_free(text, FALSE);
}

static inline void
assert_problems(const MigrationSet *set, DbSession *session, const char *expected)
{
	g_autofree char *found = runner_problems(set, session);

	assert_string_equal(found, expected);
}

#endif
