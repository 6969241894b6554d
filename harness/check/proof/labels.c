#include "check/proof/labels.h"

#include "catalog/identity.h"
#include "catalog/list.h"
#include "check/workspace/place.h"

#include <string.h>

/* One call. */
typedef struct {
	const CatalogSnapshot *before;
	const CatalogSnapshot *after;
	GPtrArray *found;
} LabelSearch;

static void
label_free(gpointer data)
{
	CheckLeftLabel *left = data;

	g_free(left->text);
	g_free(left->label);
	g_free(left->column);
	g_free(left);
}

/* --- Who asks for it ------------------------------------------------------------ */

/* What an object is made of; NULL: nothing that has values in it. */
static const char *const *
label_code(CatalogClassId class_id)
{
	static const char *const function[] = { "body", NULL };
	static const char *const view[] = { "definition", NULL };
	static const char *const rule[] = { "condition", "actions", NULL };
	static const char *const index[] = { "predicate", "columns", NULL };
	static const char *const policy[] = { "using", "check", NULL };
	static const char *const trigger[] = { "when", NULL };

	switch (class_id) {
	case CATALOG_FUNCTION:
		return function;
	case CATALOG_VIEW:
		return view;
	case CATALOG_RULE:
		return rule;
	case CATALOG_INDEX:
		return index;
	case CATALOG_POLICY:
		return policy;
	case CATALOG_TRIGGER:
		return trigger;
	default:
		return NULL;
	}
}

/* Whether the code, the same as before, has the value as a literal and the column as a word. */
static bool
label_is_asked(const CatalogObject *object, const CatalogObject *was, const char *literal, const char *column)
{
	const char *const *names = label_code(object->class_id);

	for (; names != NULL && *names != NULL; names++) {
		const char *code = catalog_object_value(object, *names);
		if (code != NULL && strstr(code, literal) != NULL && check_place_has_word(code, column) &&
		    g_strcmp0(code, catalog_object_value(was, *names)) == 0)
			return true;
	}
	return false;
}

/* A trigger function names NEW and OLD, and not the table. */
static bool
label_is_trigger_function(const LabelSearch *search, const CatalogObject *function, const CatalogObject *column)
{
	guint n = 0;
	guint first = catalog_snapshot_range(search->after, CATALOG_TRIGGER, column->schema, column->relation, &n);
	g_autofree char *name = g_strndup(function->identity, catalog_identity_head(function->identity));

	for (guint i = first; i < first + n; i++)
		if (g_strcmp0(catalog_object_value(catalog_snapshot_object(search->after, i), "function"), name) == 0)
			return true;
	return false;
}

static bool
label_is_about(const LabelSearch *search, const CatalogObject *object, const CatalogObject *column)
{
	if (object->relation != NULL)
		return strcmp(object->schema, column->schema) == 0 && strcmp(object->relation, column->relation) == 0;
	for (const char *const *names = label_code(object->class_id); names != NULL && *names != NULL; names++) {
		const char *code = catalog_object_value(object, *names);
		if (code != NULL && check_place_has_word(code, column->relation))
			return true;
	}
	return object->class_id == CATALOG_FUNCTION && label_is_trigger_function(search, object, column);
}

static void
label_add(const LabelSearch *search, const CatalogObject *object, const CatalogObject *column, const char *label)
{
	CheckLeftLabel *left = g_new0(CheckLeftLabel, 1);

	left->label = g_strdup(label);
	left->column = g_strdup(column->name);
	left->text = g_strdup_printf("column \"%s\" of table \"%s.%s\" cannot be '%s' any more, and %s \"%s\" still "
	                             "asks for it",
	                             column->name, column->schema, column->relation, label,
	                             catalog_class(object->class_id)->name, object->identity);
	g_ptr_array_add(search->found, left);
}

static void
label_find_users(const LabelSearch *search, const CatalogObject *column, const char *label)
{
	g_auto(GStrv) parts = g_strsplit(label, "'", -1);
	g_autofree char *doubled = g_strjoinv("''", parts);
	g_autofree char *literal = g_strdup_printf("'%s'", doubled);

	for (guint i = 0; i < catalog_snapshot_size(search->after); i++) {
		const CatalogObject *object = catalog_snapshot_object(search->after, i);
		if (label_code(object->class_id) == NULL)
			continue;
		const CatalogObject *was = catalog_snapshot_find(search->before, object->class_id, object->schema,
		                                                 object->relation, object->name);
		if (was != NULL && label_is_asked(object, was, literal, column->name) &&
		    label_is_about(search, object, column))
			label_add(search, object, column, label);
	}
}

/* --- Enums ---------------------------------------------------------------------- */

