#include "report/console/console.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct {
	const char *suite;
	const char *title;
	const char *database;
	const char *stage;
	const char *name;
	const char *path;
	guint line;
	ReportStatus status;
	gint64 duration;
	const char *message; /* all of it: the details are what follows the first line */
	const char *output;
	const char *reproduce; /* the argument of --only */
} Row;

/* Reports the rows as a run does, with a line of progress before each case, and gives all that
 * was written. */
static char *
render(const Row *rows, size_t count, ReportConsoleFlags flags)
{
	FILE *stream = tmpfile();
	g_autoptr(ReportRun) run = report_run_new();
	ReportConsole *console = report_console_new(stream, flags);
	ReportSuite *suite = NULL;

	for (size_t i = 0; i < count; i++) {
		const Row *row = &rows[i];
		if (suite == NULL || strcmp(suite->name, row->suite) != 0) {
			if (suite != NULL)
				report_console_end_suite(console, suite);
			suite = report_run_add_suite(run, row->suite, row->title, "suites/s.yaml");
			report_console_begin_suite(console, suite);
		}
		SourcePosition position = { .path = row->path, .line = row->line };
		ReportCase *test_case = report_case_new(row->database, row->stage, row->name, position);
		test_case->duration = row->duration;
		if (row->message != NULL)
			report_case_set(test_case, row->status, "%s", row->message);
		test_case->status = row->status;
		test_case->output = g_strdup(row->output);
		if (row->reproduce != NULL)
			test_case->reproduce = g_strdupv(
			    (char **)(const char *const[]){ "pgassay", "run", "--only", row->reproduce, NULL });
		report_console_progress(console, row->name);
		report_suite_add_case(suite, test_case);
		report_console_case(console, suite, test_case);
		run->duration += row->duration;
	}
	if (suite != NULL)
		report_console_end_suite(console, suite);
	report_console_end(console, run);
	report_console_free(console);

	long length = ftell(stream);
	char *text = g_malloc0((gsize)length + 1);
	rewind(stream);
	assert_int_equal(fread(text, 1, (size_t)length, stream), length);
	fclose(stream);
	return text;
}

/* The final contents of a screen: lines that were overwritten are gone. */
static char *
screen_of(const char *written)
{
	GString *screen = g_string_new(NULL);
	gsize line_start = 0;

	for (const char *p = written; *p != '\0'; p++) {
		if (g_str_has_prefix(p, "\r\033[K")) {
			g_string_truncate(screen, line_start);
			p += 3;
			continue;
		}
		g_string_append_c(screen, *p);
		if (*p == '\n')
			line_start = screen->len;
	}
	return g_string_free(screen, FALSE);
}

static const Row mixed[] = {
	{ "kb", "Knowledge base", "kb", "forward", "0001_init", "migrations/kb/0001_init.sql", 1, REPORT_PASSED,
	  41000 },
	{ "kb", NULL, "kb", "forward", "0002_more", "migrations/kb/0002_more.sql", 1, REPORT_PASSED, 1500000 },
	{ "kb", NULL, "kb", "round trip", "0001_init", "migrations/kb/0001_init.sql", 0, REPORT_SKIPPED, 0,
	  "migration has no down" },
	{ "kb", NULL, "kb", "round trip", "20251025_add_integration_metadata", "migrations/kb/20251025.sql", 3,
	  REPORT_FAILED, 12000, "index \"i\" is unexpected\n  on kb.documents\n\n  and more", "NOTICE:  dropped\n",
	  "kb/round trip/2025*" },
	{ "kb", NULL, "kb", "round trip", "0002_more", "migrations/kb/0002_more.sql", 7, REPORT_PASSED, 800 },
	{ "kb", NULL, NULL, "isolation", "kb and auth", NULL, 0, REPORT_ERRORED, 0, "no connection" },
};

static const char mixed_failure[] = "  FAIL  kb round trip   20251025_add_integration_metadata (12 ms)\n"
				    "        index \"i\" is unexpected\n"
				    "        migrations/kb/20251025.sql:3\n"
				    "          on kb.documents\n"
				    "\n"
				    "          and more\n"
				    "        output:\n"
				    "        NOTICE:  dropped\n"
				    "        reproduce: pgassay run --only 'kb/round trip/2025*'\n";

