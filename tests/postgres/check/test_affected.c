#include "support.h"

#include "check/writes/affected.h"

#include <string.h>

/* The objects that a change affects: "public.item", by keys "(public.box)"; functions "f()". */
typedef struct {
	const char *change;
	const char *relations;
	const char *functions;
} Row;

static const char schema[] =
    "CREATE TYPE state AS ENUM ('new', 'done');"
    "CREATE TABLE audit (id serial PRIMARY KEY, note text);"
    "CREATE TABLE settings (key text PRIMARY KEY, value int);"
    "CREATE TABLE box (id int PRIMARY KEY, area int);"
    "CREATE TABLE item (id serial PRIMARY KEY, box int REFERENCES box ON DELETE SET NULL, t text, s state);"
    "CREATE TABLE part (id int PRIMARY KEY, item int REFERENCES item ON DELETE CASCADE);"
    "CREATE TABLE plain (id int PRIMARY KEY, audit_id int);"
    "CREATE TABLE run (id int, note text) PARTITION BY LIST (id);"
    "CREATE TABLE run_1 PARTITION OF run FOR VALUES IN (1);"
    "CREATE VIEW notes AS SELECT note FROM audit;"
    "CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM settings;"
    "CREATE FUNCTION put(text) RETURNS void LANGUAGE sql AS $$ INSERT INTO audit (note) VALUES ($1) $$;"
    "CREATE FUNCTION log_item() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM put(NEW.t); RETURN NEW; END $$;"
    "CREATE TRIGGER log_item BEFORE UPDATE ON item FOR EACH ROW EXECUTE FUNCTION log_item();"
    "CREATE FUNCTION lowest() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT min(value) FROM settings); END "
    "$$;"
    "CREATE TABLE job (id serial PRIMARY KEY, rank int DEFAULT lowest());"
    "CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;"
    "CREATE TRIGGER stamp BEFORE INSERT ON part FOR EACH ROW EXECUTE FUNCTION stamp();"
    "CREATE TRIGGER stamp BEFORE INSERT ON run FOR EACH ROW EXECUTE FUNCTION stamp();";

static const Row rows[] = {
	/* By a function that calls another one; what the table's rows go with is by keys. */
	{ "ALTER TABLE audit RENAME note TO text;", "(public.box) public.item", "log_item() put(text)" },
	{ "CREATE OR REPLACE FUNCTION put(text) RETURNS void LANGUAGE sql AS $$ SELECT $$;", "(public.box) public.item",
	  "log_item() put(text)" },
	{ "ALTER TABLE settings ADD more int;", "public.job public.totals", "lowest()" },
	{ "ALTER TABLE box ADD more int;", "", "" },
	{ "ALTER TABLE item ADD more int;", "(public.box)", "" },
	/* A name that is a part of another one. */
	{ "ALTER TABLE plain ADD more int;", "", "" },
	{ "ALTER TYPE state RENAME VALUE 'new' TO 'fresh';", "(public.box) public.item", "" },
	{ "ALTER TABLE part ADD more int;", "(public.box) (public.item)", "" },
	{ "ALTER TABLE run_1 ADD CHECK (note <> '');", "public.run public.run_1", "" },
	/* Nothing that is new. */
	{ "CREATE TABLE more (id int); CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1';", "", "more()" },
	{ "COMMENT ON TABLE plain IS 'audit';", "", "" },
};

/* Dynamic SQL counts on everything. */
static const Row opaque_rows[] = {
	{ "ALTER TABLE plain ADD more int;", "(public.box) public.item", "log_item() put(text)" },
};

static int
compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static char *
join(GPtrArray *list)
{
	g_ptr_array_sort(list, compare);
	g_ptr_array_add(list, NULL);
	return g_strjoinv(" ", (char **)list->pdata);
}

