#include "run/stage/round_trip/value_ranges.h"

#include <string.h>

#define COLUMNS_SHOWN 5

static bool
value_ranges_is_number(const CatalogObject *column)
{
	static const char *const types[] = { "smallint", "integer", "bigint", "numeric", "real", "double precision" };
	const CatalogAttribute *type = catalog_object_attribute(column, "type");

	for (gsize i = 0; type != NULL && i < G_N_ELEMENTS(types); i++)
		if (g_str_has_prefix(type->value, types[i]) && !g_str_has_suffix(type->value, "[]"))
			return true;
	return false;
}

static bool
value_ranges_has_word(const char *text, const char *word)
{
	g_autofree char *escaped = g_regex_escape_string(word, -1);
	g_autofree char *pattern = g_strdup_printf("(?<![\\w$])%s(?![\\w$])", escaped);

	return g_regex_match_simple(pattern, text, G_REGEX_CASELESS, 0);
}

static char *
describe_column(DbSession *session, const CatalogObject *column)
{
	g_autofree char *schema = db_session_quote_identifier(session, column->schema);
	g_autofree char *table = db_session_quote_identifier(session, column->relation);
	g_autofree char *name = db_session_quote_identifier(session, column->name);
	g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.min(%s) || ' to ' || pg_catalog.max(%s) FROM %s.%s",
	                                       name, name, schema, table);
	g_autofree char *range = db_session_query_value(session, NULL, sql, NULL);

	return range != NULL && *range != '\0' ? g_strdup_printf("%s (%s)", column->identity, range) : NULL;
}

char *
run_value_ranges_describe(DbSession *session, const CatalogSnapshot *catalog, const char *statement)
{
	g_autoptr(GPtrArray) columns = g_ptr_array_new_with_free_func(g_free);
	guint n = 0;
	guint first = catalog_snapshot_range(catalog, CATALOG_COLUMN, NULL, NULL, &n);

	for (guint i = first; i < first + n && columns->len < COLUMNS_SHOWN; i++) {
		const CatalogObject *column = catalog_snapshot_object(catalog, i);
		if (!value_ranges_is_number(column) || !value_ranges_has_word(statement, column->relation) ||
		    !value_ranges_has_word(statement, column->name))
			continue;
		char *text = describe_column(session, column);
		if (text != NULL)
			g_ptr_array_add(columns, text);
	}
	if (columns->len == 0)
		return NULL;
	g_ptr_array_add(columns, NULL);
	return g_strjoinv(", ", (char **)columns->pdata);
}

void
run_value_ranges_ask(DbSession *session, const CatalogSnapshot *catalog, const char *statement, char **ret_columns,
                     char **ret_query)
{
	g_autoptr(GString) columns = g_string_new(NULL);
	g_autoptr(GString) query = g_string_new(NULL);
	guint n = 0;
	guint n_found = 0;
	guint first = catalog_snapshot_range(catalog, CATALOG_COLUMN, NULL, NULL, &n);

	for (guint i = first; i < first + n && n_found < COLUMNS_SHOWN; i++) {
		const CatalogObject *column = catalog_snapshot_object(catalog, i);
		if (!value_ranges_is_number(column) || !value_ranges_has_word(statement, column->relation) ||
		    !value_ranges_has_word(statement, column->name))
			continue;
		g_autofree char *schema = db_session_quote_identifier(session, column->schema);
		g_autofree char *table = db_session_quote_identifier(session, column->relation);
		g_autofree char *name = db_session_quote_identifier(session, column->name);
		g_autofree char *label = db_session_quote_literal(session, column->identity);
		g_string_append_printf(columns, "%s%s", n_found > 0 ? ", " : "", column->identity);
		g_string_append_printf(query,
		                       "%sSELECT %s AS \"column\", pg_catalog.min(%s)::text, pg_catalog.max(%s)::text "
		                       "FROM %s.%s",
		                       n_found++ > 0 ? " UNION ALL " : "", label, name, name, schema, table);
	}
	*ret_columns = n_found > 0 ? g_strdup(columns->str) : NULL;
	*ret_query = n_found > 0 ? g_strdup(query->str) : NULL;
}
