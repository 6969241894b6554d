#include "check/schema/array_casts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
arrays_are_written_as_after_a_restore(void **state)
{
	static const struct {
		const char *text;
		const char *normalised; /* NULL: the same */
	} rows[] = {
		{ "((role)::text = ANY ((ARRAY['user'::character varying, 'admin'::character varying])::text[]))",
		  "((role)::text = ANY (ARRAY[('user'::character varying)::text, ('admin'::character "
		  "varying)::text]))" },
		{ "(ARRAY['a'::character varying])::text[] AND (ARRAY[b])::kb.mood[]",
		  "ARRAY[('a'::character varying)::text] AND ARRAY[(b)::kb.mood]" },
		{ "(ARRAY['it''s], ('::text, f(1, 2), x[1]])::\"my \"\"[]type\"[]",
		  "ARRAY[('it''s], ('::text)::\"my \"\"[]type\", (f(1, 2))::\"my \"\"[]type\", (x[1])::\"my "
		  "\"\"[]type\"]" },
		{ "(ARRAY[f((ARRAY[a])::text[])])::text[]", "ARRAY[(f(ARRAY[(a)::text]))::text]" },
		{ "", NULL },
		{ "ARRAY[1, 2]", NULL },
		{ "(ARRAY[1, 2])", NULL },
		{ "(ARRAY[1, 2])::text", NULL },
		{ "(ARRAY[1, 2])::text[][]", NULL },
		{ "'(ARRAY[a])::text[]'::text", NULL },
		{ "\"(ARRAY[a])::text[]\"", NULL },
		{ "(ARRAY[", NULL },
		{ "(ARRAY['", NULL },
		{ "(ARRAY[a", NULL },
		{ "(ARRAY[a,", NULL },
		{ "(ARRAY[a])::", NULL },
		{ "(ARRAY[a])::\"", NULL },
		{ "'", NULL },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *normalised = check_normalise_array_casts(rows[i].text);
		assert_string_equal(normalised, rows[i].normalised != NULL ? rows[i].normalised : rows[i].text);
		g_autofree char *again = check_normalise_array_casts(normalised);
		assert_string_equal(again, normalised);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(arrays_are_written_as_after_a_restore) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
