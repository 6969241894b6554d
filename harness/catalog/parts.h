/*
 * In which parts of a relation the rows of the system catalogs are seen; no other folder includes it.
 */
#ifndef CATALOG_PARTS_H
#define CATALOG_PARTS_H

#include "catalog/invalid.h"
#include "catalog/system.h"

/* The parts of a table that a row of this kind can be seen in, beside those of the table's name. */
guint32 catalog_parts_of_row(CatalogSystemId catalog, char kind);

/* The classes, as a bit set, that such a row may be an object of, in these parts of its relation. */
guint64 catalog_parts_classes_of_row(CatalogSystemId catalog, char kind, guint32 parts);

#endif
