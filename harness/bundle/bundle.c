#include "bundle/bundle.h"

#include "base/error.h"
#include "base/file.h"
#include "bundle/manifest.h"

#include <errno.h>
#include <string.h>

#define MANIFEST    "MANIFEST.json"
#define CHECKSUM    "CHECKSUM"

#define FOLDER_MODE 0700

static void
bundle_free_pair(gpointer data)
{
	BundlePair *pair = data;

	g_free(pair->name);
	g_free(pair->value);
	g_free(pair);
}

static void
bundle_free_base(gpointer data)
{
	BundleBase *base = data;

	g_free(base->database);
	g_free(base->label);
	g_free(base->directory);
	g_free(base->folder);
	g_free(base);
}

static void
bundle_free_case(gpointer data)
{
	BundleCase *test_case = data;

	g_free(test_case->database);
	g_free(test_case->stage);
	g_free(test_case->name);
	g_free(test_case->status);
	g_free(test_case->message);
	g_free(test_case->migration);
	g_free(test_case->direction);
	g_free(test_case->file);
	g_free(test_case->seed);
	g_free(test_case);
}

Bundle *
bundle_new(void)
{
	Bundle *bundle = g_new0(Bundle, 1);

	bundle->settings = g_ptr_array_new_with_free_func(bundle_free_pair);
	bundle->extensions = g_ptr_array_new_with_free_func(bundle_free_pair);
	bundle->stand_ins = g_ptr_array_new_with_free_func(g_free);
	bundle->bases = g_ptr_array_new_with_free_func(bundle_free_base);
	bundle->cases = g_ptr_array_new_with_free_func(bundle_free_case);
	bundle->files = g_ptr_array_new_with_free_func(bundle_file_free);
	return bundle;
}

void
bundle_free(Bundle *bundle)
{
	if (bundle == NULL)
		return;
	g_ptr_array_unref(bundle->settings);
	g_ptr_array_unref(bundle->extensions);
	g_ptr_array_unref(bundle->stand_ins);
	g_ptr_array_unref(bundle->bases);
	g_ptr_array_unref(bundle->cases);
	g_ptr_array_unref(bundle->files);
	g_free(bundle->program);
	g_free(bundle->suite);
	g_free(bundle->path);
	g_free(bundle->made);
	g_free(bundle->directory);
	g_free(bundle->server);
	g_free(bundle);
}

void
bundle_add_pair(GPtrArray *pairs, const char *name, const char *value)
{
	BundlePair *pair = g_new0(BundlePair, 1);

	pair->name = g_strdup(name);
	pair->value = g_strdup(value);
	g_ptr_array_add(pairs, pair);
}

/* --- Writing ----------------------------------------------------------------------- */

/* The manifest, the files, the checksum. */
static GPtrArray *
bundle_list(const Bundle *bundle)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(bundle_file_free);
	char *manifest = bundle_manifest_write(bundle);
	char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, manifest, -1);

	g_ptr_array_add(all, bundle_file_new(MANIFEST, manifest, strlen(manifest)));
	for (guint i = 0; i < bundle->files->len; i++) {
		const BundleFile *file = g_ptr_array_index(bundle->files, i);
		g_ptr_array_add(all,
		                bundle_file_new(file->name, g_memdup2(file->text, file->length + 1), file->length));
	}
	g_ptr_array_add(all, bundle_file_new(CHECKSUM, sum, strlen(sum)));
	return all;
}

static bool
bundle_make_folder(const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);

	return g_mkdir_with_parents(folder, 0777) == 0 ||
	       base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not make the folder \"%s\": %s", folder,
	                      g_strerror(errno));
}

bool
bundle_write(const Bundle *bundle, const char *path, GError **error)
{
	g_autoptr(GPtrArray) all = bundle_list(bundle);
	g_autoptr(GByteArray) bytes = bundle_pack(all, error);

	return bytes != NULL && bundle_make_folder(path, error) &&
	       base_file_write(path, "bundle", (const char *)bytes->data, bytes->len, error);
}

/* --- Reading ------------------------------------------------------------------------- */

static bool
bundle_refuse(const char *path, GError **error, const char *why)
{
	return base_error_set(error, BASE_ERROR_INPUT,
	                      "take the file once more from where it was made: it may be cut off or changed",
	                      "\"%s\" is no bundle that can be used: %s", path, why);
}

static bool
bundle_check_ends(const GPtrArray *all, const char *path, GError **error)
{
	const BundleFile *first = all->len > 0 ? g_ptr_array_index(all, 0) : NULL;
	const BundleFile *last = all->len > 0 ? g_ptr_array_index(all, all->len - 1) : NULL;

	if (first == NULL || strcmp(first->name, MANIFEST) != 0)
		return bundle_refuse(path, error, "it does not begin with a manifest");
	if (strcmp(last->name, CHECKSUM) != 0)
		return bundle_refuse(path, error, "its end is missing");
	g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)first->text,
	                                                   first->length);
	return strcmp(sum, last->text) == 0 || bundle_refuse(path, error, "its manifest was changed");
}

Bundle *
bundle_read(const char *path, GError **error)
{
	g_autoptr(GPtrArray) all = bundle_unpack(path, error);
	g_autoptr(Bundle) bundle = bundle_new();

	if (all == NULL || !bundle_check_ends(all, path, error))
		return NULL;
	g_ptr_array_remove_index(all, all->len - 1);
	g_autofree char *manifest = g_strdup(((const BundleFile *)g_ptr_array_index(all, 0))->text);
	g_ptr_array_remove_index(all, 0);
	g_ptr_array_unref(bundle->files);
	bundle->files = g_steal_pointer(&all);
	return bundle_manifest_read(bundle, path, manifest, error) ? g_steal_pointer(&bundle) : NULL;
}

bool
bundle_extract(const Bundle *bundle, const char *folder, GError **error)
{
	for (guint i = 0; i < bundle->files->len; i++) {
		const BundleFile *file = g_ptr_array_index(bundle->files, i);
		g_autofree char *path = g_build_filename(folder, file->name, NULL);
		if (!bundle_make_folder(path, error) ||
		    !base_file_write(path, "file of the bundle", file->text, file->length, error))
			return false;
	}
	g_autofree char *directory = g_build_filename(folder, bundle->directory, NULL);
	return g_mkdir_with_parents(directory, FOLDER_MODE) == 0 ||
	       base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not make the folder \"%s\": %s", directory,
	                      g_strerror(errno));
}
