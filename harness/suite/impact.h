/*
 * `impact:` of a database. impact/settings.c defines its codes, migrations and tables.
 */
#ifndef SUITE_IMPACT_H
#define SUITE_IMPACT_H

#include "suite/suite.h"

extern const SuiteShape suite_impact_shape;

/* Sets database->impact and impact_node. */
void suite_load_impact(SuiteDatabase *database);

#endif
