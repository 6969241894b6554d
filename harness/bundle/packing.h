/*
 * Files in memory as one archive: tar, packed by zstd. The only user of libarchive.
 */
#ifndef BUNDLE_PACKING_H
#define BUNDLE_PACKING_H

#include <glib.h>
#include <stdbool.h>

/* Maximum size of an archive on disk, and of its contents. */
#define BUNDLE_ARCHIVE_MAX  ((gsize)256 * 1024 * 1024)
#define BUNDLE_CONTENTS_MAX ((gsize)512 * 1024 * 1024)
#define BUNDLE_FILES_MAX    100000u

typedef struct {
	char *name; /* from the top of the archive: "files/suites/shop.yaml" */
	char *text; /* a NUL stands behind it */
	gsize length;
} BundleFile;

/* Takes ownership of the text. */
BundleFile *bundle_file_new(const char *name, char *text, gsize length);
void bundle_file_free(gpointer file);

/* Packs files (BundleFile *), in their order; the same files give the same bytes. NULL with *error
 * (BASE_ERROR_ENVIRONMENT). The caller unrefs it. */
GByteArray *bundle_pack(const GPtrArray *files, GError **error);

/* The files of an archive, in its order. NULL with *error (BASE_ERROR_INPUT): it cannot be read, is none, is cut off,
 * is larger than the limits, or has anything but regular files with names that stay below its top. The caller unrefs
 * it. */
GPtrArray *bundle_unpack(const char *path, GError **error);

#endif
