/* Migrating a database by one branch and then by both. */
#include "command/check/with_private.h"

#include "base/error.h"
#include "check/writes/writes.h"
#include "rows/precondition/precondition.h"
#include "run/job/ask.h"
#include "run/job/server.h"
#include "run/stage/stage.h"

#include <string.h>

void
check_with_end_clear(CheckWithEnd *end)
{
	catalog_snapshot_unref(end->end);
	g_free(end->problem);
	g_free(end->error_text);
	g_free(end->refusal);
}

/* Finds a migration that the tool counts as applied though it never ran: its version is below one that ran. */
static bool
check_with_find_lost(CheckWorkspace *at, const MigrationSet *before, CheckWithEnd *end, GError **error)
{
	g_autoptr(GHashTable) applied = migration_runner_applied(at->runner, error);

	for (guint i = 0; applied != NULL && end->refusal == NULL && i < at->set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(at->set->migrations, i);
		if (g_hash_table_contains(applied, migration->name) && !check_with_has(before, migration->name))
			end->refusal = g_strdup_printf("%s silently skips \"%s\"", migration_set_format_title(at->set),
			                               migration->name);
	}
	return applied != NULL;
}

/* A tool that runs its migrations itself is tried on a copy. */
static bool
check_with_ask_tool(const RunJob *job, CheckWorkspace *at, CheckWithEnd *end, GError **error)
{
	g_auto(CheckWorkspace) copy = { 0 };
	g_autoptr(GHashTable) reached = NULL;
	g_autofree char *refusal = NULL;

	if (!check_workspace_clone(at, RUN_STAGE_MERGE_ORDER, &copy, error) ||
	    !run_ask_refusal(at->set, job->base->one_head, copy.session, copy.stand_ins, &refusal, &reached, error))
		return false;
	if (refusal != NULL)
		end->refusal = g_strdup_printf("%s refuses to go on: %s", migration_set_format_title(at->set), refusal);
	return true;
}

static bool
check_with_ask(const RunJob *job, CheckWorkspace *at, const MigrationSet *before, CheckWithEnd *end, GError **error)
{
	GError *cause = NULL;

	if (migration_set_is_external(at->set))
		return check_with_ask_tool(job, at, end, error);
	if (migration_runner_validate(at->runner, &cause))
		return check_with_find_lost(at, before, end, error);
	if (!g_error_matches(cause, BASE_ERROR, BASE_ERROR_INPUT)) {
		g_propagate_error(error, cause);
		return false;
	}
	g_auto(GStrv) lines = g_strsplit(cause->message, "\n", 2);
	end->refusal = g_strdup_printf("%s refuses to go on: %s", migration_set_format_title(at->set), lines[0]);
	g_error_free(cause);
	return true;
}

/* Runs the missing migrations one by one, even those that the tool would not run, to see whether they conflict. */
static bool
check_with_apply(CheckWorkspace *at, const MigrationSet *before, CheckWithEnd *end, GError **error)
{
	for (guint i = 0; i < at->set->migrations->len && end->problem == NULL; i++) {
		const Migration *migration = g_ptr_array_index(at->set->migrations, i);
		g_auto(MigrationOutcome) outcome = { 0 };
		if (before != NULL && check_with_has(before, migration->name))
			continue;
		if (!db_session_reset(at->session, error) ||
		    !migration_runner_apply(at->runner, migration, MIGRATION_UP, &outcome, error))
			return false;
		end->last = migration;
		if (outcome.failed) {
			end->problem = g_strdup_printf("\"%s\" fails: %s", migration->name, outcome.message);
			end->error_text = g_strdup(outcome.message);
		}
	}
	return true;
}

bool
check_with_migrate(CheckWorkspace *at, const MigrationSet *set, CheckWithEnd *end, GError **error)
{
	at->set = set;
	return check_workspace_connect(at, error) && check_with_apply(at, NULL, end, error);
}

