/* The commands of a tool whose migrations are code, for the project as it was at the base. */
#include "command/check/base_private.h"

#include "migration/runner/commands.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Folders of installed packages, which are not in git: the tool itself may be in one of them. */
static const char *const installed[] = { ".venv", "venv", "env", "node_modules", "vendor", "deps", NULL };

bool
command_check_base_is_installed(const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", -1);

	for (char **part = parts; *part != NULL && part[1] != NULL; part++)
		if (g_strv_contains(installed, *part))
			return true;
	return false;
}

/* The project at the base uses the packages of the work tree. */
static void
base_project_link_installed(const char *project, const char *folder)
{
	for (const char *const *name = installed; *name != NULL; name++) {
		g_autofree char *here = g_build_filename(project, *name, NULL);
		g_autofree char *there = g_build_filename(folder, *name, NULL);
		if (!g_file_test(here, G_FILE_TEST_IS_DIR) || g_file_test(there, G_FILE_TEST_EXISTS))
			continue;
		if (symlink(here, there) != 0)
			g_debug("%s: %s", there, g_strerror(errno)); /* the tool reports a missing package itself */
	}
}

MigrationCommands *
command_check_base_commands(const GitRepository *repository, const RunJob *job, const char *folder)
{
	const MigrationCommands *own = job->set->commands;
	g_autofree char *path = git_repository_path(repository, own->directory);
	MigrationCommands *commands = path != NULL ? g_new0(MigrationCommands, 1) : NULL;

	if (commands == NULL)
		return NULL;
	commands->list = g_strdupv(own->list);
	commands->up = g_strdupv(own->up);
	commands->up_to = g_strdupv(own->up_to);
	commands->down_to = g_strdupv(own->down_to);
	commands->directory = strcmp(path, ".") == 0 ? g_strdup(folder) : g_build_filename(folder, path, NULL);
	base_project_link_installed(own->directory, commands->directory);
	commands->timeout = own->timeout;
	commands->environment = own->environment != NULL ? g_hash_table_ref(own->environment) : NULL;
	return commands;
}
