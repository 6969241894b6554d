/*
 * Declarations for base.c, join.c, join_project.c and release.c.
 */
#ifndef COMMAND_CHECK_BASE_PRIVATE_H
#define COMMAND_CHECK_BASE_PRIVATE_H

#include "command/check/base.h"
#include "git/base.h"
#include "git/tree.h"
#include "scratch/folder.h"

struct CommandCheckBase {
	const CommandCheckBaseWish *wish;
	char folder[SCRATCH_FOLDER_MAX]; /* empty: none was needed */
	int lock;
	guint n_exports;
	GHashTable *branches;      /* of join.c; or NULL */
	GPtrArray *projects;       /* of join_project.c, of MigrationCommands *; or NULL */
	GitRepository *repository; /* that the working directory is in; or NULL */
	GitTree *tree;             /* of the base, or NULL */
	char *commit;              /* of the base, in full; or NULL */
	char *ref;                 /* the name that people use; or NULL */
	char *option;              /* or NULL */
};

/* Makes the folder where it is not there yet. */
bool command_check_base_make_folder(CommandCheckBase *base, GError **error);

/* The job's migrations as they are below the folder, in the directory of that path. NULL with *error. */
MigrationSet *command_check_base_load(const RunJob *job, const char *folder, const char *path, GError **error);

/* The same for a tool that runs its migrations itself, whose whole project is below the folder, with the tool's
 * commands there. NULL with *error. */
MigrationSet *command_check_base_load_project(const RunJob *job, const char *folder, const char *path,
                                              const MigrationCommands *commands, GError **error);
/* These commands; the project has the installed packages of the work tree then. NULL: they run outside of the
 * repository. */
MigrationCommands *command_check_base_commands(const GitRepository *repository, const RunJob *job, const char *folder);

/* True for a file of an installed package, by its path: it is no file of the project, also where git does not ignore
 * it. */
bool command_check_base_is_installed(const char *path);

/* What command_check_base_merge promises, for such a tool: the whole projects are merged. */
bool command_check_base_merge_projects(CommandCheckBase *base, const RunJob *job, const char *const *refs,
                                       MigrationSet **ret_set, char **ret_problem, GError **error);

/* --- join.c ------------------------------------------------------------------------------ */

/* Writes the file, and the folders above it that are missing. */
bool command_check_join_write(const char *path, const char *text, gsize length, GError **error);
/* False also where one of the files cannot be read. */
bool command_check_join_is_equal(const char *a, const char *b);

/* Why the set of both cannot be loaded, without the folder's name. The caller frees it. */
char *command_check_join_refusal(const RunJob *job, const char *folder, const GError *cause);

/* True when there is nothing to run: in a folder without a suite, the branch has changed neither the migrations nor
 * the files beside them. `changes` are the changes of the migrations. */
bool command_check_base_is_idle(const RunJob *job, const RunBase *base, const GArray *changes,
                                const GitRepository *repository, const GitTree *tree);
/* "46_add_status.sql, 47_status_required.sql and 3 more"; "" when none is new. The caller frees it. */
char *command_check_base_name_new(const GArray *changes);

#endif