/* The set of both, where the first one has been run. */
static bool
check_with_go_on(const RunJob *job, CheckWorkspace *at, const MigrationSet *first, const MigrationSet *both,
                 CheckWithEnd *end, GError **error)
{
	check_workspace_disconnect(at);
	at->set = both;
	return check_workspace_connect(at, error) && check_with_ask(job, at, first, end, error) &&
	       check_with_apply(at, first, end, error);
}

bool
check_with_read_roles(const ScratchServer *server, const MigrationSet *set, CheckSharedObjects **ret_roles,
                      GError **error)
{
	*ret_roles = NULL;
	if (!check_shared_objects_in_set(set))
		return true;
	*ret_roles = check_shared_objects_read(server, error);
	return *ret_roles != NULL;
}

void
check_with_restore_roles(const ScratchServer *server, const MigrationSet *set, const CheckSharedObjects *roles)
{
	if (roles != NULL)
		check_shared_objects_restore(server, set, roles, false);
}

bool
check_with_run(const RunJob *job, ScratchServer *server, const MigrationSet *first, const MigrationSet *both,
               CheckWithEnd *end, GError **error)
{
	MigrationStandIns stand_ins = { 0 };
	CheckWorkspace at = { .server = server, .stand_ins = &stand_ins, .exclusions = &job->exclusions, .set = first };
	g_autoptr(CheckSharedObjects) roles = NULL;
	bool done = run_server_stand_ins(server, job->suite, &stand_ins, error) &&
	            check_with_read_roles(server, both, &roles, error) &&
	            check_workspace_create(&at, RUN_STAGE_MERGE_ORDER, error) &&
	            check_with_migrate(&at, first, end, error);

	if (done && end->problem == NULL)
		done = check_with_go_on(job, &at, first, both, end, error);
	if (done && end->problem == NULL) {
		end->end = check_workspace_snapshot(&at, error);
		done = end->end != NULL;
	}
	check_workspace_close(&at);
	check_with_restore_roles(server, both, roles);
	g_clear_pointer(&stand_ins.sources, g_hash_table_unref);
	return done;
}

/* --- Writes of an application ------------------------------------------------------ */

/* Rows of the base that both branches' migrations work on. *ret_filled is false when there are none. */
static bool
check_with_fill(CheckWorkspace *at, const RunJob *job, const MigrationSet *both, bool *ret_filled, GError **error)
{
	g_autoptr(CheckSharedObjects) roles = NULL;
	g_auto(CheckWorkspace) copy = { 0 };
	CheckWithEnd end = { 0 };

	*ret_filled = false;
	if (!check_with_read_roles(at->server, both, &roles, error) ||
	    !check_workspace_clone(at, RUN_STAGE_MERGE_ORDER, &copy, error) ||
	    !db_session_execute(copy.session, "BEGIN", error))
		return false;
	g_autoptr(RowsBefore) before = rows_before_read(copy.session, copy.exclusions, error);
	if (before == NULL || !db_session_execute(copy.session, "COMMIT", error))
		return false;
	check_workspace_disconnect(&copy);
	copy.set = both;
	bool migrated = check_workspace_connect(&copy, error) && check_with_apply(&copy, job->base->set, &end, error);
	bool works = end.problem == NULL;
	check_with_end_clear(&end);
	if (!migrated || !works)
		return migrated;
	g_autoptr(GPtrArray) preconditions = db_session_execute(copy.session, "BEGIN", error)
	                                         ? rows_before_learn(before, copy.session, error)
	                                         : NULL;
	check_workspace_close(&copy);
	check_with_restore_roles(at->server, both, roles);
	for (guint i = 0; preconditions != NULL && i < preconditions->len; i++)
		((RowsPrecondition *)g_ptr_array_index(preconditions, i))->held = true;
	*ret_filled = preconditions != NULL && db_session_execute(at->session, "BEGIN", error) &&
	              rows_fill_plausible(at->session, at->exclusions, job->database->rows, true, preconditions, NULL,
	                                  NULL, error) &&
	              db_session_execute(at->session, "COMMIT", error);
	return *ret_filled;
}

