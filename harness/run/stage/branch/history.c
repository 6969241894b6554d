/* The changes of a branch to the migrations of its base, and the reaction of the tool on an existing database. */
#include "run/stage/branch/branch.h"

#include "run/job/ask.h"

#include "base/error.h"

#include <string.h>

typedef struct {
	RunStage *stage;
	const RunBase *base;
	RunStartingPoint *beginning;
	const char *tool; /* "Flyway" */
	guint n_new;
	guint n_bad;
} RunHistory;

bool
run_history_is_wanted(const RunJob *job)
{
	return job->base != NULL;
}

/* --- Reaction of the tool -------------------------------------------------------- */

static bool
history_is_pending(const RunHistory *work, const Migration *migration)
{
	return g_ptr_array_find(work->beginning->migrations, migration, NULL);
}

/* The refusal of the tool; NULL: it goes on. */
static const char *
history_refusal(const RunHistory *work)
{
	return work->beginning->refusal;
}

/* "Flyway refuses to migrate a database that is at the base: ..." The caller frees it. */
static char *
history_report_refusal(const RunHistory *work)
{
	g_auto(GStrv) lines = g_strsplit(history_refusal(work), "\n", 2);

	return g_strdup_printf("%s refuses to migrate a database that is at the base: %s", work->tool, lines[0]);
}

/* --- How to mend it ---------------------------------------------------------------- */

/* The path of the file, relative to the migrations' directory; a file elsewhere keeps its path. */
static const char *
history_file(const MigrationSet *set, const MigrationScript *script)
{
	const char *path = base_source_path(migration_script_source(script));
	gsize length = strlen(set->directory);

	return g_str_has_prefix(path, set->directory) && path[length] == '/' ? path + length + 1 : path;
}

/* "git checkout 3f2c1a9 -- db/migrations/V1__x.sql"; to another folder, "git show 3f2c1a9:db/V1__x.sql >sql/V1__x.sql".
 * The caller frees it. */
static char *
history_restore_command(const RunHistory *work, const Migration *before)
{
	const char *file = history_file(work->base->set, before->up);

	if (work->base->restore == NULL)
		return g_strdup_printf("bring \"%s\" back as it was", file);
	if (work->base->moved_from != NULL)
		return g_strdup_printf("git show %s%s >%s/%s", work->base->moved_from, file,
		                       work->stage->job->set->directory, file);
	g_autofree char *path = g_strconcat(work->base->restore, file, NULL);
	return g_strdup_printf("git checkout %s", path);
}

/* The first number in the part of the path that has the version: where it begins, and how many digits it has. */
static gsize
history_number_in(const char *part, const char **ret_start)
{
	const char *start = part + strcspn(part, "0123456789");

	*ret_start = start;
	return strspn(start, "0123456789");
}

static const char *
history_highest_number(const MigrationSet *set)
{
	const char *highest = "0";

	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		const char *start = NULL;
		gsize n = migration->version != NULL ? history_number_in(migration->version, &start) : 0;
		gsize m = strspn(highest, "0123456789");
		while (n > 1 && *start == '0') {
			start++;
			n--;
		}
		if (n > 0 && (n > m || (n == m && strncmp(start, highest, n) > 0)))
			highest = start;
	}
	return highest;
}

/* The path with the number replaced by one above all others. NULL: its name has none. The caller frees it. */
static char *
history_next_path(const RunHistory *work, const char *file)
{
	const char *start = NULL;
	gsize n = history_number_in(file, &start);
	const char *slash = strchr(file, '/');
	guint64 next = g_ascii_strtoull(history_highest_number(work->stage->job->set), NULL, 10) + 1;

	if (n == 0 || n > 18 || (slash != NULL && start > slash && strchr(slash + 1, '/') != NULL))
		return NULL;
	return g_strdup_printf("%.*s%0*" G_GUINT64_FORMAT "%s", (int)(start - file), file, (int)n, next, start + n);
}

/* A migration in a folder of its own is renamed with it. */
static void
history_append_rename(const RunHistory *work, const MigrationScript *script, GString *commands)
{
	const MigrationSet *set = work->stage->job->set;
	g_autofree char *file = g_strdup(history_file(set, script));
	char *slash = strchr(file, '/');
	const char *start = NULL;

	if (slash != NULL && history_number_in(file, &start) > 0 && start < slash)
		*slash = '\0';
	g_autofree char *next = history_next_path(work, file);
	if (next == NULL)
		return;
	g_autofree char *command = g_strdup_printf("git mv %s/%s %s/%s", set->directory, file, set->directory, next);
	if (strstr(commands->str, command) == NULL)
		g_string_append_printf(commands, "%s%s", commands->len > 0 ? " && " : "", command);
}

