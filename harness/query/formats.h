/*
 * The parts of query files that are not SQL: PgTyped's comments, sqlx's prepared queries.
 */
#ifndef QUERY_FORMATS_H
#define QUERY_FORMATS_H

#include "query/query.h"

/* The PgTyped comment before a statement: its name ("@name GetUsers"), and the parameters that stand for several
 * values ("@param ids -> (...)", "@param users -> ((name, age)...)"), as query_parameters_number takes them. NULL:
 * it has no "@name". The caller frees both. */
char *query_pgtyped_read(const char *comments, GHashTable **ret_spreads);

/* The queries of a TypeScript file of PgTyped (NAME = sql<...>`...`), of Query *, which the caller unrefs; empty for
 * another one. NULL with *error (BASE_ERROR_INPUT). */
GPtrArray *query_pgtyped_load_code(const char *path, GError **error);

/* A file of "cargo sqlx prepare" (.sqlx/query-HASH.json). NULL with *error (BASE_ERROR_INPUT). */
Query *query_sqlx_load(const char *path, GError **error);

#endif
