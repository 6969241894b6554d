/*
 * Applying a directory of plain migrations to an empty database: by pgassay's runner (statement by statement, history
 * rows, lock), against one psql that runs the same files over one connection, each in a transaction of its own; and
 * against the texts sent whole, which is the server's own work.
 *
 * usage: bench-apply [FILES [ROUNDS]]
 */
#include "applying.h"
#include "base/source.h"
#include "timing.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

static const char file_sql[] =
    "-- Migration %1$d\n"
    "CREATE TABLE t%1$d (id bigint PRIMARY KEY, parent_id bigint REFERENCES t%2$d (id), name text NOT NULL,\n"
    "  state text NOT NULL CHECK (state IN ('new', 'done')));\n"
    "CREATE INDEX t%1$d_parent ON t%1$d (parent_id);\n"
    "CREATE INDEX t%1$d_name ON t%1$d (lower(name));\n"
    "ALTER TABLE t%1$d ENABLE ROW LEVEL SECURITY;\n"
    "CREATE POLICY own ON t%1$d USING (name = current_user);\n"
    "COMMENT ON TABLE t%1$d IS 'table; number %1$d';\n";

static void
by_text(const MigrationSet *set, DbSession *session)
{
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		const char *text = base_source_text(migration_script_source(migration->up));
		timing_check(db_session_execute(session, "BEGIN", &error) &&
		                 db_session_execute(session, text, &error) &&
		                 db_session_execute(session, "COMMIT", &error),
		             error);
	}
}

/* The same by psql, its own start included. */
static double
by_psql(ScratchServer *server, const char *folder, int n)
{
	g_autoptr(GError) error = NULL;
	ScratchDatabase *database = scratch_database_create(server, "benchmark", NULL, &error);
	timing_check(database != NULL, error);
	g_autofree char *all = g_build_filename(folder, "all.psql", NULL);
	g_autoptr(GString) text = g_string_new("\\set ON_ERROR_STOP on\n");

	for (int i = 1; i <= n; i++)
		g_string_append_printf(text, "BEGIN;\n\\i %s/%04d_table.sql\nCOMMIT;\n", folder, i);
	timing_check(g_file_set_contents(all, text->str, -1, NULL), NULL);
	g_autofree char *psql = db_endpoint_psql_command(scratch_server_endpoint(server),
	                                                 scratch_database_name(database));
	g_autofree char *command = g_strdup_printf("%s -qX -f %s", psql, all);
	gint64 start = g_get_monotonic_time();
	timing_check(system(command) == 0, NULL);
	double milliseconds = timing_since(start);
	g_unlink(all);
	scratch_database_drop(database, false);
	return milliseconds;
}

int
main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 200;
	int rounds = argc > 2 ? atoi(argv[2]) : 7;
	g_autoptr(GError) error = NULL;
	char *folder = applying_make_files(file_sql, n);
	const ScratchOptions scratch = { 0 };
	g_autofree double *runner = g_new0(double, (gsize)rounds);
	g_autofree double *text = g_new0(double, (gsize)rounds);
	g_autofree double *psql = g_new0(double, (gsize)rounds);

	gint64 start = g_get_monotonic_time();
	g_autoptr(MigrationSet) set = applying_load(folder, "plain");
	double load = timing_since(start);
	g_autoptr(ScratchServer) server = scratch_server_start(&scratch, &error);
	timing_check(server != NULL, error);
	for (int i = 0; i < rounds; i++) {
		runner[i] = applying_measure(server, set, applying_by_runner);
		text[i] = applying_measure(server, set, by_text);
		psql[i] = by_psql(server, folder, n);
	}
	applying_remove_files(folder, n);
	double a = timing_median(runner, rounds);
	double b = timing_median(psql, rounds);
	printf("%d files read and split           %7.1f ms\n", n, load);
	printf("applied by the runner             %7.1f ms\n", a);
	printf("applied by one psql               %7.1f ms\n", b);
	printf("sent whole, one connection        %7.1f ms\n", timing_median(text, rounds));
	timing_ratio("runner / psql", a / b, 1.10);
	return 0;
}
