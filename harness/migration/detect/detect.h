/*
 * Detects the tool of a directory of migrations by the marks that tools leave, so that files are always run in the
 * order and the way of their tool.
 */
#ifndef MIGRATION_DETECT_DETECT_H
#define MIGRATION_DETECT_DETECT_H

#include <glib.h>
#include <stdbool.h>

typedef struct {
	char *title;    /* the tool, or the tools that it may be, for people */
	char *reason;   /* what gave it away */
	char **formats; /* names of formats, NULL-terminated: one; several when they look the same; none for code, which
	                 * the tool has to run itself */
	bool guess;     /* nothing in the project names the tool */
} MigrationDetection;

void migration_detection_clear(MigrationDetection *detection);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MigrationDetection, migration_detection_clear)

/* Looks at names, at the first lines of files and, where several tools use the same layout, at the files of the
 * project around the directory. False when no mark is found. Only formats that differ from Flyway's and from plain
 * files have marks. */
bool migration_detect(const char *directory, MigrationDetection *ret_detection);

#endif
