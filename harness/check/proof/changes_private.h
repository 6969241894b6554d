/* Declarations for the files about changes; no other file includes it. */
#ifndef CHECK_PROOF_CHANGES_PRIVATE_H
#define CHECK_PROOF_CHANGES_PRIVATE_H

#include "check/proof/changes.h"

/* One more in the list, with its text to be set. */
CheckChange *check_change_new(GPtrArray *changes, CheckChangeKind kind, const char *table, const char *column,
                              const char *other);

/* True for types that hold the same kind of thing: text and varchar, integer and numeric. */
bool check_change_types_fit(const char *a, const char *b);

/* True if the names ("phone_number") have a word in common. */
bool check_change_names_are_alike(const char *a, const char *b);

#endif
