/*
 * PostgreSQL's own view of the statements of statements.sql, compared with the observer: on each version the same, and
 * equal to observed/VERSION. PGASSAY_UPDATE=1 writes that file again, from the view of the other session.
 *
 * The other view is independent: a second session reads pg_locks, with the names that it sees, which are those of
 * before; the files come from pg_class, the scans from pg_stat_xact_user_tables.
 */
#include "../migration/support_runner.h"

#include "impact/observe.h"

#include <stdlib.h>

typedef struct {
	DbSession *own;   /* runs the statements */
	DbSession *other; /* looks at them from outside */
	int major;
} Bench;

static DbResult *
statements_query(DbSession *session, const char *sql)
{
	GError *error = NULL;
	DbResult *rows = db_session_query(session, &error, sql, NULL);

	support_check(rows != NULL, error, sql);
	return rows;
}

static char *
statements_path(const char *name)
{
	return g_build_filename(g_getenv("PGASSAY_SOURCE_ROOT"), "tests/postgres/impact", name, NULL);
}

static char *
statements_read(const char *name)
{
	char *text = NULL;
	GError *error = NULL;
	g_autofree char *path = statements_path(name);

	bool done = g_file_get_contents(path, &text, NULL, &error);
	support_check(done, error, path);
	return text;
}

/* --- The independent observer ----------------------------------------------------- */

/* Locks of the session on existing relations, by name: an index only if its table does not have as strong a lock. */
static const char locks_sql[] =
    "WITH l AS (SELECT c.oid, c.relname, c.relkind, i.indrelid, x.modes, x.strongest FROM (SELECT k.relation,"
    " string_agg(k.short, '+' ORDER BY k.rank DESC) AS modes, max(k.rank) AS strongest"
    " FROM (SELECT DISTINCT p.relation, m.short, m.rank FROM pg_locks p JOIN (VALUES"
    " ('AccessShareLock', 'AS', 1), ('RowShareLock', 'RS', 2), ('RowExclusiveLock', 'RE', 3),"
    " ('ShareUpdateExclusiveLock', 'SUE', 4), ('ShareLock', 'S', 5), ('ShareRowExclusiveLock', 'SRE', 6),"
    " ('ExclusiveLock', 'E', 7), ('AccessExclusiveLock', 'AE', 8)) m (mode, short, rank) ON m.mode = p.mode"
    " WHERE p.locktype = 'relation' AND p.pid = %d AND p.granted) k GROUP BY k.relation) x"
    " JOIN pg_class c ON c.oid = x.relation LEFT JOIN pg_index i ON i.indexrelid = c.oid"
    " WHERE c.relnamespace = 'public'::regnamespace)"
    " SELECT coalesce(string_agg(l.relname || ' ' || l.modes, '; ' ORDER BY l.relkind IN ('i', 'I'),"
    " l.relname COLLATE \"C\"), '') FROM l WHERE NOT EXISTS (SELECT FROM l t WHERE t.oid = l.indrelid"
    " AND t.strongest >= least(l.strongest, 5))";

static const char files_sql[] =
    "SELECT c.oid, c.relname, c.relkind, coalesce(i.indrelid, 0), coalesce(pg_relation_filenode(c.oid), 0)"
    " FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid"
    " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'm', 'i') ORDER BY c.relname COLLATE \"C\"";

static const char scans_sql[] = "SELECT relid, seq_scan FROM pg_stat_xact_user_tables WHERE seq_scan > 0";

/* The row of the OID, or below 0. */
static int
statements_find(const DbResult *rows, const char *oid)
{
	for (int i = 0; i < db_result_rows(rows); i++)
		if (strcmp(db_result_value(rows, i, 0), oid) == 0)
			return i;
	return -1;
}

static bool
statements_has_file(const DbResult *rows, const char *file)
{
	for (int i = 0; i < db_result_rows(rows); i++)
		if (strcmp(db_result_value(rows, i, 4), file) == 0)
			return true;
	return false;
}

/* How many indexes of the table have a new file, or are new. */
static guint
statements_count_indexes(const DbResult *before, const DbResult *after, const char *table)
{
	guint n = 0;

	for (int i = 0; i < db_result_rows(after); i++) {
		int old = statements_find(before, db_result_value(after, i, 0));
		const char *file = db_result_value(after, i, 4);
		if (*db_result_value(after, i, 2) == 'i' && strcmp(db_result_value(after, i, 3), table) == 0)
			n += old < 0 ? !statements_has_file(before, file)
			             : strcmp(db_result_value(before, old, 4), file) != 0;
	}
	return n;
}

