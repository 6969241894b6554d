/*
 * The statements that reads send, made of the files in sql/. A first read sends texts, which sessions that read once do
 * best with; what goes on from a reading before executes statements that its session has prepared.
 */
#ifndef CATALOG_QUERY_H
#define CATALOG_QUERY_H

#include "catalog/snapshot.h"
#include "catalog/system.h"

/* True when the server's counts of changes can be had at once and from all sessions (see sql/version.sql). */
bool catalog_query_has_counts(DbSession *session);

/* The result of sql/presence.sql: the classes, as a bit set, that there may be objects of. */
guint64 catalog_query_read_presence(const DbResult *presence);

typedef enum {
	CATALOG_QUERY_VERSION,
	CATALOG_QUERY_PRESENCE,
	CATALOG_QUERY_DEPENDENTS_ALWAYS,  /* of relations */
	CATALOG_QUERY_DEPENDENTS_BY_NAME, /* of relations */
	CATALOG_N_QUERIES,
} CatalogQuery;

/* Which rows of a system catalog are asked for. */
typedef enum {
	CATALOG_TUPLES_ALL,         /* without keys: those that the open transaction has written */
	CATALOG_TUPLES_NEW_AND_SUM, /* those written since a reading's xmin, and the sum of all fingerprints */
	CATALOG_TUPLES_NEW,         /* those written since a reading's xmin */
	CATALOG_N_TUPLES,
} CatalogQueryTuples;

/* These add a statement: */

/* the settings that queries run with, for the rest of the transaction; */
void catalog_query_add_settings(GPtrArray *statements, DbSession *session, bool prepared);

/* planner settings for queries of a few objects, prepared; */
void catalog_query_add_planner(GPtrArray *statements, DbSession *session);

/* the query; `oids` is an array as text, or NULL where it takes none; */
void catalog_query_add(GPtrArray *statements, CatalogQuery query, const char *oids, bool prepared);

/* all rows of the system catalog; */
void catalog_query_add_all_tuples(GPtrArray *statements, CatalogSystemId catalog, bool prepared);

/* some of them, prepared; */
void catalog_query_add_tuples(GPtrArray *statements, CatalogSystemId catalog, CatalogQueryTuples tuples, guint64 xmin);

/* all objects of the class, with the unit before their columns; */
void catalog_query_add_class(GPtrArray *statements, CatalogClassId id, bool prepared);

/* those of the objects in `oids`, prepared; or all where the class is read as a whole, and one that is rare is not
 * prepared. */
void catalog_query_add_objects(GPtrArray *statements, CatalogClassId id, const char *oids);

#endif
