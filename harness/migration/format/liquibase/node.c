/* Elements of changelogs: their attributes. */
#include "migration/format/liquibase/changelog.h"

#include <string.h>

static void
free_attribute(gpointer data)
{
	LiquibaseAttribute *attribute = data;

	g_free(attribute->name);
	g_free(attribute->value);
	g_free(attribute);
}

LiquibaseNode *
liquibase_node_new(const char *name, gsize offset)
{
	LiquibaseNode *node = g_new0(LiquibaseNode, 1);

	node->name = g_strdup(name);
	node->offset = offset;
	node->attributes = g_ptr_array_new_with_free_func(free_attribute);
	node->children = g_ptr_array_new_with_free_func(liquibase_node_free);
	node->text = migration_mapped_text_new();
	return node;
}

void
liquibase_node_free(gpointer data)
{
	LiquibaseNode *node = data;

	if (node == NULL)
		return;
	g_free(node->name);
	g_ptr_array_unref(node->attributes);
	g_ptr_array_unref(node->children);
	migration_mapped_text_free(node->text);
	g_free(node);
}

const char *
liquibase_node_get(const LiquibaseNode *node, const char *attribute)
{
	for (guint i = 0; i < node->attributes->len; i++) {
		const LiquibaseAttribute *one = g_ptr_array_index(node->attributes, i);
		if (strcmp(one->name, attribute) == 0)
			return one->value;
	}
	return NULL;
}

const char *
liquibase_node_get_either(const LiquibaseNode *node, const char *one, const char *other)
{
	const char *value = liquibase_node_get(node, one);

	return value != NULL && *value != '\0' ? value : liquibase_node_get(node, other);
}

bool
liquibase_node_need(const LiquibaseNode *node, const Source *source, const char *attribute, const char **ret_value,
                    GError **error)
{
	const char *value = liquibase_node_get(node, attribute);

	if (value == NULL || *value == '\0')
		return migration_error_at(error, source, node->offset, "write it", "<%s> has no %s", node->name,
		                          attribute);
	*ret_value = value;
	return true;
}

bool
liquibase_node_truth(const LiquibaseNode *node, const Source *source, const char *attribute, bool default_value,
                     bool *ret_truth, GError **error)
{
	const char *value = liquibase_node_get(node, attribute);

	*ret_truth = value == NULL ? default_value : g_ascii_strcasecmp(value, "true") == 0;
	return value == NULL || *ret_truth || g_ascii_strcasecmp(value, "false") == 0 ||
	       migration_error_at(error, source, node->offset, "write \"true\" or \"false\"",
	                          "\"%s\" is no value of %s in <%s>", value, attribute, node->name);
}

bool
liquibase_node_number(const LiquibaseNode *node, const Source *source, const char *attribute, guint default_value,
                      guint *ret_number, GError **error)
{
	const char *value = liquibase_node_get(node, attribute);
	guint64 number = default_value;

	if (value != NULL && !g_ascii_string_to_unsigned(value, 10, 0, G_MAXINT, &number, NULL))
		return migration_error_at(error, source, node->offset, "write a number from 0 on",
		                          "\"%s\" is no value of %s in <%s>", value, attribute, node->name);
	*ret_number = (guint)number;
	return true;
}

bool
liquibase_node_check(const LiquibaseNode *node, const Source *source, const char *attributes, GError **error)
{
	g_auto(GStrv) known = g_strsplit(attributes, " ", -1);

	for (guint i = 0; i < node->attributes->len; i++) {
		const LiquibaseAttribute *attribute = g_ptr_array_index(node->attributes, i);
		if (g_strv_contains((const char *const *)known, attribute->name))
			continue;
		g_autofree char *hint = g_strdup_printf("there are: %s", attributes);
		return migration_error_at(error, source, node->offset, hint, "<%s> has no attribute \"%s\"", node->name,
		                          attribute->name);
	}
	return true;
}

bool
liquibase_node_expand(LiquibaseNode *node, const LiquibaseReading *reading, const Source *changelog, GError **error)
{
	for (guint i = 0; i < node->attributes->len; i++) {
		LiquibaseAttribute *attribute = g_ptr_array_index(node->attributes, i);
		char *value = liquibase_expand_line(reading, changelog, node->offset, attribute->value, error);
		if (value == NULL)
			return false;
		g_free(attribute->value);
		attribute->value = value;
	}
	MigrationMappedText *text = liquibase_trim(node->text);
	node->text = liquibase_expand(reading, changelog, changelog, text, error);
	if (node->text == NULL)
		return false;
	for (guint i = 0; i < node->children->len; i++)
		if (!liquibase_node_expand(g_ptr_array_index(node->children, i), reading, changelog, error))
			return false;
	return true;
}

bool
liquibase_node_refuse(const LiquibaseNode *node, const Source *source, GError **error)
{
	return migration_error_at(error, source, node->offset,
	                          "write it as <sql> or <sqlFile>, or run Liquibase itself: \"format: command\", see "
	                          "\"pgassay help command\"",
	                          "<%s> is none of what pgassay reads: it reads SQL changes only", node->name);
}
