/* Filling: types, constraints, the ways around what refuses rows. */
#include "support_fill.h"

/* --- Types ---------------------------------------------------------------- */

static const char *const types[] = {
	"smallint",     "int",
	"bigint",       "real",
	"float8",       "numeric",
	"numeric(5,2)", "numeric(3,3)",
	"numeric(2,0)", "money",
	"bool",         "text",
	"varchar",      "varchar(3)",
	"char(5)",      "name",
	"\"char\"",     "bytea",
	"date",         "time",
	"timetz",       "timestamp",
	"timestamp(0)", "timestamptz",
	"interval",     "interval day to second(2)",
	"uuid",         "json",
	"jsonb",        "jsonpath",
	"inet",         "cidr",
	"macaddr",      "macaddr8",
	"bit",          "bit(4)",
	"varbit(6)",    "xml",
	"tsvector",     "tsquery",
	"point",        "box",
	"circle",       "polygon",
	"path",         "lseg",
	"line",         "int4range",
	"int8range",    "numrange",
	"daterange",    "tsrange",
	"tstzrange",    "oid",
	"regclass",     "pg_lsn",
	"mood",         "pair",
	"email",        "small",
	"frange",       "int[]",
	"text[]",       "varchar(3)[]",
	"mood[]",       "pair[]",
	"small[]",      "daterange[]",
};

static const char types_setup[] =
    "CREATE TYPE mood AS ENUM ('sad', 'so so', 'it''s glad');"
    "CREATE TYPE pair AS (a int, b text);"
    "CREATE TYPE frange AS RANGE (subtype = float8);"
    "CREATE DOMAIN email AS text NOT NULL CHECK (VALUE ~ '^[a-z0-9.]+@[a-z]+\\.[a-z]{2,}$');"
    "CREATE DOMAIN positive AS int CHECK (VALUE > 0);"
    "CREATE DOMAIN small AS positive CHECK (VALUE < 10);";

/* Every type, where NULL may be and where it may not. */
static void
all_types_have_values(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, types_setup);
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		/* A build of PostgreSQL without libxml has no values of its type. */
		if (strcmp(types[i], "xml") == 0 && !db_session_execute(session, "SELECT '<a/>'::xml", NULL))
			continue;
		g_autofree char *sql = g_strdup_printf("CREATE TABLE t%zu (nullable %s, required %s NOT NULL)", i,
		                                       types[i], types[i]);
		support_execute(session, sql);
	}
	fill_everything(session);
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		bool may_be_null = strcmp(types[i], "email") != 0;
		/* Only the empty ones: '{}' of an array whose elements have to pass a check, 'empty' of one's own
		 * range. */
		bool has_many = strcmp(types[i], "frange") != 0 && strcmp(types[i], "small[]") != 0;
		if (strcmp(types[i], "xml") == 0 && !db_session_execute(session, "SELECT '<a/>'::xml", NULL))
			continue;
		g_autofree char *sql = g_strdup_printf(
		    "SELECT (count(*) = %d)::text || ' ' || (count(nullable) < %d)::text || ' ' ||"
		    " (count(DISTINCT required::text) > 1)::text || ' ' ||"
		    " (count(DISTINCT required::text) < %d)::text FROM t%zu",
		    N_ROWS, N_ROWS, N_ROWS, i);
		g_autofree char *expected = g_strdup_printf("true %s %s true", may_be_null ? "true" : "false",
		                                            has_many ? "true" : "false");
		assert_value(session, sql, expected);
	}
}

