/*
 * What belongs to a database besides its schema and its rows, and what a backup is apt to leave out.
 */
#ifndef CHECK_PROOF_SURROUNDINGS_H
#define CHECK_PROOF_SURROUNDINGS_H

#include "db/session.h"

/* Settings and privileges of the database, where its sequences stand, the rows of tables that belong to extensions,
 * large objects. */
typedef struct CheckSurroundings CheckSurroundings;

/* NULL with *error. The caller frees it. */
CheckSurroundings *check_surroundings_read(DbSession *session, GError **error);
void check_surroundings_free(CheckSurroundings *surroundings); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckSurroundings, check_surroundings_free)

/* What differs, one a line: `setting "search_path" of the database: was "app", is missing`; then, in lines that begin
 * with "hint: ", what to do. NULL when nothing does. The caller frees it. */
char *check_surroundings_compare(const CheckSurroundings *before, const CheckSurroundings *now);

#endif
