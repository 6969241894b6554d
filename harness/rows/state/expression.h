/*
 * A simple parser for expressions as PostgreSQL deparses them: finds the constants of a check.
 */
#ifndef ROWS_EXPRESSION_H
#define ROWS_EXPRESSION_H

#include <glib.h>
#include <stdbool.h>

/* One constant of an expression. */
typedef struct {
	char *text; /* the value, unquoted; of a number, its digits */
	char *type; /* the type of its cast ("text", "character varying"), without brackets; or NULL */
	char *op;   /* the operator or function in front of it ("~", "=", "similar_to_escape"), or "" */
	bool is_number;
	bool is_array; /* the text is an array: {a,b} */
} RowsConstant;

/* The constants of the expression, of RowsConstant *, in its order. Never NULL. */
GPtrArray *rows_expression_constants(const char *expression);

/* True when the expression calls or names this (an identifier, unquoted in the argument). */
bool rows_expression_mentions(const char *expression, const char *name);

/* The expression with VALUE (in a domain's check: the value) replaced by the text. The caller frees it. */
char *rows_expression_replace_value(const char *expression, const char *replacement);

/* The text as an SQL literal, whatever standard_conforming_strings is. The caller frees it. */
char *rows_literal(const char *text);

/* The name as a quoted SQL identifier. The caller frees it. */
char *rows_identifier(const char *name);

#endif
