#include "folder.h"

#include "migration/format/flyway/flyway.h"
#include "migration/text/script.h"

static const MigrationOptions flyway = { .format = "flyway" };

static FlywayConfig *
config_of(const char *text)
{
	const FolderFile files[] = { { "flyway.conf", text }, { NULL, NULL } };
	g_autoptr(Folder) folder = folder_new(files);
	g_autoptr(GError) error = NULL;
	FlywayConfig *config = flyway_config_load(&(MigrationOptions){ .directory = folder }, &error);

	if (config == NULL)
		fail_msg("%s", error->message);
	return config;
}

/* The result of the real tool for these names, see script/interop flyway. */
static void
takes_names_apart_as_flyway_does(void **state)
{
	(void)state;
	static const struct {
		const char *file;
		FlywayKind kind;
		const char *version;
		const char *description;
	} cases[] = {
		{ "V001__create_users_table.sql", FLYWAY_VERSIONED, "001", "create users table" },
		{ "V1_2__b_c.SQL", FLYWAY_VERSIONED, "1.2", "b c" },
		{ "V1.10__c.sql", FLYWAY_VERSIONED, "1.10", "c" },
		{ "V2.sql", FLYWAY_VERSIONED, "2", "" },
		{ "V1__.sql", FLYWAY_VERSIONED, "1", "" },
		{ "V2__a__b.sql", FLYWAY_VERSIONED, "2", "a  b" },
		{ "V12___x_.sql", FLYWAY_VERSIONED, "12", " x " },
		{ "V9__with blank.sql", FLYWAY_VERSIONED, "9", "with blank" },
		{ "V014__\xc3\xb6.sql", FLYWAY_VERSIONED, "014", "\xc3\xb6" },
		{ "V123456789012345678901234567890__x.sql", FLYWAY_VERSIONED, "123456789012345678901234567890", "x" },
		{ "U1.2__b_c.sql", FLYWAY_UNDO, "1.2", "b c" },
		{ "B2__base.sql", FLYWAY_BASELINE, "2", "base" },
		{ "R__A_b.sql", FLYWAY_REPEATABLE, NULL, "A b" },
		{ "R__.sql", FLYWAY_REPEATABLE, NULL, "" },
		{ "R.sql", FLYWAY_INVALID, NULL, NULL },
		{ "R1__x.sql", FLYWAY_INVALID, NULL, NULL },
		{ "V__x.sql", FLYWAY_INVALID, NULL, NULL },
		{ "V1a__x.sql", FLYWAY_INVALID, NULL, NULL },
		{ "V1..5__x.sql", FLYWAY_INVALID, NULL, NULL },
		{ "V3_.sql", FLYWAY_INVALID, NULL, NULL },
		{ "V5.__x.sql", FLYWAY_INVALID, NULL, NULL },
		{ "V_15__x.sql", FLYWAY_INVALID, NULL, NULL },
		{ "V 10__x.sql", FLYWAY_INVALID, NULL, NULL },
		{ "V11-x.sql", FLYWAY_INVALID, NULL, NULL },
		{ "v6__x.sql", FLYWAY_INVALID, NULL, NULL },
		{ "beforeMigrate.sql", FLYWAY_CALLBACK, NULL, NULL },
		{ "afterEachMigrate__x.sql", FLYWAY_CALLBACK, NULL, NULL },
		{ "afterMigrateError.sql", FLYWAY_CALLBACK, NULL, NULL },
		{ "beforehand.sql", FLYWAY_INVALID, NULL, NULL },
		{ "V8__x.sql.bak", FLYWAY_NOT_SQL, NULL, NULL },
		{ ".sql", FLYWAY_NOT_SQL, NULL, NULL },
	};
	g_autoptr(FlywayConfig) config = config_of("");

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(FlywayName) name = { 0 };
		flyway_name_parse(config, cases[i].file, &name);
		if (name.kind != cases[i].kind)
			fail_msg("\"%s\" is of kind %d", cases[i].file, (int)name.kind);
		if (name.kind <= FLYWAY_CALLBACK)
			continue;
		assert_int_equal(g_strcmp0(name.version, cases[i].version), 0);
		assert_string_equal(name.description, cases[i].description);
	}
}

