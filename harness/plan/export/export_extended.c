/* The data of CREATE STATISTICS in the fixture, below their table. */
#include "catalog/identity.h"
#include "catalog/yaml.h"
#include "plan/catalog/array.h"
#include "plan/export/anonymous.h"
#include "plan/export/export_private.h"
#include "plan/export/sql.h"

#include <string.h>

/* The columns of export_extended.sql. */
enum {
	EXTENDED_TABLE_SCHEMA,
	EXTENDED_TABLE,
	EXTENDED_SCHEMA,
	EXTENDED_NAME,
	EXTENDED_KIND,
	EXTENDED_TEXTS,
	EXTENDED_A,
	EXTENDED_B,
	EXTENDED_TYPES,
};

/* An object, and its rows. */
typedef struct {
	PlanExportWork *work;
	int from;
	int to;
	bool parent;         /* its table is partitioned */
	GPtrArray *names;    /* of char *: its columns and expressions */
	GPtrArray *types;    /* of char *: those of the columns; NULL for an expression */
	GHashTable **others; /* other values for each of these; NULL: they stay, or there are none */
} ExtendedObject;

static const char *
extended_value(const PlanExportWork *work, int row, int column)
{
	return db_result_value(work->extended, row, column);
}

static const char *
extended_own(const ExtendedObject *object, int column)
{
	return extended_value(object->work, object->from, column);
}

static char *
extended_key(const ExtendedObject *object, guint i)
{
	bool expression = g_ptr_array_index(object->types, i) == NULL;

	return plan_export_key(expression, extended_own(object, expression ? EXTENDED_SCHEMA : EXTENDED_TABLE_SCHEMA),
	                       extended_own(object, expression ? EXTENDED_NAME : EXTENDED_TABLE),
	                       g_ptr_array_index(object->names, i), !expression && object->parent);
}

static int
extended_end(const PlanExportWork *work, int row)
{
	int end = row + 1;

	while (end < db_result_rows(work->extended) &&
	       strcmp(extended_value(work, end, EXTENDED_SCHEMA), extended_value(work, row, EXTENDED_SCHEMA)) == 0 &&
	       strcmp(extended_value(work, end, EXTENDED_NAME), extended_value(work, row, EXTENDED_NAME)) == 0)
		end++;
	return end;
}

static void
extended_begin(PlanExportWork *work, int row, bool parent, ExtendedObject *ret_object)
{
	ExtendedObject object = { .work = work, .from = row, .to = extended_end(work, row), .parent = parent };
	const char *names = extended_value(work, row, EXTENDED_TEXTS);
	const char *types = extended_value(work, row, EXTENDED_TYPES);

	/* If the object cannot be read, its expressions are not known. */
	object.names = plan_array_split(names != NULL ? names : "{}");
	object.types = plan_array_split(types != NULL ? types : "{}");
	object.others = g_new0(GHashTable *, object.names->len + 1);
	*ret_object = object;
}

static void
extended_clear(ExtendedObject *object)
{
	g_ptr_array_unref(object->names);
	g_ptr_array_unref(object->types);
	g_free(object->others);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ExtendedObject, extended_clear)

/* --- Values of combinations ------------------------------------------------------------ */

/* Collects the values of a column that occur only in combinations: they have to be ordered together with its own
 * most common values and bounds. */
static void
extended_collect(PlanExportWork *work, const ExtendedObject *object)
{
	for (int row = object->from; row < object->to; row++) {
		if (extended_value(work, row, EXTENDED_KIND)[0] != 'm')
			continue;
		g_autoptr(GPtrArray) values = plan_array_split(extended_value(work, row, EXTENDED_TEXTS));
		for (guint i = 0; i < values->len && i < object->names->len; i++) {
			g_autofree char *key = extended_key(object, i);
			GPtrArray *more = g_hash_table_lookup(work->more, key);
			if (more == NULL) {
				more = g_ptr_array_new_with_free_func(g_free);
				g_hash_table_insert(work->more, g_strdup(key), more);
			}
			g_ptr_array_add(more, g_strdup(g_ptr_array_index(values, i)));
		}
	}
}

