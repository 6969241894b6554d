/*
 * UPDATE ... FROM that leaves it to chance which row a value comes from: several rows fit, and they differ.
 */
#ifndef CHECK_PROOF_CHANCE_H
#define CHECK_PROOF_CHANCE_H

#include "check/proof/changes.h"

/* Whether the script has an UPDATE with a FROM, so that it has to be examined. */
bool check_chance_suspected(const MigrationScript *script);

/* Zeroed, it is not watching. */
typedef struct {
	MigrationRunner *runner;
	MigrationWatch watch;
	GPtrArray *changes; /* of CheckChange * */
} CheckChance;

/* Watches the next run of a script, in an open transaction that is rolled back: before each such UPDATE it asks which
 * values there are for each row, and adds what it finds to `changes`. Ended by check_chance_end. The CheckChance stays
 * where it is until then. */
void check_chance_begin(CheckChance *chance, MigrationRunner *runner, GPtrArray *changes);
void check_chance_end(CheckChance *chance);

#endif
