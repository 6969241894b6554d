#include "command/check/order.h"

#include "command/check/find.h"

#include <string.h>

/* The missing relation, type or schema that the case reports, without its schema: "orders"; NULL: the case reports
 * something else. The caller frees it. */
static char *
order_find_missing(const ReportCase *test_case)
{
	g_autoptr(GRegex) regex = g_regex_new("(?:relation|type|schema|table) \"([^\"]+)\" does not exist", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (test_case->status != REPORT_FAILED || test_case->message == NULL ||
	    !g_regex_match(regex, test_case->message, 0, &match))
		return NULL;
	g_autofree char *name = g_match_info_fetch(match, 1);
	const char *dot = strrchr(name, '.');
	return g_strdup(dot != NULL ? dot + 1 : name);
}

/* Whether the statement, or one of several in it, makes the object of that name. */
static bool
order_creates(const char *sql, const char *name)
{
	g_autofree char *escaped = g_regex_escape_string(name, -1);
	g_autofree char *pattern = g_strdup_printf("\\bcreate\\s+(?:or\\s+replace\\s+)?(?:(?:global|local|temporary|"
	                                           "temp|unlogged|materialized|foreign|recursive)"
	                                           "\\s+)*(?:table|view|type|domain|schema|sequence)\\s+(?:if\\s+"
	                                           "not\\s+exists\\s+)?(?:\"?\\w+\"?\\s*\\.\\s*)?\"?"
	                                           "%s\"?(?![\\w.\"])",
	                                           escaped);

	return g_regex_match_simple(pattern, sql, G_REGEX_CASELESS | G_REGEX_RAW, 0);
}

/* The migration of the set that creates it; or NULL. */
static const Migration *
order_find_creator(const MigrationSet *set, const char *name)
{
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		const GPtrArray *statements = migration_script_statements(migration->up);
		for (guint j = 0; j < statements->len; j++) {
			const MigrationStatement *statement = g_ptr_array_index(statements, j);
			if (order_creates(statement->sql, name))
				return migration;
		}
	}
	return NULL;
}

/* The other folder, and its migration in *ret_creator. */
static const RunJob *
order_find_other(const RunPlan *plan, const RunJob *job, const char *name, const Migration **ret_creator)
{
	if (order_find_creator(job->set, name) != NULL)
		return NULL;
	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *other = g_ptr_array_index(plan->jobs, i);
		if (other == job || migration_set_is_external(other->set))
			continue;
		*ret_creator = order_find_creator(other->set, name);
		if (*ret_creator != NULL)
			return other;
	}
	return NULL;
}

static bool
order_is_of(const ReportCase *test_case, const RunJob *job)
{
	return g_strcmp0(test_case->database, job->database->name) == 0;
}

/* All that has failed has failed for that. */
static void
order_excuse(ReportSuite *suite, const RunJob *job, const char *reason)
{
	for (guint i = 0; i < suite->cases->len; i++) {
		ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		if (!order_is_of(test_case, job) ||
		    (test_case->status != REPORT_FAILED && test_case->status != REPORT_ERRORED))
			continue;
		g_autofree char *found = g_strdup(test_case->message);
		report_case_set(test_case, REPORT_SKIPPED, "%s\nfound: %s", reason, found);
	}
}

static void
order_judge(const RunPlan *plan, const RunJob *job, ReportSuite *suite)
{
	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		const Migration *creator = NULL;
		g_autofree char *missing = order_is_of(test_case, job) ? order_find_missing(test_case) : NULL;
		const RunJob *other = missing != NULL ? order_find_other(plan, job, missing, &creator) : NULL;
		if (other == NULL)
			continue;
		g_autofree char *reason = g_strdup_printf(
		    "not tested: it needs \"%s\", which \"%s\" of \"%s\" makes, and a folder is tested alone\n"
		    "hint: write a suite for \"%s\", with \"baseline: { schema: FILE }\": FILE is a dump of what "
		    "\"%s\" makes "
		    "(pg_dump --schema-only); see pgassay help suites",
		    missing, creator->name, other->set->directory, job->set->directory, other->set->directory);
		order_excuse(suite, job, reason);
		return;
	}
}

void
command_check_order(const RunPlan *plan, ReportRun *report)
{
	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (strcmp(job->suite->path, COMMAND_CHECK_MADE) != 0 || migration_set_is_external(job->set))
			continue;
		for (guint j = 0; j < report->suites->len; j++) {
			ReportSuite *suite = g_ptr_array_index(report->suites, j);
			if (strcmp(suite->name, job->suite->name) == 0)
				order_judge(plan, job, suite);
		}
	}
}
