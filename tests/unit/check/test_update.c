#include "check/changes/chance.h"
#include "check/changes/division.h"
#include "check/changes/flag.h"
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
	{ "UPDATE t SET n = a + b", false, false, true },
	{ "UPDATE t SET n = j -> 'a' ->> 'b'", false, false, false },
	{ "UPDATE t SET n = '+' /* a - b */", false, false, false },
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

/* Divisions of whole numbers, and flags that are set from a time. */
static const struct {
	const char *sql;
	bool division;
	bool flag;
} values[] = {
	{ "UPDATE t SET a = b / 100", true, false },
	{ "UPDATE t SET a = trunc(b / 100)", false, false },
	{ "UPDATE t SET a = b % 100 + c / 2", false, false },
	{ "UPDATE t SET a = 'b / c'", false, false },
	{ "UPDATE t SET is_active = deactivated_at IS NOT NULL", false, true },
	{ "UPDATE t SET is_active = (t.deactivated_at IS NULL)", false, false },
	{ "UPDATE t SET is_active = activated_at IS NULL", false, true },
	{ "UPDATE t SET is_active = activated_at IS NOT NULL", false, false },
	{ "UPDATE t SET \"archived\" = ( \"archived_at\" is null )", false, true },
	{ "UPDATE t SET visible = hidden_on IS NOT NULL", false, true },
	{ "UPDATE t SET is_disabled = enabled_at IS NOT NULL", false, true },
	{ "UPDATE t SET is_open = published_at IS NULL", false, false },
	{ "UPDATE t SET is_new = deleted_at IS NOT NULL", false, false },
	{ "UPDATE t SET is_active = deactivated_at IS NOT NULL AND b", false, false },
	{ "ALTER TABLE IF EXISTS ONLY s.t ALTER COLUMN a SET DATA TYPE numeric(10,2) USING (a / 100), ADD b int", true,
	  false },
	{ "ALTER TABLE t ALTER a TYPE numeric USING a / 100.0;", true, false },
	{ "ALTER TABLE t ALTER a TYPE numeric, ALTER b TYPE text USING b::text", false, false },
};

static void
what_a_value_loses_is_asked_before_it(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
		g_auto(CheckUpdate) update = { 0 };
		bool parsed = check_update_parse(values[i].sql, &update) ||
		              check_update_parse_using(values[i].sql, &update);
		if ((parsed && check_division_suspects(&update)) != values[i].division ||
		    (parsed && check_flag_suspects(&update)) != values[i].flag)
			fail_msg("%s", values[i].sql);
	}
}

static void
a_column_of_another_type_is_taken_apart(void **state)
{
	static const char sql[] =
	    "ALTER TABLE s.\"T\" ALTER COLUMN \"A\" TYPE numeric(10,2) USING f(\"A\", 1), ADD b int";
	g_auto(CheckUpdate) update = { 0 };

	(void)state;
	assert_true(check_update_parse_using(sql, &update));
	assert_string_equal(update.target, "s.\"T\"");
	assert_string_equal(update.alias, "\"T\"");
	assert_string_equal(update.columns[0], "A");
	assert_string_equal(update.expressions[0], "f(\"A\", 1)");
	assert_string_equal(update.type, "numeric(10,2)");
	g_auto(CheckUpdate) other = { 0 };
	assert_false(check_update_parse_using("ALTER TABLE t ADD a int", &other));
	assert_false(check_update_parse_using("ALTER TABLE t ALTER a TYPE int", &other));
	assert_false(check_update_parse_using("ALTER TABLE", &other));
	assert_false(check_update_parse_using("ALTER TABLE t ALTER a TYPE int USING", &other));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_update_is_taken_apart),
		cmocka_unit_test(what_is_asked_before_it),
		cmocka_unit_test(what_a_value_loses_is_asked_before_it),
		cmocka_unit_test(a_column_of_another_type_is_taken_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
