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

void
catalog_invalid_add(CatalogInvalid *invalid, CatalogUnit unit, guint32 oid)
{
	if (oid == 0)
		return;
	invalid->bloom[unit][oid >> 6 & 63] |= G_GUINT64_CONSTANT(1) << (oid & 63);
	g_hash_table_add(invalid->units[unit], GUINT_TO_POINTER(oid));
}

void
catalog_invalid_add_units(CatalogInvalid *invalid, const CatalogInvalid *more)
{
	for (int unit = 0; unit < CATALOG_N_UNITS; unit++) {
		GHashTableIter iter;
		gpointer key;
		g_hash_table_iter_init(&iter, more->units[unit]);
		while (g_hash_table_iter_next(&iter, &key, NULL))
			catalog_invalid_add(invalid, (CatalogUnit)unit, GPOINTER_TO_UINT(key));
	}
}

bool
catalog_invalid_has(const CatalogInvalid *invalid, CatalogUnit unit, guint32 oid)
{
	return (invalid->bloom[unit][oid >> 6 & 63] >> (oid & 63) & 1) != 0 &&
	       g_hash_table_contains(invalid->units[unit], GUINT_TO_POINTER(oid));
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
