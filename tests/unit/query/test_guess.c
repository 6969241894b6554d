#include "query/guess.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The context of each parameter, as "written:column" and so on, $1 first. */
static void
assert_guesses(const char *sql, const char *expected)
{
	static const char *const places[] = { "unknown", "compared", "written", "limit", "offset" };
	g_autoptr(GString) found = g_string_new(NULL);
	g_autoptr(Query) query = query_new("q", sql, (SourcePosition){ "x.yaml", 1, 1 }, NULL);
	g_autoptr(QueryGuesses) guesses = query_guess(query);

	for (guint i = 0; i < guesses->parameters->len; i++) {
		const QueryGuess *guess = &g_array_index(guesses->parameters, QueryGuess, i);
		g_string_append_printf(found, "%s%s%s%s", i > 0 ? " " : "", places[guess->place],
		                       guess->column != NULL ? ":" : "", guess->column != NULL ? guess->column : "");
	}
	if (strcmp(found->str, expected) != 0)
		fail_msg("%s: %s, expected %s", sql, found->str, expected);
}

static void
test_places(void **state G_GNUC_UNUSED)
{
	static const char *const rows[][2] = {
		{ "SELECT * FROM t WHERE t.a = $1 AND \"B\" >= $2", "compared:a compared:B" },
		{ "SELECT * FROM t WHERE a = ANY($1) OR b IN ($2) OR c LIKE $3", "compared:a compared:b compared:c" },
		{ "SELECT * FROM t WHERE $1 = t.a LIMIT $2 OFFSET $3", "compared:a limit offset" },
		{ "INSERT INTO s.t (a, b, c) VALUES ($1, lower($2), $3::text), ($4, now(), 'x')",
		  "written:a unknown written:c written:a" },
		{ "INSERT INTO t (a, b) SELECT $1, x FROM u WHERE y = $2", "written:a compared:y" },
		{ "UPDATE t SET a = $1, b = $2 WHERE c = $3", "written:a written:b compared:c" },
		{ "INSERT INTO t VALUES ($1)", "unknown" },
		{ "SELECT $1", "unknown" },
		{ "SELECT f($1, 2)", "unknown" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_guesses(rows[i][0], rows[i][1]);
}

static void
test_names(void **state G_GNUC_UNUSED)
{
	g_autoptr(Query) query = query_new("q", "SELECT A FROM \"T\" a, t", (SourcePosition){ "x.yaml", 1, 1 }, NULL);
	g_autoptr(QueryGuesses) guesses = query_guess(query);

	g_ptr_array_add(guesses->names, NULL);
	g_autofree char *all = g_strjoinv(" ", (char **)guesses->names->pdata);
	g_ptr_array_set_size(guesses->names, (gint)guesses->names->len - 1);
	assert_string_equal(all, "select a from T t");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_places), cmocka_unit_test(test_names) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
