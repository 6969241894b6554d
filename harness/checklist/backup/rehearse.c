/* The pending migrations, run on the copy that a backup gives: rows as they are in production. */
#include "checklist/backup/backup.h"
#include "checklist/backup/rows.h"
#include "checklist/target/history.h"

#include "catalog/diff.h"
#include "impact/observe.h"
#include "report/text.h"
#include "run/job/server.h"
#include "target/conditions.h"

#include <string.h>

#define REHEARSE_DIFFERENCES 10

typedef struct {
	const ChecklistItem *item;
	CheckWorkspace workspace;
	MigrationStandIns stand_ins;
	ImpactObserver *observer;
	ChecklistResult *result;
	CatalogSnapshot *before;
	BackupRows rows; /* before the ups; only where there are downs */
	BackupNeed need;
	gint64 bytes;    /* of the database, before the ups */
	bool no_history; /* the copy has no row of it */
	bool failed;
} Rehearsal;

static void
rehearse_clear(Rehearsal *rehearsal)
{
	impact_observer_free(rehearsal->observer);
	g_clear_pointer(&rehearsal->before, catalog_snapshot_unref);
	backup_rows_clear(&rehearsal->rows);
	/* The database is the caller's. */
	rehearsal->workspace.database = NULL;
	check_workspace_close(&rehearsal->workspace);
	g_clear_pointer(&rehearsal->stand_ins.sources, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rehearsal, rehearse_clear)

/* --- Observations ------------------------------------------------------------------------------ */

/* The stronger lock is worse; of equal locks, the one held longer, then the one on the larger table. */
static bool
rehearse_is_worse(const ReportTouched *touched, const ReportTouched *than)
{
	gint64 time = touched->until - touched->since;
	gint64 other = than->until - than->since;

	if (touched->held != than->held)
		return touched->held > than->held;
	return time != other ? time > other : touched->bytes > than->bytes;
}

/* The strongest lock that it took, and how long it held that. */
static char *
rehearse_describe_lock(const ReportObservation *observation)
{
	const ReportTouched *worst = NULL;

	for (guint i = 0; i < observation->statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(observation->statements, i);
		for (guint j = 0; statement->touched != NULL && j < statement->touched->len; j++) {
			const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
			if (strchr("rpm", touched->kind) != NULL &&
			    (worst == NULL || rehearse_is_worse(touched, worst)))
				worst = touched;
		}
	}
	if (worst == NULL)
		return g_strdup("no lock");
	g_autofree char *time = report_text_duration(MAX(worst->until - worst->since, 0));
	return g_strdup_printf("%s on %s for %s", report_lock_name(worst->held), worst->name, time);
}

static bool
rehearse_is_rewritten(const ReportObservation *observation)
{
	for (guint i = 0; i < observation->statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(observation->statements, i);
		for (guint j = 0; statement->touched != NULL && j < statement->touched->len; j++)
			if (((const ReportTouched *)g_ptr_array_index(statement->touched, j))->was_rewritten)
				return true;
	}
	return false;
}

static double
rehearse_count_wal(const ReportObservation *observation)
{
	double wal = 0;

	for (guint i = 0; observation != NULL && i < observation->statements->len; i++)
		wal += (double)((const ReportStatement *)g_ptr_array_index(observation->statements, i))->wal_bytes;
	return wal;
}

/* New files, and what old ones have grown by. */
static double
rehearse_count_files(const ReportObservation *observation)
{
	double bytes = 0;

	for (guint i = 0; observation != NULL && i < observation->statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(observation->statements, i);
		for (guint j = 0; statement->touched != NULL && j < statement->touched->len; j++)
			bytes += (double)((const ReportTouched *)g_ptr_array_index(statement->touched, j))
			             ->bytes_written;
	}
	return bytes;
}

static bool
rehearse_read_bytes(const Rehearsal *rehearsal, gint64 *ret_bytes, GError **error)
{
	static const char ask[] = "SELECT pg_catalog.pg_database_size(pg_catalog.current_database())";
	g_autofree char *bytes = db_session_query_value(rehearsal->workspace.session, error, ask, NULL);

	if (bytes != NULL)
		*ret_bytes = g_ascii_strtoll(bytes, NULL, 10);
	return bytes != NULL;
}

/* The old file of a table that is rewritten is there until the end of the transaction, and then goes. */
static bool
rehearse_add_need(Rehearsal *rehearsal, const ReportObservation *observation, GError **error)
{
	BackupNeed *need = &rehearsal->need;
	gint64 bytes = 0;

	if (!rehearse_read_bytes(rehearsal, &bytes, error))
		return false;
	need->peak = MAX(need->peak, need->grown + rehearse_count_files(observation));
	need->grown = (double)MAX(bytes - rehearsal->bytes, 0);
	need->peak = MAX(need->peak, need->grown);
	need->wal += rehearse_count_wal(observation);
	return true;
}

static void
rehearse_note(Rehearsal *rehearsal, const Migration *migration, const char *direction, const MigrationOutcome *outcome,
              const ReportObservation *observation)
{
	g_autofree char *what = g_strdup_printf("%s %s", direction, migration->name);
	g_autofree char *time = report_text_duration(outcome->duration);

	if (observation == NULL) {
		checklist_add_fact(rehearsal->result, what, time, NULL);
		return;
	}
	g_autofree char *bytes = target_unit_format(TARGET_UNIT_BYTES, rehearse_count_wal(observation));
	g_autofree char *lock = rehearse_describe_lock(observation);
	g_autofree char *found = g_strdup_printf("%s, %s, WAL %s%s", time, lock, bytes,
	                                         rehearse_is_rewritten(observation) ? ", rewrites a table" : "");
	checklist_add_fact(rehearsal->result, what, found, NULL);
}

/* --- Running ------------------------------------------------------------------------------------- */

static void
rehearse_fail(Rehearsal *rehearsal, const Migration *migration, const char *direction, const MigrationOutcome *outcome)
{
	g_autofree char *place = base_position_format(outcome->position);

	rehearsal->failed = true;
	checklist_set(rehearsal->result, CHECKLIST_OPEN, "the %s of %s fails on the restored rows: %s", direction,
	              migration->name, outcome->message);
	checklist_add_details(rehearsal->result, "%s\n%s", place, outcome->details);
	if (rehearsal->no_history)
		checklist_set_hint(rehearsal->result,
		                   "the backup has no history of migrations, so that all of them were run: is the "
		                   "history table left out of it?");
	else
		checklist_set_hint(rehearsal->result,
		                   "mend the rows of the target, or the migration, before the release");
}

/* Migrations that another program runs are not observed. */
static bool
rehearse_run(Rehearsal *rehearsal, const Migration *migration, MigrationDirection direction, GError **error)
{
	CheckWorkspace *workspace = &rehearsal->workspace;
	bool watched = !migration_set_is_external(workspace->set);
	g_auto(MigrationOutcome) outcome = { 0 };
	ReportObservation *observation = NULL;

	if (!db_session_reset(workspace->session, error) ||
	    (watched && !impact_observer_begin(rehearsal->observer, workspace->session, error)))
		return false;
	if (watched)
		migration_runner_set_watch(workspace->runner, impact_observer_watch(rehearsal->observer));
	bool done = migration_runner_apply(workspace->runner, migration, direction, &outcome, error);
	migration_runner_set_watch(workspace->runner, NULL);
	if (watched)
		observation = impact_observer_end(rehearsal->observer);
	const char *word = direction == MIGRATION_UP ? "up" : "down";
	if (done && outcome.failed)
		rehearse_fail(rehearsal, migration, word, &outcome);
	else if (done)
		rehearse_note(rehearsal, migration, word, &outcome, observation);
	if (done && !outcome.failed && rehearsal->rows.touching != NULL)
		backup_rows_note(&rehearsal->rows, migration, observation);
	done = done &&
	       (outcome.failed || direction != MIGRATION_UP || rehearse_add_need(rehearsal, observation, error));
	report_observation_free(observation);
	return done;
}

static bool
rehearse_ups(Rehearsal *rehearsal, const GPtrArray *pending, GError **error)
{
	bool downs = rehearsal->rows.pending != NULL;

	for (guint i = 0; !rehearsal->failed && i < pending->len; i++)
		if ((downs && !backup_rows_before_up(&rehearsal->rows, i, rehearsal->workspace.session, error)) ||
		    !rehearse_run(rehearsal, g_ptr_array_index(pending, i), MIGRATION_UP, error))
			return false;
	return true;
}

static bool
rehearse_has_downs(const ChecklistItem *item, const GPtrArray *pending)
{
	if (item->job->database->rollback == SUITE_ROLLBACK_NONE ||
	    item->job->database->rollback == SUITE_ROLLBACK_RESTORE)
		return false;
	for (guint i = 0; i < pending->len; i++)
		if (((const Migration *)g_ptr_array_index(pending, i))->down == NULL)
			return false;
	return true;
}

static bool
rehearse_compare(Rehearsal *rehearsal, GError **error)
{
	g_autoptr(CatalogSnapshot) after = check_workspace_snapshot(&rehearsal->workspace, error);
	const CatalogDiffOptions options = { .ignore_column_position = true };

	if (after == NULL)
		return false;
	g_autoptr(GArray) differences = catalog_diff(rehearsal->before, after, &options);
	g_autofree char *number = g_strdup_printf("%u", differences->len);
	checklist_add_fact(rehearsal->result, "differences of the schema after the downs", number, "0");
	if (differences->len == 0)
		return true;
	g_autofree char *text = catalog_diff_describe(differences, REHEARSE_DIFFERENCES);
	g_autofree char *line = g_strdup_printf("the downs do not restore the schema: %u difference%s",
	                                        differences->len, differences->len == 1 ? "" : "s");
	rehearsal->failed = true;
	if (rehearsal->result->state == CHECKLIST_TICKED)
		checklist_set(rehearsal->result, CHECKLIST_OPEN, "%s", line);
	else
		checklist_add_details(rehearsal->result, "%s", line);
	checklist_add_details(rehearsal->result, "%s", text);
	return true;
}

static bool
rehearse_downs(Rehearsal *rehearsal, const GPtrArray *pending, GError **error)
{
	for (guint i = pending->len; !rehearsal->failed && i > 0; i--)
		if (!rehearse_run(rehearsal, g_ptr_array_index(pending, i - 1), MIGRATION_DOWN, error) ||
		    (!rehearsal->failed &&
		     !backup_rows_after_down(&rehearsal->rows, i - 1, rehearsal->workspace.session, rehearsal->result,
		                             error)))
			return false;
	return rehearsal->failed || rehearse_compare(rehearsal, error);
}

static bool
rehearse_prepare(Rehearsal *rehearsal, ScratchServer *server, ScratchDatabase *copy, GError **error)
{
	const ChecklistItem *item = rehearsal->item;

	if (!run_server_stand_ins(server, item->job->suite, &rehearsal->stand_ins, error))
		return false;
	rehearsal->workspace = (CheckWorkspace){ .server = server,
		                                 .set = item->job->set,
		                                 .stand_ins = &rehearsal->stand_ins,
		                                 .exclusions = &item->job->exclusions,
		                                 .database = copy };
	if (!check_workspace_connect(&rehearsal->workspace, error))
		return false;
	rehearsal->observer = impact_observer_new(copy, &item->job->exclusions);
	rehearsal->before = check_workspace_snapshot(&rehearsal->workspace, error);
	return rehearsal->before != NULL && rehearse_read_bytes(rehearsal, &rehearsal->bytes, error);
}

/* The tool itself would refuse to run, or run something else. */
static bool
rehearse_may_begin(Rehearsal *rehearsal, const ChecklistHistory *history)
{
	ChecklistResult *result = rehearsal->result;

	rehearsal->no_history = history->history.rows != NULL && history->history.rows->len == 0;
	if (history->unknown != NULL) {
		checklist_set(result, CHECKLIST_UNKNOWN, "nothing was rehearsed: %s", history->unknown);
		checklist_set_hint(result, "rehearse the migrations by a \"command\", or take \"rehearse\" out");
	} else if (history->n_problems > 0) {
		checklist_set(
		    result, CHECKLIST_OPEN,
		    "nothing was rehearsed: the history on the restored copy and the files do not go together");
		checklist_history_list_problems(history, result);
		checklist_set_hint(result, "an item with \"history: pending\" shows the same of the target");
	}
	return history->unknown == NULL && history->n_problems == 0;
}

bool
backup_rehearse(const ChecklistItem *item, ScratchServer *server, ScratchDatabase *copy, ChecklistResult *result,
                char **ret_summary, BackupNeed *ret_need, GError **error)
{
	g_auto(Rehearsal) rehearsal = { .item = item, .result = result };
	g_auto(ChecklistHistory) history = { 0 };

	if (!rehearse_prepare(&rehearsal, server, copy, error) ||
	    !checklist_history_read_ours(item->job, rehearsal.workspace.session, &history, error))
		return false;
	if (!rehearse_may_begin(&rehearsal, &history))
		return true;
	if (history.pending->len == 0) {
		*ret_summary = g_strdup("nothing is pending on it");
		return true;
	}
	bool downs = rehearse_has_downs(item, history.pending);
	if (downs)
		backup_rows_begin(&rehearsal.rows, item->job, history.pending);
	if (!rehearse_ups(&rehearsal, history.pending, error) ||
	    (downs && !rehearsal.failed && !rehearse_downs(&rehearsal, history.pending, error)))
		return false;
	*ret_need = rehearsal.need;
	g_autofree char *names = checklist_history_list_pending(&history);
	const char *downs_word = !downs ? "" : history.pending->len == 1 ? ", and its down" : ", and their downs";
	*ret_summary = g_strdup_printf("%s rehearsed on it%s%s", names, downs_word,
	                               rehearsal.rows.n_lossy > 0 ? ", which lose what is declared" : "");
	return true;
}
