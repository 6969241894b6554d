#include "check/changes/chance.h"
#include "check/changes/nulls.h"
#include "check/changes/pick.h"
#include "check/changes/update.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
	const char *sql;
	const char
	    *parts; /* table|alias|column=expression,...|from|where; NULL: it is no UPDATE that can be taken apart */
} cases[] = {
	{ "UPDATE t SET a = 1", "t|t|a=1||" },
	{ "update only Shop.\"Orders\" * as o set A = b.x, (c, d) = (1, 2), \"E\" = f(1, 2) from b where b.id = o.id;",
	  "Orders|o|a=b.x,E=f(1, 2)|b|b.id = o.id" },
	{ "UPDATE t x SET a = (SELECT y FROM z WHERE true) WHERE a IS DISTINCT FROM 1 RETURNING *",
	  "t|x|a=(SELECT y FROM z WHERE true)||a IS DISTINCT FROM 1" },
	{ "UPDATE t SET a = x IS DISTINCT FROM y FROM b, c JOIN d ON true",
	  "t|t|a=x IS DISTINCT FROM y|b, c JOIN d ON true|" },
	{ "UPDATE t SET a = ', FROM b', b[1] = 2 -- FROM c\n", "t|t|a=', FROM b'||" },
	{ "UPDATE t SET a = 'x", NULL },
	{ "UPDATE t SET a = (1", NULL },
	{ "WITH w AS (SELECT 1) UPDATE t SET a = 1", NULL },
	{ "INSERT INTO t SELECT 1", NULL },
	{ "UPDATE", NULL },
};

static void
an_update_is_taken_apart(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(CheckUpdate) update = { 0 };
		g_autoptr(GString) found = g_string_new(NULL);
		if (check_update_parse(cases[i].sql, &update) != (cases[i].parts != NULL))
			fail_msg("%s", cases[i].sql);
		if (cases[i].parts == NULL)
			continue;
		g_string_append_printf(found, "%s|%s|", update.table, update.alias);
		for (guint j = 0; update.columns[j] != NULL; j++)
			g_string_append_printf(found, "%s%s=%s", j > 0 ? "," : "", update.columns[j],
			                       update.expressions[j]);
		g_string_append_printf(found, "|%s|%s", update.from != NULL ? update.from : "",
		                       update.where != NULL ? update.where : "");
		assert_string_equal(found->str, cases[i].parts);
	}
}

/* Which questions are asked before it. */
static const struct {
	const char *sql;
	bool chance;
	bool pick;
	bool nulls;
} questions[] = {
	{ "UPDATE t SET a = 1", false, false, false },
	{ "UPDATE t SET a = b.x FROM b", true, false, false },
	{ "UPDATE t SET a = (SELECT x FROM b LIMIT 1)", false, true, false },
	{ "UPDATE t SET a = coalesce((SELECT x FROM b WHERE b.id = t.id LIMIT 1), 0)", false, true, false },
	{ "UPDATE t SET a = (SELECT x FROM b ORDER BY x LIMIT 1)", false, false, false },
	{ "UPDATE t SET a = (SELECT x FROM (SELECT x FROM b LIMIT 5) y WHERE y.x = t.x)", false, false, false },
	{ "UPDATE t SET a = (SELECT max(x) FROM b)", false, false, false },
	{ "UPDATE t SET a = 'LIMIT' || b", false, false, true },
	{ "UPDATE t SET a = CASE WHEN b THEN c || d END", false, false, false },
	{ "UPDATE t SET a = nullif(b || c, '')", false, false, false },
	{ "UPDATE t SET n = n + 1", false, false, false },
	{ "UPDATE t SET n = n + more", false, false, true },
	{ "UPDATE t SET n = upper(n)", false, false, false },
	{ "UPDATE t SET j = jsonb_set(j, '{a}', to_jsonb(b))", false, false, true },
};

static void
what_is_asked_before_it(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(questions); i++) {
		g_auto(CheckUpdate) update = { 0 };
		assert_true(check_update_parse(questions[i].sql, &update));
		if (check_chance_suspects(&update) != questions[i].chance ||
		    check_pick_suspects(&update) != questions[i].pick ||
		    check_nulls_suspects(&update) != questions[i].nulls)
			fail_msg("%s", questions[i].sql);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_update_is_taken_apart),
		cmocka_unit_test(what_is_asked_before_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
