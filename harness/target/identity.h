/*
 * Which database a session is on. A name, an address and a pooler may each stand for several servers.
 */
#ifndef TARGET_IDENTITY_H
#define TARGET_IDENTITY_H

#include "db/session.h"

typedef struct {
	char *database;
	char *oid;      /* of the database */
	char *system;   /* the number that initdb gave the cluster; NULL: the role may not ask */
	char *started;  /* when the postmaster was started */
	char *timeline; /* that the server writes; "standby": it writes none */
	char *address;  /* for people */
	char *pid;      /* of the server process behind the session */
} TargetIdentity;

bool target_identity_read(DbSession *session, TargetIdentity *ret_identity, GError **error);
void target_identity_clear(TargetIdentity *identity);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TargetIdentity, target_identity_clear)

/* False with *error (BASE_ERROR_ENVIRONMENT) when they are not the same server, database and timeline. */
bool target_identity_equal(const TargetIdentity *first, const TargetIdentity *second, GError **error);

/* True when it is one server that runs: no two were started in the same microsecond. Those that were made from a copy
 * have the same number of the cluster, and not every role may ask for that. */
bool target_identity_is_same_server(const TargetIdentity *first, const TargetIdentity *second);

/* Proves that both sessions are on the same database of the same running server: all of the above is equal, and the
 * second session sees a lock that the first one has just taken. Both must be idle or in a transaction that has not
 * failed. False with *error (BASE_ERROR_ENVIRONMENT, or the error of the server). */
bool target_identity_prove(DbSession *first, DbSession *second, GError **error);

#endif
