/* All cases, parts that were not tested, and the environment. */
#include "report/html/page.h"

#include <string.h>

/* Shorter times have no meaning. */
#define CASES_TIME_MIN 1000

/* Cases of one database and one stage that stand side by side. */
typedef struct {
	const char *database;
	const char *stage;
	GPtrArray *cases; /* of const ReportCase * */
	ReportCounts counts;
	gint64 duration;
} CaseGroup;

static void
case_group_free(gpointer data)
{
	CaseGroup *group = data;

	g_ptr_array_unref(group->cases);
	g_free(group);
}

/* The groups, of CaseGroup *, in the order of their first cases. */
static GPtrArray *
cases_group(const ReportSuite *suite)
{
	GPtrArray *groups = g_ptr_array_new_with_free_func(case_group_free);
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		char *key = g_strdup_printf("%s\n%s", test_case->database != NULL ? test_case->database : "",
		                            test_case->stage);
		CaseGroup *group = g_hash_table_lookup(known, key);
		if (group == NULL) {
			group = g_new0(CaseGroup, 1);
			group->database = test_case->database;
			group->stage = test_case->stage;
			group->cases = g_ptr_array_new();
			g_ptr_array_add(groups, group);
			g_hash_table_insert(known, g_strdup(key), group);
		}
		g_free(key);
		g_ptr_array_add(group->cases, (gpointer)test_case);
		report_counts_add(&group->counts, test_case->status);
		group->duration += MAX(test_case->duration, 0);
	}
	return groups;
}

static void
cases_add_case(const HtmlPage *page, const ReportCase *test_case, bool with_sign)
{
	GString *out = page->out;
	const char *id = html_case_id(page, test_case);
	const ReportCause *cause = g_hash_table_lookup(page->cause_of, test_case);

	g_string_append_printf(out, "<li id=%s", id);
	if (with_sign) {
		g_string_append_printf(out, " data-s=%c>", html_letter(test_case->status));
		html_status(out, test_case->status);
		g_string_append_c(out, ' ');
	} else {
		g_string_append_c(out, '>');
	}
	if (cause != NULL)
		g_string_append_printf(out, "<a href=#f-%s>", cause->id);
	else
		g_string_append_printf(out, "<a href=#%s>", id);
	html_line(out, test_case->name);
	g_string_append(out, "</a>");
	if (test_case->duration >= CASES_TIME_MIN) {
		g_string_append(out, "<b>");
		html_time(out, test_case->duration);
		g_string_append(out, "</b>");
	}
}

static void
cases_add_counts(GString *out, const ReportCounts *counts)
{
	guint bad = counts->failed + counts->errored;

	if (bad > 0)
		g_string_append_printf(out, " <span class=bad>✗ %u</span>", bad);
	if (counts->skipped > 0)
		g_string_append_printf(out, " <span class=mut>– %u</span>", counts->skipped);
	if (counts->passed > 0)
		g_string_append_printf(out, " <span class=ok>✓ %u</span>", counts->passed);
}

static void
cases_add_group(const HtmlPage *page, const CaseGroup *group)
{
	GString *out = page->out;
	g_autofree char *letters = html_letters(&group->counts);
	bool mixed = group->counts.passed < group->cases->len;

	g_string_append_printf(out, "<details class=row data-s=\"%s\"%s><summary><span class=stg><span>", letters,
	                       group->counts.failed + group->counts.errored > 0 ? " open" : "");
	if (group->database != NULL) {
		html_line(out, group->database);
		g_string_append(out, " · ");
	}
	html_line(out, group->stage);
	g_string_append(out, "</span>");
	cases_add_counts(out, &group->counts);
	g_string_append(out, " <span class=r>");
	html_time(out, group->duration);
	g_string_append(out, "</span></span></summary><ul class=cs>");
	for (guint i = 0; i < group->cases->len; i++)
		cases_add_case(page, g_ptr_array_index(group->cases, i), mixed);
	g_string_append(out, "</ul></details>\n");
}

static void
cases_add_suite(const HtmlPage *page, const ReportSuite *suite)
{
	GString *out = page->out;
	g_autoptr(GPtrArray) groups = cases_group(suite);
	ReportCounts counts = report_suite_count(suite);
	g_autofree char *letters = html_letters(&counts);

	g_string_append_printf(out, "<details class=row id=%s data-s=\"%s\"%s><summary><span class=tsum><span class=m>",
	                       html_id(page, suite), letters, page->run->suites->len == 1 ? " open" : "");
	html_line(out, suite->name);
	g_string_append(out, "</span> <span class=mut>");
	html_line(out, suite->title != NULL ? suite->title : "");
	g_string_append(out, "</span>");
	cases_add_counts(out, &counts);
	g_string_append(out, "</span></summary><div class=\"body ind\">");
	for (guint i = 0; i < groups->len; i++)
		cases_add_group(page, g_ptr_array_index(groups, i));
	g_string_append(out, "</div></details>\n");
}

