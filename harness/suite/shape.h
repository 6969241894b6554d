/*
 * Tables of the keys that a suite or fixture may have: the loader checks with them, and they hold the help for every
 * key.
 */
#ifndef SUITE_SHAPE_H
#define SUITE_SHAPE_H

#include "suite/document.h"

typedef enum {
	SUITE_ACCEPT_TEXT = 1 << 0,    /* any scalar, taken as text */
	SUITE_ACCEPT_BOOL = 1 << 1,    /* true, false */
	SUITE_ACCEPT_COUNT = 1 << 2,   /* an integer, 0 or more */
	SUITE_ACCEPT_NULL = 1 << 3,    /* nothing: the key alone */
	SUITE_ACCEPT_ABSENT = 1 << 4,  /* the word absent */
	SUITE_ACCEPT_LIST = 1 << 5,    /* of `item` */
	SUITE_ACCEPT_MAPPING = 1 << 6, /* of `keys`, then of `values` for all other names */
	SUITE_ACCEPT_ANY = 1 << 7,
	SUITE_ACCEPT_INT = 1 << 8, /* an integer */
} SuiteAccepts;

typedef struct SuiteShape SuiteShape;

typedef struct {
	const char *name; /* NULL ends the table */
	const SuiteShape *shape;
	bool required;
	const char *help; /* one sentence, for the reference */
} SuiteKey;

struct SuiteShape {
	const char *expects;        /* in words, for errors: "a path, or a list of paths" */
	guint accepts;              /* of SuiteAccepts */
	const char *const *choices; /* the texts that are allowed, NULL-terminated; NULL: any */
	const SuiteShape *item;
	const SuiteKey *keys;
	const SuiteShape *values;
	bool one_key; /* a mapping has exactly one of its keys */
	bool adds;    /* lists of it that two files state are put together, instead of having to be the same */
};

/* True when the node and all below it have the shape; otherwise *error (BASE_ERROR_INPUT) names all
 * places that have not, each with a line and, for an unknown key or word, the nearest valid one. `what` names the node
 * in messages: "the suite". */
bool suite_shape_check(const SuiteShape *shape, const SuiteNode *node, const char *what, GError **error);

/* The shape of the value of a key, or (NULL) of the items of a list; NULL if there is none. Takes NULL. */
const SuiteShape *suite_shape_below(const SuiteShape *shape, const char *key);

extern const SuiteShape suite_shape_text;
extern const SuiteShape suite_shape_bool;
extern const SuiteShape suite_shape_count;
extern const SuiteShape suite_shape_int;
extern const SuiteShape suite_shape_text_list;
extern const SuiteShape suite_shape_text_or_list;
extern const SuiteShape suite_shape_text_mapping;

#endif
