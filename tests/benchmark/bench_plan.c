/*
 * Plans at production's size: statistics given to a server for 50 tables without a row, and 100 queries explained; and
 * 1,000,000 rows made as a size says they are, beside the INSERT ... SELECT that somebody would write.
 *
 * usage: bench-plan [ROUNDS [ROWS]]
 */
#include "plan/frame/frame.h"
#include "plan/volume/volume.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>

#define TABLES  50
#define QUERIES 100

static PlanSize *
bench_size(const char *text, SuiteDocument **ret_document)
{
	g_autoptr(GError) error = NULL;
	SuiteDatabase database = { 0 };

	*ret_document = suite_document_parse("size.yaml", text, &error);
	timing_check(*ret_document != NULL, error);
	database.size = suite_document_root(*ret_document);
	PlanSize *size = plan_size_load(&database, &error);
	timing_check(size != NULL, error);
	return size;
}

static void
bench_run(const ScratchDatabase *database, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbSession) session = scratch_database_connect(database, DB_SESSION_MIGRATION, &error);

	timing_check(session != NULL, error);
	timing_check(db_session_execute(session, sql, &error), error);
}

/* --- 100 queries on 50 tables -------------------------------------------------------- */

static void
bench_explain(PlanFrame *frame, guint i)
{
	g_autoptr(GError) error = NULL;
	guint table = i % TABLES;
	g_autofree char *sql = g_strdup_printf("SELECT o.id, p.name FROM t%u o JOIN t%u p ON p.id = o.parent_id WHERE "
	                                       "o.status = 'open' AND o.at > '2025-12-01' ORDER BY o.at DESC LIMIT %u",
	                                       table, (table + 7) % TABLES, i + 1);
	g_autoptr(Query) query = query_new("q", sql, (SourcePosition){ 0 }, &error);
	const PlanAsk ask = { .query = query };
	g_auto(PlanAnswer) answer = { 0 };

	timing_check(query != NULL, error);
	timing_check(plan_frame_explain(frame, &ask, &answer, &error), error);
	if (answer.tree == NULL) {
		fprintf(stderr, "%s\n", answer.refusal);
		exit(1);
	}
}

static double
bench_frame(ScratchServer *server, const ScratchDatabase *database, PlanSize *size)
{
	g_autoptr(GError) error = NULL;
	gint64 start = g_get_monotonic_time();
	g_autoptr(PlanFrame) frame = plan_frame_open(server, database, size, &error);

	timing_check(frame != NULL, error);
	for (guint i = 0; i < QUERIES; i++)
		bench_explain(frame, i);
	return timing_since(start);
}

static void
bench_many_tables(ScratchServer *server, int rounds)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(GString) tables = g_string_new(NULL);
	g_autoptr(GString) sizes = g_string_new("tables:\n");
	g_autofree double *times = g_new0(double, (gsize)rounds);

	for (int i = 0; i < TABLES; i++) {
		g_string_append_printf(
		    tables,
		    "CREATE TABLE t%d (id bigint PRIMARY KEY, parent_id bigint NOT NULL, name text, status text, at "
		    "timestamptz);"
		    "CREATE INDEX ON t%d (parent_id, at); CREATE INDEX ON t%d (at) WHERE status = 'open';",
		    i, i, i);
		g_string_append_printf(
		    sizes,
		    "  public.t%d: { rows: 100M, columns: { parent_id: { distinct: 1M }, status: { "
		    "distinct: 2, most_common: [done, open], shares: [0.9, 0.1] }, at: { distinct: -1, "
		    "min: '2020-01-01', max: '2026-01-01' } } }\n",
		    i);
	}
	ScratchDatabase *database = scratch_database_create(server, "bench", NULL, &error);
	timing_check(database != NULL, error);
	bench_run(database, tables->str);
	g_autoptr(PlanSize) size = bench_size(sizes->str, &document);
	for (int i = 0; i < rounds; i++)
		times[i] = bench_frame(server, database, size);
	double median = timing_median(times, rounds);
	printf("statistics of %d tables, %d queries  %7.1f ms\n", TABLES, QUERIES, median);
	timing_ratio("seconds of that", median / 1000, 0.5);
	scratch_database_drop(database, false);
}

