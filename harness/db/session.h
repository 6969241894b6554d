/*
 * One connection to PostgreSQL. The only user of libpq.
 *
 * Every wait can be interrupted (base/interrupt.h): the running statement is then
 * cancelled on the server and the call fails with BASE_ERROR_INTERRUPTED.
 * A session belongs to one thread at a time.
 */
#ifndef DB_SESSION_H
#define DB_SESSION_H

#include <glib.h>
#include <stdbool.h>

/* Where a server listens and who we are there. Immutable; reference counted. */
typedef struct DbEndpoint DbEndpoint;

/* An open connection. */
typedef struct DbSession DbSession;

/* A server that listens on a Unix socket in the folder `directory`. PG* variables of
 * the environment are not looked at. */
DbEndpoint *db_endpoint_new_socket(const char *directory, guint port, const char *user);

/* A server that the user points at: a URI or a keyword string as libpq takes it, which
 * may leave the rest to PG* variables (as they are now), the service file and the password file. NULL with
 * *error (BASE_ERROR_USAGE) when libpq cannot read it, or it is empty. */
DbEndpoint *db_endpoint_new_conninfo(const char *conninfo, GError **error);

/* The same server, with these settings at the start of each session and client program ("-c a=b -c c=d"), after the
 * settings of the user. RESET ALL goes back to them. */
DbEndpoint *db_endpoint_new_with_options(const DbEndpoint *endpoint, const char *options);

/* True when the connection string itself names a database, or a service. */
bool db_endpoint_names_database(const DbEndpoint *endpoint);

/* The same endpoint for one of several hosts or addresses: the server that the session is connected to. */
DbEndpoint *db_endpoint_pin(const DbEndpoint *endpoint, const DbSession *session);

/* Seconds that connecting may take, unless the connection string says connect_timeout. */
#define DB_CONNECT_TIMEOUT     10
#define DB_CONNECT_TIMEOUT_MAX 86400

/* Sets them; 0 changes nothing. To be called before the endpoint is shared. */
void db_endpoint_set_connect_timeout(DbEndpoint *endpoint, guint seconds);

DbEndpoint *db_endpoint_ref(DbEndpoint *endpoint);
void db_endpoint_unref(DbEndpoint *endpoint); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DbEndpoint, db_endpoint_unref)

/* A text that may be shown: "host=... port=... user=...", never a password. */
const char *db_endpoint_describe(const DbEndpoint *endpoint);

/* The psql command that opens the database there, without any password. The caller
 * frees it. */
char *db_endpoint_psql_command(const DbEndpoint *endpoint, const char *database);

/* An endpoint on 127.0.0.1 whose password was made for this run alone: URLs of its sessions have it. */
DbEndpoint *db_endpoint_new_loopback(guint port, const char *user, const char *password);
/* Its password; NULL when its connection string has none. Valid as long as the endpoint. */
const char *db_endpoint_password(const DbEndpoint *endpoint);

/* The connection string of the database for a client program of PostgreSQL (--dbname), without secrets: everybody
 * can read the arguments of a program. The caller frees it. */
char *db_endpoint_client_conninfo(const DbEndpoint *endpoint, const char *database);
/* Our environment, with the password that the connection string leaves out. Other secrets (the password of a client
 * key) have no variable, and are left out. The caller frees it by g_strfreev. */
char **db_endpoint_client_environment(const DbEndpoint *endpoint);

/* The purpose of a session; it decides which settings the session starts with. */
typedef enum {
	DB_SESSION_INTERNAL,  /* pgassay's own questions: search_path = pg_catalog */
	DB_SESSION_MIGRATION, /* a migration tool's connection: the server's own settings */
	DB_SESSION_LARGE,   /* as MIGRATION, but queries are planned as on large tables: without sequential scans, where
	                     * that can be, and without compiling */
	DB_SESSION_BESIDE,  /* as MIGRATION, for programs that leave the catalog unchanged (except temporary
	                     * objects) */
	DB_SESSION_CLEANUP, /* as INTERNAL, but an interruption does not stop it */
	DB_SESSION_READ_ONLY, /* as INTERNAL, and default_transaction_read_only = on from its start */
} DbSessionPurpose;

