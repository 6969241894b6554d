/*
 * The checklist of a release: sentences that are ticked by what was observed.
 *
 * All of a checklist is read and understood before anything is asked. Asking it writes nothing to the target.
 */
#ifndef CHECKLIST_CHECKLIST_H
#define CHECKLIST_CHECKLIST_H

#include "run/run.h"
#include "suite/suite.h"
#include "target/identity.h"
#include "target/reading.h"

/* What nobody has set is not ticked. */
typedef enum {
	CHECKLIST_UNKNOWN, /* it could not be looked at: open as well */
	CHECKLIST_TICKED,
	CHECKLIST_OPEN,  /* it was looked at, and is not so */
	CHECKLIST_WAITS, /* for a person who signs it: open as well */
} ChecklistState;

/* A number or text that was observed, with what it is held against. */
typedef struct {
	char *what;
	char *found;
	char *limit; /* or NULL */
} ChecklistFact;

/* What became of an item. Texts are owned. */
typedef struct {
	ChecklistState state;
	char *line;       /* what was observed, in one line */
	char *details;    /* more lines; or NULL */
	char *hint;       /* what to do; or NULL */
	char *reproduce;  /* what shows it again: SQL, a curl command; or NULL */
	GPtrArray *facts; /* of ChecklistFact *, for the evidence */
	gint64 duration;  /* microseconds */
} ChecklistResult;

void checklist_result_clear(ChecklistResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ChecklistResult, checklist_result_clear)

struct ChecklistKind;

typedef struct {
	const SuiteItem *item; /* borrowed from the suite */
	const struct ChecklistKind *kind;
	const RunJob *job; /* of its database; NULL: it has none */
	gpointer loaded;   /* the kind's own */
	bool asked;
	ChecklistResult result; /* of one that was not asked: that */
} ChecklistItem;

/* The items of one suite and one phase. */
typedef struct {
	const RunPlan *plan;
	const Suite *suite;
	SuitePhase phase;
	GPtrArray *items;      /* of ChecklistItem *, in the order of the suite */
	GHashTable *variables; /* char * -> char *: of the command line */
	GHashTable *secrets;   /* char * -> char *: values of the environment that items name, and their names */
} Checklist;

/* Reads the items of the phase; the plan has one suite, and must live as long. `variables` are NAME=VALUE, or NULL.
 * NULL with *error: an item cannot be understood (BASE_ERROR_INPUT, with its place), the phase has none
 * (BASE_ERROR_USAGE). */
Checklist *checklist_load(const RunPlan *plan, SuitePhase phase, char **variables, GError **error);
void checklist_free(Checklist *checklist); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Checklist, checklist_free)

/* True when an item asks the target. */
bool checklist_needs_target(const Checklist *checklist);

typedef struct {
	DbEndpoint *endpoint; /* of the target; NULL: there is none */
	TargetReadingOptions reading;
	const RunOptions *run; /* for scratch servers */
	/* An item is known, called in their order on the thread that asks; or NULL. */
	void (*on_item)(const ChecklistItem *item, gpointer data);
	/* This many are known; `item` is asked now, or NULL. */
	void (*on_progress)(guint n_known, const ChecklistItem *item, gpointer data);
	gpointer data;
} ChecklistOptions;

/* The target and the repository, for the evidence. */
typedef struct {
	TargetIdentity identity; /* of the target; empty without one */
	char *target;            /* "shop on host=db1 port=5432", without a password; or NULL */
	char *version;           /* of its server; or NULL */
	char *role;              /* that asks; or NULL */
	char *commit;            /* that is checked out; NULL: there is no repository */
	bool changed;            /* files of it are not committed */
	GPtrArray *events;       /* of ChecklistEvent * (during.h): what was seen while it was watched; or NULL */
	gint64 started;          /* microseconds since 1970, UTC */
	gint64 duration;
} ChecklistSurroundings;

void checklist_surroundings_clear(ChecklistSurroundings *surroundings);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ChecklistSurroundings, checklist_surroundings_clear)

/* Looks at the target before anything is asked of it. False with *error (BASE_ERROR_ENVIRONMENT): it cannot be reached,
 * or is not the one that an item of the kind "target" names. */
bool checklist_look(const Checklist *checklist, const ChecklistOptions *options,
                    ChecklistSurroundings *ret_surroundings, GError **error);

/* Asks all items that were not asked before (during.h); each has its result then. Items that start no server are asked
 * side by side. False with *error when the run was interrupted; the items that were not asked say so. Must be called
 * while the process has no other threads. */
bool checklist_ask(Checklist *checklist, const ChecklistOptions *options, ChecklistSurroundings *surroundings,
                   GError **error);

typedef struct {
	guint required; /* items that a release has to wait for */
	guint ticked;   /* of these */
	guint optional_open;
} ChecklistCounts;

ChecklistCounts checklist_count(const Checklist *checklist);

/* As cases of a report: the phase is their stage. An item that a release need not wait for is skipped when it is open.
 * The caller frees it. */
ReportRun *checklist_report(const Checklist *checklist, const ChecklistSurroundings *surroundings);

#endif
