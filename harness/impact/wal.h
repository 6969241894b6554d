/*
 * How much of the server's log is a transaction's own: other sessions write into the same log meanwhile.
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

/* The bytes of the records between the two places (as bytes from the log's beginning) that one of the transactions
 * (numbers with commas between them) wrote. False: that part of the log is gone. */
bool impact_wal_read(ImpactWal *wal, gint64 from, gint64 to, const char *transactions, gint64 *ret_bytes);

/* Nobody asks any more for what comes before that place. Takes NULL. */
void impact_wal_forget(ImpactWal *wal, gint64 to);

#endif
