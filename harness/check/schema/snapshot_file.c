#include "check/schema/snapshot_file.h"

#include "base/error.h"
#include "catalog/compose.h"
#include "catalog/identity.h"
#include "catalog/list.h"
#include "check/fixture/fixture.h"
#include "check/fixture/object.h"

#include <string.h>

/* The state of the reader: the object that keys belong to. */
typedef struct {
	CatalogComposition *composition;
	CatalogClassId class_id;
	const char *schema;
	const char *relation;
	GError **error;
} Reading;

static bool
snapshot_file_refuse(const Reading *reading, const SuiteNode *node, const char *what)
{
	return suite_node_error(
	    node, reading->error,
	    "\"pgassay snapshot\" writes one; a fixture cannot be told apart from what it leaves open",
	    "%s: this is no snapshot", what);
}

/* --- Attributes --------------------------------------------------------------- */

static CatalogValueKind
kind_of(const SuiteNode *value)
{
	bool truth = false;
	gint64 number = 0;

	return suite_node_is_bool(value, &truth)   ? CATALOG_VALUE_BOOL
	       : suite_node_is_int(value, &number) ? CATALOG_VALUE_INT
	                                           : CATALOG_VALUE_TEXT;
}

static bool
set_list(const Reading *reading, const char *name, const SuiteNode *list)
{
	g_autoptr(GPtrArray) items = g_ptr_array_new();

	for (guint i = 0; i < suite_node_size(list); i++)
		g_ptr_array_add(items, (gpointer)suite_node_text(suite_node_item(list, i)));
	g_ptr_array_add(items, NULL);
	g_autofree char *json = catalog_list_format((const char *const *)items->pdata);
	catalog_composition_set(reading->composition, name, json, CATALOG_VALUE_LIST);
	return true;
}

/* The attribute that the key of a fixture stands for; NULL when it is none. */
static const CheckAttribute *
find_attribute(CatalogClassId class_id, const char *key)
{
	const CheckVocabulary *vocabulary = check_vocabulary(class_id);

	for (const CheckAttribute *a = vocabulary->attributes; a->key != NULL; a++)
		if (strcmp(a->key, key) == 0)
			return a;
	return NULL;
}

static bool
set_attribute(const Reading *reading, const SuiteNode *key, const SuiteNode *value)
{
	const CheckAttribute *attribute = find_attribute(reading->class_id, suite_node_text(key));

	if (attribute == NULL || suite_node_kind(value) == SUITE_NODE_MAPPING)
		return snapshot_file_refuse(reading, key, suite_node_text(key));
	const char *name = attribute->attribute != NULL ? attribute->attribute : attribute->key;
	if (suite_node_kind(value) == SUITE_NODE_LIST)
		return set_list(reading, name, value);
	catalog_composition_set(reading->composition, name, suite_node_text(value), kind_of(value));
	return true;
}

static bool
set_row_security(const Reading *reading, const SuiteNode *flags)
{
	for (guint i = 0; i < suite_node_size(flags); i++) {
		g_autofree char *name = g_strconcat("row_security_", suite_node_key(flags, i), NULL);
		catalog_composition_set(reading->composition, name, suite_node_text(suite_node_item(flags, i)),
		                        CATALOG_VALUE_BOOL);
	}
	return true;
}

/* The name that the key of a collection means: quotes are taken off. */
static char *
snapshot_file_plain_name(const char *key)
{
	g_auto(GStrv) parts = key[0] == '"' ? catalog_identity_split(key) : NULL;

	return parts != NULL && g_strv_length(parts) == 1 ? g_strdup(parts[0]) : g_strdup(key);
}

/* --- Objects ------------------------------------------------------------------- */

/* The class of the parts of a relation that have this key; or NULL. */
static const CatalogClass *
snapshot_file_find_part(const char *key)
{
	for (int id = 0; id < CATALOG_N_CLASSES; id++) {
		const CatalogClass *class = catalog_class((CatalogClassId)id);
		if (class->scope == CATALOG_SCOPE_RELATION && strcmp(class->collection, key) == 0)
			return class;
	}
	return NULL;
}

/* The attributes of the object that was added last. */
static bool
snapshot_file_read_attributes(const Reading *reading, const SuiteNode *stated)
{
	const char *shorthand = check_vocabulary(reading->class_id)->shorthand;

	if (suite_node_is_null(stated))
		return true;
	if (suite_node_kind(stated) == SUITE_NODE_LIST && shorthand != NULL)
		return set_list(reading, shorthand, stated);
	if (suite_node_kind(stated) != SUITE_NODE_MAPPING)
		return snapshot_file_refuse(reading, stated,
		                            suite_node_text(stated) != NULL ? suite_node_text(stated) : "a list");
	for (guint i = 0; i < suite_node_size(stated); i++) {
		const char *key = suite_node_key(stated, i);
		const SuiteNode *value = suite_node_item(stated, i);
		if (reading->relation == NULL && snapshot_file_find_part(key) != NULL &&
		    find_attribute(reading->class_id, key) == NULL)
			continue;
		if (reading->class_id == CATALOG_PRIMARY_KEY && strcmp(key, "name") == 0)
			continue;
		if (strcmp(key, "row_security") == 0 ? !set_row_security(reading, value)
		                                     : !set_attribute(reading, suite_node_key_node(stated, i), value))
			return false;
	}
	return true;
}

