/* The operators of types, as rows of pg_statistic have them: the server is asked once for each type. */
#include "plan/size/import.h"
#include "plan/size/sql.h"

static void
operators_add(const PlanImport *import, const GPtrArray *columns, GHashTable *wanted)
{
	for (guint i = 0; i < columns->len; i++) {
		gpointer type = GUINT_TO_POINTER(((const PlanColumn *)g_ptr_array_index(columns, i))->type_oid);
		if (!g_hash_table_contains(import->types, type))
			g_hash_table_add(wanted, type);
	}
}

/* The types of the columns and expressions that may get statistics: an array of OIDs, or NULL. */
static char *
operators_list_types(const PlanImport *import)
{
	g_autoptr(GHashTable) wanted = g_hash_table_new(NULL, NULL);
	g_autoptr(GString) list = g_string_new("{");
	GHashTableIter iterator;
	gpointer type;

	for (guint i = 0; i < import->catalog->tables->len; i++) {
		const PlanTable *table = g_ptr_array_index(import->catalog->tables, i);
		if (!g_hash_table_contains(import->sized, GUINT_TO_POINTER(table->oid)))
			continue;
		operators_add(import, table->columns, wanted);
		for (guint j = 0; j < table->indexes->len; j++)
			operators_add(import, ((const PlanIndex *)g_ptr_array_index(table->indexes, j))->columns,
			              wanted);
		for (guint j = 0; j < table->extended->len; j++)
			operators_add(import, ((const PlanExtended *)g_ptr_array_index(table->extended, j))->columns,
			              wanted);
	}
	g_hash_table_iter_init(&iterator, wanted);
	while (g_hash_table_iter_next(&iterator, &type, NULL))
		g_string_append_printf(list, "%s%u", list->len > 1 ? "," : "", GPOINTER_TO_UINT(type));
	g_string_append_c(list, '}');
	return g_hash_table_size(wanted) > 0 ? g_strdup(list->str) : NULL;
}

static guint
operators_number(const DbResult *rows, int row, int column)
{
	return (guint)g_ascii_strtoull(db_result_value(rows, row, column), NULL, 10);
}

bool
plan_import_operators(PlanImport *import, GError **error)
{
	g_autofree char *types = operators_list_types(import);

	if (types == NULL)
		return true;
	g_autoptr(DbResult) rows = db_session_query(import->session, error, plan_sql_operators, types, NULL);
	for (int i = 0; rows != NULL && i < db_result_rows(rows); i++) {
		PlanOperators *type = g_new0(PlanOperators, 1);
		type->equal = operators_number(rows, i, 1);
		type->less = operators_number(rows, i, 2);
		type->element = operators_number(rows, i, 3);
		type->element_equal = operators_number(rows, i, 4);
		type->element_collation = operators_number(rows, i, 5);
		g_hash_table_insert(import->types, GUINT_TO_POINTER(operators_number(rows, i, 0)), type);
	}
	return rows != NULL;
}
