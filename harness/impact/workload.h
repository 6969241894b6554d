/*
 * Queries of the application as visitors: which tables each of them locks when it comes.
 *
 * A query is prepared, in a transaction that is rolled back: the server takes the locks of a query when it reads it,
 * and needs no values for that. So nothing is read or written.
 */
#ifndef IMPACT_WORKLOAD_H
#define IMPACT_WORKLOAD_H

#include "query/query.h"
#include "report/observation.h"
#include "scratch/database.h"

typedef struct {
	const Query *query; /* borrowed */
	char *sql;          /* takes its locks, and gives them back */
	GArray *locks;      /* private: its locks */
} ImpactVisitor;

/* Those of the queries (of Query *, which have to live as long) that are valid in the database, in their order; the
 * caller unrefs them. NULL with *error when the server is lost. */
GPtrArray *impact_workload_read(const ScratchDatabase *database, const GPtrArray *queries, GError **error);

/* Whether it has to wait for somebody who has locked the relation in that mode. */
bool impact_visitor_waits(const ImpactVisitor *visitor, guint relation, ReportLockMode held);

#endif
