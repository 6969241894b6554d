/*
 * Queries of people on a database that is not ours: one SELECT, through a cursor, so that nothing but a query can be
 * run.
 */
#ifndef CHECKLIST_SELECT_H
#define CHECKLIST_SELECT_H

#include "db/session.h"

/* Rows that are fetched at most. */
#define CHECKLIST_SELECT_MAX 1000

/* Why a query was refused. */
typedef enum {
	CHECKLIST_REFUSAL_OTHER,
	CHECKLIST_REFUSAL_RIGHT, /* the role lacks one */
	CHECKLIST_REFUSAL_TIME,  /* it takes too long, or waits too long for a lock */
	CHECKLIST_REFUSAL_ROW,   /* nothing can be calculated from one of the rows */
} ChecklistRefusal;

/* The first rows of the query, in the open transaction; the caller frees them. If the server refuses the query, the
 * transaction is rolled back; *ret_refused is the error message, *ret_refusal its kind, and *ret_rows NULL. False with
 * *error: the session cannot go on. */
bool checklist_select(DbSession *session, const char *sql, DbResult **ret_rows, char **ret_refused,
                      ChecklistRefusal *ret_refusal, GError **error);

/* The GRANT that gives the role what it lacks by the server's message (CHECKLIST_REFUSAL_RIGHT); without the name of a
 * table or schema where the message has none. The caller frees it. */
char *checklist_select_grant(const char *refused, const char *role);

/* Sets the search_path of the open transaction to the default of the role in this database, because users write
 * names without their schema. Our sessions normally search only pg_catalog. */
bool checklist_select_set_path(DbSession *session, GError **error);

#endif
