#include "support.h"

#include "check/changes/untouched.h"
#include "check/proof/round_trip.h"
#include "migration/detect/formats.h"

#include <glib/gstdio.h>
#include <string.h>

/* A history of two migrations; the second one is tested. */
typedef struct {
	const char *first;
	const char *second;
	const char *problem; /* what a change must say; NULL: there is none */
	const char *example; /* what its examples must say; NULL: anything */
} Row;

#define CONTACT                                                                                                        \
	"CREATE TABLE contact (id serial PRIMARY KEY, phone varchar(50), nick text, amount numeric(12,4), at "         \
	"timestamptz);"                                                                                                \
	"INSERT INTO contact (phone, nick, amount, at) SELECT '0123-' || i, 'n' || i, i + 0.1234, '2024-01-01 "        \
	"10:00+00'"                                                                                                    \
	" FROM generate_series(1, 5) i;"

static const Row rows[] = {
	/* A column that is not the one it was. */
	{ CONTACT, "ALTER TABLE contact DROP phone; ALTER TABLE contact ADD phone varchar(100);",
	  "column \"phone\" of table \"public.contact\" is dropped and made again, and the values of 5 rows are gone",
	  "id = 1: was \"0123-1\", is NULL" },
	{ CONTACT, "ALTER TABLE contact DROP phone; ALTER TABLE contact ADD phone varchar(100) NOT NULL DEFAULT '';",
	  "column \"phone\" of table \"public.contact\" is dropped and made again", "was \"0123-1\", is \"\"" },
	{ CONTACT,
	  "ALTER TABLE contact ADD old_phone text; UPDATE contact SET old_phone = phone; ALTER TABLE contact DROP "
	  "phone;"
	  "ALTER TABLE contact ADD phone varchar(100);",
	  NULL, NULL },
	{ CONTACT,
	  "ALTER TABLE contact ADD old_phone text; UPDATE contact SET old_phone = phone WHERE id > 2; ALTER TABLE "
	  "contact "
	  "DROP phone; ALTER TABLE contact ADD phone varchar(100);",
	  "column \"phone\" of table \"public.contact\" is dropped, and 2 of its 5 values have not arrived in "
	  "\"old_phone\"",
	  "0123-1" },
	{ CONTACT,
	  "ALTER TABLE contact ADD called boolean; UPDATE contact SET called = true WHERE phone IS NOT NULL; ALTER "
	  "TABLE "
	  "contact DROP phone; ALTER TABLE contact ADD phone varchar(100);",
	  "column \"phone\" of table \"public.contact\" is dropped and made again, and the values of 5 rows are gone",
	  NULL },
	{ CONTACT, "ALTER TABLE contact ALTER phone TYPE varchar(100);", NULL, NULL },
	{ CONTACT,
	  "ALTER TABLE contact ADD p varchar(100); UPDATE contact SET p = phone; ALTER TABLE contact DROP phone;"
	  "ALTER TABLE contact RENAME p TO phone;",
	  NULL, NULL },
	{ CONTACT, "ALTER TABLE contact DROP phone; ALTER TABLE contact ADD phone_number text;",
	  "column \"phone\" of table \"public.contact\" is dropped with the values of 5 rows, and \"phone_number\", "
	  "which could"
	  " hold them, is new and has none of them",
	  "id = 1: \"0123-1\"" },
	{ CONTACT, "ALTER TABLE contact RENAME phone TO phone_number;", NULL, NULL },
	{ CONTACT "UPDATE contact SET phone = NULL;", "ALTER TABLE contact RENAME phone TO phone_number;", NULL, NULL },
	{ CONTACT,
	  "ALTER TABLE contact ADD phone_number text; UPDATE contact SET phone_number = phone; ALTER TABLE contact DROP"
	  " phone;",
	  NULL, NULL },
	{ CONTACT, "ALTER TABLE contact DROP phone; ALTER TABLE contact ADD is_new boolean;", NULL, NULL },
	{ CONTACT, "ALTER TABLE contact DROP phone, DROP nick; ALTER TABLE contact ADD title text;", NULL, NULL },
	{ CONTACT, "ALTER TABLE contact DROP phone;", NULL, NULL },
	/* A table that is not the one it was. */
	{ CONTACT,
	  "DROP TABLE contact; CREATE TABLE person (id serial PRIMARY KEY, phone text, nick text, amount numeric, at"
	  " timestamptz);",
	  "table \"public.contact\" is dropped with its 5 rows, and \"public.person\", which has its columns, is new "
	  "and empty",
	  "amount = \"1.1234\"" },
	{ CONTACT, "ALTER TABLE contact RENAME TO person;", NULL, NULL },
	{ CONTACT,
	  "CREATE TABLE person (id serial PRIMARY KEY, phone text, nick text, amount numeric, at timestamptz); INSERT "
	  "INTO person"
	  " SELECT * FROM contact; DROP TABLE contact;",
	  NULL, NULL },
	{ CONTACT, "DROP TABLE contact; CREATE TABLE other (a int, b int);", NULL, NULL },
	/* Rows. */
	{ CONTACT, "DELETE FROM contact WHERE id > 2;", "3 of 5 rows of table \"public.contact\" are gone",
	  "amount = \"3.1234\"" },
	{ CONTACT, "TRUNCATE contact;", "5 of 5 rows of table \"public.contact\" are gone", "5 rows lost" },
	{ CONTACT, "DO $$ BEGIN EXECUTE 'DELETE FROM contact WHERE id = 1'; END $$;", "1 of 5 rows of table",
	  "amount = \"1.1234\"" },
	{ CONTACT, "DROP TABLE contact; CREATE TABLE contact (id serial PRIMARY KEY, phone text);",
	  "5 of 5 rows of table \"public.contact\" are gone", NULL },
	{ CONTACT,
	  "CREATE TABLE archive (LIKE contact); INSERT INTO archive SELECT * FROM contact WHERE id > 2; DELETE FROM "
	  "contact WHERE"
	  " id > 2;",
	  "3 of 5 rows of table \"public.contact\" are gone, and \"public.archive\" has got as many", NULL },
	{ CONTACT,
	  "ALTER TABLE contact RENAME TO old_contact; CREATE TABLE contact (LIKE old_contact); INSERT INTO contact "
	  "SELECT"
	  " * FROM old_contact WHERE id > 3;",
	  "3 of 5 rows of table \"public.contact\" are gone, and \"public.old_contact\" has got as many", NULL },
	{ CONTACT,
	  "ALTER TABLE contact RENAME TO old_contact; CREATE TABLE contact (LIKE old_contact); INSERT INTO contact "
	  "SELECT"
	  " * FROM old_contact WHERE id > 3; DELETE FROM old_contact WHERE id < 4;",
	  "3 of 5 rows of table \"public.contact\" are gone", "amount = \"1.1234\"" },
	{ CONTACT, "INSERT INTO contact (phone) VALUES ('1'); DELETE FROM contact WHERE phone = '1';", NULL, NULL },
	/* Values that do not fit the new type. */
	{ CONTACT, "ALTER TABLE contact ALTER amount TYPE numeric(12,2);",
	  "column \"amount\" of table \"public.contact\" was numeric(12,4), is numeric(12,2): 5 values were cut",
	  "was \"1.1234\", is \"1.12\"" },
	{ CONTACT "UPDATE contact SET amount = 1.9876 WHERE id = 1;",
	  "ALTER TABLE contact ALTER amount TYPE numeric(12,2);", "5 values were rounded",
	  "was \"1.9876\", is \"1.99\"" },
	{ CONTACT, "ALTER TABLE contact ALTER amount TYPE int;", "was numeric(12,4), is integer: 5 values were cut",
	  NULL },
	/* 7.0000 is 7, and the others are cut all the same. */
	{ CONTACT "UPDATE contact SET amount = 7 WHERE id = 1;", "ALTER TABLE contact ALTER amount TYPE int;",
	  "was numeric(12,4), is integer: 4 values were cut", NULL },
	{ CONTACT "UPDATE contact SET amount = 7.6 WHERE id > 3;", "ALTER TABLE contact ALTER amount TYPE int;",
	  "was numeric(12,4), is integer: 5 values were rounded", NULL },
	{ CONTACT "UPDATE contact SET amount = id;", "ALTER TABLE contact ALTER amount TYPE int;", NULL, NULL },
	{ CONTACT, "ALTER TABLE contact ALTER amount TYPE numeric(14,4);", NULL, NULL },
	{ CONTACT, "ALTER TABLE contact ALTER amount TYPE bigint USING (amount * 10000)::bigint;", NULL, NULL },
	{ CONTACT, "ALTER TABLE contact ALTER phone TYPE varchar(4) USING left(phone, 4);", "5 values were cut",
	  "was \"0123-1\", is \"0123\"" },
	{ CONTACT, "ALTER TABLE contact ALTER phone TYPE int USING nullif(left(phone, 2), '01')::int;",
	  "was character varying(50), is integer: 5 values have become NULL", "was \"0123-1\", is NULL" },
	{ CONTACT, "ALTER TABLE contact ALTER at TYPE timestamp USING at AT TIME ZONE 'UTC';", NULL, NULL },
	{ CONTACT, "SET LOCAL TimeZone TO 'UTC'; ALTER TABLE contact ALTER at TYPE timestamp;", NULL, NULL },
	{ CONTACT, "ALTER TABLE contact ALTER at TYPE timestamp;", "depends on the TimeZone",
	  "id = 1: was \"2024-01-01 10:00:00+00\", is \"2024-01-01 15:45:00\"" },
	{ CONTACT "UPDATE contact SET at = '2024-01-01 10:00:00.6+00';",
	  "ALTER TABLE contact ALTER at TYPE timestamptz(0);", "5 values were rounded",
	  "is \"2024-01-01 10:00:01+00\"" },
	{ CONTACT, "ALTER TABLE contact ALTER at TYPE timestamptz(0);", NULL, NULL },
	{ CONTACT "ALTER TABLE contact ALTER amount TYPE float8; UPDATE contact SET amount = 5000000 WHERE id = 1;"
	          "UPDATE contact SET amount = 123456789.12 + id WHERE id > 1;",
	  "ALTER TABLE contact ALTER amount TYPE real;", "was double precision, is real: 4 values were rounded",
	  "was \"123456791.12\", is \"1.2345679e+08\"" },
	{ CONTACT "ALTER TABLE contact ALTER amount TYPE float8; UPDATE contact SET amount = 5000000 WHERE id = 1;",
	  "ALTER TABLE contact ALTER amount TYPE real;", NULL, NULL },
	{ CONTACT "UPDATE contact SET amount = 0 WHERE id = 2;",
	  "ALTER TABLE contact ADD cents bigint; UPDATE contact SET cents = amount * 100; ALTER TABLE contact DROP "
	  "amount;",
	  NULL, NULL },
	{ CONTACT "UPDATE contact SET amount = id;",
	  "ALTER TABLE contact ADD half int NOT NULL DEFAULT 0; UPDATE contact SET half = trunc(amount / 2); ALTER "
	  "TABLE "
	  "contact DROP amount;",
	  NULL, NULL },
	{ CONTACT "UPDATE contact SET amount = id;",
	  "ALTER TABLE contact ADD half int NOT NULL DEFAULT 0; UPDATE contact SET half = amount::int / 2; ALTER TABLE "
	  "contact DROP amount;",
	  "column \"half\" of table \"public.contact\" gets less than there was in 3 of 5 rows",
	  "gets 0, and not 0.5000" },
	{ CONTACT "UPDATE contact SET phone = 'x' WHERE id > 2;",
	  "CREATE TABLE line (id serial PRIMARY KEY, phone text UNIQUE);"
	  "INSERT INTO line (phone) SELECT DISTINCT phone FROM contact; ALTER TABLE contact ADD line_id int;"
	  "UPDATE contact c SET line_id = l.id FROM line l WHERE l.phone = c.phone; ALTER TABLE contact DROP phone;",
	  NULL, NULL },
	/* Values that went elsewhere. */
	{ CONTACT,
	  "ALTER TABLE contact ADD mobile text; UPDATE contact SET mobile = phone WHERE id > 3; ALTER TABLE contact "
	  "DROP "
	  "phone;",
	  "column \"phone\" of table \"public.contact\" is dropped, and 3 of its 5 values have not arrived in "
	  "\"mobile\"",
	  "\"0123-1\"" },
	{ CONTACT,
	  "CREATE TABLE phone (contact int, number text); INSERT INTO phone SELECT id, phone FROM contact WHERE id > 3;"
	  "ALTER TABLE contact DROP phone;",
	  "3 of its 5 values have not arrived in \"number\" of \"public.phone\"", "\"0123-1\"" },
	{ CONTACT,
	  "CREATE TABLE phone (contact int, number text); INSERT INTO phone SELECT id, phone FROM contact;"
	  "ALTER TABLE contact DROP phone;",
	  NULL, NULL },
	{ CONTACT "UPDATE contact SET phone = 'x' WHERE id > 2;",
	  "CREATE TABLE phone (number text); INSERT INTO phone SELECT DISTINCT phone FROM contact;"
	  "ALTER TABLE contact DROP phone;",
	  NULL, NULL },
	{ CONTACT,
	  "CREATE TABLE person (id int, phone text, nick text, amount numeric, at timestamptz); INSERT INTO person"
	  " SELECT * FROM contact WHERE id > 3; DROP TABLE contact;",
	  "\"public.person\", which has its columns, has got 2 of them", NULL },
	/* By chance. */
	{ CONTACT, "UPDATE contact SET nick = o.phone FROM contact o;", "each of 5 rows finds the same 5 rows",
	  "0123-2" },
	{ CONTACT, "UPDATE contact SET nick = o.phone FROM contact o WHERE o.id = contact.id;", NULL, NULL },
	{ CONTACT, "UPDATE contact SET nick = o.phone FROM contact o WHERE o.id = 3;", NULL, NULL },
	{ CONTACT, "UPDATE contact c SET nick = o.phone FROM contact o WHERE o.id >= c.id;",
	  "4 of 5 rows find several rows with different values", NULL },
	{ CONTACT, "ALTER TABLE contact ALTER at TYPE date;", "is date: 5 values were cut", "is \"2024-01-01\"" },
	{ CONTACT, "ALTER TABLE contact ALTER nick TYPE jsonb USING to_jsonb(nick);", NULL, NULL },
	{ CONTACT, "ALTER TABLE contact ALTER id TYPE bigint;", NULL, NULL },
	/* The effect of a plain UPDATE is obvious. */
	{ CONTACT, "UPDATE contact SET nick = NULL;", NULL, NULL },
	/* Without a key, and outside of a transaction of ours. */
	{ "CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x'), (2, 'y');",
	  "ALTER TABLE t DROP b; ALTER TABLE t ADD b text;",
	  "column \"b\" of table \"public.t\" is dropped and made again", NULL },
	{ CONTACT, "CREATE INDEX CONCURRENTLY contact_nick ON contact (nick); DELETE FROM contact WHERE id = 1;",
	  "1 of 5 rows of table \"public.contact\" are gone", NULL },
};

