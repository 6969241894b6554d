/*
 * Migrations that are not for PostgreSQL, or not the history of one database.
 */
#ifndef MIGRATION_DETECT_OTHER_SERVER_H
#define MIGRATION_DETECT_OTHER_SERVER_H

#include "migration/detect/places.h"

/* Why the place is left out, as the end of a sentence that begins with its path: "is for MySQL, by its path". NULL:
 * it is not. The caller frees it. */
char *migration_other_server(const MigrationPlace *place);

#endif
