/* The data of a set of migrations. */
#include "migration/format/liquibase/liquibase.h"

void
liquibase_data_free(gpointer data)
{
	LiquibaseData *all = data;

	g_hash_table_unref(all->by_name);
	g_ptr_array_unref(all->changesets);
	g_ptr_array_unref(all->changes);
	g_ptr_array_unref(all->preconditions);
	g_free(all);
}

LiquibaseData *
liquibase_data_new(void)
{
	LiquibaseData *data = g_new0(LiquibaseData, 1);

	data->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	data->changesets = g_ptr_array_new_with_free_func(liquibase_changeset_free);
	data->changes = g_ptr_array_new_with_free_func(liquibase_change_free);
	data->preconditions = g_ptr_array_new_with_free_func(liquibase_preconditions_free);
	return data;
}

const LiquibaseChangeset *
liquibase_changeset_of(const MigrationSet *set, const Migration *migration)
{
	const LiquibaseData *data = set->data;

	return g_hash_table_lookup(data->by_name, migration->name);
}

const GPtrArray *
liquibase_preconditions_of(const MigrationSet *set)
{
	return ((const LiquibaseData *)set->data)->preconditions;
}