static void
takes_configured_prefixes(void **state)
{
	(void)state;
	g_autoptr(FlywayConfig) config = config_of("flyway.sqlMigrationPrefix=VX\nflyway.baselineMigrationPrefix=V\n"
	                                           "flyway.sqlMigrationSeparator=--\n"
	                                           "flyway.sqlMigrationSuffixes=.pgsql, .ddl.sql\n");
	g_auto(FlywayName) longest = { 0 };
	g_auto(FlywayName) shorter = { 0 };
	g_auto(FlywayName) other = { 0 };

	flyway_name_parse(config, "VX1--a_b.ddl.sql", &longest);
	flyway_name_parse(config, "V1--a.pgsql", &shorter);
	flyway_name_parse(config, "VX1--a.sql", &other);
	assert_int_equal(longest.kind, FLYWAY_VERSIONED);
	assert_string_equal(longest.version, "1");
	assert_string_equal(longest.description, "a b");
	assert_int_equal(shorter.kind, FLYWAY_BASELINE);
	assert_int_equal(other.kind, FLYWAY_NOT_SQL);
}

static void
compares_versions_as_numbers(void **state)
{
	(void)state;
	static const char *const ascending[] = { "0",
		                                 "0.1",
		                                 "1",
		                                 "1.0.1",
		                                 "1.2",
		                                 "1.10",
		                                 "2",
		                                 "09",
		                                 "10",
		                                 "10.0.0.1",
		                                 "99999999999999999999",
		                                 "100000000000000000000" };
	static const char *const equal[][2] = { { "1", "1.0" }, { "01", "1.0.0" }, { "1.02", "1.2" }, { "0", "00.0" } };

	for (gsize i = 0; i < G_N_ELEMENTS(ascending); i++)
		for (gsize j = 0; j < G_N_ELEMENTS(ascending); j++) {
			int order = flyway_version_compare(ascending[i], ascending[j]);
			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
		}
	for (gsize i = 0; i < G_N_ELEMENTS(equal); i++) {
		g_autofree char *left = flyway_version_canonical(equal[i][0]);
		g_autofree char *right = flyway_version_canonical(equal[i][1]);
		assert_int_equal(flyway_version_compare(equal[i][0], equal[i][1]), 0);
		assert_string_equal(left, right);
	}
}

/* The first is Flyway's own test; the others are what Flyway 9.22 wrote for these files. */
static void
computes_the_checksum_of_flyway(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		gint32 checksum;
	} cases[] = {
		{ "create table COUPLE (\n    ID int not null,\n    PERSON1 int not null references PERSON(ID), \n"
		  "    PERSON2 int not null references PERSON(ID) \n);",
		  -722651034 },
		{ "", 0 },
		{ "\n", 0 },
		{ "select 1;", -690524359 },
		{ "select 1;\n", -690524359 },
		{ "-- only", -2006429054 },
		{ "\xef\xbb\xbfselect 1;\r\n\r\n-- \xc3\xb6\rselect 2;\n\n", 81482344 },
		{ "select 1;\n\xef\xbb\xbfselect 1", -1764057388 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_int_equal(flyway_checksum(cases[i].text, strlen(cases[i].text)), cases[i].checksum);
}

static void
replaces_placeholders_everywhere(void **state)
{
	(void)state;
	g_autoptr(FlywayConfig) config = config_of("flyway.placeholders.Name=long value\nflyway.placeholders.empty=\n"
	                                           "flyway.table=h\nflyway.schemas=app\n");
	const char *text = "\xef\xbb\xbf-- ${NAME}\nSELECT '${name}${empty}' FROM $$${flyway:filename}$$; SELECT "
			   "'${flyway:table} ${FLYWAY:defaultSchema}' x";
	g_autoptr(Source) source = base_source_new("a.sql", text, -1);
	g_autoptr(MigrationMappedText) mapped = flyway_replace_placeholders(config, source, "sub/V1__a.sql", NULL);

	assert_string_equal(mapped->text->str,
	                    "-- long value\nSELECT 'long value' FROM $$V1__a.sql$$; SELECT 'h app' x");
	gsize offset = migration_mapped_text_source_offset(mapped, mapped->text->len - 1);
	assert_int_equal(text[offset], 'x');
	offset = migration_mapped_text_source_offset(mapped,
	                                             (gsize)(strstr(mapped->text->str, "value'") - mapped->text->str));
	assert_true(g_str_has_prefix(text + offset, "${name}"));
}

static void
refuses_placeholders_without_a_value(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{ "SELECT 1;\n  '${tabel}'", "a.sql:2:4: no value for the placeholder \"tabel\"" },
		{ "${tabel}", "hint: did you mean \"table\"?" },
		{ "${ table }", "no value for the placeholder \" table \"" },
		{ "${x", "a.sql:1:1: the placeholder does not end" },
		{ "${flyway:user}", "give it one under \"placeholders\"" },
	};
	g_autoptr(FlywayConfig) config = config_of("flyway.placeholders.table=t\n");

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Source) source = base_source_new("a.sql", cases[i][0], -1);
		assert_null(flyway_replace_placeholders(config, source, "a.sql", &error));
		if (strstr(error->message, cases[i][1]) == NULL)
			fail_msg("\"%s\" gives \"%s\"", cases[i][0], error->message);
	}
}

