/* Reading fixtures, and what the shape cannot say of them. */
#include "check/fixture.h"

#include "base/error.h"
#include "catalog/identity.h"
#include "check/assemble.h"
#include "check/except.h"
#include "check/object.h"
#include "check/rule.h"
#include "check/server_condition.h"
#include "suite/path.h"

#include <string.h>

/* Of one fixture. More is a mistake, or files that include each other in many ways. */
#define FILES_MAX 100

/* --- Names ---------------------------------------------------------------- */

/* What the names of some classes end in. */
static const struct {
	CatalogClassId class_id;
	const char *what;
	const char *hint;
} brackets[] = {
	{ CATALOG_FUNCTION, "argument types",
	  "write the types of its arguments, or () for none: kb.touch(uuid, text)" },
	{ CATALOG_OPERATOR, "argument types",
	  "write the types on both sides, NONE where it has none: kb.===(text, text)" },
	{ CATALOG_OPERATOR_CLASS, "access method", "write the index method it is for: kb.my_ops(btree)" },
	{ CATALOG_OPERATOR_FAMILY, "access method", "write the index method it is for: kb.my_ops(btree)" },
};

/* A name must have a schema, and some what stands in brackets: others would never match anything. */
static bool
check_name(const SuiteNode *key, const CatalogClass *class, GError **error)
{
	const char *text = suite_node_text(key);
	g_auto(GStrv) parts = catalog_identity_split(text);

	if (parts == NULL || g_strv_length(parts) != 2)
		return suite_node_error(
		    key, error,
		    "write schema.name; a part that holds a dot stands in double quotes: \"kb.\\\"odd.name\\\"\"",
		    "\"%s\" is not the name of %s %s with its schema", text,
		    strchr("aeiou", class->name[0]) != NULL ? "an" : "a", class->name);
	for (gsize i = 0; i < G_N_ELEMENTS(brackets); i++)
		if (class->id == brackets[i].class_id && !g_str_has_suffix(text, ")"))
			return suite_node_error(key, error, brackets[i].hint, "\"%s\" has no %s", text,
			                        brackets[i].what);
	return true;
}

static bool check_collections(const SuiteNode *stated, const CatalogClassId *classes, GError **error);

/* The name of an object and what is said of it. */
static bool
check_named(const SuiteNode *key, const SuiteNode *stated, const CatalogClass *class, GError **error)
{
	const SuiteNode *except = suite_node_get(stated, "except");
	bool part = class->scope != CATALOG_SCOPE_SCHEMA;

	if (!part && !check_name(key, class, error))
		return false;
	if (except != NULL && !check_name_is_pattern(suite_node_text(key), part))
		return suite_node_error(except, error, "\"*\" stands for any text: kb.*_jobs",
		                        "only a name with wildcards can have exceptions");
	if (!check_exceptions_validate(except, class->id, error))
		return false;
	return (class->id != CATALOG_TABLE || check_collections(stated, check_fixture_table_classes(), error)) &&
	       (class->id != CATALOG_VIEW || check_collections(stated, check_fixture_view_classes(), error));
}

/* The collections of these classes that stand in a mapping, as far as the shape cannot say what is right. */
static bool
check_collections(const SuiteNode *stated, const CatalogClassId *classes, GError **error)
{
	for (; *classes != CATALOG_N_CLASSES; classes++) {
		const CatalogClass *class = catalog_class(*classes);
		const SuiteNode *section = suite_node_get(stated, class->collection);
		if (section == NULL || class->id == CATALOG_PRIMARY_KEY ||
		    suite_node_kind(section) != SUITE_NODE_MAPPING)
			continue;
		for (guint i = 0; i < suite_node_size(section); i++)
			if (!check_is_reserved(class->id, suite_node_key(section, i)) &&
			    !check_named(suite_node_key_node(section, i), suite_node_item(section, i), class, error))
				return false;
	}
	return true;
}

/* --- One file ------------------------------------------------------------- */

/* Every `if` in the node, which has the shape. */
static bool
check_conditions(const SuiteShape *shape, const SuiteNode *node, GError **error)
{
	bool mapping = suite_node_kind(node) == SUITE_NODE_MAPPING;

	for (guint i = 0; i < suite_node_size(node); i++) {
		const SuiteShape *inner = suite_shape_below(shape, mapping ? suite_node_key(node, i) : NULL);
		const SuiteNode *item = suite_node_item(node, i);
		if (inner == &check_server_condition_shape ? !check_server_condition_validate(item, error)
		                                           : !check_conditions(inner, item, error))
			return false;
	}
	return true;
}

static bool
check_sections(const SuiteNode *root, GError **error)
{
	for (guint i = 0; i < suite_node_size(root); i++) {
		const SuiteNode *section = suite_node_item(root, i);
		/* A path is all that `include` need be. */
		if (suite_node_size(section) > 0 || suite_node_kind(section) == SUITE_NODE_SCALAR)
			continue;
		return suite_node_error(suite_node_key_node(root, i), error,
		                        "state what must hold (none: { count: 0 }), or remove it",
		                        "\"%s\" states nothing", suite_node_key(root, i));
	}
	return true;
}