/* Appends "NAME REST". */
static void
statements_add(GString *text, const char *name, const char *rest)
{
	g_string_append_printf(text, "%s%s%s", text->len > 0 ? "; " : "", name, rest);
}

static void
statements_add_number(GString *text, const char *name, const char *before, gint64 n, const char *after)
{
	g_autofree char *rest = g_strdup_printf("%s%" G_GINT64_FORMAT "%s", before, n, after);

	statements_add(text, name, rest);
}

static char *
statements_compare_files(const DbResult *before, const DbResult *after)
{
	GString *text = g_string_new(NULL);

	for (int i = 0; i < db_result_rows(before); i++) {
		const char *oid = db_result_value(before, i, 0);
		int now = statements_find(after, oid);
		guint indexes = statements_count_indexes(before, after, oid);
		if (*db_result_value(before, i, 2) == 'i' || now < 0)
			continue;
		if (strcmp(db_result_value(before, i, 4), db_result_value(after, now, 4)) != 0)
			statements_add(text, db_result_value(before, i, 1), "");
		if (indexes > 0)
			statements_add_number(text, db_result_value(before, i, 1), " ", indexes, " idx");
	}
	return g_string_free(text, FALSE);
}

static char *
statements_compare_scans(const DbResult *before, const DbResult *scans_before, const DbResult *scans)
{
	GString *text = g_string_new(NULL);

	for (int i = 0; i < db_result_rows(before); i++) {
		int now = statements_find(scans, db_result_value(before, i, 0));
		int old = statements_find(scans_before, db_result_value(before, i, 0));
		if (now < 0)
			continue;
		guint n = (guint)(atoi(db_result_value(scans, now, 1)) -
		                  (old >= 0 ? atoi(db_result_value(scans_before, old, 1)) : 0));
		if (n > 0)
			statements_add_number(text, db_result_value(before, i, 1), " x", n, "");
	}
	return g_string_free(text, FALSE);
}

static char *
statements_see(const Bench *bench, const char *sql)
{
	g_autofree char *locks_query = g_strdup_printf(locks_sql, db_session_backend_pid(bench->own));
	GError *error = NULL;

	support_execute(bench->own, "BEGIN");
	g_autoptr(DbResult) before = statements_query(bench->other, files_sql);
	g_autoptr(DbResult) scans_before = statements_query(bench->own, scans_sql);
	support_execute(bench->own, sql);
	g_autofree char *locks = db_session_query_value(bench->other, &error, locks_query, NULL);
	support_check(locks != NULL, error, locks_query);
	g_autoptr(DbResult) scans_after = statements_query(bench->own, scans_sql);
	g_autoptr(DbResult) after = statements_query(bench->own, files_sql);
	support_execute(bench->own, "ROLLBACK");
	g_autofree char *files = statements_compare_files(before, after);
	g_autofree char *scans = statements_compare_scans(before, scans_before, scans_after);
	return g_strdup_printf("%s | %s | %s", locks, files, scans);
}

/* --- Our own ------------------------------------------------------------------------ */

static const char *const short_names[] = { "", "AS", "RS", "RE", "SUE", "S", "SRE", "E", "AE" };

static const char *
statements_name(const ReportTouched *touched)
{
	return strchr(touched->name, '.') + 1;
}

static void
statements_add_modes(GString *text, const ReportTouched *touched)
{
	bool first = true;

	for (guint mode = REPORT_N_LOCKS - 1; mode > 0; mode--) {
		if ((touched->modes & (1U << mode)) == 0)
			continue;
		if (first)
			statements_add(text, statements_name(touched), " ");
		g_string_append_printf(text, "%s%s", first ? "" : "+", short_names[mode]);
		first = false;
	}
}

static void
statements_add_touched(const ReportTouched *touched, GString *locks, GString *files, GString *scans)
{
	statements_add_modes(locks, touched);
	if (touched->was_rewritten || touched->was_emptied)
		statements_add(files, statements_name(touched), "");
	if (touched->indexes_built > 0)
		statements_add_number(files, statements_name(touched), " ", touched->indexes_built, " idx");
	if (touched->scans > 0)
		statements_add_number(scans, statements_name(touched), " x", touched->scans, "");
}

