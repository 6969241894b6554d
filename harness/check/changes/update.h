/*
 * The parts of an UPDATE: of which columns, to what, from which tables.
 */
#ifndef CHECK_CHANGES_UPDATE_H
#define CHECK_CHANGES_UPDATE_H

#include "migration/text/script.h"

#include <glib.h>
#include <stdbool.h>

/* Parts are as they stand in the statement. */
typedef struct {
	char *target;      /* "shop.orders AS o", without ONLY */
	char *table;       /* the name of the table: no schema, no quotes, in small letters unless it was quoted */
	char *alias;       /* how SQL names a row of it: o, or orders; quoted where the statement does */
	GStrv columns;     /* as `table`; of assignments of single columns */
	GStrv expressions; /* of these */
	char *from;        /* what stands behind FROM; or NULL */
	char *where;       /* or NULL */
	const MigrationScript *script; /* the UPDATE is in, borrowed; NULL: nothing is known of its other statements */
	const char *closed; /* columns that had a list of values before the script, borrowed, as an array of "OID name"
	                     * in SQL; NULL: not known */
	char *type;         /* the new type of the only column, where it is ALTER COLUMN ... TYPE ... USING; or NULL */
} CheckUpdate;

void check_update_clear(CheckUpdate *update);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckUpdate, check_update_clear)

/* True when the text is an UPDATE by itself, that is without WITH; *ret_update is the caller's to clear then. */
bool check_update_parse(const char *sql, CheckUpdate *ret_update);

/* The same for ALTER TABLE ... ALTER COLUMN ... TYPE ... USING, of one column: what it writes into all rows. */
bool check_update_parse_using(const char *sql, CheckUpdate *ret_update);

/* The column of its table that the expression names and a statement of the script drops; NULL: none. The caller frees
 * it. */
char *check_update_find_dropped(const CheckUpdate *update, const char *expression);

/* Whether the statement reads or writes rows: it may take values elsewhere. */
bool check_update_moves_values(const char *sql);
/* The number of such statements of the script that name the column, and the table (NULL: any). */
guint check_update_count_readers(const MigrationScript *script, const char *column, const char *table);

#endif
