#include "run/stage/unfinished.h"

#include "check/findings.h"
#include "check/workspace/place.h"

static void
unfinished_add(const CheckOpenEnd *end, const CheckOpenEnd *next, CheckFindings *findings)
{
	g_autofree char *summary = end->remark ? g_strdup(end->finding)
	                                       : g_strdup_printf("\"%s\" leaves something open: %s", end->since->name,
	                                                         end->finding);
	bool last = next == NULL || next->since != end->since;
	g_autofree char *details = g_strdup_printf("%s\nhint: %s%s", end->finding, end->hint,
	                                           last ? ", in this migration or in a later one; if you mean it, name "
	                                                  "the file under \"layout\" in the suite with "
	                                                  "the reason"
	                                                : "");

	check_findings_add(findings, summary, details);
}

/* Remarks are lines of the case, and the first of them is its message where nothing has failed. */
static void
unfinished_judge(RunStage *stage, const Migration *migration, const CheckFindings *findings,
                 const CheckFindings *remarks, ReportCase *test_case)
{
	const SuiteDeclaration *declaration = suite_declaration_find(stage->job->database->layout, migration->name);
	const CheckFindings *first = findings->n > 0 ? findings : remarks;

	run_progress_note_odd(stage->history, migration->name);
	test_case->accepted_by = "layout";
	if (declaration != NULL) {
		report_case_set(test_case, REPORT_SKIPPED, "%s; it is meant: %s", first->first, declaration->reason);
		return;
	}
	if (findings->n > 0)
		check_findings_report(findings, test_case);
	else
		report_case_set(test_case, REPORT_PASSED, "%s", remarks->first);
	if (remarks->n > 0)
		report_case_note(test_case, "%s", remarks->all->str);
}

/* Whoever asks for the stage by its name has an answer of each migration; otherwise only what is open is a case. */
static void
unfinished_report_closed(RunStage *stage, const GPtrArray *ends)
{
	for (guint i = 0; i < stage->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(stage->migrations, i);
		bool open = false;
		for (guint j = 0; j < ends->len && !open; j++)
			open = ((const CheckOpenEnd *)g_ptr_array_index(ends, j))->since == migration;
		if (!open)
			run_stage_report(run_stage_case(stage, "unfinished", migration->name,
			                                migration_script_position(migration->up)),
			                 stage);
	}
}

bool
run_unfinished_report(RunStage *stage, CheckUnfinished *unfinished, GError **error)
{
	if (!db_session_reset(stage->workspace.session, error))
		return false;
	g_autoptr(GPtrArray) ends = check_unfinished_end(unfinished, stage->workspace.session, error);

	for (guint i = 0; ends != NULL && i < ends->len;) {
		const CheckOpenEnd *first = g_ptr_array_index(ends, i);
		const Migration *migration = first->since;
		ReportCase *test_case = run_stage_case(
		    stage, "unfinished", migration->name,
		    check_place_find(migration->up, (const char *const *)first->words));
		g_auto(CheckFindings) findings = { 0 };
		g_auto(CheckFindings) remarks = { 0 };
		for (; i < ends->len && ((const CheckOpenEnd *)g_ptr_array_index(ends, i))->since == migration; i++)
			unfinished_add(
			    g_ptr_array_index(ends, i), i + 1 < ends->len ? g_ptr_array_index(ends, i + 1) : NULL,
			    ((const CheckOpenEnd *)g_ptr_array_index(ends, i))->remark ? &remarks : &findings);
		unfinished_judge(stage, migration, &findings, &remarks, test_case);
		run_stage_report(test_case, stage);
	}
	if (ends != NULL && run_selection_names_stage(stage->selection, "unfinished"))
		unfinished_report_closed(stage, ends);
	return ends != NULL;
}
