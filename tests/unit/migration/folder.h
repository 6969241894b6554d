/* A folder with files for one test. */
#ifndef TESTS_UNIT_MIGRATION_FOLDER_H
#define TESTS_UNIT_MIGRATION_FOLDER_H

#include "migration/detect/formats.h"
#include "migration/migration.h"

#include <glib/gstdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Name and content of a file; the list ends with a name that is NULL. */
typedef struct {
	const char *name;
	const char *text;
} FolderFile;

typedef char Folder;

static void
folder_remove(const char *path)
{
	g_autoptr(GDir) entries = g_dir_open(path, 0, NULL);

	for (const char *name; entries != NULL && (name = g_dir_read_name(entries)) != NULL;) {
		g_autofree char *entry = g_build_filename(path, name, NULL);
		folder_remove(entry);
	}
	g_remove(path);
}

static inline void
folder_free(Folder *folder)
{
	if (folder != NULL)
		folder_remove(folder);
	g_free(folder);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Folder, folder_free)

static inline Folder *
folder_new(const FolderFile *files)
{
	char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);

	assert_non_null(folder);
	for (; files->name != NULL; files++) {
		g_autofree char *path = g_build_filename(folder, files->name, NULL);
		g_autofree char *parent = g_path_get_dirname(path);
		assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
		assert_true(g_file_set_contents(path, files->text, -1, NULL));
	}
	return folder;
}

/* The set of the files in a new folder; the folder is gone when it returns. */
static inline MigrationSet *
folder_load(const FolderFile *files, MigrationOptions options, GError **error)
{
	g_autoptr(Folder) folder = folder_new(files);

	options.directory = folder;
	return migration_set_load(&options, error);
}

/* The names of the migrations of the set, joined with blanks. */
static inline char *
folder_names(const MigrationSet *set)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < set->migrations->len; i++)
		g_string_append_printf(names, "%s%s", i > 0 ? " " : "",
		                       ((const Migration *)g_ptr_array_index(set->migrations, i))->name);
	return g_string_free(names, FALSE);
}

/* True when one of the set's warnings has the text in it. */
static inline bool
folder_warns(const MigrationSet *set, const char *text)
{
	for (guint i = 0; i < set->warnings->len; i++)
		if (strstr(g_ptr_array_index(set->warnings, i), text) != NULL)
			return true;
	return false;
}

/* The messages of the script (NULL: "none"), with " | " between them; the caller frees it. */
static inline char *
folder_messages(const MigrationScript *script)
{
	GString *texts = g_string_new(script == NULL ? "none" : "");

	for (guint i = 0; script != NULL && i < migration_script_messages(script)->len; i++) {
		const MigrationMessage *message = g_ptr_array_index(migration_script_messages(script), i);
		g_string_append_printf(texts, "%s%s", i > 0 ? " | " : "", message->text->sql);
	}
	return g_string_free(texts, FALSE);
}

/* Loads the files and expects an error with the text in it. */
static inline void
folder_refuses(const FolderFile *files, const MigrationOptions *options, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MigrationSet) set = folder_load(files, *options, &error);

	if (set != NULL)
		fail_msg("no error; expected \"%s\"", text);
	if (strstr(error->message, text) == NULL)
		fail_msg("the error is \"%s\", expected \"%s\"", error->message, text);
}

#endif
