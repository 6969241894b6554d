/*
 * Oddities of a directory of migrations, found before anything is run.
 */
#ifndef MIGRATION_DETECT_LAYOUT_H
#define MIGRATION_DETECT_LAYOUT_H

#include "migration/migration.h"

typedef struct {
	char *name; /* of the file or the version, by which an exception names it */
	char *text; /* "is silently ignored by Flyway: ..." */
	const char *hint;
	SourcePosition position;
	bool harmless; /* worth a report only */
} MigrationOddity;

/* Of MigrationOddity *, in the order of the files: files that look like migrations and that the tool passes over;
 * versions that differ by zeros only; a schema dump that lacks a migration; migrations without a statement, or with a
 * ROLLBACK. Harmless are gaps in a sequence of numbers, an order that is not that of the names, a byte order mark, line
 * ends of both kinds in one file. The caller unrefs it; valid as long as the set. */
GPtrArray *migration_layout_examine(const MigrationSet *set);

/* The first statement of its up that builds an index CONCURRENTLY; NULL: there is none. */
const MigrationStatement *migration_layout_builds_concurrently(const Migration *migration);

#endif
