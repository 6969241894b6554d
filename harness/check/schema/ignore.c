#include "check/schema/ignore.h"

#include "base/nearest.h"

#include <string.h>

/* The class whose name the text begins with, the longest one; NULL when there is none. *ret_rest is the text after
 * it. */
static const CatalogClass *
find_class(const char *text, const char **ret_rest)
{
	const CatalogClass *found = NULL;

	*ret_rest = text;
	for (int id = 0; id < CATALOG_N_CLASSES; id++) {
		const CatalogClass *class = catalog_class((CatalogClassId)id);
		gsize length = strlen(class->name);
		if (strncmp(text, class->name, length) == 0 && text[length] == ' ' &&
		    (found == NULL || length > strlen(found->name))) {
			found = class;
			*ret_rest = text + length + 1;
		}
	}
	return found;
}

bool
check_ignore_validate(const SuiteIgnore *ignore, GError **error)
{
	const SuiteNode *node = suite_node_get(ignore->node, "object");
	const char *rest;
	const char *names[CATALOG_N_CLASSES + 1] = { NULL };

	if (ignore->object[0] == '\0')
		return suite_node_error(node, error, "write for example: table kb.spatial_*", "the object is empty");
	gsize length = strcspn(ignore->object, " (\"");
	if (find_class(ignore->object, &rest) != NULL || ignore->object[length] != ' ')
		return true;
	for (int id = 0; id < CATALOG_N_CLASSES; id++)
		names[id] = catalog_class((CatalogClassId)id)->name;
	g_autofree char *word = g_strndup(ignore->object, length);
	const char *nearest = base_nearest(word, names);
	g_autofree char *hint = nearest != NULL
	                            ? g_strdup_printf("did you mean \"%s\"?", nearest)
	                            : g_strdup("write the class as messages do: table, foreign key, function, ...");
	return suite_node_error(node, error, hint, "there is no class \"%s\"", word);
}

static bool
ignore_matches(const CatalogClass *wanted, const char *pattern, const CatalogClass *class, const char *identity)
{
	return (wanted == NULL || wanted == class) && g_pattern_match_simple(pattern, identity);
}

bool
check_ignore_matches(const SuiteIgnore *ignore, const CatalogDifference *difference, const CatalogObject *top)
{
	const CatalogObject *object = difference->expected != NULL ? difference->expected : difference->found;
	const CatalogAttribute *attribute = difference->expected_attribute != NULL ? difference->expected_attribute
	                                                                           : difference->found_attribute;
	const char *pattern;
	const CatalogClass *wanted = find_class(ignore->object, &pattern);

	if (ignore->attribute != NULL && (attribute == NULL || strcmp(attribute->name, ignore->attribute) != 0))
		return false;
	return ignore_matches(wanted, pattern, catalog_class(object->class_id), object->identity) ||
	       ignore_matches(wanted, pattern, catalog_class(top->class_id), top->identity) ||
	       (object->schema != NULL && wanted != NULL && wanted->id == CATALOG_SCHEMA &&
	        g_pattern_match_simple(pattern, object->schema));
}
