/*
 * What a fixture says of one object, or of all objects of a class in one place, held against a snapshot.
 */
#ifndef CHECK_OBJECT_H
#define CHECK_OBJECT_H

#include "check/problem.h"

/* The objects of a class in one place: a table, a schema, the whole database. */
typedef struct {
	CheckExpect *expect;
	CatalogClassId class_id;
	const char *schema;
	const char *relation;
	guint first;
	guint count;
	GHashTable *matched; /* of const CatalogObject *: what the fixture speaks of */
	char *place;         /* in words: `of table "kb.documents"` */
} CheckCollection;

/* Without a relation, those of the schema; without both, those of the database. */
void check_collection_open(CheckCollection *collection, CheckExpect *expect, CatalogClassId class_id,
                           const char *schema, const char *relation);
void check_collection_close(CheckCollection *collection);
/* The object i, below collection->count. */
const CatalogObject *check_collection_object(const CheckCollection *collection, guint i);

/* Holds what is stated (absent, nothing, or attributes and parts) against the objects that the key means: the one of
 * that name, or all that its wildcards match. */
void check_collection_named(CheckCollection *collection, const SuiteNode *key, const SuiteNode *stated);
/* The same for a name that is meant letter by letter; `schema` NULL where the class has none. */
void check_collection_one(CheckCollection *collection, const char *schema, const char *name, const SuiteNode *key,
                          const SuiteNode *stated);
/* An item of a list: at least one object must have all that it states. */
void check_collection_item(CheckCollection *collection, const SuiteNode *item);
/* count: N, at_least: N, exact: true (each object must have been matched), as far as the mapping states them. True when
 * it states any. */
bool check_collection_whole(const CheckCollection *collection, const SuiteNode *stated);

/* True for the keys of a collection that are no names: exact, count, at_least, and but for schemas list. */
bool check_is_reserved(CatalogClassId class_id, const char *key);

#endif