static void
write_file(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* Both ways of applying a migration: with its down, which is proved, and without. *ret_untouched is the text about
 * statements that find no row; the caller frees it. */
static GPtrArray *
run(const Row *row, bool round_trip, char **ret_untouched)
{
	g_autofree char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	g_autoptr(GError) error = NULL;
	const MigrationOptions options = { .directory = folder, .format = "plain" };
	const char *const excluded[] = { "public.schema_migrations", NULL };
	const char *const own[] = { ROWS_COPY_SCHEMA, NULL };
	const CatalogExclusions exclusions = { .tables = excluded, .schemas = own };
	static const char *const names[] = { "1.sql", "2.sql", "2.down.sql" };

	write_file(folder, names[0], row->first);
	write_file(folder, names[1], row->second);
	write_file(folder, names[2], "SELECT 1;");
	g_autoptr(MigrationSet) set = migration_set_load(&options, &error);
	support_check(set != NULL, g_steal_pointer(&error), row->second);
	g_auto(CheckWorkspace) workspace = { .server = support_server(), .set = set, .exclusions = &exclusions };
	g_auto(CheckAfter) first = { 0 };
	g_auto(CheckAfter) after = { 0 };
	support_check(check_workspace_open(&workspace, "test", &error) &&
	                  check_apply(&workspace, g_ptr_array_index(set->migrations, 0), NULL, &first, &error),
	              g_steal_pointer(&error), row->first);
	if (first.failure.failed)
		fail_msg("%s", first.failure.details);
	g_autoptr(RowsState) before = rows_state_read(workspace.session, &exclusions, &error);
	support_check(before != NULL, g_steal_pointer(&error), "rows");
	g_autoptr(ReportCase) test_case = report_case_new("db", "round trip", "2", (SourcePosition){ .path = "2.sql" });
	const CheckRoundTrip trip = { .workspace = &workspace,
		                      .migration = g_ptr_array_index(set->migrations, 1),
		                      .before = first.catalog,
		                      .rows = before,
		                      .test_case = test_case };
	support_check(round_trip
	                  ? check_round_trip(&trip, &after, &error)
	                  : check_apply(&workspace, g_ptr_array_index(set->migrations, 1), before, &after, &error),
	              g_steal_pointer(&error), row->second);
	if (after.failure.failed)
		fail_msg("%s\n%s", row->second, after.failure.details);
	g_autofree char *left = db_session_query_value(
	    workspace.session, NULL, "SELECT count(*) FROM pg_namespace WHERE nspname = 'pgassay_rows'", NULL);
	assert_string_equal(left, "0");
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(folder, names[i], NULL);
		g_unlink(path);
	}
	g_rmdir(folder);
	*ret_untouched = check_untouched_describe(after.untouched,
	                                          ((const Migration *)g_ptr_array_index(set->migrations, 1))->up);
	return after.changes != NULL ? g_ptr_array_ref(after.changes) : g_ptr_array_new();
}

