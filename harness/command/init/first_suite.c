#include "command/init/first_suite.h"

#include "catalog/yaml.h"

#include <string.h>

/* More roles than that are no oversight. */
#define ROLES_MAX 20

static int
first_suite_compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
command_first_suite_settings(const MigrationSet *set)
{
	GPtrArray *names = g_ptr_array_new();
	GHashTableIter iter;
	gpointer name;

	if (set == NULL || set->suggested == NULL)
		return names;
	g_hash_table_iter_init(&iter, set->suggested);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		g_ptr_array_add(names, name);
	g_ptr_array_sort(names, first_suite_compare_names);
	return names;
}

static void
first_suite_append_placeholders(GHashTable *placeholders, GString *yaml)
{
	g_autoptr(GList) names = placeholders != NULL
	                             ? g_list_sort(g_hash_table_get_keys(placeholders), (GCompareFunc)strcmp)
	                             : NULL;

	for (const GList *name = names; name != NULL; name = name->next) {
		g_string_append(yaml, name == names ? "    placeholders:\n      " : "      ");
		catalog_yaml_append(yaml, name->data, false);
		g_string_append(yaml, ": ");
		catalog_yaml_append(yaml, g_hash_table_lookup(placeholders, name->data), false);
		g_string_append_c(yaml, '\n');
	}
}

static void
first_suite_append_server(const GPtrArray *roles, GString *yaml)
{
	g_string_append(yaml, "server:\n  role: owner\n");
	for (guint i = 0; roles != NULL && i < roles->len; i++) {
		g_string_append(yaml, i == 0 ? "  roles: [" : ", ");
		catalog_yaml_append(yaml, g_ptr_array_index(roles, i), true);
	}
	g_string_append(yaml, roles != NULL && roles->len > 0 ? "]\n" : "");
}

char *
command_first_suite(const CommandFirstSuite *suite)
{
	GString *yaml = g_string_new(NULL);
	g_autoptr(GPtrArray) settings = command_first_suite_settings(suite->set);

	g_string_append_printf(yaml, "suite: %s\n", suite->name);
	first_suite_append_server(suite->roles, yaml);
	g_string_append(yaml, suite->checks != NULL ? suite->checks : "");
	g_string_append_printf(yaml, "databases:\n  %s:\n    migrations: ", suite->name);
	catalog_yaml_append(yaml, suite->migrations, false);
	g_string_append_c(yaml, '\n');
	if (suite->set != NULL)
		g_string_append_printf(yaml, "    format: %s\n", migration_set_format_name(suite->set));
	if (suite->config != NULL) {
		g_string_append(yaml, "    config: ");
		catalog_yaml_append(yaml, suite->config, false);
		g_string_append_c(yaml, '\n');
	}
	g_string_append(yaml, suite->commands != NULL ? suite->commands : "");
	for (guint i = 0; suite->set != NULL && i < settings->len; i++) {
		g_string_append_printf(yaml, "%s      %s: ", i == 0 ? "    settings:\n" : "",
		                       (const char *)g_ptr_array_index(settings, i));
		catalog_yaml_append(yaml, g_hash_table_lookup(suite->set->suggested, g_ptr_array_index(settings, i)),
		                    false);
		g_string_append_c(yaml, '\n');
	}
	first_suite_append_placeholders(suite->placeholders, yaml);
	g_string_append(yaml, suite->impact ? "    impact: report\n" : "");
	if (suite->expect != NULL) {
		g_string_append(yaml, "    expect: ");
		catalog_yaml_append(yaml, suite->expect, false);
		g_string_append_c(yaml, '\n');
	}
	return g_string_free(yaml, FALSE);
}

const char *
command_first_suite_learn_role(GPtrArray *roles, const GError *cause)
{
	g_autoptr(GMatchInfo) match = NULL;
	g_autoptr(GRegex) pattern = g_regex_new("SQLSTATE 42704", 0, 0, NULL);
	g_autoptr(GRegex) name = g_regex_new("role \"([^\"\\n]+)\" does not exist", 0, 0, NULL);

	if (roles->len >= ROLES_MAX || !g_regex_match(pattern, cause->message, 0, NULL) ||
	    !g_regex_match(name, cause->message, 0, &match))
		return NULL;
	char *role = g_match_info_fetch(match, 1);
	g_ptr_array_add(roles, role);
	return role;
}
