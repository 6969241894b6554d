/* The contents of a snapshot, the objects that it leaves out, and that reading it leaves no trace. */
#include "../support.h"

#include "base/error.h"
#include "catalog/diff.h"

static CatalogSnapshot *
read_snapshot(DbSession *session, const CatalogExclusions *exclusions)
{
	GError *error = NULL;
	CatalogSnapshot *snapshot = catalog_snapshot_read(session, exclusions, &error);

	support_check(snapshot != NULL, error, "catalog_snapshot_read");
	return snapshot;
}

static char *
fingerprint_of(DbSession *session)
{
	g_autoptr(CatalogSnapshot) snapshot = read_snapshot(session, NULL);

	return catalog_snapshot_fingerprint(snapshot);
}

static char *
query_value(DbSession *session, const char *sql)
{
	GError *error = NULL;
	char *value = db_session_query_value(session, &error, sql, NULL);

	support_check(value != NULL, error, sql);
	return value;
}

static void
assert_value(DbSession *session, const char *sql, const char *expected)
{
	g_autofree char *value = query_value(session, sql);

	assert_string_equal(value, expected);
}

static void
assert_attribute(const CatalogObject *object, const char *name, const char *value)
{
	assert_non_null(object);
	const CatalogAttribute *attribute = catalog_object_attribute(object, name);
	if (attribute == NULL)
		fail_msg("%s has no %s", object->identity, name);
	assert_string_equal(attribute->value, value);
}

/* --- Reading ------------------------------------------------------------- */

static void
an_empty_database_has_its_schema_only(void **state)
{
	SupportDatabase *database = *state;
	g_autoptr(CatalogSnapshot) snapshot = read_snapshot(database->session, NULL);

	assert_int_equal(catalog_snapshot_size(snapshot), 1);
	const CatalogObject *object = catalog_snapshot_object(snapshot, 0);
	assert_int_equal(object->class_id, CATALOG_SCHEMA);
	assert_string_equal(object->identity, "public");
	assert_null(object->schema);
	assert_null(object->relation);
	assert_int_equal(object->n_attributes, 0);
}

static void
objects_are_sorted_and_found(void **state)
{
	SupportDatabase *database = *state;
	guint count;

	support_execute(database->session, "CREATE TABLE b (z integer, \"A\" integer); CREATE TABLE a (z integer);"
	                                   "CREATE SCHEMA s; CREATE TABLE s.a (x integer, y integer);"
	                                   "CREATE VIEW s.v AS SELECT 1 AS one");
	g_autoptr(CatalogSnapshot) snapshot = read_snapshot(database->session, NULL);
	guint first = catalog_snapshot_range(snapshot, CATALOG_COLUMN, NULL, NULL, &count);
	static const char *const columns[] = { "public.a.z", "public.b.\"A\"", "public.b.z", "s.a.x", "s.a.y" };
	assert_int_equal(count, G_N_ELEMENTS(columns));
	for (guint i = 0; i < count; i++)
		assert_string_equal(catalog_snapshot_object(snapshot, first + i)->identity, columns[i]);

	first = catalog_snapshot_range(snapshot, CATALOG_COLUMN, "public", NULL, &count);
	assert_int_equal(count, 3);
	assert_string_equal(catalog_snapshot_object(snapshot, first)->identity, "public.a.z");
	first = catalog_snapshot_range(snapshot, CATALOG_COLUMN, "s", "a", &count);
	assert_int_equal(count, 2);
	assert_string_equal(catalog_snapshot_object(snapshot, first)->identity, "s.a.x");
	catalog_snapshot_range(snapshot, CATALOG_COLUMN, "s", "b", &count);
	assert_int_equal(count, 0);
	catalog_snapshot_range(snapshot, CATALOG_SCHEMA, NULL, NULL, &count);
	assert_int_equal(count, 2);

	assert_attribute(catalog_snapshot_find(snapshot, CATALOG_COLUMN, "public", "b", "A"), "position", "2");
	assert_non_null(catalog_snapshot_find(snapshot, CATALOG_VIEW, "s", NULL, "v"));
	assert_non_null(catalog_snapshot_find(snapshot, CATALOG_SCHEMA, NULL, NULL, "s"));
	assert_null(catalog_snapshot_find(snapshot, CATALOG_TABLE, "s", NULL, "v"));
	assert_null(catalog_snapshot_find(snapshot, CATALOG_COLUMN, "public", "b", "a"));
	assert_null(catalog_object_attribute(catalog_snapshot_object(snapshot, 0), "nothing"));
}

