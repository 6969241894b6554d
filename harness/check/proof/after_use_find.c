/* Finds the new possibilities of an up, from the catalogs before and after it. */
#include "check/proof/after_use_private.h"

#include "catalog/diff.h"
#include "catalog/identity.h"
#include "catalog/list.h"
#include "rows/state/expression.h"

#include <string.h>

static void
after_use_free_use(gpointer data)
{
	CheckUse *use = data;

	g_free(use->what);
	g_free(use->sql);
	g_free(use->needs);
	g_free(use);
}

/* One call. */
typedef struct {
	const CatalogSnapshot *before;
	const CatalogSnapshot *after;
	GPtrArray *uses;
} UseSearch;

static char *
use_table(const char *schema, const char *relation)
{
	g_autofree char *quoted_schema = rows_identifier(schema);
	g_autofree char *quoted = rows_identifier(relation);

	return g_strconcat(quoted_schema, ".", quoted, NULL);
}

static const char *
use_attribute(const CatalogObject *object, const char *name)
{
	return object != NULL ? catalog_object_value(object, name) : NULL;
}

static void G_GNUC_PRINTF(3, 4) use_add(const UseSearch *search, char *sql, const char *format, ...)
{
	CheckUse *use = g_new0(CheckUse, 1);
	va_list arguments;

	va_start(arguments, format);
	use->what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	use->sql = sql;
	g_ptr_array_add(search->uses, use);
}

/* Sets the column of one row; which one does not matter. The caller frees it. */
static char *
use_set_one(const char *schema, const char *relation, const char *column, const char *value)
{
	g_autofree char *table = use_table(schema, relation);
	g_autofree char *name = rows_identifier(column);

	return g_strdup_printf("UPDATE %s SET %s = %s WHERE (tableoid, ctid) = (SELECT tableoid, ctid FROM %s LIMIT 1)",
	                       table, name, value, table);
}

static void
use_set(const UseSearch *search, const CatalogObject *column, const char *value)
{
	use_add(search, use_set_one(column->schema, column->relation, column->name, value),
	        "a row of \"%s.%s\" with %s = %s", column->schema, column->relation, column->name, value);
}

/* --- Enums ------------------------------------------------------------------------ */

static void
use_label(const UseSearch *search, const CatalogObject *type, const char *label)
{
	guint n_columns = 0;
	guint first = catalog_snapshot_range(search->after, CATALOG_COLUMN, NULL, NULL, &n_columns);
	g_autofree char *literal = rows_literal(label);
	g_autofree char *array = g_strconcat(type->identity, "[]", NULL);

	for (guint i = first; i < first + n_columns; i++) {
		const CatalogObject *column = catalog_snapshot_object(search->after, i);
		const char *column_type = use_attribute(column, "type");
		if (g_strcmp0(column_type, type->identity) == 0) {
			use_set(search, column, literal);
		} else if (g_strcmp0(column_type, array) == 0) {
			g_autofree char *value = g_strdup_printf("ARRAY[%s]::%s", literal, array);
			use_set(search, column, value);
		}
	}
}

static void
use_find_labels(const UseSearch *search, const CatalogObject *was, const CatalogObject *is)
{
	g_auto(GStrv) old = catalog_list_parse(use_attribute(was, "labels"));
	g_auto(GStrv) new = catalog_list_parse(use_attribute(is, "labels"));

	for (guint i = 0; new[i] != NULL; i++)
		if (!g_strv_contains((const char *const *)old, new[i]))
			use_label(search, is, new[i]);
}

/* --- Columns ------------------------------------------------------------------------ */

/* The first number in brackets: of varchar(50) 50; 0 without any. */
static guint64
use_length(const char *type)
{
	const char *bracket = strchr(type, '(');

	return bracket != NULL ? g_ascii_strtoull(bracket + 1, NULL, 10) : 0;
}

static bool
use_is_whole_number(const char *type)
{
	return strcmp(type, "smallint") == 0 || strcmp(type, "integer") == 0 || strcmp(type, "bigint") == 0;
}