static void
expect(const Row *row, bool round_trip)
{
	g_autofree char *untouched = NULL;
	g_autoptr(GPtrArray) changes = run(row, round_trip, &untouched);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < changes->len; i++) {
		const CheckChange *change = g_ptr_array_index(changes, i);
		g_string_append_printf(text, "%s\n%s\n", change->text,
		                       change->examples != NULL ? change->examples : "-");
	}
	if (row->problem == NULL && changes->len > 0)
		fail_msg("%s\n%s", row->second, text->str);
	if (row->problem != NULL && (strstr(text->str, row->problem) == NULL ||
	                             (row->example != NULL && strstr(text->str, row->example) == NULL)))
		fail_msg("%s\nexpected: %s\n%s\nfound: %s", row->second, row->problem,
		         row->example != NULL ? row->example : "", text->str);
}

static void
effects_of_an_up_on_rows_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		expect(&rows[i], false);
}

static void
it_is_seen_beside_a_round_trip_too(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i += 4)
		expect(&rows[i], true);
}

static void
a_statement_that_finds_no_row_is_not_proved(void **state)
{
	static const Row row = {
		CONTACT,
		"ALTER TABLE contact ADD kind text;\nUPDATE contact SET kind = 'o' WHERE nick = 'org';\n"
		"UPDATE contact SET kind = 'p' WHERE nick = 'n1';\nDELETE FROM contact WHERE id > 99;",
		NULL, NULL
	};

	(void)state;
	for (int round_trip = 0; round_trip <= 1; round_trip++) {
		g_autofree char *untouched = NULL;
		g_autoptr(GPtrArray) changes = run(&row, round_trip == 1, &untouched);
		assert_non_null(changes);
		g_auto(GStrv) lines = g_strsplit(untouched, "\n", -1);
		assert_int_equal(g_strv_length(lines), 2);
		assert_non_null(strstr(lines[0], "2.sql:2:1: no row is there that it changes"));
		assert_non_null(strstr(lines[1], "2.sql:4:1: "));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(effects_of_an_up_on_rows_are_found),
		cmocka_unit_test(it_is_seen_beside_a_round_trip_too),
		cmocka_unit_test(a_statement_that_finds_no_row_is_not_proved),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
