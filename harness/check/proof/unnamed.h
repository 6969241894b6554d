/*
 * Objects that a migration takes away, or leaves behind, without naming them: CASCADE has dropped them, their table was
 * made anew and filled from the old one, or a column of a key was dropped.
 */
#ifndef CHECK_PROOF_UNNAMED_H
#define CHECK_PROOF_UNNAMED_H

#include "check/proof/apply.h"

/* One object. */
typedef struct {
	char *text; /* what has happened, in one line */
	char *hint;
	char *word; /* of the statement that did it */
} CheckUnnamed;

/* Of CheckUnnamed *: views, columns, keys, indexes, checks, triggers, rules, policies of `before` that are not there in
 * `after` although what they belong to is, and that the script does not name; the same for row security; and views and
 * foreign keys that still stand on the old table, which has another name now; and objects as check_key_gone() and
 * check_remade_find() have them. A trigger whose function is gone, and a view on something that is gone, went on
 * purpose. The caller unrefs the list. */
GPtrArray *check_unnamed_find(const CheckAfter *before, const CheckAfter *after, const MigrationScript *script);

#endif
