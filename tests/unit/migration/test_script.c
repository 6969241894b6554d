#include "migration/text/script.h"

#include "migration/runner/stand_in.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
maps_offsets_back_to_the_source(void **state)
{
	(void)state;
	/* The source is "ab${x}cd": in the text, "LONG" replaces the placeholder. */
	g_autoptr(MigrationMappedText) mapped = migration_mapped_text_new();
	static const gsize expected[] = { 0, 1, 2, 2, 2, 2, 6, 7, 8, 8 };

	assert_int_equal(migration_mapped_text_source_offset(mapped, 0), 0);
	migration_mapped_text_append(mapped, "ab", 2, 0);
	migration_mapped_text_append_replacement(mapped, "", 2);
	migration_mapped_text_append_replacement(mapped, "LONG", 2);
	migration_mapped_text_append(mapped, "", 0, 6);
	migration_mapped_text_append(mapped, "cd", 2, 6);
	assert_string_equal(mapped->text->str, "abLONGcd");
	for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
		assert_int_equal(migration_mapped_text_source_offset(mapped, i), expected[i]);
}

static MigrationScript *
script_of(const char *text)
{
	g_autoptr(Source) source = base_source_new("dir/a.sql", text, -1);
	g_autoptr(GError) error = NULL;
	MigrationScript *script = migration_script_new(source, migration_source_text(source), &error);

	if (script == NULL)
		fail_msg("%s", error->message);
	return script;
}

static const MigrationStatement *
statement_at(const MigrationScript *script, guint i)
{
	const GPtrArray *statements = migration_script_statements(script);

	assert_true(i < statements->len);
	return g_ptr_array_index(statements, i);
}

static void
classifies_its_statements(void **state)
{
	(void)state;
	g_autoptr(MigrationScript) script = script_of("-- head\r\n\r\n  CREATE EXTENSION \"uuid-ossp\";\r\n"
	                                              "COPY t FROM STDIN;\r\n1\tx\r\n2\ty\r\n\\.\r\n"
	                                              "VACUUM t;\r\nCOMMIT");
	const MigrationStatement *extension = statement_at(script, 0);
	const MigrationStatement *copy = statement_at(script, 1);

	assert_int_equal(migration_script_statements(script)->len, 4);
	assert_int_equal(migration_script_position(script).line, 3);
	assert_int_equal(migration_script_position(script).column, 3);
	assert_string_equal(migration_script_position(script).path, "dir/a.sql");
	assert_int_equal(extension->flags, MIGRATION_STATEMENT_CREATE_EXTENSION);
	assert_string_equal(extension->extension, "uuid-ossp");
	assert_null(extension->data);
	assert_int_equal(copy->flags, MIGRATION_STATEMENT_COPY_IN);
	assert_null(copy->extension);
	assert_int_equal(copy->data_length, strlen("1\tx\r\n2\ty\r\n"));
	assert_memory_equal(copy->data, "1\tx\r\n2\ty\r\n", copy->data_length);
	gsize second = migration_script_data_offset(script, copy, strlen("1\tx\r\n"));
	assert_int_equal(base_source_position(migration_script_source(script), second).line, 6);
	assert_ptr_equal(migration_script_find(script, MIGRATION_STATEMENT_NO_TRANSACTION), statement_at(script, 2));
	assert_ptr_equal(migration_script_find(script, MIGRATION_STATEMENT_TRANSACTION_CONTROL),
	                 statement_at(script, 3));
	assert_ptr_equal(migration_script_find(script, MIGRATION_STATEMENT_COPY_IN), copy);
}

