/*
 * The queries of a release of the application: which of them a migration breaks, while that release runs on.
 *
 * Each query is prepared, planned and, with generated values for its parameters, run in a savepoint, before the
 * migration and after it: in a session that is opened after the migration, and in one that has prepared the query
 * before, like the sessions of a connection pool. A query that did not work before does not count; a query that works
 * with none of its values is judged by the server's first error.
 */
#ifndef CHECK_RELEASE_RELEASE_H
#define CHECK_RELEASE_RELEASE_H

#include "check/workspace/workspace.h"
#include "query/query.h"

/* The queries of one release on one database. */
typedef struct CheckRelease CheckRelease;

/* `queries`: of Query *; borrowed. */
CheckRelease *check_release_new(const GPtrArray *queries);
void check_release_free(CheckRelease *release); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckRelease, check_release_free)

/* How many of them: */
typedef struct {
	guint n_run;       /* were run with some values */
	guint n_planned;   /* were prepared and planned only */
	guint n_untried;   /* do not work where the release begins, or are nothing that can be prepared */
	const char *first; /* of these, why the first one does not; or NULL; owned by the release */
} CheckReleaseCounts;

/* A query that a migration has broken. */
typedef struct {
	const Query *query;
	char *role;       /* as whom; NULL: as anybody */
	char *message;    /* one line */
	char *details;    /* further text of the server, or NULL */
	char *sqlstate;   /* or NULL */
	guint character;  /* of the query's text, from 1; 0: unknown */
	GPtrArray *words; /* of char *, NULL-terminated: names to look for in the migration, the best first */
} CheckBroken;

/* Tries all queries where the database stands: they are known then. The workspace's sessions are idle. */
bool check_release_begin(CheckRelease *release, CheckWorkspace *workspace, GError **error);

CheckReleaseCounts check_release_counts(const CheckRelease *release);

/* Called after each migration. Returns the queries that it has broken, of CheckBroken *, each query once; queries
 * that are broken already are not tried again. The caller unrefs the list. NULL with *error. */
GPtrArray *check_release_step(CheckRelease *release, CheckWorkspace *workspace, GError **error);

/* Ends its session, so that the database can be copied or dropped. */
void check_release_end(CheckRelease *release);

/* The error of preparing or planning the query on the database, or NULL; the caller frees it. *ret_character (NULL:
 * not wanted) is the position in the query, or 0. False with *error. */
bool check_release_try_plan(CheckWorkspace *workspace, const Query *query, char **ret_refusal, guint *ret_character,
                            GError **error);

#endif