static const char mixed_error[] = "  ERROR isolation       kb and auth\n"
				  "        no connection\n";

static const char mixed_end[] =
    "\n"
    "not ok:\n"
    "  FAIL  kb round trip   20251025_add_integration_metadata  migrations/kb/20251025.sql:3\n"
    "        index \"i\" is unexpected\n"
    "  ERROR isolation       kb and auth  suites/s.yaml\n"
    "        no connection\n"
    "\n"
    "6 cases in 1.5 s\n"
    "3 passed, 1 failed, 1 error, 1 skipped\n";

static void
verbose_shows_each_case(void **state)
{
	(void)state;
	g_autofree char *text = render(mixed, G_N_ELEMENTS(mixed), REPORT_CONSOLE_VERBOSE);
	g_autofree char *expected = g_strconcat("kb: Knowledge base\n"
	                                        "  ok    kb forward      0001_init (41 ms)\n"
	                                        "  ok    kb forward      0002_more (1.5 s)\n"
	                                        "  skip  kb round trip   0001_init  migration has no down\n",
	                                        mixed_failure, "  ok    kb round trip   0002_more\n", mixed_error,
	                                        mixed_end, NULL);

	assert_string_equal(text, expected);
}

/* In a pipe as on a terminal. */
static void
the_passed_cases_of_a_stage_are_counted(void **state)
{
	(void)state;
	g_autofree char *piped = render(mixed, G_N_ELEMENTS(mixed), 0);
	g_autofree char *text = render(mixed, G_N_ELEMENTS(mixed), REPORT_CONSOLE_PROGRESS);
	g_autofree char *screen = screen_of(text);
	g_autofree char *expected = g_strconcat("kb: Knowledge base\n"
	                                        "  skip  kb round trip   0001_init  migration has no down\n",
	                                        mixed_failure, mixed_error,
	                                        "  ok    kb forward      2 passed (1.5 s)\n"
	                                        "  FAIL  kb round trip   1 passed, 1 failed, 1 skipped (12 ms)\n",
	                                        mixed_end, NULL);

	assert_string_equal(screen, expected);
	assert_string_equal(piped, expected);
	assert_non_null(strstr(text, "  0 done: 0001_init\r\033[K"));
	assert_non_null(strstr(text, "  4 done, 1 not ok: 0002_more\r\033[K"));
}

/* A history that ends early has hundreds of cases with the same message. */
static void
equal_messages_are_counted(void **state)
{
	(void)state;
	static const char reason[] = "not run, because an earlier migration failed";
	static const Row rows[] = {
		{ "s", NULL, "d", "forward", "1", NULL, 0, REPORT_PASSED, 1000, "takes a lock" },
		{ "s", NULL, "d", "forward", "2", NULL, 0, REPORT_SKIPPED, 0, reason },
		{ "s", NULL, "d", "forward", "3", NULL, 0, REPORT_SKIPPED, 0, reason },
		{ "s", NULL, "d", "forward", "4", NULL, 0, REPORT_SKIPPED, 0, "something else" },
		{ "s", NULL, "d", "forward", "5", NULL, 0, REPORT_SKIPPED, 0, reason },
		{ "s", NULL, "d", "query", "1", NULL, 0, REPORT_PASSED, 1000, "takes long" },
	};
	g_autofree char *text = render(rows, G_N_ELEMENTS(rows), 0);

	assert_true(g_str_has_prefix(text,
	                             "s\n"
	                             "  ok    d forward       1  takes a lock\n"
	                             "  skip  d forward       2  not run, because an earlier migration failed\n"
	                             "  skip  d forward       4  something else\n"
	                             "  ok    d query         1  takes long\n"
	                             "  skip  d forward       2 more  not run, because an earlier migration failed\n"
	                             "  ok    d forward       1 passed, 4 skipped (1 ms)\n"
	                             "\n"));
}

