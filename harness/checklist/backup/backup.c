/* backup: it can be read, is recent enough, restores a database like the target, and pending migrations work on
 * that. */
#include "checklist/backup/backup.h"

#include "checklist/item/limit.h"
#include "report/text.h"
#include "scratch/dump.h"
#include "suite/path.h"

#include <math.h>
#include <string.h>

static void
backup_stop_server(gpointer data)
{
	scratch_server_stop(data);
}

/* --- Reading ------------------------------------------------------------------------------------ */

static void
backup_load_bool(const SuiteNode *node, const char *key, bool *value)
{
	const SuiteNode *found = suite_node_get(node, key);

	if (found != NULL)
		suite_node_is_bool(found, value);
}

static bool
backup_check_rows(const SuiteNode *rows, GError **error)
{
	double percent = 0;

	for (guint i = 0; rows != NULL && i < suite_node_size(rows); i++)
		if (!checklist_limit_read(suite_node_item(rows, i), TARGET_UNIT_PERCENT, &percent, error))
			return false;
	return true;
}

static bool
backup_load(ChecklistItem *item, const ChecklistLoading *loading, GError **error)
{
	const SuiteNode *node = item->item->value;
	BackupWanted *wanted = g_new0(BackupWanted, 1);

	(void)loading;
	item->loaded = wanted;
	*wanted = (BackupWanted){ .node = node,
		                  .file = suite_node_get_text(node, "file"),
		                  .younger = INFINITY,
		                  .within = INFINITY,
		                  .restore = true };
	backup_load_bool(node, "restore", &wanted->restore);
	backup_load_bool(node, "rehearse", &wanted->rehearse);
	static const char *const need_restore[] = { "rows", "same", "restored_within" };
	for (gsize i = 0; i < G_N_ELEMENTS(need_restore); i++)
		if (!wanted->restore && suite_node_get(node, need_restore[i]) != NULL)
			return suite_node_error(suite_node_get(node, need_restore[i]), error, NULL,
			                        "\"%s\" needs a backup that is restored", need_restore[i]);
	if (!wanted->restore && wanted->rehearse)
		return suite_node_error(suite_node_get(node, "rehearse"), error, NULL,
		                        "\"rehearse\" needs a backup that is restored");
	if (!wanted->rehearse && suite_node_get(node, "disk") != NULL)
		return suite_node_error(suite_node_get(node, "disk"), error, "add rehearse: true",
		                        "how much disk is needed, the rehearsal shows");
	return backup_room_load(suite_node_get(node, "disk"), &wanted->room, error) &&
	       checklist_limit_read_key(node, "younger", TARGET_UNIT_SECONDS, &wanted->younger, error) &&
	       checklist_limit_read_key(node, "restored_within", TARGET_UNIT_SECONDS, &wanted->within, error) &&
	       backup_check_rows(suite_node_get(node, "rows"), error);
}

/* --- The file -------------------------------------------------------------------------------------- */

/* When the checklist began: restoring makes no backup older. */
static double
backup_age(const BackupFile *file, const ChecklistContext *context)
{
	gint64 now = context->surroundings->started / G_USEC_PER_SEC;

	return (double)MAX(now - file->made, 0);
}

static void
backup_judge_broken(const BackupFile *file, ChecklistResult *result)
{
	if (file->path != NULL)
		checklist_set(result, CHECKLIST_OPEN, "%s cannot be used: %s", file->path, file->broken);
	else
		checklist_set(result, CHECKLIST_OPEN, "%s", file->broken);
	if (file->hint != NULL)
		checklist_set_hint(result, file->hint);
}

