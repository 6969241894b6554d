/*
 * The shapes of sizes of tables: `size:` of a database, and a fixture of statistics.
 */
#ifndef SUITE_SIZE_H
#define SUITE_SIZE_H

#include "suite/shape.h"

/* `size:` of a database. */
extern const SuiteShape suite_size_shape;
/* A fixture of statistics; its tables have the same shape. */
extern const SuiteShape suite_statistics_shape;

/* A scalar such as 20, 1_000_000_000, 84M, -0.5, 1.5e9. False when it is none. */
bool suite_size_number(const SuiteNode *node, double *ret_number);

/* The number of that key, between min and max; *ret_number stays as it is where there is no such key. */
bool suite_size_load_number(const SuiteNode *mapping, const char *key, double min, double max, double *ret_number,
                            GError **error);

#endif
