/*
 * Runs with one thing each that reports show, and reports as texts; for the tests of the page and of what a pull
 * request gets. cmocka.h is included before it.
 */
#ifndef TESTS_UNIT_REPORT_MADE_REPORT_H
#define TESTS_UNIT_REPORT_MADE_REPORT_H

#include "made_run.h"
#include "report/format/format.h"

#include <glib/gstdio.h>
#include <string.h>

/* Not inlined: the compiler takes the texts that assertions get for dangling pointers then. */
#define MADE G_GNUC_UNUSED G_NO_INLINE static

/* The report in that format; the caller frees it. */
MADE char *
made_write(const char *name, const ReportRun *run)
{
	g_autofree char *folder = g_dir_make_tmp("pgassay-page-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "report", NULL);
	g_autoptr(GError) error = NULL;
	char *text = NULL;

	assert_true(report_format_write(report_format_find(name), run, path, &error));
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_unlink(path);
	assert_int_equal(g_rmdir(folder), 0);
	return text;
}

MADE void
made_assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		print_message("there is no: %s\n", part);
	assert_non_null(strstr(text, part));
}

/* As strstr, which looks at all the rest of the page at each call under the sanitizers: for pages of 4 MB. */
MADE const char *
made_find(const char *text, const char *part)
{
	for (; *text != '\0'; text++) {
		gsize i = 0;
		while (part[i] != '\0' && text[i] == part[i])
			i++;
		if (part[i] == '\0')
			return text;
	}
	return NULL;
}

MADE guint
made_count(const char *text, const char *part)
{
	guint n = 0;

	for (const char *p = text; (p = made_find(p, part)) != NULL; p += strlen(part))
		n++;
	return n;
}

/* All values of the attribute, as a set; each must be there once where `unique`. */
MADE GHashTable *
made_collect(const char *page, const char *attribute, bool unique)
{
	GHashTable *values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (const char *p = page; (p = made_find(p, attribute)) != NULL;) {
		p += strlen(attribute);
		gsize length = 0;
		while (p[length] != ' ' && p[length] != '>' && p[length] != '"' && p[length] != '\0')
			length++;
		char *value = g_strndup(p, length);
		if (unique && g_hash_table_contains(values, value))
			print_message("twice: %s\n", value);
		assert_false(unique && g_hash_table_contains(values, value));
		g_hash_table_add(values, value);
	}
	return values;
}

/* A run of one migration that is observed; its lock is of that mode. */
MADE ReportRun *
made_observed(ReportLockMode mode)
{
	ReportRun *run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "shop", NULL, "shop.yaml");
	ReportDatabase *database = report_database_new("shop", "Flyway");
	SourcePosition position = { .path = "V1.sql", .line = 3, .column = 1 };
	ReportCase *test_case = report_case_new("shop", "impact", "V1", position);

	report_database_add_migration(database, "V1", "V1.sql");
	report_suite_add_database(suite, database);
	made_run_observe(test_case);
	const ReportStatement *statement = g_ptr_array_index(test_case->observation->statements, 0);
	ReportTouched *touched = g_ptr_array_index(statement->touched, 0);
	touched->taken = touched->held = mode;
	report_suite_add_case(suite, test_case);
	return run;
}

/* A run of one case of row security: privileges by the catalog, and what a role sees, with the expectation (or NULL).
 */
MADE ReportRun *
made_access(const char *expected)
{
	ReportRun *run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "shop", NULL, "shop.yaml");
	ReportCase *test_case = report_case_new("shop", "row_security", "own rows", (SourcePosition){ 0 });
	ReportAccess *access = report_access_new("public.orders", "app");

	access->cells[REPORT_SELECT].reach = REPORT_REACH_ALL;
	access->cells[REPORT_INSERT].reach = REPORT_REACH_REFUSED;
	access->cells[REPORT_UPDATE].reach = REPORT_REACH_SOME;
	access->cells[REPORT_DELETE].reach = REPORT_REACH_NONE;
	report_case_add_access(test_case, access);
	access = report_access_new("public.orders", "app");
	access->tried = true;
	access->settings = g_strdup("app.user_id = 7");
	access->cells[REPORT_SELECT] = (ReportAccessCell){
		.reach = REPORT_REACH_SOME, .rows = 2, .of = 3, .expected = g_strdup(expected)
	};
	report_case_add_access(test_case, access);
	report_suite_add_case(suite, test_case);
	return run;
}

#endif