/* False when nothing more can be said of it. */
static bool
backup_judge_file(const BackupWanted *wanted, const BackupFile *file, const ChecklistContext *context,
                  ChecklistResult *result)
{
	const char *of = suite_node_get_text(wanted->node, "of");
	const char *expected = of != NULL ? of : context->surroundings->identity.database;

	if (file->path != NULL)
		checklist_add_fact(result, "file", file->path, NULL);
	if (file->broken != NULL) {
		backup_judge_broken(file, result);
		return false;
	}
	g_autofree char *age = target_unit_format(TARGET_UNIT_SECONDS, backup_age(file, context));
	g_autofree char *limit = isfinite(wanted->younger) ? target_unit_format(TARGET_UNIT_SECONDS, wanted->younger)
	                                                   : NULL;
	checklist_add_fact(result, "age (RPO)", age, limit);
	if (file->database != NULL)
		checklist_add_fact(result, "of database", file->database, expected);
	if (file->database != NULL && expected != NULL && strcmp(file->database, expected) != 0) {
		checklist_set(result, CHECKLIST_OPEN, "%s is a backup of database \"%s\", not of \"%s\"", file->path,
		              file->database, expected);
		return false;
	}
	if (backup_age(file, context) > wanted->younger) {
		checklist_set(result, CHECKLIST_OPEN, "%s is %s old (limit %s)", file->path, age, limit);
		checklist_set_hint(result, "make a new one before the release");
		return false;
	}
	return true;
}

/* --- The copy ----------------------------------------------------------------------------------------- */

static void
backup_add_place(const TargetIdentity *identity, ChecklistResult *result)
{
	gint64 started = (gint64)g_ascii_strtod(identity->started, NULL);
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(started);
	g_autofree char *clock = g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ");
	g_autofree char *found = g_strdup_printf("%s, system %s, started %s", identity->address,
	                                         identity->system != NULL ? identity->system : "hidden", clock);

	checklist_add_fact(result, "restored on another server", found, NULL);
}

/* A backup that is restored on the server that it is of proves little, and may harm it. The target is asked now: it may
 * have been started again since the checklist began. */
static bool
backup_is_other_server(ScratchServer *server, const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	g_autoptr(DbSession) there = target_reading_open(context->options->endpoint, &context->options->reading, error);
	g_autoptr(DbSession) here = there != NULL ? db_session_open(scratch_server_endpoint(server), "postgres",
	                                                            DB_SESSION_INTERNAL, error)
	                                          : NULL;
	g_auto(TargetIdentity) ours = { 0 };
	g_auto(TargetIdentity) theirs = { 0 };

	if (here == NULL || !target_identity_read(here, &ours, error) || !target_identity_read(there, &theirs, error))
		return false;
	if (!target_identity_is_same_server(&ours, &theirs)) {
		backup_add_place(&ours, result);
		return true;
	}
	checklist_set(result, CHECKLIST_OPEN, "the scratch server is the server of the target: nothing was restored");
	checklist_set_hint(result, "leave --server out, or name another server");
	return true;
}

static void
backup_judge_duration(const BackupWanted *wanted, gint64 duration, ChecklistResult *result)
{
	g_autofree char *time = report_text_duration(duration);
	g_autofree char *limit = isfinite(wanted->within) ? target_unit_format(TARGET_UNIT_SECONDS, wanted->within)
	                                                  : NULL;

	checklist_add_fact(result, "restored in (RTO)", time, limit);
	if ((double)duration / G_USEC_PER_SEC > wanted->within)
		checklist_set(result, CHECKLIST_OPEN, "restoring took %s (limit %s)", time, limit);
}

/* What the line has of the copy. */
typedef struct {
	gint64 duration; /* of restoring; 0: it was not restored */
	char *lacks;
	char *rehearsed;
} BackupLine;

static void
backup_line_clear(BackupLine *line)
{
	g_free(line->lacks);
	g_free(line->rehearsed);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BackupLine, backup_line_clear)

