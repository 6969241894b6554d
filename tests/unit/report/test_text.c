#include "report/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
invisible_characters_are_escaped(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *lines;
		const char *line;
	} cases[] = {
		{ "plain", "plain", "plain" },
		{ "a\tb\nc", "a\tb\nc", "a\\tb\\nc" },
		{ "a\r\nb", "a\nb", "a\\r\\nb" },
		{ "a\rb", "a\\rb", "a\\rb" },
		{ "\x1b[31mred", "\\x1b[31mred", "\\x1b[31mred" },
		{ "\x01\x08\x7f", "\\x01\\x08\\x7f", "\\x01\\x08\\x7f" },
		{ "\xc2\x9b"
		  "1m",
		  "\\u009b1m", "\\u009b1m" },
		{ "\xff\xfe", "\\xff\\xfe", "\\xff\\xfe" },
		{ "\xc3", "\\xc3", "\\xc3" },
		{ "\xe2\x82"
		  "x",
		  "\\xe2\\x82x", "\\xe2\\x82x" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80" }, /* a surrogate */
		{ "\xc0\xaf", "\\xc0\\xaf", "\\xc0\\xaf" },               /* not the shortest form */
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "\\xf4\\x90\\x80\\x80" },
		{ "\xef\xbf\xbe\xef\xbf\xbf", "\\ufffe\\uffff", "\\ufffe\\uffff" },
		{ "\xef\xbb\xbfSELECT", "\\ufeffSELECT", "\\ufeffSELECT" },
		{ "\xe2\x80\xae"
		  "x",
		  "\\u202ex", "\\u202ex" },
		{ "\xe2\x80\xa8"
		  "x",
		  "\\u2028x", "\\u2028x" },
		{ "\xc3\xb6\xe6\x97\xa5\xf0\x9f\x98\x80", "\xc3\xb6\xe6\x97\xa5\xf0\x9f\x98\x80",
		  "\xc3\xb6\xe6\x97\xa5\xf0\x9f\x98\x80" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *lines = report_text_clean(cases[i].text, 1000, REPORT_TEXT_LINES);
		g_autofree char *line = report_text_clean(cases[i].text, 1000, REPORT_TEXT_LINE);
		assert_string_equal(lines, cases[i].lines);
		assert_string_equal(line, cases[i].line);
		/* Cleaning twice changes nothing. */
		g_autofree char *again = report_text_clean(lines, 1000, REPORT_TEXT_LINES);
		assert_string_equal(again, lines);
	}
}

static void
long_texts_are_cut_between_characters(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		gsize max;
		const char *lines;
	} cases[] = {
		{ "12345", 5, "12345" },
		{ "123456", 5, "12345\n[cut: 1 bytes left out]" },
		{ "1234\xc3\xb6x", 5, "1234\n[cut: 3 bytes left out]" },
		{ "1234\x1bx", 7, "1234\n[cut: 2 bytes left out]" },
		{ "x", 0, "\n[cut: 1 bytes left out]" },
		{ "", 0, "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *lines = report_text_clean(cases[i].text, cases[i].max, REPORT_TEXT_LINES);
		assert_string_equal(lines, cases[i].lines);
	}
	g_autofree char *line = report_text_clean("abc", 2, REPORT_TEXT_LINE);
	assert_string_equal(line, "ab [cut: 1 bytes left out]");
}

static void
widths_are_those_of_a_terminal(void **state)
{
	(void)state;
	assert_int_equal(report_text_width(""), 0);
	assert_int_equal(report_text_width("abc"), 3);
	assert_int_equal(report_text_width("z\xc3\xb6"), 2);
	assert_int_equal(report_text_width("\xe6\x97\xa5\xe6\x9c\xac"), 4);
	assert_int_equal(report_text_width("o\xcc\x88"), 1); /* o and a combining diaeresis */
}

static void
cutting_keeps_within_the_columns(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		guint columns;
		const char *cut;
	} cases[] = {
		{ "abc", 3, "abc" },
		{ "abcd", 3, "abc" },
		{ "abc", 0, "" },
		{ "a\xe6\x97\xa5x", 2, "a" },
		{ "a\xe6\x97\xa5x", 3, "a\xe6\x97\xa5" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = g_strdup(cases[i].text);
		assert_string_equal(report_text_cut(text, cases[i].columns), cases[i].cut);
	}
}

static void
durations_read_well(void **state)
{
	(void)state;
	static const struct {
		gint64 microseconds;
		const char *text;
	} cases[] = {
		{ -5, "0.0 ms" },
		{ 0, "0.0 ms" },
		{ 400, "0.4 ms" },
		{ 999, "0.9 ms" },
		{ 1000, "1 ms" },
		{ 41700, "41 ms" },
		{ 999999, "999 ms" },
		{ 1000000, "1.0 s" },
		{ 59999999, "59.9 s" },
		{ 60000000, "1 min 00 s" },
		{ 185000000, "3 min 05 s" },
		{ G_GINT64_CONSTANT(3720000000), "1 h 02 min" },
		{ G_GINT64_CONSTANT(360000000000), "100 h 00 min" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = report_text_duration(cases[i].microseconds);
		assert_string_equal(text, cases[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(invisible_characters_are_escaped),
		cmocka_unit_test(long_texts_are_cut_between_characters),
		cmocka_unit_test(widths_are_those_of_a_terminal),
		cmocka_unit_test(cutting_keeps_within_the_columns),
		cmocka_unit_test(durations_read_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
