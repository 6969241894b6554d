#include "folder.h"

#include "migration/format/supabase_cut.h"

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
	const Migration *first = set->migrations->pdata[0];

	assert_string_equal(names, "20240101000000_a_b.sql 20240102000000_b.sql 9_last.sql");
	assert_string_equal(first->version, "20240101000000");
	assert_string_equal(first->description, "a_b");
	assert_int_equal(migration_script_mode(first->up), MIGRATION_MODE_PIPELINE);
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

static void
cuts_as_the_tool_does(void **state)
{
	(void)state;
	/* The statements with "|" between them. */
	static const struct {
		const char *text;
		const char *expected;
	} cases[] = {
		{ "-- a;\nSELECT 1;\n ;; /* b; /* c; */ ; */ SELECT 2 ;",
		  "-- a;\nSELECT 1|/* b; /* c; */ ; */ SELECT 2" },
		{ "SELECT 'a;''b;', \"c;\"\"d\"; SELECT 2", "SELECT 'a;''b;', \"c;\"\"d\"|SELECT 2" },
		{ "SELECT $$;$$, $a$;$$;$a$; SELECT $1; SELECT 2", "SELECT $$;$$, $a$;$$;$a$|SELECT $1|SELECT 2" },
		{ "SELECT E'\\''; SELECT 2;", "SELECT E'\\''; SELECT 2" },
		{ "SELECT '\\'; SELECT 2", "SELECT '\\'|SELECT 2" },
		{ "SELECT 1 \\; SELECT 2", "SELECT 1 \\; SELECT 2" },
		{ "DO (a; b); c", "DO (a; b)|c" },
		{ "DO ((a) ; b); c", "DO ((a)|b)|c" },
		{ "BEGIN ATOMIC SELECT 1; END; b", "BEGIN ATOMIC SELECT 1; END|b" },
		{ "BEGIN atomic SELECT 'end'; SELECT append; b", "BEGIN atomic SELECT 'end'; SELECT append|b" },
		{ "SELECT is_atomic; b", "SELECT is_atomic|b" },
		{ "SELECT 1 -; SELECT 4 /; b", "SELECT 1 -|SELECT 4 /|b" },
		{ "SELECT 1;\n-- done", "SELECT 1|-- done" },
		{ " ;\n", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GArray) cuts = migration_supabase_cut(cases[i].text);
		g_autoptr(GString) found = g_string_new(NULL);
		for (guint j = 0; j < cuts->len; j++) {
			const MigrationCut *cut = &g_array_index(cuts, MigrationCut, j);
			g_string_append(found, j > 0 ? "|" : "");
			g_string_append_len(found, cases[i].text + cut->start, (gssize)(cut->end - cut->start));
		}
		assert_string_equal(found->str, cases[i].expected);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_files_of_its_pattern),
		cmocka_unit_test(an_init_that_is_new_or_not_first_is_run),
		cmocka_unit_test(refuses_a_version_twice),
		cmocka_unit_test(cuts_as_the_tool_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
