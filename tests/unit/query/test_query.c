#include "query/query.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The queries of a file with this text, or the error. */
static GPtrArray *
load_text(const char *text, GError **error)
{
	g_autofree char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "orders.sql", NULL);

	assert_true(g_file_set_contents(path, text, -1, NULL));
	GPtrArray *queries = query_load_file(path, error);
	g_remove(path);
	g_rmdir(folder);
	return queries;
}

static void
test_file(void **state G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray)
	    queries = load_text("-- name: one :many\n-- name: first :one\nSELECT 1;\n\n/* -- name: no */\n"
	                        "  SELECT $2, $1;\n-- name:third\nSELECT 3",
	                        &error);

	if (queries == NULL)
		fail_msg("%s", error->message);
	assert_int_equal(queries->len, 3);
	const Query *first = g_ptr_array_index(queries, 0);
	const Query *second = g_ptr_array_index(queries, 1);
	assert_string_equal(first->name, "first");
	assert_string_equal(first->sql, "SELECT 1");
	assert_string_equal(second->name, "orders:6");
	assert_int_equal(second->n_parameters, 2);
	assert_int_equal(second->position.line, 6);
	assert_int_equal(second->position.column, 3);
	assert_string_equal(((Query *)g_ptr_array_index(queries, 2))->name, "third");
}

/* PgTyped's comments, with parameters that stand for several values. */
static void
test_pgtyped(void **state G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) queries = load_text("/* @name Find\n @param ids -> (...) */\n"
	                                         "SELECT * FROM a WHERE id IN :ids AND b = :b!;\n"
	                                         "/*\n  @name Add\n  @param users -> ((name!, age)...)\n*/\n"
	                                         "INSERT INTO a (n, g) VALUES :users;\n"
	                                         "/* @name Other */ SELECT :x! != 1",
	                                         NULL);

	assert_int_equal(queries->len, 3);
	const Query *find = g_ptr_array_index(queries, 0);
	const Query *add = g_ptr_array_index(queries, 1);
	assert_string_equal(find->name, "Find");
	assert_string_equal(find->sql, "SELECT * FROM a WHERE id IN ($1) AND b = $2");
	assert_int_equal(find->position.line, 3);
	assert_string_equal(add->name, "Add");
	assert_string_equal(add->sql, "INSERT INTO a (n, g) VALUES ($1, $2)");
	assert_int_equal(add->n_parameters, 2);
	assert_string_equal(((const Query *)g_ptr_array_index(queries, 2))->sql, "SELECT $1 != 1");
}

/* Its TypeScript; templates of others, and those that are put together, are left alone. */
static void
test_pgtyped_code(void **state G_GNUC_UNUSED)
{
	static const char head[] = "import { sql } from '@pgtyped/runtime';\n";
	static const char code[] = "export const find = sql<IFindQuery>`\n  SELECT * FROM a WHERE id IN $$ids AND b = "
				   "$b! AND c <> '$5' -- $x\n`;\n"
				   "const add = sql`INSERT INTO a (n, g) VALUES $$users(name!, age) RETURNING id;`;\n"
				   "const one = sql<X<Y>>`INSERT INTO a (n, g) VALUES $user(name, age)`;\n"
				   "const made = sql`SELECT ${columns} FROM a`;\n";
	g_autofree char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "users.ts", NULL);
	g_autofree char *whole = g_strconcat(head, code, NULL);

	assert_true(g_file_set_contents(path, whole, -1, NULL));
	g_autoptr(GPtrArray) queries = query_load_file(path, NULL);
	assert_int_equal(queries->len, 3);
	const Query *find = g_ptr_array_index(queries, 0);
	assert_string_equal(find->name, "find");
	assert_string_equal(find->sql, "SELECT * FROM a WHERE id IN ($1) AND b = $2 AND c <> '$5' -- $x");
	assert_int_equal(find->n_parameters, 2);
	assert_int_equal(find->position.line, 3);
	/* The server complains of "b". */
	assert_int_equal(query_position(find, 38).column, 41);
	const Query *add = g_ptr_array_index(queries, 1);
	assert_string_equal(add->sql, "INSERT INTO a (n, g) VALUES ($1, $2) RETURNING id");
	assert_string_equal(((const Query *)g_ptr_array_index(queries, 2))->sql,
	                    "INSERT INTO a (n, g) VALUES ($1, $2)");
	assert_true(g_file_set_contents(path, code, -1, NULL));
	g_autoptr(GPtrArray) others = query_load_file(path, NULL);
	assert_int_equal(others->len, 0);
	g_remove(path);
	g_rmdir(folder);
}

