/*
 * The context of a query's parameters: enough to make values for them, not enough to judge anything.
 */
#ifndef QUERY_GUESS_H
#define QUERY_GUESS_H

#include "query/query.h"

typedef enum {
	QUERY_PLACE_UNKNOWN,
	QUERY_PLACE_COMPARED, /* "column = $1" */
	QUERY_PLACE_WRITTEN,  /* a value of an INSERT or of a SET */
	QUERY_PLACE_LIMIT,
	QUERY_PLACE_OFFSET,
} QueryPlace;

typedef struct {
	QueryPlace place;
	char *column; /* as the catalog has it; NULL: none is known */
} QueryGuess;

typedef struct {
	GArray *parameters; /* of QueryGuess, $1 first */
	GPtrArray *names; /* of char *: identifiers of the query, as the catalog has them, in their order, once each */
} QueryGuesses;

/* Reads the text; what our lexer cannot read is left unknown. The caller frees it. */
QueryGuesses *query_guess(const Query *query);
void query_guesses_free(QueryGuesses *guesses); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QueryGuesses, query_guesses_free)

#endif
