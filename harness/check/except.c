#include "check/except.h"

#include "catalog/identity.h"

/* What is known of an exception so far. */
enum { COVERS_NOTHING, NOT_NEEDED, NEEDED };

void
check_exceptions_open(CheckExceptions *exceptions, CheckExpect *expect, const SuiteNode *node, CatalogClassId class_id)
{
	guint n = node != NULL ? suite_node_size(node) : 0;

	*exceptions = (CheckExceptions){ .expect = expect, .node = node };
	exceptions->names = g_new0(CheckName, n);
	exceptions->states = g_new0(char, n);
	for (guint i = 0; i < n; i++) {
		const char *key = suite_node_key(node, i);
		/* The loader has refused what is no name. */
		if (class_id == CATALOG_N_CLASSES)
			check_name_parse_any(key, &exceptions->names[i]);
		else
			check_name_parse(expect->meaning, class_id, key, &exceptions->names[i]);
	}
}

bool
check_exceptions_cover(CheckExceptions *exceptions, const CatalogObject *object, bool met)
{
	bool covered = false;

	for (guint i = 0; exceptions->node != NULL && i < suite_node_size(exceptions->node); i++) {
		if (!check_name_matches(&exceptions->names[i], object))
			continue;
		covered = true;
		if (exceptions->states[i] != NEEDED)
			exceptions->states[i] = met ? NOT_NEEDED : NEEDED;
	}
	return covered;
}

void
check_exceptions_close(CheckExceptions *exceptions)
{
	for (guint i = 0; exceptions->node != NULL && i < suite_node_size(exceptions->node); i++) {
		const char *key = suite_node_key(exceptions->node, i);
		if (exceptions->states[i] == COVERS_NOTHING)
			check_problem(exceptions->expect, suite_node_key_node(exceptions->node, i),
			              "the exception \"%s\" covers nothing: remove it, or correct the name", key);
		else if (exceptions->states[i] == NOT_NEEDED)
			check_problem(exceptions->expect, suite_node_key_node(exceptions->node, i),
			              "the exception \"%s\" is not needed any more: remove it", key);
		check_name_clear(&exceptions->names[i]);
	}
	g_free(exceptions->names);
	g_free(exceptions->states);
}

bool
check_exceptions_validate(const SuiteNode *node, CatalogClassId class_id, GError **error)
{
	for (guint i = 0; node != NULL && i < suite_node_size(node); i++) {
		const SuiteNode *key = suite_node_key_node(node, i);
		const SuiteNode *reason = suite_node_item(node, i);
		g_auto(GStrv) parts = catalog_identity_split(suite_node_text(key));
		guint n = parts != NULL ? g_strv_length(parts) : 0;
		if (suite_node_text(reason)[0] == '\0')
			return suite_node_error(reason, error, "say why the exception is right", "the reason is empty");
		if (class_id == CATALOG_N_CLASSES && (n == 0 || n > 3))
			return suite_node_error(key, error, "write schema, schema.name or schema.table.name",
			                        "\"%s\" is not the name of an object", suite_node_text(key));
		if (class_id != CATALOG_N_CLASSES && catalog_class(class_id)->scope == CATALOG_SCOPE_SCHEMA && n != 2)
			return suite_node_error(key, error, "write schema.name",
			                        "\"%s\" is not the name of an object with its schema",
			                        suite_node_text(key));
	}
	return true;
}
