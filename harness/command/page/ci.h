/*
 * The CI files that "pgassay init --ci" writes: those of docs/ci/.
 */
#ifndef COMMAND_PAGE_CI_H
#define COMMAND_PAGE_CI_H

#include <glib.h>
#include <stdbool.h>

/* The path at which a CI system looks for its file ("github" -> ".github/workflows/pgassay.yml"). NULL with *error when
 * there is no file for such a system. The result is constant. */
const char *command_ci_path(const char *system, GError **error);

/* The whole text of that file; constant. The system must have a path. */
const char *command_ci_text(const char *system);

#endif
