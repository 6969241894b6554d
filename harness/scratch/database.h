/*
 * Scratch databases: created by pgassay, marked as such, and dropped by it.
 *
 * A scratch database is named pgassay_RUN_N and carries the comment that names its run. Only
 * what has both is ever dropped.
 */
#ifndef SCRATCH_DATABASE_H
#define SCRATCH_DATABASE_H

#include "scratch/server.h"

typedef struct ScratchDatabase ScratchDatabase;

/* Creates a database: a copy of `template` (which must have no open session), or an empty
 * one when template is NULL. May be called from several threads. `label` is for people and
 * goes into the mark. */
ScratchDatabase *scratch_database_create(ScratchServer *server, const char *label, const ScratchDatabase *template,
                                         GError **error);

/* Drops it (with the sessions that are still open on it) unless it is kept, and frees the
 * handle. On a server of our own that is about to be stopped the drop is skipped:
 * pass `with_server` true. Takes NULL. */
void scratch_database_drop(ScratchDatabase *database, bool with_server);

/* The database survives this run; its mark is changed so that no later run reaps it. Gives the
 * psql command that opens it, owned by the caller. */
char *scratch_database_keep(ScratchDatabase *database);

const char *scratch_database_name(const ScratchDatabase *database);
const char *scratch_database_label(const ScratchDatabase *database);

DbSession *scratch_database_connect(const ScratchDatabase *database, DbSessionPurpose purpose, GError **error);

#endif