static void
limits_of_types_are_reached(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, types_setup);
	support_execute(session,
	                "CREATE TABLE t (a int, b text, c float8, d timestamptz, e mood, f jsonb, g text[], h bool,"
	                " i bigint DEFAULT 4711, j varchar(5))");
	fill_everything(session);
	assert_value(session, "SELECT min(a) || ' ' || max(a) FROM t", "-2147483648 2147483647");
	assert_value(session, "SELECT count(*) > 0 AND count(*) < 4 FROM t WHERE b = ''", "t");
	assert_value(session,
	             "SELECT max(length(b)) > 400 AND bool_or(b ~ '東京') AND bool_or(b ~ '[''\"\\\\]') FROM t", "t");
	assert_value(session, "SELECT bool_or(c = 'NaN') AND bool_or(c = 'Infinity') FROM t", "t");
	assert_value(session, "SELECT bool_or(d = 'infinity') AND bool_or(d = '1970-01-01 00:00:00+00') FROM t", "t");
	assert_value(session, "SELECT count(DISTINCT e) FROM t", "3");
	assert_value(session, "SELECT bool_or(f = '{}') AND bool_or(f = '[]') FROM t", "t");
	assert_value(session, "SELECT bool_or(g = '{}') AND bool_or(array_position(g, NULL) > 0) FROM t", "t");
	assert_value(session, "SELECT bool_or(h) AND bool_or(NOT h) AND bool_or(h IS NULL) FROM t", "t");
	assert_value(session, "SELECT bool_or(i = 4711) FROM t", "t");
	assert_value(session, "SELECT max(length(j)) FROM t", "5");
	/* A unique index would find duplicates. */
	assert_value(session, "SELECT count(*) > count(DISTINCT (a, b)) FROM t", "t");
}

/* --- Constraints ------------------------------------------------------------ */

/* Each has to get rows, half of N_ROWS at least, or `few`. */
static const struct {
	const char *sql;
	guint few;
} tables[] = {
	{ "a int NOT NULL CHECK (a BETWEEN 1000000 AND 1000010)", 0 },
	{ "a int NOT NULL CHECK (a % 7 = 0)", 0 },
	{ "a text NOT NULL CHECK (a IN ('x', 'y'))", 0 },
	{ "a text NOT NULL CHECK (a = ANY ('{left,right}'))", 0 },
	{ "a varchar(10) NOT NULL CHECK (a ~ '^[A-Z]{3}$')", 0 },
	{ "a text NOT NULL UNIQUE CHECK (a ~ '^[a-z][a-z0-9_]*$')", 0 },
	{ "a text NOT NULL UNIQUE CHECK (a ~ '^https?://')", 0 },
	{ "a text NOT NULL UNIQUE CHECK (a LIKE 'foo%bar')", 0 },
	{ "a text NOT NULL UNIQUE CHECK (char_length(a) = 12)", 0 },
	{ "a text NOT NULL CHECK (a <> '' AND btrim(a) = a AND lower(a) = a)", 0 },
	{ "a text NOT NULL CHECK (a SIMILAR TO '(foo|bar)[0-9]+')", 0 },
	{ "a jsonb NOT NULL CHECK (jsonb_typeof(a) = 'object' AND a ? 'name')", 0 },
	{ "a jsonb NOT NULL CHECK (jsonb_typeof(a -> 'list') = 'array')", 0 },
	{ "a jsonb NOT NULL CHECK (jsonb_typeof(a) = 'string')", 0 },
	{ "a text[] NOT NULL CHECK (cardinality(a) BETWEEN 1 AND 3)", 0 },
	{ "a numeric(4,3) NOT NULL CHECK (a > 0.25 AND a < 0.75)", 0 },
	{ "a date NOT NULL CHECK (a >= '2031-05-05' AND a < '2031-06-01')", 0 },
	{ "a timestamptz NOT NULL, b timestamptz NOT NULL CHECK (b >= a), CHECK (b > a)", 0 },
	{ "a text NOT NULL CHECK (a IN ('open', 'closed')), b timestamptz, CHECK ((a = 'closed') = (b IS NOT NULL))",
	  0 },
	{ "a int, b int, CHECK ((a IS NULL) <> (b IS NULL))", 0 },
	{ "a int NOT NULL, b int NOT NULL, CHECK (b BETWEEN a + 5 AND a * 2)", 0 },
	{ "a int NOT NULL, b int NOT NULL, c int NOT NULL, d int NOT NULL,"
	  " CHECK (a >= 0 AND b BETWEEN 0 AND a AND c >= 0 AND d >= 0 AND c + d <= b)",
	  0 },
	{ "a int NOT NULL, b int NOT NULL, c int GENERATED ALWAYS AS (a + b) STORED, CHECK (a >= 0 AND b >= a)", 0 },
	{ "a int PRIMARY KEY, b text UNIQUE, c date UNIQUE, d char(2) UNIQUE, e numeric(3,1) UNIQUE, f uuid UNIQUE",
	  0 },
	{ "a bool, b int, PRIMARY KEY (a, b)", 0 },
	{ "a bool, b bool, UNIQUE (a, b)", 4 },
	{ "a bool PRIMARY KEY", 2 },
	{ "a int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, b text", 0 },
	{ "a int4range NOT NULL, EXCLUDE USING gist (a WITH &&)", 0 },
	{ "a serial PRIMARY KEY, b int GENERATED BY DEFAULT AS IDENTITY, c int GENERATED ALWAYS AS (b * 2) STORED", 0 },
	{ "a int GENERATED ALWAYS AS IDENTITY", 0 },
	{ "", 0 },
	{ "id serial PRIMARY KEY, parent int REFERENCES %t", 0 },
	{ "id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, root int NOT NULL REFERENCES %t", 0 },
	{ "id uuid PRIMARY KEY, root uuid NOT NULL REFERENCES %t", 0 },
	{ "id int, tenant int, parent int, PRIMARY KEY (id, tenant), FOREIGN KEY (parent, tenant) REFERENCES %t", 0 },
	{ "a int REFERENCES target_a, b text NOT NULL REFERENCES target_b (b), UNIQUE (a, b)", 0 },
	{ "a int NOT NULL UNIQUE REFERENCES target_a", 0 },
	{ "a int, b text, FOREIGN KEY (a, b) REFERENCES target_c MATCH FULL", 0 },
	{ "a int NOT NULL, b text NOT NULL, c int NOT NULL, FOREIGN KEY (a, b) REFERENCES target_c,"
	  " FOREIGN KEY (a) REFERENCES target_a, CHECK (c > a OR c <= a)",
	  0 },
	{ "a bytea NOT NULL UNIQUE CHECK (octet_length(a) = 32)", 0 },
};