/* How long the server of a database that is not ours may keep us waiting, in milliseconds. */
typedef struct {
	guint statement_timeout; /* for a statement; 0: for ever */
	guint lock_timeout;      /* for locks of other sessions */
} DbLimits;

/* The diagnostics of the server for a statement that failed; a text that the server did not send is NULL. `position`
 * counts characters of the statement from 1; 0 is unknown. */
typedef struct {
	const char *severity;
	const char *sqlstate;
	const char *message;
	const char *detail;
	const char *hint;
	const char *context;
	const char *constraint;
	guint position;
} DbDiagnostic;

/* Opens a session on the database; `database` NULL takes the endpoint's own. NULL with
 * *error (BASE_ERROR_ENVIRONMENT) when there is no connection to be had. */
DbSession *db_session_open(const DbEndpoint *endpoint, const char *database, DbSessionPurpose purpose, GError **error);
/* The same, with limits that hold from the session's first statement on. Should the server not keep to them, as one
 * that is stopped or out of reach, the session gives the connection up. */
DbSession *db_session_open_limited(const DbEndpoint *endpoint, const char *database, DbSessionPurpose purpose,
                                   const DbLimits *limits, GError **error);
/* The session's limits, or NULL. Valid as long as the session. */
const DbLimits *db_session_limits(const DbSession *session);
void db_session_close(DbSession *session); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DbSession, db_session_close)

/* How often a session of this process was found without its connection; any thread may ask. */
int db_sessions_lost(void);

/* The server's version as a number: 150018 is 15.18. */
int db_session_server_version(const DbSession *session);
/* The server's version as it reports it: "15.18 (Debian 15.18-0+deb12u1)". */
const char *db_session_server_version_text(const DbSession *session);
/* The descriptor of its connection, to be watched; -1 when there is none any more. */
int db_session_descriptor(const DbSession *session);
/* The process id of the server process behind this session. */
int db_session_backend_pid(const DbSession *session);
/* The host as the connection has it, whatever said so (URL, PG* variables, a service): a name, an address, or the
 * folder of the Unix socket. Valid as long as the session. */
const char *db_session_host(const DbSession *session);
/* Its port, as a text, its user and its database. Valid as long as the session. */
const char *db_session_port(const DbSession *session);
const char *db_session_user(const DbSession *session);
const char *db_session_database(const DbSession *session);
/* The connection as a URI, without a password, unless the endpoint is of db_endpoint_new_loopback. The host of a Unix
 * socket is a parameter, with "localhost" in its usual place, which many drivers want to be there. The caller frees it.
 */
char *db_session_url(const DbSession *session);
/* The same for another database of the server. May be called from any thread, as long as the session lives. */
char *db_session_url_of(const DbSession *session, const char *database);
/* Our environment with PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSWORD and DATABASE_URL of the connection, and without
 * other PG* variables. The caller frees it by g_strfreev. */
char **db_session_client_environment(const DbSession *session);
/* The TCP port of this end of the connection; 0 for a Unix socket. */
guint db_session_local_port(const DbSession *session);

typedef enum {
	DB_TRANSACTION_IDLE,
	DB_TRANSACTION_OPEN,
	DB_TRANSACTION_FAILED,
	DB_TRANSACTION_LOST, /* the connection is gone */
} DbTransactionState;

DbTransactionState db_session_transaction_state(const DbSession *session);

/* The server's diagnostics for the last call on this session, if it failed. NULL if the call succeeded, or failed
 * without an error from the server. Valid until the next call. */
const DbDiagnostic *db_session_diagnostic(const DbSession *session);

