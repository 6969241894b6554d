/* Where the files are that changelogs name. */
#include "migration/format/liquibase/changelog.h"

#include "base/error.h"
#include "base/file.h"

#include <string.h>

/* A file that is included several times is read several times: ten files that include the next ten times each would be
 * read ten thousand million times. */
#define MAX_FILES  50000
#define MAX_BYTES  ((gsize)256 * 1024 * 1024)

#define MAX_LEVELS 8 /* above the directory, where a file may be that is missing */

const char *
liquibase_bare_path(const char *path)
{
	if (g_str_has_prefix(path, "classpath:"))
		path += strlen("classpath:");
	return path + strspn(path, "/");
}

/* Takes "." and ".." out of it. The caller frees it. */
static char *
liquibase_path_normalize(const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", -1);
	g_autoptr(GPtrArray) kept = g_ptr_array_new();

	for (char **part = parts; *part != NULL; part++) {
		const char *last = kept->len > 0 ? g_ptr_array_index(kept, kept->len - 1) : NULL;
		if (**part == '\0' || strcmp(*part, ".") == 0)
			continue;
		if (strcmp(*part, "..") == 0 && last != NULL && strcmp(last, "..") != 0)
			g_ptr_array_set_size(kept, (gint)kept->len - 1);
		else
			g_ptr_array_add(kept, *part);
	}
	g_ptr_array_add(kept, NULL);
	return g_strjoinv("/", (char **)kept->pdata);
}

char *
liquibase_history_path(const char *path)
{
	return liquibase_path_normalize(liquibase_bare_path(path));
}

bool
liquibase_path_ends_with(const char *path, const char *const *suffixes)
{
	g_autofree char *lower = g_ascii_strdown(path, -1);

	for (; *suffixes != NULL; suffixes++)
		if (g_str_has_suffix(lower, *suffixes))
			return true;
	return false;
}

char *
liquibase_sibling(const LiquibaseChangelog *changelog, const char *name)
{
	const char *path = changelog->path;
	const char *slash = strrchr(path, '/');
	g_autofree char *folder = slash != NULL ? g_strndup(path, (gsize)(slash - path)) : g_strdup("");
	g_autofree char *whole = g_strconcat(folder, "/", name, NULL);

	return liquibase_path_normalize(whole);
}

char *
liquibase_file_path(const LiquibaseReading *reading, const char *path)
{
	g_autofree char *name = liquibase_history_path(path);

	return g_canonicalize_filename(name, reading->root);
}

/* A hint for a missing file: often the directory is not the search path of Liquibase, but a folder below it. */
static char *
liquibase_path_hint_for(const LiquibaseReading *reading, const char *path)
{
	g_autofree char *above = g_path_get_dirname(reading->root);

	for (guint level = 0; level < MAX_LEVELS; level++) {
		g_autofree char *file = g_build_filename(above, liquibase_bare_path(path), NULL);
		if (g_file_test(file, G_FILE_TEST_IS_REGULAR)) {
			g_autofree char *shown = base_file_shorten(g_strdup(above));
			return g_strdup_printf(
			    "give \"%s\" as the directory, which has it, and the changelog as \"config\"", shown);
		}
		char *parent = g_path_get_dirname(above);
		g_free(above);
		above = parent;
	}
	return g_strdup_printf("paths begin at \"%s\", or beside the changelog with relativeToChangelogFile=\"true\"",
	                       reading->root);
}

static bool
check_amount(const LiquibaseReading *reading, const Source *source, gsize offset, GError **error)
{
	if (source == NULL || (reading->n_files <= MAX_FILES && reading->n_bytes <= MAX_BYTES))
		return true;
	return migration_error_at(error, source, offset, "include each file once",
	                          "the changelogs include too much: %u files with %" G_GSIZE_FORMAT " bytes",
	                          reading->n_files, reading->n_bytes);
}

static Source *
load_counted(LiquibaseReading *reading, const char *file, GError **error)
{
	g_autofree char *shown = base_file_shorten(g_strdup(file));
	Source *loaded = migration_source_load(shown, error);

	reading->n_files++;
	reading->n_bytes += loaded != NULL ? base_source_length(loaded) : 0;
	return loaded;
}

Source *
liquibase_source_load(LiquibaseReading *reading, const char *path, const Source *source, gsize offset, GError **error)
{
	g_autofree char *file = liquibase_file_path(reading, path);

	if (!check_amount(reading, source, offset, error))
		return NULL;
	if (g_file_test(file, G_FILE_TEST_IS_REGULAR)) {
		g_hash_table_add(reading->used, g_strdup(file));
		return load_counted(reading, file, error);
	}
	g_autofree char *hint = liquibase_path_hint_for(reading, path);
	if (source != NULL)
		migration_error_at(error, source, offset, hint, "there is no file \"%s\"", path);
	else
		base_error_set(error, BASE_ERROR_INPUT, hint, "there is no file \"%s\"", path);
	return NULL;
}
