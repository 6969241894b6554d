/*
 * Queries of people on a database that is not ours: one SELECT, through a cursor, so that nothing but a query can be
 * run.
 */
#ifndef CHECKLIST_SELECT_H
#define CHECKLIST_SELECT_H

#include "db/session.h"

/* Rows that are fetched at most. */
#define CHECKLIST_SELECT_MAX 1000

/* The first rows of the query, in the transaction that is open; the caller frees them. When the server refuses it, that
 * is rolled back; *ret_refused is what it says, and *ret_rows NULL. *ret_denied: the role lacks a right. False with
 * *error: the session cannot go on. */
bool checklist_select(DbSession *session, const char *sql, DbResult **ret_rows, char **ret_refused, bool *ret_denied,
                      GError **error);

/* People write names without their schema: what the role would find in this database is what they mean. Our sessions
 * look into pg_catalog alone; sets it for the transaction that is open. */
bool checklist_select_set_path(DbSession *session, GError **error);

#endif