static GPtrArray *
load_json(const char *text, GError **error)
{
	g_autofree char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "query-0a1b2c3d4e5f.json", NULL);

	assert_true(g_file_set_contents(path, text, -1, NULL));
	GPtrArray *queries = query_load_file(path, error);
	g_remove(path);
	g_rmdir(folder);
	return queries;
}

/* The output of "cargo sqlx prepare". */
static void
test_sqlx(void **state G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) queries = load_json(
	    "{\n  \"db_name\": \"PostgreSQL\",\n  \"query\": \"SELECT id\\nFROM a WHERE b = $1\"\n}\n", NULL);

	const Query *query = g_ptr_array_index(queries, 0);
	assert_string_equal(query->name, "query-0a1b2c3d");
	assert_string_equal(query->sql, "SELECT id\nFROM a WHERE b = $1");
	assert_int_equal(query->position.line, 3);
	g_autoptr(GError) none = NULL;
	assert_null(load_json("{ \"hash\": \"x\" }", &none));
	assert_non_null(strstr(none->message, "has no \"query\""));
	g_autoptr(GError) bad = NULL;
	assert_null(load_json("{ ", &bad));
	assert_non_null(strstr(bad->message, "is no JSON"));
}

static void
test_alone(void **state G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) queries = load_text("SELECT 1;\n", NULL);

	assert_string_equal(((Query *)g_ptr_array_index(queries, 0))->name, "orders");
}

static void
test_parameters(void **state G_GNUC_UNUSED)
{
	static const struct {
		const char *sql;
		const char *numbered;
		guint count;
	} rows[] = {
		{ "SELECT @a, @b, @A", "SELECT $1, $2, $1", 2 },
		{ "SELECT :a::int, x[1:n], '::b :c', y @> z", "SELECT $1::int, x[1:n], '::b :c', y @> z", 1 },
		{ "SELECT sqlc.arg(a), sqlc.narg('b'), @c", "SELECT $1, $2, $3", 3 },
		{ "SELECT a @@ b, @ -5, a->:k", "SELECT a @@ b, @ -5, a->:k", 0 },
		{ "SELECT $1, /* @x */ $3", "SELECT $1, /* @x */ $3", 3 },
		{ "SELECT sqlc.embed(t), sqlc.slice('x')", "SELECT t.*, $1", 1 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Query) query = query_new("q", rows[i].sql, (SourcePosition){ "suite.yaml", 3, 4 }, &error);
		if (query == NULL)
			fail_msg("%s: %s", rows[i].sql, error->message);
		assert_string_equal(query->sql, rows[i].numbered);
		assert_int_equal(query->n_parameters, rows[i].count);
	}
}

/* Behind a name that became a number, places are still those of the file. */
static void
test_places(void **state G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) queries = load_text("SELECT @a_long_name,\n  nothing", NULL);
	const Query *query = g_ptr_array_index(queries, 0);

	assert_string_equal(query->sql, "SELECT $1,\n  nothing");
	SourcePosition position = query_position(query, 14);
	assert_int_equal(position.line, 2);
	assert_int_equal(position.column, 3);
	g_autofree char *shown = query_show(query, 14);
	assert_non_null(strstr(shown, "2 |   nothing\n"));
}

static void
test_bad(void **state G_GNUC_UNUSED)
{
	static const struct {
		const char *sql;
		const char *message;
	} rows[] = {
		{ "SELECT 1; SELECT 2", "suite.yaml:3:4: the query must be one statement, not 2" },
		{ "-- nothing", "suite.yaml:3:4: the query must be one statement, not 0" },
		{ "SELECT 'a", "suite.yaml:3:4: the query cannot be read: unterminated string" },
		{ "SELECT $1, @a", "suite.yaml:3:4: the query has parameters with numbers and with names" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Query) query = query_new("q", rows[i].sql, (SourcePosition){ "suite.yaml", 3, 4 }, &error);
		assert_null(query);
		if (!g_str_has_prefix(error->message, rows[i].message))
			fail_msg("%s: %s", rows[i].sql, error->message);
	}
	g_autoptr(GError) error = NULL;
	assert_null(load_text("SELECT 1;\nSELECT @a, $1", &error));
	assert_non_null(strstr(error->message, "orders.sql:2:1: the query \"orders:2\" has parameters"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),         cmocka_unit_test(test_alone), cmocka_unit_test(test_pgtyped),
		cmocka_unit_test(test_pgtyped_code), cmocka_unit_test(test_sqlx),  cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_places),       cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
