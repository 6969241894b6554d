/*
 * Values that an upsert overwrites (INSERT ... ON CONFLICT DO UPDATE, MERGE): rows with its keys were there.
 */
#ifndef CHECK_CHANGES_OVERWRITTEN_H
#define CHECK_CHANGES_OVERWRITTEN_H

#include "check/changes/changes_private.h"

/* Whether a statement of the script is an upsert into the table ("schema.table"). */
bool check_overwritten_suspected(const MigrationScript *script, const char *table);

/* Adds a change for each column of such tables that holds other values in rows which are still there, unless an
 * UPDATE writes it, too. The search has its losses. */
void check_overwritten_find(const CheckChangeSearch *search);

#endif
