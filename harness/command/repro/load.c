#include "command/repro/load.h"

#include "base/error.h"
#include "migration/detect/formats.h"
#include "scratch/removal.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

void
command_repro_loaded_clear(CommandReproLoaded *loaded)
{
	g_clear_pointer(&loaded->plan, run_plan_free);
	g_clear_pointer(&loaded->bundle, bundle_free);
	if (loaded->before != NULL && g_chdir(loaded->before) != 0)
		g_chdir("/");
	g_clear_pointer(&loaded->before, g_free);
	if (loaded->folder[0] == '\0')
		return;
	close(loaded->lock);
	scratch_folder_remove(loaded->folder);
	loaded->folder[0] = '\0';
}

/* --- The folder ------------------------------------------------------------------------ */

static bool
load_make_folder(CommandReproLoaded *loaded, GError **error)
{
	const ScratchAccount ourselves = { .drops = false };
	g_autofree char *parent = scratch_folder_parent(SCRATCH_FOLDER_LASTING);
	int failure = scratch_folder_make(parent, &ourselves, loaded->folder, &loaded->lock);

	if (failure == 0)
		return true;
	loaded->folder[0] = '\0';
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, "set TMPDIR to a folder that can be written",
	                      "could not make a folder in \"%s\": %s", parent, g_strerror(failure));
}

static bool
load_enter(CommandReproLoaded *loaded, GError **error)
{
	g_autofree char *directory = g_build_filename(loaded->folder, loaded->bundle->directory, NULL);

	loaded->before = g_get_current_dir();
	return g_chdir(directory) == 0 || base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL,
	                                                 "could not go to \"%s\": %s", directory, g_strerror(errno));
}

/* --- The plan --------------------------------------------------------------------------- */

static bool
load_plan(CommandReproLoaded *loaded, GError **error)
{
	const Bundle *bundle = loaded->bundle;
	g_autofree char *here = g_get_current_dir();
	g_autofree char *path = g_build_filename(loaded->folder, bundle->path, NULL);

	loaded->plan = run_plan_new();
	if (bundle->made != NULL)
		return run_plan_add_text(loaded->plan, bundle->path, bundle->made, error);
	/* The path relative to the working directory, because most users write it that way. */
	gsize length = strlen(here);
	const char *rest = strncmp(path, here, length) == 0 && path[length] == '/' ? path + length + 1 : path;
	return run_plan_add(loaded->plan, rest, error);
}

static MigrationSet *
load_base_set(const CommandReproLoaded *loaded, const RunJob *job, const BundleBase *base, GError **error)
{
	MigrationOptions options = job->database->migrations;

	if (base->directory == NULL) {
		MigrationSet *set = migration_set_load(&options, error);
		if (set != NULL)
			g_ptr_array_set_size(set->migrations, (gint)MIN(base->n_migrations, set->migrations->len));
		return set;
	}
	g_autofree char *directory = g_build_filename(loaded->folder, base->directory, NULL);
	options.directory = directory;
	options.format = migration_set_format_name(job->set);
	return migration_set_load(&options, error);
}

static bool
load_base(const CommandReproLoaded *loaded, RunJob *job, const BundleBase *noted, GError **error)
{
	MigrationSet *set = load_base_set(loaded, job, noted, error);

	if (set == NULL)
		return false;
	RunBase *base = g_new0(RunBase, 1);
	base->set = set;
	base->label = g_strdup(noted->label);
	base->folder = noted->folder != NULL ? g_build_filename(loaded->folder, noted->folder, NULL) : NULL;
	run_job_set_base(job, base);
	return true;
}

static bool
load_bases(const CommandReproLoaded *loaded, GError **error)
{
	const GPtrArray *bases = loaded->bundle->bases;

	for (guint i = 0; i < loaded->plan->jobs->len; i++) {
		RunJob *job = g_ptr_array_index(loaded->plan->jobs, i);
		for (guint j = 0; j < bases->len; j++) {
			const BundleBase *base = g_ptr_array_index(bases, j);
			if (g_strcmp0(base->database, job->database->name) == 0 && !load_base(loaded, job, base, error))
				return false;
		}
	}
	return true;
}

bool
command_repro_load(const char *path, CommandReproLoaded *ret_loaded, GError **error)
{
	g_auto(CommandReproLoaded) loaded = { .bundle = bundle_read(path, error) };

	if (loaded.bundle == NULL || !load_make_folder(&loaded, error) ||
	    !bundle_extract(loaded.bundle, loaded.folder, error) || !load_enter(&loaded, error) ||
	    !load_plan(&loaded, error) || !load_bases(&loaded, error))
		return false;
	*ret_loaded = loaded;
	loaded = (CommandReproLoaded){ 0 };
	return true;
}
