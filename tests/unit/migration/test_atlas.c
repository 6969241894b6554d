#include "atlas_folder.h"

/* From Atlas's own tests: sql/migrate/testdata/migrate. */
#define TOTAL     "h1:M74RrNK69S2pj6C541LR1ew5O32/i0WoyNgsJmyuiUk=\n"
#define DOWN_LINE "1_initial.down.sql h1:0zypK43rgPbgvVUgVJABGN25VgM1QSeU+LJDBb8cEQI=\n"
#define UP_LINE   "1_initial.up.sql h1:hFhs5XhRml4KTWGF5td6h1s7xNqAFnaEBbC5Y/NF7i4=\n"
#define DOWN_FILE                                                                                                      \
	{                                                                                                              \
		"1_initial.down.sql", "DROP TABLE IF EXISTS t;"                                                        \
	}
#define UP_FILE                                                                                                        \
	{                                                                                                              \
		"1_initial.up.sql", "CREATE TABLE t(c int);"                                                           \
	}

static const MigrationOptions detected = { 0 };

static void
the_sum_is_that_of_atlas(void **state)
{
	(void)state;
	/* A matching sum is accepted: the remaining error is that all .sql files are migrations. */
	const FolderFile right[] = { { "atlas.sum", TOTAL DOWN_LINE UP_LINE }, DOWN_FILE, UP_FILE, { NULL, NULL } };
	const FolderFile edited[] = { { "atlas.sum", TOTAL DOWN_LINE UP_LINE },
		                      DOWN_FILE,
		                      { "1_initial.up.sql", "CREATE TABLE u(c int);" },
		                      { NULL, NULL } };
	const FolderFile removed[] = { { "atlas.sum", TOTAL DOWN_LINE UP_LINE }, UP_FILE, { NULL, NULL } };
	const FolderFile added[] = {
		{ "atlas.sum", TOTAL DOWN_LINE UP_LINE }, { "0_a.sql", "" }, DOWN_FILE, UP_FILE, { NULL, NULL }
	};
	const FolderFile last[] = {
		{ "atlas.sum", TOTAL DOWN_LINE UP_LINE }, DOWN_FILE, UP_FILE, { "2_a.sql", "" }, { NULL, NULL }
	};
	const FolderFile broken[] = { { "atlas.sum", TOTAL UP_LINE }, UP_FILE, { NULL, NULL } };
	const FolderFile foreign[] = { { "atlas.sum", TOTAL "x\n" }, UP_FILE, { NULL, NULL } };
	const FolderFile none[] = { UP_FILE, { NULL, NULL } };
	const MigrationOptions named = { .format = "atlas" };

	folder_refuses(right, &named, "version \"1\"");
	folder_refuses(edited, &named, "atlas.sum:3:1: checksum mismatch: \"1_initial.up.sql\" was edited");
	folder_refuses(edited, &named, "atlas migrate hash");
	folder_refuses(removed, &named, "atlas.sum:2:1: checksum mismatch: \"1_initial.down.sql\" was removed");
	folder_refuses(added, &named, "atlas.sum:2:1: checksum mismatch: \"0_a.sql\" was added");
	folder_refuses(last, &named, "atlas.sum:4:1: checksum mismatch: \"2_a.sql\" was added");
	folder_refuses(broken, &named, "atlas.sum:1:1: checksum mismatch: the first line");
	folder_refuses(foreign, &named, "atlas.sum:2:1: not a line of \"atlas.sum\"");
	folder_refuses(none, &named, "there is no \"atlas.sum\"");
}

static MigrationSet *
load(const FolderFile *files, const char *setting)
{
	GError *error = NULL;
	MigrationSet *set = atlas_folder_load(files, setting, &error);

	if (set == NULL)
		fail_msg("%s", error->message);
	return set;
}

static void
refuses(const char *text, const char *setting, const char *message)
{
	const FolderFile files[] = { { "1_a.sql", text }, { NULL, NULL } };
	g_autoptr(GError) error = NULL;
	g_autoptr(MigrationSet) set = atlas_folder_load(files, setting, &error);

	if (set != NULL)
		fail_msg("no error; expected \"%s\"", message);
	if (strstr(error->message, message) == NULL)
		fail_msg("the error is \"%s\", expected \"%s\"", error->message, message);
}