/* The notices and warnings since the last call of this function, one a line, or NULL.
 * The caller frees it. */
char *db_session_take_notices(DbSession *session);

/* Statements that pgassay itself prepares begin with this. */
#define DB_OWN_STATEMENTS "pgassay_"

/* A statement that a session prepares when it first runs it, so that the server need not read it again. Lives as long
 * as the sessions that have run it. */
typedef struct {
	const char *name; /* begins with DB_OWN_STATEMENTS; never stands for another text */
	const char *sql;
} DbPrepared;

/* True when the last call failed because a script has deallocated prepared statements of ours, or made some of that
 * name; after db_session_forget_prepared it can be tried again. */
bool db_session_lacks_prepared(const DbSession *session);

/* Deallocates our remaining prepared statements; each is prepared again when it is next run. */
bool db_session_forget_prepared(DbSession *session, GError **error);

/* Resets the session to its state after opening, as far as SQL can: settings, role, prepared statements (except our
 * own), cursors, temporary tables, listeners. Advisory locks and an open transaction stay. */
bool db_session_reset(DbSession *session, GError **error);

/* --- Results ------------------------------------------------------------- */

/* Rows that a query gave. */
typedef struct DbResult DbResult;

typedef enum {
	DB_TYPE_OTHER, /* text in the server's output form */
	DB_TYPE_BOOL,  /* "t" or "f" */
	DB_TYPE_INT,   /* int2, int4, int8, oid */
	DB_TYPE_JSON,  /* json */
} DbType;

void db_result_free(DbResult *result); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DbResult, db_result_free)

int db_result_rows(const DbResult *result);
int db_result_columns(const DbResult *result);
const char *db_result_column_name(const DbResult *result, int column);
DbType db_result_column_type(const DbResult *result, int column);
/* The OID of its type, and its type modifier (-1: none). */
guint32 db_result_column_oid(const DbResult *result, int column);
int db_result_column_modifier(const DbResult *result, int column);
/* The value as text, owned by the result; NULL for SQL's NULL. */
const char *db_result_value(const DbResult *result, int row, int column);
/* The length of the value in bytes; 0 for NULL. */
int db_result_value_length(const DbResult *result, int row, int column);

/* --- Statements ----------------------------------------------------------
 * All give false or NULL with *error (BASE_ERROR_DATABASE, with the server's message,
 * detail, hint and SQLSTATE in its text) when the server refuses. */

/* Runs a text of any number of statements by the simple query protocol, as one PQexec does, and discards their
 * results. COPY FROM STDIN in it fails. */
bool db_session_execute(DbSession *session, const char *sql, GError **error);

/* Runs statements that release a transaction, a savepoint or a lock after a failure. They must not be statements
 * that can wait. They run even when the run is interrupted, after which nothing else is sent. Errors are not
 * reported. */
void db_session_run_cleanup(DbSession *session, const char *sql);

/* The same as db_session_execute, and *ret_result is the rows of the last statement that returned any, or
 * NULL when none did. */
bool db_session_execute_rows(DbSession *session, const char *sql, DbResult **ret_result, GError **error);

/* How many rows the last statement of the last call gave, inserted, updated or deleted, as its command tag says; -1
 * when the tag has no number (CREATE TABLE). */
gint64 db_session_affected(const DbSession *session);

/* Runs n statements (none of them COPY) in one message. They should be in an open transaction: otherwise the
 * statements before the failed one cannot be told apart from it. *ret_failed is then the index of the failed
 * statement, and the diagnostic's position is the position within it. The server parses all of them before it runs
 * the first, so a syntax error comes before any other error. */
bool db_session_execute_batch(DbSession *session, guint n, const char *const *statements, guint *ret_failed,
                              GError **error);

/* Runs n statements by the extended protocol in one round trip, ended by one Sync. They are one transaction, unless
 * one is open already, and the server parses each statement just before it runs it. *ret_failed is the index of the
 * failed statement. Discards the results. None may be a COPY FROM STDIN: it costs the connection. */
