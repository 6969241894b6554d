/* Reports oddities of the files, before any of them is run. */
#include "run/stage/stage.h"

#include "migration/detect/layout.h"

/* The reason that the suite gives for the file; NULL when it names another. */
static const char *
stage_layout_find_reason(const SuiteDatabase *database, const char *name, GHashTable *used)
{
	const SuiteDeclaration *declaration = suite_declaration_find(database->layout, name);

	if (declaration == NULL)
		return NULL;
	g_hash_table_add(used, (gpointer)declaration);
	return declaration->reason;
}

/* True if the oddity is older than the branch, and the branch has not changed the file. */
static bool
stage_layout_was_there(const RunJob *job, const MigrationOddity *oddity)
{
	if (job->base == NULL || job->base->all)
		return false;
	for (guint i = 0; i < job->set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(job->set->migrations, i);
		if (strcmp(migration->name, oddity->name) == 0)
			return run_base_is_unchanged(job->base, migration);
	}
	return run_base_ignores(job->base, oddity->name);
}

/* False when it is one that fails. */
static bool
report_oddity(RunStage *stage, const MigrationOddity *oddity, const char *reason)
{
	ReportCase *test_case = run_stage_case(stage, "layout", oddity->name, oddity->position);

	if (reason != NULL)
		report_case_set(test_case, REPORT_SKIPPED, "\"%s\" %s; it is meant: %s", oddity->name, oddity->text,
		                reason);
	else if (!oddity->harmless && stage_layout_was_there(stage->job, oddity))
		report_case_set(test_case, REPORT_SKIPPED, RUN_BASE_RED_BEFORE "\"%s\" %s", oddity->name, oddity->text);
	else if (oddity->harmless)
		report_case_note(test_case, "\"%s\" %s\nhint: %s", oddity->name, oddity->text, oddity->hint);
	else
		report_case_set(test_case, REPORT_FAILED, "\"%s\" %s\nhint: %s", oddity->name, oddity->text,
		                oddity->hint);
	bool fine = test_case->status != REPORT_FAILED;
	run_stage_report(test_case, stage);
	return fine;
}

/* Who has mended a file takes its reason out, too; it would hide the next fault. */
static void
report_unused(RunStage *stage, GHashTable *used)
{
	const GPtrArray *declarations = stage->job->database->layout;

	for (guint i = 0; i < declarations->len; i++) {
		const SuiteDeclaration *declaration = g_ptr_array_index(declarations, i);
		/* Remaining session settings of a file are known only after it has run. */
		if (g_hash_table_contains(used, declaration) || run_progress_wait_odd(stage->history, declaration))
			continue;
		ReportCase *test_case = run_stage_case(stage, "layout", declaration->migration,
		                                       suite_node_position(declaration->node));
		report_case_set(test_case, REPORT_FAILED,
		                "there is nothing odd about \"%s\"\nhint: take it out of \"layout\"",
		                declaration->migration);
		run_stage_report(test_case, stage);
	}
}

bool
run_layout(RunStage *stage, GError **error)
{
	g_autoptr(GPtrArray) oddities = migration_layout_examine(stage->job->set);
	g_autoptr(GHashTable) used = g_hash_table_new(NULL, NULL);

	bool fine = true;

	(void)error;
	for (guint i = 0; i < oddities->len; i++) {
		const MigrationOddity *oddity = g_ptr_array_index(oddities, i);
		fine = report_oddity(stage, oddity,
		                     stage_layout_find_reason(stage->job->database, oddity->name, used)) &&
		       fine;
	}
	report_unused(stage, used);
	/* Files that only the tool reads were not examined. */
	if (fine && !migration_set_is_external(stage->job->set))
		run_stage_report(run_stage_case(stage, "layout", "every file is one the tool runs",
		                                (SourcePosition){ .path = stage->job->set->directory }),
		                 stage);
	return true;
}
