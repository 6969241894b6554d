#include "migration/runner/recording.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define LINE(level, text)    "2026-01-02 03:04:05.678 UTC [41] db_1 " level ":  " text "\n"
#define OTHER(session, text) "2026-01-02 03:04:05.678 UTC [" session "] db_1 LOG:  statement: " text "\n"
#define SQL(text)            LINE("LOG", "statement: " text)

static const char file[] = "import x\n\ndef upgrade():\n    op.execute(\"\"\"CREATE TABLE t (id int)\"\"\")\n";

static Migration *
read_log(const char *log, char **ret_reason)
{
	MigrationSet set = { .history_table = (char *)"alembic_version" };
	g_autoptr(Source) source = base_source_new("a1.py", file, -1);
	g_autoptr(GArray) nothing = g_array_new(FALSE, FALSE, sizeof(MigrationCut));
	g_autoptr(Migration) code = migration_new(MIGRATION_VERSIONED, "a1");

	code->version = g_strdup("a1");
	code->up = migration_script_new_cut(source, migration_mapped_text_new(), nothing);
	*ret_reason = NULL;
	return migration_recording_read(&set, code, log, "db_1", ret_reason);
}

/* The messages, each followed by a bar. */
static void
check(const char *log, const char *expected)
{
	g_autofree char *reason = NULL;
	g_autoptr(Migration) migration = read_log(log, &reason);
	g_autoptr(GString) found = g_string_new(NULL);

	if (migration == NULL)
		fail_msg("not read: %s", reason);
	const GPtrArray *messages = migration_script_messages(migration->up);
	for (guint i = 0; i < messages->len; i++)
		g_string_append_printf(found, "%s|",
		                       ((const MigrationMessage *)g_ptr_array_index(messages, i))->text->sql);
	assert_string_equal(found->str, expected);
	assert_string_equal(migration->version, "a1");
	assert_int_equal(migration_script_scope(migration->up), MIGRATION_SCOPE_AUTOCOMMIT);
}

static void
check_refused(const char *log, const char *part)
{
	g_autofree char *reason = NULL;
	g_autoptr(Migration) migration = read_log(log, &reason);

	assert_null(migration);
	assert_non_null(strstr(reason, part));
}

static void
statements_are_messages(void **state)
{
	(void)state;
	check(SQL("BEGIN") SQL("CREATE TABLE t (\n\tid int)") SQL("COMMIT"), "BEGIN|CREATE TABLE t (\nid int)|COMMIT|");
	check("2026-01-02 03:04:05.678 UTC [9] db_2 LOG:  statement: DROP TABLE other\n"
	      "2026-01-02 03:04:05.678 UTC [9] LOG:  checkpoint starting: time\n" SQL("SELECT 1"),
	      "SELECT 1|");
	check(SQL("CREATE TABLE a (id int); CREATE TABLE b (id int)"),
	      "CREATE TABLE a (id int); CREATE TABLE b (id int)|");
}

static void
values_take_the_places_of_parameters(void **state)
{
	(void)state;
	check(LINE("LOG", "execute <unnamed>: INSERT INTO t VALUES ($1, $2, '$1', $3::int) /* $2 */")
	          LINE("DETAIL", "parameters: $1 = 'it''s, $2 = ''x''', $2 = NULL, $3 = '7'"),
	      "INSERT INTO t VALUES ( 'it''s, $2 = ''x''',  NULL, '$1',  '7'::int) /* $2 */|");
	check(LINE("LOG", "execute s1: UPDATE t SET a = $1") LINE("DETAIL", "Parameters: $1 = '3'"),
	      "UPDATE t SET a =  '3'|");
	check(LINE("LOG", "execute fetch from c1: SELECT 1"), "");
	check_refused(LINE("LOG", "execute s1: UPDATE t SET a = $2") LINE("DETAIL", "parameters: $1 = '3'"),
	              "lacks the values");
}

static void
looks_at_the_catalog_are_left_out(void **state)
{
	(void)state;
	check(SQL("BEGIN") SQL("select pg_catalog.version()") SQL("SHOW search_path")
	          SQL("SELECT version_num FROM alembic_version") SQL("ROLLBACK"),
	      "");
	check(
	    SQL("SELECT pg_catalog.set_config('search_path', 'x', false)")
		SQL("SELECT setval('s', 5) FROM pg_catalog.pg_class"),
	    "SELECT pg_catalog.set_config('search_path', 'x', false)|SELECT setval('s', 5) FROM pg_catalog.pg_class|");
	check(SQL("UPDATE alembic_version SET version_num = 'a1'"), "UPDATE alembic_version SET version_num = 'a1'|");
}

static void
sessions_follow_each_other(void **state)
{
	(void)state;
	check(OTHER("1", "BEGIN") OTHER("1", "CREATE TABLE t (id int)") OTHER("2", "DROP TABLE u"),
	      "BEGIN|CREATE TABLE t (id int)|ROLLBACK|DISCARD ALL|DROP TABLE u|");
	check(OTHER("1", "BEGIN; CREATE TABLE t (id int); COMMIT") OTHER("2", "DROP TABLE u"),
	      "BEGIN; CREATE TABLE t (id int); COMMIT|DISCARD ALL|DROP TABLE u|");
	check_refused(OTHER("1", "DROP TABLE t") OTHER("2", "DROP TABLE u") OTHER("1", "DROP TABLE v"),
	              "several sessions at once");
	check(SQL("BEGIN") SQL("DROP TABLE t"), "BEGIN|DROP TABLE t|ROLLBACK|");
	check(SQL("BEGIN") SQL("SAVEPOINT a") SQL("ROLLBACK TO a") SQL("COMMIT"),
	      "BEGIN|SAVEPOINT a|ROLLBACK TO a|COMMIT|");
}

static void
what_cannot_run_again_is_refused(void **state)
{
	(void)state;
	check_refused(SQL("SELECT 1 / 0") LINE("ERROR", "division by zero"), "fails, and it goes on");
	check_refused(SQL("COPY t FROM STDIN"), "by COPY");
}

static void
positions_are_in_the_file(void **state)
{
	g_autofree char *reason = NULL;
	g_autoptr(Migration)
	    migration = read_log(SQL("CREATE TABLE t (id int)") SQL("CREATE INDEX i ON t (id)"), &reason);
	const GPtrArray *statements = migration_script_statements(migration->up);
	static const guint lines[] = { 4, 3 };

	(void)state;
	assert_int_equal(statements->len, G_N_ELEMENTS(lines));
	for (guint i = 0; i < statements->len; i++) {
		gsize offset = migration_script_source_offset(migration->up, g_ptr_array_index(statements, i), 0);
		SourcePosition position = base_source_position(migration_script_source(migration->up), offset);
		assert_string_equal(position.path, "a1.py");
		assert_int_equal(position.line, lines[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_are_messages),
		cmocka_unit_test(values_take_the_places_of_parameters),
		cmocka_unit_test(looks_at_the_catalog_are_left_out),
		cmocka_unit_test(sessions_follow_each_other),
		cmocka_unit_test(what_cannot_run_again_is_refused),
		cmocka_unit_test(positions_are_in_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