bool db_session_execute_pipeline(DbSession *session, guint n, const char *const *statements, guint *ret_failed,
                                 GError **error);

/* Cancels every later call that takes longer, like a statement_timeout that the session's own settings do not show;
 * 0: no limit. In microseconds, for each message. */
void db_session_limit(DbSession *session, gint64 microseconds);

/* The number of statements of the last call that succeeded. After a failure in a text of several statements, it is
 * the index of the failed one, unless the text could not be parsed. */
guint db_session_statements_done(const DbSession *session);

/* Runs one COPY ... FROM STDIN statement with the `length` bytes of `data`. */
bool db_session_copy_in(DbSession *session, const char *sql, const char *data, gsize length, GError **error);

/* Runs one statement with text parameters ($1, $2, ...; the list ends with NULL, so no
 * parameter can be NULL) by the extended protocol and gives its rows. */
DbResult *db_session_query(DbSession *session, GError **error, const char *sql, ...) G_GNUC_NULL_TERMINATED;

/* As db_session_query, for a parameter array that may hold NULLs. */
DbResult *db_session_query_params(DbSession *session, const char *sql, int n_params, const char *const *params,
                                  GError **error);

/* Like db_session_query, for a query that must give exactly one row and one column. The
 * caller frees the value; SQL's NULL gives an empty text. */
char *db_session_query_value(DbSession *session, GError **error, const char *sql, ...) G_GNUC_NULL_TERMINATED;

/* Sends n statements without parameters in one round trip (pipeline mode, one implicit
 * transaction unless one is open) and gives their results in ret_results[0..n-1], all of
 * them owned by the caller. On failure none is given. */
bool db_session_pipeline(DbSession *session, int n, const char *const *statements, DbResult **ret_results,
                         GError **error);

/* One request of a pipeline. */
typedef struct {
	const char *sql;            /* a statement without parameters; or NULL, and */
	const DbPrepared *prepared; /* with */
	const char *parameter;      /* its only parameter; NULL: it has none */
} DbRequest;

/* As db_session_pipeline. If another program has taken a prepared statement's name and no transaction is open,
 * prepares it again; inside of a transaction see db_session_lacks_prepared. */
bool db_session_pipeline_requests(DbSession *session, int n, const DbRequest *requests, DbResult **ret_results,
                                  GError **error);

/* Asks the server for the types of the expressions of a SELECT list, without running it. Sends n statements in one
 * round trip; ret_types[i] is set to the name of the type of the first column of statement i with its modifiers, as
 * format_type prints it under an empty search_path, or to NULL when the server refuses statement i, and then
 * ret_errors[i] is its message. The caller frees all of them. Must not be called in an open transaction. */
bool db_session_describe(DbSession *session, int n, const char *const *statements, char **ret_types, char **ret_errors,
                         GError **error);

/* The columns that a prepared statement of the session gives, as a result without rows: none for a statement that gives
 * no rows. A prepared statement that the server has to plan anew, and cannot, is refused. The caller frees it. */
DbResult *db_session_describe_prepared(DbSession *session, const char *name, GError **error);

/* An identifier or a literal, quoted for use in a statement. The caller frees it. */
char *db_session_quote_identifier(DbSession *session, const char *name);
char *db_session_quote_literal(DbSession *session, const char *text);

/* --- SQLSTATE ------------------------------------------------------------ */

/* The condition name of PostgreSQL's errcodes table for a five-character SQLSTATE
 * ("23505" gives "unique_violation"), or NULL. */
const char *db_sqlstate_name(const char *sqlstate);

/* The SQLSTATE of a condition name, or NULL. A name that stands for several states gives
 * the one that the server raises. */
const char *db_sqlstate_of(const char *name);

/* All condition names, NULL-terminated, for "did you mean". */
const char *const *db_sqlstate_names(void);

#endif