static void
constraints_are_kept(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session,
	                "CREATE TABLE target_a (a int PRIMARY KEY); CREATE TABLE target_b (a int, b text UNIQUE);"
	                "CREATE TABLE target_c (a int REFERENCES target_a, b text, PRIMARY KEY (a, b))");
	for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_autoptr(GString) sql = g_string_new(tables[i].sql);
		g_autofree char *name = g_strdup_printf("t%zu", i);
		g_string_replace(sql, "%t", name, 0);
		g_autofree char *create = g_strdup_printf("CREATE TABLE %s (%s)", name, sql->str);
		support_execute(session, create);
	}
	fill_everything(session);
	for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_autofree char *count = g_strdup_printf("SELECT count(*) FROM t%zu", i);
		g_autofree char *value = db_session_query_value(session, NULL, count, NULL);
		guint64 found = g_ascii_strtoull(value, NULL, 10);
		if (found < (tables[i].few > 0 ? tables[i].few : N_ROWS / 2))
			fail_msg("\"%s\" got %s rows", tables[i].sql, value);
	}
	assert_value(session, "SELECT count(parent) > 5 AND count(*) > count(parent) FROM t32", "t");
	/* A sequence that rows were numbered by goes on after them. */
	support_execute(session, "INSERT INTO t33 (root) SELECT min(id) FROM t33; INSERT INTO t32 DEFAULT VALUES");
}

static void
indexes_with_expressions_and_predicates_are_kept(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, "CREATE TABLE t (a text NOT NULL, b int NOT NULL, c bool NOT NULL, d text);"
	                         "CREATE UNIQUE INDEX ON t (lower(a)); CREATE UNIQUE INDEX ON t (b) WHERE c;"
	                         "CREATE INDEX ON t ((b + 1)); CREATE INDEX ON t ((1 / (b - b + 1)))");
	if (db_session_server_version(session) >= 150000)
		support_execute(session, "CREATE UNIQUE INDEX ON t (d) NULLS NOT DISTINCT");
	fill_everything(session);
	assert_value(session, "SELECT count(*) >= 10 FROM t", "t");
}

