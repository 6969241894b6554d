/*
 * Migrations that are code: the project around them, and the program of their tool.
 */
#ifndef MIGRATION_DETECT_CODE_H
#define MIGRATION_DETECT_CODE_H

#include <glib.h>

typedef struct {
	const char *title; /* "Alembic" */
	char *directory;   /* where the migrations are */
	char *project;     /* where the tool's commands run: the folder with its configuration; NULL: there is none */
	char **program;    /* how it is run, NULL-terminated: "/x/.venv/bin/alembic"; where nothing was found, as people
	                    * type it */
	char *found;       /* where it was found, for people: ".venv", "PATH"; NULL: nowhere */
} MigrationCode;

/* Looks for the tool around the directory of migrations; it is one of those that places.h names. Environments are
 * searched in the project and above it (.venv, venv, env, uv, poetry), then in PATH. The caller frees it. */
MigrationCode *migration_code_find(const char *title, const char *directory);
void migration_code_free(MigrationCode *code); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrationCode, migration_code_free)

/* The file that configures the tool: "alembic.ini", "manage.py". */
const char *migration_code_configuration(const MigrationCode *code);

/* The first file with one of the names (NULL-terminated) in the folder of the migrations, those above it up to the
 * project, and then where projects have such files; seen from the project. NULL: there is none. The caller frees it. */
char *migration_code_find_file(const MigrationCode *code, const char *const *names);

#endif
