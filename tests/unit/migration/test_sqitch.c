#include "folder.h"

#define HEAD "%syntax-version=1.0.0\n%project=shop\n\n"
#define WHO  " 2024-01-15T10:00:00Z Ada <ada@example.org>"

static void
takes_the_order_of_the_plan(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "sqitch.plan", HEAD "b" WHO " # the first\nsub/a [b]" WHO "\n@v1" WHO "\nb [b@v1]" WHO "\n" },
		{ "deploy/b@v1.sql", "BEGIN; SELECT 1; COMMIT;" },
		{ "deploy/sub/a.sql", "SELECT 1;" },
		{ "deploy/b.sql", "\\i x.sql\n" },
		{ "revert/sub/a.sql", "SELECT 2;" },
		{ "verify/sub/a.sql", "SELECT 3;" },
		{ NULL, NULL },
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(MigrationSet) set = folder_load(files, (MigrationOptions){ 0 }, &error);

	if (set == NULL)
		fail_msg("%s", error->message);
	g_autofree char *names = folder_names(set);
	const Migration *first = g_ptr_array_index(set->migrations, 0);
	const Migration *second = g_ptr_array_index(set->migrations, 1);
	const Migration *third = g_ptr_array_index(set->migrations, 2);
	assert_string_equal(migration_set_format_name(set), "sqitch");
	assert_string_equal(names, "b@v1 sub/a b");
	assert_string_equal(first->description, "the first");
	assert_int_equal(migration_script_scope(first->up), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(migration_script_statements(first->up)->len, 3);
	assert_null(first->down);
	assert_null(first->verify);
	assert_non_null(second->down);
	assert_non_null(second->verify);
	assert_int_equal(migration_script_scope(third->up), MIGRATION_SCOPE_EXTERNAL);
	assert_string_equal(set->history_schema, "sqitch");
	assert_true(folder_warns(set, "the change \"b\" has no verify script"));
}

/* As Sqitch itself computes it. */
static void
identifies_changes_as_sqitch_does(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "sqitch.plan", "%syntax-version=1.0.0\n%project=shop\n\n"
		                 "a 2024-01-15T10:00:00Z Ada Lovelace <ada@example.org>\n"
		                 "b [a] 2024-01-15T10:01:00Z Ada Lovelace <ada@example.org> # the \\n second\n" },
		{ "deploy/a.sql", "SELECT 1;" },
		{ "deploy/b.sql", "SELECT 1;" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, (MigrationOptions){ 0 }, NULL);

	assert_string_equal(((const Migration *)g_ptr_array_index(set->migrations, 0))->checksum,
	                    "7829e08bcb7059857a1f168d08106f91f33cb6f7");
	assert_string_equal(((const Migration *)g_ptr_array_index(set->migrations, 1))->description, "the \n second");
}

static void
says_where_the_plan_is_wrong(void **state)
{
	(void)state;
	static const struct {
		const char *plan;
		const char *message;
	} cases[] = {
		{ "a" WHO "\n", "sqitch.plan:1:1: the plan does not name its project" },
		{ "", "sqitch.plan:1:1: the plan does not name its project" },
		{ HEAD "a\n", "sqitch.plan:4:1: this is neither a change nor a tag" },
		{ HEAD "a 2024-01-15 Ada <a@b>\n", "sqitch.plan:4:1: this is neither a change nor a tag" },
		{ HEAD "@v1" WHO "\n", "sqitch.plan:4:1: the tag stands above all changes" },
		{ HEAD "a" WHO "\n@v1" WHO "\n@v1" WHO "\n", "sqitch.plan:6:1: there is another tag \"@v1\"" },
		{ HEAD "a" WHO "\n%uri=x\n", "sqitch.plan:5:1: a pragma stands below the head" },
		{ HEAD "a [b]" WHO "\n",
		  "sqitch.plan:4:1: the change \"a\" requires \"b\", which does not come before it" },
		{ HEAD "a [x:b]" WHO "\n", "requires \"x:b\" of another project" },
		{ HEAD "a" WHO "\nb [!a]" WHO "\n",
		  "sqitch.plan:5:1: the change \"b\" conflicts with \"a\", which comes" },
		{ HEAD "a [!b]" WHO "\n",
		  "sqitch.plan:4:1: the change \"a\" conflicts with \"b\", which is not in the plan" },
		{ HEAD "a" WHO "\na" WHO "\n", "sqitch.plan:5:1: the change \"a\" is there already, and no tag" },
		{ HEAD "a" WHO "\nc" WHO "\n", "sqitch.plan:5:1: the change \"c\" has no deploy script" },
		{ HEAD "-a" WHO "\n", "sqitch.plan:4:1: a change that is to be reverted by the plan" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const FolderFile files[] = { { "sqitch.plan", cases[i].plan },
			                     { "deploy/a.sql", "SELECT 1;" },
			                     { "deploy/b.sql", "SELECT 1;" },
			                     { NULL, NULL } };
		folder_refuses(files, &(MigrationOptions){ 0 }, cases[i].message);
	}
}

static void
finds_the_project_by_its_configuration(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "sqitch.conf",
		  "[core]\n\tengine = pg\n\ttop_dir = db\n; a comment\n[engine \"pg\"]\n\tregistry = meta\n" },
		{ "db/sqitch.plan", HEAD "a" WHO "\n" },
		{ "db/deploy/a.sql", "SELECT 1;" },
		{ NULL, NULL },
	};
	const FolderFile other[] = { { "sqitch.conf", "[core]\nengine = mysql\n" }, { NULL, NULL } };
	const FolderFile broken[] = { { "sqitch.conf", "engine\n" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, (MigrationOptions){ .format = "sqitch" }, NULL);

	assert_int_equal(set->migrations->len, 1);
	assert_string_equal(set->history_schema, "meta");
	folder_refuses(other, &(MigrationOptions){ .format = "sqitch" }, "the engine of");
	folder_refuses(broken, &(MigrationOptions){ .format = "sqitch" }, "could not understand");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_order_of_the_plan),
		cmocka_unit_test(identifies_changes_as_sqitch_does),
		cmocka_unit_test(says_where_the_plan_is_wrong),
		cmocka_unit_test(finds_the_project_by_its_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
