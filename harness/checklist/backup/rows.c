#include "checklist/backup/rows.h"

#include "check/workspace/sequences.h"
#include "rows/state/triggers.h"
#include "run/job/declared.h"

#include <string.h>

static bool
rows_is_declared(const RunJob *job, const Migration *migration)
{
	return run_job_declared(job, job->database->lossy, migration) != NULL;
}

void
backup_rows_begin(BackupRows *rows, const RunJob *job, const GPtrArray *pending)
{
	guint n_declared = 0;

	for (guint i = 0; i < pending->len; i++)
		n_declared += rows_is_declared(job, g_ptr_array_index(pending, i));
	rows->job = job;
	rows->pending = pending;
	rows->each = n_declared > 0 && n_declared < pending->len;
	rows->before = g_ptr_array_new_with_free_func((GDestroyNotify)rows_state_unref);
	rows->touching = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
	rows->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void
backup_rows_clear(BackupRows *rows)
{
	g_clear_pointer(&rows->before, g_ptr_array_unref);
	g_clear_pointer(&rows->sequences, db_result_free);
	g_clear_pointer(&rows->touching, g_hash_table_unref);
	g_clear_pointer(&rows->known, g_hash_table_unref);
}

bool
backup_rows_before_up(BackupRows *rows, guint index, DbSession *session, GError **error)
{
	if (index > 0 && !rows->each)
		return true;
	RowsState *state = rows_state_read(session, &rows->job->exclusions, error);
	if (state == NULL)
		return false;
	g_ptr_array_add(rows->before, state);
	if (index == 0)
		rows->sequences = check_sequences_read(session, error);
	return rows->sequences != NULL;
}

static void
rows_note_touched(BackupRows *rows, const Migration *migration, const ReportTouched *touched)
{
	gpointer key = GUINT_TO_POINTER(touched->table != 0 && touched->kind != 'r' ? touched->table : touched->oid);
	GPtrArray *migrations = g_hash_table_lookup(rows->touching, key);

	if (migrations == NULL) {
		migrations = g_ptr_array_new();
		g_hash_table_insert(rows->touching, key, migrations);
	}
	if (!g_ptr_array_find(migrations, migration, NULL))
		g_ptr_array_add(migrations, (gpointer)migration);
}

void
backup_rows_note(BackupRows *rows, const Migration *migration, const ReportObservation *observation)
{
	for (guint i = 0; observation != NULL && i < observation->statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(observation->statements, i);
		for (guint j = 0; statement->touched != NULL && j < statement->touched->len; j++) {
			const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
			bool reads = touched->taken <= REPORT_LOCK_ROW_SHARE && !touched->was_rewritten;
			if (!reads)
				rows_note_touched(rows, migration, touched);
		}
	}
}

/* --- Judging ------------------------------------------------------------------------------ */

/* The migrations that may have caused the difference: the one that has just been reverted; those that were observed
 * to change the table; or all of them, if none was observed. The caller unrefs it. */
static GPtrArray *
rows_find_migrations(const BackupRows *rows, guint index, const char *table)
{
	GPtrArray *migrations = g_ptr_array_new();
	const char *oid = rows_state_oid(g_ptr_array_index(rows->before, index), table);
	guint64 number = oid != NULL ? g_ascii_strtoull(oid, NULL, 10) : 0;
	const GPtrArray *seen = g_hash_table_lookup(rows->touching, GUINT_TO_POINTER((guint)number));

	if (rows->each)
		g_ptr_array_add(migrations, g_ptr_array_index(rows->pending, index));
	else
		for (guint i = 0; i < (seen != NULL ? seen : rows->pending)->len; i++)
			g_ptr_array_add(migrations, g_ptr_array_index(seen != NULL ? seen : rows->pending, i));
	return migrations;
}

static char *
rows_name_migrations(const GPtrArray *migrations)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < migrations->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
		                       ((const Migration *)g_ptr_array_index(migrations, i))->name);
	return g_string_free(text, FALSE);
}

static void
rows_open(ChecklistResult *result, const char *text)
{
	if (result->state == CHECKLIST_TICKED) {
		checklist_set(result, CHECKLIST_OPEN, "the downs lose data: %s", text);
		checklist_set_hint(
		    result, "mend the down; or declare it under \"lossy\" of the database, where that is wanted");
	} else {
		checklist_add_details(result, "%s", text);
	}
}

/* Where not each is read, all of the migrations are declared, or none. */
static void
rows_judge_difference(BackupRows *rows, guint index, const RowsDifference *difference, ChecklistResult *result)
{
	g_autofree char *text = rows_difference_describe(difference);
	g_autoptr(GPtrArray) migrations = rows_find_migrations(rows, index, difference->table);
	g_autofree char *names = rows_name_migrations(migrations);

	if (!g_hash_table_add(rows->known, g_strdup(text)))
		return;
	if (rows_is_declared(rows->job, g_ptr_array_index(migrations, 0))) {
		g_autofree char *what = g_strdup_printf("lost by %s, as declared", names);
		checklist_add_fact(result, what, text, NULL);
		rows->n_lossy++;
		return;
	}
	g_autofree char *all = g_strdup_printf("%s, by %s", text, names);
	rows_open(result, all);
}

static bool
rows_judge_sequences(const BackupRows *rows, DbSession *session, ChecklistResult *result, GError **error)
{
	g_autoptr(DbResult) now = check_sequences_read(session, error);

	if (now == NULL)
		return false;
	g_autofree char *problems = check_sequences_compare(session, rows->sequences, now);
	if (problems != NULL)
		rows_open(result, problems);
	return true;
}

static void
rows_add_fact(const RowsState *before, guint n_differ, ChecklistResult *result)
{
	g_autofree char *found = g_strdup_printf("%" G_GINT64_FORMAT " rows of %u tables, %u differ",
	                                         rows_state_total(before), rows_state_size(before), n_differ);

	checklist_add_fact(result, "rows after the downs", found, NULL);
}

bool
backup_rows_after_down(BackupRows *rows, guint index, DbSession *session, ChecklistResult *result, GError **error)
{
	g_autofree char *left_out = NULL;

	if (index > 0 && !rows->each)
		return true;
	RowsState *before = g_ptr_array_index(rows->before, index);
	g_autoptr(RowsState) after = rows_state_read_as(session, before, error);
	if (after == NULL)
		return false;
	g_autoptr(GPtrArray) differences = rows_state_compare(before, after);
	if (differences->len > 0 && !rows_triggers_leave_out(session, before, differences, NULL, &left_out, error))
		return false;
	for (guint i = 0; i < differences->len; i++)
		rows_judge_difference(rows, index, g_ptr_array_index(differences, i), result);
	if (index > 0)
		return true;
	rows_add_fact(before, differences->len, result);
	if (left_out != NULL)
		checklist_add_fact(result, "written by triggers, and not counted", left_out, NULL);
	return rows_judge_sequences(rows, session, result, error);
}
