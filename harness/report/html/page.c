/* The page: one file without any script. */
#include "report/html/html.h"

#include "report/file.h"
#include "report/html/page.h"

#include <string.h>

static void
page_clear(HtmlPage *page)
{
	g_ptr_array_unref(page->causes);
	g_hash_table_unref(page->cause_of);
	g_hash_table_unref(page->locks);
	g_hash_table_unref(page->case_ids);
	g_hash_table_unref(page->object_ids);
	g_hash_table_unref(page->ids);
	g_string_free(page->contents, TRUE);
	g_string_free(page->out, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HtmlPage, page_clear)

static void
page_init(HtmlPage *page, const ReportRun *run)
{
	page->run = run;
	page->counts = report_run_count(run);
	page->causes = report_run_causes(run);
	page->cause_of = g_hash_table_new(NULL, NULL);
	page->ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	page->locks = g_hash_table_new(NULL, NULL);
	page->case_ids = g_hash_table_new(NULL, NULL);
	page->object_ids = g_hash_table_new(NULL, NULL);
	page->contents = g_string_new(NULL);
	page->out = g_string_new(NULL);
	for (guint i = 0; i < page->causes->len; i++) {
		ReportCause *cause = g_ptr_array_index(page->causes, i);
		for (guint j = 0; j < cause->cases->len; j++)
			g_hash_table_insert(page->cause_of, g_ptr_array_index(cause->cases, j), cause);
	}
	html_ids_make(page);
	html_locks_choose(page);
}

void
html_section_begin(HtmlPage *page, const char *id, const char *title, const char *letters, const char *remark,
                   guint bad, guint n)
{
	g_string_append_printf(page->contents, "<li><a href=#%s>%s", id, title);
	if (bad > 0)
		g_string_append_printf(page->contents, " <span class=bad>%u</span>", bad);
	else if (n > 0)
		g_string_append_printf(page->contents, " <span class=mut>%u</span>", n);
	g_string_append(page->contents, "</a>");
	g_string_append_printf(page->out, "<section id=%s aria-labelledby=h-%s data-s=\"%s\"><h2 id=h-%s>%s", id, id,
	                       letters, id, title);
	if (remark != NULL)
		g_string_append_printf(page->out, " <span class=mut>%s</span>", remark);
	g_string_append(page->out, "</h2>");
}

void
html_section_end(HtmlPage *page)
{
	g_string_append(page->out, "</section>\n");
}

/* --- The parts around the sections ---------------------------------------------------- */

static char *
page_title(const HtmlPage *page)
{
	GString *title = g_string_new(NULL);
	const ReportCounts *counts = &page->counts;
	guint bad = counts->failed + counts->errored;
	const char *word = bad > 0 ? "FAIL" : counts->passed > 0 ? "pass" : "nothing tested";

	g_string_append_printf(title, "%s ", word);
	if (bad > 0)
		g_string_append_printf(title, "%u of ", bad);
	g_string_append_printf(title, "%u", counts->passed + bad + counts->skipped);
	if (page->run->suites->len == 1) {
		g_string_append(title, ": ");
		html_line(title, ((const ReportSuite *)g_ptr_array_index(page->run->suites, 0))->name);
	}
	g_string_append(title, " – pgassay");
	return g_string_free(title, FALSE);
}

static void
page_add_choice(GString *bar, const char *id, const char *sign, const char *class_name, const char *word, guint n)
{
	g_string_append_printf(bar, "<input class=vh type=radio name=st id=%s><label for=%s>", id, id);
	g_string_append_printf(bar, "<b class=%s>%s</b> %s %u</label>", class_name, sign, word, n);
}

static char *
page_bar(const HtmlPage *page)
{
	GString *bar = g_string_new("<a class=ver href=#verdict>");
	const ReportCounts *counts = &page->counts;
	guint bad = counts->failed + counts->errored;
	guint n = counts->passed + bad + counts->skipped;

	if (bad > 0) {
		g_string_append(bar, "<b>✗ FAIL</b> <span class=l>");
		html_count(bar, page->causes->len, "fault", "faults");
		g_string_append(bar, "</span>");
	} else {
		g_string_append_printf(bar, "<i class=ok>✓</i> %s", counts->passed > 0 ? "pass" : "nothing tested");
	}
	g_string_append(bar, "</a><div class=flt role=group aria-label=\"Show only\">");
	g_string_append_printf(bar, "<input class=vh type=radio name=st id=fa checked><label for=fa>all %u</label>", n);
	page_add_choice(bar, "ff", "✗", "bad", "fail", bad);
	page_add_choice(bar, "fs", "–", "mut", "skip", counts->skipped);
	page_add_choice(bar, "fp", "✓", "ok", "pass", counts->passed);
	if (page->run->base != NULL)
		g_string_append(bar,
		                "<span class=gap></span><input class=vh type=checkbox id=fn><label for=fn>new<span "
		                "class=l> only</span></label>");
	g_string_append(bar, "</div>");
	if (page->run->title != NULL || page->run->base != NULL) {
		g_string_append(bar, "<span class=\"ref sm mut\">");
		html_line(bar, page->run->title != NULL ? page->run->title : "");
		g_string_append(bar, page->run->base != NULL ? " on " : "");
		html_line(bar, page->run->base != NULL ? page->run->base : "");
		g_string_append(bar, "</span>");
	}
	return g_string_free(bar, FALSE);
}

static char *
page_foot(const HtmlPage *page)
{
	GString *foot = g_string_new(NULL);
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(page->run->started / G_USEC_PER_SEC);
	g_autofree char *text = time != NULL ? g_date_time_format(time, "%Y-%m-%d %H:%M:%S UTC") : NULL;

	g_string_append_printf(foot, "Written by pgassay %s, run of %s. The page needs no network and no script.",
	                       PGASSAY_VERSION, text != NULL ? text : "an unknown time");
	return g_string_free(foot, FALSE);
}

/* Replaces each {{name}} by its value; `values` are names and texts in turn, ended by NULL. */
static GString *
page_fill(const char *template, const char *const *values)
{
	GString *page = g_string_new(NULL);
	const char *start = NULL;

	for (; (start = strstr(template, "{{")) != NULL; template = strstr(start, "}}") + 2) {
		g_string_append_len(page, template, start - template);
		for (guint i = 0; values[i] != NULL; i += 2)
			if (g_str_has_prefix(start + 2, values[i]) &&
			    g_str_has_prefix(start + 2 + strlen(values[i]), "}}"))
				g_string_append(page, values[i + 1]);
	}
	g_string_append(page, template);
	return page;
}

static GString *
page_make(HtmlPage *page)
{
	g_autoptr(GString) verdict = g_string_new(NULL);
	g_autofree char *title = page_title(page);
	g_autofree char *bar = page_bar(page);
	g_autofree char *foot = page_foot(page);

	html_failures(page);
	html_checklist(page);
	html_migrations(page);
	html_locks(page);
	html_access(page);
	html_schema(page);
	html_diagram(page);
	html_not_tested(page);
	html_cases(page);
	html_environment(page);
	html_verdict(page, verdict);
	const char *const values[] = { "title",    title,
		                       "style",    report_page_css,
		                       "skip",     page->causes->len > 0 ? "#failures" : "#cases",
		                       "bar",      bar,
		                       "verdict",  verdict->str,
		                       "contents", page->contents->str,
		                       "sections", page->out->str,
		                       "foot",     foot,
		                       NULL };
	return page_fill(report_page_html, values);
}

bool
report_html_write(const ReportRun *run, const char *path, GError **error)
{
	g_auto(HtmlPage) page = { 0 };

	page_init(&page, run);
	g_autoptr(GString) text = page_make(&page);
	return report_file_write(path, text->str, text->len, error);
}
