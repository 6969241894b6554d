/*
 * The process between pgassay and a program that it runs: it knows all that the program has started, also what has left
 * the program's group and session, and ends it with the program. Only base/process.c includes this.
 */
#ifndef BASE_KEEPER_H
#define BASE_KEEPER_H

#include <signal.h>
#include <stdbool.h>

/* What is sent on the socket between the two, one message a packet. */
typedef enum {
	BASE_KEEPER_END = 1, /* to the keeper: end the program */
	BASE_KEEPER_REFUSED, /* from it: the program could not be run; value is the errno */
	BASE_KEEPER_ENDED,   /* from it: everything has ended; value is the program's wait status */
} BaseKeeperKind;

typedef struct {
	BaseKeeperKind kind;
	int value;
} BaseKeeperMessage;

/* All of it is made before the fork. Descriptors: -1 is /dev/null. */
typedef struct {
	char **arguments;
	char **environment;
	const char *directory;
	int input;
	int output;
	int stderr_pipe;
	int socket;
	sigset_t mask;                     /* the program's */
	void (*prepare)(const void *data); /* called in the program's process before it runs; or NULL */
	const void *prepare_data;
} BaseKeeperOrder;

/* How long what is asked to end may take, and what the program has left behind may take until it is asked. */
#define BASE_KEEPER_PATIENCE_MS 2000
#define BASE_KEEPER_GRACE_MS    500
/* After that, SIGKILL was sent for so long, and what is left cannot be ended by us. */
#define BASE_KEEPER_KILL_MS 3000

/* Never returns. All signals must be blocked. */
_Noreturn void base_keeper_run(const BaseKeeperOrder *order);

#endif