/* --- Circles, partitions, triggers -------------------------------------------- */

static void
circles_are_filled(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session,
	                "CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY,"
	                " a int NOT NULL REFERENCES a); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;"
	                "CREATE TABLE c (id int PRIMARY KEY, d int NOT NULL); CREATE TABLE d (id int PRIMARY KEY,"
	                " c int NOT NULL REFERENCES c); ALTER TABLE c ADD CONSTRAINT \"c d\" FOREIGN KEY (d)"
	                " REFERENCES d DEFERRABLE INITIALLY DEFERRED");
	fill_everything(session);
	assert_value(session, "SELECT count(b) > 10 FROM a", "t");
	assert_value(session,
	             "SELECT (SELECT count(*) FROM a) || ' ' || (SELECT count(*) FROM b) || ' ' ||"
	             " (SELECT count(*) FROM c) || ' ' || (SELECT count(*) FROM d)",
	             "20 20 20 20");
}

static void
partitions_are_filled(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, "CREATE TABLE p (k int NOT NULL, at date NOT NULL, PRIMARY KEY (k, at))"
	                         " PARTITION BY RANGE (at);"
	                         "CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM ('2033-01-01') TO ('2033-02-01');"
	                         "CREATE TABLE p_rest PARTITION OF p DEFAULT;"
	                         "CREATE TABLE h (k int) PARTITION BY HASH (k);"
	                         "CREATE TABLE h_0 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
	                         "CREATE TABLE h_1 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 1);"
	                         "CREATE TABLE l (k text) PARTITION BY LIST (k);"
	                         "CREATE TABLE l_a PARTITION OF l FOR VALUES IN ('abc', NULL);"
	                         "CREATE TABLE refers (k int, at date, FOREIGN KEY (k, at) REFERENCES p);"
	                         "CREATE TABLE parent (a int); CREATE TABLE child (b int NOT NULL) INHERITS (parent)");
	fill_everything(session);
	assert_value(session, "SELECT count(*) >= 10 FROM p_1", "t");
	assert_value(session, "SELECT count(*) FROM refers WHERE k IS NOT NULL", "16");
	assert_value(session, "SELECT count(*) FROM ONLY parent", "20");
}

static void
triggers_fire_and_do_not_stand_in_the_way(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(
	    session,
	    "CREATE SCHEMA app; CREATE TABLE app.log (a text NOT NULL); CREATE TABLE app.source (a int NOT NULL);"
	    "CREATE FUNCTION app.note() RETURNS trigger LANGUAGE plpgsql AS"
	    " $$ BEGIN INSERT INTO log VALUES ('by trigger'); RETURN NEW; END $$;"
	    "CREATE TRIGGER note AFTER INSERT ON app.source FOR EACH ROW EXECUTE FUNCTION app.note();"
	    "CREATE TABLE refusing (a int NOT NULL);"
	    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
	    " $$ BEGIN RAISE EXCEPTION 'no rows here'; END $$;"
	    "CREATE TRIGGER refuse BEFORE INSERT ON refusing FOR EACH ROW EXECUTE FUNCTION refuse();"
	    "CREATE TABLE swallowing (a int NOT NULL);"
	    "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;"
	    "CREATE TRIGGER swallow BEFORE INSERT ON swallowing FOR EACH ROW EXECUTE FUNCTION swallow();"
	    "CREATE TABLE positive (a int NOT NULL);"
	    "CREATE FUNCTION only_positive() RETURNS trigger LANGUAGE plpgsql AS"
	    " $$ BEGIN IF NEW.a <= 0 THEN RAISE EXCEPTION 'not positive'; END IF; RETURN NEW; END $$;"
	    "CREATE TRIGGER only_positive BEFORE INSERT ON positive FOR EACH ROW EXECUTE FUNCTION"
	    " only_positive();"
	    "CREATE TABLE ruled (a int NOT NULL); CREATE RULE r AS ON INSERT TO ruled DO ALSO NOTHING");
	fill_everything(session);
	assert_value(session, "SELECT count(*) FROM app.log WHERE a = 'by trigger'", "20");
	assert_value(session, "SELECT bool_and(a > 0) AND count(*) >= 3 FROM positive", "t");
	assert_value(session, "SHOW session_replication_role", "origin");
	assert_value(session, "SHOW search_path", "\"$user\", public");
}

