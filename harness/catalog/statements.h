/*
 * The statements of one round trip.
 */
#ifndef CATALOG_STATEMENTS_H
#define CATALOG_STATEMENTS_H

#include "db/session.h"

/* A list of statements that frees them, to add to. */
GPtrArray *catalog_statements_new(void);

/* A text; taken over. */
void catalog_statements_add(GPtrArray *statements, char *sql);
/* A prepared statement, and its parameter, which is taken over, or NULL. */
void catalog_statements_add_prepared(GPtrArray *statements, const DbPrepared *prepared, char *parameter);

/* Sends them in one round trip. The results are of DbResult, one per statement, and freed with the array; NULL with
 * *error. */
GPtrArray *catalog_statements_run(DbSession *session, const GPtrArray *statements, GError **error);

#endif
