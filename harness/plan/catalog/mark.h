/*
 * Whether something has changed that the plans of queries depend on: after a migration that has changed nothing of
 * that, they need not be made again.
 */
#ifndef PLAN_CATALOG_MARK_H
#define PLAN_CATALOG_MARK_H

#include "db/session.h"

typedef struct PlanMark PlanMark;

PlanMark *plan_mark_new(void);
void plan_mark_free(PlanMark *mark); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlanMark, plan_mark_free)

/* Looks at these relations, too, from now on (a set of GUINT_TO_POINTER(oid)). Relations that come, functions, types,
 * roles and the like are always looked at. */
void plan_mark_watch(PlanMark *mark, GHashTable *relations);
/* Looks at columns that relations of these names get (a set of char *), in the place of the names from before. The set
 * stays as it is. */
void plan_mark_wait(PlanMark *mark, GHashTable *names);

/* Remembers how things are, where it watches something that it has not looked at before. The session is in no
 * transaction, here and below. False with *error. */
bool plan_mark_set(PlanMark *mark, DbSession *session, GError **error);

/* The changes. */
typedef struct {
	bool all;     /* perhaps everything */
	bool waiting; /* what queries wait for that the server refuses: an enum has another value */
	GHashTable
	    *relations;      /* GUINT_TO_POINTER(oid): their columns, indexes, constraints, policies; what they call */
	GHashTable *leading; /* those of them that may lead to other relations than before */
	GHashTable *watched; /* char *: the names of all of them */
	GHashTable *names;   /* char *: of relations that came, changed or went; of functions */
} PlanChange;

void plan_change_clear(PlanChange *change);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PlanChange, plan_change_clear)

/* Since the last look, or plan_mark_set; then it remembers how things are by now. At the first look everything has.
 * False with *error. */
bool plan_mark_look(PlanMark *mark, DbSession *session, PlanChange *ret_change, GError **error);

/* Whether a query is concerned that is about these relations, and whose text has these names in it. */
bool plan_change_concerns(const PlanChange *change, GHashTable *relations, GHashTable *names);

/* The same of a query that the server refuses, so that nothing is known but the words of its text. */
bool plan_change_concerns_words(const PlanChange *change, GHashTable *words);
/* Whether such a query may be about other relations by now. */
bool plan_change_leads_elsewhere(const PlanChange *change, GHashTable *relations, GHashTable *names);

/* All that may be a name in the text of a query, as the server would read it. The caller unrefs it. */
GHashTable *plan_mark_words(const char *sql);

#endif