static bool
extended_is_parent(const PlanExportWork *work, int row)
{
	for (int i = 0; i < db_result_rows(work->relations); i++)
		if (strcmp(db_result_value(work->relations, i, 0), extended_value(work, row, EXTENDED_TABLE_SCHEMA)) ==
		        0 &&
		    strcmp(db_result_value(work->relations, i, 1), extended_value(work, row, EXTENDED_TABLE)) == 0)
			return db_result_value(work->relations, i, 7)[0] == 'p';
	return false;
}

bool
plan_export_read_extended(PlanExportWork *work, DbSession *session, GError **error)
{
	work->extended = db_session_query(session, error, plan_sql_export_extended, NULL);
	if (work->extended != NULL && db_session_server_version(session) >= 140000) /* pg_stats_ext_exprs */
		work->expressions = db_session_query(session, error, plan_sql_export_expressions, NULL);
	if (work->extended == NULL || (work->expressions == NULL && db_session_server_version(session) >= 140000))
		return false;
	for (int row = 0; row < db_result_rows(work->extended); row = extended_end(work, row)) {
		g_auto(ExtendedObject) object = { 0 };
		extended_begin(work, row, extended_is_parent(work, row), &object);
		extended_collect(work, &object);
	}
	return true;
}

/* The type of an expression, which only its own statistics know. */
static const char *
extended_expression_type(const ExtendedObject *object, const char *expression, char *ret_kind)
{
	const DbResult *rows = object->work->expressions;

	for (int i = 0; rows != NULL && i < db_result_rows(rows); i++)
		if (strcmp(db_result_value(rows, i, 0), extended_own(object, EXTENDED_SCHEMA)) == 0 &&
		    strcmp(db_result_value(rows, i, 1), extended_own(object, EXTENDED_NAME)) == 0 &&
		    strcmp(db_result_value(rows, i, 2), expression) == 0) {
			*ret_kind = db_result_value(rows, i, 5)[0];
			return db_result_value(rows, i, 4);
		}
	return "";
}

/* Finds other values for all that the object is of. False when some have none: then *ret_type is their type. */
static bool
extended_find_others(ExtendedObject *object, const char **ret_type)
{
	for (guint i = 0; object->work->options->anonymise && i < object->names->len; i++) {
		const char *type = g_ptr_array_index(object->types, i);
		char kind = g_strcmp0(type, "enum") == 0 ? 'e' : 'b';
		if (type == NULL)
			type = extended_expression_type(object, g_ptr_array_index(object->names, i), &kind);
		if (plan_export_is_schema(type, kind))
			continue;
		g_autofree char *key = extended_key(object, i);
		object->others[i] = plan_export_names(object->work, key, type, NULL, NULL);
		*ret_type = type;
		if (object->others[i] == NULL)
			return false;
	}
	return true;
}

/* --- Writing ------------------------------------------------------------------------------ */

/* [a, b, null] */
static void
extended_append_list(const ExtendedObject *object, const GPtrArray *texts, guint n, bool values)
{
	GString *yaml = object->work->yaml;

	g_string_append_c(yaml, '[');
	for (guint i = 0; i < n; i++) {
		const char *text = g_ptr_array_index(texts, i);
		GHashTable *others = values && i < object->names->len ? object->others[i] : NULL;
		g_string_append(yaml, i > 0 ? ", " : "");
		if (text == NULL)
			g_string_append(yaml, "null");
		else
			catalog_yaml_append(yaml, others != NULL ? g_hash_table_lookup(others, text) : text, true);
	}
	g_string_append_c(yaml, ']');
}