static void
odd_names_and_texts_are_kept(void **state)
{
	SupportDatabase *database = *state;

	support_execute(
	    database->session,
	    "CREATE SCHEMA \"Odd.Schema\";"
	    "CREATE TABLE \"Odd.Schema\".\"a\"\"b\" (\"the Id\" serial PRIMARY KEY, \"gr\xc3\xbc\xc3\x9f"
	    "e\" text"
	    " DEFAULT E'two\nlines \"''\\\\', \"select\" integer, CONSTRAINT \"a b.c\" CHECK (\"select\" > 1));"
	    "CREATE TABLE \"Odd.Schema\".child (\"User\" integer, back integer CONSTRAINT up"
	    "  REFERENCES \"Odd.Schema\".\"a\"\"b\");"
	    "CREATE INDEX i ON \"Odd.Schema\".child (\"User\", back) ;"
	    "CREATE INDEX j ON \"Odd.Schema\".\"a\"\"b\" (\"the Id\" DESC, \"select\") INCLUDE (\"the Id\");"
	    "CREATE FUNCTION \"Odd.Schema\".\"F(x)\"(a \"Odd.Schema\".\"a\"\"b\") RETURNS text LANGUAGE sql AS "
	    "$$SELECT '"
	    "\xf0\x9f\x90\x98\n'$$");
	g_autoptr(CatalogSnapshot) snapshot = read_snapshot(database->session, NULL);
	const CatalogObject *column = catalog_snapshot_find(snapshot, CATALOG_COLUMN, "Odd.Schema", "a\"b",
	                                                    "gr\xc3\xbc\xc3\x9f"
	                                                    "e");
	assert_attribute(column, "default", "'two\nlines \"''\\'::text");
	assert_string_equal(column->identity, "\"Odd.Schema\".\"a\"\"b\".\"gr\xc3\xbc\xc3\x9f"
	                                      "e\"");
	assert_attribute(catalog_snapshot_find(snapshot, CATALOG_SEQUENCE, "Odd.Schema", NULL, "a\"b_the Id_seq"),
	                 "owned_by", "\"Odd.Schema\".\"a\"\"b\".\"the Id\"");
	assert_attribute(catalog_snapshot_find(snapshot, CATALOG_CHECK, "Odd.Schema", "a\"b", "a b.c"), "expression",
	                 "(\"select\" > 1)");
	assert_attribute(catalog_snapshot_find(snapshot, CATALOG_FOREIGN_KEY, "Odd.Schema", "child", "up"),
	                 "references", "\"Odd.Schema\".\"a\"\"b\"(\"the Id\")");
	assert_attribute(catalog_snapshot_find(snapshot, CATALOG_INDEX, "Odd.Schema", "child", "i"), "columns",
	                 "[\"User\",\"back\"]");
	const CatalogObject *index = catalog_snapshot_find(snapshot, CATALOG_INDEX, "Odd.Schema", "a\"b", "j");
	assert_attribute(index, "columns", "[\"\\\"the Id\\\" DESC\",\"select\"]");
	assert_attribute(index, "include", "[\"the Id\"]");
	const CatalogObject *function = catalog_snapshot_find(snapshot, CATALOG_FUNCTION, "Odd.Schema", NULL,
	                                                      "F(x)(\"Odd.Schema\".\"a\"\"b\")");
	assert_attribute(function, "body", "SELECT '\xf0\x9f\x90\x98\n'");
	assert_string_equal(function->identity, "\"Odd.Schema\".\"F(x)\"(\"Odd.Schema\".\"a\"\"b\")");
}

/* --- Excluded objects ------------------------------------------------------------ */

static void
members_of_extensions_are_left_out(void **state)
{
	SupportDatabase *database = *state;

	support_execute(
	    database->session,
	    "CREATE EXTENSION hstore;"
	    "CREATE SCHEMA s; CREATE TYPE s.e AS ENUM ('a'); CREATE TABLE s.t (id serial PRIMARY KEY, a text UNIQUE,"
	    " b integer CHECK (b > 0) REFERENCES s.t); CREATE INDEX ON s.t (b);"
	    "CREATE VIEW s.v AS SELECT 1 AS one; CREATE POLICY p ON s.t USING (true);"
	    "CREATE FUNCTION s.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';"
	    "CREATE TRIGGER g AFTER INSERT ON s.t EXECUTE FUNCTION s.f();"
	    "ALTER EXTENSION hstore ADD SCHEMA s; ALTER EXTENSION hstore ADD TYPE s.e;"
	    "ALTER EXTENSION hstore ADD TABLE s.t; ALTER EXTENSION hstore ADD VIEW s.v;"
	    "ALTER EXTENSION hstore ADD SEQUENCE s.t_id_seq; ALTER EXTENSION hstore ADD FUNCTION s.f()");
	g_autoptr(CatalogSnapshot) snapshot = read_snapshot(database->session, NULL);

	assert_int_equal(catalog_snapshot_size(snapshot), 2);
	const CatalogObject *extension = catalog_snapshot_object(snapshot, 1);
	assert_string_equal(extension->identity, "hstore");
	assert_attribute(extension, "schema", "public");
	assert_non_null(catalog_object_attribute(extension, "version"));
}

