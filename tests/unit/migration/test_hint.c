#include "migration/runner/hint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
	const char *sqlstate;
	const char *message;
	const char *text; /* of the source, from the place on; or NULL */
	const char *hint; /* a part of it; NULL: there is none */
} Row;

static void
check(const Row *row)
{
	const DbDiagnostic diagnostic = { .severity = "ERROR", .sqlstate = row->sqlstate, .message = row->message };
	g_autofree char *hint = migration_hint_find(&diagnostic, row->text);

	if (row->hint == NULL ? hint != NULL : hint == NULL || strstr(hint, row->hint) == NULL)
		fail_msg("%s: the hint is: %s", row->message, hint != NULL ? hint : "(none)");
}

static void
objects_of_an_extension_name_it(void **state)
{
	static const Row rows[] = {
		{ "42704", "type \"citext\" does not exist", NULL, "extension \"citext\"" },
		{ "42704", "type \"extensions.vector\" does not exist", NULL, "extension \"vector\"" },
		{ "42704", "type \"order_state\" does not exist", NULL, NULL },
		{ "42704", "type \"integr\" does not exist", NULL, "did you mean \"integer\"?" },
		{ "42883", "function uuid_generate_v4() does not exist", NULL, "extension \"uuid-ossp\"" },
		{ "42883", "function public.gen_salt(unknown, integer) does not exist", NULL,
		  "extension \"pgcrypto\"" },
		{ "42883", "function touch() does not exist", NULL, NULL },
		{ "42704", "operator class \"gin_trgm_ops\" does not exist for access method \"gin\"", NULL,
		  "extension \"pg_trgm\"" },
		{ "42704", "operator class \"vector_cosine_ops\" does not exist for access method \"ivfflat\"", NULL,
		  "extension \"vector\"" },
		{ "42704", "data type integer has no default operator class for access method \"gin\"", NULL,
		  "CREATE EXTENSION \"btree_gin\"" },
		{ "42704", "operator class \"int4_ops\" does not exist for access method \"gist\"", NULL,
		  "CREATE EXTENSION \"btree_gist\"" },
		{ "42704", "operator class \"text_pattern_opss\" does not exist for access method \"btree\"", NULL,
		  NULL },
		{ "42704", "data type point has no default operator class for access method \"btree\"", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		check(&rows[i]);
}

static void
a_role_is_made_by_the_suite(void **state)
{
	const Row row = { "42704", "role \"app\" does not exist", NULL, "\"server: { roles: [app] }\"" };

	(void)state;
	check(&row);
}

static void
unsupported_syntax_is_named(void **state)
{
	static const Row rows[] = {
		{ "42601", "syntax error at or near \":\"", ":SCHEMA.orders (id int);",
		  "\":SCHEMA\" is a variable of psql" },
		{ "42601", "syntax error at or near \":\"", ":'owner';", "\":owner\" is a variable of psql" },
		{ "42601", "syntax error at or near \":\"", ":1", NULL },
		{ "42601", "syntax error at or near \":\"", ": x", NULL },
		{ "42601", "syntax error at or near \"\\\"", "\\restrict abc\n", "remove both lines" },
		{ "42601", "syntax error at or near \"\\\"", "\\set x 1\n", "a command of psql" },
		{ "42601", "syntax error at or near \"{\"", "{{ .Schema }}", "format: command" },
		{ "42601", "syntax error at or near \"TABEL\"", "TABEL t", NULL },
		{ "42601", "syntax error at end of input", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		check(&rows[i]);
}

static void
a_dump_empties_the_search_path(void **state)
{
	(void)state;
	assert_true(migration_hint_empties_path("SELECT pg_catalog.set_config('search_path', '', false);"));
	assert_true(migration_hint_empties_path("SET x = 1;\nset search_path to '';\n"));
	assert_false(migration_hint_empties_path("SELECT pg_catalog.set_config('search_path', '', true);"));
	assert_false(migration_hint_empties_path("CREATE FUNCTION f() ... SET search_path = '' AS $$"));
	assert_false(migration_hint_empties_path("SET search_path = shop;"));
}

static void
a_text_adds_a_label(void **state)
{
	(void)state;
	assert_true(migration_hint_adds_label("alter type mood\n add value IF NOT EXISTS 'ok';"));
	assert_false(migration_hint_adds_label("ALTER TYPE mood RENAME VALUE 'a' TO 'b';"));
	assert_false(migration_hint_adds_label("ALTER TYPE mood OWNER TO a; ALTER TABLE t ADD value text;"));
}

static void
features_of_a_newer_server_name_its_version(void **state)
{
	static const struct {
		const char *sqlstate;
		const char *message;
		const char *text;
		int version;
		const char *hint; /* NULL: there is none */
	} rows[] = {
		{ "42883", "function uuidv7() does not exist", NULL, 150018,
		  "\"uuidv7\" came with PostgreSQL 18, and this server is 15" },
		{ "42883", "function uuidv7() does not exist", NULL, 180001, NULL },
		{ "42883", "function pg_catalog.date_bin(unknown) does not exist", NULL, 130001, "PostgreSQL 14" },
		{ "42883", "function touch() does not exist", NULL, 130001, NULL },
		{ "42704", "type \"int4multirange\" does not exist", NULL, 130001, "PostgreSQL 14" },
		{ "22023", "unrecognized parameter \"security_invoker\"", NULL, 140001, "server: { version: 15 }" },
		{ "22023", "unrecognized parameter \"fillfacto\"", NULL, 140001, NULL },
		{ "42601", "syntax error at or near \"NULLS\"", "NULLS\n NOT  DISTINCT)", 140001,
		  "\"NULLS NOT DISTINCT\"" },
		{ "42601", "syntax error at or near \"NULLS\"", "NULLS LAST", 140001, NULL },
		{ "42601", "syntax error at or near \"VIRTUAL\"", "VIRTUAL);", 170001, "postgresql-18" },
		{ "42601", "syntax error at or near \"TABEL\"", "TABEL x", 130001, NULL },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const DbDiagnostic diagnostic = { .severity = "ERROR",
			                          .sqlstate = rows[i].sqlstate,
			                          .message = rows[i].message };
		g_autofree char *hint = migration_hint_find_newer(&diagnostic, rows[i].text, rows[i].version);
		if (rows[i].hint == NULL ? hint != NULL : hint == NULL || strstr(hint, rows[i].hint) == NULL)
			fail_msg("%s: the hint is: %s", rows[i].message, hint != NULL ? hint : "(none)");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_of_an_extension_name_it),
		cmocka_unit_test(a_role_is_made_by_the_suite),
		cmocka_unit_test(unsupported_syntax_is_named),
		cmocka_unit_test(a_text_adds_a_label),
		cmocka_unit_test(features_of_a_newer_server_name_its_version),
		cmocka_unit_test(a_dump_empties_the_search_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
