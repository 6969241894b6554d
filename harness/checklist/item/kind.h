/*
 * The kinds of items. Adding one = one file, declared here, one entry in checklist/kind.c, its keys in
 * suite/checklist.c.
 */
#ifndef CHECKLIST_KIND_H
#define CHECKLIST_KIND_H

#include "checklist/item/item.h"
#include "target/conditions.h"

/* The context of an item when it is loaded. */
typedef struct {
	const RunPlan *plan;
	const Suite *suite;
	SuitePhase phase;      /* that is asked */
	GHashTable *variables; /* of the command line */
	GHashTable *secrets;   /* collects values that are never shown: char * (value) -> char * (name) */
} ChecklistLoading;

/* The context of an item when it is asked. */
typedef struct {
	const Checklist *checklist;
	const ChecklistOptions *options;
	const ChecklistSurroundings *surroundings;
	RunOptions run; /* with the servers that items share */
} ChecklistContext;

typedef struct ChecklistKind {
	const char *name; /* its key in suites */
	bool target;      /* it asks the target */
	bool database;    /* it is about one database of the suite */
	bool servers;     /* it may start a server, so no other item is asked at the same time */
	/* Understands the item, and keeps in item->loaded what `ask` needs. False with *error (BASE_ERROR_INPUT). */
	bool (*load)(ChecklistItem *item, const ChecklistLoading *loading, GError **error);
	void (*free)(gpointer loaded); /* NULL: nothing is to be freed */
	/* Sets the result, whose state is "ticked" at first, with a line in each case. False with *error: it could not
	 * be looked at, which leaves the item open with that reason. */
	bool (*ask)(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result,
	            GError **error);
} ChecklistKind;

extern const ChecklistKind checklist_backup;
extern const ChecklistKind checklist_cases;
extern const ChecklistKind checklist_command;
extern const ChecklistKind checklist_conditions;
extern const ChecklistKind checklist_data;
extern const ChecklistKind checklist_drift;
extern const ChecklistKind checklist_fixture;
extern const ChecklistKind checklist_history;
extern const ChecklistKind checklist_http;
extern const ChecklistKind checklist_manual;
extern const ChecklistKind checklist_plans;
extern const ChecklistKind checklist_query;
extern const ChecklistKind checklist_target;

/* --- For the kinds ------------------------------------------------------------------ */

/* A session for reading the target, in one transaction, on the very database that was looked at at first. NULL with
 * *error, which is set where there is no target, too. */
DbSession *checklist_open(const ChecklistContext *context, GError **error);

/* Asks the item. An item that cannot be checked is open, with the reason. The result contains no secrets. The old
 * contents of the result are freed. */
void checklist_ask_one(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result);

/* The state and the line (formatted; the first one of it, where it has more, which are the details then). */
void checklist_set(ChecklistResult *result, ChecklistState state, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* limit may be NULL. */
void checklist_add_fact(ChecklistResult *result, const char *what, const char *found, const char *limit);
/* Adds lines to the details. */
void checklist_add_details(ChecklistResult *result, const char *format, ...) G_GNUC_PRINTF(2, 3);
void checklist_set_hint(ChecklistResult *result, const char *hint);
/* The hint is what lets the role that asks see the condition; without a GRANT for that it stays as it is. */
void checklist_set_grant(ChecklistResult *result, const TargetCondition *condition, const ChecklistContext *context);
/* Replaces each secret by $NAME. */
void checklist_hide(ChecklistResult *result, GHashTable *secrets);
/* The same for a text; the caller frees it. */
char *checklist_hide_text(const char *text, GHashTable *secrets);

#endif
