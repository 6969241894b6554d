/* Folders for Atlas, whose atlas.sum fits. */
#ifndef TESTS_UNIT_MIGRATION_ATLAS_FOLDER_H
#define TESTS_UNIT_MIGRATION_ATLAS_FOLDER_H

#include "folder.h"

#define ATLAS_MAX_FILES 8

/* base64 of SHA-256 of the text. */
static inline char *
atlas_hash(const char *text)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[32];
	gsize length = sizeof(digest);

	g_checksum_update(checksum, (const guchar *)text, -1);
	g_checksum_get_digest(checksum, digest, &length);
	return g_base64_encode(digest, length);
}

/* The atlas.sum of the files, which stand in the order of their names. */
static inline char *
atlas_sum_of(const FolderFile *files)
{
	g_autoptr(GString) all = g_string_new(NULL);
	g_autoptr(GString) names = g_string_new(NULL);
	g_autoptr(GString) lines = g_string_new(NULL);

	for (; files->name != NULL; files++) {
		g_string_append_printf(all, "%s%s", files->name, files->text);
		g_autofree char *hash = atlas_hash(all->str);
		g_string_append_printf(names, "%s%s", files->name, hash);
		g_string_append_printf(lines, "%s h1:%s\n", files->name, hash);
	}
	g_autofree char *total = atlas_hash(names->str);
	return g_strdup_printf("h1:%s\n%s", total, lines->str);
}

/* The set of the files, with the settings "NAME=VALUE" (or NULL). */
static inline MigrationSet *
atlas_folder_load(const FolderFile *files, const char *setting, GError **error)
{
	g_autofree char *sum = atlas_sum_of(files);
	g_autoptr(GHashTable) settings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	FolderFile all[ATLAS_MAX_FILES + 2] = { { "atlas.sum", sum } };

	for (guint i = 0; files[i].name != NULL; i++) {
		assert_true(i < ATLAS_MAX_FILES);
		all[i + 1] = files[i];
	}
	if (setting != NULL) {
		const char *value = strchr(setting, '=');
		g_hash_table_insert(settings, g_strndup(setting, (gsize)(value - setting)), g_strdup(value + 1));
	}
	return folder_load(all, (MigrationOptions){ .settings = setting != NULL ? settings : NULL }, error);
}

#endif