static void
exclusions_take_all_that_belongs_to_them(void **state)
{
	SupportDatabase *database = *state;
	const char *const tables[] = { "public.history", "\"Odd.S\".\"H\"", NULL };
	const char *const schemas[] = { "tool", NULL };
	const CatalogExclusions exclusions = { .tables = tables, .schemas = schemas };

	support_execute(database->session,
	                "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';"
	                "CREATE TABLE history (id serial PRIMARY KEY, n integer GENERATED ALWAYS AS IDENTITY UNIQUE, "
	                " a integer CHECK (a > 0) REFERENCES history);"
	                "CREATE INDEX ON history (a); CREATE POLICY p ON history USING (true);"
	                "CREATE TRIGGER g AFTER INSERT ON history EXECUTE FUNCTION f();"
	                "CREATE SCHEMA \"Odd.S\"; CREATE TABLE \"Odd.S\".\"H\" (id serial);"
	                "CREATE SCHEMA tool; CREATE TABLE tool.t (id serial); CREATE TYPE tool.e AS ENUM ('a');"
	                "CREATE TABLE history_2 (id serial)");
	g_autoptr(CatalogSnapshot) snapshot = read_snapshot(database->session, &exclusions);
	g_autoptr(GString) seen = g_string_new(NULL);
	for (guint i = 0; i < catalog_snapshot_size(snapshot); i++)
		g_string_append_printf(seen, "%s ", catalog_snapshot_object(snapshot, i)->identity);
	assert_string_equal(seen->str, "\"Odd.S\" public public.history_2_id_seq public.f() public.history_2 "
	                               "public.history_2.id ");
}

static void
an_exclusion_without_schema_is_refused(void **state)
{
	SupportDatabase *database = *state;
	const char *const tables[] = { "history", NULL };
	const CatalogExclusions exclusions = { .tables = tables };
	g_autoptr(GError) error = NULL;

	assert_null(catalog_snapshot_read(database->session, &exclusions, &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_INPUT));
	assert_non_null(strstr(error->message, "\"history\""));
	assert_int_equal(db_session_transaction_state(database->session), DB_TRANSACTION_IDLE);
}

/* --- No trace ------------------------------------------------------------ */

static const char settings_query[] =
    "SELECT string_agg(name || '=' || setting, ';' ORDER BY name) FROM pg_catalog.pg_settings"
    " WHERE name NOT LIKE 'transaction%'";

static void
settings_and_transaction_stay_as_they_were(void **state)
{
	SupportDatabase *database = *state;
	DbSession *session = database->session;

	support_execute(session,
	                "SET search_path = pg_catalog, public; SET DateStyle = 'German'; SET TimeZone = 'Asia/Tokyo';"
	                "SET quote_all_identifiers = on; SET bytea_output = 'escape'; SET extra_float_digits = 0;"
	                "SET IntervalStyle = 'iso_8601'; SET work_mem = '1MB'; SET client_encoding = 'LATIN1'");
	g_autofree char *before = query_value(session, settings_query);
	g_autofree char *fingerprint = fingerprint_of(session);
	assert_non_null(fingerprint);
	g_autofree char *after = query_value(session, settings_query);
	assert_string_equal(after, before);
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_IDLE);

	support_execute(session, "BEGIN; SET LOCAL statement_timeout = '1h'; CREATE TABLE public.t (id integer)");
	g_autofree char *inside_before = query_value(session, settings_query);
	g_autoptr(CatalogSnapshot) snapshot = read_snapshot(session, NULL);
	g_autofree char *inside_after = query_value(session, settings_query);
	assert_string_equal(inside_after, inside_before);
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_OPEN);
	assert_non_null(catalog_snapshot_find(snapshot, CATALOG_TABLE, "public", NULL, "t"));
	support_execute(session, "COMMIT");
	assert_value(session, "SELECT count(*) FROM public.t", "0");
}

