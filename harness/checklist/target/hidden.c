#include "checklist/target/hidden.h"

#include "base/error.h"
#include "checklist/target/changes.h"
#include "checklist/target/seeds.h"
#include "checklist/target/trial.h"
#include "run/build.h"
#include "run/run.h"

#include <string.h>

typedef struct {
	const RunJob *job;
	CheckWorkspace workspace;
	MigrationStandIns stand_ins;
	ChecklistChanges *changes; /* of the migrations so far; NULL at first */
	GPtrArray *found;          /* of RowsPrecondition * */
} Hidden;

static void
hidden_clear(Hidden *hidden)
{
	check_workspace_close(&hidden->workspace);
	g_clear_pointer(&hidden->stand_ins.sources, g_hash_table_unref);
	g_clear_pointer(&hidden->changes, checklist_changes_free);
	g_clear_pointer(&hidden->found, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Hidden, hidden_clear)

/* --- One precondition ---------------------------------------------------------------------------- */

/* The rows of a trial have all keys of those that the migration writes. Of several indexes the server names the one
 * that it looks at first; a key that a sequence gives out is another one on the target. */
static bool
hidden_is_asked(const RowsPrecondition *precondition, const MigrationOutcome *outcome)
{
	g_autofree char *name = g_strdup_printf("\"%s\"", precondition->constraint);

	return outcome->failed &&
	       ((precondition->sequence == NULL && !precondition->given) || strstr(outcome->message, name) != NULL);
}

/* Whether it fails on rows that break it; true where that cannot be tried. */
static bool
hidden_try(Hidden *hidden, const Migration *migration, const RowsPrecondition *precondition, bool *ret_asked,
           GError **error)
{
	g_auto(ChecklistTrial) trial = { 0 };
	g_auto(MigrationOutcome) outcome = { 0 };
	bool broken = false;

	*ret_asked = true;
	if (precondition->lift == NULL && precondition->insert == NULL)
		return true;
	if (!checklist_trial_begin(&hidden->workspace, migration, &trial, error) ||
	    !rows_precondition_break(trial.at->session, trial.at->exclusions, hidden->job->database->rows, precondition,
	                             &broken, error) ||
	    !checklist_trial_apply(&trial, &outcome, error))
		return false;
	*ret_asked = hidden_is_asked(precondition, &outcome) || !broken;
	return checklist_trial_end(&trial, error);
}

/* --- One migration ------------------------------------------------------------------------------- */

static bool
hidden_read(Hidden *hidden, const Migration *migration, GPtrArray **ret_learned, bool *ret_works, GError **error)
{
	g_auto(ChecklistTrial) trial = { 0 };
	g_auto(MigrationOutcome) outcome = { 0 };

	if (!checklist_trial_begin(&hidden->workspace, migration, &trial, error))
		return false;
	g_autoptr(RowsBefore) before = rows_before_read(trial.at->session, trial.at->exclusions, error);
	if (before == NULL || !rows_before_read_sequences(before, trial.at->session, error) ||
	    !checklist_trial_apply(&trial, &outcome, error))
		return false;
	*ret_works = !outcome.failed;
	*ret_learned = outcome.failed ? g_ptr_array_new() : rows_before_learn_hidden(before, trial.at->session, error);
	return *ret_learned != NULL &&
	       (outcome.failed || rows_before_learn_pointed(before, trial.at->session, *ret_learned, error)) &&
	       checklist_trial_end(&trial, error);
}

/* For good. A failure is no news here: the item is not ticked by migrations that fail on rows. */
static bool
hidden_go_on(Hidden *hidden, const Migration *migration, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };

	return db_session_reset(hidden->workspace.session, error) &&
	       migration_runner_apply(hidden->workspace.runner, migration, MIGRATION_UP, &outcome, error) &&
	       (!outcome.failed || base_error_set(error, BASE_ERROR_MIGRATION, NULL, "migration \"%s\" failed: %s",
	                                          migration->name, outcome.message));
}

static void
hidden_take(Hidden *hidden, GPtrArray *learned)
{
	while (learned->len > 0)
		g_ptr_array_add(hidden->found, g_ptr_array_steal_index(learned, 0));
}

static bool
hidden_learn(Hidden *hidden, const Migration *migration, GError **error)
{
	g_autoptr(GPtrArray) learned = NULL;
	bool works = false;

	if (!hidden_read(hidden, migration, &learned, &works, error))
		return false;
	for (guint i = learned->len; i > 0; i--) {
		bool asked = false;
		if (!hidden_try(hidden, migration, g_ptr_array_index(learned, i - 1), &asked, error))
			return false;
		if (!asked)
			g_ptr_array_remove_index(learned, i - 1);
	}
	hidden_take(hidden, learned);
	return (!works || (checklist_seeds_learn(&hidden->workspace, migration, hidden->found, error) &&
	                   checklist_target_changes_learn(&hidden->workspace, migration, &hidden->changes,
	                                                  hidden->found, error))) &&
	       hidden_go_on(hidden, migration, error);
}

/* --- All ------------------------------------------------------------------------------------------ */

/* From the first one that is pending on; those between that the target has are run and not asked. */
static bool
hidden_learn_all(Hidden *hidden, const ChecklistHistory *history, GError **error)
{
	const GPtrArray *migrations = hidden->job->set->migrations;
	bool begun = false;

	for (guint i = 0; i < migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(migrations, i);
		bool pending = g_ptr_array_find(history->pending, migration, NULL);
		begun = begun || pending;
		if (begun &&
		    !(pending ? hidden_learn(hidden, migration, error) : hidden_go_on(hidden, migration, error)))
			return false;
	}
	return true;
}

GPtrArray *
checklist_hidden_learn(const RunJob *job, const ChecklistContext *context, const ChecklistHistory *history,
                       GError **error)
{
	g_auto(Hidden) hidden = { .job = job };

	hidden.found = g_ptr_array_new_with_free_func((GDestroyNotify)rows_precondition_free);
	if (history->pending->len == 0)
		return g_steal_pointer(&hidden.found);
	const RunBuildOptions build = { .until = g_ptr_array_index(history->pending, 0), .before = true };
	ScratchServer *server = run_server_for(job->suite, &context->run, context->run.servers, error);
	if (server == NULL || !run_build_with(job, &build, server, &hidden.workspace, &hidden.stand_ins, error) ||
	    !hidden_learn_all(&hidden, history, error))
		return NULL;
	return g_steal_pointer(&hidden.found);
}
