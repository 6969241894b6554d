/*
 * The user that the server runs as. PostgreSQL refuses to run as root.
 */
#ifndef SCRATCH_ACCOUNT_H
#define SCRATCH_ACCOUNT_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

typedef struct {
	bool drops; /* false: the server runs as we do, and the rest is our own */
	uid_t uid;
	gid_t gid;
	char name[64]; /* for messages */
} ScratchAccount;

/* As root: the user PGASSAY_PG_USER, or else "postgres", or else "nobody"; otherwise
 * ourselves. Fails (BASE_ERROR_ENVIRONMENT) when there is no such user. */
bool scratch_account_find(ScratchAccount *ret_account, GError **error);

/* Becomes the user, for good. Only in a child process: calls nothing but the kernel. False,
 * with errno, when the kernel refuses. */
bool scratch_account_become(const ScratchAccount *account);

#endif