/* A long history has hundreds of migrations of which something is found; a failure has its line all the same. */
static void
remarks_of_passed_cases_have_ten_lines_and_then_a_number(void **state)
{
	(void)state;
	static char remarks[14][16];
	Row rows[15];

	for (int i = 0; i < 14; i++) {
		g_snprintf(remarks[i], sizeof(remarks[i]), "remark %02d", i);
		rows[i] = (Row){ "s", NULL, "d", "impact", "m", NULL, 0, REPORT_PASSED, 0, remarks[i] };
	}
	rows[14] = (Row){ "s", NULL, "d", "impact", "wrong", NULL, 0, REPORT_FAILED, 0, "bad" };
	g_autofree char *text = render(rows, 15, 0);
	g_autofree char *all = render(rows, 15, REPORT_CONSOLE_VERBOSE);

	assert_non_null(strstr(text, "  ok    d impact        m  remark 09\n"));
	assert_null(strstr(text, "remark 10"));
	assert_non_null(strstr(text, "  FAIL  d impact        wrong"));
	assert_non_null(strstr(text, "  ok    d impact        4 more  with other remarks; -v shows them\n"));
	assert_non_null(strstr(all, "  ok    d impact        m  remark 13\n"));
}

/* A stage's line is printed when the run reports its end. */
static void
a_stage_ends_where_the_run_says_so(void **state)
{
	FILE *stream = tmpfile();
	ReportConsole *console = report_console_new(stream, 0);
	g_autoptr(ReportRun) run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "s", NULL, NULL);
	static const char *const stages[] = { "rows", "writes", "rows" };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(stages); i++) {
		ReportCase *test_case = report_case_new("d", stages[i], "x", (SourcePosition){ 0 });
		report_suite_add_case(suite, test_case);
		report_console_case(console, suite, test_case);
	}
	assert_int_equal(ftell(stream), 0);
	report_console_end_stage(console, "d", "rows");
	long first = ftell(stream);
	assert_int_equal(first, strlen("  ok    d rows          2 passed\n"));
	report_console_end_stage(console, "d", NULL);
	assert_int_equal(ftell(stream), first + (long)strlen("  ok    d writes        x\n"));
	report_console_free(console);
	fclose(stream);
}

/* The words of the server stand once; the statement below its line of source is not shown again. */
static void
a_message_is_shown_once(void **state)
{
	(void)state;
	static const char message[] = "column \"x\" does not exist\n"
				      "ERROR: column \"x\" does not exist (SQLSTATE 42703, undefined_column)\n"
				      "hint: none\n"
				      "m/1.sql:7\n"
				      "7 | SELECT x;\n"
				      "  |        ^";
	static const Row rows[] = {
		{ "s", NULL, "d", "forward", "1", "m/1.sql", 7, REPORT_FAILED, 0, message, "SELECT x", "d/forward/1" },
		{ "s", NULL, "d", "forward", "2", "m/1.sql", 7, REPORT_FAILED, 0, message, "SELECT y\nFROM z",
		  "d/forward/2" },
	};
	g_autofree char *text = render(rows, G_N_ELEMENTS(rows), 0);

	assert_true(g_str_has_prefix(text, "s\n"
	                                   "  FAIL  d forward       1\n"
	                                   "        column \"x\" does not exist (SQLSTATE 42703, undefined_column)\n"
	                                   "        hint: none\n"
	                                   "        m/1.sql:7\n"
	                                   "        7 | SELECT x;\n"
	                                   "          |        ^\n"
	                                   "        reproduce: pgassay run --only d/forward/1\n"
	                                   "  FAIL  d forward       2\n"));
	assert_non_null(strstr(text, "        output:\n        SELECT y\n        FROM z\n        reproduce: "));
}

