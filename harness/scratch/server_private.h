/* Declarations for the files of scratch/ about a server; no other folder includes it. */
#ifndef SCRATCH_SERVER_PRIVATE_H
#define SCRATCH_SERVER_PRIVATE_H

#include "scratch/cache.h"
#include "scratch/mark.h"
#include "scratch/server.h"
#include "scratch/supervisor.h"
#include "scratch/watch.h"

struct ScratchServer {
	DbEndpoint *endpoint;
	DbEndpoint *clients;           /* on TCP; or NULL */
	ScratchSupervisor *supervisor; /* NULL: attached */
	ScratchCache *contents;        /* where the server is stored with its contents; or NULL */
	bool has_contents;             /* it came from there */
	bool stores;                   /* it has databases that are to be kept */
	bool kept;
	int version;
	char *version_text;
	char *origin;
	char run[SCRATCH_RUN_SIZE];
	const char *maintenance; /* the database that our own sessions are on */

	ScratchWatch *watch; /* of an attached server, from its first database on; or NULL */

	GMutex mutex; /* guards all below */
	DbSession *admin;
	DbSession *cleanup; /* as admin, but works after an interruption; opened when needed */
	guint databases;    /* how many were made */
	GPtrArray *roles;   /* of char *: what scratch_server_create_role made */
};

/* Starts a server of our own into the handle: its endpoint, supervisor, origin and admin
 * session. */
bool scratch_start(ScratchServer *server, const ScratchOptions *options, GError **error);

/* The session for statements about the whole server, opened again if it was lost; with `cleanup` a session that an
 * interruption does not stop. NULL with *error. The caller holds the mutex. */
DbSession *scratch_server_admin(ScratchServer *server, bool cleanup, GError **error);

/* Has an attached server's lock watched from now on. */
void scratch_server_watch(ScratchServer *server);

/* Drops what dead runs left on an attached server. A failure is none of this run's. */
void scratch_reap(ScratchServer *server);

#endif
