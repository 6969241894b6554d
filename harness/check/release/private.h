/*
 * Declarations for release.c, try.c and judge.c.
 */
#ifndef CHECK_RELEASE_PRIVATE_H
#define CHECK_RELEASE_PRIVATE_H

#include "check/release/arguments.h"
#include "check/release/release.h"

/* The result of running a query once. */
typedef struct {
	bool tried;
	bool done;
	bool has_rows; /* it gave, inserted, changed or deleted some */
	char *sqlstate;
	char *message;
	char *detail;
	guint character; /* of the query's text; 0: unknown */
} ReleaseOutcome;

void check_release_outcome_clear(ReleaseOutcome *outcome);

/* One query in one session. */
typedef struct {
	ReleaseOutcome prepared; /* PREPARE */
	ReleaseOutcome planned;  /* a plan for any values */
	char **columns;          /* its result columns, "name type"; or NULL */
	GPtrArray *outcomes;     /* of ReleaseOutcome *: role by role, for each set of values */
} ReleaseSight;

typedef struct {
	const Query *query;
	QueryGuesses *guesses;
	GPtrArray *sets;     /* of char *: values for its parameters; NULL: it does not work where the release begins */
	ReleaseSight *sight; /* where the database stood last */
	bool broken;
} ReleaseQuery;

struct CheckRelease {
	GPtrArray *queries;        /* of ReleaseQuery * */
	GPtrArray *roles;          /* of char *: the first is "", the connecting user */
	DbSession *session;        /* that has prepared them at the last state of the database */
	CheckArguments *arguments; /* as the database stood then */
	char *first_untried;
};

/* --- release_try.c ---------------------------------------------------------------- */

/* A session on the workspace's database that has prepared all queries that are not broken. Their sights are appended to
 * ret_sights (of ReleaseSight *, a query each; NULL for a broken one). NULL with *error. */
DbSession *check_release_prepare(const CheckRelease *release, CheckWorkspace *workspace, GPtrArray *ret_sights,
                                 GError **error);
void check_release_sight_free(gpointer sight); /* takes NULL */

/* Runs the queries with all of their values, as each role; the outcomes are appended to the sights' own. */
bool check_release_run(const CheckRelease *release, DbSession *session, GPtrArray *sights, GError **error);

/* Runs one query with one set of values, as the role ("": as the connecting user), and rolls it back. */
bool check_release_run_once(DbSession *session, guint index, const char *set, const char *role, ReleaseOutcome *outcome,
                            GError **error);

/* --- release.c ----------------------------------------------------------------------- */

/* The types of the parameters of a query that the session has prepared. The caller frees them; NULL with *error. */
char **check_release_types(DbSession *session, guint index, GError **error);
/* True when it works as that role with some of its values. */
bool check_release_was_run(const ReleaseQuery *query, const ReleaseSight *sight, guint role);

/* --- release_judge.c --------------------------------------------------------------- */

/* One query before and after the migration. */
typedef struct {
	const CheckRelease *release;
	ReleaseQuery *query;
	guint index;
	ReleaseSight *after;
	DbSession *session;        /* of the sight behind the migration */
	CheckArguments *arguments; /* as the database stands behind it */
} ReleaseJudgement;

/* *ret_broken is NULL when it is not broken. */
bool check_release_judge(const ReleaseJudgement *judgement, CheckBroken **ret_broken, GError **error);

void check_broken_free(gpointer broken);

#endif
