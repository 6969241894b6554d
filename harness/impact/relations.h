/*
 * The relations of a database, as they were before a statement: after a DROP or a RENAME the server no longer knows
 * them.
 */
#ifndef IMPACT_RELATIONS_H
#define IMPACT_RELATIONS_H

#include "catalog/snapshot.h"
#include "report/observation.h"

/* The counters of a session for a table. */
typedef enum {
	IMPACT_SCANS,
	IMPACT_ROWS_READ,
	IMPACT_ROWS_INSERTED,
	IMPACT_ROWS_UPDATED,
	IMPACT_ROWS_DELETED,
	IMPACT_N_COUNTERS,
} ImpactCounter;

typedef struct {
	guint oid;
	char *name;    /* "schema.name", quoted where it needs to be */
	char *relname; /* its own name, without quotes */
	char kind;     /* pg_class.relkind */
	guint parent;  /* an index's table, a partition's parent; else 0 */
	guint file;    /* the number of its file; 0: it has none */
	gint64 size;   /* in bytes, of the file and its TOAST table; below 0: not known */
	bool is_new;   /* the script has made it */
	bool is_gone;  /* it was dropped, and the transaction of the drop is open */

	/* State of the open transaction. */
	guint modes;         /* locks: a bit each, 1 << mode */
	ReportLockMode held; /* the strongest of these */
	gint64 since;        /* when it got that lock */
	gint64 counters[IMPACT_N_COUNTERS];
} ImpactRelation;

typedef struct ImpactRelations ImpactRelations;

/* None. */
ImpactRelations *impact_relations_new(const CatalogExclusions *exclusions);
void impact_relations_free(ImpactRelations *relations); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImpactRelations, impact_relations_free)

/* NULL: it is not among them. */
ImpactRelation *impact_relations_find(const ImpactRelations *relations, guint oid);

/* The relation with this OID, created if it is missing, in its current state; the caller compares and sets its file
 * and the members after it. Tables come before their indexes. NULL: the relation is excluded. */
ImpactRelation *impact_relations_take(ImpactRelations *relations, guint oid, const char *name, const char *relname,
                                      char kind, guint parent);
void impact_relations_remove(ImpactRelations *relations, guint oid);

/* Calls the function with each. */
void impact_relations_each(ImpactRelations *relations, void (*function)(ImpactRelation *relation, void *data),
                           void *data);

/* The table of an index, the topmost parent of a partition; else the relation itself. */
ImpactRelation *impact_relations_top(const ImpactRelations *relations, ImpactRelation *relation);

/* True when one of the words of the statement is the name of the relation, of its table or topmost parent, of an index
 * of it, or `also` (NULL: none). Words within strings count, as in the body of a DO. */
bool impact_relations_named(const ImpactRelations *relations, ImpactRelation *relation, const char *also,
                            const char *statement);

/* True when the name stands in the text as a word by itself, in capital or small letters. */
bool impact_has_word(const char *text, const char *name);

#endif
