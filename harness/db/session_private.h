/* Declarations for the files of db/; no other folder includes it. */
#ifndef DB_SESSION_PRIVATE_H
#define DB_SESSION_PRIVATE_H

#include "db/session.h"
#include "db/trim.h"

#include <libpq-fe.h>

/* True when URLs of its sessions have the password. */
bool db_endpoint_shows_password(const DbEndpoint *endpoint);

struct DbSession {
	PGconn *connection;
	bool shows_password; /* in its URL */
	PGresult *failure;   /* the result that `diagnostic` points into, or NULL */
	DbDiagnostic diagnostic;
	bool has_diagnostic;
	GString *notices;
	guint n_left_out; /* notices for which there was no room */
	bool uninterruptible;
	gint64 limit;     /* microseconds that a call may take; 0: any */
	gint64 limit_end; /* when the time of this call is over; 0: never */
	bool limit_hit;   /* it was cancelled for that */
	char *limit_text; /* the message of the error then */
	bool limited;     /* limits hold */
	DbLimits limits;
	bool given_up;        /* the server gave no answer in time; the connection is cut */
	guint n_done;         /* statements of the last call that succeeded */
	gint64 affected;      /* rows in the command tag of the last of them; -1: the tag has none */
	GHashTable *prepared; /* of const DbPrepared *: those that the server has */
	DbTrim *trim;         /* NULL: the connection is encrypted */
};

/* Drops the rows of this call, or not; by default they are kept. */
void db_session_drop_rows(DbSession *session, bool drop);

/* Opens every public call that sends something: nothing new is sent once a signal has arrived. */
bool db_session_begin_call(DbSession *session, GError **error);

/* Sends the data that libpq has buffered, and reads at the same time, so that neither side can block. */
bool db_session_flush(DbSession *session);

/* The next result, or NULL at the end of the statement's results. */
PGresult *db_session_next_result(DbSession *session);

/* Ends a COPY without data or reader, so that the connection can go on. */
void db_session_end_copy(DbSession *session, const PGresult *result);

bool db_session_is_failure(const PGresult *result);

/* Ends the text where it is longer than anybody reads. */
void db_session_cut_text(char *text);

/* Keeps the result as the session's diagnostic; takes ownership of it. */
void db_session_keep_failure(DbSession *session, PGresult *result);

/* Makes *error of it. Gives false. */
bool db_session_fail(DbSession *session, GError **error);

/* Forgets the server's error of the last call. */
void db_session_forget_failure(DbSession *session);

/* Takes ownership of the result. */
DbResult *db_result_take(PGresult *result);

/* What to do about a refusal with this message, of libpq or of the server; NULL: we do not know it. */
const char *db_connect_hint(const char *message);

/* Connects as PQconnectdbParams does, but within the endpoint's time, and until an interruption. The caller owns the
 * connection, which may be one that was refused. NULL with *error (BASE_ERROR_ENVIRONMENT or _INTERRUPTED). */
PGconn *db_connect(const DbEndpoint *endpoint, const GPtrArray *keywords, const GPtrArray *values, bool interruptible,
                   GError **error);

/* In seconds. */
guint db_endpoint_connect_timeout(const DbEndpoint *endpoint);
/* True when no name has to be looked up to connect. */
bool db_endpoint_is_socket(const DbEndpoint *endpoint);
/* The value of a parameter, or NULL. */
const char *db_endpoint_get(const DbEndpoint *endpoint, const char *keyword);
/* " -c NAME=VALUE ..." for sessions with the server's own settings; or empty. */
const char *db_endpoint_settings(const DbEndpoint *endpoint);
/* The text as db_mask, and without the endpoint's own secrets. The caller frees it. */
char *db_endpoint_mask(const DbEndpoint *endpoint, const char *text);
/* The keywords that a service sets; empty where libpq finds no such service. The caller unrefs it. */
GHashTable *db_service_keywords(const char *service);
/* The options and those of db_endpoint_new_with_options; NULL for NULL. The caller frees it. */
char *db_endpoint_join_options(const DbEndpoint *endpoint, const char *options);

/* The parameters that PQconnectdbParams takes for a session, NULL-terminated pairs
 * appended to the two arrays; the texts belong to the endpoint. */
void db_endpoint_add_parameters(const DbEndpoint *endpoint, GPtrArray *keywords, GPtrArray *values);

#endif
