/*
 * The values of PostgreSQL's own types, as far as they are a list of literals.
 */
#ifndef ROWS_STOCK_TYPES_H
#define ROWS_STOCK_TYPES_H

#include <glib.h>

/* One type. Both lists end with NULL. */
typedef struct {
	const char *name;
	const char *usual[10];
	const char *limits[6];
	/* The text of the number's value; the caller frees it. */
	char *(*number)(guint n, int modifier, guint salt);
} RowsStock;

/* The type of pg_catalog with this name, or NULL. */
const RowsStock *rows_stock_find(const char *name);

#endif
