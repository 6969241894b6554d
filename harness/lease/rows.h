/*
 * The rows of a template, kept in memory, to be put back in a copy of it without another database: sessions on it stay.
 */
#ifndef LEASE_ROWS_H
#define LEASE_ROWS_H

#include "db/session.h"

typedef struct LeaseRows LeaseRows;

/* From when on a copy is looked at: two numbers of transactions. Zeroed, it is the time of the template. */
typedef struct {
	char *since; /* the oldest that could still write when its rows were put back last; NULL: never */
	char *own;   /* that has put them back */
} LeaseRowsMark;

void lease_rows_mark_clear(LeaseRowsMark *mark);

/* More than that is not kept: bytes of all rows as text. */
#define LEASE_ROWS_MAX ((gsize)64 * 1024 * 1024)

/* Reads all rows, sequences and the size of the catalog of the template, which is no longer written to. Too many
 * rows are not kept, which lease_rows_restore reports. NULL with *error. */
LeaseRows *lease_rows_read(DbSession *session, GError **error);
void lease_rows_free(LeaseRows *rows); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeaseRows, lease_rows_free)

/* Makes it a session that can restore: neither triggers nor foreign keys nor rules are in its way. The role has to be a
 * superuser. False with *error. */
bool lease_rows_prepare(const LeaseRows *rows, DbSession *session, GError **error);

/* Puts back each table, sequence and materialized view of the session's database, a copy of the template, that was
 * written to since the mark; their number is *ret_n. An object that is put back while another transaction is open in
 * this database is put back, and counted, again by the next call, because that transaction may have written to it.
 * Waits at most two seconds for locks of other sessions. Moves the mark, which belongs to that copy. False with
 * *error: BASE_ERROR_INPUT, the schema has changed, or the rows were not kept: only a whole copy helps;
 * BASE_ERROR_ENVIRONMENT, another session holds a lock. */
bool lease_rows_restore(const LeaseRows *rows, DbSession *session, LeaseRowsMark *mark, guint *ret_n, GError **error);

#endif
