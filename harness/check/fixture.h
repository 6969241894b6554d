/*
 * Expectation fixtures: the vocabulary as tables, and the loader. docs/fixtures.md is the reference.
 */
#ifndef CHECK_FIXTURE_H
#define CHECK_FIXTURE_H

#include "catalog/snapshot.h"
#include "suite/shape.h"

/* How an attribute's text in a fixture is compared with the snapshot's. */
typedef enum {
	CHECK_COMPARE_TEXT, /* letter by letter */
	CHECK_COMPARE_BOOL, /* an attribute that the snapshot lacks is false */
	CHECK_COMPARE_INT,
	CHECK_COMPARE_LIST,       /* item by item, in order */
	CHECK_COMPARE_SET,        /* item by item, in any order */
	CHECK_COMPARE_TYPE,       /* equal when the server understands the same type */
	CHECK_COMPARE_IDENTITY,   /* "kb.projects(id)": blanks do not count */
	CHECK_COMPARE_EXPRESSION, /* equal when the server deparses both to the same text */
} CheckComparison;

/* Where the server is asked what an expression means. */
typedef enum {
	CHECK_EXPRESSION_NONE,
	CHECK_EXPRESSION_CONDITION, /* over the columns of the table: check, policy, predicate */
	CHECK_EXPRESSION_DEFAULT,   /* of a column */
	CHECK_EXPRESSION_GENERATED, /* of a column */
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

/* The shape of a whole fixture. Made once; lives as long as the program. */
const SuiteShape *check_fixture_shape(void);

/* Reads and checks a fixture. NULL with *error (BASE_ERROR_INPUT): file, line, column, hint. A fixture that
 * states nothing is an error too. */
SuiteDocument *check_fixture_load(const char *path, GError **error);

#endif