/* The schema is another one on purpose: then its fixture is to be changed. */
static void
a_fixture_that_fails_has_its_way_out(void **state)
{
	(void)state;
	static const Row rows[] = {
		{ "s", NULL, "d", "expect", "table a", "f.yaml", 7, REPORT_FAILED, 0, "m" },
		{ "s", NULL, "d", "expect", "table b", "f.yaml", 9, REPORT_FAILED, 0, "m" },
	};
	static const Row passed[] = { { "s", NULL, "d", "expect", "table a", "f.yaml", 7, REPORT_PASSED, 0 } };
	g_autofree char *text = render(rows, G_N_ELEMENTS(rows), 0);
	g_autofree char *none = render(passed, G_N_ELEMENTS(passed), 0);
	const char *found = strstr(text, "pgassay bless suites/s.yaml\n");

	assert_non_null(found);
	assert_null(strstr(found + 1, "pgassay bless"));
	assert_null(strstr(none, "pgassay bless"));
}

static void
quiet_shows_failures_only(void **state)
{
	(void)state;
	g_autofree char *text = render(mixed, G_N_ELEMENTS(mixed), REPORT_CONSOLE_QUIET);
	g_autofree char *passed = render(mixed, 2, REPORT_CONSOLE_QUIET);

	assert_true(g_str_has_prefix(text, "kb: Knowledge base\n  FAIL  kb round trip   20251025"));
	assert_null(strstr(text, "  ok  "));
	assert_null(strstr(text, "  skip  "));
	assert_non_null(strstr(text, "  ERROR isolation       kb and auth\n"));
	assert_string_equal(passed, "\n2 cases in 1.5 s\n2 passed, 0 failed, 0 skipped\n");
}

static void
colours_change_nothing_but_the_colour(void **state)
{
	(void)state;
	g_autofree char *plain = render(mixed, G_N_ELEMENTS(mixed), REPORT_CONSOLE_VERBOSE);
	g_autofree char *coloured = render(mixed, G_N_ELEMENTS(mixed), REPORT_CONSOLE_VERBOSE | REPORT_CONSOLE_COLOUR);
	g_autoptr(GRegex) colours = g_regex_new("\033\\[[0-9;]*m", 0, 0, NULL);
	g_autofree char *stripped = g_regex_replace_literal(colours, coloured, -1, 0, "", 0, NULL);

	assert_non_null(strstr(coloured, "  \033[32mok\033[0m    kb forward"));
	assert_non_null(strstr(coloured, "\033[1;31mFAIL\033[0m"));
	assert_non_null(strstr(coloured, "\033[1;31m1 failed\033[0m"));
	assert_string_equal(stripped, plain);
}

static void
databases_that_run_side_by_side_are_grouped_apart(void **state)
{
	(void)state;
	static const Row rows[] = {
		{ "s", NULL, "a", "forward", "1", NULL, 0, REPORT_PASSED, 1000 },
		{ "s", NULL, "b", "forward", "1", NULL, 0, REPORT_PASSED, 1000 },
		{ "s", NULL, "a", "forward", "2", NULL, 0, REPORT_PASSED, 1000 },
		{ "s", NULL, "a", "expect", "a.yaml", NULL, 0, REPORT_PASSED, 5000 },
		{ "s", NULL, "b", "forward", "2", NULL, 0, REPORT_PASSED, 1000 },
	};
	g_autofree char *text = render(rows, G_N_ELEMENTS(rows), REPORT_CONSOLE_PROGRESS);
	g_autofree char *screen = screen_of(text);

	assert_string_equal(screen, "s\n"
	                            "  ok    a forward       2 passed (2 ms)\n"
	                            "  ok    b forward       2 passed (2 ms)\n"
	                            "  ok    a expect        a.yaml (5 ms)\n"
	                            "\n"
	                            "5 cases in 9 ms\n"
	                            "5 passed, 0 failed, 0 skipped\n");
}

static void
columns_hold_for_wide_and_long_names(void **state)
{
	(void)state;
	static const Row rows[] = {
		{ "s", NULL, "d", "forward", "\xe6\x97\xa5\xe6\x9c\xac", NULL, 0, REPORT_PASSED, 5000 },
		{ "s", NULL, "a_database", "round trip", "a_name_that_is_longer_than_its_column_of_the_line", NULL, 0,
		  REPORT_PASSED, 5000 },
	};
	g_autofree char *text = render(rows, G_N_ELEMENTS(rows), REPORT_CONSOLE_VERBOSE);

	assert_true(g_str_has_prefix(
	    text, "s\n"
		  "  ok    d forward       \xe6\x97\xa5\xe6\x9c\xac (5 ms)\n"
		  "  ok    a_database round trip  a_name_that_is_longer_than_its_column_of_the_line (5 ms)\n"));
}