/* What the file itself says. */
static bool
check_file(const SuiteNode *root, GError **error)
{
	const CatalogClassId schemas[] = { CATALOG_SCHEMA, CATALOG_N_CLASSES };
	bool scalar = suite_node_kind(root) == SUITE_NODE_SCALAR;
	bool mapping = suite_node_kind(root) == SUITE_NODE_MAPPING;

	if (scalar ? suite_node_is_null(root) : mapping && suite_node_size(root) == 0)
		return suite_node_error(root, error, "state what must hold, or remove the fixture from the suite",
		                        "the fixture states nothing");
	return suite_shape_check(check_fixture_shape(), root, "the fixture", error) && check_sections(root, error) &&
	       check_conditions(check_fixture_shape(), root, error) && check_collections(root, schemas, error) &&
	       check_collections(root, check_fixture_top_classes(), error) &&
	       check_rules_validate(suite_node_get(root, "rules"), error);
}

/* --- Several files --------------------------------------------------------- */

typedef struct {
	GPtrArray *open; /* of char *: the files that are being read, each included by the one before it */
	guint n_files;
	GError **error;
} Loading;

static SuiteDocument *load_file(Loading *loading, const char *path);

/* What is included stands in a circle when it is being read already. */
static bool
check_circle(const Loading *loading, const char *path, const SuiteNode *node)
{
	for (guint i = 0; i < loading->open->len; i++) {
		if (strcmp(g_ptr_array_index(loading->open, i), path) != 0)
			continue;
		g_autoptr(GString) way = g_string_new(NULL);
		for (; i < loading->open->len; i++)
			g_string_append_printf(way, "\"%s\" includes ", (char *)g_ptr_array_index(loading->open, i));
		return suite_node_error(node, loading->error, "remove one of them", "a circle: %s\"%s\"", way->str,
		                        path);
	}
	return true;
}

static bool
include(Loading *loading, SuiteDocument *document, const SuiteNode *node)
{
	g_autofree char *folder = g_path_get_dirname(suite_document_path(document));
	g_autofree char *path = suite_path_resolve(folder, suite_node_text(node));

	if (suite_node_text(node)[0] == '\0' || !g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return suite_node_error(node, loading->error, "paths are relative to the including file's own folder",
		                        "there is no file \"%s\"", path);
	if (!check_circle(loading, path, node))
		return false;
	if (loading->n_files >= FILES_MAX)
		return suite_node_error(node, loading->error, "put several files into one",
		                        "a fixture of more than %d files", FILES_MAX);
	SuiteDocument *included = load_file(loading, path);
	if (included != NULL)
		suite_document_adopt(document, included);
	return included != NULL;
}

static bool
include_all(Loading *loading, SuiteDocument *document)
{
	const SuiteNode *paths = suite_node_get(suite_document_root(document), "include");

	if (paths == NULL)
		return true;
	if (suite_node_kind(paths) == SUITE_NODE_SCALAR)
		return include(loading, document, paths);
	for (guint i = 0; i < suite_node_size(paths); i++)
		if (!include(loading, document, suite_node_item(paths, i)))
			return false;
	return true;
}

static SuiteDocument *
load_file(Loading *loading, const char *path)
{
	g_autoptr(SuiteDocument) document = suite_document_load(path, loading->error);

	loading->n_files++;
	if (document == NULL || !check_file(suite_document_root(document), loading->error))
		return NULL;
	g_ptr_array_add(loading->open, (gpointer)path);
	bool loaded = include_all(loading, document);
	g_ptr_array_set_size(loading->open, (gint)loading->open->len - 1);
	return loaded ? g_steal_pointer(&document) : NULL;
}

/* That the files can be put together is known before a server is: it is tried for every version. */
static bool
check_together(const SuiteDocument *fixture, GError **error)
{
	for (int major = CHECK_VERSION_OLDEST; major <= CHECK_VERSION_NEWEST; major++) {
		g_autoptr(SuiteNodes) nodes = suite_nodes_new();
		g_autoptr(GPtrArray) left_out = NULL;
		if (check_assemble(fixture, major * 10000, nodes, &left_out, error) == NULL)
			return false;
	}
	return true;
}

SuiteDocument *
check_fixture_load(const char *path, GError **error)
{
	g_autoptr(GPtrArray) open = g_ptr_array_new();
	Loading loading = { .open = open, .error = error };
	g_autoptr(SuiteDocument) fixture = load_file(&loading, path);

	if (fixture == NULL || (loading.n_files > 1 && !check_together(fixture, error)))
		return NULL;
	return g_steal_pointer(&fixture);
}
