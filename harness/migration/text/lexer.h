/*
 * PostgreSQL's lexical rules, as far as they decide where a token ends.
 *
 * Not libpg_query's scanner: that one is of version 15, so it refuses what later servers read (0x1F, 1_000), it
 * does not join strings across a comment, and its splitter drops the text after a lone "(" or "\" and the text behind
 * a byte order mark without a word and cuts BEGIN ATOMIC bodies. Its parser is the judge of the splitter in the tests.
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

/* The next token behind white space and comments. False when a string, a quoted identifier or a comment does not
 * end: *ret_token then starts where it begins, and *ret_problem says what it is. */
bool migration_lexer_next(MigrationLexer *lexer, MigrationToken *ret_token, const char **ret_problem);

/* True when the token is the word (given in capital letters). */
bool migration_token_is(const char *text, const MigrationToken *token, const char *word);

/* True when the token is the one-character symbol. */
bool migration_token_is_symbol(const char *text, const MigrationToken *token, char symbol);

/* The name that an identifier token stands for: folded to lower case, or without its quotes. NULL for other
 * tokens. The caller frees it. */
char *migration_token_name(const char *text, const MigrationToken *token);

#endif
