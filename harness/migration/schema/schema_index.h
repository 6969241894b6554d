/*
 * Finds the position of an object in a schema file.
 */
#ifndef MIGRATION_SCHEMA_SCHEMA_INDEX_H
#define MIGRATION_SCHEMA_SCHEMA_INDEX_H

#include "migration/schema/schema_file.h"

typedef struct MigrationSchemaIndex MigrationSchemaIndex;

/* Reads all statements of the file once; the file must outlive it. */
MigrationSchemaIndex *migration_schema_index_new(const MigrationSchemaFile *file);
void migration_schema_index_free(MigrationSchemaIndex *index); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrationSchemaIndex, migration_schema_index_free)

/* The place of the name in the first statement that creates the object, as far as words show: `name` at the beginning
 * of a CREATE; with a relation, the first statement that names both, or else the one that creates the relation. Of a
 * function the argument types do not count. Line 0, with the file's path, when there is none. `relation` may be NULL.
 */
SourcePosition migration_schema_index_find(const MigrationSchemaIndex *index, const char *relation, const char *name);

#endif
