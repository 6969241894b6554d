/*
 * Functions in PL/pgSQL, checked by the extension plpgsql_check after a migration: also branches that no row reaches.
 */
#ifndef CHECK_PROOF_FUNCTIONS_H
#define CHECK_PROOF_FUNCTIONS_H

#include "check/findings.h"
#include "check/proof/workspace.h"

typedef enum {
	CHECK_FUNCTIONS_UNUSED,  /* there was nothing to check so far */
	CHECK_FUNCTIONS_CHECKED, /* the extension was used */
	CHECK_FUNCTIONS_MISSING, /* the server does not have it, or does not let us */
} CheckFunctionsState;

/* What is known of the functions of one database. */
typedef struct CheckFunctions CheckFunctions;

CheckFunctions *check_functions_new(void);
void check_functions_free(CheckFunctions *functions); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckFunctions, check_functions_free)

CheckFunctionsState check_functions_state(const CheckFunctions *functions);

/* The names of what differs between the two catalogs, as a JSON list; NULL: nothing does. The caller frees it. */
char *check_functions_find_words(const CatalogSnapshot *before, const CatalogSnapshot *after);

/* Whether the catalog has functions or procedures in one of the two languages; the second may be NULL. */
bool check_functions_are_there(const CatalogSnapshot *catalog, const char *language, const char *other);

/* Checks the functions that speak of what differs between the two catalogs (`before` NULL: all, and nothing is judged).
 * An error of a function that was there before, without it, is added to the findings; one of a new function that no
 * trigger uses to `reported`, a line each, because a later migration may make what it needs. Both may be NULL where
 * before is. The extension is made and dropped again in a transaction of a second session. False with *error only when
 * nothing can go on. */
bool check_functions(CheckFunctions *functions, CheckWorkspace *workspace, const Migration *migration,
                     const CatalogSnapshot *before, const CatalogSnapshot *after, CheckFindings *findings,
                     GString *reported, GError **error);

#endif
