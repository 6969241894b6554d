#include "folder.h"
#include "migration/detect/formats.h"

static void
detects_the_format_and_says_why(void **state)
{
	(void)state;
	static const struct {
		FolderFile files[4];
		const char *format;
		const char *reason;
	} cases[] = {
		{ { { "V1__a.sql", "SELECT 1" } }, "flyway", "\"V1__a.sql\"" },
		{ { { "x/R__a.sql", "SELECT 1" } }, "flyway", "\"x/R__a.sql\"" },
		{ { { "flyway.conf", "" }, { "V1.sql", "SELECT 1" } }, "flyway", "\"flyway.conf\"" },
		{ { { "migration_lock.toml", "" }, { "1_a/migration.sql", "" } }, "prisma", "\"migration_lock.toml\"" },
		{ { { "1_a/migration.sql", "" } }, "prisma", "there is \"1_a/migration.sql\"" },
		{ { { "1_a.sql", "\n-- migrate:up transaction:false\nSELECT 1;\n-- migrate:down\n" } },
		  "dbmate",
		  "a line in \"1_a.sql\"" },
		{ { { "1_a.sql", "-- +goose Up\nSELECT 1;" } }, "goose", "a line in \"1_a.sql\"" },
		{ { { "1_a.up.sql", "" }, { "go.mod", "require github.com/golang-migrate/migrate/v4 v4.20.1" } },
		  "golang-migrate",
		  "go.mod\" names golang-migrate" },
		{ { { "1_a.up.sql", "" }, { "Makefile", "up:\n\tmigrate -path . -database \"$(URL)\" up\n" } },
		  "golang-migrate",
		  "Makefile\" names golang-migrate" },
		{ { { "1_a.up.sql", "" },
		    { "go.mod", "require (\n\tgithub.com/mattermost/morph v1.1.0 // indirect\n)" } },
		  "golang-migrate",
		  ", which does not name its tool: a guess" },
		{ { { "1_a.up.sql", "" },
		    { "Cargo.toml", "sqlx = 1" },
		    { "go.mod", "require github.com/golang-migrate/migrate/v4 v4.20.1 // indirect" } },
		  "sqlx",
		  "Cargo.toml\" names sqlx" },
		{ { { "current.sql", "SELECT 1" },
		    { "committed/000001.sql",
		      "--! Previous: -\n--! Hash: sha1:d30d858bf9fa5d8979af2d32c3be5e09b07da877\n\n"
		      "SELECT 1;\n" } },
		  "graphile-migrate",
		  "a line in \"committed/000001.sql\"" },
		{ { { "1_a.sql", "-- +migrate Up\n" } }, "sql-migrate", "a line in \"1_a.sql\"" },
		{ { { "1_a.sql", "SELECT 1;\n---- create above / drop below ----\n" } },
		  "tern",
		  "a line in \"1_a.sql\"" },
		{ { { "00000000000000_diesel_initial_setup/up.sql", "SELECT 1;" } },
		  "diesel",
		  "\"00000000000000_diesel_initial_setup\"" },
		{ { { "a.sql", "\n-- liquibase formatted sql\n--changeset a:1\nSELECT 1;\n" } },
		  "liquibase",
		  "a line in \"a.sql\"" },
		{ { { "1_a.up.sql", "" }, { "go.mod", "module x" } },
		  "golang-migrate",
		  ", which does not name its tool: a guess" },
		{ { { "1_a.up.sql", "" }, { "go.mod", "module x" }, { "Cargo.toml", "sqlx = 1" } },
		  "sqlx",
		  "Cargo.toml\" names sqlx" },
		{ { { "1_a.up.sql", "" }, { "1_a.down.sql", "" }, { "atlas.sum", "h1:x\n" } },
		  "golang-migrate",
		  "atlas.sum\" names golang-migrate" },
		{ { { "1_a.sql", "-- +goose Up\n" }, { "atlas.sum", "h1:x\n" } }, "goose", "a line in \"1_a.sql\"" },
		{ { { "1_a.sql", "SELECT 1" }, { "Cargo.toml", "sqlx = 1" } }, "sqlx", "Cargo.toml\" names sqlx" },
		{ { { "a_1.sql", "SELECT 1" }, { "Cargo.toml", "sqlx = 1" } }, "plain", "1 .sql file" },
		{ { { "db.changelog-master.xml",
		      "<databaseChangeLog xmlns=\"http://www.liquibase.org/xml/ns/dbchangelog\" "
		      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"x x.xsd\">"
		      "<changeSet id=\"1\" author=\"a\"><sql>SELECT 1</sql></changeSet></databaseChangeLog>" } },
		  "liquibase",
		  "\"db.changelog-master.xml\" is a changelog" },
		{ { { "001_a.sql", "SELECT 1" }, { "002_b.sql", "SELECT 1" } }, "plain", "2 .sql files" },
		{ { { "views__a.sql", "SELECT 1" } }, "plain", "1 .sql file" },
		{ { { "a.up.sql", "SELECT 1" }, { "a.down.sql", "SELECT 1" } }, "plain", "2 .sql files" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(MigrationSet) set = folder_load(cases[i].files, (MigrationOptions){ 0 }, &error);
		if (set == NULL)
			fail_msg("%s", error->message);
		assert_string_equal(migration_set_format_name(set), cases[i].format);
		assert_non_null(strstr(set->detected, cases[i].reason));
	}
}

static void
names_the_tool_that_it_does_not_run(void **state)
{
	(void)state;
	static const struct {
		FolderFile files[4];
		const char *message;
	} cases[] = {
		{ { { "1_a/up.sql", "" }, { "1_a/down.sql", "" } },
		  "may be Diesel or Hasura (there is \"1_a/up.sql\")\nhint: say which one" },
		{ { { "1_a.up.sql", "" }, { "1_a.down.sql", "" } },
		  "may be golang-migrate, sqlx or node-pg-migrate (there is \"1_a.up.sql\")\nhint: say which one in "
		  "the "
		  "suite: \"format: golang-migrate\" or \"format: sqlx\" or \"format: node-pg-migrate\"; for pgassay "
		  "init, with --format" },
		{ { { "1_a.up.sql", "" }, { "go.mod", "require github.com/mattermost/morph v1.1.0" } },
		  "looks like morph (there is \"1_a.up.sql\", and go.mod names it), which pgassay does not run yet" },
		{ { { "1_a.tx.up.sql", "" }, { "go.mod", "require github.com/go-pg/migrations/v8 v8.1.0" } },
		  "looks like go-pg's migrations" },
		{ { { "1_a.exs", "" } }, "looks like Ecto" },
		{ { { "0001_initial.py", "" } }, "looks like Alembic or Django" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		folder_refuses(cases[i].files, &(MigrationOptions){ 0 }, cases[i].message);
}

static void
takes_the_suite_s_word_for_the_format(void **state)
{
	(void)state;
	const FolderFile files[] = { { "1_a.up.sql", "SELECT 1" }, { "1_a.down.sql", "SELECT 2" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, (MigrationOptions){ .format = "plain" }, NULL);
	const Migration *migration = g_ptr_array_index(set->migrations, 0);

	assert_null(set->detected);
	assert_string_equal(migration->version, "1_a");
	assert_non_null(migration->down);
}

static void
reports_errors_of_the_directory(void **state)
{
	(void)state;
	g_autoptr(GError) error = NULL;
	const FolderFile none[] = { { "README", "" }, { NULL, NULL } };
	const FolderFile some[] = { { "1.sql", "" }, { NULL, NULL } };
	const FolderFile old[] = { { "1.sql.old", "" }, { NULL, NULL } };

	assert_null(migration_set_load(&(MigrationOptions){ .directory = "/nonexistent/x" }, &error));
	assert_non_null(strstr(error->message, "there is no directory \"/nonexistent/x\"\nhint: "));
	folder_refuses(none, &(MigrationOptions){ 0 }, "there are no migrations in");
	folder_refuses(none, &(MigrationOptions){ .format = "flyway" }, "there are no Flyway migrations in");
	folder_refuses(old, &(MigrationOptions){ .format = "plain" }, "hint: \"1.sql.old\" is not run");
	folder_refuses(some, &(MigrationOptions){ .format = "flyaway" }, "hint: did you mean \"flyway\"?");
	folder_refuses(some, &(MigrationOptions){ .format = "xx" }, "hint: there are: ");
	folder_refuses(some, &(MigrationOptions){ .history_table = "a.b.c" },
	               "hint: write \"table\" or \"schema.table\"");
	folder_refuses(some, &(MigrationOptions){ .config = "x.yaml" }, "plain migrations have no configuration file");
	g_autoptr(GHashTable) placeholders = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_insert(placeholders, (gpointer) "tenant", (gpointer) "acme");
	folder_refuses(some, &(MigrationOptions){ .placeholders = placeholders },
	               "plain migrations have no placeholders");
}

static void
equal_warnings_of_many_files_are_one_line(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "1.sql", "SELECT 1" }, { "a.sql.1", "" }, { "a.sql.2", "" }, { "a.sql.3", "" },
		{ "a.sql.4", "" },       { "a.sql.5", "" }, { "x/a.sql", "" }, { NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, (MigrationOptions){ .format = "plain" }, NULL);
	g_autoptr(GPtrArray) lines = migration_set_describe_warnings(set);
	const char *line = g_ptr_array_index(lines, 0);

	assert_int_equal(set->warnings->len, 6);
	assert_int_equal(lines->len, 2);
	assert_non_null(g_strstr_len(line, -1, "\"a.sql.1\" is not run"));
	assert_true(g_str_has_suffix(line, "; the same of \"a.sql.2\", \"a.sql.3\", \"a.sql.4\" and 1 more"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(detects_the_format_and_says_why),
		cmocka_unit_test(names_the_tool_that_it_does_not_run),
		cmocka_unit_test(takes_the_suite_s_word_for_the_format),
		cmocka_unit_test(reports_errors_of_the_directory),
		cmocka_unit_test(equal_warnings_of_many_files_are_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
