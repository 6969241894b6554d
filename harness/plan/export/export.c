#include "plan/export/export.h"

#include "catalog/identity.h"
#include "catalog/yaml.h"
#include "plan/export/anonymous.h"
#include "plan/export/export_private.h"
#include "plan/export/sql.h"

#include <string.h>

/* The columns of export_columns.sql, and their keys in the fixture. */
enum {
	EXPORT_SCHEMA,
	EXPORT_RELATION,
	EXPORT_COLUMN,
	EXPORT_INHERITED,
	EXPORT_TYPE,
	EXPORT_TYPE_KIND,
	EXPORT_VALUES,
};

static const char *const export_keys[] = { "nulls",   "width",       "distinct",    "most_common",    "shares",
	                                   "bounds",  "correlation", "elements",    "element_shares", "element_counts",
	                                   "lengths", "empty",       "range_bounds" };

enum {
	EXPORT_MOST_COMMON = 3,
	EXPORT_BOUNDS = 5,
	EXPORT_ELEMENTS = 7,
	EXPORT_LENGTHS = 10,
	EXPORT_RANGE_BOUNDS = 12,
};

void
plan_export_leave_out(PlanExportWork *work, const char *schema, const char *relation, const char *column,
                      const char *reason)
{
	g_ptr_array_add(work->left_out, column != NULL ? catalog_identity_join(schema, relation, column)
	                                               : catalog_identity_join(schema, NULL, relation));
	g_ptr_array_add(work->left_out, g_strdup(reason));
}

/* --- Replaced values ---------------------------------------------------------------- */

char *
plan_export_key(bool expression, const char *schema, const char *relation, const char *column, bool inherited)
{
	return g_strjoin("\n", expression ? "expression" : "column", schema, relation, column, inherited ? "t" : "f",
	                 NULL);
}

GHashTable *
plan_export_names(PlanExportWork *work, const char *key, const char *type, const char *common, const char *bounds)
{
	gpointer names = NULL;

	if (!g_hash_table_lookup_extended(work->names, key, NULL, &names)) {
		names = plan_anonymous_names(plan_kind_of(type), type, common, bounds,
		                             g_hash_table_lookup(work->more, key));
		g_hash_table_insert(work->names, g_strdup(key), names);
	}
	return names;
}

bool
plan_export_is_schema(const char *type, char kind)
{
	return kind == 'e' || strcmp(type, "boolean") == 0;
}

static void
export_replace(GHashTable *names, char **array)
{
	char *other = plan_anonymous_replace(names, *array);

	g_free(*array);
	*array = other;
}

/* Replaces the values by meaningless ones. If that is not possible for all of them, the column gets none, because a
 * part would be misleading. */
static bool
export_anonymise(PlanExportWork *work, const DbResult *columns, int row, char **values)
{
	const char *type = db_result_value(columns, row, EXPORT_TYPE);

	if (!work->options->anonymise ||
	    plan_export_is_schema(type, db_result_value(columns, row, EXPORT_TYPE_KIND)[0]))
		return true;
	if (values[EXPORT_ELEMENTS] != NULL || values[EXPORT_LENGTHS] != NULL || values[EXPORT_RANGE_BOUNDS] != NULL)
		return false;
	if (values[EXPORT_MOST_COMMON] == NULL && values[EXPORT_BOUNDS] == NULL)
		return true;
	g_autofree char *key = plan_export_key(
	    columns == work->expressions, db_result_value(columns, row, EXPORT_SCHEMA),
	    db_result_value(columns, row, EXPORT_RELATION), db_result_value(columns, row, EXPORT_COLUMN),
	    db_result_value(columns, row, EXPORT_INHERITED)[0] == 't');
	GHashTable *names = plan_export_names(work, key, type, values[EXPORT_MOST_COMMON], values[EXPORT_BOUNDS]);
	if (names == NULL)
		return false;
	export_replace(names, &values[EXPORT_MOST_COMMON]);
	export_replace(names, &values[EXPORT_BOUNDS]);
	return true;
}

/* --- Columns ------------------------------------------------------------------------ */