static void
label_find_of_columns(const LabelSearch *search, const CatalogObject *type, const char *label)
{
	guint n = 0;
	guint first = catalog_snapshot_range(search->after, CATALOG_COLUMN, NULL, NULL, &n);

	for (guint i = first; i < first + n; i++) {
		const CatalogObject *column = catalog_snapshot_object(search->after, i);
		const char *name = catalog_object_value(column, "type");
		gsize length = strlen(type->identity);
		if (name != NULL && g_str_has_prefix(name, type->identity) &&
		    (name[length] == '\0' || strcmp(name + length, "[]") == 0))
			label_find_users(search, column, label);
	}
}

static void
label_judge_enum(const LabelSearch *search, const CatalogObject *type)
{
	const CatalogObject *now = catalog_snapshot_find(search->after, CATALOG_ENUM, type->schema, NULL, type->name);

	if (now == NULL || strcmp(catalog_object_value(now, "labels"), catalog_object_value(type, "labels")) == 0)
		return;
	g_auto(GStrv) were = catalog_list_parse(catalog_object_value(type, "labels"));
	g_auto(GStrv) are = catalog_list_parse(catalog_object_value(now, "labels"));
	for (guint i = 0; were[i] != NULL; i++)
		if (!g_strv_contains((const char *const *)are, were[i]))
			label_find_of_columns(search, type, were[i]);
}

/* --- Lists of checks ------------------------------------------------------------- */

/* Adds the literals of the expression to the set. */
static void
label_add_literals(const char *expression, GHashTable *literals)
{
	g_autoptr(GRegex) regex = g_regex_new("'((?:[^']|'')*)'", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	g_regex_match(regex, expression, 0, &match);
	for (; g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *quoted = g_match_info_fetch(match, 1);
		g_auto(GStrv) parts = g_strsplit(quoted, "''", -1);
		g_hash_table_add(literals, g_strjoinv("'", parts));
	}
}

/* Adds what the checks of the column list. False: another check than a list is about it, or none. */
static bool
label_list_checks(const CatalogSnapshot *catalog, const CatalogObject *column, GHashTable *literals)
{
	guint n = 0;
	guint first = catalog_snapshot_range(catalog, CATALOG_CHECK, column->schema, column->relation, &n);
	guint n_lists = 0;

	for (guint i = first; i < first + n; i++) {
		const char *expression = catalog_object_value(catalog_snapshot_object(catalog, i), "expression");
		if (expression == NULL || !check_place_has_word(expression, column->name))
			continue;
		if (strstr(expression, "ANY (") == NULL || strstr(expression, "<>") != NULL)
			return false;
		label_add_literals(expression, literals);
		n_lists++;
	}
	return n_lists == 1;
}

static void
label_judge_column(const LabelSearch *search, const CatalogObject *column)
{
	const CatalogObject *now = catalog_snapshot_find(search->after, CATALOG_COLUMN, column->schema,
	                                                 column->relation, column->name);
	g_autoptr(GHashTable) were = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) are = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	if (now == NULL || !label_list_checks(search->before, column, were) ||
	    !label_list_checks(search->after, now, are))
		return;
	g_autoptr(GList) list = g_list_sort(g_hash_table_get_keys(were), (GCompareFunc)strcmp);
	for (const GList *at = list; at != NULL; at = at->next)
		if (!g_hash_table_contains(are, at->data))
			label_find_users(search, now, at->data);
}

/* The columns of a check that is gone or is another one. */
static void
label_judge_check(const LabelSearch *search, const CatalogObject *check)
{
	const CatalogObject *now = catalog_snapshot_find(search->after, CATALOG_CHECK, check->schema, check->relation,
	                                                 check->name);
	const char *expression = catalog_object_value(check, "expression");
	guint n = 0;
	guint first = catalog_snapshot_range(search->before, CATALOG_COLUMN, check->schema, check->relation, &n);

	if (expression == NULL || (now != NULL && g_strcmp0(catalog_object_value(now, "expression"), expression) == 0))
		return;
	for (guint i = first; i < first + n; i++) {
		const CatalogObject *column = catalog_snapshot_object(search->before, i);
		if (check_place_has_word(expression, column->name))
			label_judge_column(search, column);
	}
}

GPtrArray *
check_labels_find(const CatalogSnapshot *before, const CatalogSnapshot *after)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(label_free);
	const LabelSearch search = { before, after, found };

	for (guint i = 0; i < catalog_snapshot_size(before); i++) {
		const CatalogObject *object = catalog_snapshot_object(before, i);
		if (object->class_id == CATALOG_ENUM)
			label_judge_enum(&search, object);
		else if (object->class_id == CATALOG_CHECK)
			label_judge_check(&search, object);
	}
	return found;
}
