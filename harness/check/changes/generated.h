/*
 * Columns that a migration drops and makes again as generated ones: their expression stands where their values were.
 */
#ifndef CHECK_CHANGES_GENERATED_H
#define CHECK_CHANGES_GENERATED_H

#include "check/changes/changes_private.h"

/* The columns of the database that are generated, as a set of their identities. NULL with *error. */
GHashTable *check_generated_read(DbSession *session, GError **error);

/* Adds the columns that were not among `generated`, are now, and had other values in some rows. Columns of type
 * tsvector were derived before, too; and what another statement reads was kept. The search has its losses. False with
 * *error. */
bool check_generated_find(const CheckChangeSearch *search, GHashTable *generated, GError **error);

#endif
