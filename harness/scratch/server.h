/*
 * The scratch server: a PostgreSQL that pgassay itself starts and removes, or one that
 * exists and that pgassay was pointed at.
 */
#ifndef SCRATCH_SERVER_H
#define SCRATCH_SERVER_H

#include "db/session.h"

typedef struct ScratchServer ScratchServer;

typedef struct {
	const char *bindir;          /* --pg-bindir: only look here; NULL looks everywhere */
	const guint *versions;       /* major versions to look for in this order, ended by 0; NULL takes the newest */
	const char *suite_directory; /* where node_modules is looked for, upwards; NULL is the working directory */
	const char *contents;        /* contents stored by an earlier server, with which it starts; NULL: none */
	bool tcp;                    /* listens on a port of 127.0.0.1 as well, with a password that is made for it */
	bool lasting;                /* databases may be kept: not in memory, unless TMPDIR says so */
} ScratchOptions;

/* Starts a server of our own: from the cached template data directory (created first if it is missing, broken or
 * outdated), on a private Unix socket, and on TCP only if the options request it. Waits until it answers.
 *
 * The server dies with this process, however this process ends: a supervising child process in a session of its own
 * stops it and removes its folder as soon as the pipe to this process closes. Folders that a killed supervisor left
 * behind are removed by the next start.
 *
 * Takes the PG* variables (all but PGASSAY_*) out of this process's environment, so that neither libpq nor a program
 * that is started later reaches the server with another server's port or options.
 *
 * As root, the server (only it) runs as the user PGASSAY_PG_USER, or else "postgres" or "nobody". `options` may be
 * NULL. Must be called while the process has no other threads. NULL with *error (BASE_ERROR_ENVIRONMENT, or
 * BASE_ERROR_INTERRUPTED), which lists the searched folders and the packages to install, or has the end of the
 * server's log. */
ScratchServer *scratch_server_start(const ScratchOptions *options, GError **error);

/* Uses the server of the endpoint instead, with the environment as it is. Scratch databases and roles
 * of runs that are dead are dropped first; a run lives as long as its advisory lock on the server
 * (in the database "postgres", or "template1" where there is no such) is held, so the endpoint must
 * not be a pooler that hands out sessions by transaction. NULL with *error
 * (BASE_ERROR_ENVIRONMENT) when there is no connection or the server is older than 13. */
ScratchServer *scratch_server_attach(DbEndpoint *endpoint, GError **error);

/* Stops a server of our own and removes its folder, unless scratch_server_keep was called;
 * returns when that is done. On an attached server, only the connection is closed.
 * Takes NULL. */
void scratch_server_stop(ScratchServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScratchServer, scratch_server_stop)

/* True when the server was started with the contents of the options (contents.c). */
bool scratch_server_has_contents(const ScratchServer *server);

/* Stores the server under the contents that it was started for, without its scratch databases and their roles; the
 * databases of scratch_database_store are included. The server cannot be used afterwards. A failure to store it is
 * not an error. Does nothing for a server that is kept, is not our own, was started without contents, or has nothing
 * to store. */
void scratch_server_store(ScratchServer *server);

/* Leaves a server of our own running when this process ends; it then runs until its supervisor gets SIGTERM, or
 * until it is shut down, and its folder is removed then. Returns the shell command that ends it ("kill 1234"), owned
 * by the caller, or NULL on an attached server (which runs on anyway). */
char *scratch_server_keep(ScratchServer *server);

/* Kills all processes of a server of our own at once (SIGKILL), starts it again, and returns when it has recovered.
 * All its sessions are lost. Although our servers run with synchronous_commit off, no committed data is lost. No
 * other thread may use the server meanwhile. False with *error. */
bool scratch_server_crash(ScratchServer *server, GError **error);

const DbEndpoint *scratch_server_endpoint(const ScratchServer *server);
/* True when that is another place than our own. */
bool scratch_server_has_clients(const ScratchServer *server);
/* Where programs of others connect to: the same, or the port of a server that was started with one. */
const DbEndpoint *scratch_server_client_endpoint(const ScratchServer *server);
/* 150018 is 15.18. */
int scratch_server_version(const ScratchServer *server);
/* "15.18 (Debian 15.18-0+deb12u1)". */
const char *scratch_server_version_text(const ScratchServer *server);
/* Where the server comes from, for people: "/usr/lib/postgresql/15/bin" or "host=... port=...". */
const char *scratch_server_origin(const ScratchServer *server);
bool scratch_server_is_own(const ScratchServer *server);
/* A file of ours that is removed together with a server of our own; NULL for another server. The caller frees it. */
char *scratch_server_file(const ScratchServer *server, const char *name);

/* Which life of which server it is (identity.c): another one when it was started again, or has ended all its sessions
 * because one of its processes crashed. The texts are owned. */
typedef struct {
	char *started;
	char *checkpointer; /* NULL: not to be seen */
} ScratchIdentity;

void scratch_identity_clear(ScratchIdentity *identity);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ScratchIdentity, scratch_identity_clear)

/* Asks the server, by a session of its own; any thread may. *ret_session is that session, which the caller closes;
 * NULL: it is closed. False with *error when it does not answer. */
bool scratch_server_identify(const ScratchServer *server, ScratchIdentity *ret_identity, DbSession **ret_session,
                             GError **error);
bool scratch_identity_equal(const ScratchIdentity *a, const ScratchIdentity *b);

/* True when CREATE EXTENSION name can work: the server has its control file. */
bool scratch_server_has_extension(ScratchServer *server, const char *name, bool *ret_has, GError **error);

/* Creates the role (NOLOGIN) unless it exists. On an attached server the roles made here carry
 * a mark and are dropped again by scratch_server_stop, unless a database that is left depends on
 * them. */
bool scratch_server_create_role(ScratchServer *server, const char *role, GError **error);

#endif
