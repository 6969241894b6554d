/*
 * A fixture of a whole schema as `pgassay snapshot` writes it: reading it and holding it against the database, apart.
 *
 * usage: bench-fixture [TABLES]; 5,000 of 8 columns and 3 indexes without a number
 */
#include "catalog/render.h"
#include "check/fixture/expect.h"
#include "check/fixture/fixture.h"
#include "scratch/database.h"

#include "timing.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* User and system time so far, in ms: other work on the machine does not count. */
static double
cpu(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

static long
peak_mib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss / 1024;
}

static void
make_schema(DbSession *session, int n)
{
	g_autoptr(GError) error = NULL;

	for (int i = 1; i <= n; i++) {
		g_autofree char *sql = g_strdup_printf(
		    "CREATE TABLE t%1$d (id bigint PRIMARY KEY, parent_id bigint, name text NOT NULL DEFAULT 'x', "
		    "email varchar(255), state text CHECK (state <> ''), amount numeric(12,2), payload jsonb, "
		    "created_at timestamptz NOT NULL DEFAULT now()); CREATE INDEX t%1$d_a ON t%1$d (parent_id); "
		    "CREATE INDEX t%1$d_b ON t%1$d (name, state); CREATE INDEX t%1$d_c ON t%1$d (lower(email)) "
		    "WHERE state = 'open'",
		    i);
		timing_check(db_session_execute(session, sql, &error), error);
	}
}

static guint n_failed;
static guint n_cases;

static void
count(ReportCase *test_case, void *data)
{
	(void)data;
	n_cases++;
	n_failed += test_case->status != REPORT_PASSED;
	report_case_free(test_case);
}

static void
run(DbSession *session, const char *path, const CatalogSnapshot *snapshot)
{
	g_autoptr(GError) error = NULL;
	SuiteDatabase database = { .name = (char *)"benchmark" };
	CheckContext context = {
		.suite_database = &database, .session = session, .snapshot = snapshot, .report = count
	};
	double start = cpu();
	g_autoptr(SuiteDocument) fixture = check_fixture_load(path, &error);
	timing_check(fixture != NULL, error);
	double loaded = cpu();
	long loaded_mib = peak_mib();
	timing_check(check_expect_run(&context, fixture, &error), error);
	double all = cpu();
	printf("load %7.1f ms, check %7.1f ms of CPU; at most %ld MiB, then %ld MiB\n", loaded - start, all - loaded,
	       loaded_mib, peak_mib());
}

int
main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 5000;
	g_autoptr(GError) error = NULL;
	const ScratchOptions scratch = { 0 };
	g_autofree char *folder = g_dir_make_tmp("pgassay-bench-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "fixture.yaml", NULL);
	g_autoptr(ScratchServer) server = scratch_server_start(&scratch, &error);

	timing_check(server != NULL, error);
	ScratchDatabase *database = scratch_database_create(server, "benchmark", NULL, &error);
	timing_check(database != NULL, error);
	DbSession *session = scratch_database_connect(database, DB_SESSION_MIGRATION, &error);
	timing_check(session != NULL, error);
	make_schema(session, n);
	CatalogSnapshot *snapshot = catalog_snapshot_read(session, NULL, &error);
	timing_check(snapshot != NULL, error);
	const CatalogRenderOptions options = { 0 };
	char *yaml = catalog_render_yaml(snapshot, &options);
	printf("%d tables, %u objects, %zu bytes; before: %ld MiB\n", n, catalog_snapshot_size(snapshot), strlen(yaml),
	       peak_mib());
	timing_check(g_file_set_contents(path, yaml, -1, NULL), NULL);
	g_free(yaml);
	for (int i = 0; i < 3; i++)
		run(session, path, snapshot);
	printf("%u cases, %u failed\n", n_cases / 3, n_failed / 3);
	catalog_snapshot_unref(snapshot);
	db_session_close(session);
	scratch_database_drop(database, true);
	g_unlink(path);
	g_rmdir(folder);
	return n_failed == 0 ? 0 : 1;
}
