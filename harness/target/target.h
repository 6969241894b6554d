/*
 * A database that is not scratch: the properties that distinguish a development database from one in use.
 */
#ifndef TARGET_TARGET_H
#define TARGET_TARGET_H

#include "migration/runner/runner.h"
#include "suite/suite.h"

/* The setting by which the owner of a database allows or forbids a reset; see docs/running.md. */
#define TARGET_MARK "pgassay.resettable"

/* The properties of a target. */
typedef struct {
	char *database;
	char *quoted; /* the same for SQL */
	char *server; /* for people: "host=... port=... user=...", without a password */
	char *host;   /* of the connection, from any source; or the folder of the Unix socket */
	char *user;
	char *mark;          /* what ALTER DATABASE has set TARGET_MARK to; or NULL */
	char *slots;         /* names of replication slots; or NULL */
	char *subscriptions; /* names of subscriptions that write into it; or NULL */
	guint standbys;      /* servers and programs that receive the server's WAL now */
	bool scratch;        /* created by pgassay, according to its name and comment */
	bool local;          /* the connection does not leave this machine, and no tunnel or proxy is on its way */
	bool pooled;         /* a pooler is on its way */
	bool template;
	bool recovery;
	bool archiving;
} Target;

/* Asks an idle session on it. `server` is what db_endpoint_describe says. */
bool target_read(DbSession *session, const char *server, Target *ret_target, GError **error);
void target_clear(Target *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Target, target_clear)

/* True if it is a development database by the rules of docs/running.md; *ret_reason is the rule that applied ("the
 * word "dev" in its name"), owned by the caller. False with *error (BASE_ERROR_USAGE): the reason, and the way out. */
bool target_judge(const Target *target, char **ret_reason, GError **error);

/* Its owner has marked it, or pgassay made it. */
bool target_is_marked(const Target *target);
/* Its name has one of the words of a development database. */
bool target_has_development_word(const Target *target);

/* Makes sure that the server fulfils the suite's requirements, without changing anything there: version, extensions,
 * roles. ret_stand_ins has the stand-ins that are needed; the caller unrefs ->sources. False with *error
 * (BASE_ERROR_ENVIRONMENT, or BASE_ERROR_INPUT). */
bool target_prepare(DbSession *session, const Suite *suite, MigrationStandIns *ret_stand_ins, GError **error);

/* The contents of a target. */
typedef struct {
	char *schemas;    /* quoted names with commas between them; or NULL */
	char *extensions; /* the same */
	guint n_tables;
	guint64 n_rows;
	guint n_uncounted;   /* tables that were not counted: locked, not to be read, or only by running code */
	guint64 n_estimated; /* rows of these, as far as the server knows */
	bool more_rows;      /* there are more rows than n_rows; they were not all counted */
} TargetContents;

/* Reads the names only, in whatever transaction there is. */
bool target_names(DbSession *session, TargetContents *ret_contents, GError **error);
/* Counts tables, and rows up to a million; waits for no lock. The session must be idle. */
bool target_count(DbSession *session, TargetContents *contents, GError **error);
void target_contents_clear(TargetContents *contents);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TargetContents, target_contents_clear)

/* Rows of a database that is emptied without its name being asked for. */
#define TARGET_ROWS_UNCONFIRMED 100000

/* Why the database's name has to be confirmed before it is emptied, although it is judged to be a development database
 * ("its name contains "prod""); NULL: it need not be. The caller frees it. */
char *target_confirmation(const Target *target, const TargetContents *contents);

/* "schemas public, shop (3 tables, 340 rows) and extensions pgcrypto". The caller frees it. */
char *target_contents_describe(const TargetContents *contents);

#endif
