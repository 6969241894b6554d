/* Declarations for the files about changes; no other file includes it. */
#ifndef CHECK_CHANGES_CHANGES_PRIVATE_H
#define CHECK_CHANGES_CHANGES_PRIVATE_H

#include "check/changes/changes.h"

/* One call. */
typedef struct {
	DbSession *session;
	const RowsState *before;
	const RowsState *after;
	const MigrationScript *script;
	const GPtrArray *losses; /* or NULL */
	GPtrArray *differences;  /* of RowsDifference * */
	GPtrArray *changes;
} CheckChangeSearch;

/* One more in the list, with its text to be set. */
CheckChange *check_change_new(GPtrArray *changes, CheckChangeKind kind, const char *table, const char *column,
                              const char *other);

/* True for types that hold the same kind of thing: text and varchar, integer and numeric. */
bool check_change_types_fit(const char *a, const char *b);

/* True if the names ("phone_number") have a word in common. */
bool check_change_names_are_alike(const char *a, const char *b);

/* True if the names differ by "_", capitals, a plural: "_PostToTag" and "post_tags". */
bool check_change_is_same_name(const char *a, const char *b);

/* The loss of this kind in the table (and its column, or NULL); or NULL. */
const RowsLoss *check_change_find_loss(const CheckChangeSearch *search, RowsLossKind kind, const char *table,
                                       const char *column);
/* Takes the examples of the loss, or NULL, into the change. */
void check_change_set_examples(CheckChange *change, const RowsLoss *loss);

/* Sets *ret_empty if the column has no values, or only its default. False with *error. */
bool check_change_is_empty(const CheckChangeSearch *search, const char *table, const char *column, bool *ret_empty,
                           GError **error);

/* Adds the change of the column that is gone, where another one is new that could stand in its place, and has none of
 * its values: by its name, or because there is no other. False with *error. */
bool check_left_judge(const CheckChangeSearch *search, const RowsDifference *difference, const char *column,
                      GError **error);

/* Whether the table has a new column. */
bool check_left_has_new(const RowsState *before, const RowsState *after, const char *table);

typedef struct {
	const char *name;
	const char *type;
} CheckColumn;

/* True if the new column could be there in the place of the one that is gone, though it may be of another kind: a text
 * for a flag. `only`: the table has no other new column, and no other one is gone, that could be these. */
bool check_change_could_replace(const CheckColumn *was, const CheckColumn *is, bool only);

/* True if the new column is JSON, and by its name a place for what several columns held: "settings". */
bool check_change_could_hold_all(const CheckColumn *is);

#endif
