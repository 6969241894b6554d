/*
 * Types that the parts of checklist/ share: items, their results, and the database and commit they were asked on.
 */
#ifndef CHECKLIST_ITEM_H
#define CHECKLIST_ITEM_H

#include "report/item.h"
#include "run/run.h"
#include "suite/suite.h"
#include "target/identity.h"
#include "target/reading.h"

/* The default is not ticked. */
typedef enum {
	CHECKLIST_UNKNOWN, /* it could not be looked at: open as well */
	CHECKLIST_TICKED,
	CHECKLIST_OPEN,  /* it was checked, and the answer is no */
	CHECKLIST_WAITS, /* for a person who signs it: open as well */
} ChecklistState;

/* The result of an item. Texts are owned. */
typedef struct {
	ChecklistState state;
	char *line;       /* the observation, in one line */
	char *details;    /* more lines; or NULL */
	char *hint;       /* what to do; or NULL */
	char *reproduce;  /* what shows it again: SQL, a curl command; or NULL */
	GPtrArray *facts; /* of ReportFact *, for the evidence; NULL: none */
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

/* A fact that was observed at several consecutive looks. */
typedef struct {
	gint64 from; /* microseconds since 1970, UTC */
	gint64 until;
	char *what; /* "pid 71 waits for AccessExclusiveLock on public.orders, held by pid 55 (psql)" */
} ChecklistEvent;

/* The target and the repository, for the evidence. */
typedef struct {
	TargetIdentity identity;    /* of the target; empty without one */
	char *target;               /* "shop on host=db1 port=5432", without a password; or NULL */
	char *version;              /* of its server; or NULL */
	char *role;                 /* that asks; or NULL */
	char *commit;               /* that is checked out; NULL: there is no repository */
	bool changed;               /* files of it are not committed */
	GPtrArray *events;          /* of ChecklistEvent *: observations of a watch; or NULL */
	const char *const *program; /* its arguments, that ran meanwhile; borrowed; NULL: none */
	bool program_ended;         /* by itself: it was found, and not cut off */
	int exit_code;              /* that it has ended with */
	gint64 started;             /* microseconds since 1970, UTC */
	gint64 duration;
} ChecklistSurroundings;

void checklist_surroundings_clear(ChecklistSurroundings *surroundings);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ChecklistSurroundings, checklist_surroundings_clear)

typedef struct {
	guint required; /* items that a release has to wait for */
	guint ticked;   /* of these */
	guint optional_open;
} ChecklistCounts;

ChecklistCounts checklist_count(const Checklist *checklist);

#endif
