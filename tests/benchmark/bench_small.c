/*
 * Many small migrations on an empty database, as dbmate's files: by pgassay's runner, against the same texts in the
 * same transactions over one connection of libpq: BEGIN, the text, the history row, COMMIT.
 *
 * usage: bench-small [FILES [ROUNDS]]
 */
#include "migration/runner.h"
#include "scratch/database.h"

#include "timing.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

static const char file_text[] = "-- migrate:up\n"
				"CREATE TABLE t%1$d (id int PRIMARY KEY, name text);\n"
				"-- migrate:down\n"
				"DROP TABLE t%1$d;\n";

static char *
path_of(const char *folder, int i)
{
	return g_strdup_printf("%s/%04d_table.sql", folder, i);
}

static void
make_files(const char *folder, int n)
{
	for (int i = 1; i <= n; i++) {
		g_autofree char *path = path_of(folder, i);
		g_autofree char *text = g_strdup_printf(file_text, i);
		timing_check(g_file_set_contents(path, text, -1, NULL), NULL);
	}
}

static void
remove_files(const char *folder, int n)
{
	for (int i = 1; i <= n; i++) {
		g_autofree char *path = path_of(folder, i);
		g_unlink(path);
	}
	g_rmdir(folder);
}

static void
by_runner(const MigrationSet *set, DbSession *session)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MigrationRunner) runner = migration_runner_begin(set, session, NULL, &error);
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;

	timing_check(runner != NULL, error);
	timing_check(migration_runner_migrate(runner, &applied, &failed, &outcome, &error), error);
	timing_check(failed == NULL && applied == set->migrations->len, NULL);
}

static void
by_text(const MigrationSet *set, DbSession *session)
{
	g_autoptr(GError) error = NULL;

	timing_check(
	    db_session_execute(session, "CREATE TABLE schema_migrations (version varchar PRIMARY KEY)", &error), error);
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		const MigrationMessage *message = g_ptr_array_index(migration_script_messages(migration->up), 0);
		g_autofree char *row = g_strdup_printf("INSERT INTO public.schema_migrations (version) VALUES ('%s')",
		                                       migration->version);
		timing_check(db_session_execute(session, "BEGIN", &error) &&
		                 db_session_execute(session, message->text->sql, &error) &&
		                 db_session_execute(session, row, &error) &&
		                 db_session_execute(session, "COMMIT", &error),
		             error);
	}
}

static double
measure(ScratchServer *server, const MigrationSet *set, void (*apply)(const MigrationSet *set, DbSession *session))
{
	g_autoptr(GError) error = NULL;
	ScratchDatabase *database = scratch_database_create(server, "benchmark", NULL, &error);
	timing_check(database != NULL, error);
	DbSession *session = scratch_database_connect(database, DB_SESSION_MIGRATION, &error);
	timing_check(session != NULL, error);
	gint64 start = g_get_monotonic_time();

	apply(set, session);
	double milliseconds = timing_since(start);
	db_session_close(session);
	scratch_database_drop(database, false);
	return milliseconds;
}

int
main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1000;
	int rounds = argc > 2 ? atoi(argv[2]) : 7;
	g_autoptr(GError) error = NULL;
	g_autofree char *folder = g_dir_make_tmp("pgassay-bench-XXXXXX", NULL);
	const ScratchOptions scratch = { 0 };
	const MigrationOptions options = { .directory = folder, .format = "dbmate" };
	g_autofree double *runner = g_new0(double, (gsize)rounds);
	g_autofree double *text = g_new0(double, (gsize)rounds);

	make_files(folder, n);
	gint64 start = g_get_monotonic_time();
	g_autoptr(MigrationSet) set = migration_set_load(&options, &error);
	double load = timing_since(start);
	timing_check(set != NULL, error);
	g_autoptr(ScratchServer) server = scratch_server_start(&scratch, &error);
	timing_check(server != NULL, error);
	for (int i = 0; i < rounds; i++) {
		runner[i] = measure(server, set, by_runner);
		text[i] = measure(server, set, by_text);
	}
	remove_files(folder, n);
	double a = timing_median(runner, rounds);
	double b = timing_median(text, rounds);
	printf("%d small files read               %7.1f ms\n", n, load);
	printf("applied by the runner              %7.1f ms\n", a);
	printf("the same texts, one connection     %7.1f ms\n", b);
	timing_ratio("runner / one connection", a / b, 1.15);
	return 0;
}
