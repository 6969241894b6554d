#include "bundle/packing.h"

#include "base/error.h"
#include "base/file.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

/* Longer names do not occur. */
#define NAME_MAX_BYTES 4096

#define MODE           0644

BundleFile *
bundle_file_new(const char *name, char *text, gsize length)
{
	BundleFile *file = g_new0(BundleFile, 1);

	file->name = g_strdup(name);
	file->text = text;
	file->length = length;
	return file;
}

void
bundle_file_free(gpointer data)
{
	BundleFile *file = data;

	if (file == NULL)
		return;
	g_free(file->name);
	g_free(file->text);
	g_free(file);
}

/* --- Packing ------------------------------------------------------------------ */

static la_ssize_t
packing_take(struct archive *archive, void *data, const void *bytes, size_t length)
{
	(void)archive;
	g_byte_array_append(data, bytes, (guint)length);
	return (la_ssize_t)length;
}

static struct archive *
packing_begin(GByteArray *out)
{
	struct archive *archive = archive_write_new();

	if (archive != NULL && archive_write_add_filter_zstd(archive) == ARCHIVE_OK &&
	    archive_write_set_format_pax_restricted(archive) == ARCHIVE_OK &&
	    archive_write_set_bytes_in_last_block(archive, 1) == ARCHIVE_OK && /* nothing behind the packed bytes */
	    archive_write_open(archive, out, NULL, packing_take, NULL) == ARCHIVE_OK)
		return archive;
	if (archive != NULL)
		archive_write_free(archive);
	return NULL;
}

/* Without a time, an owner or a mode of its own, so that the same files give the same bytes. */
static bool
packing_add(struct archive *archive, const BundleFile *file)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname_utf8(entry, file->name);
	archive_entry_set_size(entry, (la_int64_t)file->length);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, MODE);
	archive_entry_set_mtime(entry, 0, 0);
	bool done = archive_write_header(archive, entry) == ARCHIVE_OK &&
	            archive_write_data(archive, file->text, file->length) == (la_ssize_t)file->length;
	archive_entry_free(entry);
	return done;
}

GByteArray *
bundle_pack(const GPtrArray *files, GError **error)
{
	GByteArray *out = g_byte_array_new();
	struct archive *archive = packing_begin(out);
	bool done = archive != NULL;

	for (guint i = 0; i < files->len && done; i++)
		done = packing_add(archive, g_ptr_array_index(files, i));
	done = done && archive_write_close(archive) == ARCHIVE_OK;
	g_autofree char *why = g_strdup(archive != NULL && !done ? archive_error_string(archive) : NULL);
	if (archive != NULL)
		archive_write_free(archive);
	if (done)
		return out;
	g_byte_array_unref(out);
	base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not pack the bundle: %s",
	               why != NULL ? why : "libarchive was built without zstd");
	return NULL;
}

/* --- Unpacking ------------------------------------------------------------------ */

/* An archive at work. */
typedef struct {
	const char *path;
	struct archive *archive;
	GPtrArray *files;
	gsize total; /* bytes */
} Unpacking;

static bool
packing_refuse(const Unpacking *work, GError **error, const char *why)
{
	return base_error_set(error, BASE_ERROR_INPUT,
	                      "take the file once more from where it was made: it may be cut off or changed",
	                      "\"%s\" is no bundle that can be used: %s", work->path, why);
}

/* True for names that stay below the top folder; the archive may come from anybody. */
static bool
packing_is_safe_name(const char *name)
{
	if (name == NULL || *name == '\0' || strlen(name) > NAME_MAX_BYTES || !g_utf8_validate(name, -1, NULL))
		return false;
	g_auto(GStrv) parts = g_strsplit(name, "/", 0);
	for (guint i = 0; parts[i] != NULL; i++)
		if (*parts[i] == '\0' || strcmp(parts[i], ".") == 0 || strcmp(parts[i], "..") == 0)
			return false;
	return true;
}

static bool
packing_take_file(Unpacking *work, struct archive_entry *entry, GError **error)
{
	const char *name = archive_entry_pathname_utf8(entry);
	la_int64_t size = archive_entry_size(entry);

	if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != NULL ||
	    !packing_is_safe_name(name))
		return packing_refuse(work, error, "it holds something else than files below its top");
	if (size < 0 || (gsize)size > BUNDLE_CONTENTS_MAX - work->total || work->files->len == BUNDLE_FILES_MAX)
		return packing_refuse(work, error, "it holds more than any run has read");
	work->total += (gsize)size;
	g_autofree char *text = g_malloc((gsize)size + 1);
	if (archive_read_data(work->archive, text, (size_t)size) != (la_ssize_t)size)
		return packing_refuse(work, error, "it ends in the middle of a file");
	text[size] = '\0';
	g_ptr_array_add(work->files, bundle_file_new(name, g_steal_pointer(&text), (gsize)size));
	return true;
}

static bool
packing_take_all(Unpacking *work, char *bytes, gsize length, GError **error)
{
	struct archive_entry *entry = NULL;
	int result = archive_read_open_memory(work->archive, bytes, length);

	if (result != ARCHIVE_OK)
		return packing_refuse(work, error, archive_error_string(work->archive));
	while ((result = archive_read_next_header(work->archive, &entry)) == ARCHIVE_OK)
		if (!packing_take_file(work, entry, error))
			return false;
	if (result == ARCHIVE_EOF)
		return true;
	const char *why = archive_error_string(work->archive);
	return packing_refuse(work, error, why != NULL ? why : "it cannot be read");
}

GPtrArray *
bundle_unpack(const char *path, GError **error)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(bundle_file_free);
	Unpacking work = { .path = path, .files = files };
	g_autofree char *bytes = NULL;
	gsize length = 0;

	if (!base_file_read(path, BUNDLE_ARCHIVE_MAX, &bytes, &length, error))
		return NULL;
	work.archive = archive_read_new();
	archive_read_support_filter_zstd(work.archive);
	archive_read_support_format_tar(work.archive);
	bool done = packing_take_all(&work, bytes, length, error);
	archive_read_free(work.archive);
	return done ? g_steal_pointer(&files) : NULL;
}