static void
export_write_values(PlanExportWork *work, const char *name, const char *type, char *const *values, guint indent)
{
	g_string_append_printf(work->yaml, "%*s", (int)indent, "");
	catalog_yaml_append(work->yaml, name, false);
	g_string_append(work->yaml, ": { ");
	if (type[0] != '\0') {
		g_string_append(work->yaml, "type: ");
		catalog_yaml_append(work->yaml, type, true);
		g_string_append(work->yaml, ", ");
	}
	for (gsize i = 0; i < G_N_ELEMENTS(export_keys); i++) {
		if (values[i] == NULL)
			continue;
		g_string_append_printf(work->yaml, "%s%s: ", i > 0 ? ", " : "", export_keys[i]);
		/* Numbers as such, everything else in quotes. */
		if (g_regex_match_simple("\\A-?[0-9.]+(e[-+]?[0-9]+)?\\z", values[i], 0, 0))
			g_string_append(work->yaml, values[i]);
		else
			catalog_yaml_append(work->yaml, values[i], true);
	}
	g_string_append(work->yaml, " }\n");
}

static void
export_write_column(PlanExportWork *work, const DbResult *columns, int row, guint indent)
{
	char *values[G_N_ELEMENTS(export_keys) + 1] = { 0 };
	const char *name = db_result_value(columns, row, EXPORT_COLUMN);
	const char *type = db_result_value(columns, row, EXPORT_TYPE);

	for (gsize i = 0; i < G_N_ELEMENTS(export_keys); i++)
		values[i] = g_strdup(db_result_value(columns, row, EXPORT_VALUES + (int)i));
	if (!export_anonymise(work, columns, row, values)) {
		g_autofree char *reason = g_strdup_printf("no values can be made up for type %s", type);
		plan_export_leave_out(work, db_result_value(columns, row, EXPORT_SCHEMA),
		                      db_result_value(columns, row, EXPORT_RELATION), name, reason);
	} else {
		export_write_values(work, name, type, values, indent);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(export_keys); i++)
		g_free(values[i]);
}

void
plan_export_write_columns(PlanExportWork *work, const DbResult *columns, const char *schema, const char *relation,
                          bool inherited, const char *key, guint indent)
{
	gsize begin = work->yaml->len;

	g_string_append_printf(work->yaml, "%*s%s:\n", (int)indent, "", key);
	gsize empty = work->yaml->len;
	for (int i = 0; columns != NULL && i < db_result_rows(columns); i++)
		if (strcmp(db_result_value(columns, i, EXPORT_SCHEMA), schema) == 0 &&
		    strcmp(db_result_value(columns, i, EXPORT_RELATION), relation) == 0 &&
		    (db_result_value(columns, i, EXPORT_INHERITED)[0] == 't') == inherited)
			export_write_column(work, columns, i, indent + 2);
	if (work->yaml->len == empty)
		g_string_truncate(work->yaml, begin);
}

/* --- Relations ---------------------------------------------------------------------- */

static const char *
export_value(const PlanExportWork *work, int row, int column)
{
	return db_result_value(work->relations, row, column);
}

static void
export_write_index(PlanExportWork *work, int row)
{
	g_string_append(work->yaml, "      ");
	catalog_yaml_append(work->yaml, export_value(work, row, 1), false);
	g_string_append_printf(work->yaml, ":\n        rows: %s\n        pages: %s\n", export_value(work, row, 4),
	                       export_value(work, row, 3));
	plan_export_write_columns(work, work->columns, export_value(work, row, 0), export_value(work, row, 1), false,
	                          "columns", 8);
}

