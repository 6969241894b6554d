#include "command/side/split.h"

#include "base/error.h"
#include "base/file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* The list of the written files, a path a line. */
#define LIST_NAME "snapshot.list"
#define LIST_HEAD "# Written by \"pgassay snapshot --split\"; the files below belong to it.\n"

/* File systems allow 255 bytes for a name. */
#define NAME_MAX_BYTES 200
#define FILE_BYTES_MAX ((gsize)100 * 1024 * 1024)

/* --- Names ---------------------------------------------------------------------- */

/* A name that all file systems accept, also those that do not distinguish case: other characters as %XX, a blank as
 * "+". A name that is too long ends in a checksum. */
static char *
file_name(const char *identity)
{
	g_autoptr(GString) name = g_string_new(NULL);

	for (const char *p = identity; *p != '\0'; p++) {
		if (g_ascii_islower(*p) || g_ascii_isdigit(*p) || strchr("_.-,()[]", *p) != NULL)
			g_string_append_c(name, *p);
		else if (*p == ' ')
			g_string_append_c(name, '+');
		else
			g_string_append_printf(name, "%%%02X", (guchar)*p);
	}
	if (name->len > NAME_MAX_BYTES) {
		g_autofree char *checksum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, identity, -1);
		g_string_truncate(name, NAME_MAX_BYTES - 17);
		g_string_append_printf(name, "~%.16s", checksum);
	}
	g_string_append(name, ".yaml");
	return g_strdup(name->str);
}

static bool
is_collection(const char *name)
{
	for (int id = 0; id < CATALOG_N_CLASSES; id++)
		if (catalog_class((CatalogClassId)id)->scope != CATALOG_SCOPE_RELATION &&
		    strcmp(catalog_class((CatalogClassId)id)->collection, name) == 0)
			return true;
	return false;
}

/* COLLECTION/NAME.yaml: nothing outside of the folder is ever named. */
static bool
is_ours(const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", -1);

	return g_strv_length(parts) == 2 && is_collection(parts[0]) && parts[1][0] != '.' &&
	       g_str_has_suffix(parts[1], ".yaml");
}

/* --- The list -------------------------------------------------------------------- */

/* The paths of the list (char * -> NULL); empty when there is none, which *ret_exists says. */
static GHashTable *
command_split_read_list(const char *folder, bool *ret_exists, GError **error)
{
	g_autoptr(GHashTable) paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *path = g_build_filename(folder, LIST_NAME, NULL);
	g_autofree char *text = NULL;
	gsize length = 0;

	*ret_exists = base_file_read(path, FILE_BYTES_MAX, &text, &length, NULL);
	g_auto(GStrv) lines = g_strsplit(*ret_exists ? text : "", "\n", -1);
	for (gsize i = 0; lines[i] != NULL; i++) {
		if (lines[i][0] == '#' || lines[i][0] == '\0')
			continue;
		if (!is_ours(lines[i])) {
			base_error_set(error, BASE_ERROR_USAGE, "bring the list back, or write into an empty folder",
			               "%s:%" G_GSIZE_FORMAT ": \"%s\" is no file of a snapshot", path, i + 1,
			               lines[i]);
			return NULL;
		}
		g_hash_table_add(paths, g_strdup(lines[i]));
	}
	return g_steal_pointer(&paths);
}

static int
compare_paths(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The paths, sorted, and NULL; they belong to the table. */
static GPtrArray *
command_split_sorted(GHashTable *paths)
{
	GPtrArray *list = g_ptr_array_new();
	GHashTableIter iterator;
	gpointer path;

	g_hash_table_iter_init(&iterator, paths);
	while (g_hash_table_iter_next(&iterator, &path, NULL))
		g_ptr_array_add(list, path);
	g_ptr_array_sort(list, compare_paths);
	g_ptr_array_add(list, NULL);
	return list;
}

static bool
write_list(const char *folder, GHashTable *paths, GError **error)
{
	g_autofree char *path = g_build_filename(folder, LIST_NAME, NULL);
	g_autoptr(GPtrArray) list = command_split_sorted(paths);
	g_autofree char *lines = g_strjoinv("\n", (char **)list->pdata);
	g_autofree char *text = g_strconcat(LIST_HEAD, lines, *lines != '\0' ? "\n" : "", NULL);

	return base_file_write(path, "list", text, strlen(text), error);
}

GPtrArray *
command_split_files(const char *folder, GError **error)
{
	bool exists = false;
	g_autoptr(GHashTable) paths = command_split_read_list(folder, &exists, error);

	if (paths == NULL)
		return NULL;
	if (!exists) {
		base_error_set(error, BASE_ERROR_USAGE, "\"pgassay snapshot --split\" writes one",
		               "the folder \"%s\" is no snapshot: it has no " LIST_NAME, folder);
		return NULL;
	}
	g_autoptr(GPtrArray) list = command_split_sorted(paths);
	GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i + 1 < list->len; i++)
		g_ptr_array_add(files, g_build_filename(folder, g_ptr_array_index(list, i), NULL));
	g_ptr_array_add(files, NULL);
	return files;
}

/* --- Files of an earlier call ------------------------------------------------------- */

static bool
command_split_refuse(const char *path, GError **error)
{
	return base_error_set(error, BASE_ERROR_USAGE, "give the snapshot a folder of its own",
	                      "\"%s\" was not written by pgassay", path);
}

