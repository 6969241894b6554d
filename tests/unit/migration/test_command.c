#include "folder.h"

#include "migration/runner/commands.h"

static char *up_to[] = { (char *)"tool", (char *)"{version}", NULL };

/* Options with a command that lists what the shell prints; NULL: no such command. */
static MigrationCommands
commands_of(char *text)
{
	static char *list[] = { (char *)"sh", (char *)"-c", NULL, NULL };

	list[2] = text;
	return (MigrationCommands){
		.list = text != NULL ? list : NULL, .up_to = up_to, .directory = (char *)"/", .timeout = 10
	};
}

static void
files_with_numbers_are_listed_in_their_order(void **state)
{
	(void)state;
	const MigrationCommands commands = commands_of(NULL);
	const FolderFile files[] = { { "10_b.exs", "" }, { "9_a.exs", "x" }, { "helper.exs", "" }, { NULL, NULL } };
	const MigrationOptions options = { .commands = &commands, .history_table = "schema_migrations" };
	g_autoptr(MigrationSet) set = folder_load(files, options, NULL);
	g_autofree char *names = folder_names(set);
	const Migration *first = g_ptr_array_index(set->migrations, 0);

	assert_string_equal(migration_set_format_name(set), "command");
	assert_true(migration_set_is_external(set));
	assert_string_equal(names, "9_a.exs 10_b.exs");
	assert_string_equal(first->version, "9");
	assert_null(first->down);
	assert_false(migration_script_fits_transaction(first->up));
	assert_true(g_str_has_suffix(base_source_path(migration_script_source(first->up)), "/9_a.exs"));
	assert_true(folder_warns(set, "\"helper.exs\" is not taken for a migration"));
}

static void
a_command_can_list_them(void **state)
{
	(void)state;
	MigrationCommands commands = commands_of((char *)"echo '# all'; echo ' b2 the second '; echo; echo a1");
	const FolderFile files[] = { { "a1_x.py", "" }, { NULL, NULL } };
	const MigrationOptions options = { .commands = &commands, .history_table = "alembic_version" };

	commands.down_to = up_to;
	g_autoptr(MigrationSet) set = folder_load(files, options, NULL);
	g_autofree char *names = folder_names(set);
	const Migration *second = g_ptr_array_index(set->migrations, 1);
	assert_string_equal(names, "the second a1");
	assert_string_equal(((const Migration *)g_ptr_array_index(set->migrations, 0))->version, "b2");
	assert_non_null(second->down);
	assert_true(g_str_has_suffix(base_source_path(migration_script_source(second->up)), "/a1_x.py"));
	assert_string_equal(g_hash_table_lookup(set->settings, "version"), "version_num");
	assert_string_equal(g_hash_table_lookup(set->settings, "rows"), "last");
}

static void
a_command_can_name_their_files(void **state)
{
	(void)state;
	MigrationCommands commands = commands_of(
	    (char *)"printf 'a1 the first one\\t/etc/passwd\\nb2\\t/no/file\\nc3\\tx'");
	const FolderFile files[] = { { "b2_x.py", "" }, { NULL, NULL } };
	const MigrationOptions options = { .commands = &commands, .history_table = "alembic_version" };
	g_autoptr(MigrationSet) set = folder_load(files, options, NULL);
	g_autofree char *names = folder_names(set);
	const Migration *first = g_ptr_array_index(set->migrations, 0);
	const Migration *second = g_ptr_array_index(set->migrations, 1);

	assert_string_equal(names, "the first one b2 x");
	assert_string_equal(base_source_path(migration_script_source(first->up)), "/etc/passwd");
	assert_true(g_str_has_suffix(base_source_path(migration_script_source(second->up)), "/b2_x.py"));
}

static void
reports_missing_commands(void **state)
{
	(void)state;
	const FolderFile files[] = { { "1_a.exs", "" }, { "01_b.exs", "" }, { NULL, NULL } };
	const FolderFile none[] = { { "a.exs", "" }, { NULL, NULL } };
	MigrationCommands named = commands_of(NULL);
	MigrationCommands failing = commands_of((char *)"echo no such task; exit 3");
	char *missing[] = { (char *)"there-is-no-such-program", NULL };
	MigrationCommands lost = { .list = missing, .up_to = up_to, .directory = (char *)"/" };
	MigrationOptions options = { .format = "command", .history_table = "t" };

	folder_refuses(files, &options, "migrations that are code need the commands of their tool");
	options.commands = &named;
	folder_refuses(files, &options, "\"01_b.exs\" and \"1_a.exs\" have the same version 1");
	folder_refuses(none, &options, "there are no command migrations in");
	options.history_table = NULL;
	folder_refuses(files, &options, "the table in which the tool remembers what is applied is not known");
	options.history_table = "t";
	options.commands = &lost;
	folder_refuses(files, &options, "there is no program \"there-is-no-such-program\"");
	folder_refuses(files,
	               &(MigrationOptions){
			   .format = "command", .history_table = "t", .commands = &(const MigrationCommands){ 0 } },
	               "need the commands of their tool");
	failing.list[2] = (char *)"echo no such task; exit 3";
	options.commands = &failing;
	folder_refuses(files, &options, "(\"sh\") fails:\nno such task\nhint: try it in a shell");
}

static void
placeholders_are_replaced(void **state)
{
	(void)state;
	g_autoptr(GHashTable) values = migration_commands_values(NULL);
	static const char *const cases[][2] = {
		{ "{version}", "7" },
		{ "-t{version}{version}", "-t77" },
		{ "{other} {", "{other} {" },
		{ "", "" },
	};

	g_hash_table_insert(values, g_strdup("version"), g_strdup("7"));
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = migration_commands_replace(cases[i][0], values);
		assert_string_equal(text, cases[i][1]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_with_numbers_are_listed_in_their_order),
		cmocka_unit_test(a_command_can_list_them),
		cmocka_unit_test(a_command_can_name_their_files),
		cmocka_unit_test(reports_missing_commands),
		cmocka_unit_test(placeholders_are_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
