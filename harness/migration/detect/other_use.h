/*
 * Folders of plain SQL that hold no migrations.
 */
#ifndef MIGRATION_DETECT_OTHER_USE_H
#define MIGRATION_DETECT_OTHER_USE_H

#include "migration/detect/places.h"

/* Why the place is left out, as the end of a sentence that begins with its path: "holds queries, ...". NULL: it is not;
 * so is each place in which a tool has left a mark of its own. The caller frees it. */
char *migration_other_use(const MigrationPlace *place);

#endif
