/* The locks that each migration takes on existing relations, and their duration: a bar for each relation, below it
 * the statements. */
#include "report/html/page.h"

#include <string.h>

/* Maximum numbers; nobody looks at more one by one. */
#define LOCKS_RELATIONS  40
#define LOCKS_STATEMENTS 100
/* Number of migrations that are shown unfolded. */
#define LOCKS_OPEN 5
/* Bytes that the section may have, about: a page of 20,000 cases stays below 5 MB. */
#define LOCKS_SIZE ((gsize)600 * 1000)
/* Pixels of the longest statement's bar. */
#define LOCKS_BAR 56

/* A lock of one transaction on one relation, in microseconds since the first statement. */
typedef struct {
	const ReportTouched *touched; /* where it was seen first */
	guint transaction;
	ReportLockMode mode;
	gint64 since;
	gint64 until;
} Window;

/* Indexes, sequences and TOAST tables are locked with their tables. */
static bool
locks_is_shown(const ReportTouched *touched)
{
	return strchr("rpmvf", touched->kind) != NULL &&
	       MAX(touched->taken, touched->held) >= REPORT_LOCK_SHARE_UPDATE_EXCLUSIVE;
}

static Window *
locks_find(GArray *windows, const ReportTouched *touched, guint transaction)
{
	for (guint i = 0; i < windows->len; i++) {
		Window *window = &g_array_index(windows, Window, i);
		if (window->touched->oid == touched->oid && window->transaction == transaction && transaction != 0)
			return window;
	}
	return NULL;
}

static void
locks_take(GArray *windows, const ReportStatement *statement, const ReportTouched *touched)
{
	ReportLockMode mode = MAX(touched->taken, touched->held);
	Window *known = locks_find(windows, touched, statement->transaction);
	Window window = { .touched = touched,
		          .transaction = statement->transaction,
		          .mode = mode,
		          .since = touched->since,
		          .until = MAX(touched->until, touched->since) };

	if (known == NULL) {
		g_array_append_val(windows, window);
	} else if (mode > known->mode) {
		window.touched = known->touched;
		*known = window;
	} else {
		known->until = MAX(known->until, window.until);
	}
}

/* Of Window, in the order in which they are taken. */
static GArray *
locks_list(const ReportObservation *observation)
{
	GArray *windows = g_array_new(FALSE, TRUE, sizeof(Window));

	for (guint i = 0; i < observation->statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(observation->statements, i);
		for (guint j = 0; j < statement->touched->len; j++)
			if (locks_is_shown(g_ptr_array_index(statement->touched, j)))
				locks_take(windows, statement, g_ptr_array_index(statement->touched, j));
	}
	return windows;
}

static const Window *
locks_strongest(const GArray *windows)
{
	const Window *strongest = NULL;

	for (guint i = 0; i < windows->len; i++) {
		const Window *window = &g_array_index(windows, Window, i);
		if (strongest == NULL || window->mode > strongest->mode ||
		    (window->mode == strongest->mode &&
		     window->until - window->since > strongest->until - strongest->since))
			strongest = window;
	}
	return strongest;
}

static gint64
locks_end(const ReportObservation *observation, const GArray *windows)
{
	gint64 end = 1;

	for (guint i = 0; i < windows->len; i++)
		end = MAX(end, g_array_index(windows, Window, i).until);
	for (guint i = 0; i < observation->statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(observation->statements, i);
		end = MAX(end, statement->start + statement->duration);
	}
	return end;
}

void
html_lock_line(const HtmlPage *page, GString *out, const ReportCase *test_case)
{
	if (test_case->observation == NULL)
		return;
	g_autoptr(GArray) windows = locks_list(test_case->observation);
	const Window *strongest = locks_strongest(windows);
	if (strongest == NULL)
		return;
	g_string_append(out, "<span class=lk>locks ");
	html_line(out, strongest->touched->name);
	if (g_hash_table_contains(page->locks, test_case))
		g_string_append_printf(out, ": <a href=#l-%s>%s</a></span>", html_case_id(page, test_case),
		                       report_lock_name(strongest->mode));
	else
		g_string_append_printf(out, ": %s</span>", report_lock_name(strongest->mode));
}

/* --- Who waits ---------------------------------------------------------------------------- */