/* Rows that no trigger has seen are no secret. */
static void
rows_without_triggers_are_reported(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session,
	                "CREATE TABLE refusing (a int NOT NULL);"
	                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
	                " $$ BEGIN RAISE EXCEPTION 'no rows here'; END $$;"
	                "CREATE TRIGGER refuse BEFORE INSERT ON refusing FOR EACH ROW EXECUTE FUNCTION refuse();"
	                "CREATE TABLE seen (a int NOT NULL);"
	                "CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;"
	                "CREATE TRIGGER see BEFORE INSERT ON seen FOR EACH ROW EXECUTE FUNCTION see()");
	g_autoptr(GPtrArray) unfilled = fill(session, NULL);
	assert_int_equal(unfilled->len, 1);
	const RowsUnfilled *table = g_ptr_array_index(unfilled, 0);
	assert_string_equal(table->table, "public.refusing");
	assert_true(table->without_triggers);
	assert_non_null(strstr(table->reason, "no rows here"));
	assert_value(session, "SELECT count(*) > 0 FROM refusing", "t");
}

/* Objects that triggers create for the new rows are noticed; filling itself does not change the catalog. */
static void
triggers_that_make_tables_are_noticed(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	GError *error = NULL;
	gint64 before = 0;
	gint64 after = 0;

	support_execute(session,
	                "CREATE TABLE plain (id serial PRIMARY KEY, a text UNIQUE, b jsonb CHECK (b IS NOT NULL))");
	support_execute(session, "BEGIN");
	support_check(rows_fill_count_catalog(session, &before, &error), error, "rows_fill_count_catalog");
	fill_everything(session);
	support_check(rows_fill_count_catalog(session, &after, &error), error, "rows_fill_count_catalog");
	assert_int_equal(before, after);
	support_execute(session, "COMMIT");
	support_execute(session,
	                "CREATE TABLE p (id int PRIMARY KEY);"
	                "CREATE FUNCTION split() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
	                " EXECUTE format('CREATE SEQUENCE IF NOT EXISTS public.s_%s', abs(NEW.id)); RETURN NEW; END $$;"
	                "CREATE TRIGGER split AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION split()");
	support_execute(session, "BEGIN");
	support_check(rows_fill_count_catalog(session, &before, &error), error, "rows_fill_count_catalog");
	fill_everything(session);
	support_check(rows_fill_count_catalog(session, &after, &error), error, "rows_fill_count_catalog");
	assert_true(after > before);
	support_execute(session, "COMMIT");
}

/* Rows satisfy the conditions of a migration's statements; its new values and other statements have no effect. */
static void
conditions_of_statements_find_rows(void **state)
{
	static const char *const statements[] = {
		("-- who pays\nUPDATE party SET vip = true, note = 'set by hand' WHERE kind = 'org' AND since < "
		 "'2019-05-04'"),
		"/* old */ DELETE FROM Party WHERE Size > 98765 OR id = '11111111-2222-3333-4444-555555555555'",
		"CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM party WHERE kind = 'never' $$",
		"DELETE FROM other WHERE kind = 'elsewhere'",
	};
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autoptr(RowsFilled) filled = rows_filled_new();
	GError *error = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(statements); i++)
		rows_filled_add_hint(filled, statements[i]);
	support_execute(session,
	                "CREATE TABLE party (kind varchar(20) NOT NULL, vip bool, note text, size smallint, since date,"
	                " big int, id uuid); CREATE TABLE plain (kind text)");
	support_check(rows_fill(session, NULL, N_ROWS, filled, NULL, &error), error, "rows_fill");
	assert_value(session, "SELECT bool_or(kind = 'org') AND bool_or(since = '2019-05-04') FROM party", "t");
	assert_value(session, "SELECT bool_or(id = '11111111-2222-3333-4444-555555555555') FROM party", "t");
	assert_value(session, "SELECT bool_or(kind = 'never' OR kind = 'elsewhere' OR note = 'set by hand') FROM party",
	             "f");
	assert_value(session, "SELECT bool_or(kind = 'org') FROM plain", "f");
}

