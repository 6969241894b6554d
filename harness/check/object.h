/*
 * What a fixture says of one object, or of all objects of a class in one place, held against a snapshot.
 */
#ifndef CHECK_OBJECT_H
#define CHECK_OBJECT_H

#include "check/context.h"
#include "check/meaning.h"

typedef struct {
	SourcePosition position; /* of the expectation */
	char *text;
} CheckProblem;

/* The work on one fixture. */
typedef struct {
	const CheckContext *context;
	CheckMeaning *meaning;
	GArray *problems; /* of CheckProblem: what is wrong with the object at hand */
} CheckExpect;

void check_expect_open(CheckExpect *expect, const CheckContext *context);
void check_expect_close(CheckExpect *expect);

/* Notes that the expectation at the node is not met. */
void check_problem(CheckExpect *expect, const SuiteNode *node, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Holds what is stated (absent, nothing, or attributes and parts) against the object of these names; gives it, or NULL
 * when there is none. Key is where the fixture names it. */
const CatalogObject *check_object_named(CheckExpect *expect, CatalogClassId class_id, const char *schema,
                                        const char *relation, const char *name, const SuiteNode *key,
                                        const SuiteNode *stated);

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

/* An item of a list: at least one object must have all that it states. */
void check_collection_item(CheckCollection *collection, const SuiteNode *item);
/* count: N */
void check_collection_count(const CheckCollection *collection, const SuiteNode *count);
/* exact: true, when it is stated: each object must have been matched. */
void check_collection_exact(const CheckCollection *collection, const SuiteNode *exact);

/* True for the keys of a collection that are no names: exact, count, list. */
bool check_is_reserved(const char *key);
/* The name that a key of a mapping means: quotes are taken off, so that "\"count\"" is an object named count. The
 * caller frees it. */
char *check_plain_name(const char *key);

#endif