static void
several_suites_are_distinguished_at_the_end(void **state)
{
	(void)state;
	static const Row rows[] = {
		{ "one", NULL, "d", "query", "x", "a.yaml", 2, REPORT_FAILED, 0, "m" },
		{ "two", NULL, "d", "query", "x", "b.yaml", 3, REPORT_FAILED, 0, "m" },
	};
	g_autofree char *text = render(rows, G_N_ELEMENTS(rows), 0);

	assert_non_null(strstr(text, "\nnot ok:\n"
	                             "  FAIL  one: d query    x  a.yaml:2\n"
	                             "        m\n"
	                             "  FAIL  two: d query    x  b.yaml:3\n"
	                             "        m\n"
	                             "\n"
	                             "2 cases in 0.0 ms\n"
	                             "0 passed, 2 failed, 0 skipped\n"));
}

static void
no_control_character_gets_through(void **state)
{
	(void)state;
	static const char evil[] = "x\x1b[2J\x1b]0;title\x07\r\b\x7f\xc2\x9b"
				   "31m\xff\xe2\x80\xae\nsecond\x1b[1m";
	static const ReportConsoleFlags modes[] = { 0, REPORT_CONSOLE_PROGRESS, REPORT_CONSOLE_QUIET,
		                                    REPORT_CONSOLE_VERBOSE };
	static const ReportStatus statuses[] = { REPORT_PASSED, REPORT_FAILED, REPORT_ERRORED, REPORT_SKIPPED };

	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		for (size_t j = 0; j < G_N_ELEMENTS(statuses); j++) {
			const Row row = { evil, evil, evil, evil, evil, evil, 1, statuses[j], 1, evil, evil };
			g_autofree char *text = render(&row, 1, modes[i]);
			g_autofree char *screen = screen_of(text);
			for (const char *p = screen; *p != '\0'; p++)
				assert_true(*p == '\n' || ((guchar)*p >= 0x20 && *p != 0x7f));
			assert_true(g_utf8_validate(screen, -1, NULL));
			assert_null(strstr(screen, "\xc2\x9b"));
			assert_null(strstr(screen, "\xe2\x80\xae"));
			if (!(modes[i] & REPORT_CONSOLE_QUIET))
				assert_non_null(strstr(screen, "\\x1b[2J"));
		}
	}
}

static void
progress_fits_in_one_line(void **state)
{
	(void)state;
	g_autofree char *name = g_strnfill(500, 'n');
	const Row row = { "s", NULL, "d", "forward", name, NULL, 0, REPORT_PASSED, 1000 };
	g_autofree char *text = render(&row, 1, REPORT_CONSOLE_PROGRESS);
	const char *start = strstr(text, "  0 done: ");

	assert_non_null(start);
	assert_int_equal(strstr(start, "\r\033[K") - start, 79);
}

static void
long_details_and_many_failures_are_cut(void **state)
{
	(void)state;
	GString *details = g_string_new("first");
	Row rows[150];

	for (int i = 0; i < 400; i++)
		g_string_append_printf(details, "\nline %d", i);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		rows[i] = (Row){ "s",      NULL, "d",           "query", "x",
			         "a.yaml", 2,    REPORT_FAILED, 0,       i == 0 ? details->str : "m" };
	g_autofree char *text = render(rows, G_N_ELEMENTS(rows), 0);
	assert_non_null(strstr(text, "        line 99\n        [300 more lines]\n"));
	assert_null(strstr(text, "line 100\n"));
	assert_non_null(strstr(text, "        [50 more]\n\n150 cases in"));
	g_string_free(details, TRUE);
}

