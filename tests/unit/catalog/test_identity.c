#include "catalog/identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *schema;
	const char *relation;
	const char *name;
	const char *identity;
	const char *key; /* of schema and name */
} names[] = {
	{ NULL, NULL, "kb", "kb", "kb" },
	{ "kb", NULL, "documents", "kb.documents", "kb.documents" },
	{ "kb", "documents", "id", "kb.documents.id", "kb.id" },
	{ "kb", NULL, "user", "kb.user", "kb.user" },
	{ "kb", NULL, "User", "kb.\"User\"", "kb.User" },
	{ "kb", NULL, "1st", "kb.\"1st\"", "kb.1st" },
	{ "kb", NULL, "a$1_", "kb.a$1_", "kb.a$1_" },
	{ "kb", NULL, "$a", "kb.\"$a\"", "kb.$a" },
	{ "a.b", "c d", "e\"f", "\"a.b\".\"c d\".\"e\"\"f\"", "\"a.b\".\"e\"\"f\"" },
	{ "kb", NULL,
	  "gr\xc3\xb6\xc3\x9f"
	  "e",
	  "kb.\"gr\xc3\xb6\xc3\x9f"
	  "e\"",
	  "kb.gr\xc3\xb6\xc3\x9f"
	  "e" },
	{ "kb", NULL, "touch(uuid, text)", "kb.touch(uuid, text)", "kb.touch(uuid, text)" },
	{ "kb", NULL, "touch()", "kb.touch()", "kb.touch()" },
	{ "kb", NULL, "Touch(public.\"Odd (Type\", text)", "kb.\"Touch\"(public.\"Odd (Type\", text)",
	  "kb.Touch(public.\"Odd (Type\", text)" },
	{ "kb", NULL, "a.b(c)(text)", "kb.\"a.b(c)\"(text)", "kb.\"a.b(c)\"(text)" },
	{ "kb", "f(x)", "id", "kb.\"f(x)\".id", "kb.id" },
	{ "kb", NULL, "a)", "kb.\"a)\"", "kb.\"a)\"" },
	{ "kb", NULL, "a*b", "kb.\"a*b\"", "kb.\"a*b\"" },
};

static void
splits_and_joins(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *identity = catalog_identity_join(names[i].schema, names[i].relation, names[i].name);
		assert_string_equal(identity, names[i].identity);
		const char *expected[4] = { NULL };
		guint n = 0;
		if (names[i].schema != NULL)
			expected[n++] = names[i].schema;
		if (names[i].relation != NULL)
			expected[n++] = names[i].relation;
		expected[n++] = names[i].name;
		g_auto(GStrv) parts = catalog_identity_split(identity);
		assert_non_null(parts);
		assert_int_equal(g_strv_length(parts), n);
		for (guint part = 0; part < n; part++)
			assert_string_equal(parts[part], expected[part]);
	}
}

static void
a_key_is_quoted_only_where_it_must_be(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *key = catalog_identity_key(names[i].schema, names[i].name);
		assert_string_equal(key, names[i].key);
		g_auto(GStrv) parts = catalog_identity_split(key);
		assert_non_null(parts);
		assert_string_equal(parts[g_strv_length(parts) - 1], names[i].name);
	}
}

static void
splits_names_as_people_write_them(void **state)
{
	(void)state;
	static const struct {
		const char *identity;
		const char *parts; /* joined by "|" */
	} cases[] = {
		{ "Kb.Documents", "Kb|Documents" },
		{ "\"Kb\".\"a.b\".c", "Kb|a.b|c" },
		{ "kb.f(numeric, a.b)", "kb|f(numeric, a.b)" },
		{ "\"count\"", "count" },
		{ "my table", "my table" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) parts = catalog_identity_split(cases[i].identity);
		assert_non_null(parts);
		g_autofree char *joined = g_strjoinv("|", parts);
		assert_string_equal(joined, cases[i].parts);
	}
}

static void
refuses_invalid_identities(void **state)
{
	(void)state;
	static const char *const wrong[] = { "",       ".",      "a.",       ".a",     "a..b",     "\"a",     "\"\"",
		                             "a\"b\"", "\"a\"b", "a.\"b\"c", "(text)", "a.(text)", "\"a\"\"", "a.\"" };

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_auto(GStrv) parts = catalog_identity_split(wrong[i]);
		if (parts != NULL)
			fail_msg("took \"%s\"", wrong[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_and_joins),
		cmocka_unit_test(a_key_is_quoted_only_where_it_must_be),
		cmocka_unit_test(splits_names_as_people_write_them),
		cmocka_unit_test(refuses_invalid_identities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