/* A table with its indexes, which follow it; gives the row behind them. */
static int
export_write_table(PlanExportWork *work, int row)
{
	const char *schema = export_value(work, row, 0);
	const char *name = export_value(work, row, 1);
	g_autofree char *identity = catalog_identity_join(schema, NULL, name);
	bool parent = export_value(work, row, 7)[0] == 'p';
	bool unknown = export_value(work, row, 4)[0] == '-';
	int next = row + 1;

	g_string_append(work->yaml, "  ");
	catalog_yaml_append(work->yaml, identity, false);
	/* Before 14, the rows of a partitioned table are not kept. */
	g_string_append_printf(work->yaml, ":\n    rows: %s\n", unknown ? "0" : export_value(work, row, 4));
	if (!parent)
		g_string_append_printf(work->yaml, "    pages: %s\n    visible: %s\n", export_value(work, row, 3),
		                       export_value(work, row, 5));
	plan_export_write_columns(work, work->columns, schema, name, parent, "columns", 4);
	if (!parent)
		plan_export_write_columns(work, work->columns, schema, name, true, "inherited", 4);
	gsize begin = work->yaml->len;
	g_string_append(work->yaml, "    indexes:\n");
	for (; next < db_result_rows(work->relations) && export_value(work, next, 2) != NULL; next++)
		export_write_index(work, next);
	if (next == row + 1)
		g_string_truncate(work->yaml, begin);
	plan_export_write_extended(work, schema, name, parent);
	return next;
}

static void
export_write_tables(PlanExportWork *work)
{
	int n = db_result_rows(work->relations);
	gsize begin = work->yaml->len;

	for (int row = 0; row < n;) {
		const char *reason = export_value(work, row, 6);
		if (reason == NULL && export_value(work, row, 2) == NULL) {
			row = export_write_table(work, row);
			continue;
		}
		if (export_value(work, row, 2) == NULL)
			plan_export_leave_out(work, export_value(work, row, 0), export_value(work, row, 1), NULL,
			                      reason);
		row++;
	}
	g_string_insert(work->yaml, (gssize)begin, work->yaml->len > begin ? "tables:\n" : "tables: {}\n");
}

static void
export_write_left_out(PlanExportWork *work)
{
	if (work->left_out->len > 0)
		g_string_append(work->yaml, "left_out:\n");
	for (guint i = 0; i < work->left_out->len; i += 2) {
		g_string_append(work->yaml, "  ");
		catalog_yaml_append(work->yaml, g_ptr_array_index(work->left_out, i), false);
		g_string_append(work->yaml, ": ");
		catalog_yaml_append(work->yaml, g_ptr_array_index(work->left_out, i + 1), false);
		g_string_append_c(work->yaml, '\n');
	}
}

static void
export_unref(gpointer data)
{
	if (data != NULL)
		g_hash_table_unref(data);
}

static void
export_clear(PlanExportWork *work)
{
	db_result_free(work->relations);
	db_result_free(work->columns);
	db_result_free(work->extended);
	db_result_free(work->expressions);
	g_hash_table_unref(work->more);
	g_hash_table_unref(work->names);
	g_ptr_array_unref(work->left_out);
	g_string_free(work->yaml, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PlanExportWork, export_clear)

static bool
export_read(PlanExportWork *work, DbSession *session, GError **error)
{
	work->relations = db_session_query(session, error, plan_sql_export_relations, NULL);
	if (work->relations != NULL)
		work->columns = db_session_query(session, error, plan_sql_export_columns, NULL);
	return work->columns != NULL && plan_export_read_extended(work, session, error);
}

char *
plan_export(DbSession *session, const PlanExportOptions *options, guint *ret_left_out, GError **error)
{
	g_auto(PlanExportWork)
	    work = { .options = options,
		     .more = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref),
		     .names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, export_unref),
		     .yaml = g_string_new(NULL),
		     .left_out = g_ptr_array_new_with_free_func(g_free) };
	g_autofree char *taken = db_session_query_value(
	    session, error,
	    "SELECT pg_catalog.to_char(pg_catalog.now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || '+00'", NULL);

	if (taken == NULL || !export_read(&work, session, error))
		return NULL;
	g_string_append_printf(
	    work.yaml, "# Statistics for plans: \"pgassay help plans\".\nstatistics: 1\nserver: '%d.%d'\ntaken: '%s'\n",
	    db_session_server_version(session) / 10000, db_session_server_version(session) % 10000, taken);
	if (options->anonymise)
		g_string_append(work.yaml, "anonymised: true\n");
	export_write_tables(&work);
	export_write_left_out(&work);
	*ret_left_out = work.left_out->len / 2;
	return g_strdup(work.yaml->str);
}