static void
reads_names_in_the_order_of_bytes(void **state)
{
	(void)state;
	const FolderFile files[] = { { "10_j_k.sql", "SELECT 1;" },
		                     { "2.sql", "SELECT 1;" },
		                     { "20240101.x_y.sql", "SELECT 1;" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = load(files, NULL);
	g_autofree char *names = folder_names(set);
	const Migration *first = g_ptr_array_index(set->migrations, 0);
	const Migration *second = g_ptr_array_index(set->migrations, 1);

	assert_string_equal(names, "10_j_k.sql 2.sql 20240101.x_y.sql");
	assert_string_equal(first->version, "10");
	assert_string_equal(first->description, "j_k");
	assert_string_equal(second->version, "2");
	assert_string_equal(second->description, "");
	assert_null(first->down);
	assert_true(folder_warns(set, "\"10_j_k.sql\" runs before \"2.sql\""));
	assert_string_equal(set->history_schema, "atlas_schema_revisions");
	assert_true(set->history_is_schema);
	assert_string_equal(migration_set_format_name(set), "atlas");
}

/* As Atlas's own scanner gives them. */
static void
cuts_as_atlas_does(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *messages; /* joined with "|" */
	} cases[] = {
		{ "SELECT E'a\\'; SELECT 1;", "SELECT E'a\\';|SELECT 1;" },
		{ "BEGIN\n SELECT 1;\nEND;\nSELECT 2; -- dont", "BEGIN\n SELECT 1;\nEND;|SELECT 2;|-- dont" },
		{ "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 "
		  "END; END; SELECT 3",
		  "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 "
		  "END; END;|SELECT 3" },
		{ "-- atlas:delimiter \\n\\n\n\nSELECT 1;\nSELECT 2;\n\n\nSELECT 3", "SELECT 1;\nSELECT 2;|SELECT 3" },
		{ "BEGIN;\nSELECT 1;\nCOMMIT;\n;;/* a; /* b */ ; */ SELECT 1",
		  "BEGIN;|SELECT 1;|COMMIT;|;|;|;|*/ SELECT 1" },
		{ "-- about\nSELECT $a$;$b$;$a$, (1;2); -- x;\nSELECT 3;", "SELECT $a$;$b$;$a$, (1;2);|SELECT 3;" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const FolderFile files[] = { { "1_a.sql", cases[i].text }, { NULL, NULL } };
		g_autoptr(MigrationSet) set = load(files, NULL);
		const GPtrArray *messages = migration_script_messages(
		    ((Migration *)g_ptr_array_index(set->migrations, 0))->up);
		g_autoptr(GString) found = g_string_new(NULL);
		for (guint j = 0; j < messages->len; j++)
			g_string_append_printf(found, "%s%s", j > 0 ? "|" : "",
			                       ((const MigrationMessage *)g_ptr_array_index(messages, j))->text->sql);
		assert_string_equal(found->str, cases[i].messages);
	}
	refuses("SELECT E'it\\'s; x'; SELECT 1;", NULL, "1_a.sql:1:18: unclosed quote '");
	refuses("SELECT 1; -- don't", NULL, "1_a.sql:1:17: unclosed quote '");
	refuses("SELECT 1;\nSELECT (1;", NULL, "1_a.sql:2:8: unclosed (");
	refuses("SELECT 1);", NULL, "1_a.sql:1:9: unexpected )");
	refuses("DELIMITER //\nSELECT 1//", NULL, "1_a.sql:1:1: DELIMITER is a command");
	refuses("-- atlas:delimiter\nSELECT 1;", NULL, "1_a.sql:1:1: empty delimiter");
	refuses("-- atlas:delimiter x", NULL, "1_a.sql:1:1: there is nothing behind");
}

static MigrationScope
mode_of(const char *text, const char *setting)
{
	const FolderFile files[] = { { "1_a.sql", text }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = load(files, setting);

	return migration_script_scope(((const Migration *)g_ptr_array_index(set->migrations, 0))->up);
}

static void
directives_choose_the_transaction(void **state)
{
	(void)state;
	const FolderFile close[] = { { "1_a.sql", "-- atlas:txmode none\nSELECT 1;" }, { NULL, NULL } };
	const FolderFile crlf[] = { { "1_a.sql", "-- atlas:txmode none\r\n\r\nSELECT 1;" }, { NULL, NULL } };

	assert_int_equal(mode_of("SELECT 1;", NULL), MIGRATION_SCOPE_TRANSACTION);
	assert_int_equal(mode_of("-- atlas:txmode none\n\nSELECT 1;", NULL), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(mode_of("-- x\n-- atlas:txmode file\n \t\nSELECT 1;", NULL), MIGRATION_SCOPE_TRANSACTION);
	assert_int_equal(mode_of(close[0].text, NULL), MIGRATION_SCOPE_TRANSACTION);
	assert_int_equal(mode_of("SELECT 1;", "tx-mode=none"), MIGRATION_SCOPE_AUTOCOMMIT);
	g_autoptr(MigrationSet) set = load(close, NULL);
	assert_true(folder_warns(set, "\"1_a.sql\": the directive in line 1 does not count"));
	g_autoptr(MigrationSet) windows = load(crlf, NULL);
	assert_true(folder_warns(windows, "the directive in line 1 does not count"));
	refuses("-- x\n-- atlas:txmode all\n\nSELECT 1;", NULL, "1_a.sql:2:1: txmode \"all\" is for no single file");
	refuses("-- atlas:txmode some\n\nSELECT 1;", NULL, "1_a.sql:1:1: unknown txmode");
	refuses("-- atlas:txmode none\n-- atlas:txmode none\n\nSELECT 1;", NULL, "1_a.sql:2:1: more than one txmode");
	refuses("-- atlas:txmode none\n\nSELECT 1;", "tx-mode=all", "1_a.sql:1:1: a txmode of its own");
	refuses("-- atlas:txmode file\n\nSELECT 1;", "tx-mode=none", "1_a.sql:1:1: with \"tx-mode: none\"");
}

static void
a_file_without_a_sum_is_not_applied(void **state)
{
	(void)state;
	g_autofree char *hash = atlas_hash("");
	g_autofree char *sum = g_strdup_printf("h1:%s\n", hash);
	const FolderFile files[] = { { "atlas.sum", sum },
		                     { "1_a.sql", "-- atlas:sum ignore\n\nSELECT 1;" },
		                     { NULL, NULL } };

	folder_refuses(files, &detected, "1_a.sql:1:1: Atlas does not apply a file that has no sum");
}

static void
begins_at_the_last_checkpoint(void **state)
{
	(void)state;
	const FolderFile files[] = { { "1_a.sql", "SELECT 1;" }, { "2_c.sql", "-- atlas:checkpoint\n\nSELECT 2;" },
		                     { "3_b.sql", "SELECT 3;" }, { "4_c.sql", "-- atlas:checkpoint v1\n\nSELECT 4;" },
		                     { "5_d.sql", "SELECT 5;" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = load(files, NULL);
	g_autoptr(MigrationSet) without = load(files, "checkpoints=false");
	g_autofree char *names = folder_names(set);
	g_autofree char *all = folder_names(without);

	assert_string_equal(names, "4_c.sql 5_d.sql");
	assert_string_equal(all, "1_a.sql 3_b.sql 5_d.sql");
	assert_true(folder_warns(set, "3 files before the checkpoint \"4_c.sql\" are not run"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sum_is_that_of_atlas),
		cmocka_unit_test(reads_names_in_the_order_of_bytes),
		cmocka_unit_test(cuts_as_atlas_does),
		cmocka_unit_test(directives_choose_the_transaction),
		cmocka_unit_test(a_file_without_a_sum_is_not_applied),
		cmocka_unit_test(begins_at_the_last_checkpoint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
