/*
 * For which servers a Rust project has the drivers of its migration tool.
 */
#ifndef MIGRATION_DETECT_DRIVER_H
#define MIGRATION_DETECT_DRIVER_H

#include <glib.h>

/* The server whose driver the nearest Cargo.toml that names the crate asks for, "SQLite" or "MySQL", when it does not
 * ask for PostgreSQL's, too; NULL: it does, or leaves it open. *ret_file is that file's path then; the caller frees it.
 */
const char *migration_driver_other_server(const char *directory, const char *crate, char **ret_file);

#endif
