/*
 * A scratch database in the middle of a history: a session and the migration tool's runner on it.
 */
#ifndef CHECK_WORKSPACE_WORKSPACE_H
#define CHECK_WORKSPACE_WORKSPACE_H

#include "catalog/reading.h"
#include "migration/runner/runner.h"
#include "scratch/database.h"

typedef struct {
	ScratchServer *server;                  /* borrowed */
	const MigrationSet *set;                /* borrowed */
	const MigrationStandIns *stand_ins;     /* borrowed; or NULL */
	const CatalogExclusions *exclusions;    /* borrowed */
	const ScratchDatabase *template;        /* borrowed: the template of new databases; NULL: they are empty */
	const CatalogReading *template_reading; /* borrowed: of the template's catalog; NULL: it has not been read */
	ScratchDatabase *database;              /* owned */
	DbSession *session;                     /* owned */
	DbSession *application;                 /* owned: see check_workspace_application(); NULL by itself */
	DbSession *checker;                     /* owned: see check_workspace_checker(); NULL by itself */
	DbSession *writer;                      /* owned: see check_workspace_writer(); NULL by itself */
	bool application_has_trials;            /* writes.c has made a function in it */
	bool checker_has_function;              /* functions.c has, too */
	MigrationRunner *runner;                /* owned */
	guint limit;                            /* seconds: see migration_runner_set_limit() */
	bool plans_as_large;                    /* its session is a DB_SESSION_LARGE; copies do not take that over */
	bool brief_history;                     /* see migration_runner_set_brief() */
	bool shares_objects;    /* some script makes what belongs to the whole server: shared_objects.h */
	bool bonds_stay;        /* settings and memberships of roles are left to others: as above */
	CatalogReading *last;   /* owned: of the catalog, from which the next one goes on; or NULL */
	bool last_is_committed; /* the transaction that it was made in is */
} CheckWorkspace;

/* Creates the database. The borrowed members must be set. */
bool check_workspace_create(CheckWorkspace *workspace, const char *label, GError **error);
/* Opens a session on it and begins a run of the migration tool. */
bool check_workspace_connect(CheckWorkspace *workspace, GError **error);
/* A second session on the database, like an application's; opened at the first call, and closed with the other one.
 * Callers leave it idle. NULL with *error. */
DbSession *check_workspace_application(CheckWorkspace *workspace, GError **error);
/* Ends that session, so that the next one knows nothing of earlier states. */
void check_workspace_end_application(CheckWorkspace *workspace);
/* A session of its own for plpgsql_check, which ends the whole server when functions have failed in its session before;
 * and an extension that comes and goes makes the server forget the plans of its session. */
DbSession *check_workspace_checker(CheckWorkspace *workspace, GError **error);
/* A session of its own for replacing rows: switching triggers off makes the server discard the cached plans of a
 * session. */
DbSession *check_workspace_writer(CheckWorkspace *workspace, GError **error);
/* Ends the run and closes the sessions; they may be lost already. */
void check_workspace_disconnect(CheckWorkspace *workspace);
/* Creates it and connects to it. */
bool check_workspace_open(CheckWorkspace *workspace, const char *label, GError **error);

/* Makes a copy of the database in its current state, with a run of its own. The original's session is closed
 * meanwhile, because a database in use cannot be copied; it must be idle. */
bool check_workspace_clone(CheckWorkspace *workspace, const char *label, CheckWorkspace *ret_clone, GError **error);

/* Ends the run, closes the session, drops the database unless it is kept. Can be called twice. */
void check_workspace_close(CheckWorkspace *workspace);
/* The same, for the last use of the server: on one of our own the database goes when the server goes. */
void check_workspace_close_last(CheckWorkspace *workspace);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckWorkspace, check_workspace_close)

/* The catalog as it is now, without the history table. The caller unrefs it. */
CatalogSnapshot *check_workspace_snapshot(CheckWorkspace *workspace, GError **error);
/* The same, with the caller's knowledge of the time since the last one. */
CatalogSnapshot *check_workspace_snapshot_with(CheckWorkspace *workspace, const CatalogReadHints *hints,
                                               GError **error);

/* Commits the open transaction. With `counted`, its writes are reported to the statistics at once, so that later
 * transactions do not count them as their own. */
bool check_workspace_commit(CheckWorkspace *workspace, bool counted, GError **error);

/* Says that the transaction of the last snapshot was committed. */
void check_workspace_note_commit(CheckWorkspace *workspace);

#endif
