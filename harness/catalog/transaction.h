/*
 * The transaction, or in an open one the savepoint (a subtransaction), that a read runs in, so that nothing of it
 * stays.
 */
#ifndef CATALOG_TRANSACTION_H
#define CATALOG_TRANSACTION_H

#include "db/session.h"

/* The statements around a read. */
typedef struct {
	const char *begin;
	const char *end[2]; /* the second may be NULL */
	const char *abort;  /* when one of them failed */
	bool in_open_transaction;
} CatalogTransaction;

/* The one for the state that the session is in. NULL with *error ("could not WHAT: ...") when nothing can be read in
 * it. */
const CatalogTransaction *catalog_transaction_choose(DbSession *session, const char *what, GError **error);

void catalog_transaction_add_end(const CatalogTransaction *transaction, GPtrArray *statements);

/* Ends the transaction or savepoint after a failure; `begun`: an earlier message has begun it. */
void catalog_transaction_abort(DbSession *session, const CatalogTransaction *transaction, bool begun);

#endif
