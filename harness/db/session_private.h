/* What the files of db/ share; no other folder includes it. */
#ifndef DB_SESSION_PRIVATE_H
#define DB_SESSION_PRIVATE_H

#include "db/session.h"

#include <libpq-fe.h>

struct DbSession {
	PGconn *connection;
	PGresult *failure; /* the result that `diagnostic` points into, or NULL */
	DbDiagnostic diagnostic;
	bool has_diagnostic;
	GString *notices;
	bool uninterruptible;
	guint n_done;    /* statements of the last call that succeeded */
	gint64 affected; /* rows, as the command tag of the last of them says; -1: it says nothing */
};

/* Forgets what the server said to the last call. */
void db_session_forget_failure(DbSession *session);

/* Takes ownership of the result. */
DbResult *db_result_take(PGresult *result);

/* The parameters that PQconnectdbParams takes for a session, NULL-terminated pairs
 * appended to the two arrays; the texts belong to the endpoint. */
void db_endpoint_add_parameters(const DbEndpoint *endpoint, GPtrArray *keywords, GPtrArray *values);

#endif