static char *
history_renumber_command(const RunHistory *work, const Migration *migration)
{
	GString *commands = g_string_new(NULL);

	if (strcmp(migration_set_format_name(work->stage->job->set), "drizzle") == 0) {
		/* It goes by the journal, whatever the files are called. */
		g_string_append(commands,
		                "take it out of the journal and make it anew with drizzle-kit generate; or give its "
		                "entry in meta/_journal.json a \"when\" above all others");
		return g_string_free(commands, FALSE);
	}
	history_append_rename(work, migration->up, commands);
	if (migration->down != NULL)
		history_append_rename(work, migration->down, commands);
	if (commands->len == 0)
		g_string_append_printf(commands, "give \"%s\" a version above all others", migration->name);
	else if (strcmp(migration_set_format_name(work->stage->job->set), "atlas") == 0)
		g_string_append(commands, " && atlas migrate hash");
	return g_string_free(commands, FALSE);
}

/* --- Findings --------------------------------------------------------------------------- */

/* For a migration that exists, or existed. */
static void
history_report(RunHistory *work, const RunBaseChange *change, ReportStatus status, const char *text, const char *hint)
{
	const Migration *about = change->migration != NULL ? change->migration : change->before;
	SourcePosition position = { .path = work->stage->job->set->directory };

	if (change->migration != NULL)
		position = migration_script_position(about->up);
	ReportCase *test_case = run_stage_case(work->stage, "history", about->name, position);
	if (hint != NULL && status == REPORT_FAILED)
		report_case_set(test_case, status, "%s\nhint: %s", text, hint);
	else
		report_case_set(test_case, status, "%s", text);
	work->n_bad += status == REPORT_FAILED;
	run_stage_report(test_case, work->stage);
}

/* How a tool that does not refuse goes on. */
typedef struct {
	RunBaseChangeKind kind;
	const char *where;
	const char *goes_on;
	bool harmless;
} HistoryEdit;

static const HistoryEdit *
history_find_edit(RunBaseChangeKind kind)
{
	static const HistoryEdit edits[] = {
		{ RUN_BASE_COMMENT, ", in its comments only", "does not look at it again", true },
		{ RUN_BASE_DOWN, ", in its down only",
		  "goes back by the new one; \"pgassay check --base none\" proves it", true },
		{ RUN_BASE_EDITED, "",
		  "does not run it again: a database that has it keeps what it did before, a new one gets what it does "
		  "now",
		  false },
	};
	const HistoryEdit *edit = edits;

	while (edit->kind != kind && edit->kind != RUN_BASE_EDITED)
		edit++;
	return edit;
}

static void
history_edited(RunHistory *work, const RunBaseChange *change)
{
	bool refuses = history_refusal(work) != NULL &&
	               g_strcmp0(change->before->checksum, change->migration->checksum) != 0;
	g_autofree char *refusal = refuses ? history_report_refusal(work) : NULL;
	g_autofree char *mend = history_restore_command(work, change->before);
	g_autofree char *hint = g_strdup_printf("%s; what it is to do now belongs into a new migration", mend);
	const HistoryEdit *edit = history_find_edit(change->kind);

	if (change->migration->kind == MIGRATION_REPEATABLE)
		return;
	g_autofree char *goes_on = g_strdup_printf("%s %s", work->tool, edit->goes_on);
	g_autofree char *text = g_strdup_printf("\"%s\" was edited after it was merged%s: %s", change->migration->name,
	                                        edit->where, refuses ? refusal : goes_on);
	history_report(work, change, edit->harmless && !refuses ? REPORT_PASSED : REPORT_FAILED, text, hint);
}

