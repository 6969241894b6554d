/*
 * The work of the supervising process (see supervisor.h for how the rest of pgassay talks to it). It is a fork without
 * exec: everything here is plain POSIX, without GLib.
 */
#ifndef SCRATCH_SUPERVISE_H
#define SCRATCH_SUPERVISE_H

#include "scratch/folder.h"

/* The messages on the socket between the two, one message a packet. */
typedef enum {
	SCRATCH_MESSAGE_INITDB = 1, /* to the supervisor: run initdb; answered by EXITED */
	SCRATCH_MESSAGE_CLEAR,      /* make the data directory anew; answered by CLEARED */
	SCRATCH_MESSAGE_LAUNCH,     /* start the server; EXITED comes when it ends */
	SCRATCH_MESSAGE_CRASH,      /* kill all processes of the server; answered by CRASHED */
	SCRATCH_MESSAGE_KEEP,       /* do not end when the socket closes */
	SCRATCH_MESSAGE_FOLDER,     /* from it: the folder is made (value 0), or the errno */
	SCRATCH_MESSAGE_EXITED,     /* value is the wait status, or minus the errno when it could not fork */
	SCRATCH_MESSAGE_CLEARED,    /* value is 0, or 1 when that failed */
	SCRATCH_MESSAGE_CRASHED,    /* value is 0, or 1 when something still runs */
} ScratchMessageKind;

typedef struct {
	ScratchMessageKind kind;
	int value;
	char folder[SCRATCH_FOLDER_MAX];
} ScratchMessage;

/* The data that the supervisor needs, made before the fork. The arguments point into the three texts, which the
 * supervisor fills in once it has the folder. */
typedef struct {
	const char *parent;
	const ScratchAccount *account;
	char **initdb;
	char **server;
	char **environment;
	char folder[SCRATCH_FOLDER_MAX];
	char data[SCRATCH_PATH_MAX];
	char socket_setting[SCRATCH_PATH_MAX + 32];
} ScratchOrder;

#define SCRATCH_SOCKET_SETTING "unix_socket_directories="

/* Never returns. */
_Noreturn void scratch_supervise(ScratchOrder *order, int socket);

#endif