/* Describes the last statement. */
static char *
statements_describe(const ReportObservation *observation)
{
	g_autoptr(GString) locks = g_string_new(NULL);
	g_autoptr(GString) files = g_string_new(NULL);
	g_autoptr(GString) scans = g_string_new(NULL);
	const ReportStatement *statement = g_ptr_array_index(observation->statements, observation->statements->len - 1);

	for (guint i = 0; i < statement->touched->len; i++)
		statements_add_touched(g_ptr_array_index(statement->touched, i), locks, files, scans);
	return g_strdup_printf("%s | %s | %s", locks->str, files->str, scans->str);
}

static char *
statements_observe(void **state, const Bench *bench, const char *sql)
{
	static const char *const tables[] = { "public.schema_migrations", NULL };
	static const CatalogExclusions exclusions = { .tables = tables };
	const FolderFile files[] = { { "1_a.up.sql", sql }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load_as(files, (MigrationOptions){ .format = "golang-migrate" });
	g_autoptr(MigrationRunner) runner = runner_begin(set, bench->own);
	g_autoptr(ImpactObserver) observer = impact_observer_new(((SupportDatabase *)*state)->database, &exclusions);
	g_auto(MigrationOutcome) outcome = { 0 };
	GError *error = NULL;

	bool done = impact_observer_begin(observer, bench->own, &error);
	support_check(done, error, "impact_observer_begin");
	migration_runner_set_watch(runner, impact_observer_watch(observer));
	support_execute(bench->own, "BEGIN");
	done = migration_runner_apply_within(runner, runner_migration(set, 0), MIGRATION_UP, &outcome, &error);
	support_check(done, error, "migration_runner_apply_within");
	if (outcome.failed)
		fail_msg("%s", outcome.details);
	support_execute(bench->own, "ROLLBACK");
	g_autoptr(ReportObservation) observation = impact_observer_end(observer);
	return statements_describe(observation);
}

/* --- All statements ------------------------------------------------------------------- */

/* "-- 18" behind a statement: it is for servers of that version on. The line loses that. */
static bool
statements_fits(const Bench *bench, char *line)
{
	char *comment = strstr(line, " -- ");

	if (comment != NULL)
		*comment = '\0';
	return *line != '\0' && (comment == NULL || atoi(comment + 4) <= bench->major);
}

static char *
statements_run_all(void **state, const Bench *bench)
{
	g_autofree char *text = statements_read("statements.sql");
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	GString *all = g_string_new(NULL);

	for (guint i = 0; lines[i] != NULL; i++) {
		if (!statements_fits(bench, lines[i]))
			continue;
		g_autofree char *seen = statements_see(bench, lines[i]);
		g_autofree char *observed = statements_observe(state, bench, lines[i]);
		if (strcmp(seen, observed) != 0)
			fail_msg("%s\nPostgreSQL shows: %s\nobserved:         %s", lines[i], seen, observed);
		g_string_append_printf(all, "%s | %s\n", lines[i], seen);
	}
	return g_string_free(all, FALSE);
}

static void
every_statement_is_seen_as_postgresql_shows_it(void **state)
{
	Bench bench = { .own = support_session(state) };
	GError *error = NULL;

	bench.major = db_session_server_version(bench.own) / 10000;
	bench.other = scratch_database_connect(((SupportDatabase *)*state)->database, DB_SESSION_MIGRATION, &error);
	support_check(bench.other != NULL, error, "scratch_database_connect");
	g_autofree char *schema = statements_read("schema.sql");
	support_execute(bench.own, schema);
	g_autofree char *all = statements_run_all(state, &bench);
	db_session_close(bench.other);

	g_autofree char *name = g_strdup_printf("observed/%d", bench.major);
	g_autofree char *path = statements_path(name);
	bool done = g_getenv("PGASSAY_UPDATE") == NULL || g_file_set_contents(path, all, -1, &error);
	support_check(done, error, path);
	g_autofree char *expected = statements_read(name);
	assert_string_equal(all, expected);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNER_TEST(every_statement_is_seen_as_postgresql_shows_it),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
