#include "folder.h"

static const MigrationOptions tern = { .format = "tern" };

#define BORDER "\n---- create above / drop below ----\n"
#define NO     "---- tern: disable-tx ----\n"

static const char *
text_of(const MigrationScript *script, guint message)
{
	const GPtrArray *messages = migration_script_messages(script);

	assert_true(message < messages->len);
	return ((const MigrationMessage *)g_ptr_array_index(messages, message))->text->sql;
}

static void
reads_halves_and_numbers(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "002_b_c.sql", "SELECT 3;" },
		{ "1_a.sql", "\n SELECT 1;\nSELECT 2; \n" BORDER " SELECT 3\n" },
		{ "3_.sql", "" },
		{ "3_x.sql.old", "" },
		{ "3_c.sql", "SELECT 1" BORDER " \n" },
		{ "04_d.sql", "SELECT 1" BORDER "-- nothing" },
		{ "sub/4_x.sql", "" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, tern, NULL);
	g_autofree char *names = folder_names(set);
	const Migration *first = g_ptr_array_index(set->migrations, 0);
	const Migration *second = g_ptr_array_index(set->migrations, 1);
	const Migration *third = g_ptr_array_index(set->migrations, 2);
	const Migration *fourth = g_ptr_array_index(set->migrations, 3);

	assert_string_equal(names, "1_a.sql 002_b_c.sql 3_c.sql 04_d.sql");
	assert_string_equal(text_of(first->up, 0), "SELECT 1;\nSELECT 2;");
	assert_string_equal(text_of(first->down, 0), "SELECT 3");
	assert_int_equal(migration_script_position(first->down).line, 6);
	assert_int_equal(migration_script_scope(first->up), MIGRATION_SCOPE_TRANSACTION);
	assert_string_equal(second->version, "2");
	assert_string_equal(second->description, "b_c");
	assert_null(second->down);
	assert_null(third->down);
	assert_non_null(fourth->down);
	assert_string_equal(set->history_schema, "public");
	assert_string_equal(set->history_table, "schema_version");
	assert_int_equal(set->warnings->len, 2);
	assert_true(folder_warns(set, "\"3_.sql\" is not run: its name is not like 001_title.sql"));
	assert_true(folder_warns(set, "\"3_x.sql.old\" is not run"));
}

static void
cuts_statements_without_a_transaction(void **state)
{
	(void)state;
	const FolderFile files[] = { { "1_a.sql", NO "SELECT ';';\n-- ;\nSELECT (1;2)\n" BORDER "SELECT 1; SELECT 2" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, tern, NULL);
	const Migration *migration = g_ptr_array_index(set->migrations, 0);

	assert_int_equal(migration_script_scope(migration->up), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(migration_script_scope(migration->down), MIGRATION_SCOPE_TRANSACTION);
	assert_int_equal(migration_script_messages(migration->up)->len, 3);
	assert_string_equal(text_of(migration->up, 0), NO "SELECT ';';");
	assert_string_equal(text_of(migration->up, 1), "\n-- ;\nSELECT (1;");
	assert_int_equal(migration_script_messages(migration->down)->len, 1);
}

static void
fills_templates_in(void **state)
{
	(void)state;
	const FolderFile files[] = { { "1_a.sql",
		                       "SELECT {{ .a }};\n{{template \"s/x.sql\" .}}\n{{ template `s/x.sql` }}" },
		                     { "s/x.sql", "SELECT '{{.b}}';" },
		                     { NULL, NULL } };
	g_autoptr(GHashTable) placeholders = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_insert(placeholders, (gpointer) "a", (gpointer) "1");
	g_hash_table_insert(placeholders, (gpointer) "b", (gpointer) "two");
	g_autoptr(MigrationSet)
	    set = folder_load(files, (MigrationOptions){ .format = "tern", .placeholders = placeholders }, NULL);
	const Migration *migration = g_ptr_array_index(set->migrations, 0);

	assert_string_equal(text_of(migration->up, 0), "SELECT 1;\nSELECT 'two';\nSELECT 'two';");
}

static void
reports_errors(void **state)
{
	(void)state;
	static const struct {
		FolderFile files[4];
		const char *message;
	} cases[] = {
		{ { { "1_a.sql", "SELECT 1" }, { "3_c.sql", "SELECT 1" } },
		  "\"3_c.sql\" stands where tern expects the number 2" },
		{ { { "2_a.sql", "SELECT 1" } }, "\"2_a.sql\" stands where tern expects the number 1" },
		{ { { "0_a.sql", "SELECT 1" } }, "\"0_a.sql\" stands where tern expects the number 1" },
		{ { { "1_a.sql", "SELECT 1" }, { "01_b.sql", "SELECT 1" } },
		  "\"01_b.sql\" and \"1_a.sql\" have the same version \"1\"" },
		{ { { "1_a.sql", "-- x\n\n --y\n" BORDER "SELECT 1" } },
		  "1_a.sql:1:1: tern takes no migration without SQL" },
		{ { { "1_a.sql", "SELECT 1;\n---- tern: disable-tx ----\r\nSELECT 2" } },
		  "1_a.sql:2:1: tern does not see this line" },
		{ { { "1_a.sql", "SELECT 1;\n -- tern: disable-tx" } }, "1_a.sql:2:1: tern does not see this line" },
		{ { { "1_a.sql", "SELECT {{.x}}" } }, "1_a.sql:1:8: no value for \"x\"" },
		{ { { "1_a.sql", "SELECT {{if .x}}1{{end}}" } },
		  "1_a.sql:1:8: \"{{if .x}}\" is more than pgassay knows of templates" },
		{ { { "1_a.sql", "SELECT {{.x" } }, "1_a.sql:1:8: this template has no end" },
		{ { { "1_a.sql", "{{template \"s/x.sql\" .}}" } }, "1_a.sql:1:1: there is no template \"s/x.sql\"" },
		{ { { "1_a.sql", "{{template \"s/x.sql\" .}}" }, { "s/x.sql", "{{template \"s/x.sql\" .}}" } },
		  "s/x.sql:1:1: templates are nested too deeply" },
		{ { { "1_a.sql", "\xef\xbb\xbfSELECT 1" } }, "1_a.sql:1:1: the file begins with a byte order mark" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		folder_refuses(cases[i].files, &tern, cases[i].message);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_halves_and_numbers),
		cmocka_unit_test(cuts_statements_without_a_transaction),
		cmocka_unit_test(fills_templates_in),
		cmocka_unit_test(reports_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
