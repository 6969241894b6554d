#include "catalog/reading_private.h"

CatalogOptions *
catalog_options_new(const CatalogExclusions *exclusions)
{
	CatalogOptions *options = g_new0(CatalogOptions, 1);

	g_atomic_ref_count_init(&options->references);
	if (exclusions != NULL) {
		options->tables = g_strdupv((GStrv)exclusions->tables);
		options->schemas = g_strdupv((GStrv)exclusions->schemas);
	}
	options->exclusions.tables = (const char *const *)options->tables;
	options->exclusions.schemas = (const char *const *)options->schemas;
	return options;
}

CatalogOptions *
catalog_options_ref(CatalogOptions *options)
{
	g_atomic_ref_count_inc(&options->references);
	return options;
}

static void
reading_unref_options(CatalogOptions *options)
{
	if (options == NULL || !g_atomic_ref_count_dec(&options->references))
		return;
	g_strfreev(options->tables);
	g_strfreev(options->schemas);
	g_free(options);
}

CatalogReading *
catalog_reading_new(CatalogSnapshot *snapshot, CatalogVersion *version, CatalogOptions *options, guint n_read)
{
	CatalogReading *reading = g_new0(CatalogReading, 1);

	g_atomic_ref_count_init(&reading->references);
	reading->snapshot = snapshot;
	reading->version = *version;
	*version = (CatalogVersion){ 0 };
	reading->options = options;
	reading->n_read = n_read;
	return reading;
}

CatalogReading *
catalog_reading_ref(CatalogReading *reading)
{
	g_atomic_ref_count_inc(&reading->references);
	return reading;
}

void
catalog_reading_unref(CatalogReading *reading)
{
	if (reading == NULL || !g_atomic_ref_count_dec(&reading->references))
		return;
	catalog_snapshot_unref(reading->snapshot);
	catalog_version_clear(&reading->version);
	reading_unref_options(reading->options);
	g_free(reading);
}

CatalogReading *
catalog_reading_of_copy(const CatalogReading *reading)
{
	CatalogVersion version;

	catalog_version_init_copied(&version, &reading->version);
	return catalog_reading_new(catalog_snapshot_ref(reading->snapshot), &version,
	                           catalog_options_ref(reading->options), 0);
}

CatalogSnapshot *
catalog_reading_snapshot(const CatalogReading *reading)
{
	return reading->snapshot;
}

guint
catalog_reading_objects_read(const CatalogReading *reading)
{
	return reading->n_read;
}
