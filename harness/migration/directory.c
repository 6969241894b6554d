#include "migration/directory.h"

#include "base/error.h"

#include <string.h>

/* Both are far above real projects; they stop a loop of symbolic links and a wrong path such as "/". */
#define MAX_DEPTH 16
#define MAX_FILES 50000

static void
directory_file_free(gpointer data)
{
	MigrationFile *file = data;

	g_free(file->path);
	g_free(file->name);
	g_free(file);
}

static int
directory_compare_files(gconstpointer a, gconstpointer b)
{
	const MigrationFile *const *left = a;
	const MigrationFile *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

static bool
directory_add_file(GPtrArray *files, const char *directory, const char *prefix, const char *entry, GError **error)
{
	MigrationFile *file = g_new0(MigrationFile, 1);

	file->path = g_build_filename(directory, entry, NULL);
	file->name = g_strconcat(prefix, entry, NULL);
	file->is_directory = g_file_test(file->path, G_FILE_TEST_IS_DIR);
	g_ptr_array_add(files, file);
	if (!g_utf8_validate(entry, -1, NULL))
		return base_error_set(error, BASE_ERROR_INPUT, "rename it", "a file name in \"%s\" is not UTF-8",
		                      directory);
	if (files->len > MAX_FILES)
		return base_error_set(error, BASE_ERROR_INPUT, "give the directory that holds the migrations only",
		                      "there are more than %d files below the directory", MAX_FILES);
	return true;
}

typedef struct {
	GPtrArray *files;
	bool recursive;
	bool hidden;
} Listing;

static bool
directory_list(const Listing *listing, const char *directory, const char *prefix, guint depth, GError **error)
{
	GPtrArray *files = listing->files;
	g_autoptr(GError) cause = NULL;
	g_autoptr(GDir) entries = g_dir_open(directory, 0, &cause);

	if (entries == NULL)
		return base_error_set(error, BASE_ERROR_INPUT, "give the directory that holds the migrations",
		                      "could not read the migrations: %s", cause->message);
	if (depth > MAX_DEPTH)
		return base_error_set(error, BASE_ERROR_INPUT, "is there a symbolic link to a directory above?",
		                      "\"%s\" is nested too deeply", directory);
	for (const char *entry; (entry = g_dir_read_name(entries)) != NULL;) {
		if (*entry == '.' && !listing->hidden)
			continue;
		if (!directory_add_file(files, directory, prefix, entry, error))
			return false;
		const MigrationFile *file = g_ptr_array_index(files, files->len - 1);
		if (!listing->recursive || !file->is_directory)
			continue;
		g_autofree char *path = g_strdup(file->path);
		g_autofree char *below = g_strconcat(file->name, "/", NULL);
		if (!directory_list(listing, path, below, depth + 1, error))
			return false;
	}
	return true;
}

static GPtrArray *
list_all(const char *directory, bool recursive, bool hidden, GError **error)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(directory_file_free);
	const Listing listing = { .files = files, .recursive = recursive, .hidden = hidden };

	if (!directory_list(&listing, directory, "", 0, error))
		return NULL;
	g_ptr_array_sort(files, directory_compare_files);
	return g_steal_pointer(&files);
}

GPtrArray *
migration_directory_list(const char *directory, bool recursive, GError **error)
{
	return list_all(directory, recursive, false, error);
}

GPtrArray *
migration_directory_list_hidden(const char *directory, bool recursive, GError **error)
{
	return list_all(directory, recursive, true, error);
}

const char *
migration_file_base(const MigrationFile *file)
{
	const char *slash = strrchr(file->name, '/');

	return slash != NULL ? slash + 1 : file->name;
}
