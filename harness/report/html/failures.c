/* A card for each cause of failures, with four cells: expected and found; source; remedy; command to repeat it. */
#include "report/html/page.h"

#include "report/story.h"

#include <string.h>

/* Maximum size of all cards together, in bytes; the other causes are a list. */
#define FAILURES_BUDGET ((gsize)1200 * 1024)
#define FAILURES_ALSO   12
#define FAILURES_LINES  40

static void
failures_add_where(const HtmlPage *page, const ReportCause *cause, GString *out)
{
	const ReportCase *first = cause->first;
	const ReportMigration *since = html_since(cause->suite, first);

	g_string_append(out, "<p class=where><span>");
	html_line(out, cause->suite->name);
	if (first->database != NULL) {
		g_string_append(out, " / ");
		html_line(out, first->database);
	}
	g_string_append_printf(out, " / <a href=#%s>", html_case_id(page, first));
	html_line(out, first->stage);
	g_string_append(out, "</a></span>");
	if (first->since != NULL) {
		g_string_append(out, " <span>since ");
		if (since != NULL)
			g_string_append_printf(out, "<a href=#%s>", html_id(page, since));
		g_string_append(out, "<code>");
		html_line(out, first->since);
		g_string_append_printf(out, "</code>%s%s</span>", since != NULL ? "</a>" : "",
		                       since != NULL && since->is_new ? " <span class=\"tag new\">new</span>" : "");
	}
	g_string_append(out, "</p>");
}

/* --- Expected, found ------------------------------------------------------------------------ */

static void
failures_add_side(GString *out, const char *class_name, const char *sign, const char *word, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", FAILURES_LINES);

	for (guint i = 0; lines[i] != NULL; i++) {
		g_string_append_printf(out, "<span class=%s><b class=sg>%s</b><span class=vh>%s: </span>", class_name,
		                       sign, word);
		html_line(out, lines[i]);
		g_string_append(out, "\n</span>");
	}
}

static void
failures_add_differences(GString *out, const ReportCase *test_case)
{
	for (guint i = 0; test_case->differences != NULL && i < test_case->differences->len; i++) {
		const ReportDifference *difference = g_ptr_array_index(test_case->differences, i);
		g_string_append(out, "<h4>");
		html_line(out, difference->what != NULL ? difference->what : "");
		g_string_append_printf(out, "%s</h4><pre class=diff>",
		                       difference->found == NULL      ? " is missing"
		                       : difference->expected == NULL ? " should not be there"
		                                                      : "");
		if (difference->expected != NULL)
			failures_add_side(out, "o", "−", "expected", difference->expected);
		if (difference->found != NULL)
			failures_add_side(out, "w", "+", "found", difference->found);
		g_string_append(out, "</pre>");
	}
	if (test_case->differences != NULL)
		g_string_append(out, "<p class=\"sm mut\">− expected, + found</p>");
}

static void
failures_add_pair(GString *out, const ReportCase *test_case, const ReportStory *story)
{
	g_string_append(out, "<dl class=pair>");
	if (test_case->expected != NULL) {
		g_string_append(out, "<dt>expected<dd>");
		html_message(out, test_case->expected);
		g_string_append_c(out, '\n');
	}
	g_string_append(out, "<dt>found<dd>");
	html_sentence(out, story->found);
	g_string_append(out, "</dl>");
	failures_add_differences(out, test_case);
	if (story->short_rest != NULL)
		html_lines(out, "", story->short_rest);
}

/* --- The source ------------------------------------------------------------------------------- */

static void
failures_add_excerpt(GString *out, const ReportExcerpt *excerpt)
{
	g_auto(GStrv) lines = g_strsplit(excerpt->text, "\n", -1);
	guint first = excerpt->position.line;

	g_string_append(out, "<div class=file><span>");
	html_place(out, excerpt->position);
	g_string_append(out, "</span> <span>");
	html_line(out, excerpt->note != NULL ? excerpt->note : "");
	g_string_append(out, "</span></div><pre class=src>");
	for (guint i = 0; lines[i] != NULL; i++) {
		guint number = excerpt->first_line + i;
		bool marked = number >= first && number < first + excerpt->n_marked;
		bool comment = g_str_has_prefix(lines[i] + strspn(lines[i], " \t"), "--");
		g_string_append_printf(out, "<span%s><b class=n>%u </b>%s%s", marked ? " class=hit" : "", number,
		                       marked ? "<b class=vh>here: </b>" : "", comment ? "<span class=c>" : "");
		html_line(out, lines[i]);
		g_string_append_printf(out, "%s\n</span>", comment ? "</span>" : "");
	}
	g_string_append(out, "</pre>");
}

static void
failures_add_other_cases(const HtmlPage *page, const ReportCause *cause, GString *out)
{
	guint n = cause->cases->len;

	if (n == 1)
		return;
	g_string_append_printf(out, "<h4 class=gapt>%u cases fail for this one reason</h4><ul class=also>", n);
	for (guint i = 0; i < MIN(n, FAILURES_ALSO); i++) {
		const ReportCase *test_case = g_ptr_array_index(cause->cases, i);
		g_string_append_printf(out, "<li><a href=#%s>", html_case_id(page, test_case));
		html_line(out, test_case->stage);
		g_string_append(out, ": ");
		html_line(out, test_case->name);
		g_string_append(out, "</a> <span class=mut>");
		html_place(out, test_case->position);
		g_string_append(out, "</span>");
	}
	if (n > FAILURES_ALSO)
		g_string_append_printf(out, "<li>and %u more", n - FAILURES_ALSO);
	g_string_append(out, "</ul>");
}

