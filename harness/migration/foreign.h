/*
 * Directories of migration tools that pgassay does not run yet: recognised, so that nobody's files are run in an order
 * or a way that their tool would not.
 */
#ifndef MIGRATION_FOREIGN_H
#define MIGRATION_FOREIGN_H

#include <stdbool.h>

/* The tool that the directory belongs to: its title, or NULL. *ret_reason says what gave it away, for the caller to
 * free. The marks are those that can be told apart from the formats that are there. */
const char *migration_foreign_recognise(const char *directory, char **ret_reason);

#endif
