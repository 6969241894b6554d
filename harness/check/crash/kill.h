/*
 * Killing the session of a migration tool at a chosen point of a script.
 */
#ifndef CHECK_CRASH_KILL_H
#define CHECK_CRASH_KILL_H

#include "check/workspace/workspace.h"

typedef enum {
	CHECK_CRASH_INSIDE,    /* while statement n runs; only statements that refuse a transaction */
	CHECK_CRASH_AFTER,     /* after statement n */
	CHECK_CRASH_RECORDED,  /* after the history row was written */
	CHECK_CRASH_COMMITTED, /* after COMMIT */
} CheckCrashPlace;

typedef struct {
	CheckCrashPlace place;
	guint n; /* from 1; 0 where the place is not at a statement */
} CheckCrashPoint;

/* The victim of a kill. */
typedef enum {
	CHECK_CRASH_SESSION, /* pg_terminate_backend */
	CHECK_CRASH_SERVER,  /* SIGKILL to all processes of a server of our own, which then recovers */
} CheckCrashVictim;

/* All points of a script, of CheckCrashPoint, in order. Never empty. */
GArray *check_crash_points(const MigrationScript *script);

/* "after statement 2 of 3", "while statement 2 of 3 runs". The caller frees it. */
char *check_crash_point_describe(const CheckCrashPoint *point, const MigrationScript *script);

/* Where the point is in the file. */
SourcePosition check_crash_point_position(const CheckCrashPoint *point, const MigrationScript *script);

/* True if the script has finished at that point: its effects must stay. */
bool check_crash_point_is_end(const CheckCrashPoint *point, const MigrationScript *script);

/* Runs the up and kills it at the point; the workspace is disconnected then, and the server has noticed it.
 *
 * To be killed while it runs, a statement is made to wait: another session holds an old snapshot and the weakest
 * lock on each table, for which CREATE INDEX CONCURRENTLY and the like wait after their first step. A statement that
 * waits for neither is killed right after it finishes, and *point is changed accordingly.
 *
 * False with *error if it was not killed: the script fails by itself, or nothing can go on. */
bool check_crash_kill(CheckWorkspace *workspace, const Migration *migration, CheckCrashVictim victim,
                      CheckCrashPoint *point, GError **error);

#endif
