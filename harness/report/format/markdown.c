/* Markdown for the summary of a job and for a comment on a pull request. A comment of GitHub takes 65,536 characters:
 * whole sections are left out, the last ones first, and it is said how many. */
#include "report/format/markdown.h"
#include "report/file.h"
#include "report/format/format.h"
#include "report/format/markdown_private.h"
#include "report/place.h"
#include "report/story.h"
#include "report/text.h"

#include <string.h>

#define MARKDOWN_BUDGET  ((gsize)60000)
#define MARKDOWN_TEXT    ((gsize)4000)
#define MARKDOWN_NAME    ((gsize)300)
#define MARKDOWN_REASONS 8

/* Whoever writes the comment anew finds it by this. */

/* Inside of a word, underscores are no markup. */
static bool
markdown_is_in_word(const char *text, const char *p)
{
	const char *before = p;

	while (before > text && *before == '_')
		before--;
	return *p == '_' && g_ascii_isalnum(*before) && g_ascii_isalnum(p[strspn(p, "_")]);
}

void
report_markdown_text(GString *out, const char *text)
{
	g_autofree char *clean = report_text_clean(text, MARKDOWN_NAME, REPORT_TEXT_LINE);

	for (const char *p = clean; *p != '\0'; p++) {
		if (!markdown_is_in_word(clean, p) && strchr("&<>|*_`[]\\~#@$!", *p) != NULL)
			g_string_append_printf(out, "&#%d;", *p);
		else
			g_string_append_c(out, *p);
	}
}

void
report_markdown_code(GString *out, const char *text)
{
	g_string_append(out, "<code>");
	report_markdown_text(out, text);
	g_string_append(out, "</code>");
}

/* A fence is longer than any row of backticks in the text. */
static void
markdown_append_block(GString *out, const char *language, const char *text)
{
	g_autofree char *clean = report_text_clean(text, MARKDOWN_TEXT, REPORT_TEXT_LINES);
	gsize longest = 2;

	for (const char *p = clean; (p = strchr(p, '`')) != NULL;) {
		gsize n = strspn(p, "`");
		longest = MAX(longest, n);
		p += n;
	}
	g_autofree char *fence = g_strnfill(longest + 1, '`');
	g_string_append_printf(out, "\n%s%s\n%s\n%s\n", fence, language, g_strchomp(clean), fence);
}

/* --- Heading and migrations ------------------------------------------------------------------ */

static void
markdown_append_heading(GString *out, const ReportRun *run)
{
	ReportCounts counts = report_run_count(run);
	g_autofree char *verdict = report_run_verdict(run);
	g_autofree char *time = report_text_duration(run->duration);
	guint bad = counts.failed + counts.errored;

	g_string_append_printf(out, "%s\n**pgassay: %s ", REPORT_MARKDOWN_MARKER,
	                       bad > 0             ? "❌"
	                       : counts.passed > 0 ? "✅"
	                                           : "⚠️");
	report_markdown_text(out, verdict);
	g_string_append_printf(out, "** · %u passed, %u failed", counts.passed, counts.failed);
	if (counts.errored > 0)
		g_string_append_printf(out, ", %u could not be tested", counts.errored);
	g_string_append_printf(out, ", %u skipped · %s", counts.skipped, time);
	if (run->base != NULL) {
		g_string_append(out, " · base ");
		report_markdown_code(out, run->base);
	}
	g_string_append(out, "\n");
}

/* The cell with the results of all stages for one migration. */
static void
markdown_append_cell(GString *out, const ReportSuite *suite, const ReportDatabase *database,
                     const ReportMigration *migration, const char *stage)
{
	g_string_append(out, " | ");
	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		if (g_strcmp0(test_case->database, database->name) != 0 || strcmp(test_case->stage, stage) != 0 ||
		    strcmp(test_case->name, migration->name) != 0)
			continue;
		g_string_append(out, report_case_is_bad(test_case)         ? "**fails**"
		                     : test_case->status == REPORT_SKIPPED ? "skipped"
		                                                           : "ok");
		return;
	}
}

static void
markdown_append_migration(GString *out, const ReportSuite *suite, const ReportDatabase *database,
                          const ReportMigration *migration, bool with_impact)
{
	static const char *const stages[] = { "forward", "round trip", "rows" };

	g_string_append(out, "| ");
	report_markdown_text(out, migration->name);
	for (gsize i = 0; i < G_N_ELEMENTS(stages); i++)
		markdown_append_cell(out, suite, database, migration, stages[i]);
	if (with_impact)
		report_markdown_impact_cell(out, suite, database->name, migration->name);
	g_string_append(out, " | ");
	for (guint i = 0; i < MIN(migration->changes->len, 4); i++) {
		const ReportChange *change = g_ptr_array_index(migration->changes, i);
		g_string_append_printf(out, "%s%c ", i > 0 ? ", " : "", (char)change->sign);
		report_markdown_code(out, change->identity);
	}
	if (migration->changes->len > 4)
		g_string_append_printf(out, " and %u more", migration->changes->len - 4);
	g_string_append(out, " |\n");
}

