/*
 * INSERT INTO ... SELECT: rows of one table that a statement copies into another, and tables that get another name.
 */
#ifndef MIGRATION_TEXT_COPY_H
#define MIGRATION_TEXT_COPY_H

#include "migration/text/reader.h"

/* INSERT INTO target (columns) SELECT values FROM source WHERE condition. */
typedef struct {
	MigrationTableName target;
	MigrationTableName source;
	GPtrArray *columns; /* names, of char * */
	GPtrArray *values;  /* of char *: SQL without the source's name or alias before the columns; as many */
	GPtrArray *names;   /* of char *: the column's name where a value is a column, else NULL; as many */
	char *condition;    /* SQL, likewise; or NULL */
	bool merges;        /* ON CONFLICT: some rows may come to nothing */
} MigrationCopy;

/* The copy that the statement is. NULL: it is none, or one that joins, groups or cuts, or does not name its
 * columns. The caller frees it. */
MigrationCopy *migration_copy_parse(const char *sql);
void migration_copy_free(MigrationCopy *copy); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrationCopy, migration_copy_free)

/* ALTER TABLE from RENAME TO to. */
typedef struct {
	MigrationTableName from;
	char *to;
} MigrationRename;

/* The renaming that the statement is, or NULL. The caller frees it. */
MigrationRename *migration_rename_parse(const char *sql);
void migration_rename_free(MigrationRename *rename); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrationRename, migration_rename_free)

#endif
