/* The pending migrations, run on the copy that a backup gives: rows as they are in production. */
#include "checklist/backup/backup.h"
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
	gint64 wal;   /* bytes, of all ups */
	gint64 files; /* bytes that new files and what old ones have grown by take, of all ups */
	bool failed;
} Rehearsal;

static void
rehearse_clear(Rehearsal *rehearsal)
{
	impact_observer_free(rehearsal->observer);
	g_clear_pointer(&rehearsal->before, catalog_snapshot_unref);
	/* The database is the caller's. */
	rehearsal->workspace.database = NULL;
	check_workspace_close(&rehearsal->workspace);
	g_clear_pointer(&rehearsal->stand_ins.sources, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rehearsal, rehearse_clear)

/* --- What was seen ----------------------------------------------------------------------------- */

/* The strongest lock that it took, and how long it held that. */
static char *
rehearse_describe_lock(const ReportObservation *observation)
{
	const ReportTouched *worst = NULL;

	for (guint i = 0; i < observation->statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(observation->statements, i);
		for (guint j = 0; statement->touched != NULL && j < statement->touched->len; j++) {
			const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
			if (strchr("rpm", touched->kind) != NULL && (worst == NULL || touched->held > worst->held))
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

static void
rehearse_add_sizes(Rehearsal *rehearsal, bool up, const ReportObservation *observation, gint64 *ret_wal)
{
	*ret_wal = 0;
	for (guint i = 0; i < observation->statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(observation->statements, i);
		*ret_wal += statement->wal_bytes;
		for (guint j = 0; up && statement->touched != NULL && j < statement->touched->len; j++)
			rehearsal->files += ((const ReportTouched *)g_ptr_array_index(statement->touched, j))
			                        ->bytes_written;
	}
	rehearsal->wal += up ? *ret_wal : 0;
}

static void
rehearse_note(Rehearsal *rehearsal, const Migration *migration, const char *direction, const MigrationOutcome *outcome,
              const ReportObservation *observation)
{
	g_autofree char *what = g_strdup_printf("%s %s", direction, migration->name);
	g_autofree char *time = report_text_duration(outcome->duration);
	gint64 wal = 0;

	if (observation == NULL) {
		checklist_add_fact(rehearsal->result, what, time, NULL);
		return;
	}
	rehearse_add_sizes(rehearsal, strcmp(direction, "up") == 0, observation, &wal);
	g_autofree char *bytes = target_unit_format(TARGET_UNIT_BYTES, (double)wal);
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
	checklist_set_hint(rehearsal->result, "mend the rows of the target, or the migration, before the release");
}

/* Programs of others, and what they run, are not observed. */
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
	report_observation_free(observation);
	return done;
}

static bool
rehearse_ups(Rehearsal *rehearsal, const GPtrArray *pending, GError **error)
{
	for (guint i = 0; !rehearsal->failed && i < pending->len; i++)
		if (!rehearse_run(rehearsal, g_ptr_array_index(pending, i), MIGRATION_UP, error))
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
	rehearsal->failed = true;
	checklist_set(rehearsal->result, CHECKLIST_OPEN, "the downs do not restore the schema: %u difference%s",
	              differences->len, differences->len == 1 ? "" : "s");
	checklist_add_details(rehearsal->result, "%s", text);
	return true;
}

static bool
rehearse_downs(Rehearsal *rehearsal, const GPtrArray *pending, GError **error)
{
	for (guint i = pending->len; !rehearsal->failed && i > 0; i--)
		if (!rehearse_run(rehearsal, g_ptr_array_index(pending, i - 1), MIGRATION_DOWN, error))
			return false;
	return rehearsal->failed || rehearse_compare(rehearsal, error);
}

static void
rehearse_add_needs(Rehearsal *rehearsal)
{
	g_autofree char *wal = target_unit_format(TARGET_UNIT_BYTES, (double)rehearsal->wal);
	g_autofree char *files = target_unit_format(TARGET_UNIT_BYTES, (double)rehearsal->files);

	checklist_add_fact(rehearsal->result, "WAL that the ups write", wal, NULL);
	checklist_add_fact(rehearsal->result, "disk that the ups need", files, NULL);
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
	return rehearsal->before != NULL;
}

bool
backup_rehearse(const ChecklistItem *item, ScratchServer *server, ScratchDatabase *copy, ChecklistResult *result,
                char **ret_summary, GError **error)
{
	g_auto(Rehearsal) rehearsal = { .item = item, .result = result };
	g_auto(ChecklistHistory) history = { 0 };

	if (!rehearse_prepare(&rehearsal, server, copy, error) ||
	    !checklist_history_read_ours(item->job, rehearsal.workspace.session, &history, error))
		return false;
	if (history.unknown != NULL || history.pending->len == 0) {
		*ret_summary = g_strdup(history.unknown != NULL ? history.unknown : "nothing is pending on it");
		return true;
	}
	bool downs = rehearse_has_downs(item, history.pending);
	if (!rehearse_ups(&rehearsal, history.pending, error) ||
	    (downs && !rehearsal.failed && !rehearse_downs(&rehearsal, history.pending, error)))
		return false;
	rehearse_add_needs(&rehearsal);
	g_autofree char *names = checklist_history_list_pending(&history);
	*ret_summary = g_strdup_printf("%s rehearsed on it%s", names, downs ? ", and their downs" : "");
	return true;
}
