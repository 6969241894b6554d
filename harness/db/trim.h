/*
 * Shortens large messages of the server before libpq reads them. libpq would hold each message whole in memory, a
 * notice three times, in a buffer that keeps its size until the session is closed.
 *
 * Each text of a notice or an error is cut to DB_TRIM_TEXT bytes; large rows are dropped where the results are not
 * needed.
 */
#ifndef DB_TRIM_H
#define DB_TRIM_H

#include <glib.h>
#include <stdbool.h>

/* Bytes of a message from which on it is large, and of a text that are kept of it then. */
#define DB_TRIM_LARGE ((gsize)1024 * 1024)
#define DB_TRIM_TEXT  ((gsize)80 * 1024)

typedef struct DbTrim DbTrim;

/* For a socket at the beginning of a message. */
DbTrim *db_trim_new(int fd);
void db_trim_free(DbTrim *trim); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DbTrim, db_trim_free)

/* Drops the following rows, or not. */
void db_trim_drop_rows(DbTrim *trim, bool drop);

/* As recv does, with the socket's bytes as they are to be. -1 with EAGAIN, too, when there is nothing yet to be given.
 */
gssize db_trim_read(DbTrim *trim, void *buffer, gsize room);

/* True when db_trim_read has something to give, whatever poll says of the socket. */
bool db_trim_is_ready(const DbTrim *trim);

/* From now on all that this process receives from its socket by recv() goes through it, until it is freed, or the
 * connection ends. */
void db_trim_begin(DbTrim *trim);

#endif