static void
settings_of_the_session_do_not_show(void **state)
{
	SupportDatabase *database = *state;
	DbSession *session = database->session;

	support_execute(
	    session, "CREATE TABLE t (a timestamptz DEFAULT '2024-01-02 03:04:05+00', b interval DEFAULT '1 day 2 s',"
		     " c bytea DEFAULT '\\x00ff', d date DEFAULT '2024-01-02', e float8 DEFAULT 0.1::float4,"
		     " f text DEFAULT 'a\\b', g money DEFAULT 1.5::money)");
	g_autofree char *before = fingerprint_of(session);
	support_execute(session,
	                "SET search_path = public; SET DateStyle = 'German'; SET TimeZone = 'Asia/Tokyo';"
	                "SET quote_all_identifiers = on; SET bytea_output = 'escape'; SET extra_float_digits = -5;"
	                "SET IntervalStyle = 'iso_8601'; SET standard_conforming_strings = off");
	g_autofree char *after = fingerprint_of(session);
	assert_string_equal(after, before);
}

/* A table with a check that the server cannot open any more, so that it cannot deparse the check. */
static const char broken_table[] = "CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0))";
static const char break_it[] = "DELETE FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'a'";

static void
a_failure_leaves_an_idle_session_idle(void **state)
{
	SupportDatabase *database = *state;
	DbSession *session = database->session;
	g_autoptr(GError) error = NULL;

	support_execute(session, broken_table);
	support_execute(session, break_it);
	assert_null(catalog_snapshot_read(session, NULL, &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_DATABASE));
	assert_true(g_str_has_prefix(error->message, "could not read the catalog: "));
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_IDLE);
	support_execute(session, "DELETE FROM pg_constraint WHERE conname = 'c'");
	g_autoptr(CatalogSnapshot) snapshot = read_snapshot(session, NULL);
	assert_non_null(catalog_snapshot_find(snapshot, CATALOG_TABLE, "public", NULL, "t"));
}

static void
a_failure_leaves_an_open_transaction_open(void **state)
{
	SupportDatabase *database = *state;
	DbSession *session = database->session;
	g_autoptr(GError) error = NULL;

	support_execute(session, broken_table);
	support_execute(session, "BEGIN; SET LOCAL DateStyle = 'German'; CREATE TABLE u ()");
	support_execute(session, break_it);
	assert_null(catalog_snapshot_read(session, NULL, &error));
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_OPEN);
	assert_value(session, "SELECT count(*) FROM pg_class WHERE relname = 'u'", "1");
	assert_value(session, "SELECT current_setting('DateStyle')", "German, DMY");
	/* Ours is gone: a savepoint of that name is not there any more. */
	g_clear_error(&error);
	assert_false(db_session_execute(session, "ROLLBACK TO SAVEPOINT pgassay_snapshot", &error));
	support_execute(session, "ROLLBACK");
}

static void
a_failed_transaction_is_refused(void **state)
{
	SupportDatabase *database = *state;
	DbSession *session = database->session;
	g_autoptr(GError) error = NULL;

	support_execute(session, "BEGIN");
	assert_false(db_session_execute(session, "SELECT 1/0", NULL));
	assert_null(catalog_snapshot_read(session, NULL, &error));
	assert_non_null(strstr(error->message, "transaction that has failed"));
	assert_non_null(strstr(error->message, "hint: "));
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_FAILED);
	support_execute(session, "ROLLBACK");
}

/* --- The same schema, however it was made -------------------------------- */

static void
an_unchanged_database_has_an_unchanged_fingerprint(void **state)
{
	SupportDatabase *database = *state;

	support_execute(database->session, "CREATE TABLE t (id serial PRIMARY KEY, a text)");
	g_autofree char *first = fingerprint_of(database->session);
	support_execute(database->session, "INSERT INTO t (a) VALUES ('x'); ANALYZE");
	support_execute(database->session, "VACUUM FULL t");
	g_autofree char *second = fingerprint_of(database->session);
	assert_string_equal(first, second);
	assert_int_equal(strlen(first), 64);
	support_execute(database->session, "ALTER TABLE t ALTER a SET NOT NULL");
	g_autofree char *third = fingerprint_of(database->session);
	assert_string_not_equal(first, third);
}

