#include "suite/loading.h"

#include "base/nearest.h"
#include "suite/path.h"

#include <string.h>

bool
suite_name_is_valid(const char *name)
{
	return name[0] != '\0' && strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-") == strlen(name);
}

bool
suite_check_name(const SuiteNode *node, const char *what, GError **error)
{
	const char *name = suite_node_text(node);

	return suite_name_is_valid(name) ||
	       suite_node_error(node, error, SUITE_NAME_HINT, "\"%s\" cannot be the name of a %s", name, what);
}

bool
suite_check_one_of(const SuiteNode *node, const char *const *names, const char *what, GError **error)
{
	const char *text = suite_node_text(node);

	if (g_strv_contains(names, text))
		return true;
	const char *nearest = base_nearest(text, names);
	g_autofree char *all = g_strjoinv(", ", (char **)names);
	g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
	                                        : g_strdup_printf("there are: %s", all);
	return suite_node_error(node, error, hint, "there is no %s \"%s\"", what, text);
}

void
suite_file_free(gpointer data)
{
	SuiteFile *file = data;

	g_free(file->path);
	g_free(file);
}

SuiteFile *
suite_file_new(const Suite *suite, const SuiteNode *node, GFileTest test, GError **error)
{
	g_autofree char *path = suite_path_resolve(suite->directory, suite_node_text(node));

	if (suite_node_text(node)[0] == '\0') {
		suite_node_error(node, error, "\".\" is the suite's own folder", "the path is empty");
		return NULL;
	}
	if (!g_file_test(path, test)) {
		suite_node_error(node, error, "paths are relative to the suite's own folder", "there is no %s \"%s\"",
		                 test == G_FILE_TEST_IS_DIR ? "folder" : "file", path);
		return NULL;
	}
	SuiteFile *file = g_new0(SuiteFile, 1);
	file->path = g_steal_pointer(&path);
	file->node = node;
	return file;
}

GHashTable *
suite_load_texts(const SuiteNode *node)
{
	GHashTable *texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (guint i = 0; i < suite_node_size(node); i++)
		g_hash_table_insert(texts, g_strdup(suite_node_key(node, i)),
		                    g_strdup(suite_node_text(suite_node_item(node, i))));
	return texts;
}