static void
locks_add_waiting(GString *out, ReportLockMode mode)
{
	if (mode >= REPORT_LOCK_ACCESS_EXCLUSIVE)
		g_string_append(out, "<span class=bad>✗</span> everybody: reads and writes");
	else if (mode >= REPORT_LOCK_SHARE)
		g_string_append(out, "<span class=warn>!</span> writes; reads go on");
	else
		g_string_append(out, "<span class=ok>✓</span> only other migrations and VACUUM");
}

static void
locks_add_percent(GString *out, const char *name, gint64 part, gint64 whole)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];

	g_ascii_formatd(number, sizeof(number), "%.2f", 100.0 * (double)part / (double)whole);
	g_string_append_printf(out, " %s=\"%s%%\"", name, number);
}

static void
locks_add_window(GString *out, const Window *window, gint64 end)
{
	const char *class_name = window->mode >= REPORT_LOCK_ACCESS_EXCLUSIVE ? "ae"
	                         : window->mode >= REPORT_LOCK_SHARE          ? "sre"
	                                                                      : "nb";
	gint64 held = window->until - window->since;

	g_string_append(out, "<tr><th scope=row class=m>");
	html_line(out, window->touched->name);
	g_string_append_printf(out, "<td class=nw>%s<td class=ax><svg height=24 role=img aria-label=\"held for ",
	                       report_lock_name(window->mode));
	html_time(out, held);
	g_string_append(out, " of ");
	html_time(out, end);
	g_string_append(out, "\"><line class=tick x1=\"0%\" x2=\"100%\" y1=12 y2=12 stroke=\"#ccc\"/>");
	g_string_append_printf(out, "<rect class=%s", class_name);
	/* A very short one is still to be seen. */
	locks_add_percent(out, "x", MIN(window->since, end - end / 200), end);
	locks_add_percent(out, "width", MAX(held, end / 200), end);
	g_string_append(out, " y=7 height=10 fill=\"#888\"/></svg><td class=num>");
	html_time(out, held);
	g_string_append(out, "<td class=full>");
	locks_add_waiting(out, window->mode);
	g_string_append_c(out, '\n');
}

static void
locks_add_windows(GString *out, const ReportObservation *observation, const GArray *windows)
{
	gint64 end = locks_end(observation, windows);

	g_string_append(out, "<div class=scroll tabindex=0 role=region aria-label=Locks><table class=lw><thead><tr><th "
	                     "scope=col>table<th scope=col>strongest lock<th scope=col class=ax>when, of ");
	html_time(out, end);
	g_string_append(out, "<th scope=col class=num>held<th scope=col>who waits</thead><tbody>\n");
	for (guint i = 0; i < MIN(windows->len, LOCKS_RELATIONS); i++)
		locks_add_window(out, &g_array_index(windows, Window, i), end);
	g_string_append(out, "</tbody></table></div>");
	if (windows->len > LOCKS_RELATIONS)
		g_string_append_printf(out, "<p class=sm>and %u more", windows->len - LOCKS_RELATIONS);
}

/* --- Statements ---------------------------------------------------------------------------- */

static gint64
locks_longest(const ReportObservation *observation)
{
	gint64 longest = 1;

	for (guint i = 0; i < observation->statements->len; i++)
		longest = MAX(longest,
		              ((const ReportStatement *)g_ptr_array_index(observation->statements, i))->duration);
	return longest;
}

static void
locks_add_touched(GString *out, const ReportTouched *touched, bool *first)
{
	g_autofree char *work = report_touched_work(touched);
	bool locks = touched->taken >= REPORT_LOCK_SHARE_UPDATE_EXCLUSIVE;

	if (strchr("rpmvf", touched->kind) == NULL || (!locks && *work == '\0'))
		return;
	g_string_append(out, *first ? "" : "; ");
	*first = false;
	html_line(out, touched->name);
	g_string_append(out, ": ");
	if (locks)
		g_string_append(out, report_lock_name(touched->taken));
	if (*work != '\0') {
		g_string_append(out, locks ? ", " : "");
		html_line(out, work);
		html_impact_growth(out, touched);
	}
}