void
html_cases(HtmlPage *page)
{
	const ReportCounts *counts = &page->counts;
	guint bad = counts->failed + counts->errored;
	g_autofree char *remark = g_strdup_printf("%u passed, %u failed, %u skipped; by suite, database and stage",
	                                          counts->passed, bad, counts->skipped);

	html_section_begin(page, "cases", "All cases", "f s p", remark, 0, counts->passed + bad + counts->skipped);
	for (guint i = 0; i < page->run->suites->len; i++)
		cases_add_suite(page, g_ptr_array_index(page->run->suites, i));
	html_section_end(page);
}

/* --- Untested parts -------------------------------------------------------------------------------- */

/* Cases that were left out for one reason. */
typedef struct {
	const char *reason;
	guint n;
	GString *where; /* "kb round trip, capsule restore" */
	const char *last_suite;
	const char *last_stage;
} Reason;

static void
reason_free(gpointer data)
{
	Reason *reason = data;

	g_string_free(reason->where, TRUE);
	g_free(reason);
}

static void
reason_add(GPtrArray *reasons, GHashTable *known, const ReportSuite *suite, const ReportCase *test_case)
{
	const char *text = test_case->message != NULL ? test_case->message : "no reason is given";
	Reason *reason = g_hash_table_lookup(known, text);

	if (reason == NULL) {
		reason = g_new0(Reason, 1);
		reason->reason = text;
		reason->where = g_string_new(NULL);
		g_ptr_array_add(reasons, reason);
		g_hash_table_insert(known, (gpointer)text, reason);
	}
	reason->n++;
	if (reason->last_suite == suite->name && g_strcmp0(reason->last_stage, test_case->stage) == 0)
		return;
	g_string_append_printf(reason->where, "%s%s %s", reason->where->len > 0 ? ", " : "", suite->name,
	                       test_case->stage);
	reason->last_suite = suite->name;
	reason->last_stage = test_case->stage;
}

static GPtrArray *
cases_find_reasons(const ReportRun *run)
{
	GPtrArray *reasons = g_ptr_array_new_with_free_func(reason_free);
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->cases->len; j++) {
			const ReportCase *test_case = g_ptr_array_index(suite->cases, j);
			if (test_case->status == REPORT_SKIPPED)
				reason_add(reasons, known, suite, test_case);
		}
	}
	return reasons;
}

void
html_not_tested(HtmlPage *page)
{
	g_autoptr(GPtrArray) reasons = cases_find_reasons(page->run);

	if (reasons->len == 0)
		return;
	html_section_begin(page, "not-tested", "Not tested", "s", "what was left out, and why", 0,
	                   page->counts.skipped);
	g_string_append(page->out, "<table><thead><tr><th scope=col>reason<th scope=col class=num>cases<th "
	                           "scope=col>where</thead><tbody>");
	for (guint i = 0; i < reasons->len; i++) {
		const Reason *reason = g_ptr_array_index(reasons, i);
		g_string_append(page->out, "<tr><th scope=row>");
		html_message(page->out, reason->reason);
		g_string_append_printf(page->out, "<td class=num>%u<td>", reason->n);
		html_line(page->out, reason->where->str);
	}
	g_string_append(page->out, "</tbody></table>");
	html_section_end(page);
}

/* --- The environment ---------------------------------------------------------------------------------- */

void
html_environment(HtmlPage *page)
{
	html_section_begin(page, "environment", "Environment", "", "what the run was made with", 0, 0);
	for (guint i = 0; i < page->run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(page->run->suites, i);
		g_string_append(page->out, "<details class=row><summary><span class=tsum><span class=m>");
		html_line(page->out, suite->name);
		g_string_append(page->out, "</span> <span class=mut>");
		if (suite->path != NULL)
			html_place(page->out, (SourcePosition){ .path = suite->path });
		g_string_append(page->out, "</span></span></summary><div class=body>");
		g_string_append(page->out,
		                suite->properties->len > 0 ? "<dl class=facts>" : "<p>Nothing is known.</p>");
		for (guint j = 0; j < suite->properties->len; j++) {
			const ReportProperty *property = g_ptr_array_index(suite->properties, j);
			g_string_append(page->out, "<dt>");
			html_line(page->out, property->name != NULL ? property->name : "");
			g_string_append(page->out, "<dd>");
			html_line(page->out, property->value != NULL ? property->value : "");
			g_string_append_c(page->out, '\n');
		}
		g_string_append(page->out,
		                suite->properties->len > 0 ? "</dl></div></details>\n" : "</div></details>\n");
	}
	html_section_end(page);
}
