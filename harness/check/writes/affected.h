/*
 * The relations and functions that a migration can affect through the code of the database: triggers, rules, policies,
 * defaults, functions that call functions, cascades.
 *
 * Code names the objects that it depends on, so names are followed, through the texts of the catalog, until no new one
 * is found. A name counts wherever it occurs in a text, also as a part of another name: so too much is tried, never too
 * little. Code that does not show its dependencies (another language, dynamic SQL) depends on everything.
 */
#ifndef CHECK_WRITES_AFFECTED_H
#define CHECK_WRITES_AFFECTED_H

#include "catalog/diff.h"

/* How the work of a relation may be affected. */
typedef enum {
	CHECK_AFFECTED_NOT,
	CHECK_AFFECTED_BY_KEYS,     /* only by cascades of foreign keys, or by the keys that cause them */
	CHECK_AFFECTED_KEYS_DELETE, /* as before, and only by a DELETE */
	CHECK_AFFECTED_ALL,
} CheckAffectedWork;

typedef struct {
	bool anything;        /* the difference is of a kind that code need not name: the other members mean nothing
	                       * then */
	bool keys_are_simple; /* a cascade deletes rows in the same way as a DELETE */
	GHashTable
	    *relations; /* const CatalogObject * of a table or view -> CheckAffectedWork; all whose work runs code */
	GPtrArray *functions;    /* const CatalogObject * of functions whose calls may be affected, or that are new */
	GPtrArray *declarations; /* of those in whose text something is named that has changed, or is new */
	GPtrArray *triggered;    /* const CatalogObject * of relations whose triggers see other rows, or are new */
} CheckAffected;

/* Whether existing code could depend on it; no code can depend on a new object. */
bool check_affected_is_change(const CatalogSnapshot *after, const CatalogDifference *difference);

/* differences: of CatalogDifference, between a catalog and `after`; changed_rows: set of identities ("kb.documents") of
 * tables in which the migration has changed rows. All borrowed; the catalogs must outlive the result. */
void check_affected_find(const CatalogSnapshot *after, const GArray *differences, GHashTable *changed_rows,
                         CheckAffected *ret_affected);
void check_affected_clear(CheckAffected *affected);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckAffected, check_affected_clear)

#endif
