/* The table of findings is whole: each is explained, has a safe way, and its row in the docs. */
#include "impact/comment.h"
#include "impact/finding/family.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
every_finding_is_explained_and_documented(void **state)
{
	(void)state;
	g_autofree char *path = g_build_filename(g_getenv("PGASSAY_SOURCE_ROOT"), "docs", "impact.md", NULL);
	g_autofree char *page = NULL;

	assert_true(g_file_get_contents(path, &page, NULL, NULL));
	for (const ImpactFindingKind *kind = impact_finding_kinds(); kind->code != NULL; kind++) {
		g_autofree char *row = g_strdup_printf("\n| `%s` |", kind->code);
		if (strstr(page, row) == NULL)
			fail_msg("docs/impact.md has no row for %s", kind->code);
		assert_non_null(kind->title);
		assert_non_null(kind->danger);
		assert_non_null(kind->safe);
		assert_non_null(kind->example);
		assert_ptr_equal(impact_finding_kind(kind->code), kind);
	}
	assert_null(impact_finding_kind("rewrites"));
}

typedef struct {
	const char *code;
	guint version;
	const char *statement;
	const char *part; /* of the advice */
} Advised;

static const Advised advised[] = {
	{ "exclusive_scan", 17, "ALTER TABLE t ALTER a SET NOT NULL", "CHECK (column IS NOT NULL) NOT VALID" },
	{ "exclusive_scan", 18, "ALTER TABLE t ALTER a SET NOT NULL", "ADD CONSTRAINT ... NOT NULL column NOT VALID" },
	{ "rewrite", 15, "ALTER TABLE t ADD z int GENERATED ALWAYS AS (a) STORED", "trigger" },
	{ "rewrite", 18, "alter table t add z int generated always as (a) stored", "VIRTUAL" },
	{ "rewrite", 15, "REFRESH MATERIALIZED VIEW t", "CONCURRENTLY public.t;" },
	{ "blocking_index", 15, "ALTER TABLE t ADD PRIMARY KEY (id)",
	  "ALTER TABLE public.t ADD PRIMARY KEY USING INDEX" },
	{ NULL, 0, NULL, NULL },
};

static void
the_safe_way_is_that_of_the_version(void **state)
{
	static const SourcePosition nowhere = { 0 };
	g_autoptr(ReportObservation) observation = report_observation_new();

	(void)state;
	for (const Advised *test = advised; test->code != NULL; test++) {
		const ImpactScript script = { .observation = observation, .version = test->version };
		ReportStatement *statement = report_statement_new(nowhere, test->statement);
		g_ptr_array_add(observation->statements, statement);
		g_autofree char *advice = impact_advise(test->code, &script, statement, "public.t");
		if (advice == NULL || strstr(advice, test->part) == NULL)
			fail_msg("%s on %u: %s", test->statement, test->version, advice);
	}
}

static void
every_finding_has_a_safe_way_whatever_the_statement(void **state)
{
	static const SourcePosition nowhere = { 0 };
	g_autoptr(ReportObservation) observation = report_observation_new();
	ReportStatement *statement = report_statement_new(nowhere, "DO $$ $$");
	const ImpactScript script = { .observation = observation, .version = 15 };

	(void)state;
	g_ptr_array_add(observation->statements, statement);
	for (const ImpactFindingKind *kind = impact_finding_kinds(); kind->code != NULL; kind++) {
		g_autofree char *advice = impact_advise(kind->code, &script, statement, NULL);
		if (advice == NULL)
			fail_msg("%s has no safe way", kind->code);
	}
}

static void
dates_are_days_that_there_are(void **state)
{
	static const char *const wrong[] = { "",           "2027",       "2027-2-3",    "2027-02-29", "2027-13-01",
		                             "2027-01-00", "20270101xx", "2027-01-01 ", "01-01-2027", NULL };

	(void)state;
	assert_true(impact_date_is_valid("2027-03-01"));
	assert_true(impact_date_is_valid("2028-02-29"));
	for (const char *const *text = wrong; *text != NULL; text++)
		if (impact_date_is_valid(*text))
			fail_msg("\"%s\" is taken for a date", *text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_finding_is_explained_and_documented),
		cmocka_unit_test(the_safe_way_is_that_of_the_version),
		cmocka_unit_test(every_finding_has_a_safe_way_whatever_the_statement),
		cmocka_unit_test(dates_are_days_that_there_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
