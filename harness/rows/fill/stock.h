/*
 * Values of PostgreSQL's types: the usual, the limits, and as many different ones as are asked for.
 */
#ifndef ROWS_STOCK_H
#define ROWS_STOCK_H

#include "rows/fill/model.h"

typedef struct {
	bool tame;    /* nothing at the limits, which expressions could not calculate with */
	bool utf8;    /* characters beyond ASCII, too */
	guint n_more; /* so many more, all of them different */
	guint salt;   /* which ones these are, where it does not matter otherwise (uuid) */
} RowsStockOptions;

/* Appends values of the type as SQL expressions (char *, owned by the array): literals without a cast, or expressions
 * of the type; gives the number of those at the limits of the type, which are the last without n_more. Nothing is
 * appended for a type that is not known. Domains are to be resolved by rows_type_base. */
guint rows_stock_append(GPtrArray *values, const RowsType *type, int modifier, const RowsStockOptions *options);

/* Appends one more value of the type, a literal with this text; cut where the type has a length. */
void rows_stock_append_text(GPtrArray *values, const RowsType *type, int modifier, const char *text);

/* Literals that types of extensions may take, NULL-terminated; of a type with the name "vector" and the like, a text
 * of `modifier` dimensions is to be tried first. */
extern const char *const rows_stock_guesses[];

/* True for types whose values are any text: text, varchar, name, citext... */
bool rows_stock_is_text(const RowsType *type);
bool rows_stock_is_number(const RowsType *type);

#endif
