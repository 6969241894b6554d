#include "check/fixture.h"

#include "check/rule.h"
#include "check/server_condition.h"

/* --- Shape ---------------------------------------------------------------
 * Made from the vocabulary, so that a key is written down once. What is made here lives as long as the
 * program. */

static const SuiteKey row_security_keys[] = {
	{ "enabled", &suite_shape_bool, false, "ENABLE ROW LEVEL SECURITY" },
	{ "forced", &suite_shape_bool, false, "FORCE ROW LEVEL SECURITY: the owner too" },
	{ NULL },
};
static const SuiteShape row_security_shape = { .expects = "a mapping with enabled and forced",
	                                       .accepts = SUITE_ACCEPT_MAPPING,
	                                       .keys = row_security_keys };

static const SuiteShape *
attribute_shape(const CheckAttribute *attribute)
{
	switch (attribute->comparison) {
	case CHECK_COMPARE_BOOL:
		return &suite_shape_bool;
	case CHECK_COMPARE_INT:
		return &suite_shape_int;
	case CHECK_COMPARE_LIST:
	case CHECK_COMPARE_KEYS:
	case CHECK_COMPARE_SET:
		return &suite_shape_text_list;
	default:
		break;
	}
	if (attribute->choices == NULL)
		return &suite_shape_text;
	SuiteShape *shape = g_new0(SuiteShape, 1);
	shape->expects = attribute->help;
	shape->accepts = SUITE_ACCEPT_TEXT;
	shape->choices = attribute->choices;
	return shape;
}

static void
add_key(GArray *keys, const char *name, const SuiteShape *shape, const char *help)
{
	SuiteKey key = { .name = name, .shape = shape, .help = help };

	g_array_append_val(keys, key);
}

static SuiteShape *
mapping_shape(const char *expects, guint accepts, GArray *keys)
{
	SuiteShape *shape = g_new0(SuiteShape, 1);

	shape->expects = expects;
	shape->accepts = SUITE_ACCEPT_MAPPING | accepts;
	shape->keys = (const SuiteKey *)(gpointer)g_array_free(keys, FALSE);
	return shape;
}

static void
add_attributes(GArray *keys, const CheckVocabulary *vocabulary)
{
	for (const CheckAttribute *a = vocabulary->attributes; a->key != NULL; a++)
		add_key(keys, a->key, attribute_shape(a), a->help);
}

/* What may be said of every object beside its attributes. */
static void
add_object_keys(GArray *keys)
{
	add_key(keys, "optional", &suite_shape_bool, "true: it need not exist; when it does, the rest holds");
	add_key(keys, "if", &check_server_condition_shape, "on which servers it holds; on others it is not there");
	add_key(keys, "except", &suite_shape_text_mapping,
	        "of a name with wildcards: names that it does not mean, each with the reason");
}

/* What may be said of all objects in one place. */
static void
add_collection_keys(GArray *keys)
{
	add_key(keys, "exact", &suite_shape_bool, "true: what is not listed here may not exist");
	add_key(keys, "count", &suite_shape_count, "how many there are");
	add_key(keys, "at_least", &suite_shape_count, "how many there are at least");
}

static const SuiteShape *collection_shape(CatalogClassId class_id);

static void
add_collections(GArray *keys, const CatalogClassId *classes)
{
	for (; *classes != CATALOG_N_CLASSES; classes++)
		add_key(keys, catalog_class(*classes)->collection, collection_shape(*classes),
		        catalog_class(*classes)->name);
}

/* One object: its attributes, or absent, or nothing (it exists). */
static SuiteShape *
object_shape(const CheckVocabulary *vocabulary)
{
	GArray *keys = g_array_new(TRUE, TRUE, sizeof(SuiteKey));
	guint accepts = SUITE_ACCEPT_ABSENT | SUITE_ACCEPT_NULL;

	add_attributes(keys, vocabulary);
	if (vocabulary->class_id == CATALOG_TABLE) {
		add_key(keys, "row_security", &row_security_shape, "whether row security is on");
		add_collections(keys, check_fixture_table_classes());
	} else if (vocabulary->class_id == CATALOG_VIEW) {
		add_collections(keys, check_fixture_view_classes());
	}
	add_object_keys(keys);
	if (vocabulary->shorthand != NULL)
		accepts |= SUITE_ACCEPT_LIST;
	SuiteShape *shape = mapping_shape("absent, or a mapping of what must hold", accepts, keys);
	shape->item = vocabulary->shorthand != NULL ? &suite_shape_text : NULL;
	return shape;
}

