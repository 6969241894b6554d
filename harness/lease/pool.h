/*
 * Copies of template databases, each lent to one worker at a time. All functions may be called from several threads,
 * except those that make and free the pool.
 */
#ifndef LEASE_POOL_H
#define LEASE_POOL_H

#include "lease/rows.h"
#include "scratch/database.h"

typedef struct LeasePool LeasePool;

/* One database that is lent. */
typedef struct {
	char *id;    /* the database's own name */
	char *label; /* of the template */
	char *url;   /* as db_session_url writes it */
} Lease;

void lease_clear(Lease *lease);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Lease, lease_clear)

/* `session` is one on the server, whose host and user the URLs have; `ahead` copies of each template are made before
 * they are requested. All three must outlive the pool. */
LeasePool *lease_pool_new(ScratchServer *server, const DbSession *session, guint ahead);

/* Adds a template, on which there is no session, and reads its rows. The label is copied. Not after lease_pool_start.
 * False with *error. */
bool lease_pool_add(LeasePool *pool, const char *label, const ScratchDatabase *template, GError **error);

/* Begins to make copies ahead. */
void lease_pool_start(LeasePool *pool);

/* Lends a copy of the template with that label; NULL: of the first one. False with *error: BASE_ERROR_USAGE, there is
 * no such template; BASE_ERROR_ENVIRONMENT, none can be made. */
bool lease_pool_take(LeasePool *pool, const char *label, Lease *ret_lease, GError **error);

/* Renews the copy, under the same name; ends the sessions that are on it. False with *error as above;
 * BASE_ERROR_USAGE: it is not leased. */
bool lease_pool_renew(LeasePool *pool, const char *id, Lease *ret_lease, GError **error);

/* Puts its rows back, and leaves the sessions on it alone; *ret_n is the number of tables and sequences that were
 * written to. False with *error as lease_rows_restore; BASE_ERROR_USAGE, too: it is not leased. */
bool lease_pool_put_rows_back(LeasePool *pool, const char *id, Lease *ret_lease, guint *ret_n, GError **error);

/* Drops it, with the sessions that are on it. False with *error (BASE_ERROR_USAGE): it is not leased. */
bool lease_pool_give_back(LeasePool *pool, const char *id, GError **error);

/* Those that are lent now, in the order of their names: Lease *, owned by the array. */
GPtrArray *lease_pool_list(LeasePool *pool);

/* Leaves all databases that are lent there when the pool is freed, as scratch_database_keep does; gives the psql
 * commands that open them (char *). The caller unrefs the array. */
GPtrArray *lease_pool_keep(LeasePool *pool);

/* Drops all copies. No other thread may use the pool any more. Takes NULL. */
void lease_pool_free(LeasePool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeasePool, lease_pool_free)

#endif
