/*
 * A database that is not scratch: what tells a development database from one that somebody needs.
 */
#ifndef RUN_RESET_TARGET_H
#define RUN_RESET_TARGET_H

#include "migration/runner/runner.h"
#include "suite/suite.h"

/* The setting by which the owner of a database says whether it may be reset; see docs/running.md. */
#define RUN_TARGET_MARK "pgassay.resettable"

/* What is known about it. */
typedef struct {
	char *database;
	char *quoted; /* the same for SQL */
	char *server; /* for people: "host=... port=... user=...", without a password */
	char *host;   /* what the connection has, wherever that came from; or the folder of the Unix socket */
	char *user;
	char *mark;          /* what ALTER DATABASE has set RUN_TARGET_MARK to; or NULL */
	char *slots;         /* names of replication slots; or NULL */
	char *subscriptions; /* names of subscriptions that write into it; or NULL */
	guint standbys;      /* servers and programs that receive the server's WAL now */
	bool scratch;        /* pgassay made it: name and comment say so */
	bool local;          /* the connection does not leave this machine, and no tunnel or proxy is on its way */
	bool pooled;         /* a pooler is on its way */
	bool template;
	bool recovery;
	bool archiving;
} RunTarget;

/* Asks an idle session on it. `server` is what db_endpoint_describe says. */
bool run_target_read(DbSession *session, const char *server, RunTarget *ret_target, GError **error);
void run_target_clear(RunTarget *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RunTarget, run_target_clear)

/* True when it is a development database by the rules of docs/running.md; *ret_reason says by what ("the word "dev" in
 * its name"), owned by the caller. False with *error (BASE_ERROR_USAGE): the reason, and the way out. */
bool run_target_judge(const RunTarget *target, char **ret_reason, GError **error);

/* Makes sure that the server has what the suite asks for, without changing anything there: version, extensions, roles.
 * ret_stand_ins has those that are needed; the caller unrefs ->sources. False with *error (BASE_ERROR_ENVIRONMENT, or
 * BASE_ERROR_INPUT). */
bool run_target_prepare(DbSession *session, const Suite *suite, MigrationStandIns *ret_stand_ins, GError **error);

/* What is in it. */
typedef struct {
	char *schemas;    /* quoted names with commas between them; or NULL */
	char *extensions; /* the same */
	guint n_tables;
	guint64 n_rows;
	guint n_uncounted; /* tables that could not be counted: locked, or not to be read */
	bool more_rows;    /* there are more rows than n_rows; they were not all counted */
} RunTargetContents;

/* Reads the names only, in whatever transaction there is. */
bool run_target_names(DbSession *session, RunTargetContents *ret_contents, GError **error);
/* Counts tables, and rows up to a million; waits for no lock. The session must be idle. */
bool run_target_count(DbSession *session, RunTargetContents *contents, GError **error);
void run_target_contents_clear(RunTargetContents *contents);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RunTargetContents, run_target_contents_clear)

/* "schemas public, shop (3 tables, 340 rows) and extensions pgcrypto". The caller frees it. */
char *run_target_contents_describe(const RunTargetContents *contents);

#endif
