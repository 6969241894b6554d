/*
 * The order of file names in tools that are written in JavaScript: String.localeCompare.
 */
#ifndef MIGRATION_NAME_ORDER_H
#define MIGRATION_NAME_ORDER_H

#include "migration/migration.h"

typedef enum {
	MIGRATION_NAME_NUMERIC = 1 << 0,            /* digits are compared as numbers */
	MIGRATION_NAME_IGNORE_PUNCTUATION = 1 << 1, /* characters that are neither letter nor digit are ignored */
} MigrationNameOrder;

/* Less than, equal to or greater than 0, as a.localeCompare(b) of an English or neutral locale (the root collation of
 * CLDR): punctuation before digits before letters, and a small letter before its capital only where nothing else
 * differs. `options` are of MigrationNameOrder. Letters outside of ASCII come behind, by their code points; that is not
 * quite the collation's. */
int migration_name_compare(const char *a, const char *b, guint options);

/* Warns of names that come in another order byte by byte, as a file listing shows them. The set's migrations are in the
 * order of the tool. */
void migration_name_warn_order(MigrationSet *set);

/* The time in UTC of the digits YYYYMMDDHHMMSS, with three more for milliseconds where `with_milliseconds`, at the
 * start of the name, in milliseconds since 1970. False when they are no time. */
bool migration_name_time(const char *name, bool with_milliseconds, gint64 *ret_time);

#endif