static void
the_order_of_creation_does_not_matter(void **state)
{
	SupportDatabase *database = *state;
	g_autoptr(SupportDatabase) other = support_database(NULL);

	support_execute(
	    database->session,
	    "CREATE TABLE a (id integer PRIMARY KEY, x integer, y integer);"
	    "CREATE TABLE b (id integer REFERENCES a); CREATE INDEX i ON a (x); CREATE INDEX j ON a (y);"
	    "CREATE FUNCTION f() RETURNS integer LANGUAGE sql SET work_mem = '1MB' SET jit = off AS 'SELECT 1';"
	    "ALTER TABLE a SET (fillfactor = 50); ALTER TABLE a SET (autovacuum_enabled = off)");
	support_execute(
	    other->session,
	    "CREATE FUNCTION f() RETURNS integer LANGUAGE sql SET jit = off SET work_mem = '1MB' AS 'SELECT 1';"
	    "CREATE TABLE b (gone integer, id integer); ALTER TABLE b DROP gone;"
	    "CREATE TABLE a (id integer, x integer, y integer);"
	    "CREATE INDEX j ON a (y); CREATE INDEX i ON a (x); ALTER TABLE a ADD PRIMARY KEY (id);"
	    "ALTER TABLE b ADD FOREIGN KEY (id) REFERENCES a;"
	    "ALTER TABLE a SET (autovacuum_enabled = off); ALTER TABLE a SET (fillfactor = 50)");
	g_autoptr(CatalogSnapshot) here = read_snapshot(database->session, NULL);
	g_autoptr(CatalogSnapshot) there = read_snapshot(other->session, NULL);
	g_autoptr(GArray) differences = catalog_diff(here, there, NULL);
	g_autofree char *described = catalog_diff_describe(differences, 10);
	assert_string_equal(described, "");
	g_autofree char *first = catalog_snapshot_fingerprint(here);
	g_autofree char *second = catalog_snapshot_fingerprint(there);
	assert_string_equal(first, second);
}

/* A partition's copies of foreign keys and triggers are listed once each, the same in all versions. */
static void
partitions_list_their_own_objects(void **state)
{
	SupportDatabase *database = *state;
	guint count;

	support_execute(database->session,
	                "CREATE TABLE p (id integer PRIMARY KEY) PARTITION BY RANGE (id);"
	                "CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM (0) TO (10);"
	                "CREATE TABLE p_2 PARTITION OF p FOR VALUES FROM (10) TO (20);"
	                "CREATE TABLE c (id integer, p_id integer CONSTRAINT c_p REFERENCES p) PARTITION BY LIST (id);"
	                "CREATE TABLE c_1 PARTITION OF c FOR VALUES IN (1);"
	                "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';"
	                "CREATE TRIGGER g AFTER INSERT ON c FOR EACH ROW EXECUTE FUNCTION f();"
	                "CREATE INDEX i ON c (p_id)");
	g_autoptr(CatalogSnapshot) snapshot = read_snapshot(database->session, NULL);
	guint first = catalog_snapshot_range(snapshot, CATALOG_FOREIGN_KEY, NULL, NULL, &count);
	assert_int_equal(count, 2);
	assert_string_equal(catalog_snapshot_object(snapshot, first)->relation, "c");
	assert_string_equal(catalog_snapshot_object(snapshot, first + 1)->relation, "c_1");
	assert_attribute(catalog_snapshot_object(snapshot, first + 1), "references", "public.p(id)");
	catalog_snapshot_range(snapshot, CATALOG_TRIGGER, NULL, NULL, &count);
	assert_int_equal(count, 2);
	catalog_snapshot_range(snapshot, CATALOG_INDEX, NULL, NULL, &count);
	assert_int_equal(count, 2);
	catalog_snapshot_range(snapshot, CATALOG_PRIMARY_KEY, NULL, NULL, &count);
	assert_int_equal(count, 3);
	assert_attribute(catalog_snapshot_find(snapshot, CATALOG_TABLE, "public", NULL, "p_1"), "partition_of",
	                 "public.p");
}

/* --- Differences --------------------------------------------------------- */