/* "git mv m/V1__new.sql m/V1__old.sql"; a migration in a folder of its own goes with it. The caller frees it. */
static char *
history_rename_back(const RunHistory *work, const RunBaseChange *change)
{
	const char *directory = work->stage->job->set->directory;
	g_autofree char *now = g_strdup(history_file(work->stage->job->set, change->migration->up));
	g_autofree char *before = g_strdup(history_file(work->base->set, change->before->up));
	char *file = strrchr(now, '/');
	char *file_before = strrchr(before, '/');

	if (file != NULL && file_before != NULL && strcmp(file, file_before) == 0)
		*file = *file_before = '\0';
	return g_strdup_printf("git mv %s/%s %s/%s", directory, now, directory, before);
}

static void
history_renamed(RunHistory *work, const RunBaseChange *change)
{
	bool again = history_is_pending(work, change->migration);
	bool same = g_strcmp0(change->migration->version, change->before->version) == 0;
	g_autofree char *refusal = history_refusal(work) != NULL ? history_report_refusal(work) : NULL;
	g_autofree char *goes_on = again
	                               ? g_strdup_printf("%s takes it for a new one, and runs it once more", work->tool)
	                               : g_strdup_printf("%s does not mind", work->tool);
	bool named = refusal != NULL && strstr(history_refusal(work), change->migration->name) != NULL;
	bool bad = again || named || (refusal != NULL && !same);
	g_autofree char *hint = history_rename_back(work, change);
	g_autofree char *text = g_strdup_printf("\"%s\" was renamed to \"%s\" after it was merged: %s",
	                                        change->before->name, change->migration->name,
	                                        bad && refusal != NULL ? refusal : goes_on);

	if (change->migration->kind == MIGRATION_VERSIONED)
		history_report(work, change, bad ? REPORT_FAILED : REPORT_PASSED, text, hint);
}

static void
history_deleted(RunHistory *work, const RunBaseChange *change)
{
	g_autofree char *refusal = history_refusal(work) != NULL ? history_report_refusal(work) : NULL;
	g_autofree char *goes_on = g_strdup_printf(
	    "%s goes on without it: a database that has it keeps what it did, a new one does not get it", work->tool);
	g_autofree char *hint = history_restore_command(work, change->before);
	g_autofree char *text = g_strdup_printf("\"%s\" was deleted after it was merged: %s", change->before->name,
	                                        refusal != NULL ? refusal : goes_on);

	if (change->before->kind == MIGRATION_VERSIONED)
		history_report(work, change, REPORT_FAILED, text, hint);
}

/* The one that has the same version, or NULL; of two new ones, the second is reported. */
static const Migration *
history_twin(const RunHistory *work, const Migration *migration)
{
	const GPtrArray *all = work->stage->job->set->migrations;

	for (guint i = 0; i < all->len; i++) {
		const Migration *other = g_ptr_array_index(all, i);
		if (other == migration) {
			if (run_base_find(work->base, migration->name) == NULL)
				continue;
			return NULL;
		}
		if (other->kind == MIGRATION_VERSIONED && migration->version != NULL &&
		    g_strcmp0(other->version, migration->version) == 0)
			return other;
	}
	return NULL;
}

/* The last one of the base that the tool runs after it on a new database; NULL: it comes after all. */
static const Migration *
history_later(const RunHistory *work, const Migration *migration)
{
	GPtrArray *all = work->stage->job->set->migrations;
	guint place = 0;

	g_ptr_array_find(all, migration, &place);
	for (guint i = all->len; i > place + 1; i--) {
		const Migration *other = g_ptr_array_index(all, i - 1);
		if (other->kind == MIGRATION_VERSIONED && run_base_find(work->base, other->name) != NULL)
			return other;
	}
	return NULL;
}

/* For a tool that runs its migrations itself, and was tried. */
static void
history_new_code(RunHistory *work, const RunBaseChange *change)
{
	const char *name = change->migration->name;
	g_autofree char *refusal = history_refusal(work) != NULL ? history_report_refusal(work) : NULL;
	bool reached = work->beginning->reached == NULL || g_hash_table_contains(work->beginning->reached, name);

	work->n_new++;
	/* Once is enough. */
	if (work->n_bad > 0 || (refusal == NULL && reached))
		return;
	g_autofree char *text = refusal != NULL ? g_strdup_printf("\"%s\" is new: %s", name, refusal)
	                                        : g_strdup_printf("\"%s\" is new: %s silently skips it on a database "
	                                                          "that is at the base",
	                                                          name, work->tool);
	history_report(work, change, REPORT_FAILED, text, refusal != NULL ? run_ask_hint(history_refusal(work)) : NULL);
}