/* A column that a statement unpacks as a JSON array holds one; a column with an array below a key, or that no
 * statement unpacks, does not. */
static void
arrays_are_where_they_are_unpacked(void **state)
{
	static const char *const statements[] = {
		"INSERT INTO line SELECT o.id, i ->> 'name' FROM orders o, jsonb_array_elements(o.items) i",
		"CREATE MATERIALIZED VIEW n AS SELECT sum(json_array_length(coalesce(Tags, '[]'))) FROM orders",
		"UPDATE orders SET note = 'x' WHERE jsonb_array_length(data -> 'list') > 0",
	};
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autoptr(RowsFilled) filled = rows_filled_new();
	GError *error = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(statements); i++)
		rows_filled_add_hint(filled, statements[i]);
	support_execute(session,
	                "CREATE TABLE orders (id int, items jsonb UNIQUE, tags json NOT NULL, data jsonb NOT NULL,"
	                " note text); CREATE TABLE plain (items jsonb NOT NULL)");
	support_check(rows_fill(session, NULL, N_ROWS, filled, NULL, &error), error, "rows_fill");
	assert_value(session, "SELECT bool_and(jsonb_typeof(items) = 'array') FROM orders", "t");
	assert_value(session, "SELECT count(DISTINCT items) > 3 FROM orders", "t");
	assert_value(session, "SELECT bool_and(json_typeof(tags) = 'array') FROM orders", "t");
	assert_value(session, "SELECT bool_or(json_array_length(tags) > 0) FROM orders", "t");
	assert_value(session, "SELECT bool_or(jsonb_typeof(data) = 'object') FROM orders", "t");
	assert_value(session, "SELECT bool_or(jsonb_typeof(items) = 'object') FROM plain", "t");
}

/* Ids leave room for more, names differ in more than capital letters, and numbers have all their digits. */
static void
values_are_such_as_somebody_has(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session,
	                "CREATE TABLE t (id int PRIMARY KEY, b bigint UNIQUE, login text UNIQUE, rate numeric(12,6),"
	                " price numeric NOT NULL, share numeric(4,4) NOT NULL, at timestamptz NOT NULL)");
	fill_everything(session);
	assert_value(session, "SELECT max(id) < 1000 AND max(b) < 1000 AND min(id) >= -1 FROM t", "t");
	assert_value(session, "SELECT count(DISTINCT lower(login)) = count(login) FROM t", "t");
	assert_value(session, "SELECT bool_or(rate <> round(rate, 5) AND abs(rate) < 100) FROM t", "t");
	assert_value(session, "SELECT bool_or(price <> round(price, 5) AND abs(price) < 100) FROM t", "t");
	assert_value(session, "SELECT bool_or(share <> round(share, 3) AND abs(share) < 0.9) FROM t", "t");
	assert_value(session, "SELECT bool_or(at::text ~ '[0-9]{6}') FROM t", "t");
}

