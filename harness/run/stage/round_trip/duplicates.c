/* Rows that a migration deletes because its new key does not allow them. */
#include "run/stage/round_trip/round_trip_private.h"

#include "catalog/identity.h"

#include <string.h>

static bool
duplicates_is_key_of(const CatalogObject *object, const char *table)
{
	const CatalogAttribute *unique = catalog_object_attribute(object, "unique");
	g_autofree char *identity = NULL;

	if (object->class_id != CATALOG_PRIMARY_KEY && object->class_id != CATALOG_UNIQUE &&
	    (object->class_id != CATALOG_INDEX || unique == NULL || strcmp(unique->value, "true") != 0))
		return false;
	identity = catalog_identity_join(object->schema, NULL, object->relation);
	return strcmp(identity, table) == 0;
}

static bool
duplicates_has_new_key(const CatalogSnapshot *before, const CatalogSnapshot *after, const char *table)
{
	for (guint i = 0; i < catalog_snapshot_size(after); i++) {
		const CatalogObject *object = catalog_snapshot_object(after, i);
		if (duplicates_is_key_of(object, table) &&
		    catalog_snapshot_find(before, object->class_id, object->schema, object->relation, object->name) ==
		        NULL)
			return true;
	}
	return false;
}

char *
run_round_trips_describe_duplicates(const RunRoundTrips *work, const CheckAfter *after)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (!run_round_trips_generates(work) || after->changes == NULL)
		return NULL;
	for (guint i = 0; i < after->changes->len; i++) {
		const CheckChange *change = g_ptr_array_index(after->changes, i);
		if (change->kind == CHECK_CHANGE_BY_CHANCE_IN_PART)
			continue;
		if (change->kind != CHECK_CHANGE_ROWS_GONE ||
		    !duplicates_has_new_key(work->now.catalog, after->catalog, change->table))
			return NULL;
		g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "", change->text);
	}
	return text->len > 0 ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

bool
run_round_trips_without_duplicates(RunRoundTrips *work, guint index, const MigrationOutcome *failure,
                                   CheckPlausibleRows *ret_rows, ReportCase **ret_case, GError **error)
{
	const Migration *migration = g_ptr_array_index(work->stage->migrations, index);
	g_auto(CheckPlausibleRows) all = { 0 };
	bool duplicates = false;

	if (!run_round_trips_with_plausible(work, migration, failure, ret_rows, ret_case, &duplicates, error))
		return false;
	if (!duplicates)
		return true;
	g_clear_pointer(ret_case, report_case_free);
	if (!run_round_trips_rebuild(work, index, error) ||
	    !run_round_trips_with_plausible(work, migration, NULL, &all, ret_case, NULL, error))
		return false;
	ret_rows->found = all.found;
	return true;
}
