/*
 * What stands around the queries, so that nothing of them stays: a transaction or a savepoint of their own.
 */
#ifndef CATALOG_FRAME_H
#define CATALOG_FRAME_H

#include "db/session.h"

typedef struct {
	const char *before;
	const char *after[2]; /* the second may be NULL */
	const char *undo;     /* when one of them failed */
	bool in_open_transaction;
} CatalogFrame;

/* The frame for the state that the session is in. NULL with *error ("could not WHAT: ...") when nothing can be read in
 * it. */
const CatalogFrame *catalog_frame_choose(DbSession *session, const char *what, GError **error);

void catalog_frame_add_after(const CatalogFrame *frame, GPtrArray *statements);

/* Leaves the frame after a failure; `entered` says that an earlier message has entered it. */
void catalog_frame_undo(DbSession *session, const CatalogFrame *frame, bool entered);

/* A list of statements that frees them, to add to. */
GPtrArray *catalog_statements_new(void);

/* A text; taken over. */
void catalog_statements_add(GPtrArray *statements, char *sql);
/* A prepared statement, and its parameter, which is taken over, or NULL. */
void catalog_statements_add_prepared(GPtrArray *statements, const DbPrepared *prepared, char *parameter);

/* Sends them in one round trip; *ret_results is of DbResult, one per statement, and frees them. */
bool catalog_statements_run(DbSession *session, const GPtrArray *statements, GPtrArray **ret_results, GError **error);

#endif
