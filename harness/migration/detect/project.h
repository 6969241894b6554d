/*
 * The files of the project around a directory of migrations, which name its tool.
 */
#ifndef MIGRATION_DETECT_PROJECT_H
#define MIGRATION_DETECT_PROJECT_H

#include <glib.h>
#include <stdbool.h>

/* The nearest file of the project that names the tool of that format; weak: that shows its language, and no tool. Its
 * path begins in the folder in which we run, where it lies there. NULL: there is none. The caller frees it. */
char *migration_project_find(const char *directory, const char *format, bool weak);

/* The title of the nearest project's tool whose files look like golang-migrate's; NULL when there is none, or
 * golang-migrate is there, too. */
const char *migration_project_look_alike(const char *directory);

/* The first 64 KiB of the file as valid text; NULL: it cannot be read. The caller frees it. */
char *migration_project_read_head(const char *path);

#endif