static void
fits_a_transaction_when_nothing_refuses_one(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool fits;
	} cases[] = {
		{ "", true },
		{ "SELECT 1; SAVEPOINT s", true },
		{ "SELECT 1; COMMIT", false },
		{ "CREATE INDEX CONCURRENTLY ON t (a)", false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(MigrationScript) script = script_of(cases[i].text);
		assert_int_equal(migration_script_scope(script), MIGRATION_SCOPE_TRANSACTION);
		assert_int_equal(migration_script_fits_transaction(script), cases[i].fits);
		migration_script_set_scope(script, MIGRATION_SCOPE_EXTERNAL);
		assert_false(migration_script_fits_transaction(script));
		migration_script_set_scope(script, MIGRATION_SCOPE_PIPELINE);
		assert_int_equal(migration_script_fits_transaction(script), cases[i].fits);
	}
	/* Without a transaction around them, one message is a transaction of the server's, several are several. */
	g_autoptr(MigrationScript) one = script_of("SELECT 1");
	g_autoptr(MigrationScript) two = script_of("SELECT 1; SELECT 2");
	migration_script_set_scope(one, MIGRATION_SCOPE_AUTOCOMMIT);
	migration_script_set_scope(two, MIGRATION_SCOPE_AUTOCOMMIT);
	assert_true(migration_script_fits_transaction(one));
	assert_false(migration_script_fits_transaction(two));
}

static void
knows_the_transaction_that_a_script_brings(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		MigrationOwnTransaction own;
	} cases[] = {
		{ "BEGIN; SELECT 1; COMMIT", MIGRATION_OWN_TRANSACTION_COMMITS },
		{ "-- deploy\n/* a */ begin; COMMIT;", MIGRATION_OWN_TRANSACTION_COMMITS },
		{ "START TRANSACTION; SELECT 1; SELECT 2; END;", MIGRATION_OWN_TRANSACTION_COMMITS },
		{ "BEGIN; SAVEPOINT s; ROLLBACK", MIGRATION_OWN_TRANSACTION_ROLLS_BACK },
		{ "SELECT 1; SELECT 2", MIGRATION_OWN_TRANSACTION_NONE },
		{ "BEGIN; SELECT 1", MIGRATION_OWN_TRANSACTION_NONE },
		{ "BEGIN; SELECT 1; COMMIT; SELECT 2", MIGRATION_OWN_TRANSACTION_NONE },
		{ "SELECT 1; BEGIN; COMMIT", MIGRATION_OWN_TRANSACTION_NONE },
		{ "BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT", MIGRATION_OWN_TRANSACTION_NONE },
		{ "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; COMMIT", MIGRATION_OWN_TRANSACTION_NONE },
		{ "BEGIN; SELECT 1; COMMIT AND CHAIN", MIGRATION_OWN_TRANSACTION_NONE },
		{ "BEGIN; CREATE INDEX CONCURRENTLY ON t (a); COMMIT", MIGRATION_OWN_TRANSACTION_NONE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(MigrationScript) script = script_of(cases[i].text);
		assert_int_equal(migration_script_own_transaction(script), MIGRATION_OWN_TRANSACTION_NONE);
		migration_script_set_scope(script, MIGRATION_SCOPE_AUTOCOMMIT);
		if (migration_script_own_transaction(script) != cases[i].own)
			fail_msg("%s: %d", cases[i].text, (int)migration_script_own_transaction(script));
	}
}

static MigrationScript *
cut_script(const char *text, const MigrationCut *cuts, guint n)
{
	g_autoptr(Source) source = base_source_new("x.sql", text, -1);
	g_autoptr(GArray) array = g_array_new(FALSE, FALSE, sizeof(MigrationCut));

	g_array_append_vals(array, cuts, n);
	return migration_script_new_cut(source, migration_source_text(source), n > 0 ? array : NULL);
}