static Row
row_of_rule(const char *name, const char *message)
{
	return (Row){ .suite = "s",
		      .database = "d",
		      .stage = "layout",
		      .name = name,
		      .path = "a.sql",
		      .line = 2,
		      .status = REPORT_FAILED,
		      .message = message };
}

static const char rule_of_five[] =
    "  FAIL  d layout        a.sql\n"
    "        \"a.sql\" is ignored\n"
    "        a.sql:2\n"
    "        hint: rename it\n"
    "  FAIL  d layout        b.sql\n"
    "        \"b.sql\" is ignored\n"
    "        a.sql:2\n"
    "        hint: rename it\n"
    "  FAIL  d layout        e.sql\n"
    "        \"e.sql\" is empty\n"
    "        a.sql:2\n"
    "  FAIL  d layout        3 more  the same of \"c.sql\", \"d.sql\" and 1 more; -v shows each\n"
    "\n"
    "not ok:\n"
    "  FAIL  d layout        a.sql  a.sql:2\n"
    "        \"a.sql\" is ignored\n"
    "        the same of \"b.sql\", \"c.sql\" and 2 more; -v shows each\n"
    "  FAIL  d layout        e.sql  a.sql:2\n"
    "        \"e.sql\" is empty\n"
    "\n"
    "6 cases in 0.0 ms\n";

/* One rule that many files break is said twice, and then counted; another fault of them, and what they say of anything
 * else than of themselves, is shown. */
static void
one_fault_of_many_files_is_a_line(void **state)
{
	(void)state;
	const Row rows[] = {
		row_of_rule("a.sql", "\"a.sql\" is ignored\nhint: rename it"),
		row_of_rule("b.sql", "\"b.sql\" is ignored\nhint: rename it"),
		row_of_rule("c.sql", "\"c.sql\" is ignored\nhint: rename it"),
		row_of_rule("d.sql", "\"d.sql\" is ignored\nhint: rename it"),
		row_of_rule("e.sql", "\"e.sql\" is empty"),
		row_of_rule("f.sql", "\"f.sql\" is ignored\nhint: rename it"),
	};
	g_autofree char *text = render(rows, G_N_ELEMENTS(rows), 0);
	g_autofree char *quiet = render(rows, G_N_ELEMENTS(rows), REPORT_CONSOLE_QUIET);
	g_autofree char *verbose = render(rows, G_N_ELEMENTS(rows), REPORT_CONSOLE_VERBOSE);

	assert_true(g_str_has_prefix(text, "s\n"));
	assert_memory_equal(text + 2, rule_of_five, sizeof(rule_of_five) - 1);
	assert_memory_equal(quiet + 2, rule_of_five, sizeof(rule_of_five) - 1);
	assert_non_null(strstr(verbose, "layout        f.sql\n        \"f.sql\" is ignored\n"));
	assert_null(strstr(verbose, "3 more"));
}

static Row
row_of_setup(const char *name, const char *message)
{
	Row row = row_of_rule(name, message);

	row.stage = "query";
	row.status = REPORT_ERRORED;
	return row;
}

/* Checks whose setup stumbles over one dropped column are shown twice, and then counted; other errors are shown. */
static void
one_error_of_many_checks_is_a_line(void **state)
{
	(void)state;
	const Row rows[] = {
		row_of_setup("one", "the setup failed: column \"a\" does not exist\nSQLSTATE: 42703"),
		row_of_setup("two", "the setup failed: column \"a\" does not exist\nSQLSTATE: 42703"),
		row_of_setup("three", "the setup failed: column \"a\" does not exist\nSQLSTATE: 42703"),
		row_of_setup("four", "the setup failed: column \"b\" does not exist\nSQLSTATE: 42703"),
		row_of_setup("five", "the setup failed: column \"a\" does not exist\nSQLSTATE: 42703"),
		row_of_setup("six", "the server is gone"),
		row_of_setup("seven", "the server is gone"),
		row_of_setup("eight", "the server is gone"),
	};
	g_autofree char *text = render(rows, G_N_ELEMENTS(rows), 0);

	assert_non_null(
	    strstr(text, "  ERROR d query         2 more  the same of \"three\" and \"five\"; -v shows each\n"));
	assert_non_null(strstr(text, "        the same of \"two\", \"three\" and 1 more; -v shows each\n"));
	assert_non_null(strstr(text, "  ERROR d query         four\n"));
	assert_non_null(strstr(text, "  ERROR d query         eight\n"));
}

