/*
 * PostgreSQL's lexical rules, as far as they decide where a token ends.
 *
 * libpg_query's scanner is not used, because it is of version 15 and refuses the syntax of later servers (0x1F, 1_000),
 * and does not join strings across a comment. Its splitter silently drops the text after a lone "(" or "\" and the text
 * after a byte order mark, and cuts BEGIN ATOMIC bodies. The tests compare our splitter with its parser.
 */
#ifndef MIGRATION_TEXT_LEXER_H
#define MIGRATION_TEXT_LEXER_H

#include <glib.h>
#include <stdbool.h>

typedef enum {
	MIGRATION_TOKEN_END,
	MIGRATION_TOKEN_WORD,   /* a key word or an identifier without quotes */
	MIGRATION_TOKEN_QUOTED, /* "identifier" */
	MIGRATION_TOKEN_STRING, /* any kind of string literal */
	MIGRATION_TOKEN_NUMBER, /* a number or $1 */
	MIGRATION_TOKEN_SYMBOL, /* one other character */
} MigrationTokenType;

/* Byte offsets of the text. */
typedef struct {
	MigrationTokenType type;
	gsize start;
	gsize end;
} MigrationToken;

typedef struct {
	const char *text;
	gsize length;
	gsize position; /* where the next token is looked for */
} MigrationLexer;

/* The next token after white space and comments. False if a string, a quoted identifier or a comment does not end:
 * *ret_token then starts where it begins, and *ret_problem describes it. */
bool migration_lexer_next(MigrationLexer *lexer, MigrationToken *ret_token, const char **ret_problem);

/* True when the token is the word (given in capital letters). */
bool migration_token_is(const char *text, const MigrationToken *token, const char *word);

/* True when the token is the one-character symbol. */
bool migration_token_is_symbol(const char *text, const MigrationToken *token, char symbol);

/* The name that an identifier token stands for: folded to lower case, or without its quotes. NULL for other
 * tokens. The caller frees it. */
char *migration_token_name(const char *text, const MigrationToken *token);

#endif
