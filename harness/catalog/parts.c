#include "catalog/parts.h"

guint32
catalog_parts_of_row(CatalogSystemId catalog, char kind)
{
	static const struct {
		CatalogSystemId catalog;
		char kind; /* 0: any */
		guint32 parts;
	} rows[] = {
		/* New columns are not looked for: they change the row of their table, too. */
		{ CATALOG_PG_CLASS, 'r', CATALOG_PART(CATALOG_COLUMN) },
		{ CATALOG_PG_CLASS, 'p', CATALOG_PART(CATALOG_COLUMN) },
		/* The kind of an index is in `kind`, as in pg_class. */
		{ CATALOG_PG_CLASS, 'P', CATALOG_PART(CATALOG_PRIMARY_KEY) },
		{ CATALOG_PG_CLASS, 'X', CATALOG_PART(CATALOG_EXCLUSION) },
		{ CATALOG_PG_CLASS, 'U', CATALOG_PART(CATALOG_UNIQUE) | CATALOG_PART(CATALOG_INDEX) },
		{ CATALOG_PG_CLASS, 'N', CATALOG_PART(CATALOG_INDEX) },
		{ CATALOG_PG_INDEX, 'P', CATALOG_PART(CATALOG_PRIMARY_KEY) | CATALOG_PART(CATALOG_INDEX) },
		{ CATALOG_PG_INDEX, 'X', CATALOG_PART(CATALOG_EXCLUSION) | CATALOG_PART(CATALOG_INDEX) },
		{ CATALOG_PG_INDEX, 'U', CATALOG_PART(CATALOG_UNIQUE) | CATALOG_PART(CATALOG_INDEX) },
		{ CATALOG_PG_INDEX, 'N', CATALOG_PART(CATALOG_INDEX) },
		/* The index of a constraint is not an object of its own. */
		{ CATALOG_PG_CONSTRAINT, 'p', CATALOG_PART(CATALOG_PRIMARY_KEY) | CATALOG_PART(CATALOG_INDEX) },
		{ CATALOG_PG_CONSTRAINT, 'u', CATALOG_PART(CATALOG_UNIQUE) | CATALOG_PART(CATALOG_INDEX) },
		{ CATALOG_PG_CONSTRAINT, 'x', CATALOG_PART(CATALOG_EXCLUSION) | CATALOG_PART(CATALOG_INDEX) },
		{ CATALOG_PG_CONSTRAINT, 'f', CATALOG_PART(CATALOG_FOREIGN_KEY) },
		{ CATALOG_PG_CONSTRAINT, 'c', CATALOG_PART(CATALOG_CHECK) },
		{ CATALOG_PG_CONSTRAINT, 'n', CATALOG_PART(CATALOG_COLUMN) },
		{ CATALOG_PG_POLICY, 0, CATALOG_PART(CATALOG_POLICY) },
		/* Internal triggers of a foreign key show in the table only. */
		{ CATALOG_PG_TRIGGER, 'i', 0 },
		{ CATALOG_PG_TRIGGER, 'u', CATALOG_PART(CATALOG_TRIGGER) },
		{ CATALOG_PG_ATTRDEF, 0, CATALOG_PART(CATALOG_COLUMN) },
		{ CATALOG_PG_ATTRIBUTE, 'c', CATALOG_PART(CATALOG_COLUMN) },
		{ CATALOG_PG_ATTRIBUTE, 'i', CATALOG_PART(CATALOG_INDEX) },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		if (rows[i].catalog == catalog && (rows[i].kind == 0 || rows[i].kind == kind))
			return rows[i].parts;
	return CATALOG_ALL_PARTS;
}

guint64
catalog_parts_classes_of_row(CatalogSystemId catalog, char kind, guint32 parts)
{
	static const struct {
		CatalogSystemId catalog;
		char kind; /* 0: any */
		CatalogClassId class_id;
	} rows[] = {
		{ CATALOG_PG_CLASS, 'r', CATALOG_TABLE },
		{ CATALOG_PG_CLASS, 'p', CATALOG_TABLE },
		{ CATALOG_PG_CLASS, 'r', CATALOG_COLUMN },
		{ CATALOG_PG_CLASS, 'p', CATALOG_COLUMN },
		{ CATALOG_PG_CLASS, 'f', CATALOG_TABLE },
		{ CATALOG_PG_CLASS, 'f', CATALOG_COLUMN },
		{ CATALOG_PG_CLASS, 'c', CATALOG_COMPOSITE },
		{ CATALOG_PG_CLASS, 'v', CATALOG_VIEW },
		{ CATALOG_PG_CLASS, 'm', CATALOG_VIEW },
		{ CATALOG_PG_CLASS, 'S', CATALOG_SEQUENCE },
		{ CATALOG_PG_CONSTRAINT, 'p', CATALOG_PRIMARY_KEY },
		{ CATALOG_PG_CONSTRAINT, 'u', CATALOG_UNIQUE },
		{ CATALOG_PG_CONSTRAINT, 'f', CATALOG_FOREIGN_KEY },
		{ CATALOG_PG_CONSTRAINT, 'c', CATALOG_CHECK },
		{ CATALOG_PG_CONSTRAINT, 'x', CATALOG_EXCLUSION },
		{ CATALOG_PG_INDEX, 0, CATALOG_INDEX },
		{ CATALOG_PG_POLICY, 0, CATALOG_POLICY },
		{ CATALOG_PG_TRIGGER, 'u', CATALOG_TRIGGER },
		{ CATALOG_PG_REWRITE, 0, CATALOG_RULE },
	};
	guint64 classes = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		if (rows[i].catalog == catalog && (rows[i].kind == 0 || rows[i].kind == kind) &&
		    (parts & CATALOG_PART(rows[i].class_id)) != 0)
			classes |= G_GUINT64_CONSTANT(1) << rows[i].class_id;
	return classes;
}
