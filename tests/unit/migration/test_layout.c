#include "migration/detect/layout.h"

#include "folder.h"

static void
reports_oddities(void **state)
{
	(void)state;
	static const struct {
		FolderFile files[4];
		const char *format;
		const char *odd; /* NAME: TEXT of the first; NULL: nothing is odd */
		bool harmless;
	} cases[] = {
		{ { { "1.sql", "SELECT 1" }, { "2.sql", "SELECT 1" } }, "plain", NULL, false },
		{ { { "20240101_a.sql", "SELECT 1" }, { "20240103_b.sql", "SELECT 1" } }, "plain", NULL, false },
		{ { { "1.sql", "SELECT 1\r\n;\r\n" } }, "plain", NULL, false },
		{ { { "1.sql", "-- SELECT 1;\n" } }, "plain", "1.sql: has text, but no statement", false },
		{ { { "1.sql", "-- The number was given twice.\n" } }, "plain", "1.sql: has a comment", true },
		{ { { "1.sql", "-- Not now: this takes too long.\n-- DROP TABLE\n--   files;\n" } },
		  "plain",
		  "1.sql: has text, but no statement",
		  false },
		{ { { "1_a.up.sql", "-- Add up migration script here\n" } },
		  "sqlx",
		  "1_a.up.sql: has text, but no statement",
		  false },
		{ { { "1.sql", "-- +migrate Up\n\n-- +migrate Down\n" } },
		  "sql-migrate",
		  "1.sql: has text, but no statement",
		  false },
		{ { { "1.sql", " \n" } }, "plain", "1.sql: is empty", false },
		{ { { "08.sql", "SELECT 1" }, { "8.sql", "SELECT 1" } },
		  "plain",
		  "8.sql: has the version 8, and \"08.sql\" has 08",
		  false },
		{ { { "1_a.sql", "SELECT 1" }, { "3_b.sql", "SELECT 1" } },
		  "plain",
		  "3_b.sql: follows \"1_a.sql\", and there is no 2",
		  true },
		{ { { "1.sql", "SELECT 1\r\n;\n" } }, "plain", "1.sql: has lines that end with CR LF (1 of 2)", true },
		{ { { "1.sql", "\xef\xbb\xbfSELECT 1" } }, "plain", "1.sql: begins with a byte order mark", true },
		{ { { "V1__a.sql", "\xef\xbb\xbfSELECT 1" } },
		  "flyway",
		  "V1__a.sql: begins with a byte order mark",
		  true },
		{ { { "V9__a.sql", "SELECT 1" }, { "V10__b.sql", "SELECT 1" }, { "V11__c.sql", "SELECT 1" } },
		  "flyway",
		  "V10__b.sql: runs after \"V9__a.sql\"",
		  true },
		{ { { "V1__a.sql", "SELECT 1" }, { "R__b.sql", "SELECT 1" } }, "flyway", NULL, false },
		{ { { "V1__a.sql", "SELECT 1" }, { "v2__b.sql", "SELECT 1" } },
		  "flyway",
		  "v2__b.sql: is silently ignored by Flyway",
		  false },
		{ { { "V1__a.sql", "create unique index concurrently i on t (a)" } },
		  "flyway",
		  "V1__a.sql: builds an index CONCURRENTLY, and Flyway waits for ever there",
		  false },
		{ { { "V1__a.sql", "CREATE INDEX CONCURRENTLY i ON t (a)" },
		    { "flyway.conf", "flyway.postgresql.transactional.lock=false" } },
		  "flyway",
		  NULL,
		  false },
		{ { { "V1__a.sql", "DROP INDEX CONCURRENTLY i" } }, "flyway", NULL, false },
		{ { { "V1__a.sql", "CREATE INDEX i ON t (a)" } }, "flyway", NULL, false },
		{ { { "1_a.up.sql", "REINDEX INDEX CONCURRENTLY i" } },
		  "golang-migrate",
		  "1_a.up.sql: builds an index CONCURRENTLY, and a second runner that waits for golang-migrate's lock",
		  false },
		{ { { "1_a.sql", "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON t (a)" } },
		  "sqlx",
		  "1_a.sql: builds an index CONCURRENTLY, and a second runner that waits for sqlx's lock",
		  false },
		{ { { "1_a.sql", "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON t (a)\n-- "
		                 "migrate:down\nSELECT 1" } },
		  "dbmate",
		  NULL,
		  false },
		{ { { "1_a.sql", "-- migrate:up\nSELECT 1\n-- migrate:down\nSELECT 1" }, { "2_b.SQL", "SELECT 1" } },
		  "dbmate",
		  "2_b.SQL: is not run: its name is not a number and \".sql\"",
		  false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		const MigrationOptions options = { .format = cases[i].format };
		g_autoptr(MigrationSet) set = folder_load(cases[i].files, options, &error);
		if (set == NULL)
			fail_msg("%s", error->message);
		g_autoptr(GPtrArray) oddities = migration_layout_examine(set);
		if (oddities->len != (cases[i].odd != NULL ? 1 : 0))
			fail_msg("row %zu: %u oddities", i, oddities->len);
		if (cases[i].odd == NULL)
			continue;
		const MigrationOddity *oddity = g_ptr_array_index(oddities, 0);
		g_autofree char *found = g_strdup_printf("%s: %s", oddity->name, oddity->text);
		if (!g_str_has_prefix(found, cases[i].odd))
			fail_msg("found \"%s\", expected \"%s\"", found, cases[i].odd);
		assert_int_equal(oddity->harmless, cases[i].harmless);
	}
}

/* dbmate's dump beside its files; each form in which tools write the versions. */
static void
a_dump_has_to_name_all_migrations(void **state)
{
	(void)state;
	static const struct {
		const char *dump;
		const char *odd; /* NULL: nothing is */
		bool harmless;
	} cases[] = {
		{ "CREATE TABLE a ();\nINSERT INTO public.schema_migrations (version) VALUES\n    ('1'),\n    ('2');\n",
		  NULL, false },
		{ "INSERT INTO \"schema_migrations\" (version) VALUES\n('2'),\n('1');\n", NULL, false },
		{ "INSERT INTO public.\"schema_migrations\" (version) VALUES (1);\nINSERT INTO "
		  "public.\"schema_migrations\" "
		  "(version) VALUES (2);\n",
		  NULL, false },
		/* A dump of the schema alone says nothing. */
		{ "CREATE TABLE a ();\n", NULL, false },
		{ "INSERT INTO public.schema_migrations (version) VALUES\n    ('1');\n", "2_b.sql: is not in", false },
		{ "INSERT INTO public.schema_migrations (version) VALUES\n    ('1'), ('2'), ('0');\n",
		  "names version 0", true },
		{ "INSERT INTO public.schema_migrations (version) VALUES\n<<<<<<< HEAD\n    ('1');\n",
		  "has a conflict that git has left in it", false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const FolderFile files[] = { { "1_a.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 1;\n" },
			                     { "2_b.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 1;\n" },
			                     { "schema.sql", cases[i].dump },
			                     { NULL, NULL } };
		g_autoptr(Folder) folder = folder_new(files);
		const MigrationOptions options = { .directory = folder, .format = "dbmate" };
		g_autoptr(MigrationSet) set = migration_set_load(&options, NULL);
		g_autoptr(GPtrArray) oddities = migration_layout_examine(set);
		g_autofree char *found = NULL;
		for (guint j = 0; j < oddities->len; j++) {
			const MigrationOddity *oddity = g_ptr_array_index(oddities, j);
			if (found == NULL && strstr(oddity->text, "is not run") == NULL) {
				found = g_strdup_printf("%s: %s", oddity->name, oddity->text);
				assert_int_equal(oddity->harmless, cases[i].harmless);
			}
		}
		if (cases[i].odd == NULL)
			assert_null(found);
		else
			assert_non_null(strstr(found, cases[i].odd));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_oddities),
		cmocka_unit_test(a_dump_has_to_name_all_migrations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