static void
keeps_the_messages_of_the_tool(void **state)
{
	(void)state;
	const char text[] = "SELECT 1; VACUUM;\n \nCREATE EXTENSION a; SELECT 'x";
	const MigrationCut cuts[] = { { 0, 17 }, { 17, 20 }, { 20, 50 } };
	g_autoptr(MigrationScript) whole = cut_script("SELECT 1;\nSELECT 2;\n", NULL, 0);
	g_autoptr(MigrationScript) parts = cut_script(text, cuts, G_N_ELEMENTS(cuts));
	g_autoptr(MigrationScript) blank = cut_script(" \n", NULL, 0);
	const MigrationMessage *message = g_ptr_array_index(migration_script_messages(whole), 0);

	assert_int_equal(migration_script_messages(whole)->len, 1);
	assert_string_equal(message->text->sql, "SELECT 1;\nSELECT 2;\n");
	assert_int_equal(message->statements->len, 2);
	assert_int_equal(migration_script_statements(whole)->len, 2);
	assert_int_equal(migration_script_source_offset(whole, g_ptr_array_index(message->statements, 1), 0), 10);
	assert_int_equal(migration_script_messages(blank)->len, 0);
	/* The blank one is left out, and what we cannot split is the server's to judge. */
	assert_int_equal(migration_script_messages(parts)->len, 2);
	message = g_ptr_array_index(migration_script_messages(parts), 0);
	assert_int_equal(message->text->flags, MIGRATION_STATEMENT_NO_TRANSACTION);
	message = g_ptr_array_index(migration_script_messages(parts), 1);
	assert_string_equal(message->text->sql, "CREATE EXTENSION a; SELECT 'x");
	assert_int_equal(message->statements->len, 1);
	assert_int_equal(migration_script_source_offset(parts, message->text, 3), 23);
	assert_int_equal(migration_script_statements(parts)->len, 3);
}

static void
an_empty_script_begins_at_the_start(void **state)
{
	(void)state;
	g_autoptr(MigrationScript) script = script_of("-- nothing\n");

	assert_int_equal(migration_script_statements(script)->len, 0);
	assert_int_equal(migration_script_position(script).line, 1);
	assert_null(migration_script_find(script, ~0u));
}

static void
a_file_that_is_not_there_is_an_error(void **state)
{
	(void)state;
	g_autoptr(GError) error = NULL;

	assert_null(migration_source_load("/nonexistent/a.sql", &error));
	assert_non_null(strstr(error->message, "/nonexistent/a.sql"));
}

static void
an_error_shows_its_place(void **state)
{
	(void)state;
	g_autoptr(GError) error = NULL;
	g_autoptr(Source) source = base_source_new("a.sql", "one\ntwo three\n", -1);

	assert_false(migration_error_at(&error, source, 8, "do %d", "no %s", "good"));
	assert_string_equal(error->message, "a.sql:2:5: no good\n2 | two three\n  |     ^\nhint: do %d");
}

static void
finds_the_stand_in_of_an_extension(void **state)
{
	(void)state;
	g_autoptr(MigrationScript)
	    script = script_of("CREATE EXTENSION IF NOT EXISTS vector; SELECT 1; CREATE EXTENSION a");
	g_autoptr(Source) source = base_source_new("vector.sql", "", -1);
	g_autoptr(GHashTable) sources = g_hash_table_new(g_str_hash, g_str_equal);
	const MigrationStandIns stand_ins = { .sources = sources };
	const MigrationStandIns none = { 0 };

	g_hash_table_insert(sources, (gpointer) "vector", source);
	assert_ptr_equal(migration_stand_in_find(&stand_ins, statement_at(script, 0)), source);
	assert_null(migration_stand_in_find(&stand_ins, statement_at(script, 1)));
	assert_null(migration_stand_in_find(&stand_ins, statement_at(script, 2)));
	assert_null(migration_stand_in_find(&none, statement_at(script, 0)));
	assert_null(migration_stand_in_find(NULL, statement_at(script, 0)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_offsets_back_to_the_source),
		cmocka_unit_test(classifies_its_statements),
		cmocka_unit_test(fits_a_transaction_when_nothing_refuses_one),
		cmocka_unit_test(knows_the_transaction_that_a_script_brings),
		cmocka_unit_test(keeps_the_messages_of_the_tool),
		cmocka_unit_test(an_empty_script_begins_at_the_start),
		cmocka_unit_test(a_file_that_is_not_there_is_an_error),
		cmocka_unit_test(an_error_shows_its_place),
		cmocka_unit_test(finds_the_stand_in_of_an_extension),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
