/*
 * `except:` of rules and of names with wildcards: objects that need not hold what is stated, each with the reason. One
 * that is not needed any more is told.
 */
#ifndef CHECK_EXCEPT_H
#define CHECK_EXCEPT_H

#include "check/name.h"
#include "check/problem.h"

typedef struct {
	CheckExpect *expect;
	const SuiteNode *node; /* the mapping of names to reasons; or NULL */
	CheckName *names;      /* one for each of them */
	char *states;
} CheckExceptions;

/* `class_id` says what the names are names of; CATALOG_N_CLASSES: of any object. */
void check_exceptions_open(CheckExceptions *exceptions, CheckExpect *expect, const SuiteNode *node,
                           CatalogClassId class_id);

/* True when one of them covers the object; `met` says whether it holds what is stated all the same. */
bool check_exceptions_cover(CheckExceptions *exceptions, const CatalogObject *object, bool met);

/* Notes as problems those that cover nothing, or nothing that needs it. */
void check_exceptions_close(CheckExceptions *exceptions);

/* What a fixture's loader has to know of them: reasons are not empty, and names have the form that the class needs.
 * `class_id` as above. */
bool check_exceptions_validate(const SuiteNode *node, CatalogClassId class_id, GError **error);

#endif