static bool
check_collection(const char *folder, const char *name, GHashTable *listed, GError **error)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *file;

	if (!is_collection(name) || g_file_test(path, G_FILE_TEST_IS_SYMLINK) || directory == NULL)
		return command_split_refuse(path, error);
	while ((file = g_dir_read_name(directory)) != NULL) {
		g_autofree char *relative = g_strconcat(name, "/", file, NULL);
		g_autofree char *full = g_build_filename(path, file, NULL);
		if (!g_hash_table_contains(listed, relative) || g_file_test(full, G_FILE_TEST_IS_SYMLINK))
			return command_split_refuse(full, error);
	}
	return true;
}

/* Files whose name begins with a dot belong to other programs: .git, .gitattributes. */
static bool
check_folder(const char *folder, GHashTable *listed, bool has_list, GError **error)
{
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	const char *name;

	while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
		if (name[0] == '.' || (has_list && strcmp(name, LIST_NAME) == 0))
			continue;
		if (!check_collection(folder, name, listed, error))
			return false;
	}
	return true;
}

/* --- Writing ------------------------------------------------------------------------ */

typedef struct {
	const char *folder;
	const CatalogSnapshot *snapshot;
	GHashTable *paths; /* of the current objects -> const CatalogObject * */
	CommandSplitCounts counts;
} Writing;

static void
find_objects(Writing *writing, const CatalogRenderOptions *options)
{
	for (guint i = 0; i < catalog_snapshot_size(writing->snapshot); i++) {
		const CatalogObject *object = catalog_snapshot_object(writing->snapshot, i);
		const CatalogClass *class = catalog_class(object->class_id);
		if (class->scope == CATALOG_SCOPE_RELATION || !catalog_render_wants(object, options))
			continue;
		g_autofree char *name = file_name(object->identity);
		g_hash_table_insert(writing->paths, g_strconcat(class->collection, "/", name, NULL), (gpointer)object);
	}
}

static bool
command_split_make_folder(const char *path, GError **error)
{
	if (g_mkdir_with_parents(path, 0777) == 0)
		return true;
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, "check the permissions there",
	                      "could not make the folder \"%s\": %s", path, g_strerror(errno));
}

/* A file that has the text already is left as it is. */
static bool
write_object(Writing *writing, const char *relative, const CatalogObject *object, GError **error)
{
	g_autofree char *path = g_build_filename(writing->folder, relative, NULL);
	g_autofree char *yaml = catalog_render_object(writing->snapshot, object);
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *old = NULL;
	gsize length = 0;

	if (base_file_read(path, FILE_BYTES_MAX, &old, &length, NULL) && strcmp(old, yaml) == 0) {
		writing->counts.n_same++;
		return true;
	}
	writing->counts.n_written++;
	return command_split_make_folder(folder, error) && base_file_write(path, "file", yaml, strlen(yaml), error);
}

static bool
write_objects(Writing *writing, GError **error)
{
	g_autoptr(GPtrArray) list = command_split_sorted(writing->paths);

	for (guint i = 0; i + 1 < list->len; i++) {
		const char *path = g_ptr_array_index(list, i);
		if (!write_object(writing, path, g_hash_table_lookup(writing->paths, path), error))
			return false;
	}
	return true;
}

static bool
remove_gone(Writing *writing, GHashTable *listed, GError **error)
{
	g_autoptr(GPtrArray) list = command_split_sorted(listed);

	for (guint i = 0; i + 1 < list->len; i++) {
		const char *relative = g_ptr_array_index(list, i);
		if (g_hash_table_contains(writing->paths, relative))
			continue;
		g_autofree char *path = g_build_filename(writing->folder, relative, NULL);
		g_autofree char *folder = g_path_get_dirname(path);
		if (g_unlink(path) != 0 && errno != ENOENT)
			return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not remove \"%s\": %s", path,
			                      g_strerror(errno));
		writing->counts.n_removed++;
		g_rmdir(folder); /* only when it is empty now */
	}
	return true;
}

/* While files are written, the list contains both old and new ones, so that our files are known even after an
 * interruption. */
static bool
write_all(Writing *writing, GHashTable *listed, GError **error)
{
	g_autoptr(GHashTable) both = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTable *const tables[] = { listed, writing->paths };

	for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
		GHashTableIter iterator;
		gpointer path;
		g_hash_table_iter_init(&iterator, tables[i]);
		while (g_hash_table_iter_next(&iterator, &path, NULL))
			g_hash_table_add(both, path);
	}
	return command_split_make_folder(writing->folder, error) && write_list(writing->folder, both, error) &&
	       write_objects(writing, error) && remove_gone(writing, listed, error) &&
	       write_list(writing->folder, writing->paths, error);
}

bool
command_split_write(const char *folder, const CatalogSnapshot *snapshot, const CatalogRenderOptions *options,
                    CommandSplitCounts *ret_counts, GError **error)
{
	bool has_list = false;
	g_autoptr(GHashTable) listed = command_split_read_list(folder, &has_list, error);
	g_autoptr(GHashTable) paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Writing writing = { .folder = folder, .snapshot = snapshot, .paths = paths };

	if (listed == NULL || !check_folder(folder, listed, has_list, error))
		return false;
	find_objects(&writing, options);
	if (!write_all(&writing, listed, error))
		return false;
	*ret_counts = writing.counts;
	return true;
}
