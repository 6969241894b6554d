/*
 * Many small migrations on an empty database, as dbmate's files: by pgassay's runner, against the same texts in the
 * same transactions over one connection of libpq: BEGIN, the text, the history row, COMMIT.
 *
 * usage: bench-small [FILES [ROUNDS]]
 */
#include "applying.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>

static const char file_text[] = "-- migrate:up\n"
				"CREATE TABLE t%1$d (id int PRIMARY KEY, name text);\n"
				"-- migrate:down\n"
				"DROP TABLE t%1$d;\n";

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

int
main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1000;
	int rounds = argc > 2 ? atoi(argv[2]) : 7;
	g_autoptr(GError) error = NULL;
	char *folder = applying_make_files(file_text, n);
	const ScratchOptions scratch = { 0 };
	g_autofree double *runner = g_new0(double, (gsize)rounds);
	g_autofree double *text = g_new0(double, (gsize)rounds);

	gint64 start = g_get_monotonic_time();
	g_autoptr(MigrationSet) set = applying_load(folder, "dbmate");
	double load = timing_since(start);
	g_autoptr(ScratchServer) server = scratch_server_start(&scratch, &error);
	timing_check(server != NULL, error);
	for (int i = 0; i < rounds; i++) {
		runner[i] = applying_measure(server, set, applying_by_runner);
		text[i] = applying_measure(server, set, by_text);
	}
	applying_remove_files(folder, n);
	double a = timing_median(runner, rounds);
	double b = timing_median(text, rounds);
	printf("%d small files read               %7.1f ms\n", n, load);
	printf("applied by the runner              %7.1f ms\n", a);
	printf("the same texts, one connection     %7.1f ms\n", b);
	timing_ratio("runner / one connection", a / b, 1.15);
	return 0;
}
