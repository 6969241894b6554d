/*
 * Backups of scratch databases by PostgreSQL's own pg_dump and pg_restore.
 */
#ifndef SCRATCH_DUMP_H
#define SCRATCH_DUMP_H

#include "scratch/database.h"

/* A folder with pg_dump and pg_restore. */
typedef struct {
	char *directory;
	int version;        /* 150018 is 15.18 */
	char *version_text; /* what "pg_dump --version" prints after "pg_dump (PostgreSQL) " */
} ScratchDumpPrograms;

void scratch_dump_programs_free(ScratchDumpPrograms *programs); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScratchDumpPrograms, scratch_dump_programs_free)

/* The programs to back up databases of this server. pg_dump refuses servers that are newer than itself, so its major
 * version has to be the server's or a newer one. The search covers the folder of the server's programs,
 * PGASSAY_PG_BINDIR, /usr/lib/postgresql/N/bin and PATH. The nearest version is taken, because an old server does
 * not understand all commands of a new pg_restore. NULL with *error (BASE_ERROR_ENVIRONMENT): the programs that were
 * found, their folders, and the package to install. */
ScratchDumpPrograms *scratch_dump_find(const ScratchServer *server, GError **error);
/* The same for a server of this version (150018 is 15.18); `beside` is the folder of its programs, or NULL. */
ScratchDumpPrograms *scratch_dump_find_for(int version, const char *beside, GError **error);
/* The newest ones, to read a backup of whatever version: pg_restore reads no archive of a newer pg_dump. */
ScratchDumpPrograms *scratch_dump_find_newest(const char *beside, GError **error);

/* A backup. It is in a file without a name, so that nothing of it can be left behind. */
typedef struct ScratchDump ScratchDump;

void scratch_dump_free(ScratchDump *dump); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScratchDump, scratch_dump_free)

/* Backs up the database in its current state. False with *error if that could not be tried, or was interrupted. If
 * pg_dump fails, *ret_dump is NULL. *ret_stderr_text is the output of pg_dump, even if it succeeds; "" for none. */
bool scratch_dump_take(const ScratchDumpPrograms *programs, ScratchServer *server, const ScratchDatabase *database,
                       ScratchDump **ret_dump, char **ret_stderr_text, GError **error);

/* Restores it into the database, which is empty. False with *error when that could not be tried, or was interrupted.
 * pg_restore goes on after an error; *ret_restored is true when there was none. */
bool scratch_dump_restore(const ScratchDumpPrograms *programs, ScratchServer *server, const ScratchDatabase *database,
                          ScratchDump *dump, bool *ret_restored, char **ret_stderr_text, GError **error);

#endif