static void
locks_add_statement(GString *out, const ReportStatement *statement, gint64 longest)
{
	bool first = true;

	g_string_append_printf(out, "<tr><td class=\"num mut\">%u<th scope=row class=m>", statement->position.line);
	html_line(out, statement->text);
	g_string_append(out, "<td class=num>");
	html_time(out, statement->duration);
	g_string_append_printf(out,
	                       "<svg class=bar width=%d height=7 aria-hidden=true><rect width=%d height=7 "
	                       "fill=\"#888\"/></svg><td>",
	                       LOCKS_BAR, MAX((int)(statement->duration * LOCKS_BAR / longest), 1));
	for (guint i = 0; i < statement->touched->len; i++)
		locks_add_touched(out, g_ptr_array_index(statement->touched, i), &first);
	if (statement->unseen != NULL) {
		g_string_append(out, "<span class=mut>not observed: ");
		html_line(out, statement->unseen);
		g_string_append(out, "</span>");
	} else if (first) {
		g_string_append(out, "<span class=mut>nothing new</span>");
	}
	g_string_append_c(out, '\n');
}

static void
locks_add_statements(GString *out, const ReportObservation *observation)
{
	guint n = observation->statements->len;
	gint64 longest = locks_longest(observation);

	g_string_append_printf(out, "<details class=\"row gapt sm\"%s><summary>", n <= LOCKS_OPEN ? " open" : "");
	html_count(out, n, "statement: what it locks and does", "statements: what each of them locks and does");
	g_string_append(out, "</summary><div class=\"body scroll\" tabindex=0 role=region "
	                     "aria-label=Statements><table class=stm><thead><tr><th scope=col class=num>line<th "
	                     "scope=col>statement<th scope=col class=num>time<th scope=col>new locks, "
	                     "work</thead><tbody>\n");
	for (guint i = 0; i < MIN(n, LOCKS_STATEMENTS); i++)
		locks_add_statement(out, g_ptr_array_index(observation->statements, i), longest);
	g_string_append(out, "</tbody></table>");
	if (n > LOCKS_STATEMENTS)
		g_string_append_printf(out, "<p class=sm>and %u more", n - LOCKS_STATEMENTS);
	g_string_append(out, "</div></details>");
}

/* --- Findings -------------------------------------------------------------------------------- */

static void
locks_add_finding(GString *out, const ReportFinding *finding)
{
	g_string_append_printf(out, "<li><span class=%s</span> <code>",
	                       finding->fails              ? "bad>✗"
	                       : finding->accepted != NULL ? "mut>–"
	                                                   : "warn>!");
	html_line(out, finding->code);
	g_string_append(out, "</code> ");
	html_message(out, finding->message);
	g_string_append(out, " <span class=\"mut m\">");
	html_place(out, finding->position);
	g_string_append(out, "</span>");
	if (finding->accepted != NULL) {
		g_string_append(out, "<p class=\"sm mut\">accepted: ");
		html_message(out, finding->accepted);
	} else if (finding->advice != NULL) {
		g_string_append(out, "<p class=\"sm adv\"><b>What to do</b> ");
		html_text(out, finding->advice);
	}
	g_string_append_c(out, '\n');
}

static void
locks_add_findings(GString *out, const ReportObservation *observation)
{
	if (observation->findings->len == 0)
		return;
	g_string_append(out, "<ul class=\"also lf\">");
	for (guint i = 0; i < observation->findings->len; i++)
		locks_add_finding(out, g_ptr_array_index(observation->findings, i));
	g_string_append(out, "</ul>");
}

/* --- A migration ------------------------------------------------------------------------------- */

static bool
locks_is_new(const ReportSuite *suite, const ReportCase *test_case)
{
	const ReportDatabase *database = report_suite_database(suite, test_case->database);
	const ReportMigration *migration = database != NULL ? report_database_migration(database, test_case->name)
	                                                    : NULL;

	return migration != NULL && migration->is_new;
}

static void
locks_add_summary(const HtmlPage *page, const ReportSuite *suite, const ReportCase *test_case, const Window *strongest)
{
	bool is_new = locks_is_new(suite, test_case);
	GString *out = page->out;

	g_string_append_printf(out, "<details class=row id=l-%s data-s=\"%c\" data-n=%d%s><summary><span class=tsum>",
	                       html_case_id(page, test_case), html_letter(test_case->status), is_new,
	                       is_new || report_case_is_bad(test_case) ? " open" : "");
	g_string_append(out, "<span class=m>");
	html_line(out, test_case->name);
	g_string_append(out, "</span> <span class=nw>");
	html_status(out, test_case->status);
	g_string_append(out, "</span>");
	if (is_new)
		g_string_append(out, " <span class=\"tag new\">new</span>");
	if (strongest != NULL) {
		g_string_append_printf(out, " <span class=\"mut r\">%s on ", report_lock_name(strongest->mode));
		html_line(out, strongest->touched->name);
		g_string_append(out, "</span>");
	}
	g_string_append(out, "</span></summary><div class=body>");
}