/* A value of the new type that the old one cannot hold, as SQL for the caller to free; NULL: none is known. */
static char *
use_value_beyond(const char *was, const char *is)
{
	bool to_text = strcmp(is, "text") == 0 || g_str_has_prefix(is, "character varying");
	bool from_text = strcmp(was, "text") == 0 || g_str_has_prefix(was, "character");

	if (from_text && to_text)
		return use_length(was) == 0 || (use_length(is) != 0 && use_length(is) <= use_length(was))
		           ? NULL
		           : g_strdup_printf("repeat('x', %" G_GUINT64_FORMAT ")", use_length(was) + 1);
	if (to_text)
		return g_strdup("'x'");
	if (strcmp(was, "smallint") == 0 && !from_text)
		return g_strdup("70000");
	if (strcmp(was, "integer") == 0 && (use_is_whole_number(is) || g_str_has_prefix(is, "numeric")))
		return g_strdup("3000000000");
	if (strcmp(was, "bigint") == 0 && g_str_has_prefix(is, "numeric"))
		return g_strdup("10000000000000000000");
	if (g_str_has_prefix(was, "numeric(") && g_str_has_prefix(is, "numeric")) {
		const char *comma = strchr(was, ',');
		guint64 scale = comma != NULL ? g_ascii_strtoull(comma + 1, NULL, 10) : 0;
		return g_strdup_printf("1e%" G_GUINT64_FORMAT, use_length(was) - MIN(scale, use_length(was)));
	}
	if (strcmp(was, "boolean") == 0 && use_is_whole_number(is))
		return g_strdup("2");
	return NULL;
}

static void
use_find_column(const UseSearch *search, const CatalogObject *was, const CatalogObject *is)
{
	const char *old_type = use_attribute(was, "type");
	const char *new_type = use_attribute(is, "type");

	if (g_strcmp0(use_attribute(was, "nullable"), "false") == 0 &&
	    g_strcmp0(use_attribute(is, "nullable"), "true") == 0)
		use_set(search, is, "NULL");
	if (old_type == NULL || new_type == NULL || strcmp(old_type, new_type) == 0)
		return;
	g_autofree char *value = use_value_beyond(old_type, new_type);
	if (value != NULL)
		use_set(search, is, value);
}

/* --- Constraints ----------------------------------------------------------------------- */

/* The columns of a constraint, when the table still has all of them. */
static GStrv
use_columns(const UseSearch *search, const CatalogObject *constraint)
{
	const char *list = use_attribute(constraint, "columns");
	g_auto(GStrv) columns = list != NULL ? catalog_list_parse(list) : NULL;

	if (columns == NULL || columns[0] == NULL)
		return NULL;
	for (guint i = 0; columns[i] != NULL; i++)
		if (catalog_snapshot_find(search->after, CATALOG_COLUMN, constraint->schema, constraint->relation,
		                          columns[i]) == NULL)
			return NULL;
	return g_steal_pointer(&columns);
}

/* Two rows with the same key, of which no column is NULL. */
static void
use_find_duplicate(const UseSearch *search, const CatalogObject *key)
{
	g_auto(GStrv) columns = use_columns(search, key);
	g_autoptr(GString) names = g_string_new(NULL);
	g_autoptr(GString) present = g_string_new(NULL);

	if (columns == NULL)
		return;
	for (guint i = 0; columns[i] != NULL; i++) {
		g_autofree char *name = rows_identifier(columns[i]);
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", name);
		g_string_append_printf(present, "%s%s IS NOT NULL", i > 0 ? " AND " : "", name);
	}
	g_autofree char *table = use_table(key->schema, key->relation);
	g_autofree char *shown = g_strjoinv(", ", columns);
	char *sql = g_strdup_printf(
	    "UPDATE %s SET (%s) = (SELECT %s FROM %s WHERE %s ORDER BY tableoid, ctid LIMIT 1) WHERE"
	    " (tableoid, ctid) = (SELECT tableoid, ctid FROM %s WHERE %s ORDER BY tableoid, ctid LIMIT 1"
	    " OFFSET 1)",
	    table, names->str, names->str, table, present->str, table, present->str);
	use_add(search, sql, "two rows of \"%s.%s\" with the same %s", key->schema, key->relation, shown);
}

static void
use_find_orphan(const UseSearch *search, const CatalogObject *key)
{
	static const char *const values[] = { "2147480000", "'00000000-dead-beef-0000-000000000000'" };
	g_auto(GStrv) columns = use_columns(search, key);

	if (columns == NULL || columns[1] != NULL)
		return;
	const CatalogObject *column = catalog_snapshot_find(search->after, CATALOG_COLUMN, key->schema, key->relation,
	                                                    columns[0]);
	use_set(search, column, values[use_is_whole_number(use_attribute(column, "type")) ? 0 : 1]);
}

