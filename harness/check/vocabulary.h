/*
 * The vocabulary of expectation fixtures: which classes and attributes they speak of, and how each is compared.
 */
#ifndef CHECK_VOCABULARY_H
#define CHECK_VOCABULARY_H

#include "catalog/snapshot.h"

/* How an attribute's text in a fixture is compared with the snapshot's. */
typedef enum {
	CHECK_COMPARE_TEXT, /* letter by letter */
	CHECK_COMPARE_BOOL, /* an attribute that the snapshot lacks is false */
	CHECK_COMPARE_INT,
	CHECK_COMPARE_LIST,     /* item by item, in order */
	CHECK_COMPARE_KEYS,     /* item by item, in order; operator classes and collations also without their schema */
	CHECK_COMPARE_SET,      /* item by item, in any order */
	CHECK_COMPARE_TYPE,     /* equal when the server understands the same type */
	CHECK_COMPARE_IDENTITY, /* "kb.projects(id)": blanks do not count */
	CHECK_COMPARE_EXPRESSION, /* equal when the server deparses both to the same text */
} CheckComparison;

/* Where the server is asked what an expression means. */
typedef enum {
	CHECK_EXPRESSION_NONE,
	CHECK_EXPRESSION_CONDITION, /* over the columns of the table: check, policy, predicate */
	CHECK_EXPRESSION_DEFAULT,   /* of a column */
	CHECK_EXPRESSION_GENERATED, /* of a column */
	CHECK_EXPRESSION_TRIGGER,   /* over the rows OLD and NEW */
	CHECK_EXPRESSION_QUERY,     /* of a view */
} CheckExpressionKind;

typedef struct {
	const char *key;       /* in a fixture; also the attribute's name in the snapshot, unless: */
	const char *attribute; /* another name there; or NULL */
	CheckComparison comparison;
	const char *const *choices; /* the words allowed; or NULL */
	CheckExpressionKind expression;
	const char *help;
} CheckAttribute;

/* One class of objects in the vocabulary. */
typedef struct {
	CatalogClassId class_id;
	const char *shorthand; /* the list attribute that a bare list stands for: `primary_key: [id]`; or NULL */
	const CheckAttribute *attributes; /* ends with a NULL key */
} CheckVocabulary;

/* The vocabulary of a class; NULL when fixtures do not speak of it. */
const CheckVocabulary *check_vocabulary(CatalogClassId class_id);

/* The classes that stand inside a table, ended by CATALOG_N_CLASSES. */
const CatalogClassId *check_fixture_table_classes(void);
/* The classes that stand inside a view (indexes of a materialized one, triggers), ended by CATALOG_N_CLASSES. */
const CatalogClassId *check_fixture_view_classes(void);
/* The classes that are top-level keys, ended by CATALOG_N_CLASSES. */
const CatalogClassId *check_fixture_top_classes(void);

#endif
