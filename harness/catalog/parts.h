/*
 * The parts of a relation that rows of the system catalogs belong to; private to this folder.
 */
#ifndef CATALOG_PARTS_H
#define CATALOG_PARTS_H

#include "catalog/invalid.h"
#include "catalog/system.h"

/* The parts of a table that a row of this kind can change, beside those of the table's name. */
guint32 catalog_parts_of_row(CatalogSystemId catalog, char kind);

/* The classes, as a bit set, of the objects that such a row can describe, within these parts of its relation. */
guint64 catalog_parts_classes_of_row(CatalogSystemId catalog, char kind, guint32 parts);

#endif