static void
different_faults_of_many_files_are_shown(void **state)
{
	(void)state;
	const Row rows[] = {
		row_of_rule("a.sql", "\"a.sql\" drops \"x\""),
		row_of_rule("b.sql", "\"b.sql\" drops \"y\""),
		row_of_rule("c.sql", "\"c.sql\" drops\n\"x\""),
		row_of_rule("d.sql", "\"d.sql\" drops\n\"y\""),
		row_of_rule("e.sql", "it failed"),
		row_of_rule("f.sql", "it failed"),
		row_of_rule("g.sql", "it failed"),
	};
	g_autofree char *text = render(rows, G_N_ELEMENTS(rows), 0);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *line = g_strdup_printf("  FAIL  d layout        %s\n", rows[i].name);
		assert_non_null(strstr(text, line));
	}
	assert_null(strstr(text, "the same of"));
}

static void
a_run_of_nothing_has_totals(void **state)
{
	(void)state;
	g_autofree char *text = render(NULL, 0, 0);

	assert_string_equal(text, "\n0 cases in 0.0 ms\n0 passed, 0 failed, 0 skipped\n");
}

static void
a_file_gets_neither_colour_nor_progress(void **state)
{
	(void)state;
	FILE *stream = tmpfile();

	assert_int_equal(report_console_flags(stream), 0);
	fclose(stream);
}

/* A pseudo-terminal is a terminal. */
static void
colours_depend_on_the_environment(void **state)
{
	(void)state;
	static const struct {
		const char *terminal;
		const char *no_colour;
		const char *force_colour;
		ReportConsoleFlags flags;
	} cases[] = {
		{ "xterm", NULL, NULL, REPORT_CONSOLE_COLOUR | REPORT_CONSOLE_PROGRESS },
		{ "xterm", "", NULL, REPORT_CONSOLE_COLOUR | REPORT_CONSOLE_PROGRESS },
		{ "xterm", "1", NULL, REPORT_CONSOLE_PROGRESS },
		{ "xterm", "1", "1", REPORT_CONSOLE_PROGRESS },
		{ "xterm", NULL, "0", REPORT_CONSOLE_PROGRESS },
		{ "dumb", NULL, NULL, 0 },
		{ "dumb", NULL, "1", REPORT_CONSOLE_COLOUR },
		{ NULL, NULL, NULL, 0 },
	};
	FILE *stream = fopen("/dev/ptmx", "r+");

	if (stream == NULL)
		skip();
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_unsetenv("TERM");
		g_unsetenv("NO_COLOR");
		g_unsetenv("FORCE_COLOR");
		if (cases[i].force_colour != NULL)
			g_setenv("FORCE_COLOR", cases[i].force_colour, TRUE);
		if (cases[i].terminal != NULL)
			g_setenv("TERM", cases[i].terminal, TRUE);
		if (cases[i].no_colour != NULL)
			g_setenv("NO_COLOR", cases[i].no_colour, TRUE);
		assert_int_equal(report_console_flags(stream), cases[i].flags);
	}
	fclose(stream);
}

/* The job of a CI system writes to a pipe. */
static void
the_log_of_a_job_gets_colour(void **state)
{
	int ends[2];
	(void)state;

	assert_int_equal(pipe(ends), 0);
	FILE *stream = fdopen(ends[1], "w");
	FILE *file = tmpfile();
	g_unsetenv("FORCE_COLOR");
	g_unsetenv("NO_COLOR");
	assert_int_equal(report_console_flags(stream), 0);
	g_setenv("GITLAB_CI", "true", TRUE);
	assert_int_equal(report_console_flags(stream), REPORT_CONSOLE_COLOUR);
	assert_int_equal(report_console_flags(file), 0);
	g_setenv("NO_COLOR", "1", TRUE);
	assert_int_equal(report_console_flags(stream), 0);
	g_unsetenv("GITLAB_CI");
	g_unsetenv("NO_COLOR");
	fclose(stream);
	fclose(file);
	close(ends[0]);
}

