/*
 * The process between pgassay and a program that it runs. It knows every process that the program has started, even one
 * that left the program's group and session, and ends them with the program. Only base/process.c includes this.
 */
#ifndef BASE_KEEPER_H
#define BASE_KEEPER_H

#include <signal.h>
#include <stdbool.h>

/* A message on the socket between the two, one per packet. */
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

/* Time that processes have to end after SIGTERM, and that processes left by the program have before SIGTERM. */
#define BASE_KEEPER_PATIENCE_MS 2000
#define BASE_KEEPER_GRACE_MS    500
/* Time for which SIGKILL is repeated after that; the processes that still remain cannot be ended by us. */
#define BASE_KEEPER_KILL_MS 3000

/* Never returns. All signals must be blocked. */
_Noreturn void base_keeper_run(const BaseKeeperOrder *order);

#endif
