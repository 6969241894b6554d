/*
 * Scratch databases: created by pgassay, marked as such, and dropped by it.
 *
 * A scratch database is named pgassay_RUN_N and carries the comment that names its run. pgassay drops only databases
 * that have both.
 */
#ifndef SCRATCH_DATABASE_H
#define SCRATCH_DATABASE_H

#include "scratch/server.h"

typedef struct ScratchDatabase ScratchDatabase;

/* Creates a database: a copy of `template`, with its settings and privileges, or an empty one (a copy of template0)
 * when template is NULL. Sessions on the template must be closed; for those that just were, the call waits up to two
 * seconds for the server to notice. May be called from several threads. `label` is for people and goes into the mark.
 * NULL with *error (BASE_ERROR_ENVIRONMENT, or BASE_ERROR_INTERRUPTED). */
ScratchDatabase *scratch_database_create(ScratchServer *server, const char *label, const ScratchDatabase *template,
                                         GError **error);

/* A database that was built in less time is built again instead of stored, because storing takes time, too. In
 * microseconds. */
#define SCRATCH_STORE_WORTH (G_USEC_PER_SEC / 10)

/* Makes a copy of the database that exists when a server starts with these contents (scratch_server_store). The name
 * identifies it; no scratch database has such a name. False with *error. */
bool scratch_database_store(ScratchDatabase *database, const char *name, GError **error);
/* Takes such a database itself, which is a scratch database from now on: quicker than a copy, and it can be had once.
 * The caller drops it. NULL with *error, as scratch_database_create. */
ScratchDatabase *scratch_database_take_stored(ScratchServer *server, const char *label, const char *name,
                                              GError **error);
/* The reverse: the scratch database gets that name, without a copy. It must have no session. `made`: this run has built
 * it, so that the server is kept for it. On failure the database is dropped. Frees the handle in any case. */
void scratch_database_give(ScratchDatabase *database, const char *name, bool made);
/* Sets *ret_stored to whether the server has such a database now. False with *error. */
bool scratch_database_is_stored(ScratchServer *server, const char *name, bool *ret_stored, GError **error);
/* A copy of such a database, as scratch_database_create. */
ScratchDatabase *scratch_database_create_stored(ScratchServer *server, const char *label, const char *name,
                                                GError **error);

/* Makes it a copy of the template again, under its name; sessions on it are ended. False with *error as above: there
 * is no such database then, until this works or it is dropped. */
bool scratch_database_renew(ScratchDatabase *database, const ScratchDatabase *template, GError **error);

/* Drops the database (with the sessions that are still open on it) unless it is kept, and frees the handle. Works
 * after an interruption, too. If it cannot be dropped, the reaper of the next run drops it. On a server of our own
 * that is about to be stopped the drop is skipped: pass `with_server` true. Takes NULL. */
void scratch_database_drop(ScratchDatabase *database, bool with_server);

/* The database survives this run; its mark is changed so that no later run reaps it. On a server of
 * our own, scratch_server_keep has to be called as well. Gives the psql command that opens it, owned by the caller; of
 * a server with a port, with a URL for other programs. */
char *scratch_database_keep(ScratchDatabase *database);

const char *scratch_database_name(const ScratchDatabase *database);
const char *scratch_database_label(const ScratchDatabase *database);

/* As programs of others connect to it. */
DbSession *scratch_database_connect_client(const ScratchDatabase *database, GError **error);

DbSession *scratch_database_connect(const ScratchDatabase *database, DbSessionPurpose purpose, GError **error);

#endif
