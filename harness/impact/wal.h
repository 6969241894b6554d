/*
 * The WAL of a single transaction: other sessions write into the same log at the same time.
 */
#ifndef IMPACT_WAL_H
#define IMPACT_WAL_H

#include "scratch/database.h"

/* Reads the log by pg_walinspect, which is an extension of servers from 15 on, in a database of its own. */
typedef struct ImpactWal ImpactWal;

/* NULL without *error: the server does not have it, or does not let us. */
ImpactWal *impact_wal_open(ScratchServer *server, GError **error);
void impact_wal_close(ImpactWal *wal); /* takes NULL; drops the database */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImpactWal, impact_wal_close)

/* The bytes of the records between the two positions (as bytes from the log's beginning) that one of the
 * transactions (numbers separated by commas) wrote. False: that part of the log is gone. */
bool impact_wal_read(ImpactWal *wal, gint64 from, gint64 to, const char *transactions, gint64 *ret_bytes);

/* Releases the log before that position. Takes NULL. */
void impact_wal_forget(ImpactWal *wal, gint64 to);

#endif
