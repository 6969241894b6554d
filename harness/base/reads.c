#include "base/reads.h"

#include <string.h>

/* Files are read everywhere, by many threads. */
static GMutex mutex;
static GHashTable *paths; /* char * -> itself; NULL: nothing is noted */

void
base_reads_begin(void)
{
	g_mutex_lock(&mutex);
	if (paths == NULL)
		paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_mutex_unlock(&mutex);
}

void
base_reads_add(const char *path)
{
	g_mutex_lock(&mutex);
	if (paths != NULL)
		g_hash_table_add(paths, g_canonicalize_filename(path, NULL));
	g_mutex_unlock(&mutex);
}

static int
reads_compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
base_reads_list(void)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer path;

	g_mutex_lock(&mutex);
	if (paths != NULL) {
		g_hash_table_iter_init(&iter, paths);
		while (g_hash_table_iter_next(&iter, &path, NULL))
			g_ptr_array_add(list, g_strdup(path));
	}
	g_mutex_unlock(&mutex);
	g_ptr_array_sort(list, reads_compare);
	return list;
}
