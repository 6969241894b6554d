/* Rules on constraints and indexes. */
#include "check/rule.h"

#include <string.h>

/* --- Indexes of foreign keys ---------------------------------------------- */

/* The column that an entry of an index begins with, or NULL when it is an expression. The caller frees it. */
static char *
entry_column(const char *entry)
{
	if (entry[0] == '"') {
		GString *name = g_string_new(NULL);
		for (const char *p = entry + 1; *p != '\0' && (*p != '"' || *++p == '"'); p++)
			g_string_append_c(name, *p);
		return g_string_free(name, FALSE);
	}
	gsize length = strcspn(entry, " (");
	return entry[length] == '(' ? NULL : g_strndup(entry, length);
}

const SuiteKey check_rule_foreign_key_parameters[] = {
	{ "partly", &suite_shape_bool, false,
	  "true: of a key of several columns, an index that begins with one of them will do" },
	{ NULL },
};

/* True when the first n entries are among the columns. `entries`: as an index has them; else plain names. */
static bool
begins_with(char **keys, bool entries, char **columns, guint n)
{

	if (g_strv_length(keys) < n)
		return false;
	for (guint i = 0; i < n; i++) {
		g_autofree char *column = entries ? entry_column(keys[i]) : g_strdup(keys[i]);
		if (column == NULL || !g_strv_contains((const char *const *)columns, column))
			return false;
	}
	return true;
}

/* A look-up of referencing rows is `column = value`, from which the server knows that it is not null. */
static bool
predicate_allows(const char *predicate, char **columns)
{
	if (predicate == NULL)
		return true;
	for (guint i = 0; columns[i] != NULL; i++) {
		g_autofree char *plain = g_strdup_printf("(%s IS NOT NULL)", columns[i]);
		if (strcmp(predicate, plain) == 0)
			return true;
	}
	return false;
}

static bool
is_served_by_index(const CatalogObject *index, char **columns, guint n)
{
	g_auto(GStrv) keys = check_rule_list(index, "columns");
	const char *method = check_rule_text(index, "method");

	return (g_strcmp0(method, "btree") == 0 || (g_strcmp0(method, "hash") == 0 && g_strv_length(columns) == 1)) &&
	       g_strcmp0(check_rule_text(index, "valid"), "true") == 0 &&
	       predicate_allows(check_rule_text(index, "predicate"), columns) && begins_with(keys, true, columns, n);
}

static bool
is_served(const CheckRuleWork *work, const CatalogObject *foreign_key, char **columns)
{
	static const CatalogClassId classes[] = { CATALOG_INDEX, CATALOG_PRIMARY_KEY, CATALOG_UNIQUE };
	const SuiteNode *stated = suite_node_get(work->stated, "partly");
	bool partly = false;

	if (stated != NULL)
		suite_node_is_bool(stated, &partly);
	guint n = partly ? 1 : g_strv_length(columns);
	for (gsize c = 0; c < G_N_ELEMENTS(classes); c++) {
		guint count;
		guint first = catalog_snapshot_range(work->snapshot, classes[c], foreign_key->schema,
		                                     foreign_key->relation, &count);
		for (guint i = 0; i < count; i++) {
			const CatalogObject *object = catalog_snapshot_object(work->snapshot, first + i);
			g_auto(GStrv) keys = check_rule_list(object, "columns");
			if (classes[c] == CATALOG_INDEX ? is_served_by_index(object, columns, n)
			                                : begins_with(keys, false, columns, n))
				return true;
		}
	}
	return false;
}

char *
check_rule_foreign_key_index(const CheckRuleWork *work, const CatalogObject *foreign_key)
{
	g_auto(GStrv) columns = check_rule_list(foreign_key, "columns");

	if (is_served(work, foreign_key, columns))
		return NULL;
	g_autofree char *table = check_rule_quote_table(work, foreign_key);
	g_autofree char *list = check_rule_quote_list(work, (const char *const *)columns);
	return g_strdup_printf("has no index: CREATE INDEX ON %s (%s)", table, list);
}

/* --- Validity -------------------------------------------------------------- */

