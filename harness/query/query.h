/*
 * A query of the application.
 */
#ifndef QUERY_QUERY_H
#define QUERY_QUERY_H

#include "base/source.h"
#include "migration/text/mapped_text.h"

typedef struct {
	char *name;
	const char *sql; /* one statement, with $1, $2, ... for its parameters */
	guint n_parameters;
	SourcePosition position;   /* where it begins */
	Source *source;            /* the file; NULL: the query is in a suite, or in a file that is not SQL: */
	Source *file;              /* that one; or NULL */
	MigrationMappedText *text; /* private: `sql`, and where its bytes come from */
} Query;

/* Files larger than this are refused. */
#define QUERY_MAX_FILE_BYTES ((gsize)16 * 1024 * 1024)

/* The queries of a file, of Query *, which the caller unrefs: SQL, or one that "cargo sqlx prepare" has written
 * (.sqlx/query-HASH.json), or TypeScript of PgTyped; whose name is the beginning of its file's. The name of a query
 * stands in a comment before it: "-- name: recent_orders :many" (sqlc), or PgTyped's "@name RecentOrders". Without one
 * it is the file's name, without its extension; of several in a file with its line, "orders:12". NULL with *error
 * (BASE_ERROR_INPUT), with the place. */
GPtrArray *query_load_file(const char *path, GError **error);

/* A query that stands in a suite, at that place. NULL with *error (BASE_ERROR_INPUT) when it is not one statement. */
Query *query_new(const char *name, const char *sql, SourcePosition position, GError **error);
void query_free(Query *query); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Query, query_free)

/* The place of a character of its SQL, counted from 1, as the server says it; 0: where it begins. In a suite, where a
 * text may be folded, that is where the text begins. */
SourcePosition query_position(const Query *query, guint character);

/* The line of the character, with its number, and a caret below it. The caller frees it. */
char *query_show(const Query *query, guint character);

#endif