static void
history_new(RunHistory *work, const RunBaseChange *change)
{
	const Migration *migration = change->migration;
	const Migration *twin = migration->kind == MIGRATION_VERSIONED ? history_twin(work, migration) : NULL;
	const Migration *later = migration->kind == MIGRATION_VERSIONED ? history_later(work, migration) : NULL;
	bool pending = history_is_pending(work, migration);

	work->n_new++;
	if (twin == NULL && later == NULL && (pending || migration->kind != MIGRATION_VERSIONED))
		return;
	g_autofree char *hint = history_renumber_command(work, migration);
	g_autofree char *refusal = history_refusal(work) != NULL ? history_report_refusal(work) : NULL;
	g_autofree char *never = g_strdup_printf("%s silently skips it on a database that is at the base", work->tool);
	g_autofree char *applied = g_strdup_printf(
	    "%s applies it after what the base has, and on a new database before; the case \"upgrade\" shows whether "
	    "that differs",
	    work->tool);
	const char *what = refusal != NULL ? refusal : !pending ? never : applied;
	g_autofree char *text = twin != NULL ? g_strdup_printf("\"%s\" has the same version as \"%s\" (%s): %s",
	                                                       migration->name, twin->name, migration->version, what)
	                        : later != NULL
	                            ? g_strdup_printf("\"%s\" is new, and comes before \"%s\", which is merged: %s",
	                                              migration->name, later->name, what)
	                            : g_strdup_printf("\"%s\" is new: %s", migration->name, what);
	history_report(work, change, twin == NULL && refusal == NULL && pending ? REPORT_PASSED : REPORT_FAILED, text,
	               hint);
}

/* --- All of it ---------------------------------------------------------------------------- */

static void
history_look_at(RunHistory *work, const RunBaseChange *change)
{
	switch (change->kind) {
	case RUN_BASE_NEW:
		if (migration_set_is_external(work->stage->job->set))
			history_new_code(work, change);
		else
			history_new(work, change);
		break;
	case RUN_BASE_EDITED:
	case RUN_BASE_COMMENT:
	case RUN_BASE_DOWN:
		history_edited(work, change);
		break;
	case RUN_BASE_RENAMED:
		history_renamed(work, change);
		break;
	case RUN_BASE_DELETED:
		history_deleted(work, change);
		break;
	}
}

static const char history_fine[] = "nothing that is merged has changed";

/* A tool that refuses for a reason that is none of these. */
static void
history_end(RunHistory *work)
{
	SourcePosition nowhere = { .path = work->stage->job->set->directory };
	ReportCase *test_case = NULL;

	if (work->n_bad > 0)
		return;
	test_case = run_stage_case(work->stage, "history", history_fine, nowhere);
	if (history_refusal(work) != NULL)
		report_case_set(test_case, REPORT_FAILED, "%s refuses to migrate a database that is at the base: %s",
		                work->tool, history_refusal(work));
	else if (work->n_new == 0)
		report_case_set(test_case, REPORT_PASSED, "and nothing is new");
	else
		report_case_set(test_case, REPORT_PASSED, "%u new", work->n_new);
	run_stage_report(test_case, work->stage);
}

/* A branch that leaves the migrations alone. */
static void
history_tell_idle(RunStage *stage)
{
	ReportCase *test_case = run_stage_case(stage, "history", history_fine,
	                                       (SourcePosition){ .path = stage->job->set->directory });

	report_case_set(test_case, REPORT_PASSED, "and nothing is new: nothing was run");
	run_stage_report(test_case, stage);
}

bool
run_history(RunStage *stage, GError **error)
{
	const RunJob *job = stage->job;

	if (job->base->idle) {
		history_tell_idle(stage);
		return true;
	}
	RunHistory work = { .stage = stage,
		            .base = job->base,
		            .beginning = run_starting_points_get(stage->baseline, stage->server, &stage->stand_ins,
		                                                 error),
		            .tool = migration_set_format_title(job->set) };
	g_autoptr(GArray) changes = run_base_changes(job->base, job->set);

	if (work.beginning == NULL)
		return false;
	run_stage_report(g_steal_pointer(&work.beginning->test_case), stage);
	if (work.beginning->failed)
		return true;
	for (guint i = 0; i < changes->len; i++)
		history_look_at(&work, &g_array_index(changes, RunBaseChange, i));
	history_end(&work);
	return true;
}
