/*
 * Checking a schema of 1,000 tables (8 columns, 3 indexes each) against a fixture of 8,000 statements: catalog read,
 * fixture read, check; compared with the same statements in pgTAP under pg_prove, and with pg_dump --schema-only.
 *
 * usage: bench-check [TABLES]; programs that are not installed are left out, with a message
 */
#include "catalog/snapshot.h"
#include "check/fixture/expect.h"
#include "check/fixture/fixture.h"
#include "scratch/database.h"

#include "timing.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const columns[][2] = {
	{ "id", "bigint" },     { "parent_id", "bigint" },
	{ "name", "text" },     { "email", "character varying(255)" },
	{ "state", "text" },    { "amount", "numeric(12,2)" },
	{ "payload", "jsonb" }, { "created_at", "timestamp with time zone" },
};

static void
make_schema(DbSession *session, int n)
{
	g_autoptr(GError) error = NULL;

	for (int i = 1; i <= n; i++) {
		g_autoptr(GString) sql = g_string_new(NULL);
		g_string_append_printf(sql, "CREATE TABLE t%d (", i);
		for (gsize c = 0; c < G_N_ELEMENTS(columns); c++)
			g_string_append_printf(sql, "%s%s %s", c > 0 ? ", " : "", columns[c][0], columns[c][1]);
		g_string_append_printf(
		    sql,
		    "); CREATE INDEX t%1$d_a ON t%1$d (parent_id); CREATE INDEX t%1$d_b ON t%1$d (name, state); "
		    "CREATE UNIQUE INDEX t%1$d_c ON t%1$d (id)",
		    i);
		timing_check(db_session_execute(session, sql->str, &error), error);
	}
}

static char *
make_fixture(const char *folder, int n)
{
	g_autoptr(GString) yaml = g_string_new("tables:\n");
	char *path = g_build_filename(folder, "fixture.yaml", NULL);

	for (int i = 1; i <= n; i++) {
		g_string_append_printf(yaml, "  public.t%d:\n    columns:\n", i);
		for (gsize c = 0; c < G_N_ELEMENTS(columns); c++)
			g_string_append_printf(yaml, "      %s: { type: \"%s\" }\n", columns[c][0], columns[c][1]);
	}
	timing_check(g_file_set_contents(path, yaml->str, -1, NULL), NULL);
	return path;
}

static char *
make_pgtap(const char *folder, int n)
{
	g_autoptr(GString) sql = g_string_new(NULL);
	char *path = g_build_filename(folder, "schema.sql", NULL);

	g_string_append_printf(sql, "SELECT plan(%zu);\n", (gsize)n * G_N_ELEMENTS(columns));
	for (int i = 1; i <= n; i++)
		for (gsize c = 0; c < G_N_ELEMENTS(columns); c++)
			g_string_append_printf(
			    sql, "SELECT col_type_is('public'::name, 't%d'::name, '%s'::name, '%s'::text);\n", i,
			    columns[c][0], columns[c][1]);
	g_string_append(sql, "SELECT * FROM finish();\n");
	timing_check(g_file_set_contents(path, sql->str, -1, NULL), NULL);
	return path;
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

static double
by_pgassay(const ScratchDatabase *database, const char *fixture_path)
{
	g_autoptr(GError) error = NULL;
	SuiteDatabase suite_database = { .name = (char *)"benchmark" };
	gint64 start = g_get_monotonic_time();
	g_autoptr(SuiteDocument) fixture = check_fixture_load(fixture_path, &error);
	timing_check(fixture != NULL, error);
	double load = timing_since(start);
	g_autoptr(DbSession) session = scratch_database_connect(database, DB_SESSION_MIGRATION, &error);
	timing_check(session != NULL, error);
	g_autoptr(CatalogSnapshot) snapshot = catalog_snapshot_read(session, NULL, &error);
	timing_check(snapshot != NULL, error);
	double read = timing_since(start);
	CheckContext context = {
		.suite_database = &suite_database, .session = session, .snapshot = snapshot, .report = count
	};
	timing_check(check_expect_run(&context, fixture, &error), error);
	double all = timing_since(start);
	printf("fixture read %.1f ms, catalog read %.1f ms, check %.1f ms\n", load, read - load, all - read);
	return all;
}

/* Shows the end of the log when the command fails. */
static double
by_command(const char *command, const char *log)
{
	gint64 start = g_get_monotonic_time();

	if (system(command) == 0)
		return timing_since(start);
	g_autofree char *text = NULL;
	if (g_file_get_contents(log, &text, NULL, NULL))
		printf("%s failed:\n%.2000s\n", command, text);
	return 0;
}

static void
compare(const char *what, double ours, double theirs, double aim)
{
	if (theirs <= 0) {
		printf("%s: left out, because it is not installed or failed\n", what);
		return;
	}
	printf("%-33s %7.1f ms\n", what, theirs);
	g_autofree char *label = g_strdup_printf("check / %s", what);
	timing_ratio(label, ours / theirs, aim);
}

int
main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1000;
	g_autoptr(GError) error = NULL;
	const ScratchOptions scratch = { 0 };
	g_autofree char *folder = g_dir_make_tmp("pgassay-bench-XXXXXX", NULL);
	g_autofree char *fixture = make_fixture(folder, n);
	g_autofree char *pgtap = make_pgtap(folder, n);
	g_autoptr(ScratchServer) server = scratch_server_start(&scratch, &error);
	timing_check(server != NULL, error);
	ScratchDatabase *database = scratch_database_create(server, "benchmark", NULL, &error);
	timing_check(database != NULL, error);
	DbSession *session = scratch_database_connect(database, DB_SESSION_MIGRATION, &error);
	timing_check(session != NULL, error);
	make_schema(session, n);
	bool has_pgtap = db_session_execute(
	    session, "CREATE SCHEMA tap; CREATE EXTENSION pgtap SCHEMA tap; SET search_path = public", NULL);
	db_session_close(session);

	g_autofree char *place = g_strdup_printf("%s dbname=%s", db_endpoint_describe(scratch_server_endpoint(server)),
	                                         scratch_database_name(database));
	/* pg_prove takes no connection string. */
	g_autoptr(GString) environment = g_string_new(db_endpoint_describe(scratch_server_endpoint(server)));
	g_string_replace(environment, "host=", "PGHOST=", 0);
	g_string_replace(environment, "port=", "PGPORT=", 0);
	g_string_replace(environment, "user=", "PGUSER=", 0);
	g_autofree char *prove = g_strdup_printf(
	    "%s PGDATABASE=%s PGOPTIONS='-c search_path=public,tap' pg_prove -Q %s >%s/log 2>&1", environment->str,
	    scratch_database_name(database), pgtap, folder);
	g_autofree char *dump = g_strdup_printf(
	    "pg_dump --schema-only --exclude-schema=tap --dbname '%s' >/dev/null 2>%s/log", place, folder);
	double times[5];
	for (int i = 0; i < 5; i++)
		times[i] = by_pgassay(database, fixture);
	double ours = timing_median(times, 5);
	printf("%d tables, %u cases, %u failed\n", n, n_cases / 5, n_failed / 5);
	printf("check, all in all                 %7.1f ms\n", ours);
	g_autofree char *log = g_build_filename(folder, "log", NULL);
	compare("pg_prove", ours, has_pgtap ? by_command(prove, log) : 0, 0.05);
	compare("pg_dump --schema-only", ours, by_command(dump, log), 1.0);
	scratch_database_drop(database, true);
	g_autofree char *remove = g_strdup_printf("rm -rf %s", folder);
	return system(remove) == 0 && n_failed == 0 ? 0 : 1;
}
