/*
 * The cost of a snapshot after a small migration: schemas of 100, 500 and 2,000 tables (8 columns, 3 indexes, a policy,
 * a foreign key each), inside one open transaction and outside, compared with a full read.
 *
 * usage: bench-update [TABLES...]
 */
#include "catalog/reading.h"
#include "scratch/database.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 21

/* %1$d is the table; a transaction may hold only so many locks, so they are made by hundreds. */
static const char table_sql[] =
    "CREATE TABLE app.t%1$d (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " parent_id bigint REFERENCES app.t%2$d ON DELETE CASCADE, name text NOT NULL, email varchar(255),"
    " status text NOT NULL DEFAULT 'new', amount numeric(12,2) NOT NULL CHECK (amount >= 0),"
    " payload jsonb NOT NULL DEFAULT '{}', created_at timestamptz NOT NULL DEFAULT now());"
    "CREATE INDEX t%1$d_a ON app.t%1$d (parent_id, created_at DESC);"
    "CREATE INDEX t%1$d_b ON app.t%1$d (status) WHERE amount > 0;"
    "CREATE UNIQUE INDEX t%1$d_c ON app.t%1$d (lower(email));"
    "ALTER TABLE app.t%1$d ENABLE ROW LEVEL SECURITY;"
    "CREATE POLICY p ON app.t%1$d USING (parent_id = app.organization());";

static void
execute(DbSession *session, const char *sql)
{
	g_autoptr(GError) error = NULL;
	bool done = db_session_execute(session, sql, &error);

	timing_check(done, error);
}

static void
make_tables(DbSession *session, int n_tables)
{
	execute(session, "CREATE SCHEMA app; CREATE FUNCTION app.organization() RETURNS bigint LANGUAGE sql STABLE"
	                 " AS 'SELECT 1::bigint'");
	for (int first = 1; first <= n_tables; first += 100) {
		g_autoptr(GString) sql = g_string_new(NULL);
		for (int i = first; i < first + 100 && i <= n_tables; i++)
			g_string_append_printf(sql, table_sql, i, MAX(i - 1, 1));
		execute(session, sql->str);
	}
}

static CatalogReading *
update(DbSession *session, const CatalogReading *previous, double *ret_milliseconds)
{
	g_autoptr(GError) error = NULL;
	gint64 start = g_get_monotonic_time();
	CatalogReading *reading = previous != NULL ? catalog_read_again(session, previous, NULL, &error)
	                                           : catalog_read(session, NULL, &error);

	*ret_milliseconds = timing_since(start);
	timing_check(reading != NULL, error);
	return reading;
}

/* Statements that are run before each update, and what takes them back after it. */
typedef struct {
	const char *label;
	const char *before; /* not timed, before the snapshot that is updated */
	const char *sql;
	const char *after;
} Case;

static const Case cases[] = {
	{ "nothing, outside", NULL, "SELECT 1", NULL },
	{ "nothing, in a transaction", "BEGIN", "SELECT 1", "ROLLBACK" },
	{ "rows written", "BEGIN", "INSERT INTO app.t1 (name, amount) VALUES ('x', 1)", "ROLLBACK" },
	{ "create table and index", "BEGIN",
	  "CREATE TABLE app.n (id bigint PRIMARY KEY, t bigint REFERENCES app.t7, a text NOT NULL DEFAULT 'x');"
	  "CREATE INDEX n_a ON app.n (a)",
	  "ROLLBACK" },
	{ "... outside", NULL,
	  "CREATE TABLE app.n (id bigint PRIMARY KEY, t bigint REFERENCES app.t7, a text NOT NULL DEFAULT 'x');"
	  "CREATE INDEX n_a ON app.n (a)",
	  "DROP TABLE app.n" },
	{ "drop that table", "BEGIN; CREATE TABLE app.n (id bigint PRIMARY KEY, a text); CREATE INDEX ON app.n (a)",
	  "DROP TABLE app.n", "ROLLBACK" },
	{ "add column", "BEGIN", "ALTER TABLE app.t7 ADD note text", "ROLLBACK" },
	{ "... outside", NULL, "ALTER TABLE app.t7 ADD note text", "ALTER TABLE app.t7 DROP note" },
	{ "create index", "BEGIN", "CREATE INDEX ON app.t7 (name)", "ROLLBACK" },
	{ "create policy", "BEGIN", "CREATE POLICY q ON app.t7 USING (true)", "ROLLBACK" },
	{ "drop policy", "BEGIN", "DROP POLICY p ON app.t7", "ROLLBACK" },
	{ "replace function", "BEGIN",
	  "CREATE OR REPLACE FUNCTION app.organization() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT 2::bigint'",
	  "ROLLBACK" },
	{ "rename column", "BEGIN", "ALTER TABLE app.t7 RENAME name TO title", "ROLLBACK" },
	{ "rename table", "BEGIN", "ALTER TABLE app.t7 RENAME TO other", "ROLLBACK" },
	{ "rename schema (all)", "BEGIN", "ALTER SCHEMA app RENAME TO other", "ROLLBACK" },
};

