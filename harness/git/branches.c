/* The list of branches that are open, as CI systems have it. */
#include "git/branches.h"

#include "base/error.h"
#include "base/file.h"

#include <json-glib/json-glib.h>
#include <stdbool.h>

#define LIST_MAX ((gsize)1024 * 1024)

static void
branches_read_words(const char *text, GPtrArray *names)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++) {
		/* "#" begins a comment; a branch may have one inside of its name. */
		g_auto(GStrv) words = g_strsplit_set(lines[i], " \t\r,", -1);
		for (guint j = 0; words[j] != NULL && words[j][0] != '#'; j++)
			if (words[j][0] != '\0')
				g_ptr_array_add(names, g_strdup(words[j]));
	}
}

/* "x", { "headRefName": "x" } (GitHub), { "source_branch": "x" } (GitLab); NULL for anything else. */
static const char *
branches_read_item(JsonNode *item)
{
	static const char *const keys[] = { "headRefName", "source_branch" };

	if (JSON_NODE_HOLDS_VALUE(item) && json_node_get_value_type(item) == G_TYPE_STRING)
		return json_node_get_string(item);
	for (gsize i = 0; JSON_NODE_HOLDS_OBJECT(item) && i < G_N_ELEMENTS(keys); i++) {
		JsonNode *name = json_object_get_member(json_node_get_object(item), keys[i]);
		if (name != NULL && json_node_get_value_type(name) == G_TYPE_STRING)
			return json_node_get_string(name);
	}
	return NULL;
}

static bool
branches_read_json(const char *text, GPtrArray *names, GError **error)
{
	static const char hint[] =
	    "a list of names, of objects with \"headRefName\" (gh pr list --json headRefName), or of "
	    "objects with \"source_branch\" (GitLab)";
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GError) cause = NULL;

	if (!json_parser_load_from_data(parser, text, -1, &cause))
		return base_error_set(error, BASE_ERROR_USAGE, hint, "the list of open branches is no JSON: %s",
		                      cause->message);
	JsonNode *root = json_parser_get_root(parser);
	JsonArray *list = root != NULL && JSON_NODE_HOLDS_ARRAY(root) ? json_node_get_array(root) : NULL;
	for (guint i = 0; list != NULL && i < json_array_get_length(list); i++) {
		const char *name = branches_read_item(json_array_get_element(list, i));
		if (name == NULL)
			return base_error_set(error, BASE_ERROR_USAGE, hint,
			                      "item %u of the list of open branches has no name of a branch", i + 1);
		g_ptr_array_add(names, g_strdup(name));
	}
	return true;
}

char **
git_branches_read(const char *source, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *text = NULL;
	gsize length = 0;

	if (g_file_test(source, G_FILE_TEST_EXISTS)) {
		if (!base_file_read(source, LIST_MAX, &text, &length, error))
			return NULL;
	} else {
		text = g_strdup(g_getenv(source));
	}
	if (text == NULL) {
		base_error_set(error, BASE_ERROR_USAGE,
		               "gh pr list --json headRefName > open.json, and --with-open open.json",
		               "there is neither a file nor an environment variable \"%s\"", source);
		return NULL;
	}
	if (g_strchug(text)[0] != '[')
		branches_read_words(text, names);
	else if (!branches_read_json(text, names, error))
		return NULL;
	g_ptr_array_set_free_func(names, NULL);
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}
