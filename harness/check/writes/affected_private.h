/*
 * Declarations for affected.c and affected_read.c: the catalog as texts, by the objects that they belong to.
 */
#ifndef CHECK_WRITES_AFFECTED_PRIVATE_H
#define CHECK_WRITES_AFFECTED_PRIVATE_H

#include "check/writes/affected.h"

/* For whom a name counts. */
enum {
	AFFECTED_WORK = 1 << 0,        /* work of relations */
	AFFECTED_CALLS = 1 << 1,       /* effects of calling functions */
	AFFECTED_DECLARATION = 1 << 2, /* which types and columns functions see */
	AFFECTED_FUNCTIONS = AFFECTED_CALLS | AFFECTED_DECLARATION,
	AFFECTED_EVERYBODY = AFFECTED_WORK | AFFECTED_FUNCTIONS,
};

typedef enum {
	AFFECTED_RELATION,
	AFFECTED_FUNCTION,
	AFFECTED_TYPE,
	AFFECTED_IMPLICIT, /* used without being named: an operator, a cast */
} AffectedKind;

typedef struct {
	char *text; /* lower case */
	guint reach;
	bool is_function;
} AffectedWord;

/* A relation with all that belongs to it, a function, a type. Texts are in lower case. */
typedef struct {
	AffectedKind kind;
	const CatalogObject *object;
	char *name;           /* in lower case, without arguments */
	GString *code;        /* triggers, policies, rules, the query of a materialized view; the body of a function */
	GString *expressions; /* defaults, checks, indexes, types, the query of a view; the declaration of a function */
	guint n_rules;        /* how many triggers, policies and rules it has */
	guint n_seen;         /* words that were looked for in the texts */
	guint reached;
	guint pushed;      /* for which kinds of code its own name is a word already */
	bool opaque;       /* its code does not show what it depends on */
	bool changed;      /* itself, its parts, or its rows */
	bool triggers_see; /* its triggers see a different row, apart from new columns */
	bool has_new_columns;
	bool has_triggers;
	bool sees_rows; /* as a trigger function: whole rows, and not columns by name */
	bool has_code;  /* of the database's own, which runs when something is done with it; known once all texts are */
	CheckAffectedWork work;
} AffectedNode;

typedef struct {
	const CatalogSnapshot *catalog;
	GPtrArray *nodes;
	GHashTable *relations; /* identity -> AffectedNode, borrowed */
	GHashTable *heads;     /* identities of functions without their arguments */
	GArray *words;
	bool anything;
	bool moved; /* something was found in this round */
	bool follows_keys;
	bool keys_are_simple;
} AffectedSearch;

/* Fills the nodes from the catalog of the search, whose containers are there and empty. */
void check_affected_read(AffectedSearch *search);

/* Whether it is part of a name. */
bool check_affected_is_letter(char c);

void check_affected_free_node(gpointer node);

#endif