static void
extended_write_item(const ExtendedObject *object, int row)
{
	g_autoptr(GPtrArray) texts = plan_array_split(extended_value(object->work, row, EXTENDED_TEXTS));
	const char *a = extended_value(object->work, row, EXTENDED_A);
	char kind = extended_value(object->work, row, EXTENDED_KIND)[0];
	GString *yaml = object->work->yaml;

	g_string_append(yaml, kind == 'm' ? "          - { values: " : "          - { of: ");
	extended_append_list(object, texts, kind == 'f' ? texts->len - 1 : texts->len, kind == 'm');
	if (kind == 'm') {
		g_string_append_printf(yaml, ", share: %s, base: %s }\n", a,
		                       extended_value(object->work, row, EXTENDED_B));
	} else if (kind == 'd') {
		g_string_append_printf(yaml, ", count: %s }\n", a);
	} else {
		g_string_append(yaml, ", decides: ");
		catalog_yaml_append(yaml, g_ptr_array_index(texts, texts->len - 1), true);
		g_string_append_printf(yaml, ", degree: %s }\n", a);
	}
}

static void
extended_write_items(const ExtendedObject *object, char kind, const char *key)
{
	bool first = true;

	for (int row = object->from; row < object->to; row++) {
		if (extended_value(object->work, row, EXTENDED_KIND)[0] != kind)
			continue;
		if (first)
			g_string_append_printf(object->work->yaml, "        %s:\n", key);
		first = false;
		extended_write_item(object, row);
	}
}

static bool
extended_has_common(const ExtendedObject *object)
{
	return extended_value(object->work, object->to - 1, EXTENDED_KIND)[0] == 'm'; /* they come last */
}

static void
extended_write_common(ExtendedObject *object)
{
	const char *type = NULL;

	if (extended_find_others(object, &type)) {
		extended_write_items(object, 'm', "most_common");
		return;
	}
	g_autofree char *reason = g_strdup_printf("no values can be made up for %s%s",
	                                          type[0] != '\0' ? "type " : "one of its expressions", type);
	plan_export_leave_out(object->work, extended_own(object, EXTENDED_SCHEMA), extended_own(object, EXTENDED_NAME),
	                      "most_common", reason);
}

static void
extended_write_object(ExtendedObject *object)
{
	PlanExportWork *work = object->work;
	const char *schema = extended_own(object, EXTENDED_SCHEMA);
	const char *name = extended_own(object, EXTENDED_NAME);
	g_autofree char *identity = catalog_identity_join(schema, NULL, name);
	gsize begin = work->yaml->len;
	guint n_left_out = work->left_out->len;

	g_string_append(work->yaml, "      ");
	catalog_yaml_append(work->yaml, identity, false);
	g_string_append(work->yaml, ":\n        columns: ");
	extended_append_list(object, object->names, object->names->len, false);
	g_string_append_c(work->yaml, '\n');
	gsize empty = work->yaml->len;
	extended_write_items(object, 'd', "distinct");
	extended_write_items(object, 'f', "dependencies");
	/* Before the combinations: their own values and bounds decide the order. */
	plan_export_write_columns(work, work->expressions, schema, name, false, "expressions", 8);
	if (extended_has_common(object))
		extended_write_common(object);
	if (work->yaml->len > empty)
		return;
	g_string_truncate(work->yaml, begin);
	if (work->left_out->len == n_left_out)
		plan_export_leave_out(work, schema, name, NULL, "it was never analyzed: ANALYZE its table");
}

void
plan_export_write_extended(PlanExportWork *work, const char *schema, const char *table, bool parent)
{
	gsize begin = work->yaml->len;

	g_string_append(work->yaml, "    extended:\n");
	gsize empty = work->yaml->len;
	for (int row = 0; row < db_result_rows(work->extended); row = extended_end(work, row)) {
		if (strcmp(extended_value(work, row, EXTENDED_TABLE_SCHEMA), schema) != 0 ||
		    strcmp(extended_value(work, row, EXTENDED_TABLE), table) != 0)
			continue;
		g_auto(ExtendedObject) object = { 0 };
		extended_begin(work, row, parent, &object);
		if (extended_value(work, row, EXTENDED_KIND)[0] == 'c')
			extended_write_object(&object);
		else
			plan_export_leave_out(work, extended_value(work, row, EXTENDED_SCHEMA),
			                      extended_value(work, row, EXTENDED_NAME), NULL,
			                      extended_value(work, row, EXTENDED_A));
	}
	if (work->yaml->len == empty)
		g_string_truncate(work->yaml, begin);
}
