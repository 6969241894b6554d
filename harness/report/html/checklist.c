/* The checklist of a release: each item with its state, and the evidence for that. */
#include "report/html/page.h"

#include <string.h>

/* Size in bytes from which ticked items are shown without their evidence. */
#define CHECKLIST_SIZE ((gsize)200 * 1000)

static const struct {
	const char *name; /* the stage of its cases */
	const char *title;
} phases[] = {
	{ "pre", "Before the release" },
	{ "during", "While it runs" },
	{ "post", "After it" },
};

static bool
checklist_is_of(const ReportCase *test_case, const char *phase)
{
	return test_case->item != NULL && strcmp(test_case->stage, phase) == 0;
}

/* --- An item ------------------------------------------------------------------------------- */

static void
checklist_add_state(GString *out, const ReportItem *item)
{
	static const char *const looks[REPORT_N_ITEM_STATES] = {
		[REPORT_ITEM_TICKED] = "ok\">✓ ticked",
		[REPORT_ITEM_OPEN] = "bad\">✗ open",
		[REPORT_ITEM_UNKNOWN] = "bad\">? not known",
		[REPORT_ITEM_WAITS] = "bad\">○ to be signed",
	};
	const char *look = looks[item->state];

	/* An item that a release does not require is no alarm. */
	if (!item->required && item->state != REPORT_ITEM_TICKED)
		g_string_append_printf(out, "<span class=\"t warn%s</span>", strchr(look, '"'));
	else
		g_string_append_printf(out, "<span class=\"t %s</span>", look);
}

static void
checklist_add_facts(GString *out, const ReportItem *item)
{
	if (item->facts->len == 0)
		return;
	g_string_append(out, "<table class=ev><thead><tr><th scope=col>observed<th scope=col>found<th "
	                     "scope=col>limit</thead><tbody>");
	for (guint i = 0; i < item->facts->len; i++) {
		const ReportFact *fact = g_ptr_array_index(item->facts, i);
		g_string_append(out, "<tr><th scope=row>");
		html_line(out, fact->what);
		g_string_append(out, "<td class=m>");
		html_line(out, fact->found);
		g_string_append(out, "<td class=\"m mut\">");
		html_line(out, fact->limit != NULL ? fact->limit : "");
	}
	g_string_append(out, "</tbody></table>");
}

static void
checklist_add_evidence(const HtmlPage *page, GString *out, const ReportCase *test_case)
{
	const ReportItem *item = test_case->item;

	g_string_append_printf(out,
	                       "<details class=row%s><summary><span class=sm>evidence</span></summary><div "
	                       "class=body>",
	                       item->state != REPORT_ITEM_TICKED ? " open" : "");
	if (item->details != NULL)
		html_lines(out, "sm", item->details);
	checklist_add_facts(out, item);
	if (item->shows != NULL) {
		g_string_append(out, "<p class=lab>See it again</p>");
		html_lines(out, "sm", item->shows);
	}
	if (test_case->hint != NULL && item->state != REPORT_ITEM_TICKED) {
		g_string_append(out, "<p class=sm><b>What to do</b> ");
		html_message(out, test_case->hint);
	}
	g_string_append(out, "<p class=\"sm mut\">");
	html_line(out, item->kind != NULL ? item->kind : "item");
	g_string_append(out, ", <span class=m>");
	html_place(out, test_case->position);
	g_string_append(out, "</span>, asked in ");
	html_time(out, test_case->duration);
	g_string_append_printf(out, "; <a href=#%s>the case</a></div></details>", html_case_id(page, test_case));
}

static void
checklist_add_item(const HtmlPage *page, const ReportCase *test_case, bool with_evidence)
{
	GString *out = page->out;

	g_string_append_printf(out, "<li data-s=%c data-n=1>", html_letter(test_case->status));
	checklist_add_state(out, test_case->item);
	g_string_append(out, "<div><b>");
	html_line(out, test_case->name);
	g_string_append(out, "</b>");
	if (!test_case->item->required)
		g_string_append(out, " <span class=tag>not required</span>");
	if (test_case->message != NULL) {
		g_string_append(out, " <span class=mut>");
		html_message(out, test_case->message);
		g_string_append(out, "</span>");
	}
	if (with_evidence || test_case->item->state != REPORT_ITEM_TICKED)
		checklist_add_evidence(page, out, test_case);
	g_string_append(out, "</div>\n");
}