static void
backup_set_line(const BackupFile *file, const ChecklistContext *context, const BackupLine *line,
                ChecklistResult *result)
{
	g_autofree char *age = target_unit_format(TARGET_UNIT_SECONDS, backup_age(file, context));
	g_autofree char *time = line->duration > 0 ? report_text_duration(line->duration) : NULL;

	if (result->state == CHECKLIST_TICKED)
		checklist_set(result, CHECKLIST_TICKED, "%s old%s%s%s%s%s%s", age,
		              time != NULL ? ", restored in " : ", not restored", time != NULL ? time : "",
		              line->lacks != NULL ? ", " : "", line->lacks != NULL ? line->lacks : "",
		              line->rehearsed != NULL ? ", " : "", line->rehearsed != NULL ? line->rehearsed : "");
}

static bool
backup_use_copy(const ChecklistItem *item, const ChecklistContext *context, ScratchServer *server,
                ScratchDatabase *copy, ChecklistResult *result, BackupLine *line, GError **error)
{
	const BackupWanted *wanted = item->loaded;
	BackupNeed need = { 0 };

	if (!backup_compare(wanted, context, copy, result, &line->lacks, error))
		return false;
	if (!wanted->rehearse || result->state != CHECKLIST_TICKED)
		return true;
	return backup_rehearse(item, server, copy, result, &line->rehearsed, &need, error) &&
	       (result->state != CHECKLIST_TICKED || backup_room_judge(&wanted->room, &need, context, result, error));
}

static bool
backup_restore_and_use(const ChecklistItem *item, const ChecklistContext *context, const BackupFile *file,
                       ScratchServer *server, ChecklistResult *result, GError **error)
{
	g_autoptr(ScratchDumpPrograms) programs = scratch_dump_find(server, error);
	ScratchDatabase *copy = NULL;
	g_autofree char *stderr_text = NULL;
	g_auto(BackupLine) line = { 0 };

	if (programs == NULL || !backup_is_other_server(server, context, result, error))
		return false;
	if (result->state != CHECKLIST_TICKED)
		return true;
	bool done = backup_restore(file, programs->directory, server, &copy, &stderr_text, &line.duration, error);
	if (done && stderr_text == NULL)
		backup_judge_duration(item->loaded, line.duration, result);
	else if (done)
		done = backup_explain_restore(file, context, server, stderr_text, result, error);
	if (done && result->state == CHECKLIST_TICKED)
		done = backup_use_copy(item, context, server, copy, result, &line, error);
	scratch_database_drop(copy, false);
	if (done)
		backup_set_line(file, context, &line, result);
	return done;
}

/* A large copy has no place in memory. */
static ScratchServer *
backup_start_server(const ChecklistItem *item, const ChecklistContext *context, GPtrArray *servers, GError **error)
{
	RunOptions options = context->run;

	options.keep = true;
	options.servers = NULL;
	return run_server_for(item->job->suite, &options, servers, error);
}

static bool
backup_ask(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	const BackupWanted *wanted = item->loaded;
	g_autofree char *resolved = suite_path_resolve(context->checklist->suite->directory, wanted->file);
	g_autofree char *pattern = g_canonicalize_filename(resolved, NULL);
	g_autoptr(ScratchDumpPrograms) programs = scratch_dump_find_newest(context->run.bindir, error);
	g_autoptr(GPtrArray) servers = g_ptr_array_new_with_free_func(backup_stop_server);
	g_auto(BackupFile) file = { 0 };

	if (programs == NULL || !backup_file_read(pattern, programs->directory, &file, error))
		return false;
	if (!backup_judge_file(wanted, &file, context, result))
		return true;
	if (!wanted->restore) {
		backup_set_line(&file, context, &(BackupLine){ 0 }, result);
		return true;
	}
	ScratchServer *server = backup_start_server(item, context, servers, error);
	return server != NULL && backup_restore_and_use(item, context, &file, server, result, error);
}

const ChecklistKind checklist_backup = {
	.name = "backup",
	.target = true,
	.database = true,
	.servers = true,
	.load = backup_load,
	.free = g_free,
	.ask = backup_ask,
};
