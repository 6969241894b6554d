/*
 * The process between pgassay and the server: a child in a session of its own, which makes the
 * private folder, runs initdb and the server in it, and ends and removes all of that as soon as
 * the connection to pgassay closes, for whatever reason.
 */
#ifndef SCRATCH_SUPERVISOR_H
#define SCRATCH_SUPERVISOR_H

#include "scratch/folder.h"

/* The port number in the socket's name, if no port is wanted. */
#define SCRATCH_PORT 5432
/* Before each message of the server's log: the time, the process, and, for a session, its database. */
#define SCRATCH_LOG_LINE_PREFIX "%m [%p] %q%d "

typedef struct ScratchSupervisor ScratchSupervisor;

typedef struct {
	const char *parent; /* the folder that the private folder is made in */
	const char *bindir;
	const char *locale;
	const ScratchAccount *account;
	unsigned port; /* of 127.0.0.1 and of the socket; 0: 5432, and no TCP */
} ScratchSupervisorOptions;

/* Forks the supervisor and waits for the folder. Must be called while the process has no other
 * threads. NULL with *error (BASE_ERROR_ENVIRONMENT). */
ScratchSupervisor *scratch_supervisor_start(const ScratchSupervisorOptions *options, GError **error);

/* Ends what runs, removes the folder (unless kept), and waits for that. Takes NULL. */
void scratch_supervisor_stop(ScratchSupervisor *supervisor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScratchSupervisor, scratch_supervisor_stop)

pid_t scratch_supervisor_pid(const ScratchSupervisor *supervisor);
const char *scratch_supervisor_data(const ScratchSupervisor *supervisor);

/* Runs initdb to its end. */
bool scratch_supervisor_initdb(ScratchSupervisor *supervisor, GError **error);

/* Empties the data directory. Nothing may run. */
bool scratch_supervisor_clear(ScratchSupervisor *supervisor, GError **error);

/* Starts the server; returns at once. */
bool scratch_supervisor_launch(ScratchSupervisor *supervisor, GError **error);

/* Kills all processes of the server with SIGKILL; returns when they are gone. */
bool scratch_supervisor_crash(ScratchSupervisor *supervisor, GError **error);

typedef enum {
	SCRATCH_WAIT_READY,  /* the server accepts connections */
	SCRATCH_WAIT_EXITED, /* the server ended; *error has its last words */
	SCRATCH_WAIT_FAILED, /* interrupted, time limit, cannot be run, no supervisor: *error has the reason */
} ScratchWait;

/* Waits for the server. */
ScratchWait scratch_supervisor_wait(ScratchSupervisor *supervisor, GError **error);

/* The server runs on when pgassay ends, until the supervisor gets SIGTERM. */
void scratch_supervisor_keep(ScratchSupervisor *supervisor);

#endif
