/*
 * `checklist:` of a suite: conditions to check before, during and after a release. checklist/ defines the keys of an
 * item.
 */
#ifndef SUITE_CHECKLIST_H
#define SUITE_CHECKLIST_H

#include "suite/suite.h"

/* `checklist:`: a list of items, or a file that is one. */
extern const SuiteShape suite_checklist_shape;

/* The methods of a probe, by which its key is named; NULL-terminated. */
extern const char *const suite_probe_methods[];
/* The kinds of items, by which their keys are named; NULL-terminated. */
extern const char *const suite_item_kinds[];

/* After the databases. `node` may be NULL. */
bool suite_load_checklist(Suite *suite, const SuiteNode *node, GError **error);
void suite_item_free(gpointer item);

/* The phase of that name; 0: there is none. */
SuitePhase suite_phase_find(const char *name);
/* "pre", "during" or "post". */
const char *suite_phase_name(SuitePhase phase);

#endif