static void
measure_case(DbSession *session, const Case *row)
{
	double times[ROUNDS];
	guint n_read = 0;

	for (int round = -1; round < ROUNDS; round++) {
		double ignored;
		if (row->before != NULL)
			execute(session, row->before);
		/* As after the migration before: the transaction may have written already. */
		g_autoptr(CatalogReading) full = round < 0 ? update(session, NULL, &ignored) : NULL;
		static CatalogReading *last;
		if (round < 0)
			last = catalog_reading_ref(full);
		g_autoptr(CatalogReading) before = update(session, last, &ignored);
		execute(session, row->sql);
		double milliseconds;
		g_autoptr(CatalogReading) after = update(session, before, &milliseconds);
		if (round >= 0)
			times[round] = milliseconds;
		n_read = catalog_reading_objects_read(after);
		if (row->after != NULL)
			execute(session, row->after);
		catalog_reading_unref(last);
		last = round == ROUNDS - 1 ? NULL : g_steal_pointer(&after);
	}
	printf("  %-28s %8.2f ms  %u objects read\n", row->label, timing_median(times, ROUNDS), n_read);
}

static void
measure(ScratchServer *server, int n_tables)
{
	g_autoptr(GError) error = NULL;
	ScratchDatabase *database = scratch_database_create(server, "benchmark", NULL, &error);
	timing_check(database != NULL, error);
	g_autoptr(DbSession) session = scratch_database_connect(database, DB_SESSION_MIGRATION, &error);
	timing_check(session != NULL, error);
	double times[7];

	printf("%d tables\n", n_tables);
	make_tables(session, n_tables);
	for (int i = -1; i < 7; i++) {
		double milliseconds;
		g_autoptr(CatalogReading) reading = update(session, NULL, &milliseconds);
		if (i >= 0)
			times[i] = milliseconds;
		else
			printf("  %-28s %8.2f ms  %u objects\n", "full read, fresh session", milliseconds,
			       catalog_snapshot_size(catalog_reading_snapshot(reading)));
	}
	printf("  %-28s %8.2f ms\n", "full read, same session", timing_median(times, 7));
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		measure_case(session, &cases[i]);
	db_session_close(g_steal_pointer(&session));
	scratch_database_drop(database, true);
}

int
main(int argc, char **argv)
{
	static const int standard[] = { 100, 500, 2000 };
	g_autoptr(GError) error = NULL;
	const ScratchOptions options = { 0 };
	g_autoptr(ScratchServer) server = scratch_server_start(&options, &error);

	timing_check(server != NULL, error);
	printf("PostgreSQL %s\n", scratch_server_version_text(server));
	for (int i = 1; i < argc; i++)
		measure(server, atoi(argv[i]));
	for (gsize i = 0; argc < 2 && i < G_N_ELEMENTS(standard); i++)
		measure(server, standard[i]);
	return 0;
}
