/*
 * Which tables new migrations can have anything to do with. The base of a branch may have hundreds of others, and rows
 * in those prove nothing.
 *
 * SQL names what it uses, so that names are followed through the texts of the catalog: from the migrations to what they
 * name, from there to what names it, to the code that runs when somebody works with it, and along foreign keys. A name
 * counts in every schema, and wherever it stands as a word: too many tables are reached then, never too few. Where a
 * migration need not name what it uses (dynamic SQL, the catalog, kinds of statements that are not known here),
 * everything is reached.
 */
#ifndef RUN_JOB_REACH_H
#define RUN_JOB_REACH_H

#include "run/job/plan.h"

/* So few tables that are not reached are not worth a word. */
#define RUN_REACH_WORTH 10

/* The tables of the base, with this catalog, that none of the migrations (of Migration *) reaches: their identities
 * ("kb.documents"), of char *. NULL: it may reach all of them, or all but a few. The caller unrefs it. */
GPtrArray *run_reach_find_others(const CatalogSnapshot *base, const GPtrArray *migrations);

#endif