static void
positions_can_be_ignored(void **state)
{
	SupportDatabase *database = *state;
	const CatalogDiffOptions options = { .ignore_column_position = true };

	support_execute(database->session, "CREATE TABLE t (a integer, b integer)");
	g_autoptr(CatalogSnapshot) before = read_snapshot(database->session, NULL);
	support_execute(database->session, "ALTER TABLE t DROP a; ALTER TABLE t ADD a integer");
	g_autoptr(CatalogSnapshot) after = read_snapshot(database->session, NULL);
	g_autoptr(GArray) strict = catalog_diff(before, after, NULL);
	g_autoptr(GArray) loose = catalog_diff(before, after, &options);
	assert_int_equal(strict->len, 2);
	assert_int_equal(loose->len, 0);
	g_autofree char *one = catalog_diff_describe(strict, 1);
	assert_string_equal(one, "column \"public.t.a\": position was 1, is 2\n... and 1 more");
	const CatalogDifference *difference = &g_array_index(strict, CatalogDifference, 0);
	assert_int_equal(difference->kind, CATALOG_CHANGED);
	assert_string_equal(difference->expected_attribute->value, "1");
	assert_string_equal(difference->found_attribute->value, "2");
}

/* Compares a restored dump with the snapshot: objects that pg_dump and the snapshot both know are the same. */
static void
a_restored_dump_is_the_same(void **state)
{
	SupportDatabase *database = *state;

	/* An older pg_dump refuses a newer server. skip() does not come back, so nothing may be owned yet. */
	if (db_session_server_version(database->session) >= 160000)
		skip();
	g_autofree char *dump = g_find_program_in_path("pg_dump");
	assert_non_null(dump);
	support_execute(
	    database->session,
	    "CREATE SCHEMA kb; CREATE TYPE kb.e AS ENUM ('b', 'a'); CREATE TABLE kb.t (id bigserial PRIMARY KEY,"
	    " e kb.e DEFAULT 'a', x integer GENERATED ALWAYS AS (1 + 1) STORED, y text COLLATE \"C\" UNIQUE);"
	    "ALTER TABLE kb.t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON kb.t FOR SELECT USING (id > 1);"
	    "CREATE INDEX i ON kb.t USING btree (lower(y) DESC, e) WHERE id > 5;"
	    "CREATE FUNCTION kb.f(a integer DEFAULT 3) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN\n END $$;"
	    "CREATE VIEW kb.v AS SELECT id, e FROM kb.t; CREATE MATERIALIZED VIEW kb.m AS SELECT * FROM kb.v;"
	    "CREATE TABLE kb.r (id integer GENERATED BY DEFAULT AS IDENTITY, t bigint REFERENCES kb.t ON DELETE "
	    "CASCADE);");
	g_autoptr(SupportDatabase) other = support_database(NULL);
	const char *describe = db_endpoint_describe(scratch_server_endpoint(support_server()));
	g_autofree char *conninfo = g_strdup_printf("%s dbname=%s", describe,
	                                            scratch_database_name(database->database));
	char *arguments[] = { dump, (char *)"--schema-only", (char *)"--no-owner", (char *)"--dbname", conninfo, NULL };
	g_autofree char *sql = NULL;
	int status = -1;
	assert_true(
	    g_spawn_sync(NULL, arguments, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &sql, NULL, &status, NULL));
	assert_int_equal(status, 0);
	/* Lines that begin with a backslash are for psql. */
	g_auto(GStrv) lines = g_strsplit(sql, "\n", -1);
	for (char **line = lines; *line != NULL; line++)
		if ((*line)[0] == '\\')
			(*line)[0] = '\0';
	g_autofree char *script = g_strjoinv("\n", lines);
	support_execute(other->session, script);
	g_autoptr(CatalogSnapshot) here = read_snapshot(database->session, NULL);
	g_autoptr(CatalogSnapshot) there = read_snapshot(other->session, NULL);
	g_autoptr(GArray) differences = catalog_diff(here, there, NULL);
	g_autofree char *described = catalog_diff_describe(differences, 20);
	assert_string_equal(described, "view \"kb.m\": populated was true, is false");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_empty_database_has_its_schema_only),
		TEST(objects_are_sorted_and_found),
		TEST(odd_names_and_texts_are_kept),
		TEST(members_of_extensions_are_left_out),
		TEST(exclusions_take_all_that_belongs_to_them),
		TEST(an_exclusion_without_schema_is_refused),
		TEST(settings_and_transaction_stay_as_they_were),
		TEST(settings_of_the_session_do_not_show),
		TEST(a_failure_leaves_an_idle_session_idle),
		TEST(a_failure_leaves_an_open_transaction_open),
		TEST(a_failed_transaction_is_refused),
		TEST(an_unchanged_database_has_an_unchanged_fingerprint),
		TEST(the_order_of_creation_does_not_matter),
		TEST(partitions_list_their_own_objects),
		TEST(positions_can_be_ignored),
		TEST(a_restored_dump_is_the_same),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
