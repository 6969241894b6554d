/*
 * How long a snapshot takes: schemas of 40, 1,000 and 5,000 tables (8 columns, a primary key, 3 indexes, a
 * foreign key, a check), each read by a fresh session and once more by the same one; pg_dump --schema-only for
 * comparison where the server's folder has one; and the most memory that this program had.
 *
 * usage: bench-catalog [TABLES...]
 */
#include "catalog/diff.h"
#include "catalog/render.h"
#include "catalog/snapshot.h"
#include "scratch/database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* %1$d is the table; a transaction may hold only so many locks, so they are made by hundreds. */
static const char table_sql[] =
    "CREATE TABLE app.t%1$d (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " parent_id bigint REFERENCES app.t%2$d ON DELETE CASCADE, name text NOT NULL, email varchar(255),"
    " status text NOT NULL DEFAULT 'new', amount numeric(12,2) NOT NULL CHECK (amount >= 0),"
    " payload jsonb NOT NULL DEFAULT '{}', created_at timestamptz NOT NULL DEFAULT now());"
    "CREATE INDEX t%1$d_a ON app.t%1$d (parent_id, created_at DESC);"
    "CREATE INDEX t%1$d_b ON app.t%1$d (status) WHERE amount > 0;"
    "CREATE UNIQUE INDEX t%1$d_c ON app.t%1$d (lower(email));";

static void
die(GError *error)
{
	fprintf(stderr, "bench-catalog: %s\n", error->message);
	exit(1);
}

static void
make_tables(DbSession *session, int n_tables)
{
	GError *error = NULL;

	if (!db_session_execute(session, "CREATE SCHEMA app", &error))
		die(error);
	for (int first = 1; first <= n_tables; first += 100) {
		g_autoptr(GString) sql = g_string_new(NULL);
		for (int i = first; i < first + 100 && i <= n_tables; i++)
			g_string_append_printf(sql, table_sql, i, MAX(i - 1, 1));
		if (!db_session_execute(session, sql->str, &error))
			die(error);
	}
}

static double
milliseconds_since(gint64 start)
{
	return (double)(g_get_monotonic_time() - start) / 1000;
}

static CatalogSnapshot *
timed_read(DbSession *session, const char *label)
{
	GError *error = NULL;
	gint64 start = g_get_monotonic_time();
	CatalogSnapshot *snapshot = catalog_snapshot_read(session, NULL, &error);

	if (snapshot == NULL)
		die(error);
	printf("  %-28s %8.1f ms  %u objects\n", label, milliseconds_since(start), catalog_snapshot_size(snapshot));
	return snapshot;
}

static void
timed_work(const CatalogSnapshot *a, const CatalogSnapshot *b)
{
	gint64 start = g_get_monotonic_time();
	g_autoptr(GArray) differences = catalog_diff(a, b, NULL);
	printf("  %-28s %8.1f ms  %u differences\n", "diff", milliseconds_since(start), differences->len);
	start = g_get_monotonic_time();
	g_autofree char *fingerprint = catalog_snapshot_fingerprint(a);
	printf("  %-28s %8.1f ms  %.8s...\n", "fingerprint", milliseconds_since(start), fingerprint);
	start = g_get_monotonic_time();
	g_autofree char *yaml = catalog_render_yaml(a, NULL);
	printf("  %-28s %8.1f ms  %zu bytes\n", "render", milliseconds_since(start), strlen(yaml));
}

/* Only on a server of our own: its socket is where db_endpoint_describe says. */
static void
timed_dump(ScratchServer *server, const ScratchDatabase *database)
{
	g_autofree char *program = g_build_filename(scratch_server_origin(server), "pg_dump", NULL);
	g_autofree char *conninfo = g_strdup_printf(
	    "%s dbname=%s", db_endpoint_describe(scratch_server_endpoint(server)), scratch_database_name(database));
	char *arguments[] = { program, (char *)"--schema-only", (char *)"--dbname", conninfo, NULL };
	gint64 start = g_get_monotonic_time();

	if (g_spawn_sync(NULL, arguments, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, NULL, NULL))
		printf("  %-28s %8.1f ms\n", "pg_dump --schema-only", milliseconds_since(start));
}

static void
measure(ScratchServer *server, int n_tables)
{
	GError *error = NULL;
	ScratchDatabase *database = scratch_database_create(server, "benchmark", NULL, &error);
	if (database == NULL)
		die(error);
	g_autoptr(DbSession) session = scratch_database_connect(database, DB_SESSION_INTERNAL, &error);
	if (session == NULL)
		die(error);
	printf("%d tables\n", n_tables);
	make_tables(session, n_tables);
	db_session_close(g_steal_pointer(&session));
	session = scratch_database_connect(database, DB_SESSION_INTERNAL, &error);
	if (session == NULL)
		die(error);
	g_autoptr(CatalogSnapshot) first = timed_read(session, "snapshot, fresh session");
	g_autoptr(CatalogSnapshot) second = timed_read(session, "snapshot, same session");
	timed_work(first, second);
	timed_dump(server, database);
	struct rusage usage;
	if (getrusage(RUSAGE_SELF, &usage) == 0)
		printf("  %-28s %8.1f MB\n", "peak memory", (double)usage.ru_maxrss / 1024);
	scratch_database_drop(database, true);
}

int
main(int argc, char **argv)
{
	static const int standard[] = { 40, 1000, 5000 };
	g_autoptr(GError) error = NULL;
	const ScratchOptions options = { 0 };
	g_autoptr(ScratchServer) server = scratch_server_start(&options, &error);

	if (server == NULL)
		die(g_steal_pointer(&error));
	printf("PostgreSQL %s\n", scratch_server_version_text(server));
	for (int i = 1; i < argc; i++)
		measure(server, atoi(argv[i]));
	for (gsize i = 0; argc < 2 && i < G_N_ELEMENTS(standard); i++)
		measure(server, standard[i]);
	return 0;
}
