/*
 * Tables that leave their parent (NO INHERIT, DETACH PARTITION): their rows are there, but who asks the parent does not
 * get them any more.
 */
#ifndef CHECK_PROOF_CHILDREN_H
#define CHECK_PROOF_CHILDREN_H

#include "check/proof/apply.h"

typedef struct {
	char *child;   /* as it was called before, "schema.table" */
	char *parent;  /* the same */
	GStrv holders; /* the child, or its partitions: those that had rows */
	char *text;    /* what has happened, in one line */
} CheckLeftChild;

/* Of CheckLeftChild *: the children of `before` that are there in `after`, and under this parent no more, while fewer
 * rows are seen through the parent than before. Both have rows. A parent or a child that is gone or has another name is
 * left out, but for ordinary tables that only have another name. The caller unrefs the list. */
GPtrArray *check_children_find_left(const CheckAfter *before, const CheckAfter *after);

#endif
