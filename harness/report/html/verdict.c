/* The head of the page: the verdict in one sentence, a line for each cause, and the extent of the run. */
#include "report/html/page.h"

#include "report/story.h"

#define VERDICT_CAUSES 12

static void
verdict_add_causes(const HtmlPage *page, GString *out)
{
	g_string_append(out, "<ol class=fidx>");
	for (guint i = 0; i < MIN(page->causes->len, VERDICT_CAUSES); i++) {
		const ReportCause *cause = g_ptr_array_index(page->causes, i);
		const ReportCase *first = cause->first;
		const char *kind = first->kind != REPORT_KIND_OTHER && first->status != REPORT_ERRORED
		                       ? report_kind_name(first->kind)
		                       : "error";
		g_string_append_printf(out, "<li><span class=bad>✗ %s</span> <a href=#f-%s>", kind, cause->id);
		g_auto(ReportStory) story = report_story_make(first);
		html_sentence(out, story.headline);
		g_string_append(out, "</a> <code class=mut>");
		html_place(out, first->position);
		g_string_append(out, "</code>\n");
	}
	g_string_append(out, "</ol>");
	if (page->causes->len > VERDICT_CAUSES)
		g_string_append_printf(out, "<p class=sm><a href=#failures>and %u more</a></p>",
		                       page->causes->len - VERDICT_CAUSES);
}

static void
verdict_add_heading(const HtmlPage *page, GString *out)
{
	g_autofree char *verdict = report_run_verdict(page->run);
	const ReportCounts *counts = &page->counts;

	g_string_append(out, "<h1 id=h-v>");
	if (page->causes->len > 0)
		g_string_append(out, "<span class=bad>✗ FAIL</span> ");
	else if (counts->passed > 0)
		g_string_append(out, "<span class=ok>✓</span> ");
	html_line(out, verdict);
	g_string_append(out, "</h1>");
}

/* The first value of that property. */
static const char *
verdict_property(const ReportRun *run, const char *name)
{
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->properties->len; j++) {
			const ReportProperty *property = g_ptr_array_index(suite->properties, j);
			if (g_strcmp0(property->name, name) == 0)
				return property->value;
		}
	}
	return NULL;
}

static void
verdict_add_base(const HtmlPage *page, GString *out)
{
	guint n_new = 0;

	for (guint i = 0; i < page->run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(page->run->suites, i);
		for (guint j = 0; j < suite->databases->len; j++) {
			const ReportDatabase *database = g_ptr_array_index(suite->databases, j);
			for (guint k = 0; k < database->migrations->len; k++)
				n_new += ((const ReportMigration *)g_ptr_array_index(database->migrations, k))->is_new;
		}
	}
	if (page->run->base == NULL)
		return;
	g_string_append(out, "<dt>base<dd><b>");
	html_line(out, page->run->base);
	g_string_append(out, "</b>; ");
	html_count(out, n_new, "migration is new here", "migrations are new here");
	g_string_append_c(out, '\n');
}

static void
verdict_add_cases(const HtmlPage *page, GString *out)
{
	const ReportCounts *counts = &page->counts;
	guint n = counts->passed + counts->failed + counts->errored + counts->skipped;

	g_string_append_printf(out, "<dt>cases<dd><b>%u</b>: %u passed", n, counts->passed);
	if (counts->failed > 0)
		g_string_append_printf(out, ", <span class=bad>✗ %u failed</span>", counts->failed);
	if (counts->errored > 0)
		g_string_append_printf(out, ", <span class=bad>✗ %u could not be tested</span>", counts->errored);
	if (counts->skipped > 0)
		g_string_append_printf(out, ", %u skipped: <a href=#not-tested>why</a>", counts->skipped);
	g_string_append_c(out, '\n');
}

static void
verdict_add_facts(const HtmlPage *page, GString *out)
{
	const char *version = verdict_property(page->run, "server.version");
	const char *selection = verdict_property(page->run, "selection");
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(page->run->started / G_USEC_PER_SEC);
	g_autofree char *text = time != NULL ? g_date_time_format(time, "%Y-%m-%d %H:%M:%S UTC") : g_strdup("?");

	g_string_append(out, "<dl class=facts>");
	if (page->run->title != NULL) {
		g_string_append(out, "<dt>change<dd>");
		html_line(out, page->run->title);
		g_string_append_c(out, '\n');
	}
	verdict_add_base(page, out);
	if (version != NULL) {
		g_string_append(out, "<dt>server<dd>PostgreSQL ");
		html_line(out, version);
		g_string_append_c(out, '\n');
	}
	g_string_append_printf(out, "<dt>ran<dd>%s, ", text);
	html_time(out, page->run->duration);
	g_string_append_c(out, '\n');
	verdict_add_cases(page, out);
	if (selection != NULL) {
		g_string_append(out, "<dt>part<dd><span class=warn>!</span> only a part was run: <code>");
		html_line(out, selection);
		g_string_append(out, "</code>\n");
	}
	g_string_append(out, "</dl>");
}

static void
verdict_add_suite(const HtmlPage *page, const ReportSuite *suite, GString *out)
{
	ReportCounts counts = report_suite_count(suite);
	guint bad = counts.failed + counts.errored;
	guint n_migrations = 0;

	for (guint i = 0; i < suite->databases->len; i++)
		n_migrations += ((const ReportDatabase *)g_ptr_array_index(suite->databases, i))->migrations->len;
	g_string_append_printf(out, "<tr><th scope=row><a href=#%s>", html_id(page, suite));
	html_line(out, suite->name);
	g_string_append(out, "</a> <span class=mut>");
	html_line(out, suite->title != NULL ? suite->title : "");
	g_string_append_printf(out, "</span><td class=num>%u<td class=num>%u<td class=num>%u<td class=num>",
	                       suite->databases->len, n_migrations, counts.passed);
	g_string_append_printf(out, bad > 0 ? "<span class=bad>✗ %u</span>" : "<span class=mut>%u</span>", bad);
	g_string_append_printf(out, "<td class=num>%u<td class=num>", counts.skipped);
	html_time(out, suite->duration);
}

static void
verdict_add_suites(const HtmlPage *page, GString *out)
{
	g_string_append(out, "<table class=st2><caption class=vh>Cases by suite</caption><thead><tr><th "
	                     "scope=col>suite<th scope=col class=num><abbr title=databases>db</abbr><th scope=col "
	                     "class=num><abbr title=migrations>migr.</abbr><th scope=col class=num>pass<th scope=col "
	                     "class=num>FAIL<th scope=col class=num>skip<th scope=col class=num>time</thead><tbody>");
	for (guint i = 0; i < page->run->suites->len; i++)
		verdict_add_suite(page, g_ptr_array_index(page->run->suites, i), out);
	g_string_append(out, "</tbody></table>");
}

void
html_verdict(const HtmlPage *page, GString *out)
{
	g_autofree char *command = report_command_line((const char *const *)page->run->reproduce);

	verdict_add_heading(page, out);
	if (page->causes->len > 0)
		verdict_add_causes(page, out);
	g_string_append(out, "<div class=heads><div>");
	verdict_add_facts(page, out);
	g_string_append(out, "</div><div>");
	verdict_add_suites(page, out);
	g_string_append(out, "</div>");
	if (command != NULL) {
		g_string_append(out, "<div class=wide><p class=lab>Reproduce the whole run</p>");
		html_command(out, command);
		g_string_append(out, "</div>");
	}
	g_string_append(out, "</div>");
}
