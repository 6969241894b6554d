/*
 * The context in which a check runs.
 */
#ifndef CHECK_CONTEXT_H
#define CHECK_CONTEXT_H

#include "catalog/snapshot.h"
#include "migration/runner/runner.h"
#include "report/result.h"
#include "scratch/database.h"
#include "suite/suite.h"

/* Another database of the suite, with all its migrations applied. */
typedef struct {
	CatalogSnapshot *snapshot;       /* owned; NULL: a migration failed */
	const ScratchDatabase *database; /* borrowed; no stage works on it any more; NULL: it does not exist */
} CheckPeer;

static inline void
check_peer_clear(CheckPeer *peer)
{
	g_clear_pointer(&peer->snapshot, catalog_snapshot_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckPeer, check_peer_clear)

struct CheckProblem;

/* A database of a suite with its migrations applied. Everything is borrowed. */
typedef struct {
	const SuiteDatabase *suite_database;
	ScratchServer *server;
	DbSession *session; /* idle, with the server's own settings */
	const CatalogSnapshot *snapshot;
	/* Schemas that the platform of the tool brings (auth, storage): not the team's to change. NULL-terminated; or
	 * NULL. */
	const char *const *platform_schemas;
	const char *at; /* the migration after which it is looked at; NULL: all of them */
	/* Waits until another database, which precedes this one in the suite, is finished. Only for databases that a
	 * check lists under `databases:`. */
	CheckPeer (*peer)(const SuiteDatabase *database, void *data);
	void *peer_data;
	/* Takes a finished case, and ownership of it. */
	void (*report)(ReportCase *test_case, void *data);
	void *report_data;
	/* Looks at each expectation of a fixture that is not met (check/fixture/problem.h), before its case is
	 * reported; or NULL. */
	void (*on_problem)(const struct CheckProblem *problem, void *report_data);
	/* Of const CatalogObject *: collects the objects that fixtures mention; or NULL. */
	GHashTable *listed;
	/* Looks for objects that are not in `listed`, and adds them to it: each is a problem that is marked so. */
	bool find_unlisted;
} CheckContext;

/* A new case of this context's database; its name ends with "at V002" where not all migrations are applied. */
static inline ReportCase *
check_case_new(const CheckContext *context, const char *stage, const char *name, SourcePosition position)
{
	g_autofree char *full = context->at != NULL ? g_strdup_printf("%s at %s", name, context->at) : g_strdup(name);

	return report_case_new(context->suite_database->name, stage, full, position);
}

/* Hands the case over. */
static inline void
check_case_report(const CheckContext *context, ReportCase *test_case)
{
	context->report(test_case, context->report_data);
}

#endif
