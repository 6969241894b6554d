#include "folder.h"

#include "migration/format/supabase/cut.h"

static const MigrationOptions supabase = { .format = "supabase" };

static void
takes_the_files_of_its_pattern(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "20210101000000_init.sql", "SELECT 1" },
		{ "20240102000000_b.sql", "SELECT 1" },
		{ "20240101000000_a_b.sql", "SELECT 1" },
		{ "20240103000000.sql", "SELECT 1" },
		{ "9_last.sql", "SELECT 1" },
		{ "seed.sql", "SELECT 1" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, supabase, NULL);
	g_autofree char *names = folder_names(set);
	const Migration *first = g_ptr_array_index(set->migrations, 0);

	assert_string_equal(names, "20240101000000_a_b.sql 20240102000000_b.sql 9_last.sql");
	assert_string_equal(first->version, "20240101000000");
	assert_string_equal(first->description, "a_b");
	assert_int_equal(migration_script_scope(first->up), MIGRATION_SCOPE_PIPELINE);
	assert_true(folder_warns(set, "\"20240102000000_b.sql\" runs before \"9_last.sql\""));
	assert_true(folder_warns(set, "\"20210101000000_init.sql\" is not run"));
	assert_true(folder_warns(set, "\"20240103000000.sql\" is not run"));
	assert_true(folder_warns(set, "\"seed.sql\" is not run"));
	assert_true(set->history_is_schema);
	assert_false(migration_set_locks(set));
}

static void
an_init_that_is_new_or_not_first_is_run(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "20200101000000_a.sql", "SELECT 1" },
		{ "20210101000000_init.sql", "SELECT 1" },
		{ NULL, NULL },
	};
	const FolderFile later[] = { { "20211209000000_init.sql", "SELECT 1" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, supabase, NULL);
	g_autoptr(MigrationSet) other = folder_load(later, supabase, NULL);

	assert_int_equal(set->migrations->len, 2);
	assert_int_equal(other->migrations->len, 1);
}

static void
refuses_a_version_twice(void **state)
{
	(void)state;
	const FolderFile files[] = { { "1_a.sql", "SELECT 1" }, { "1_b.sql", "SELECT 1" }, { NULL, NULL } };

	folder_refuses(files, &supabase, "have the same version \"1\"");
}

static MigrationScope
mode_in_typescript(const char *text)
{
	const FolderFile files[] = { { "10_b.sql", "SELECT 1" }, { "1_a.sql", text }, { NULL, NULL } };
	g_autoptr(GHashTable) settings = g_hash_table_new(g_str_hash, g_str_equal);
	MigrationOptions options = supabase;

	g_hash_table_insert(settings, (char *)"cli", (char *)"typescript");
	options.settings = settings;
	g_autoptr(MigrationSet) set = folder_load(files, options, NULL);
	g_autofree char *names = folder_names(set);
	assert_string_equal(names, "1_a.sql 10_b.sql");
	return migration_script_scope(((const Migration *)g_ptr_array_index(set->migrations, 0))->up);
}