static void
markdown_append_migrations(GString *out, const ReportRun *run)
{
	bool with_impact = report_markdown_impact_is_known(run);
	bool headed = false;

	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->databases->len; j++) {
			const ReportDatabase *database = g_ptr_array_index(suite->databases, j);
			for (guint k = 0; k < database->migrations->len; k++) {
				const ReportMigration *migration = g_ptr_array_index(database->migrations, k);
				if (!migration->is_new || out->len > MARKDOWN_BUDGET / 4)
					continue;
				if (!headed)
					g_string_append_printf(
					    out,
					    "\n| new migration | up | down | on rows |%s what it does |\n"
					    "|---|---|---|---|%s---|\n",
					    with_impact ? " locks |" : "", with_impact ? "---|" : "");
				headed = true;
				markdown_append_migration(out, suite, database, migration, with_impact);
			}
		}
	}
}

/* --- Failures ----------------------------------------------------------------------------------- */

static void
markdown_append_differences(GString *out, const ReportCase *test_case)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; test_case->differences != NULL && i < test_case->differences->len; i++) {
		const ReportDifference *difference = g_ptr_array_index(test_case->differences, i);
		g_auto(GStrv) old = g_strsplit(difference->expected != NULL ? difference->expected : "", "\n", -1);
		g_auto(GStrv) new = g_strsplit(difference->found != NULL ? difference->found : "", "\n", -1);
		g_string_append_printf(text, "@ %s\n", difference->what != NULL ? difference->what : "");
		for (guint j = 0; old[j] != NULL && difference->expected != NULL; j++)
			g_string_append_printf(text, "- %s\n", old[j]);
		for (guint j = 0; new[j] != NULL && difference->found != NULL; j++)
			g_string_append_printf(text, "+ %s\n", new[j]);
	}
	if (text->len > 0)
		markdown_append_block(out, "diff", text->str);
}

static void
markdown_append_source(GString *out, const ReportCase *test_case)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (test_case->excerpts == NULL)
		return;
	const ReportExcerpt *excerpt = g_ptr_array_index(test_case->excerpts, 0);
	g_auto(GStrv) lines = g_strsplit(excerpt->text, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		guint number = excerpt->first_line + i;
		bool marked = number >= excerpt->position.line && number < excerpt->position.line + excerpt->n_marked;
		g_string_append_printf(text, "%s%4u | %s\n", marked ? ">" : " ", number, lines[i]);
	}
	markdown_append_block(out, "", text->str);
}

/* A hint a line: several are a list. */
static void
markdown_append_hints(GString *out, const char *text)
{
	g_auto(GStrv) hints = g_strsplit(text != NULL ? text : "", "\n", -1);
	bool several = hints[0] != NULL && hints[1] != NULL;

	if (hints[0] != NULL)
		g_string_append(out, several ? "\nWhat to do:\n\n" : "\nWhat to do: ");
	for (guint i = 0; hints[i] != NULL; i++) {
		if (several)
			g_string_append(out, "- ");
		report_markdown_text(out, hints[i]);
		g_string_append_c(out, '\n');
	}
}

static void
markdown_append_advice(GString *out, const ReportCase *test_case)
{
	g_autofree char *command = report_case_command(test_case);

	markdown_append_hints(out, test_case->hint);
	if (test_case->remedy != NULL) {
		g_string_append(out, "\nAdd to the down:\n");
		markdown_append_block(out, "sql", test_case->remedy);
	}
	for (guint i = 0; test_case->preconditions != NULL && i < test_case->preconditions->len; i++) {
		const ReportPrecondition *precondition = g_ptr_array_index(test_case->preconditions, i);
		if (precondition->query == NULL)
			continue;
		g_string_append(out, "\nAsk production before you merge:\n");
		markdown_append_block(out, "sql", precondition->query);
	}
	if (command != NULL)
		markdown_append_block(out, "sh", command);
}

