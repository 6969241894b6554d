/*
 * `programs:` of a suite: test programs of any kind.
 */
#ifndef SUITE_PROGRAMS_H
#define SUITE_PROGRAMS_H

#include "suite/suite.h"

/* `programs:`. */
extern const SuiteShape suite_programs_shape;

/* After the databases. `list` may be NULL. */
bool suite_load_programs(Suite *suite, const SuiteNode *list, GError **error);
void suite_program_free(gpointer program);

/* In an argument or a variable it is the path of the file that the program is to write. */
#define SUITE_PROGRAM_REPORT_PLACE "{report}"

#endif
