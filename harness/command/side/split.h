/*
 * A snapshot as a folder: a file for each object, for review.
 *
 * The folder has a list of the files that were written; other files are not touched.
 */
#ifndef COMMAND_SIDE_SPLIT_H
#define COMMAND_SIDE_SPLIT_H

#include "catalog/render.h"

typedef struct {
	guint n_written; /* new, or with another text */
	guint n_same;
	guint n_removed; /* of objects that are gone */
} CommandSplitCounts;

/* Writes each object at the top to `FOLDER/COLLECTION/NAME.yaml`, and removes the files of objects that are gone. The
 * folder is made when it is missing. False with *error: it has a file that was not written by this function
 * (BASE_ERROR_USAGE; nothing is written then), or something could not be written (BASE_ERROR_ENVIRONMENT). */
bool command_split_write(const char *folder, const CatalogSnapshot *snapshot, const CatalogRenderOptions *options,
                         CommandSplitCounts *ret_counts, GError **error);

/* The files that it has written, as paths, with NULL at the end. NULL with *error (BASE_ERROR_USAGE) when the folder
 * has no such list. */
GPtrArray *command_split_files(const char *folder, GError **error);

#endif