static void
markdown_append_cause(GString *out, const ReportCause *cause, bool open)
{
	const ReportCase *first = cause->first;
	g_auto(ReportStory) story = report_story_make(first);
	guint line = 0;
	g_autofree char *file = report_case_file(cause->suite, first, &line);

	g_string_append_printf(out, "\n<details%s><summary><b>", open ? " open" : "");
	report_markdown_text(out, story.headline);
	g_string_append(out, "</b></summary>\n\n");
	report_markdown_text(out, cause->suite->name);
	if (first->database != NULL) {
		g_string_append(out, " / ");
		report_markdown_text(out, first->database);
	}
	g_string_append(out, " / ");
	report_markdown_text(out, first->stage);
	if (first->since != NULL) {
		g_string_append(out, " · since ");
		report_markdown_code(out, first->since);
	}
	if (file != NULL) {
		g_autofree char *place = g_strdup_printf("%s:%u", file, line);
		g_string_append(out, " · ");
		report_markdown_code(out, place);
	}
	if (cause->cases->len > 1)
		g_string_append_printf(out, " · %u cases fail for this one reason", cause->cases->len);
	g_string_append(out, "\n\n");
	if (first->expected != NULL) {
		g_string_append(out, "- expected: ");
		report_markdown_text(out, first->expected);
		g_string_append_c(out, '\n');
	}
	g_string_append(out, "- found: ");
	report_markdown_text(out, story.found);
	g_string_append_c(out, '\n');
	markdown_append_differences(out, first);
	if (story.rest != NULL)
		markdown_append_block(out, "", story.rest);
	markdown_append_source(out, first);
	report_markdown_impact_timeline(out, first);
	markdown_append_advice(out, first);
	g_string_append(out, "\n</details>\n");
}

/* --- The end ------------------------------------------------------------------------------------------ */

static void
markdown_append_skipped(GString *out, const ReportRun *run)
{
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GString *reasons = g_string_new(NULL);

	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->cases->len; j++) {
			const ReportCase *test_case = g_ptr_array_index(suite->cases, j);
			if (test_case->status != REPORT_SKIPPED || test_case->message == NULL)
				continue;
			g_autofree char *reason = g_strdup_printf("%s: %s", test_case->stage, test_case->message);
			if (g_hash_table_contains(known, reason) ||
			    (g_hash_table_add(known, g_strdup(reason)) && g_hash_table_size(known) > MARKDOWN_REASONS))
				continue;
			g_string_append(reasons, reasons->len > 0 ? "; " : "");
			report_markdown_text(reasons, reason);
		}
	}
	if (reasons->len > 0)
		g_string_append_printf(out, "<br>not tested: %s", reasons->str);
	if (g_hash_table_size(known) > MARKDOWN_REASONS)
		g_string_append_printf(out, "; and %u more reasons", g_hash_table_size(known) - MARKDOWN_REASONS);
	g_string_free(reasons, TRUE);
}

static char *
markdown_make_foot(const ReportRun *run)
{
	GString *foot = g_string_new("\n<sub>this comment is updated in place");
	g_autofree char *command = report_command_line((const char *const *)run->reproduce);

	if (command != NULL) {
		g_string_append(foot, " · reproduce: ");
		report_markdown_code(foot, command);
	}
	markdown_append_skipped(foot, run);
	g_string_append(foot, "</sub>\n");
	return g_string_free(foot, FALSE);
}

char *
report_markdown_make(const ReportRun *run)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GPtrArray) causes = report_run_causes(run);
	g_autofree char *foot = markdown_make_foot(run);
	guint shown = 0;

	markdown_append_heading(out, run);
	markdown_append_migrations(out, run);
	report_markdown_impact_findings(out, run);
	for (; shown < causes->len; shown++) {
		g_autoptr(GString) one = g_string_new(NULL);
		markdown_append_cause(one, g_ptr_array_index(causes, shown), shown < 3);
		if (out->len + one->len + strlen(foot) + 200 > MARKDOWN_BUDGET)
			break;
		g_string_append(out, one->str);
	}
	if (shown < causes->len)
		g_string_append_printf(
		    out,
		    "\n**%u more %s left out here: there is no room.** The page and the other reports "
		    "have them.\n",
		    causes->len - shown, causes->len - shown == 1 ? "fault is" : "faults are");
	/* Faults come first. */
	gsize taken = out->len + strlen(foot);
	if (taken < MARKDOWN_BUDGET)
		report_markdown_access(out, run, MARKDOWN_BUDGET - taken);
	g_string_append(out, foot);
	return g_strdup(out->str);
}

bool
report_markdown_write(const ReportRun *run, const char *path, GError **error)
{
	g_autofree char *text = report_markdown_make(run);

	return report_file_write(path, text, strlen(text), error);
}
