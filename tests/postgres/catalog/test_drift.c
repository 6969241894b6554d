/* Drift of every kind is found, an unchanged database has none, and pg_dump is of the same opinion. */
#include "attributes.h"
#include "attributes_other.h"
#include "drift_rows.h"

#include "base/process.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

static void
make_objects(DbSession *session)
{
	support_execute(session, setup);
	support_execute(session, "SET allow_in_place_tablespaces = on");
	/* It belongs to the server, where an earlier test may have left it. */
	db_session_execute(session, "CREATE TABLESPACE elsewhere LOCATION ''", NULL);
	support_execute(session, setup_other);
	support_execute(session, setup_drift);
}

static char *
describe(const CatalogSnapshot *expected, const CatalogSnapshot *found)
{
	g_autoptr(GArray) differences = catalog_diff(expected, found, NULL);

	return catalog_diff_describe(differences, G_MAXUINT);
}

/* True if the row's object is named where the snapshot must report it, and no other difference is reported. */
static bool
is_told(const DriftRow *row, const char *differences)
{
	bool told = row->object != NULL ? strstr(differences, row->object) != NULL : *differences == '\0';

	if (!told)
		print_error("after: %s\nthe snapshots differ by: %s\n", row->change, differences);
	return told;
}

/* --- Drift ---------------------------------------------------------------- */

static void
all_of_it_is_found_and_nothing_else(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	guint n_found = 0;
	guint n_wrong = 0;

	make_objects(session);
	g_autoptr(CatalogSnapshot) base = read_snapshot(session);
	for (gsize i = 0; i < G_N_ELEMENTS(drift_rows); i++) {
		const DriftRow *row = &drift_rows[i];
		if (db_session_server_version(session) < row->since)
			continue;
		support_execute(session, "BEGIN");
		support_execute(session, row->change);
		g_autoptr(CatalogSnapshot) changed = read_snapshot(session);
		support_execute(session, "ROLLBACK");
		g_autofree char *differences = describe(base, changed);
		n_wrong += is_told(row, differences) ? 0 : 1;
		n_found += row->object != NULL ? 1 : 0;
	}
	g_autoptr(CatalogSnapshot) unchanged = read_snapshot(session);
	g_autofree char *none = describe(base, unchanged);
	assert_string_equal(none, "");
	assert_int_equal(n_wrong, 0);
	assert_in_range(n_found, 100, G_N_ELEMENTS(drift_rows));
}

/* --- pg_dump -------------------------------------------------------------- */

static char *
server_program(const char *name)
{
	char *path = g_build_filename(scratch_server_origin(support_server()), name, NULL);

	if (!g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
		g_clear_pointer(&path, g_free);
	return path;
}

/* Not every folder of a server has the clients, too. */
#define NEED_PROGRAM(variable, name)                                                                                   \
	g_autofree char *variable = server_program(name);                                                              \
	if (variable == NULL)                                                                                          \
	skip()

static char *
conninfo_of(const SupportDatabase *database)
{
	return g_strdup_printf("%s dbname=%s", db_endpoint_describe(scratch_server_endpoint(support_server())),
	                       scratch_database_name(database->database));
}

static void
run_program(const char *const *arguments)
{
	g_auto(BaseProcessEnd) end = { 0 };
	GError *error = NULL;
	const BaseProcess process = { .arguments = arguments, .input = -1, .output = -1 };

	support_check(base_process_run(&process, &end, &error), error, arguments[0]);
	if (!end.succeeded)
		fail_msg("%s: %s", arguments[0], end.stderr_text);
}

/* The output of pg_dump, without the lines of a key that is different each time. */
static char *
dump(const char *program, const SupportDatabase *database, const char *path)
{
	g_autofree char *conninfo = conninfo_of(database);
	const char *const arguments[] = { program, "--schema-only", "--dbname", conninfo, "--file", path, NULL };
	g_autofree char *text = NULL;

	run_program(arguments);
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_autoptr(GRegex) keys = g_regex_new("^\\\\(un)?restrict .*$", G_REGEX_MULTILINE, 0, NULL);
	return g_regex_replace_literal(keys, text, -1, 0, "", 0, NULL);
}

static char *
make_path(void)
{
	char *path = NULL;
	int descriptor = g_file_open_tmp("pgassay-dump-XXXXXX.sql", &path, NULL);

	assert_true(descriptor >= 0);
	g_close(descriptor, NULL);
	return path;
}

static bool
dump_agrees(const DriftRow *row, bool dumps_differ)
{
	bool expected = row->told == TOLD_BY_BOTH || row->told == TOLD_BY_DUMP;

	if (dumps_differ != expected)
		print_error("after: %s\nwhat pg_dump writes is %s\n", row->change,
		            dumps_differ ? "another, and a snapshot is said to tell it alone" : "the same");
	return dumps_differ == expected;
}

/* The changes are made one after the other, so that each needs one dump, and no database of its own. */
static void
a_dump_and_a_snapshot_tell_the_same(void **state)
{
	SupportDatabase *database = *state;
	guint n_wrong = 0;

	NEED_PROGRAM(program, "pg_dump");
	g_autofree char *path = make_path();
	make_objects(database->session);
	g_autoptr(CatalogSnapshot) snapshot = read_snapshot(database->session);
	g_autofree char *text = dump(program, database, path);
	for (gsize i = 0; i < G_N_ELEMENTS(drift_rows); i++) {
		const DriftRow *row = &drift_rows[i];
		if (db_session_server_version(database->session) < row->since)
			continue;
		support_execute(database->session, row->change);
		g_autoptr(CatalogSnapshot) previous = g_steal_pointer(&snapshot);
		snapshot = read_snapshot(database->session);
		g_autofree char *previous_text = g_steal_pointer(&text);
		text = dump(program, database, path);
		g_autofree char *differences = describe(previous, snapshot);
		n_wrong += is_told(row, differences) ? 0 : 1;
		n_wrong += dump_agrees(row, strcmp(previous_text, text) != 0) ? 0 : 1;
	}
	support_execute(database->session, "DROP SUBSCRIPTION news");
	g_unlink(path);
	assert_int_equal(n_wrong, 0);
}

/* A restored dump has the original objects; its materialized views are empty. */
static void
a_restored_dump_has_no_drift(void **state)
{
	SupportDatabase *database = *state;

	NEED_PROGRAM(dumper, "pg_dump");
	NEED_PROGRAM(client, "psql");
	g_autofree char *path = make_path();
	g_autoptr(SupportDatabase) copy = support_database(NULL);
	g_autofree char *conninfo = conninfo_of(copy);
	make_objects(database->session);
	/* For a language with a handler of the server's own, pg_dump writes only the name. */
	support_execute(database->session, "DROP LANGUAGE plours");
	g_free(dump(dumper, database, path));
	const char *const arguments[] = { client, "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1",
		                          "-d",   conninfo,      "--file",  path,    NULL };
	run_program(arguments);
	g_unlink(path);
	support_execute(copy->session, "REFRESH MATERIALIZED VIEW kb.sizes; REFRESH MATERIALIZED VIEW kb.texts_copy");
	g_autoptr(CatalogSnapshot) original = read_snapshot(database->session);
	g_autoptr(CatalogSnapshot) restored = read_snapshot(copy->session);
	g_autofree char *differences = describe(original, restored);
	assert_string_equal(differences, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_of_it_is_found_and_nothing_else),
		TEST(a_dump_and_a_snapshot_tell_the_same),
		TEST(a_restored_dump_has_no_drift),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
