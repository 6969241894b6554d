/*
 * `impact:` of a database. What its codes, migrations and tables mean is impact/settings.c's.
 */
#ifndef SUITE_IMPACT_H
#define SUITE_IMPACT_H

#include "suite/suite.h"

extern const SuiteShape suite_impact_shape;

/* Sets database->impact and impact_node. */
void suite_load_impact(SuiteDatabase *database);

#endif