/* A value for which the old check of one column is false. */
static void
use_find_unchecked(const UseSearch *search, const CatalogObject *check, const char *new_expression)
{
	static const char *const usual[] = { "''", "'x'", "-1", "0", "1000000", "repeat('x', 1000)", NULL };
	const char *old = use_attribute(check, "expression");
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	guint n_columns = 0;
	guint first = catalog_snapshot_range(search->after, CATALOG_COLUMN, check->schema, check->relation, &n_columns);

	if (old == NULL)
		return;
	if (new_expression != NULL) {
		g_autoptr(GPtrArray) constants = rows_expression_constants(new_expression);
		for (guint i = 0; i < constants->len; i++)
			g_ptr_array_add(values,
			                rows_literal(((const RowsConstant *)g_ptr_array_index(constants, i))->text));
	}
	for (guint i = 0; usual[i] != NULL; i++)
		g_ptr_array_add(values, g_strdup(usual[i]));
	for (guint i = first; i < first + n_columns; i++) {
		const CatalogObject *column = catalog_snapshot_object(search->after, i);
		if (!rows_expression_mentions(old, column->name))
			continue;
		for (guint j = 0; j < values->len; j++) {
			use_set(search, column, g_ptr_array_index(values, j));
			CheckUse *use = g_ptr_array_index(search->uses, search->uses->len - 1);
			g_autofree char *table = use_table(check->schema, check->relation);
			g_autofree char *proof = g_strdup_printf("SELECT 1 FROM %s WHERE NOT (%s) LIMIT 1", table, old);
			use->needs = g_steal_pointer(&proof);
			use->alternative_to = check->identity;
		}
	}
}

/* A check of another name may have come in its place. */
static const char *
use_find_new_check(const UseSearch *search, const CatalogObject *check)
{
	guint n = 0;
	guint first = catalog_snapshot_range(search->after, CATALOG_CHECK, check->schema, check->relation, &n);

	for (guint i = first; i < first + n; i++) {
		const CatalogObject *other = catalog_snapshot_object(search->after, i);
		if (catalog_snapshot_find(search->before, CATALOG_CHECK, other->schema, other->relation, other->name) ==
		    NULL)
			return use_attribute(other, "expression");
	}
	return NULL;
}

/* --- All of them ------------------------------------------------------------------------- */

static void
use_find_missing(const UseSearch *search, const CatalogObject *object)
{
	/* With its table everything is gone. */
	if (object->relation == NULL ||
	    catalog_snapshot_find(search->after, CATALOG_TABLE, object->schema, NULL, object->relation) == NULL)
		return;
	if (object->class_id == CATALOG_PRIMARY_KEY || object->class_id == CATALOG_UNIQUE ||
	    (object->class_id == CATALOG_INDEX && g_strcmp0(use_attribute(object, "unique"), "true") == 0))
		use_find_duplicate(search, object);
	else if (object->class_id == CATALOG_FOREIGN_KEY)
		use_find_orphan(search, object);
	else if (object->class_id == CATALOG_CHECK)
		use_find_unchecked(search, object, use_find_new_check(search, object));
}

static void
use_find_difference(const UseSearch *search, const CatalogDifference *difference)
{
	if (difference->kind == CATALOG_MISSING) {
		use_find_missing(search, difference->expected);
		return;
	}
	if (difference->kind != CATALOG_CHANGED)
		return;
	const char *attribute = difference->expected_attribute != NULL ? difference->expected_attribute->name
	                                                               : difference->found_attribute->name;
	if (difference->found->class_id == CATALOG_ENUM && strcmp(attribute, "labels") == 0)
		use_find_labels(search, difference->expected, difference->found);
	else if (difference->found->class_id == CATALOG_CHECK && strcmp(attribute, "expression") == 0)
		use_find_unchecked(search, difference->expected, use_attribute(difference->found, "expression"));
	else if (difference->found->class_id == CATALOG_COLUMN &&
	         (strcmp(attribute, "type") == 0 || strcmp(attribute, "nullable") == 0))
		use_find_column(search, difference->expected, difference->found);
	else if ((difference->found->class_id == CATALOG_UNIQUE || difference->found->class_id == CATALOG_PRIMARY_KEY ||
	          difference->found->class_id == CATALOG_INDEX) &&
	         (strcmp(attribute, "columns") == 0 || strcmp(attribute, "unique") == 0) &&
	         (difference->found->class_id != CATALOG_INDEX ||
	          g_strcmp0(use_attribute(difference->expected, "unique"), "true") == 0))
		use_find_duplicate(search, difference->expected);
}

GPtrArray *
check_uses_find(const CatalogSnapshot *before, const CatalogSnapshot *after)
{
	const UseSearch search = { .before = before,
		                   .after = after,
		                   .uses = g_ptr_array_new_with_free_func(after_use_free_use) };
	g_autoptr(GArray) differences = catalog_diff(before, after, NULL);

	for (guint i = 0; i < differences->len; i++)
		use_find_difference(&search, &g_array_index(differences, CatalogDifference, i));
	return search.uses;
}