/* --- A phase --------------------------------------------------------------------------------- */

static void
checklist_add_clock(GString *out, gint64 time)
{
	g_autoptr(GDateTime) clock = g_date_time_new_from_unix_utc(time / G_USEC_PER_SEC);
	g_autofree char *text = clock != NULL ? g_date_time_format(clock, "%H:%M:%S") : NULL;

	g_string_append(out, text != NULL ? text : "");
}

static void
checklist_add_watched(GString *out, const ReportSuite *suite)
{
	if (suite->watched->len == 0)
		return;
	g_string_append(out, "<h4 class=gapt>Seen on the target meanwhile</h4><table class=tl><thead><tr><th scope=col "
	                     "class=num>from, UTC<th scope=col class=num>lasted<th scope=col>what</thead><tbody>");
	for (guint i = 0; i < suite->watched->len; i++) {
		const ReportSighting *sighting = g_ptr_array_index(suite->watched, i);
		g_string_append(out, "<tr><td class=num>");
		checklist_add_clock(out, sighting->from);
		g_string_append(out, "<td class=num>");
		html_time(out, sighting->until - sighting->from);
		g_string_append(out, "<td>");
		html_line(out, sighting->what);
		g_string_append_c(out, '\n');
	}
	g_string_append(out, "</tbody></table>");
}

static void
checklist_add_phase(const HtmlPage *page, const ReportSuite *suite, gsize phase)
{
	guint required = 0;
	guint ticked = 0;
	guint n = 0;
	GString *out = page->out;
	gsize start = out->len;

	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		if (!checklist_is_of(test_case, phases[phase].name))
			continue;
		n++;
		required += test_case->item->required;
		ticked += test_case->item->required && test_case->item->state == REPORT_ITEM_TICKED;
	}
	g_string_append_printf(out, "<h3 class=gapt>%s <span class=mut>", phases[phase].title);
	if (n == 0) {
		g_string_append_printf(out, "not asked here: <code>pgassay checklist --phase %s</code></span></h3>",
		                       phases[phase].name);
		return;
	}
	g_string_append_printf(out, "%u of %u required items are ticked</span></h3><ul class=chk>\n", ticked, required);
	for (guint i = 0; i < suite->cases->len; i++)
		if (checklist_is_of(g_ptr_array_index(suite->cases, i), phases[phase].name))
			checklist_add_item(page, g_ptr_array_index(suite->cases, i), out->len - start < CHECKLIST_SIZE);
	g_string_append(out, "</ul>");
	if (strcmp(phases[phase].name, "during") == 0)
		checklist_add_watched(out, suite);
}

/* --- The section -------------------------------------------------------------------------------- */

static bool
checklist_count(const ReportSuite *suite, ReportCounts *counts)
{
	bool any = false;

	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		if (test_case->item != NULL)
			report_counts_add(counts, test_case->status);
		any |= test_case->item != NULL;
	}
	return any;
}

void
html_checklist(HtmlPage *page)
{
	ReportCounts counts = { 0 };
	guint n_lists = 0;

	for (guint i = 0; i < page->run->suites->len; i++)
		n_lists += checklist_count(g_ptr_array_index(page->run->suites, i), &counts);
	if (n_lists == 0)
		return;
	g_autofree char *letters = html_letters(&counts);
	guint bad = counts.failed + counts.errored;
	html_section_begin(page, "checklist", "Checklist", letters,
	                   "what has to be so before, while and after a release, ticked by what was observed", bad,
	                   bad + counts.passed + counts.skipped);
	for (guint i = 0; i < page->run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(page->run->suites, i);
		ReportCounts own = { 0 };
		if (!checklist_count(suite, &own))
			continue;
		if (n_lists > 1) {
			g_string_append(page->out, "<p class=\"lab gapt2\">");
			html_line(page->out, suite->name);
		}
		for (gsize j = 0; j < G_N_ELEMENTS(phases); j++)
			checklist_add_phase(page, suite, j);
	}
	html_section_end(page);
}
