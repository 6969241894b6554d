/*
 * The system catalogs whose rows show the changes since a reading; no other folder includes it.
 */
#ifndef CATALOG_SYSTEM_H
#define CATALOG_SYSTEM_H

#include <stdbool.h>

/* In the order of sql/system_catalogs.sql and under the numbers of sql/version.sql. */
typedef enum {
	CATALOG_PG_CLASS = 1,
	CATALOG_PG_CONSTRAINT,
	CATALOG_PG_INDEX,
	CATALOG_PG_POLICY,
	CATALOG_PG_TRIGGER,
	CATALOG_PG_REWRITE, /* the last one of the parts of relations that have keys */
	CATALOG_PG_PROC,
	CATALOG_PG_INHERITS,
	CATALOG_PG_NAMESPACE,
	CATALOG_PG_ENUM,
	CATALOG_PG_TYPE,
	CATALOG_PG_NAMES,     /* all others whose names may stand in texts: pg_collation, pg_operator, ... */
	CATALOG_PG_EXTENSION, /* and the rows of pg_depend for members */
	CATALOG_PG_ROLES,
	CATALOG_PG_ATTRDEF,
	CATALOG_PG_DESCRIPTION, /* the last one that rows can go away from by themselves: those so far have keys */
	CATALOG_PG_ATTRIBUTE,
	CATALOG_PG_SEQUENCE,
	CATALOG_PG_AGGREGATE,
	CATALOG_PG_OTHERS, /* of the classes that are read as a whole: whether there is something new */
	CATALOG_N_SYSTEM,
} CatalogSystemId;

/* Whether rows have keys, so that deleted ones can be found. */
static inline bool
catalog_system_has_keys(int catalog)
{
	return catalog <= CATALOG_PG_DESCRIPTION;
}

/* Whether rows show which transaction has written them (xmin): only then those since a reading can be had. */
static inline bool
catalog_system_has_xmin(int catalog)
{
	return catalog != CATALOG_PG_ENUM && catalog != CATALOG_PG_NAMES && catalog != CATALOG_PG_EXTENSION &&
	       catalog != CATALOG_PG_ROLES;
}

/* Whether the rows belong to a relation, and go with it. */
static inline bool
catalog_system_is_part(int catalog)
{
	return catalog == CATALOG_PG_ATTRDEF || catalog == CATALOG_PG_DESCRIPTION ||
	       (catalog >= CATALOG_PG_CONSTRAINT && catalog <= CATALOG_PG_REWRITE);
}

#endif
