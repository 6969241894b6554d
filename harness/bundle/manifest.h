/*
 * The first file of a bundle, which describes its contents.
 */
#ifndef BUNDLE_MANIFEST_H
#define BUNDLE_MANIFEST_H

#include "bundle/bundle.h"

/* As JSON. The caller frees it. */
char *bundle_manifest_write(const Bundle *bundle);

/* Fills the bundle, whose files are there, from the text; checks each file against its checksum. `path` is for
 * messages. False with *error (BASE_ERROR_INPUT). */
bool bundle_manifest_read(Bundle *bundle, const char *path, const char *text, GError **error);

#endif