static void
the_cli_in_typescript_looks_at_the_statements(void **state)
{
	(void)state;
	assert_int_equal(mode_in_typescript("SELECT 1; VACUUM; SAVEPOINT begin"), MIGRATION_SCOPE_PIPELINE);
	assert_int_equal(mode_in_typescript("SELECT 1; -- x\n/* y */ start\ntransaction"), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(mode_in_typescript("SELECT 1; SELECT 'COMMIT'; committed"), MIGRATION_SCOPE_PIPELINE);
	assert_int_equal(mode_in_typescript("-- pg-delta: transaction=false\nSELECT 1"), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(mode_in_typescript("-- x\n-- pg-delta: transaction=false\nSELECT 1"),
	                 MIGRATION_SCOPE_PIPELINE);
}

static void
refuses_a_copy_that_gets_no_data(void **state)
{
	(void)state;
	const FolderFile files[] = { { "1_a.sql", "CREATE TABLE a (i int);\nCOPY a FROM STDIN;\n1\n\\.\n" },
		                     { NULL, NULL } };
	const FolderFile fine[] = { { "1_a.sql", "COPY a FROM '/dev/null'; COPY a TO STDOUT;" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(fine, supabase, NULL);

	assert_int_equal(set->migrations->len, 1);
	folder_refuses(files, &supabase, "1_a.sql:2:1: the Supabase CLI sends no data for COPY ... FROM STDIN");
}

typedef struct {
	const char *text;
	const char *expected; /* with "|" between the statements */
} CutCase;

static void
check_cuts(const CutCase *cases, gsize n, bool words)
{
	for (gsize i = 0; i < n; i++) {
		g_autoptr(GArray) cuts = migration_supabase_cut(cases[i].text, words);
		g_autoptr(GString) found = g_string_new(NULL);
		for (guint j = 0; j < cuts->len; j++) {
			const MigrationCut *cut = &g_array_index(cuts, MigrationCut, j);
			g_string_append(found, j > 0 ? "|" : "");
			g_string_append_len(found, cases[i].text + cut->start, (gssize)(cut->end - cut->start));
		}
		assert_string_equal(found->str, cases[i].expected);
	}
}

static void
cuts_as_the_tool_does(void **state)
{
	(void)state;
	static const CutCase both[] = {
		{ "-- a;\nSELECT 1;\n ;; /* b; /* c; */ ; */ SELECT 2 ;",
		  "-- a;\nSELECT 1|/* b; /* c; */ ; */ SELECT 2" },
		{ "SELECT 'a;''b;', \"c;\"\"d\"; SELECT 2", "SELECT 'a;''b;', \"c;\"\"d\"|SELECT 2" },
		{ "SELECT $$;$$, $a$;$$;$a$; SELECT $1; SELECT 2", "SELECT $$;$$, $a$;$$;$a$|SELECT $1|SELECT 2" },
		{ "SELECT '\\'; SELECT 2", "SELECT '\\'|SELECT 2" },
		{ "SELECT 1 \\; SELECT 2", "SELECT 1 \\; SELECT 2" },
		{ "DO (a; b); c", "DO (a; b)|c" },
		{ "DO ((a) ; b); c", "DO ((a)|b)|c" },
		{ "BEGIN ATOMIC SELECT 1; END; b", "BEGIN ATOMIC SELECT 1; END|b" },
		{ "SELECT is_atomic; b", "SELECT is_atomic|b" },
		{ "SELECT 1 atomic; b; xbegin atomic; c", "SELECT 1 atomic|b|xbegin atomic|c" },
		{ "SELECT 1 -; SELECT 4 /; b", "SELECT 1 -|SELECT 4 /|b" },
		{ "SELECT 1;\n-- done", "SELECT 1|-- done" },
		{ " ;\n", "" },
	};
	static const CutCase go[] = {
		{ "SELECT E'\\''; SELECT 2;", "SELECT E'\\''; SELECT 2" },
		{ "BEGIN atomic SELECT 'end'; SELECT append; b", "BEGIN atomic SELECT 'end'; SELECT append|b" },
		{ "SELECT a$b$c; SELECT d$b$;", "SELECT a$b$c; SELECT d$b$" },
		{ "DO $\xc3\xa9$ a; $\xc3\xa9$; b", "DO $\xc3\xa9$ a|$\xc3\xa9$|b" },
		{ "BEGIN ATOMIC SELECT case a end; b; c", "BEGIN ATOMIC SELECT case a end|b|c" },
	};

	check_cuts(both, G_N_ELEMENTS(both), false);
	check_cuts(both, G_N_ELEMENTS(both), true);
	check_cuts(go, G_N_ELEMENTS(go), false);
}

/* As its version 3.1 was seen to. */
static void
cuts_words_in_version_3(void **state)
{
	(void)state;
	static const CutCase cases[] = {
		{ "SELECT E'\\''; SELECT 2;", "SELECT E'\\''|SELECT 2" },
		{ "SELECT e'a'\n-- x\n'b\\';'; SELECT 2", "SELECT e'a'\n-- x\n'b\\';'|SELECT 2" },
		{ "SELECT e'a' 'b\\';'; SELECT 2", "SELECT e'a' 'b\\'|'; SELECT 2" },
		{ "SELECT e'a''\\';'; SELECT 2", "SELECT e'a''\\';'|SELECT 2" },
		{ "SELECT namE'\\'; SELECT 2", "SELECT namE'\\'|SELECT 2" },
		{ "SELECT a$b$c; SELECT d$b$; SELECT \xc3\xa9$b$;", "SELECT a$b$c|SELECT d$b$|SELECT \xc3\xa9$b$" },
		{ "SELECT 1$$; b", "SELECT 1$$|b" },
		{ "DO $\xc3\xa9$ a; $\xc3\xa9$; b", "DO $\xc3\xa9$ a; $\xc3\xa9$|b" },
		{ "BEGIN ATOMIC SELECT (CASE WHEN a THEN case when b then c end END); SELECT append; end; b",
		  "BEGIN ATOMIC SELECT (CASE WHEN a THEN case when b then c end END); SELECT append; end|b" },
		{ "begin\n\tatomic SELECT end_, \"end\", 'end', ((1)); SELECT 2; END; b",
		  "begin\n\tatomic SELECT end_, \"end\", 'end', ((1)); SELECT 2; END|b" },
		{ "BEGIN /* x */ ATOMIC a; END; b", "BEGIN /* x */ ATOMIC a|END|b" },
		{ "SELECT 1 atomic; SELECT case; b", "SELECT 1 atomic|SELECT case|b" },
		{ "CREATE TABLE t (begin atomic); b", "CREATE TABLE t (begin atomic); b" },
	};

	check_cuts(cases, G_N_ELEMENTS(cases), true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_files_of_its_pattern),
		cmocka_unit_test(an_init_that_is_new_or_not_first_is_run),
		cmocka_unit_test(refuses_a_version_twice),
		cmocka_unit_test(the_cli_in_typescript_looks_at_the_statements),
		cmocka_unit_test(refuses_a_copy_that_gets_no_data),
		cmocka_unit_test(cuts_as_the_tool_does),
		cmocka_unit_test(cuts_words_in_version_3),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
