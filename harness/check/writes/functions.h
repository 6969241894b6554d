/*
 * Functions in PL/pgSQL, checked by the extension plpgsql_check after a migration: also branches that no row reaches.
 */
#ifndef CHECK_WRITES_FUNCTIONS_H
#define CHECK_WRITES_FUNCTIONS_H

#include "check/findings.h"
#include "check/workspace/workspace.h"
#include "check/writes/affected.h"

typedef enum {
	CHECK_FUNCTIONS_UNUSED,  /* there was nothing to check so far */
	CHECK_FUNCTIONS_CHECKED, /* the extension was used */
	CHECK_FUNCTIONS_MISSING, /* the server does not have it, or does not let us */
} CheckFunctionsState;

/* The state of the functions of one database. */
typedef struct CheckFunctions CheckFunctions;

CheckFunctions *check_functions_new(void);
void check_functions_free(CheckFunctions *functions); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckFunctions, check_functions_free)

CheckFunctionsState check_functions_state(const CheckFunctions *functions);

/* The functions to check, as members of a JSON object: those of the list, of CatalogObject; or, if the changes can
 * affect anything, those with one of the changed names in their text. NULL: none. The caller frees it. */
char *check_functions_choose(const CatalogSnapshot *before, const CatalogSnapshot *after, const CheckAffected *affected,
                             const GPtrArray *list);

/* Whether the catalog has functions or procedures in one of the two languages; the second may be NULL. */
bool check_functions_are_there(const CatalogSnapshot *catalog, const char *language, const char *other);

/* One migration that was applied. */
typedef struct {
	CheckWorkspace *workspace;
	const Migration *migration;
	const CatalogSnapshot *before; /* NULL: all are checked, and nothing is judged */
	const CatalogSnapshot *after;
	const CheckAffected *affected; /* where before is given */
	bool leaves_no_trace;          /* no function of ours may stay in the session */
	SourcePosition *position;      /* set to the place of the first finding; or NULL */
} CheckFunctionsStep;

/* Checks the functions that the difference between the two catalogs can affect. An error of an existing function
 * that did not have it before is added to the findings; one of a new function that no trigger uses to `reported`, a
 * line each, because a later migration may create the missing object. Both may be NULL if `before` is. The extension
 * is created once in a transaction of a second session, which is rolled back; the session keeps the one function
 * that is needed. False with *error only if nothing can go on. */
bool check_functions(CheckFunctions *functions, const CheckFunctionsStep *step, CheckFindings *findings,
                     GString *reported, GError **error);

#endif