static void
failures_add_source(const HtmlPage *page, const ReportCause *cause, GString *out)
{
	const ReportCase *first = cause->first;

	for (guint i = 0; first->excerpts != NULL && i < first->excerpts->len; i++)
		failures_add_excerpt(out, g_ptr_array_index(first->excerpts, i));
	if (first->excerpts == NULL && first->position.path != NULL) {
		g_string_append(out, "<div class=file><span>");
		html_place(out, first->position);
		g_string_append(out, "</span></div>");
	}
	g_autofree char *said = first->excerpts == NULL ? report_case_said(first) : NULL;
	if (said != NULL)
		html_lines(out, "", said);
	failures_add_other_cases(page, cause, out);
}

/* --- Remedy, and command to repeat ------------------------------------------------------------------- */

static void
failures_add_advice(GString *out, const ReportCase *test_case)
{
	g_auto(GStrv) hints = g_strsplit(test_case->hint != NULL ? test_case->hint : "", "\n", -1);

	if (test_case->hint != NULL || test_case->remedy != NULL)
		g_string_append(out, "<h4>What to do</h4>");
	if (test_case->remedy != NULL) {
		g_string_append(out, "<p>Add to the down:</p>");
		html_lines(out, "", test_case->remedy);
	}
	for (guint i = 0; hints[i] != NULL && *hints[i] != '\0'; i++) {
		g_string_append(out, "<p>");
		html_sentence(out, hints[i]);
		g_string_append(out, "</p>");
	}
	for (guint i = 0; test_case->preconditions != NULL && i < test_case->preconditions->len; i++) {
		const ReportPrecondition *precondition = g_ptr_array_index(test_case->preconditions, i);
		g_string_append(out, i == 0 ? "<h4>Ask production before you merge</h4><p class=sm>" : "<p class=sm>");
		html_sentence(out, precondition->meaning);
		g_string_append(out, "</p>");
		if (precondition->query != NULL)
			html_lines(out, "", precondition->query);
	}
}

static void
failures_add_command(GString *out, const ReportCase *test_case)
{
	g_autofree char *command = report_case_command(test_case);

	if (command == NULL)
		return;
	g_string_append(out, "<h4>Reproduce</h4>");
	html_command(out, command);
}

static void
failures_add_card(const HtmlPage *page, const ReportCause *cause, GString *out)
{
	const ReportCase *first = cause->first;
	const ReportMigration *since = html_since(cause->suite, first);
	g_auto(ReportStory) story = report_story_make(first);

	g_string_append_printf(out,
	                       "<article class=fail id=f-%s data-s=f data-n=%d><details open><summary><span "
	                       "class=bad>✗ %s</span><h3>",
	                       cause->id, since == NULL || since->is_new,
	                       first->status == REPORT_ERRORED ? "ERROR" : "FAIL");
	html_sentence(out, story.title);
	g_string_append(out, "</h3></summary>");
	failures_add_where(page, cause, out);
	g_string_append(out, "<div class=fbody><div>");
	failures_add_pair(out, first, &story);
	g_string_append(out, "</div><div>");
	failures_add_source(page, cause, out);
	g_string_append(out, "</div>");
	html_plans(out, first);
	g_string_append(out, "<div>");
	failures_add_advice(out, first);
	g_string_append(out, "</div><div>");
	failures_add_command(out, first);
	g_string_append(out, "</div></div></details></article>\n");
}

static void
failures_add_line(const HtmlPage *page, const ReportCause *cause, GString *out)
{
	g_auto(ReportStory) story = report_story_make(cause->first);

	g_string_append_printf(out, "<li id=f-%s data-s=f><span class=bad>✗</span> <a href=#%s>", cause->id,
	                       html_case_id(page, cause->first));
	html_sentence(out, story.headline);
	g_string_append(out, "</a> <code class=mut>");
	html_place(out, cause->first->position);
	g_string_append(out, "</code>");
}

void
html_failures(HtmlPage *page)
{
	guint bad = page->counts.failed + page->counts.errored;
	g_autofree char *remark = g_strdup_printf("%u %s with %u %s, the worst first", bad, bad == 1 ? "case" : "cases",
	                                          page->causes->len, page->causes->len == 1 ? "cause" : "causes");
	gsize start = page->out->len;
	guint i = 0;

	if (page->causes->len == 0)
		return;
	html_section_begin(page, "failures", "Failures", "f", remark, page->causes->len, 0);
	for (; i < page->causes->len && page->out->len - start < FAILURES_BUDGET; i++)
		failures_add_card(page, g_ptr_array_index(page->causes, i), page->out);
	if (i < page->causes->len) {
		g_string_append_printf(page->out,
		                       "<h3>%u more, in one line each</h3><p class=sm>A page with all of them in full "
		                       "would be too large; the other reports have them.</p><ol class=\"fidx more\">",
		                       page->causes->len - i);
		for (; i < page->causes->len; i++)
			failures_add_line(page, g_ptr_array_index(page->causes, i), page->out);
		g_string_append(page->out, "</ol>");
	}
	html_section_end(page);
}