/* An object without its name: what it has must match one object. */
static SuiteShape *
item_shape(const CheckVocabulary *vocabulary)
{
	GArray *keys = g_array_new(TRUE, TRUE, sizeof(SuiteKey));
	guint accepts = vocabulary->shorthand != NULL ? SUITE_ACCEPT_LIST : 0;

	add_key(keys, "name", &suite_shape_text, "its name");
	add_key(keys, "if", &check_server_condition_shape, "on which servers it holds; on others it is not there");
	add_attributes(keys, vocabulary);
	SuiteShape *shape = mapping_shape("a mapping of what must hold", accepts, keys);
	shape->item = vocabulary->shorthand != NULL ? &suite_shape_text : NULL;
	return shape;
}

static SuiteShape *
list_shape(const SuiteShape *item)
{
	SuiteShape *shape = g_new0(SuiteShape, 1);

	shape->expects = "a list";
	shape->accepts = SUITE_ACCEPT_LIST;
	shape->item = item;
	shape->adds = true;
	return shape;
}

/* All objects of a class in one place: by name, or as a list. */
static const SuiteShape *
collection_shape(CatalogClassId class_id)
{
	const CheckVocabulary *vocabulary = check_vocabulary(class_id);
	GArray *keys = g_array_new(TRUE, TRUE, sizeof(SuiteKey));

	if (class_id == CATALOG_PRIMARY_KEY) {
		/* A table has one at most: no collection. */
		SuiteShape *one = item_shape(vocabulary);
		g_array_unref(keys);
		one->expects = "a list of columns, a mapping, or absent";
		one->accepts |= SUITE_ACCEPT_ABSENT;
		return one;
	}
	CatalogScope scope = catalog_class(class_id)->scope;
	bool named_only = scope == CATALOG_SCOPE_DATABASE || scope == CATALOG_SCOPE_PHRASE;
	const SuiteShape *item = named_only ? &suite_shape_text : item_shape(vocabulary);
	add_collection_keys(keys);
	add_key(keys, "list", list_shape(item), "objects without their names: each must be matched by one that exists");
	SuiteShape *shape = mapping_shape("a mapping of names, or a list", SUITE_ACCEPT_LIST, keys);
	shape->adds = true;
	shape->item = item;
	shape->values = object_shape(vocabulary);
	return shape;
}

static const SuiteShape name_list_shape = {
	.expects = "a list of texts", .accepts = SUITE_ACCEPT_LIST, .item = &suite_shape_text, .adds = true
};

/* Inside `schemas:`: how many, and which names. */
static const SuiteKey names_keys[] = {
	{ "count", &suite_shape_count, false, "how many there are" },
	{ "at_least", &suite_shape_count, false, "how many there are at least" },
	{ "list", &name_list_shape, false, "names that must exist" },
	{ "exact", &suite_shape_bool, false, "true: no other names" },
	{ NULL },
};
static const SuiteShape names_shape = { .expects = "a mapping with count, at_least, list, exact",
	                                .accepts = SUITE_ACCEPT_MAPPING,
	                                .keys = names_keys };

static const SuiteShape *
schemas_shape(void)
{
	GArray *keys = g_array_new(TRUE, TRUE, sizeof(SuiteKey));
	GArray *reserved = g_array_new(TRUE, TRUE, sizeof(SuiteKey));

	add_attributes(keys, check_vocabulary(CATALOG_SCHEMA));
	for (const CatalogClassId *id = check_fixture_top_classes(); *id != CATALOG_N_CLASSES; id++)
		if (catalog_class(*id)->scope == CATALOG_SCOPE_SCHEMA)
			add_key(keys, catalog_class(*id)->collection, &names_shape, "which of them the schema holds");
	add_object_keys(keys);
	SuiteShape *one = mapping_shape("absent, or a mapping", SUITE_ACCEPT_ABSENT | SUITE_ACCEPT_NULL, keys);
	add_collection_keys(reserved);
	SuiteShape *all = mapping_shape("a mapping of schema names", 0, reserved);
	all->values = one;
	return all;
}

static gpointer
make_fixture_shape(gpointer data)
{
	GArray *keys = g_array_new(TRUE, TRUE, sizeof(SuiteKey));

	(void)data;
	add_key(keys, "schemas", schemas_shape(), "schemas and how much they hold");
	for (const CatalogClassId *id = check_fixture_top_classes(); *id != CATALOG_N_CLASSES; id++)
		add_key(keys, catalog_class(*id)->collection, collection_shape(*id), catalog_class(*id)->name);
	add_key(keys, "rules", check_rules_shape(), "what must hold for every object of a kind");
	add_key(keys, "include", &suite_shape_text_or_list,
	        "other fixtures, relative to this one, that it is put together with");
	add_key(keys, "if", &check_server_condition_shape, "on which servers the file states anything");
	return mapping_shape("a mapping", 0, keys);
}

const SuiteShape *
check_fixture_shape(void)
{
	static GOnce once = G_ONCE_INIT;

	return g_once(&once, make_fixture_shape, NULL);
}
