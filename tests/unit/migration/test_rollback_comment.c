#include "migration/text/rollback_comment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool
read_comment(const char *text, MigrationRollbackComment *comment, GError **error)
{
	g_autoptr(Source) source = base_source_new("a.sql", text, -1);
	g_autoptr(MigrationMappedText) mapped = migration_source_text(source);

	return migration_rollback_comment_read(mapped, source, comment, error);
}

static void
reads_the_statements(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{ "-- Rollback: DROP TABLE a;\nSELECT 1;", " DROP TABLE a;\n" },
		{ "-- a.sql\n-- Description: x\n-- ROLLBACK:\n--   DROP TABLE a;\n--   DROP TABLE b;\n\n-- Not this\n",
		  "\n  DROP TABLE a;\n  DROP TABLE b;\n" },
		{ "--rollback: DROP TABLE a\n--Note: of course\nSELECT 1", " DROP TABLE a\n" },
		{ "-- rollback : DROP TABLE a;\n-- Ticket number: 7\n", " DROP TABLE a;\n" },
		{ "-- Rollback: DO $$ BEGIN\n--   x := 'a: b';\n-- END $$;\n",
		  " DO $$ BEGIN\n  x := 'a: b';\nEND $$;\n" },
		{ "-- Rollback: DELETE FROM t WHERE a = 'x'; -- note: y\n--\n-- SELECT 1::text;\n",
		  " DELETE FROM t WHERE a = 'x'; -- note: y\n\nSELECT 1::text;\n" },
		{ "\n\n-- Rollback: DROP TABLE a;\r\n-- DROP TABLE b;\r\nSELECT 1", " DROP TABLE a;\nDROP TABLE b;\n" },
		{ "SELECT 1;\n-- Rollback: DROP TABLE a;\n", NULL },
		{ "-- Down: see a.down.sql\nSELECT 1;", NULL },
		{ "/* Rollback: DROP TABLE a; */\nSELECT 1;", NULL },
		{ " -- Rollback: DROP TABLE a;", NULL },
		{ "", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(MigrationRollbackComment) comment = { 0 };
		assert_true(read_comment(cases[i][0], &comment, NULL));
		assert_null(comment.irreversible);
		if (g_strcmp0(comment.sql != NULL ? comment.sql->text->str : NULL, cases[i][1]) != 0)
			fail_msg("\"%s\" gives \"%s\"", cases[i][0], comment.sql != NULL ? comment.sql->text->str : "");
	}
}

static void
reads_why_there_is_no_way_back(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{ "-- Rollback: none, the data is gone\n", "the data is gone" },
		{ "-- Rollback: Not possible: the data\n--   is gone\nSELECT 1", "the data is gone" },
		{ "-- rollback: IRREVERSIBLE: no\n", "no" },
		{ "-- Rollback: none\n", "its author gives no reason" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(MigrationRollbackComment) comment = { 0 };
		assert_true(read_comment(cases[i][0], &comment, NULL));
		assert_null(comment.sql);
		assert_string_equal(comment.irreversible, cases[i][1]);
	}
}

static void
refuses_empty_and_duplicate_comments(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{ "-- a\n-- Rollback:\n\nSELECT 1", "a.sql:2:4: the rollback comment is empty" },
		{ "-- Rollback: ;\n", "a.sql:1:4: the rollback comment is empty" },
		{ "-- Rollback: SELECT 1;\n-- Note: x\n-- Rollback: SELECT 2;\n",
		  "a.sql:3:4: a second rollback comment" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(MigrationRollbackComment) comment = { 0 };
		g_autoptr(GError) error = NULL;
		assert_false(read_comment(cases[i][0], &comment, &error));
		assert_true(g_str_has_prefix(error->message, cases[i][1]));
	}
}

static void
knows_where_its_statements_stand(void **state)
{
	(void)state;
	const char *text = "\xef\xbb\xbf-- z\xc3\xb6lf\n-- Rollback: DROP TABLE a;\n--   SELECT '\xc3\xb6' x FROM b;\n";
	g_autoptr(Source) source = base_source_new("a.sql", text, -1);
	g_autoptr(MigrationMappedText) mapped = migration_source_text(source);
	g_auto(MigrationRollbackComment) comment = { 0 };

	assert_true(migration_rollback_comment_read(mapped, source, &comment, NULL));
	g_autoptr(MigrationScript) script = migration_script_new(source, g_steal_pointer(&comment.sql), NULL);
	const GPtrArray *statements = migration_script_statements(script);
	assert_int_equal(statements->len, 2);
	assert_int_equal(migration_script_position(script).line, 2);
	assert_int_equal(migration_script_position(script).column, 14);
	const MigrationStatement *second = g_ptr_array_index(statements, 1);
	gsize offset = migration_script_source_offset(script, second, (gsize)(strstr(second->sql, "b") - second->sql));
	SourcePosition position = base_source_position(source, offset);
	assert_int_equal(position.line, 3);
	assert_int_equal(position.column, 24);
	assert_int_equal(text[offset], 'b');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_statements),
		cmocka_unit_test(reads_why_there_is_no_way_back),
		cmocka_unit_test(refuses_empty_and_duplicate_comments),
		cmocka_unit_test(knows_where_its_statements_stand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