static char *
describe_relations(const CheckAffected *affected)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer key;
	gpointer value;

	g_hash_table_iter_init(&iter, affected->relations);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		const CatalogObject *object = key;
		CheckAffectedWork work = GPOINTER_TO_UINT(value);
		if (work != CHECK_AFFECTED_NOT)
			g_ptr_array_add(list, work == CHECK_AFFECTED_ALL ? g_strdup(object->identity)
			                                                 : g_strdup_printf("(%s)", object->identity));
	}
	return join(list);
}

static char *
describe_functions(const CheckAffected *affected)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < affected->functions->len; i++)
		g_ptr_array_add(list,
		                g_strdup(((const CatalogObject *)g_ptr_array_index(affected->functions, i))->name));
	return join(list);
}

static CatalogSnapshot *
read(DbSession *session)
{
	g_autoptr(GError) error = NULL;
	CatalogSnapshot *snapshot = catalog_snapshot_read(session, NULL, &error);

	support_check(snapshot != NULL, g_steal_pointer(&error), "snapshot");
	return snapshot;
}

static void
run(DbSession *session, const Row *row)
{
	g_autoptr(GHashTable) no_rows = g_hash_table_new(g_str_hash, g_str_equal);
	g_auto(CheckAffected) affected = { 0 };

	support_execute(session, "BEGIN");
	g_autoptr(CatalogSnapshot) before = read(session);
	support_execute(session, row->change);
	g_autoptr(CatalogSnapshot) after = read(session);
	support_execute(session, "ROLLBACK");
	g_autoptr(GArray) differences = catalog_diff(before, after, NULL);
	check_affected_find(after, differences, no_rows, &affected);
	g_autofree char *relations = describe_relations(&affected);
	g_autofree char *functions = describe_functions(&affected);
	if (affected.anything || strcmp(relations, row->relations) != 0 || strcmp(functions, row->functions) != 0)
		fail_msg("%s\nexpected: %s; %s\nfound: %s; %s", row->change, row->relations, row->functions, relations,
		         functions);
}

static void
names_are_followed(void **state)
{
	support_execute(support_session(state), schema);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		run(support_session(state), &rows[i]);
}

static void
dynamic_sql_counts_on_everything(void **state)
{
	support_execute(support_session(state), schema);
	support_execute(support_session(state),
	                "CREATE OR REPLACE FUNCTION put(text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN "
	                "EXECUTE 'INSERT INTO au' || 'dit (note) VALUES ($1)' USING $1; END $$");
	for (size_t i = 0; i < G_N_ELEMENTS(opaque_rows); i++)
		run(support_session(state), &opaque_rows[i]);
}

/* An operator is used without its name being anywhere; a language may be counted on by everything. */
static void
some_changes_have_an_effect_on_anything(void **state)
{
	static const char *const changes[] = {
		"CREATE EXTENSION plpgsql_check",
		"ALTER OPERATOR === (int, int) OWNER TO CURRENT_USER; DROP OPERATOR === (int, int)",
		"CREATE OR REPLACE FUNCTION same(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT false'",
	};
	DbSession *session = support_session(state);

	support_execute(session, "CREATE FUNCTION same(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT true'");
	support_execute(session, "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = same)");
	for (size_t i = 1; i < G_N_ELEMENTS(changes); i++) {
		g_autoptr(GHashTable) no_rows = g_hash_table_new(g_str_hash, g_str_equal);
		g_auto(CheckAffected) affected = { 0 };
		g_autoptr(CatalogSnapshot) before = read(session);
		support_execute(session, "BEGIN");
		support_execute(session, changes[i]);
		g_autoptr(CatalogSnapshot) after = read(session);
		support_execute(session, "ROLLBACK");
		g_autoptr(GArray) differences = catalog_diff(before, after, NULL);
		check_affected_find(after, differences, no_rows, &affected);
		assert_true(affected.anything);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names_are_followed, support_open, support_close),
		cmocka_unit_test_setup_teardown(dynamic_sql_counts_on_everything, support_open, support_close),
		cmocka_unit_test_setup_teardown(some_changes_have_an_effect_on_anything, support_open, support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
