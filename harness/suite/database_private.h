/*
 * Declarations for the files that read one item of `databases:`.
 */
#ifndef SUITE_DATABASE_PRIVATE_H
#define SUITE_DATABASE_PRIVATE_H

#include "suite/loading.h"

/* Shapes of keys that are read elsewhere than in database_keys.c. */
extern const SuiteShape suite_baseline_shape; /* database_migrations.c */
extern const SuiteShape suite_at_shape;       /* database_files.c */
extern const SuiteShape suite_data_shape;
extern const SuiteShape suite_reset_shape; /* database_proofs.c */

/* Keys whose value is one of a few words (database_keys.c). The shape has refused other words. */
void suite_database_load_words(SuiteDatabase *database);

/* The parts of a database, each out of keys of database->node. False with *error that points at the suite's line. */
bool suite_database_load_migrations(SuiteDatabase *database, GError **error); /* database_migrations.c */
bool suite_database_load_baseline(SuiteDatabase *database, GError **error);
bool suite_database_load_expect(SuiteDatabase *database, GError **error); /* database_files.c */
bool suite_database_load_at(SuiteDatabase *database, GError **error);
bool suite_database_load_data(SuiteDatabase *database, GError **error);
bool suite_database_load_round_trips(SuiteDatabase *database, GError **error); /* database_proofs.c */
bool suite_database_load_resets(SuiteDatabase *database, GError **error);
bool suite_database_load_size(SuiteDatabase *database, GError **error); /* database_plans.c */

void suite_baseline_free(SuiteBaseline *baseline); /* takes NULL */
void suite_data_free(gpointer data);               /* a SuiteData */

#endif
