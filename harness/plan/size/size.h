/*
 * The sizes of a database's tables, and the contents of their columns, as stated in a suite or in a fixture of
 * statistics.
 */
#ifndef PLAN_SIZE_H
#define PLAN_SIZE_H

#include "suite/suite.h"

/* Values that are not given are NULL, or below 0 (numbers that may be below 0 have a flag). Lists are arrays in
 * PostgreSQL's text form. */
typedef struct {
	char *name;
	const SuiteNode *node;
	const char *type;
	double nulls;
	double width;
	bool has_distinct;
	double distinct;
	char *most_common;
	char *shares;
	char *bounds;
	const char *min;
	const char *max;
	bool has_correlation;
	double correlation;
	char *elements;
	char *element_shares;
	char *element_counts;
	char *lengths;
	double empty;
	char *range_bounds;
	guint number;    /* of the column in the database, once it was found there; 0 before */
	bool superseded; /* the column got a new name, under which another size stands: that one counts */
} PlanColumnSize;

typedef struct {
	char *name;
	const SuiteNode *node;
	double rows;
	double pages;
	double height;
	GPtrArray *columns; /* of PlanColumnSize * */
	guint oid;
	bool superseded; /* like that of a column */
} PlanIndexSize;

/* Statistics of several columns together. */
typedef struct {
	GArray *of;    /* of guint: places among those of the object; the last one is decided by the others */
	double number; /* of different combinations, or how far the last one is decided, 0 to 1 */
} PlanTogether;

typedef struct {
	GPtrArray *values; /* of char *, one for each column; NULL for none */
	double share;
	double base;
} PlanCombination;

/* The data of an object of CREATE STATISTICS. */
typedef struct {
	char *schema;
	char *name;
	const SuiteNode *node;
	GPtrArray *columns;      /* of char *: columns, then expressions */
	GPtrArray *distinct;     /* of PlanTogether * */
	GPtrArray *dependencies; /* of PlanTogether * */
	GPtrArray *most_common;  /* of PlanCombination * */
	GPtrArray *expressions;  /* of PlanColumnSize * */
	guint oid;
	GArray *numbers; /* of gint: the numbers of the columns in the database, once it was found there; -1 is its
	                  * first expression */
} PlanExtendedSize;

typedef struct {
	char *schema;
	char *name;
	const SuiteNode *node;
	bool by_hand; /* it stands in the suite */
	double rows;
	double pages;
	double visible;
	GPtrArray *columns;   /* of PlanColumnSize * */
	GPtrArray *inherited; /* of PlanColumnSize * */
	GPtrArray *indexes;   /* of PlanIndexSize * */
	GPtrArray *extended;  /* of PlanExtendedSize * */
	guint oid;            /* of the table in the database, once it was found there; 0 before */
	GHashTable *keys;     /* numbers of its columns that were alone in a unique index, since it was found there */
	bool superseded;      /* like that of a column */
} PlanTableSize;

typedef struct {
	GPtrArray *tables; /* of PlanTableSize * */
	double volume;     /* rows that the largest table gets for queries that are run; 0: none */
	char *now;         /* what now() is; NULL: it is not said */
	char *source;      /* for people: "from the suite", "statistics of ../fixtures/shop.yaml, taken 2026-11-30" */
	SuiteDocument *document; /* the fixture, which nodes belong to; or NULL */
} PlanSize;

/* Those of the database. NULL with *error (BASE_ERROR_INPUT), with the place. */
PlanSize *plan_size_load(const SuiteDatabase *database, GError **error);
void plan_size_free(PlanSize *size); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlanSize, plan_size_free)

/* Forgets which tables of which database they are. */
void plan_size_forget(PlanSize *size);

#endif