static void
unfilled_tables_have_a_reason(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	static const char *const expected[][2] = {
		{ "public.impossible", "violates check constraint \"impossible_a_check\"" },
		{ "public.needs",
		  "\"public\".\"impossible\", which the foreign key \"needs_a_fkey\" points to, has no rows" },
		{ "public.ring_a", "violates foreign key constraint" },
		{ "public.ring_b", "has no rows" },
		{ "public.typed", "no value is known for the type" },
	};

	support_execute(session,
	                "CREATE TABLE impossible (a int PRIMARY KEY CHECK (a > 5 AND a < 5));"
	                "CREATE TABLE needs (a int NOT NULL REFERENCES impossible);"
	                "CREATE TABLE ring_a (id int PRIMARY KEY, b int NOT NULL);"
	                "CREATE TABLE ring_b (id int PRIMARY KEY, a int NOT NULL REFERENCES ring_a);"
	                "ALTER TABLE ring_a ADD FOREIGN KEY (b) REFERENCES ring_b;"
	                "CREATE TYPE refusing; CREATE FUNCTION refusing_in(cstring) RETURNS refusing LANGUAGE internal"
	                " IMMUTABLE STRICT AS 'aclitemin';"
	                "CREATE FUNCTION refusing_out(refusing) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT"
	                " AS 'aclitemout';"
	                "CREATE TYPE refusing (INPUT = refusing_in, OUTPUT = refusing_out, LIKE = aclitem);"
	                "CREATE TABLE typed (a refusing NOT NULL); CREATE TABLE fine (a refusing)");
	g_autoptr(GPtrArray) unfilled = fill(session, NULL);
	assert_int_equal(unfilled->len, G_N_ELEMENTS(expected));
	for (guint i = 0; i < unfilled->len; i++) {
		const RowsUnfilled *table = g_ptr_array_index(unfilled, i);
		assert_string_equal(table->table, expected[i][0]);
		if (strstr(table->reason, expected[i][1]) == NULL)
			fail_msg("the reason of %s is \"%s\"", table->table, table->reason);
	}
}

/* A down that copies one of them into the other would else restore what the up has taken. */
static void
unique_columns_of_a_row_differ(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(
	    session, "CREATE TABLE t (a text UNIQUE, b text UNIQUE, c varchar(20) UNIQUE, n int UNIQUE, m int UNIQUE)");
	fill_everything(session);
	assert_value(session, "SELECT count(*) > 3 FROM t WHERE a <> b", "t");
	assert_value(session, "SELECT count(*) FROM t WHERE a = b OR b = c OR n = m", "0");
}

/* A label that the transaction has added cannot be used before it is committed. */
static void
new_labels_are_no_obstacle(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, "CREATE TYPE mood AS ENUM ('sad')");
	support_execute(session, "BEGIN; ALTER TYPE mood ADD VALUE 'glad'; CREATE TABLE t (a mood NOT NULL)");
	fill_everything(session);
	support_execute(session, "COMMIT");
	assert_value(session, "SELECT count(*) > 0 AND bool_and(a = 'sad') FROM t", "t");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_types_have_values, support_open, support_close),
		cmocka_unit_test_setup_teardown(limits_of_types_are_reached, support_open, support_close),
		cmocka_unit_test_setup_teardown(constraints_are_kept, support_open, support_close),
		cmocka_unit_test_setup_teardown(indexes_with_expressions_and_predicates_are_kept, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(circles_are_filled, support_open, support_close),
		cmocka_unit_test_setup_teardown(partitions_are_filled, support_open, support_close),
		cmocka_unit_test_setup_teardown(triggers_fire_and_do_not_stand_in_the_way, support_open, support_close),
		cmocka_unit_test_setup_teardown(rows_without_triggers_are_reported, support_open, support_close),
		cmocka_unit_test_setup_teardown(triggers_that_make_tables_are_noticed, support_open, support_close),
		cmocka_unit_test_setup_teardown(values_are_such_as_somebody_has, support_open, support_close),
		cmocka_unit_test_setup_teardown(conditions_of_statements_find_rows, support_open, support_close),
		cmocka_unit_test_setup_teardown(arrays_are_where_they_are_unpacked, support_open, support_close),
		cmocka_unit_test_setup_teardown(unfilled_tables_have_a_reason, support_open, support_close),
		cmocka_unit_test_setup_teardown(unique_columns_of_a_row_differ, support_open, support_close),
		cmocka_unit_test_setup_teardown(new_labels_are_no_obstacle, support_open, support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