/* --- Rows ------------------------------------------------------------------------------ */

static const char rows_table[] =
    "CREATE TABLE t (id bigint PRIMARY KEY, a int NOT NULL, b int NOT NULL, name text NOT NULL, status text NOT NULL, "
    "at "
    "timestamptz NOT NULL, price float8 NOT NULL, ok boolean NOT NULL, code uuid NOT NULL, note text);"
    "CREATE INDEX ON t (a, at); CREATE INDEX ON t (status)";
static const char rows_size[] = "tables: { public.t: { rows: %ld, columns: { a: { distinct: 100000 }, b: { distinct: "
				"1000 }, name: { distinct: -1 }, "
				"status: { distinct: 2, most_common: [done, open], shares: [0.9, 0.1] }, at: { "
				"distinct: -1, min: '2020-01-01', max: "
				"'2026-01-01' }, price: { distinct: 5000 }, ok: { distinct: 2 }, code: { distinct: -1 "
				"}, note: { distinct: 100, nulls: "
				"0.5 } } } }";
static const char rows_bare[] =
    "INSERT INTO t SELECT i, (random() * 100000)::int, (random() * 1000)::int, md5(i::text), CASE WHEN random() < 0.9 "
    "THEN "
    "'done' ELSE 'open' END, timestamptz '2020-01-01' + (timestamptz '2026-01-01' - timestamptz '2020-01-01') * (i / "
    "%ld.0::float8), (random() * 5000)::int::float8, random() < 0.5, md5(i::text)::uuid, CASE WHEN random() < 0.5 THEN "
    "md5((random() * 100)::int::text) END FROM generate_series(1::bigint, %ld) i";

/* The INSERTs alone, in milliseconds; on databases of their own. */
static void
bench_rows(ScratchServer *server, long rows, double *ret_volume, double *ret_bare)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) document = NULL;
	g_autofree char *text = g_strdup_printf(rows_size, rows);
	g_autofree char *bare = g_strdup_printf(rows_bare, rows, rows);
	g_autoptr(PlanSize) size = bench_size(text, &document);
	g_auto(PlanVolume) volume = { 0 };
	ScratchDatabase *ours = scratch_database_create(server, "volume", NULL, &error);
	timing_check(ours != NULL, error);
	ScratchDatabase *theirs = scratch_database_create(server, "bare", NULL, &error);
	timing_check(theirs != NULL, error);

	bench_run(ours, rows_table);
	bench_run(theirs, rows_table);
	timing_check(plan_volume_fill(ours, size, NULL, (double)rows, &volume, &error), error);
	*ret_volume = (double)volume.insert_time / 1000;
	gint64 start = g_get_monotonic_time();
	bench_run(theirs, bare);
	*ret_bare = timing_since(start);
	scratch_database_drop(ours, false);
	scratch_database_drop(theirs, false);
}

int
main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 5;
	long rows = argc > 2 ? atol(argv[2]) : 1000000;
	g_autoptr(GError) error = NULL;
	const ScratchOptions scratch = { 0 };
	g_autofree double *volume = g_new0(double, (gsize)rounds);
	g_autofree double *bare = g_new0(double, (gsize)rounds);
	g_autoptr(ScratchServer) server = scratch_server_start(&scratch, &error);

	timing_check(server != NULL, error);
	bench_many_tables(server, rounds);
	for (int i = 0; i < rounds; i++)
		bench_rows(server, rows, &volume[i], &bare[i]);
	double a = timing_median(volume, rounds);
	double b = timing_median(bare, rounds);
	printf("%ld rows as stated                %7.1f ms\n", rows, a);
	printf("a plain INSERT ... SELECT          %7.1f ms\n", b);
	timing_ratio("as stated / plain", a / b, 1.1);
	return 0;
}