static bool
is_false(const CatalogObject *object, const char *attribute)
{
	return g_strcmp0(check_rule_text(object, attribute), "false") == 0;
}

char *
check_rule_validated(const CheckRuleWork *work, const CatalogObject *object)
{
	bool column = object->class_id == CATALOG_COLUMN;

	if (is_false(object, "enforced"))
		return g_strdup("is not enforced: make it anew without NOT ENFORCED");
	if (!is_false(object, column ? "not_null_validated" : "validated"))
		return NULL;
	g_autofree char *table = check_rule_quote_table(work, object);
	g_autofree char *name = check_rule_quote(work, object->name);
	return g_strdup_printf("%s: ALTER TABLE %s VALIDATE CONSTRAINT %s",
	                       column ? "has a NOT NULL that is not validated" : "is not validated", table,
	                       column ? "..." : name);
}

char *
check_rule_index_valid(const CheckRuleWork *work, const CatalogObject *index)
{
	if (!is_false(index, "valid"))
		return NULL;
	g_autofree char *schema = check_rule_quote(work, index->schema);
	g_autofree char *name = check_rule_quote(work, index->name);
	return g_strdup_printf("is invalid: REINDEX INDEX CONCURRENTLY %s.%s, or drop it", schema, name);
}

/* --- Duplicates ------------------------------------------------------------ */

/* True when both answer the same: the same but for their names, comments and options, and for being unique. */
static bool
same_index(const CatalogObject *a, const CatalogObject *b)
{
	static const char *const attributes[] = { "columns", "include", "method", "predicate" };

	for (gsize i = 0; i < G_N_ELEMENTS(attributes); i++)
		if (g_strcmp0(check_rule_text(a, attributes[i]), check_rule_text(b, attributes[i])) != 0)
			return false;
	return true;
}

/* The constraint whose index is the same, or NULL. */
static const CatalogObject *
same_constraint(const CheckRuleWork *work, const CatalogObject *index)
{
	static const CatalogClassId classes[] = { CATALOG_PRIMARY_KEY, CATALOG_UNIQUE };

	if (g_strcmp0(check_rule_text(index, "method"), "btree") != 0 || check_rule_text(index, "predicate") != NULL)
		return NULL;
	for (gsize c = 0; c < G_N_ELEMENTS(classes); c++) {
		guint count;
		guint first = catalog_snapshot_range(work->snapshot, classes[c], index->schema, index->relation,
		                                     &count);
		for (guint i = 0; i < count; i++) {
			const CatalogObject *constraint = catalog_snapshot_object(work->snapshot, first + i);
			if (g_strcmp0(check_rule_text(index, "columns"), check_rule_text(constraint, "columns")) == 0 &&
			    g_strcmp0(check_rule_text(index, "include"), check_rule_text(constraint, "include")) == 0)
				return constraint;
		}
	}
	return NULL;
}

/* Of two that are the same, the later one by name is told, unless it is the unique one. */
static const CatalogObject *
same_other_index(const CheckRuleWork *work, const CatalogObject *index)
{
	guint count;
	guint first = catalog_snapshot_range(work->snapshot, CATALOG_INDEX, index->schema, index->relation, &count);
	bool unique = !is_false(index, "unique");

	for (guint i = 0; i < count; i++) {
		const CatalogObject *other = catalog_snapshot_object(work->snapshot, first + i);
		bool other_unique = !is_false(other, "unique");
		bool worse = unique == other_unique ? strcmp(index->name, other->name) > 0 : other_unique;
		if (other != index && worse && same_index(index, other))
			return other;
	}
	return NULL;
}

char *
check_rule_duplicate_index(const CheckRuleWork *work, const CatalogObject *index)
{
	const CatalogObject *other = same_constraint(work, index);

	if (other == NULL)
		other = same_other_index(work, index);
	if (other == NULL)
		return NULL;
	g_autofree char *schema = check_rule_quote(work, index->schema);
	g_autofree char *name = check_rule_quote(work, index->name);
	return g_strdup_printf("is the same as %s \"%s\": DROP INDEX %s.%s", catalog_class(other->class_id)->name,
	                       other->name, schema, name);
}
