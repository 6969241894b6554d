#include "migration/text/change.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The change in one line: "kind target [alias], column = value, ... FROM list WHERE condition QUERY query"; or NULL. */
static char *
describe(const MigrationChange *change)
{
	static const char *const kinds[] = { "UPDATE", "DELETE", "INSERT" };

	if (change == NULL)
		return NULL;
	GString *text = g_string_new(NULL);
	g_string_append_printf(text, "%s %s [%s]", kinds[change->kind], change->target, change->alias);
	for (guint i = 0; i < change->columns->len; i++) {
		const char *value = i < change->values->len ? g_ptr_array_index(change->values, i) : "?";
		g_string_append_printf(text, ", %s = %s", (const char *)g_ptr_array_index(change->columns, i),
		                       value != NULL ? value : "DEFAULT");
	}
	if (change->from != NULL)
		g_string_append_printf(text, " FROM %s", change->from);
	if (change->condition != NULL)
		g_string_append_printf(text, " WHERE %s", change->condition);
	if (change->query != NULL)
		g_string_append_printf(text, " QUERY %s%s", change->query, change->conflict ? " ON CONFLICT" : "");
	return g_string_free(text, FALSE);
}

static void
reads_the_parts(void **state)
{
	(void)state;
	static const struct {
		const char *sql;
		const char *change;
	} cases[] = {
		{ "UPDATE t SET a = lower(b), \"C\" = DEFAULT", "UPDATE t [t], a = lower(b), C = DEFAULT" },
		{ "update only s.t as x set a = x.b is distinct from x.c, d = 1 from u, v where x.id = u.id returning "
		  "x.id;",
		  "UPDATE only s.t as x [x], a = x.b is distinct from x.c, d = 1 FROM u, v WHERE x.id = u.id" },
		{ "UPDATE t SET a = (SELECT b FROM c WHERE c.id = t.id) WHERE a IS NULL",
		  "UPDATE t [t], a = (SELECT b FROM c WHERE c.id = t.id) WHERE a IS NULL" },
		{ "UPDATE t SET a = ';' -- b = 2\nWHERE c", "UPDATE t [t], a = ';' WHERE c" },
		{ "DELETE FROM s.t", "DELETE s.t [t]" },
		{ "DELETE FROM t x USING u WHERE u.id = x.id", "DELETE t x [x] FROM u WHERE u.id = x.id" },
		{ "INSERT INTO t (a, b) VALUES (1, (SELECT 2)) ON CONFLICT DO NOTHING",
		  "INSERT t [t], a = ?, b = ? QUERY VALUES (1, (SELECT 2)) ON CONFLICT" },
		{ "INSERT INTO t OVERRIDING USER VALUE SELECT a.x FROM a JOIN b ON a.id = b.id RETURNING x",
		  "INSERT t [t] QUERY SELECT a.x FROM a JOIN b ON a.id = b.id" },
		{ "INSERT INTO t DEFAULT VALUES", "INSERT t [t]" },
		/* Too complex, or something else. */
		{ "UPDATE t SET (a, b) = (SELECT 1, 2)", NULL },
		{ "UPDATE t SET a[1] = 2", NULL },
		{ "UPDATE t SET a.b = 2", NULL },
		{ "UPDATE t SET a = 1 WHERE CURRENT OF c", NULL },
		{ "WITH x AS (SELECT 1) DELETE FROM t", NULL },
		{ "DELETE t", NULL },
		{ "UPDATE", NULL },
		{ "UPDATE t SET a =", NULL },
		{ "SELECT 1 FOR UPDATE", NULL },
		{ "UPDATE t SET a = 'x", NULL },
		{ "", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(MigrationChange) change = migration_change_parse(cases[i].sql);
		g_autofree char *found = describe(change);
		if (g_strcmp0(found, cases[i].change) != 0)
			fail_msg("\"%s\" gives \"%s\"", cases[i].sql, found != NULL ? found : "nothing");
	}
}

static void
finds_them_within(void **state)
{
	(void)state;
	static const struct {
		const char *sql;
		const char *first; /* NULL: there is none */
		bool complex;
	} cases[] = {
		{ "DO $$ BEGIN IF x THEN UPDATE t SET a = 1; END IF; END $$", "UPDATE t [t], a = 1", false },
		{ "DO $a$ BEGIN PERFORM 1; DELETE FROM t WHERE b; END $a$", "DELETE t [t] WHERE b", false },
		{ "WITH x AS (DELETE FROM t WHERE b) SELECT 1", "DELETE t [t] WHERE b", false },
		{ "DO $$ BEGIN EXECUTE 'UPDATE t SET a = 1'; END $$", NULL, true },
		{ "MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE", NULL, true },
		{ "DO $$ BEGIN UPDATE t SET (a, b) = (1, 2); END $$", NULL, true },
		/* No statements. */
		{ "DO $$ BEGIN PERFORM FROM t FOR UPDATE; CREATE TRIGGER g BEFORE UPDATE OR DELETE ON t; END $$", NULL,
		  false },
		{ "DO $$ BEGIN ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u ON UPDATE CASCADE ON DELETE CASCADE; END "
		  "$$",
		  NULL, false },
		{ "DO $$ BEGIN INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 1; RAISE 'no update'; END $$",
		  NULL, false },
		{ "DO $$ BEGIN GRANT SELECT, UPDATE ON t TO r; END $$", NULL, false },
		{ "SELECT 'merge', merge FROM t", NULL, false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		bool complex = false;
		g_autoptr(GPtrArray) changes = migration_change_find_within(cases[i].sql, &complex);
		g_autofree char *first = changes->len > 0 ? describe(g_ptr_array_index(changes, 0)) : NULL;
		if (g_strcmp0(first, cases[i].first) != 0 || complex != cases[i].complex)
			fail_msg("\"%s\" gives \"%s\" (%d)", cases[i].sql, first != NULL ? first : "nothing", complex);
	}
}

static void
knows_what_cannot_fail(void **state)
{
	(void)state;
	static const char *const safe[] = { "1",
		                            "'a::int'",
		                            "lower(a) || b::text",
		                            "coalesce(x, now())",
		                            "a IS NULL AND b = 'x'",
		                            "CASE WHEN a THEN 1 ELSE 2 END" };
	static const char *const unsafe[] = { "a::int",     "CAST(a AS int)", "1 / a", "a + 1", "(SELECT b FROM c)",
		                              "to_date(a)", "doc ->> 'n'",    "'x" };

	for (gsize i = 0; i < G_N_ELEMENTS(safe); i++)
		if (!migration_change_is_safe(safe[i]))
			fail_msg("\"%s\" is safe", safe[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(unsafe); i++)
		if (migration_change_is_safe(unsafe[i]))
			fail_msg("\"%s\" is not safe", unsafe[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_parts),
		cmocka_unit_test(finds_them_within),
		cmocka_unit_test(knows_what_cannot_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