static void
orders_migrations_and_finds_undo_scripts(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "V10__ten.sql", "SELECT 1" },
		{ "V9__nine.sql", "-- Rollback: none, why\nSELECT 1" },
		{ "sub/V1_2__deep.sql", "SELECT 1" },
		{ "U10.0__ten.sql", "VACUUM" },
		{ "U7__nothing.sql", "SELECT 1" },
		{ "R__b.sql", "SELECT 1" },
		{ "R__B.sql", "-- Rollback: DROP VIEW b;\nSELECT 1" },
		{ "beforeMigrate.sql", "SELECT 1" },
		{ "x__y.sql", "SELECT 1" },
		{ "V3__x.java", "" },
		{ ".git/V4__x.sql", "" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, flyway, NULL);
	g_autofree char *names = folder_names(set);
	const Migration *ten = g_ptr_array_index(set->migrations, 2);

	assert_string_equal(names, "sub/V1_2__deep.sql V9__nine.sql V10__ten.sql R__B.sql R__b.sql");
	assert_string_equal(ten->version, "10");
	assert_non_null(ten->down);
	assert_int_equal(migration_script_scope(ten->down), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_string_equal(ten->checksum, "1719613851");
	assert_string_equal(((const Migration *)g_ptr_array_index(set->migrations, 1))->irreversible, "why");
	assert_null(((const Migration *)g_ptr_array_index(set->migrations, 3))->version);
	assert_non_null(((const Migration *)g_ptr_array_index(set->migrations, 3))->down);
	assert_true(folder_warns(set, "the callback \"beforeMigrate.sql\" is not run"));
	assert_true(folder_warns(set, "\"x__y.sql\" is silently ignored by Flyway"));
	assert_true(folder_warns(set, "\"U7__nothing.sql\" undoes a version that is not there"));
	assert_true(folder_warns(set, "\"V3__x.java\" is not run: it is not SQL"));
	assert_int_equal(set->warnings->len, 4);
}

