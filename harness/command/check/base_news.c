#include "command/check/base_private.h"
#include "command/check/find.h"

#include "git/changes.h"
#include "migration/detect/dump.h"
#include "report/text.h"

#include <string.h>

/* More new migrations are only counted. */
#define NAMES_SHOWN 3

/* A new file that the tool does not run. */
static bool
base_news_passes_over_more(const RunBase *base, const MigrationSet *set)
{
	for (guint i = 0; i < set->ignored->len; i++)
		if (!run_base_ignores(base, ((const MigrationIgnoredFile *)g_ptr_array_index(set->ignored, i))->name))
			return true;
	return false;
}

/* True if the dump beside the migrations has changed: it may be wrong while they are right. */
static bool
base_news_dump_changed(const RunJob *job, const GitRepository *repository, const GitTree *tree)
{
	g_autofree char *dump = migration_dump_path(job->set);
	g_autofree char *path = dump != NULL ? git_repository_path(repository, dump) : NULL;
	const GitFile *file = path != NULL ? git_tree_find(tree, path) : NULL;
	const char *const names[] = { path, NULL };
	g_autoptr(GHashTable) ids = path != NULL ? git_changes_identify(repository, ".", names, NULL) : NULL;

	return ids != NULL && g_strcmp0(g_hash_table_lookup(ids, path), file != NULL ? file->id : NULL) != 0;
}

bool
command_check_base_is_idle(const RunJob *job, const RunBase *base, const GArray *changes,
                           const GitRepository *repository, const GitTree *tree)
{
	return changes->len == 0 && strcmp(job->suite->path, COMMAND_CHECK_MADE) == 0 &&
	       !base_news_passes_over_more(base, job->set) && !base_news_dump_changed(job, repository, tree);
}

char *
command_check_base_name_new(const GArray *changes)
{
	GString *names = g_string_new(NULL);
	guint n = 0;

	for (guint i = 0; i < changes->len; i++) {
		const RunBaseChange *change = &g_array_index(changes, RunBaseChange, i);
		if (change->kind != RUN_BASE_NEW || n++ >= NAMES_SHOWN)
			continue;
		g_autofree char *clean = report_text_clean(change->migration->name, 256, REPORT_TEXT_LINE);
		g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", clean);
	}
	if (n > NAMES_SHOWN)
		g_string_append_printf(names, " and %u more", n - NAMES_SHOWN);
	return g_string_free(names, FALSE);
}
