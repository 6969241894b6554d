#include "migration/text/copy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The copy in one line: "source -> target (column = value [name], ...) WHERE condition"; or NULL. */
static char *
describe(const char *sql)
{
	g_autoptr(MigrationCopy) copy = migration_copy_parse(sql);

	if (copy == NULL)
		return NULL;
	GString *text = g_string_new(NULL);
	g_string_append_printf(text, "%s.%s -> %s.%s", copy->source.schema != NULL ? copy->source.schema : "?",
	                       copy->source.name, copy->target.schema != NULL ? copy->target.schema : "?",
	                       copy->target.name);
	for (guint i = 0; i < copy->columns->len; i++) {
		const char *name = g_ptr_array_index(copy->names, i);
		g_string_append_printf(text, ", %s = %s%s", (const char *)g_ptr_array_index(copy->columns, i),
		                       (const char *)g_ptr_array_index(copy->values, i), name != NULL ? " [" : "");
		if (name != NULL)
			g_string_append_printf(text, "%s]", name);
	}
	if (copy->merges)
		g_string_append(text, ", on conflict");
	if (copy->condition != NULL)
		g_string_append_printf(text, " WHERE %s", copy->condition);
	return g_string_free(text, FALSE);
}

static void
reads_what_is_copied(void **state)
{
	(void)state;
	static const struct {
		const char *sql;
		const char *copy;
	} cases[] = {
		{ "INSERT INTO b (x, Y) SELECT id, 'c' FROM a", "?.a -> ?.b, x = id [id], y = 'c'" },
		{ "insert into s.b (x) select t.\"Id\" from \"S\".a as t where t.n > 0 order by t.n;",
		  "S.a -> s.b, x = \"Id\" [Id] WHERE n > 0" },
		{ "INSERT INTO b (x, y) SELECT lower(a.n) AS n, coalesce(a.m, (SELECT max(m) FROM c)) FROM ONLY a",
		  "?.a -> ?.b, x = lower(n), y = coalesce(m, (SELECT max(m) FROM c))" },
		{ "INSERT INTO b (x) SELECT NULL FROM a", "?.a -> ?.b, x = NULL" },
		{ "INSERT INTO b (x) SELECT n FROM a ON CONFLICT DO NOTHING", "?.a -> ?.b, x = n [n], on conflict" },
		{ "INSERT INTO b (x) SELECT n FROM a t WHERE t.n > 0 ON CONFLICT (x) DO UPDATE SET x = 1",
		  "?.a -> ?.b, x = n [n], on conflict WHERE n > 0" },
		/* Rows of these are not rows of one table, or not all of them. */
		{ "INSERT INTO b SELECT * FROM a", NULL },
		{ "INSERT INTO b (x) SELECT DISTINCT n FROM a", NULL },
		{ "INSERT INTO b (x) SELECT n FROM a GROUP BY n", NULL },
		{ "INSERT INTO b (x) SELECT a.n FROM a JOIN c ON c.id = a.id", NULL },
		{ "INSERT INTO b (x) SELECT a.n FROM a, c", NULL },
		{ "INSERT INTO b (x) SELECT n FROM a LIMIT 3", NULL },
		{ "INSERT INTO b (x, y) SELECT n FROM a", NULL },
		{ "INSERT INTO b (x) SELECT n FROM (SELECT 1 AS n) a", NULL },
		{ "INSERT INTO b (x) VALUES (1)", NULL },
		{ "INSERT INTO b (x) SELECT 1", NULL },
		{ "INSERT INTO b (x) SELECT FROM a", NULL },
		{ "INSERT INTO b (x) SELECT 'n FROM a", NULL },
		{ "INSERT INTO", NULL },
		{ "", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *found = describe(cases[i].sql);
		if (g_strcmp0(found, cases[i].copy) != 0)
			fail_msg("\"%s\" gives \"%s\"", cases[i].sql, found != NULL ? found : "nothing");
	}
}

static void
reads_new_names(void **state)
{
	(void)state;
	static const struct {
		const char *sql;
		const char *to; /* NULL: it is no renaming of a table */
	} cases[] = {
		{ "ALTER TABLE a RENAME TO B", "b" },    { "alter table if exists only s.a rename to \"B\";", "B" },
		{ "ALTER TABLE a RENAME x TO y", NULL }, { "ALTER TABLE a RENAME CONSTRAINT x TO y", NULL },
		{ "ALTER INDEX a RENAME TO b", NULL },   { "ALTER TABLE a RENAME TO", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(MigrationRename) rename = migration_rename_parse(cases[i].sql);
		if (g_strcmp0(rename != NULL ? rename->to : NULL, cases[i].to) != 0)
			fail_msg("\"%s\" gives \"%s\"", cases[i].sql, rename != NULL ? rename->to : "nothing");
		if (rename != NULL)
			assert_string_equal(rename->from.name, "a");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_copied),
		cmocka_unit_test(reads_new_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
