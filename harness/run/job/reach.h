/*
 * The tables that migrations can be related to. The base of a branch may have hundreds of others, and rows in those
 * prove nothing.
 *
 * SQL names the objects that it uses, so names are followed through the texts of the catalog: from the migrations to
 * the objects they name, from there to the objects that name these, to the code that runs when these are used, and
 * along foreign keys. A name counts in every schema, and wherever it occurs as a word: so too many tables are reached,
 * never too few. If a migration need not name the objects that it uses (dynamic SQL, the catalog, unknown kinds of
 * statements), everything is reached.
 */
#ifndef RUN_JOB_REACH_H
#define RUN_JOB_REACH_H

#include "run/job/plan.h"

/* Fewer unreached tables than this are not mentioned. */
#define RUN_REACH_WORTH 10

/* The tables of the base, with this catalog, that none of the migrations (of Migration *) reaches: their identities
 * ("kb.documents"), of char *. NULL: it may reach all of them, or all but a few. The caller unrefs it. */
GPtrArray *run_reach_find_others(const CatalogSnapshot *base, const GPtrArray *migrations);

/* What the up of the migration can touch in a database with this catalog: of const CatalogObject * of tables, views,
 * functions, types and sequences that it names, that name these or are named by them, or whose rows go with theirs;
 * borrowed from the catalog. NULL: it may touch all. The caller unrefs it. */
GPtrArray *run_reach_find_touched(const CatalogSnapshot *catalog, const Migration *migration);

#endif