static void
refuses_the_same_as_flyway(void **state)
{
	(void)state;
	static const struct {
		FolderFile files[4];
		const char *message;
	} cases[] = {
		{ { { "V1__a.sql", "" }, { "s/V01.0__b.sql", "" } },
		  "\"V1__a.sql\" and \"s/V01.0__b.sql\" have the same version \"01.0\"" },
		{ { { "R__a.sql", "" }, { "s/R__a.sql", "" } },
		  "\"R__a.sql\" and \"s/R__a.sql\" have the same description \"a\"" },
		{ { { "V1__a.sql", "" }, { "U1__a.sql", "" }, { "U1.0__b.sql", "" } }, "both undo version 1" },
		{ { { "V1__a.sql", "-- Rollback: SELECT 1\n" }, { "U1__a.sql", "" } },
		  "\"V1__a.sql\" has a rollback comment, and there is also \"U1__a.sql\"" },
		{ { { "V1__a.sql", "SELECT 1;\nVACUUM;" } }, "V1__a.sql:2:1: transactional and non-transactional" },
		{ { { "V1__a.sql", "CREATE INDEX CONCURRENTLY i ON t (a); SELECT 1" } },
		  "V1__a.sql:1:39: transactional" },
		{ { { "V1__a.sql", "SELECT '${x}'" } }, "V1__a.sql:1:9: no value for the placeholder \"x\"" },
		{ { { "flyway.conf", "flyway.validateMigrationNaming=true" },
		    { "V1__a.sql", "" },
		    { "V1a__a.sql", "" } },
		  "the name \"V1a__a.sql\" is not one of Flyway's: its version" },
		{ { { "V1__a.sql", "" }, { "V1__a.sql.conf", "executeInTransation=false" } },
		  "hint: did you mean \"executeInTransaction\"?" },
		{ { { "V1__a.sql", "" }, { "V1__a.sql.conf", "shouldExecute=a==b" } }, "conditions are not evaluated" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		folder_refuses(cases[i].files, &flyway, cases[i].message);
}

static MigrationScope
mode_of(const char *sql, const char *conf, const char *config)
{
	const FolderFile files[] = {
		{ "V1__a.sql", sql }, { "V1__a.sql.conf", conf }, { "flyway.conf", config }, { NULL, NULL }
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(MigrationSet) set = folder_load(files, flyway, &error);

	if (set == NULL)
		fail_msg("%s", error->message);
	return migration_script_scope(((const Migration *)g_ptr_array_index(set->migrations, 0))->up);
}

/* The real tool says "[non-transactional]" of those in scope A. */
static void
runs_the_same_as_flyway_without_a_transaction(void **state)
{
	(void)state;
	static const char *const transactional[] = { "reindex table concurrently b",
		                                     "cluster",
		                                     "begin; select 1; commit",
		                                     "alter table t detach partition p concurrently",
		                                     "create /* x */ index -- concurrently",
		                                     "" };
	static const char *const autocommit[] = {
		"create index concurrently if not exists a on b(c)",
		"CREATE unique INDEX CONCURRENTLY a on b(c)",
		"reindex (verbose) database c",
		"vacuum (analyze) x",
		"alter system set a = b",
		"discard all",
		"create database x",
		"drop index concurrently x",
		"create subscription a connection 'x' publication p",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(transactional); i++)
		assert_int_equal(mode_of(transactional[i], "", ""), MIGRATION_SCOPE_TRANSACTION);
	for (gsize i = 0; i < G_N_ELEMENTS(autocommit); i++)
		assert_int_equal(mode_of(autocommit[i], "", ""), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(mode_of("select 1; vacuum", "", "flyway.mixed=true"), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(mode_of("select 1", "executeInTransaction=false", ""), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(mode_of("vacuum", "executeInTransaction=true", ""), MIGRATION_SCOPE_TRANSACTION);
	assert_int_equal(mode_of("select 1", "", "flyway.executeInTransaction=false"), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(mode_of("select '${x}'", "placeholderReplacement=false", ""), MIGRATION_SCOPE_TRANSACTION);
}

static void
a_baseline_replaces_lower_versions(void **state)
{
	(void)state;
	const FolderFile files[] = { { "V1__a.sql", "" }, { "V2__b.sql", "" },    { "V3__c.sql", "" },
		                     { "B1__x.sql", "" }, { "B2__base.sql", "" }, { "R__r.sql", "" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, flyway, NULL);
	g_autofree char *names = folder_names(set);

	assert_string_equal(names, "B2__base.sql V3__c.sql R__r.sql");
	assert_int_equal(set->warnings->len, 3);
	assert_true(folder_warns(set, "\"V2__b.sql\" is not run: on an empty database \"B2__base.sql\" stands for it"));
}

static void
a_repeatable_s_checksum_follows_its_placeholders(void **state)
{
	(void)state;
	const FolderFile one[] = { { "R__v.sql", "SELECT '${x}'" },
		                   { "V1__v.sql", "SELECT '${x}'" },
		                   { "flyway.conf", "flyway.placeholders.x=1" },
		                   { NULL, NULL } };
	const FolderFile two[] = { { "R__v.sql", "SELECT '${x}'" },
		                   { "V1__v.sql", "SELECT '${x}'" },
		                   { "flyway.conf", "flyway.placeholders.x=2" },
		                   { NULL, NULL } };
	g_autoptr(MigrationSet) first = folder_load(one, flyway, NULL);
	g_autoptr(MigrationSet) second = folder_load(two, flyway, NULL);

	assert_string_equal(((const Migration *)g_ptr_array_index(first->migrations, 0))->checksum,
	                    ((const Migration *)g_ptr_array_index(second->migrations, 0))->checksum);
	assert_string_not_equal(((const Migration *)g_ptr_array_index(first->migrations, 1))->checksum,
	                        ((const Migration *)g_ptr_array_index(second->migrations, 1))->checksum);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_names_apart_as_flyway_does),
		cmocka_unit_test(takes_configured_prefixes),
		cmocka_unit_test(compares_versions_as_numbers),
		cmocka_unit_test(computes_the_checksum_of_flyway),
		cmocka_unit_test(replaces_placeholders_everywhere),
		cmocka_unit_test(refuses_placeholders_without_a_value),
		cmocka_unit_test(orders_migrations_and_finds_undo_scripts),
		cmocka_unit_test(refuses_the_same_as_flyway),
		cmocka_unit_test(runs_the_same_as_flyway_without_a_transaction),
		cmocka_unit_test(a_baseline_replaces_lower_versions),
		cmocka_unit_test(a_repeatable_s_checksum_follows_its_placeholders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
