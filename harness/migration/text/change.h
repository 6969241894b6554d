/*
 * UPDATE, DELETE and INSERT: their parts, as SQL that can be put into another statement.
 */
#ifndef MIGRATION_TEXT_CHANGE_H
#define MIGRATION_TEXT_CHANGE_H

#include "migration/text/reader.h"

#include <stdbool.h>

typedef enum {
	MIGRATION_CHANGE_UPDATE,
	MIGRATION_CHANGE_DELETE,
	MIGRATION_CHANGE_INSERT,
} MigrationChangeKind;

typedef struct {
	MigrationChangeKind kind;
	MigrationTableName table;
	char *target;       /* as it stands in a FROM: "ONLY s.t AS a" */
	char *alias;        /* by which columns are named: the alias, or the table's name */
	GPtrArray *columns; /* names that it sets or lists; of char *; an INSERT may list none */
	GPtrArray *values;  /* of an UPDATE, as many: SQL; NULL: DEFAULT */
	char *from;         /* the list behind FROM or USING; or NULL */
	char *condition;    /* behind WHERE; or NULL */
	char *query;        /* of an INSERT: SELECT or VALUES; NULL: DEFAULT VALUES */
	bool conflict;      /* of an INSERT: it has ON CONFLICT */
} MigrationChange;

/* The change that the statement, which ends at a semicolon, is. NULL: it is none, or one that is too complex: WITH
 * before it, or a row that is assigned. The caller frees it. */
MigrationChange *migration_change_parse(const char *sql);
void migration_change_free(MigrationChange *change); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrationChange, migration_change_free)

/* The UPDATE and DELETE statements within a longer text (WITH, the body of a function or of DO), of MigrationChange *;
 * *ret_complex where some, or statements made as texts, could not be read. The caller unrefs the list. */
GPtrArray *migration_change_find_within(const char *sql, bool *ret_complex);

/* Whether the server can calculate the expression for any row: nothing in it can fail. */
bool migration_change_is_safe(const char *expression);

#endif
