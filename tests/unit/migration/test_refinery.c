#include "folder.h"

#include "migration/detect/formats.h"
#include "migration/siphash.h"

#include <unistd.h>

static const MigrationOptions refinery = { .format = "refinery" };

static MigrationSet *
load(const FolderFile *files, const char *setting, const char *value)
{
	g_autoptr(GHashTable) settings = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GError) error = NULL;

	g_hash_table_insert(settings, (gpointer)setting, (gpointer)value);
	MigrationSet *set = folder_load(files, (MigrationOptions){ .format = "refinery", .settings = settings },
	                                &error);
	if (set == NULL)
		fail_msg("%s", error->message);
	return set;
}

/* The authors' vectors are for another key; these are what Rust's SipHasher13 gives. */
static void
hashes_as_rust_does(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		guint64 hash;
	} cases[] = {
		{ "", G_GUINT64_CONSTANT(0xd1fba762150c532c) },
		{ "a", G_GUINT64_CONSTANT(0x407448d2b89b1813) },
		{ "12345678", G_GUINT64_CONSTANT(0x3489982430560a87) },
		{ "the quick brown fox", G_GUINT64_CONSTANT(0x5a17575ad3449cba) },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_true(migration_siphash13((const guint8 *)cases[i].text, strlen(cases[i].text)) == cases[i].hash);
}

static void
reads_v_and_u_in_the_order_of_their_versions(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "V10__ten.sql", "SELECT 1; SELECT 2;" },
		{ "U3__three.sql", "" },
		{ "deep/V002__two_2.sql", "hello" },
		{ "V0__zero.sql", "CREATE INDEX CONCURRENTLY i ON t (a)" },
		{ "v4__d.sql", "" },
		{ "V5__a-b.sql", "" },
		{ "V6_c.sql", "" },
		{ "R__r.sql", "" },
		{ "V7__g.SQL", "" },
		{ "V8__h.sql.bak", "" },
		{ "V9__i.rs", "" },
		{ "README.md", "" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, refinery, NULL);
	g_autofree char *names = folder_names(set);
	const Migration *two = g_ptr_array_index(set->migrations, 1);
	const Migration *last = g_ptr_array_index(set->migrations, 3);

	assert_string_equal(names, "V0__zero.sql deep/V002__two_2.sql U3__three.sql V10__ten.sql");
	assert_string_equal(two->version, "2");
	assert_string_equal(two->description, "two_2");
	assert_string_equal(two->checksum, "17515984533692939938");
	for (guint i = 0; i < set->migrations->len; i++) {
		const MigrationScript *up = ((const Migration *)g_ptr_array_index(set->migrations, i))->up;
		assert_int_equal(migration_script_scope(up), MIGRATION_SCOPE_TRANSACTION);
		assert_true(migration_script_records_after_commit(up));
	}
	assert_int_equal(migration_script_messages(last->up)->len, 1);
	assert_null(last->down);
	assert_int_equal(set->ignored->len, 6);
	assert_true(folder_warns(set, "\"v4__d.sql\" is not run: its name is not V1__name.sql or U1__name.sql"));
	assert_true(folder_warns(set, "\"V9__i.rs\" is not run: it is Rust code"));
	assert_true(folder_warns(set, "\"V7__g.SQL\" is not run"));
	assert_true(folder_warns(set, "\"V8__h.sql.bak\""));
	assert_int_equal(set->warnings->len, 7);
	assert_string_equal(set->history_table, "refinery_schema_history");
	assert_null(set->history_schema);
}

static void
does_not_look_behind_symbolic_links(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "V1__a.sql", "" }, { "real/V2__b.sql", "" }, { "real/x/V3__c.sql", "" }, { NULL, NULL }
	};
	g_autoptr(Folder) folder = folder_new(files);
	g_autofree char *link = g_build_filename(folder, "link", NULL);
	assert_int_equal(symlink("real", link), 0);
	g_autoptr(MigrationSet)
	    set = migration_set_load(&(MigrationOptions){ .directory = folder, .format = "refinery" }, NULL);
	g_autofree char *names = folder_names(set);

	assert_string_equal(names, "V1__a.sql real/V2__b.sql real/x/V3__c.sql");
	assert_true(folder_warns(set, "the directory \"link\" is not looked into: it is a symbolic link"));
}

