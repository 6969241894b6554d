/* The findings of the stage impact, for a pull request. */
#include "report/format/markdown_private.h"

#include "report/text.h"

#include <string.h>

/* Maximum in a comment; nobody reads more. */
#define IMPACT_FINDINGS 20
#define IMPACT_EVENTS   30
/* Approximate size of the section in bytes: faults need the rest of the room. */
#define IMPACT_SIZE ((gsize)12000)

static const ReportObservation *
impact_find(const ReportSuite *suite, const char *database, const char *migration)
{
	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		if (test_case->observation != NULL && g_strcmp0(test_case->database, database) == 0 &&
		    strcmp(test_case->name, migration) == 0)
			return test_case->observation;
	}
	return NULL;
}

bool
report_markdown_impact_is_known(const ReportRun *run)
{
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->cases->len; j++)
			if (((const ReportCase *)g_ptr_array_index(suite->cases, j))->observation != NULL)
				return true;
	}
	return false;
}

/* --- Locks --------------------------------------------------------------------------------- */

/* Where several have the same lock, the one whose table has the most work. */
static bool
impact_is_worse(const ReportTouched *touched, const ReportTouched *than)
{
	ReportLockMode mode = MAX(touched->taken, touched->held);
	ReportLockMode other = than != NULL ? MAX(than->taken, than->held) : REPORT_LOCK_ROW_EXCLUSIVE;

	if (strchr("rpmvf", touched->kind) == NULL || mode != other)
		return strchr("rpmvf", touched->kind) != NULL && mode > other;
	return than != NULL && touched->growth > than->growth;
}

static const ReportTouched *
impact_find_strongest(const ReportObservation *observation)
{
	const ReportTouched *strongest = NULL;

	for (guint i = 0; i < observation->statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(observation->statements, i);
		for (guint j = 0; j < statement->touched->len; j++) {
			const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
			if (impact_is_worse(touched, strongest))
				strongest = touched;
		}
	}
	return strongest;
}

static void
impact_append_growth(GString *out, ReportGrowth growth)
{
	static const char *const words[] = {
		[REPORT_GROWTH_UNKNOWN] = "",
		[REPORT_GROWTH_CONSTANT] = ", the same with more rows",
		[REPORT_GROWTH_LINEAR] = ", **grows with the rows**",
		[REPORT_GROWTH_FASTER] = ", **grows faster than the rows**",
	};

	g_string_append(out, words[growth]);
}

void
report_markdown_impact_cell(GString *out, const ReportSuite *suite, const char *database, const char *migration)
{
	const ReportObservation *observation = impact_find(suite, database, migration);
	const ReportTouched *strongest = observation != NULL ? impact_find_strongest(observation) : NULL;

	g_string_append(out, " | ");
	if (observation == NULL)
		return;
	if (strongest == NULL) {
		g_string_append(out, "nothing in use");
		return;
	}
	g_autofree char *work = report_touched_work(strongest);
	g_string_append_printf(out, "%s on ", report_lock_name(MAX(strongest->taken, strongest->held)));
	report_markdown_code(out, strongest->name);
	if (*work != '\0')
		g_string_append_printf(out, ", %s", work);
	impact_append_growth(out, strongest->growth);
}

/* --- Findings ------------------------------------------------------------------------------- */

static void
impact_append_finding(GString *out, const char *migration, const ReportFinding *finding)
{
	g_string_append(out, "- ");
	report_markdown_code(out, finding->code);
	g_string_append(out, " in ");
	report_markdown_code(out, migration);
	if (finding->position.line > 0)
		g_string_append_printf(out, ", line %u", finding->position.line);
	g_string_append(out, ": ");
	report_markdown_text(out, finding->message);
	if (finding->advice != NULL) {
		g_string_append(out, ". What to do: ");
		report_markdown_text(out, finding->advice);
	}
	g_string_append_c(out, '\n');
}

static bool
impact_is_of_new(const ReportSuite *suite, const ReportCase *test_case)
{
	const ReportDatabase *database = report_suite_database(suite, test_case->database);
	const ReportMigration *migration = database != NULL ? report_database_migration(database, test_case->name)
	                                                    : NULL;

	return migration != NULL && migration->is_new;
}

/* Those that fail are faults, and stand with them. */
static void
impact_append_of_case(GString *out, const ReportCase *test_case, guint *n)
{
	for (guint i = 0; i < test_case->observation->findings->len; i++) {
		const ReportFinding *finding = g_ptr_array_index(test_case->observation->findings, i);
		if (finding->fails || finding->accepted != NULL)
			continue;
		if ((*n)++ < IMPACT_FINDINGS && out->len < IMPACT_SIZE)
			impact_append_finding(out, test_case->name, finding);
	}
	if (!report_case_is_bad(test_case) && out->len < IMPACT_SIZE)
		report_markdown_impact_timeline(out, test_case);
}

void
report_markdown_impact_findings(GString *out, const ReportRun *run)
{
	g_autoptr(GString) list = g_string_new(NULL);
	guint n = 0;

	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->cases->len; j++) {
			const ReportCase *test_case = g_ptr_array_index(suite->cases, j);
			if (test_case->observation != NULL && impact_is_of_new(suite, test_case))
				impact_append_of_case(list, test_case, &n);
		}
	}
	if (list->len == 0)
		return;
	g_string_append(out, "\n<details><summary>On a busy database: ");
	if (n > 0)
		g_string_append_printf(out, "%u %s to know", n, n == 1 ? "thing" : "things");
	else
		g_string_append(out, "what happened beside other sessions");
	g_string_append_printf(out, "</summary>\n\n%s", list->str);
	if (n > IMPACT_FINDINGS || list->len >= IMPACT_SIZE)
		g_string_append(out, "\nThe page has all of them.\n");
	g_string_append(out, "\n</details>\n");
}

/* --- Beside other sessions -------------------------------------------------------------------- */

void
report_markdown_impact_timeline(GString *out, const ReportCase *test_case)
{
	const GPtrArray *timeline = test_case->observation != NULL ? test_case->observation->timeline : NULL;
	guint n = timeline != NULL ? timeline->len : 0;
	guint trial = 0;

	for (guint i = 0; i < MIN(n, IMPACT_EVENTS); i++) {
		const ReportEvent *event = g_ptr_array_index(timeline, i);
		if (event->trial != trial) {
			g_string_append_c(out, '\n');
			report_markdown_code(out, test_case->name);
			g_string_append_printf(out, " beside other sessions, trial %u:\n\n", event->trial);
		}
		trial = event->trial;
		g_string_append(out, "1. ");
		report_markdown_text(out, event->who);
		g_string_append_c(out, ' ');
		report_markdown_text(out, event->what);
		if (event->time >= 0) {
			g_autofree char *time = report_text_duration(event->time);
			g_string_append_printf(out, " (after %s)", time);
		}
		g_string_append_c(out, '\n');
	}
	if (n > IMPACT_EVENTS)
		g_string_append_printf(out, "\nand %u events more, on the page\n", n - IMPACT_EVENTS);
}
