#include "check/proof/idempotent.h"

#include "catalog/diff.h"
#include "check/findings.h"
#include "check/proof/script.h"
#include "check/proof/tool_history.h"
#include "rows/state/triggers.h"

static void
proof_idempotent_find_schema(const Migration *migration, const CatalogSnapshot *before, const CatalogSnapshot *found,
                             CheckFindings *findings)
{
	g_autoptr(GArray) differences = catalog_diff(before, found, NULL);

	if (differences->len == 0)
		return;
	g_autofree char *first = catalog_difference_describe(&g_array_index(differences, CatalogDifference, 0));
	g_autofree char *all = catalog_diff_describe(differences, CHECK_DIFFERENCES_SHOWN);
	g_autofree char *summary = g_strdup_printf("\"%s\", run twice, changes the schema again: %s", migration->name,
	                                           first);
	check_findings_add(findings, summary, all);
}

static void
proof_idempotent_find_rows(const Migration *migration, const GPtrArray *differences, CheckFindings *findings)
{
	if (differences->len == 0)
		return;
	g_autofree char *first = rows_difference_describe(g_ptr_array_index(differences, 0));
	g_autofree char *all = rows_differences_describe(differences, CHECK_DIFFERENCES_SHOWN);
	g_autofree char *summary = g_strdup_printf("\"%s\", run twice, changes rows again: %s", migration->name, first);
	check_findings_add(findings, summary, all);
}

/* Ends the transaction, if there is one. Writes of triggers on UPDATE do not count as changes; they show in another
 * transaction. */
static bool
proof_idempotent_leave_out_triggers(CheckWorkspace *workspace, const CheckAfter *now, GPtrArray *differences,
                                    ReportCase *test_case, GError **error)
{
	bool within = db_session_transaction_state(workspace->session) != DB_TRANSACTION_IDLE;

	return (!within || db_session_execute(workspace->session, "ROLLBACK", error)) &&
	       rows_triggers_leave_out(workspace->session, now->rows, differences, NULL, &test_case->notes, error);
}

/* The script; or the tool, which does not know any more that it has run it. */
static bool
proof_idempotent_run(CheckWorkspace *workspace, const Migration *migration, const char *history,
                     MigrationOutcome *outcome, GError **error)
{
	if (!db_session_reset(workspace->session, error))
		return false;
	if (history == NULL)
		return check_script_run(workspace->session, migration->up, outcome, error);
	return check_tool_history_write(workspace, history, error) &&
	       migration_runner_apply(workspace->runner, migration, MIGRATION_UP, outcome, error);
}

/* Runs it on a database that stands behind it, and compares. The transaction around it may have ended then. */
static bool
proof_idempotent_run_again(CheckWorkspace *workspace, const Migration *migration, const char *history,
                           const CheckAfter *now, ReportCase *test_case, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	g_auto(CheckFindings) findings = { 0 };

	if (!proof_idempotent_run(workspace, migration, history, &outcome, error))
		return false;
	if (outcome.failed) {
		report_case_set(
		    test_case, REPORT_FAILED,
		    "\"%s\" cannot run twice: %s\n%s\n"
		    "hint: let each statement work when it runs once more: IF NOT EXISTS, CREATE OR REPLACE, "
		    "DROP ... IF EXISTS before it",
		    migration->name, outcome.message, outcome.details);
		test_case->position = outcome.position;
		test_case->statement = g_strdup(outcome.statement);
		return true;
	}
	g_autoptr(CatalogSnapshot) catalog = check_workspace_snapshot(workspace, error);
	g_autoptr(RowsState) rows = catalog != NULL ? rows_state_read_as(workspace->session, now->rows, error) : NULL;
	if (rows == NULL)
		return false;
	proof_idempotent_find_schema(migration, now->catalog, catalog, &findings);
	g_autoptr(GPtrArray) differences = rows_state_compare(now->rows, rows);
	if (differences->len > 0 && !proof_idempotent_leave_out_triggers(workspace, now, differences, test_case, error))
		return false;
	proof_idempotent_find_rows(migration, differences, &findings);
	check_findings_report(&findings, test_case);
	return true;
}

bool
check_idempotent(CheckWorkspace *workspace, const Migration *migration, const char *history, const CheckAfter *now,
                 ReportCase *test_case, GError **error)
{
	if (history == NULL && migration_script_fits_transaction(migration->up))
		return db_session_execute(workspace->session, "BEGIN", error) &&
		       proof_idempotent_run_again(workspace, migration, NULL, now, test_case, error) &&
		       (db_session_transaction_state(workspace->session) == DB_TRANSACTION_IDLE ||
		        db_session_execute(workspace->session, "ROLLBACK", error));
	g_auto(CheckWorkspace) copy = { 0 };
	return check_workspace_clone(workspace, "idempotent", &copy, error) &&
	       proof_idempotent_run_again(&copy, migration, history, now, test_case, error);
}