/* Where the database stands. */
typedef struct {
	CatalogSnapshot *catalog;
	RowsState *rows;
} CheckWithState;

static void
check_with_state_clear(CheckWithState *state)
{
	catalog_snapshot_unref(state->catalog);
	rows_state_unref(state->rows);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckWithState, check_with_state_clear)

static bool
check_with_read(CheckWorkspace *at, CheckWithState *state, GError **error)
{
	state->catalog = check_workspace_snapshot(at, error);
	state->rows = state->catalog != NULL ? rows_state_read(at->session, at->exclusions, error) : NULL;
	return state->rows != NULL;
}

/* Tries the writes that worked with the first branch again with both. */
static bool
check_with_try_writes(CheckWorkspace *at, const MigrationSet *first, const MigrationSet *both, char **ret_broken,
                      GError **error)
{
	g_autoptr(CheckWrites) writes = check_writes_new();
	g_auto(CheckWithState) before = { 0 };
	g_auto(CheckWithState) after = { 0 };
	g_autoptr(ReportCase) test_case = report_case_new(NULL, RUN_STAGE_MERGE_ORDER, "", (SourcePosition){ 0 });
	const CheckWritesStep known = { .workspace = at };
	CheckWithEnd end = { 0 };
	guint n_tried = 0;
	bool declared = false;

	if (!check_with_read(at, &before, error) || !check_writes_prove(writes, &known, &n_tried, &declared, error))
		return false;
	check_workspace_disconnect(at);
	at->set = both;
	bool done = check_workspace_connect(at, error) && check_with_apply(at, first, &end, error);
	const CheckWritesStep step = { .workspace = at,
		                       .migration = end.last,
		                       .before = before.catalog,
		                       .rows_before = before.rows,
		                       .test_case = test_case };
	bool works = end.problem == NULL && end.last != NULL;
	check_with_end_clear(&end);
	if (!done || !works)
		return done;
	if (!check_with_read(at, &after, error))
		return false;
	CheckWritesStep last = step;
	last.after = after.catalog;
	last.rows_after = after.rows;
	if (!check_writes_prove(writes, &last, &n_tried, &declared, error))
		return false;
	if (test_case->status == REPORT_FAILED)
		*ret_broken = g_strdup(test_case->details != NULL ? test_case->details : test_case->message);
	return true;
}

bool
check_with_run_writes(const RunJob *job, ScratchServer *server, const MigrationSet *first, const MigrationSet *both,
                      char **ret_broken, GError **error)
{
	MigrationStandIns stand_ins = { 0 };
	CheckWorkspace at = {
		.server = server, .stand_ins = &stand_ins, .exclusions = &job->exclusions, .set = job->base->set
	};
	g_autoptr(CheckSharedObjects) roles = NULL;
	CheckWithEnd end = { 0 };
	bool filled = false;
	bool done = run_server_stand_ins(server, job->suite, &stand_ins, error) &&
	            check_with_read_roles(server, both, &roles, error) &&
	            check_workspace_create(&at, RUN_STAGE_MERGE_ORDER, error) &&
	            check_with_migrate(&at, job->base->set, &end, error);

	if (done && end.problem == NULL)
		done = check_with_fill(&at, job, both, &filled, error);
	if (done && filled) {
		check_workspace_disconnect(&at);
		at.set = first;
		done = check_workspace_connect(&at, error) && check_with_apply(&at, job->base->set, &end, error);
	}
	if (done && filled && end.problem == NULL)
		done = check_with_try_writes(&at, first, both, ret_broken, error);
	check_with_end_clear(&end);
	check_workspace_close(&at);
	check_with_restore_roles(server, both, roles);
	g_clear_pointer(&stand_ins.sources, g_hash_table_unref);
	return done;
}