static bool
read_primary_key(const Reading *reading, const SuiteNode *stated)
{
	const char *name = suite_node_get_text(stated, "name");

	if (name == NULL)
		return snapshot_file_refuse(reading, stated, "the primary key has no name");
	catalog_composition_add(reading->composition, reading->class_id, reading->schema, reading->relation, name);
	return snapshot_file_read_attributes(reading, stated);
}

static bool
read_parts_of(const Reading *reading, const SuiteNode *stated)
{
	if (reading->class_id == CATALOG_PRIMARY_KEY)
		return read_primary_key(reading, stated);
	if (suite_node_kind(stated) != SUITE_NODE_MAPPING)
		return snapshot_file_refuse(reading, stated, "a list without names");
	for (guint i = 0; i < suite_node_size(stated); i++) {
		if (check_is_reserved(reading->class_id, suite_node_key(stated, i)))
			return snapshot_file_refuse(reading, suite_node_key_node(stated, i), suite_node_key(stated, i));
		g_autofree char *name = snapshot_file_plain_name(suite_node_key(stated, i));
		g_autofree char *position = g_strdup_printf("%u", i + 1);
		catalog_composition_add(reading->composition, reading->class_id, reading->schema, reading->relation,
		                        name);
		if (reading->class_id == CATALOG_COLUMN)
			catalog_composition_set(reading->composition, "position", position, CATALOG_VALUE_INT);
		if (!snapshot_file_read_attributes(reading, suite_node_item(stated, i)))
			return false;
	}
	return true;
}

/* Reads the parts of the relation. */
static bool
snapshot_file_read_parts(const Reading *top, const char *relation, const SuiteNode *stated)
{
	for (guint i = 0; suite_node_kind(stated) == SUITE_NODE_MAPPING && i < suite_node_size(stated); i++) {
		const CatalogClass *part = snapshot_file_find_part(suite_node_key(stated, i));
		Reading reading = *top;
		if (part == NULL || find_attribute(top->class_id, suite_node_key(stated, i)) != NULL)
			continue;
		reading.class_id = part->id;
		reading.relation = relation;
		if (!read_parts_of(&reading, suite_node_item(stated, i)))
			return false;
	}
	return true;
}

static bool
snapshot_read_object(CatalogComposition *composition, const CatalogClass *class, const SuiteNode *key,
                     const SuiteNode *stated, GError **error)
{
	const char *text = suite_node_text(key);
	bool has_schema = class->scope == CATALOG_SCOPE_SCHEMA;
	g_auto(GStrv) parts = has_schema ? catalog_identity_split(text) : NULL;
	Reading reading = { .composition = composition, .class_id = class->id, .error = error };

	if (check_is_reserved(class->id, text) || (has_schema && (parts == NULL || g_strv_length(parts) != 2)))
		return snapshot_file_refuse(&reading, key, text);
	g_autofree char *name = has_schema                               ? g_strdup(parts[1])
	                        : class->scope == CATALOG_SCOPE_DATABASE ? snapshot_file_plain_name(text)
	                                                                 : g_strdup(text);
	reading.schema = has_schema ? parts[0] : NULL;
	catalog_composition_add(composition, class->id, reading.schema, NULL, name);
	return snapshot_file_read_attributes(&reading, stated) && snapshot_file_read_parts(&reading, name, stated);
}

/* --- Files --------------------------------------------------------------------- */

static const CatalogClass *
snapshot_file_find_section(const char *key)
{
	for (int id = 0; id < CATALOG_N_CLASSES; id++) {
		const CatalogClass *class = catalog_class((CatalogClassId)id);
		if (class->scope != CATALOG_SCOPE_RELATION && strcmp(class->collection, key) == 0)
			return class;
	}
	return NULL;
}

static bool
read_document(CatalogComposition *composition, const SuiteNode *root, GError **error)
{
	const Reading reading = { .composition = composition, .error = error };

	if (suite_node_is_null(root))
		return true;
	if (!suite_shape_check(check_fixture_shape(), root, "the snapshot", error))
		return false;
	for (guint i = 0; i < suite_node_size(root); i++) {
		const CatalogClass *class = snapshot_file_find_section(suite_node_key(root, i));
		const SuiteNode *section = suite_node_item(root, i);
		/* A snapshot is always complete, with or without this key. */
		if (strcmp(suite_node_key(root, i), "exact") == 0)
			continue;
		if (class == NULL || suite_node_kind(section) != SUITE_NODE_MAPPING)
			return snapshot_file_refuse(&reading, suite_node_key_node(root, i), suite_node_key(root, i));
		for (guint j = 0; j < suite_node_size(section); j++)
			if (!snapshot_read_object(composition, class, suite_node_key_node(section, j),
			                          suite_node_item(section, j), error))
				return false;
	}
	return true;
}

CatalogSnapshot *
check_snapshot_file_read(const char *const *paths, GError **error)
{
	g_autoptr(CatalogComposition) composition = catalog_composition_new();
	g_autofree char *twice = NULL;

	for (gsize i = 0; paths[i] != NULL; i++) {
		g_autoptr(SuiteDocument) document = suite_document_load(paths[i], error);
		if (document == NULL || !read_document(composition, suite_document_root(document), error))
			return NULL;
	}
	CatalogSnapshot *snapshot = catalog_composition_end(composition, &twice);
	if (snapshot == NULL)
		base_error_set(error, BASE_ERROR_INPUT, "write the snapshot anew", "the snapshot has %s twice", twice);
	return snapshot;
}