static void
locks_add_case(const HtmlPage *page, const ReportSuite *suite, const ReportCase *test_case)
{
	g_autoptr(GArray) windows = locks_list(test_case->observation);

	locks_add_summary(page, suite, test_case, locks_strongest(windows));
	locks_add_findings(page->out, test_case->observation);
	html_impact_production(page->out, test_case->observation);
	if (windows->len > 0)
		locks_add_windows(page->out, test_case->observation, windows);
	html_impact_timeline(page->out, test_case->observation);
	locks_add_statements(page->out, test_case->observation);
	g_string_append(page->out, "</div></details>\n");
}

/* --- Which ones ----------------------------------------------------------------------------------- */

static bool
locks_are_worth_it(const ReportCase *test_case)
{
	if (test_case->observation == NULL)
		return false;
	g_autoptr(GArray) windows = locks_list(test_case->observation);
	return windows->len > 0 || test_case->observation->findings->len > 0;
}

/* About so many bytes it takes. */
static gsize
locks_measure(const ReportObservation *observation)
{
	gsize size = 1000 + 600 * (gsize)observation->findings->len + 200 * (gsize)observation->timeline->len;

	for (guint i = 0; i < MIN(observation->statements->len, LOCKS_STATEMENTS); i++) {
		const ReportStatement *statement = g_ptr_array_index(observation->statements, i);
		size += 200 + strlen(statement->text) + 60 * (gsize)statement->touched->len;
	}
	return size;
}

static void
locks_choose(HtmlPage *page, bool first, gsize *left)
{
	for (guint i = 0; i < page->run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(page->run->suites, i);
		for (guint j = 0; j < suite->cases->len; j++) {
			const ReportCase *test_case = g_ptr_array_index(suite->cases, j);
			if (!locks_are_worth_it(test_case) ||
			    first != (report_case_is_bad(test_case) || locks_is_new(suite, test_case)))
				continue;
			gsize size = locks_measure(test_case->observation);
			if (size <= *left)
				g_hash_table_insert(page->locks, (gpointer)test_case, (gpointer)suite);
			*left -= MIN(size, *left);
			page->n_locks++;
		}
	}
}

void
html_locks_choose(HtmlPage *page)
{
	gsize left = LOCKS_SIZE;

	locks_choose(page, true, &left);
	locks_choose(page, false, &left);
}

/* --- The section ----------------------------------------------------------------------------------- */

static char *
locks_remark(const HtmlPage *page, ReportCounts *ret_counts)
{
	guint shown = g_hash_table_size(page->locks);
	GHashTableIter iterator;
	gpointer test_case;

	*ret_counts = (ReportCounts){ 0 };
	g_hash_table_iter_init(&iterator, page->locks);
	while (g_hash_table_iter_next(&iterator, &test_case, NULL))
		report_counts_add(ret_counts, ((const ReportCase *)test_case)->status);
	g_autofree char *rest = page->n_locks > shown
	                            ? g_strdup_printf("; %u more are in the report as JSON", page->n_locks - shown)
	                            : g_strdup("");
	return g_strdup_printf(
	    "what migrations lock of what was there before them; the times are those of the rows that "
	    "were tested%s",
	    rest);
}

void
html_locks(HtmlPage *page)
{
	ReportCounts counts = { 0 };
	g_autofree char *remark = locks_remark(page, &counts);
	g_autofree char *letters = html_letters(&counts);

	if (g_hash_table_size(page->locks) == 0)
		return;
	html_section_begin(page, "locks", "Locks", letters, remark, counts.failed + counts.errored, page->n_locks);
	for (guint i = 0; i < page->run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(page->run->suites, i);
		for (guint j = 0; j < suite->cases->len; j++)
			if (g_hash_table_contains(page->locks, g_ptr_array_index(suite->cases, j)))
				locks_add_case(page, suite, g_ptr_array_index(suite->cases, j));
	}
	html_section_end(page);
}