/* Words stay whole; source, the caret below it, and differences stay as they are. */
static void
texts_are_wrapped_between_words(void **state)
{
	static const char message[] = "the table has rows that the new column cannot hold\n"
				      "public.a_name_that_is_wider_than_the_terminal_is_at_all is one of them\n"
				      "  1 | ALTER TABLE orders ALTER status SET NOT NULL;\n"
				      "+ a line of a difference that is wider than that terminal is";
	const Row rows[] = { { .suite = "s",
		               .database = "d",
		               .stage = "round trip",
		               .name = "1",
		               .status = REPORT_FAILED,
		               .message = message } };

	(void)state;
	g_setenv("COLUMNS", "48", TRUE);
	g_autofree char *text = render(rows, G_N_ELEMENTS(rows), 0);
	g_unsetenv("COLUMNS");
	assert_non_null(strstr(text, "\n        the table has rows that the new column\n        cannot hold\n"
	                             "        public.a_name_that_is_wider_than_the_terminal_is_at_all\n"
	                             "        is one of them\n"
	                             "          1 | ALTER TABLE orders ALTER status SET NOT NULL;\n"
	                             "        + a line of a difference that is wider than that terminal is\n"));
}

static void
a_note_is_a_line_unless_it_is_quiet(void **state)
{
	(void)state;
	static const ReportConsoleFlags flags[] = { 0, REPORT_CONSOLE_QUIET };
	static const char *const expected[] = { "s\n  note  shop            \"a.txt\" is\\nnot run\n", "" };

	for (gsize i = 0; i < G_N_ELEMENTS(flags); i++) {
		FILE *stream = tmpfile();
		g_autoptr(ReportRun) run = report_run_new();
		ReportSuite *suite = report_run_add_suite(run, "s", NULL, "suites/s.yaml");
		ReportConsole *console = report_console_new(stream, flags[i]);
		char text[256] = { 0 };

		report_console_note(console, suite, "shop", "\"a.txt\" is\nnot run");
		report_console_free(console);
		rewind(stream);
		assert_true(fread(text, 1, sizeof(text) - 1, stream) == strlen(expected[i]));
		fclose(stream);
		assert_string_equal(text, expected[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_note_is_a_line_unless_it_is_quiet),
		cmocka_unit_test(verbose_shows_each_case),
		cmocka_unit_test(the_passed_cases_of_a_stage_are_counted),
		cmocka_unit_test(equal_messages_are_counted),
		cmocka_unit_test(a_stage_ends_where_the_run_says_so),
		cmocka_unit_test(a_message_is_shown_once),
		cmocka_unit_test(a_fixture_that_fails_has_its_way_out),
		cmocka_unit_test(quiet_shows_failures_only),
		cmocka_unit_test(colours_change_nothing_but_the_colour),
		cmocka_unit_test(remarks_of_passed_cases_have_ten_lines_and_then_a_number),
		cmocka_unit_test(databases_that_run_side_by_side_are_grouped_apart),
		cmocka_unit_test(columns_hold_for_wide_and_long_names),
		cmocka_unit_test(several_suites_are_distinguished_at_the_end),
		cmocka_unit_test(no_control_character_gets_through),
		cmocka_unit_test(progress_fits_in_one_line),
		cmocka_unit_test(long_details_and_many_failures_are_cut),
		cmocka_unit_test(one_fault_of_many_files_is_a_line),
		cmocka_unit_test(one_error_of_many_checks_is_a_line),
		cmocka_unit_test(different_faults_of_many_files_are_shown),
		cmocka_unit_test(a_run_of_nothing_has_totals),
		cmocka_unit_test(a_file_gets_neither_colour_nor_progress),
		cmocka_unit_test(colours_depend_on_the_environment),
		cmocka_unit_test(the_log_of_a_job_gets_colour),
		cmocka_unit_test(texts_are_wrapped_between_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