static void
settings_change_the_script(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "V1__a.sql", "hello" }, { "U2__b.sql", "" }, { "V10__c.sql", "" }, { NULL, NULL }
	};
	g_autoptr(MigrationSet) grouped = load(files, "grouped", "true");
	g_autoptr(MigrationSet) target = load(files, "target", "2");
	g_autoptr(MigrationSet) large = load(files, "int8-versions", "true");
	const Migration *first = g_ptr_array_index(large->migrations, 0);
	g_autofree char *names = folder_names(target);
	g_autoptr(GHashTable) settings = g_hash_table_new(g_str_hash, g_str_equal);

	assert_false(
	    migration_script_records_after_commit(((const Migration *)g_ptr_array_index(grouped->migrations, 0))->up));
	assert_string_equal(names, "V1__a.sql U2__b.sql");
	assert_true(folder_warns(target, "\"V10__c.sql\" is not run: it is above the target 2"));
	assert_string_equal(first->checksum, "4723930661952920809");
	g_hash_table_insert(settings, (gpointer) "target", (gpointer) "two");
	folder_refuses(files, &(MigrationOptions){ .format = "refinery", .settings = settings },
	               "\"two\" is no value of the setting \"target\"");
}

static void
refuses_the_same_as_refinery(void **state)
{
	(void)state;
	const FolderFile large[] = { { "V2147483648__a.sql", "" }, { NULL, NULL } };
	const FolderFile point[] = { { "V1.1__a.sql", "" }, { NULL, NULL } };
	const FolderFile bar[] = { { "|1__a.sql", "" }, { NULL, NULL } };
	const FolderFile same[] = { { "V1__a.sql", "" }, { "x/U01__b.sql", "" }, { NULL, NULL } };
	const FolderFile mark[] = { { "V1__a.sql", "\xef\xbb\xbfSELECT 1" }, { NULL, NULL } };
	const FolderFile some[] = { { "V1__a.sql", "" }, { NULL, NULL } };

	folder_refuses(large, &refinery, "the version \"2147483648\" of \"");
	folder_refuses(large, &refinery, "say \"int8-versions: true\" under \"settings\"");
	folder_refuses(point, &refinery, "is no number that refinery takes");
	folder_refuses(bar, &refinery, "refinery breaks off at the name of \"");
	folder_refuses(same, &refinery, "\"V1__a.sql\" and \"x/U01__b.sql\" have the same version \"1\"");
	folder_refuses(mark, &refinery, "V1__a.sql:1:1: the file begins with a byte order mark, which refinery takes");
	folder_refuses(some, &(MigrationOptions){ .format = "refinery", .config = "refinery.toml" },
	               "refinery migrations have no configuration file");
}

static void
the_project_tells_it_from_flyway(void **state)
{
	(void)state;
	static const struct {
		FolderFile files[4];
		const char *format;
		const char *reason;
	} cases[] = {
		{ { { "V1__a.sql", "" }, { "Cargo.toml", "refinery = \"0.9\"" } },
		  "refinery",
		  "there is \"V1__a.sql\", and \"" },
		{ { { "U1__a.sql", "" }, { "refinery.toml", "" } }, "refinery", "refinery.toml\" names refinery" },
		{ { { "x/V1__a.sql", "" }, { "Cargo.toml", "refinery = \"0.9\"" } }, "refinery", "\"x/V1__a.sql\"" },
		{ { { "V1__a.sql", "" }, { "Cargo.toml", "serde = 1" } }, "flyway", "of the name \"V1__a.sql\"" },
		{ { { "1_a.sql", "" }, { "refinery.toml", "" } }, "plain", "1 .sql file" },
	};
	const FolderFile both[] = { { "V1__a.sql", "" },
		                    { "Cargo.toml", "refinery = \"0.9\"" },
		                    { "pom.xml", "<artifactId>flyway-core</artifactId>" },
		                    { NULL, NULL } };

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(MigrationSet) set = folder_load(cases[i].files, (MigrationOptions){ 0 }, &error);
		if (set == NULL)
			fail_msg("%s", error->message);
		assert_string_equal(migration_set_format_name(set), cases[i].format);
		assert_non_null(strstr(set->detected, cases[i].reason));
	}
	folder_refuses(
	    both, &(MigrationOptions){ 0 },
	    "may be refinery or Flyway (there is \"V1__a.sql\")\nhint: say which one in the suite: \"format: "
	    "refinery\" or \"format: flyway\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_as_rust_does),
		cmocka_unit_test(reads_v_and_u_in_the_order_of_their_versions),
		cmocka_unit_test(does_not_look_behind_symbolic_links),
		cmocka_unit_test(settings_change_the_script),
		cmocka_unit_test(refuses_the_same_as_refinery),
		cmocka_unit_test(the_project_tells_it_from_flyway),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
