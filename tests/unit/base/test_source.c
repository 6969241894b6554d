#include "base/source.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
positions_count_characters_not_bytes(void **state)
{
	(void)state;
	const char *text = "one\nzw\xc3\xb6lf x\n\nlast";
	g_autoptr(Source) source = base_source_new("a.sql", text, -1);
	SourcePosition position = base_source_position(source, (gsize)(strchr(text, 'x') - text));

	assert_string_equal(position.path, "a.sql");
	assert_int_equal(position.line, 2);
	assert_int_equal(position.column, 7);
	position = base_source_position(source, 10000);
	assert_int_equal(position.line, 4);
	assert_int_equal(position.column, 5);
}

static void
an_offset_is_found_again(void **state)
{
	(void)state;
	const char *text = "one\nzw\xc3\xb6lf x\n\nlast";
	g_autoptr(Source) source = base_source_new("a.sql", text, -1);

	for (gsize offset = 0; offset <= strlen(text); offset++) {
		SourcePosition position = base_source_position(source, offset);
		bool inside = ((guchar)text[offset] & 0xC0) == 0x80;
		assert_int_equal(base_source_offset(source, position.line, position.column), offset + inside);
	}
	assert_int_equal(base_source_offset(source, 1, 99), 3);
	assert_int_equal(base_source_offset(source, 99, 1), strlen(text));
	assert_int_equal(base_source_offset(source, 0, 0), strlen(text));
}

static void
excerpt_points_at_the_column(void **state)
{
	(void)state;
	const char *text = "x\nCREATE TABEL t ();\r\n";
	g_autoptr(Source) source = base_source_new("a.sql", text, -1);
	g_autofree char *excerpt = base_source_excerpt(source, (gsize)(strstr(text, "TABEL") - text));

	assert_string_equal(excerpt, "2 | CREATE TABEL t ();\n  |        ^");
}

static void
excerpt_of_a_long_line_is_cut_around_the_caret(void **state)
{
	(void)state;
	g_autofree char *filler = g_strnfill(5000, 'x');
	g_autofree char *text = g_strconcat(filler, "HERE", filler, NULL);
	g_autoptr(Source) source = base_source_new("a.sql", text, -1);
	g_autofree char *excerpt = base_source_excerpt(source, 5000);
	char *caret_line = strchr(excerpt, '\n') + 1;

	assert_true(strlen(excerpt) < 400);
	assert_ptr_equal(strstr(excerpt, "HERE") - (strchr(caret_line, '^') - caret_line), excerpt);
}

static void
excerpt_of_a_line_that_is_no_utf8_stays_inside_of_it(void **state)
{
	(void)state;
	/* Bytes that continue a character that never began. */
	g_autofree char *filler = g_strnfill(300, '\xAA');
	g_autofree char *text = g_strconcat("SELECT 1;\n", filler, NULL);
	g_autoptr(Source) source = base_source_new("a.sql", text, -1);
	g_autofree char *excerpt = base_source_excerpt(source, 11);

	assert_true(g_str_has_prefix(excerpt, "2 | \xEF\xBF\xBD"));
	assert_null(strstr(excerpt, "SELECT"));
}

static void
joined_sources_keep_their_positions(void **state)
{
	(void)state;
	g_autoptr(Source) one = base_source_new("one.sql", "SELECT 1\nx", -1);
	g_autoptr(Source) other = base_source_new("other.sql", "\n y", -1);
	Source *const both[] = { one, other };
	g_autofree gsize *starts = NULL;
	g_autoptr(Source) joined = base_source_join(both, G_N_ELEMENTS(both), &starts);
	const struct {
		gsize offset;
		const char *place;
		const char *excerpt;
	} cases[] = {
		{ starts[0] + 7, "one.sql:1:8", "1 | SELECT 1\n  |        ^" },
		{ starts[0] + 10, "one.sql:2:2", "2 | x\n  |  ^" },
		{ starts[1], "other.sql:1:1", "1 | \n  | ^" },
		{ starts[1] + 2, "other.sql:2:2", "2 |  y\n  |  ^" },
		{ 1000, "other.sql:2:3", "2 |  y\n  |   ^" },
	};

	assert_string_equal(base_source_path(joined), "one.sql");
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *place = base_position_format(base_source_position(joined, cases[i].offset));
		g_autofree char *excerpt = base_source_excerpt(joined, cases[i].offset);
		assert_string_equal(place, cases[i].place);
		assert_string_equal(excerpt, cases[i].excerpt);
	}
}

static void
a_missing_or_large_file_is_an_error_that_names_it(void **state)
{
	(void)state;
	g_autoptr(GError) missing = NULL;
	g_autoptr(GError) large = NULL;
	g_autofree char *self = g_build_filename(g_getenv("PGASSAY_SOURCE_ROOT"), "meson.build", NULL);

	assert_null(base_source_load("/nonexistent/x.sql", 100, &missing));
	assert_true(g_error_matches(missing, BASE_ERROR, BASE_ERROR_INPUT));
	assert_non_null(strstr(missing->message, "/nonexistent/x.sql"));
	assert_null(base_source_load(self, 10, &large));
	assert_true(g_error_matches(large, BASE_ERROR, BASE_ERROR_INPUT));
	assert_non_null(strstr(large->message, "more than the 10"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(positions_count_characters_not_bytes),
		cmocka_unit_test(an_offset_is_found_again),
		cmocka_unit_test(excerpt_points_at_the_column),
		cmocka_unit_test(excerpt_of_a_long_line_is_cut_around_the_caret),
		cmocka_unit_test(excerpt_of_a_line_that_is_no_utf8_stays_inside_of_it),
		cmocka_unit_test(joined_sources_keep_their_positions),
		cmocka_unit_test(a_missing_or_large_file_is_an_error_that_names_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
