/*
 * What a type name or an expression means: the text that the server gives it back as.
 */
#ifndef CHECK_MEANING_H
#define CHECK_MEANING_H

#include "check/fixture.h"

/* Asks the server once for each text. Belongs to one thread. */
typedef struct CheckMeaning CheckMeaning;

/* On a session that is idle whenever it is asked, as a role that may alter the tables: every question is a transaction
 * that is rolled back. The session stays the caller's. */
CheckMeaning *check_meaning_new(DbSession *session);
void check_meaning_free(CheckMeaning *meaning); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckMeaning, check_meaning_free)

/* An answer; both belong to the CheckMeaning. */
typedef struct {
	const char *text;    /* as the server deparses it; NULL when it refuses */
	const char *problem; /* why it refuses; or NULL */
} CheckMeaningAnswer;

/* The type: "varchar(255)" gives "character varying(255)". */
CheckMeaningAnswer check_meaning_type(CheckMeaning *meaning, const char *text);

/* The keys of the index, as SQL writes them between the parentheses; the answer is the JSON array of texts that a
 * snapshot has. */
CheckMeaningAnswer check_meaning_index_keys(CheckMeaning *meaning, const CatalogObject *index, const char *keys);

/* A condition over the columns of the table that `part` belongs to: a policy, check constraint or index. */
CheckMeaningAnswer check_meaning_condition(CheckMeaning *meaning, const CatalogObject *part, const char *text);

/* The default expression of the column, or (generated) its generation expression. */
CheckMeaningAnswer check_meaning_value(CheckMeaning *meaning, const CatalogObject *column, bool generated,
                                       const char *text);

/* The WHEN condition of the trigger, over the rows OLD and NEW of its table. */
CheckMeaningAnswer check_meaning_trigger(CheckMeaning *meaning, const CatalogObject *trigger, const char *text);

/* The query of a view. */
CheckMeaningAnswer check_meaning_query(CheckMeaning *meaning, const char *text);

#endif
