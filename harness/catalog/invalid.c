#include "catalog/invalid.h"

void
catalog_invalid_init(CatalogInvalid *invalid)
{
	*invalid = (CatalogInvalid){ 0 };
	for (int i = 0; i < CATALOG_N_UNITS; i++)
		invalid->units[i] = g_hash_table_new(NULL, NULL);
}

void
catalog_invalid_clear(CatalogInvalid *invalid)
{
	for (int i = 0; i < CATALOG_N_UNITS; i++)
		g_clear_pointer(&invalid->units[i], g_hash_table_unref);
}

G_STATIC_ASSERT(CATALOG_VIEW - CATALOG_COMPOSITE < 32);

static void
invalid_add(CatalogInvalid *invalid, CatalogUnit unit, guint32 oid, guint32 parts)
{
	if (oid == 0)
		return;
	invalid->bloom[unit][oid >> 6 & 63] |= G_GUINT64_CONSTANT(1) << (oid & 63);
	parts |= catalog_invalid_parts(invalid, unit, oid);
	g_hash_table_insert(invalid->units[unit], GUINT_TO_POINTER(oid), GUINT_TO_POINTER(parts));
}

void
catalog_invalid_add(CatalogInvalid *invalid, CatalogUnit unit, guint32 oid)
{
	invalid_add(invalid, unit, oid, CATALOG_ALL_PARTS);
}

void
catalog_invalid_add_parts(CatalogInvalid *invalid, guint32 relation, guint32 parts)
{
	invalid_add(invalid, CATALOG_UNIT_RELATION, relation, parts | CATALOG_PARTS_OF_THE_NAME);
}

void
catalog_invalid_add_missing(CatalogInvalid *invalid, const CatalogInvalid *known, CatalogUnit unit, guint32 oid)
{
	guint32 missing = CATALOG_ALL_PARTS & ~catalog_invalid_parts(known, unit, oid);

	if (missing != 0)
		invalid_add(invalid, unit, oid, missing);
}

void
catalog_invalid_add_units(CatalogInvalid *invalid, const CatalogInvalid *more)
{
	for (int unit = 0; unit < CATALOG_N_UNITS; unit++) {
		GHashTableIter iter;
		gpointer key;
		gpointer parts;
		g_hash_table_iter_init(&iter, more->units[unit]);
		while (g_hash_table_iter_next(&iter, &key, &parts))
			invalid_add(invalid, (CatalogUnit)unit, GPOINTER_TO_UINT(key), GPOINTER_TO_UINT(parts));
	}
}

guint32
catalog_invalid_parts(const CatalogInvalid *invalid, CatalogUnit unit, guint32 oid)
{
	return (invalid->bloom[unit][oid >> 6 & 63] >> (oid & 63) & 1) != 0
	           ? GPOINTER_TO_UINT(g_hash_table_lookup(invalid->units[unit], GUINT_TO_POINTER(oid)))
	           : 0;
}

guint
catalog_invalid_count(const CatalogInvalid *invalid, CatalogUnit unit)
{
	return g_hash_table_size(invalid->units[unit]);
}

char *
catalog_invalid_format(const CatalogInvalid *invalid, CatalogUnit unit)
{
	GString *text = g_string_new("{");
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, invalid->units[unit]);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		g_string_append_printf(text, "%s%u", text->len > 1 ? "," : "", GPOINTER_TO_UINT(key));
	g_string_append_c(text, '}');
	return g_string_free(text, FALSE);
}
