/* Which changelog is the first one, and which files none of them names. */
#include "migration/format/liquibase/changelog.h"

#include "base/error.h"
#include "base/file.h"
#include "migration/directory.h"
#include "migration/file_names.h"
#include "migration/text/script.h"

#include <string.h>

/* --- Which changelog is the first ----------------------------------------------------- */

static const char *const changelogs[] = { ".xml", ".yaml", ".yml", ".json", NULL };

static bool
is_changelog(const char *path)
{
	g_autofree char *text = NULL;
	gsize length = 0;

	return liquibase_path_ends_with(path, changelogs) &&
	       base_file_read(path, MIGRATION_MAX_FILE_BYTES, &text, &length, NULL) &&
	       strstr(text, "databaseChangeLog") != NULL;
}

/* True when people call the one file by such a name that includes all others. */
static bool
is_master(const char *name)
{
	static const char *const names[] = { "changelog.", "db.changelog.", "dbchangelog.", "root.", "index." };
	g_autofree char *lower = g_ascii_strdown(name, -1);

	if (strstr(lower, "master") != NULL || strstr(lower, "root") != NULL)
		return true;
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_str_has_prefix(lower, names[i]) && strchr(lower + strlen(names[i]), '.') == NULL)
			return true;
	return false;
}

bool
liquibase_find_master(const char *directory, char **ret_name, GError **error)
{
	g_autoptr(GPtrArray) files = migration_directory_list(directory, true, error);
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	g_autoptr(GPtrArray) masters = g_ptr_array_new();
	g_autoptr(GPtrArray) below = g_ptr_array_new();

	if (files == NULL)
		return false;
	for (guint i = 0; i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		bool deep = strchr(file->name, '/') != NULL;
		bool named = is_master(migration_file_base(file));
		if (file->is_directory || (deep && !named) || !is_changelog(file->path))
			continue;
		g_ptr_array_add(deep ? below : found, file->name);
		if (named && !deep)
			g_ptr_array_add(masters, file->name);
	}
	GPtrArray *choice = masters->len == 1 ? masters : found->len > 0 ? found : below;
	if (choice->len <= 1) {
		*ret_name = choice->len == 1 ? g_strdup(g_ptr_array_index(choice, 0)) : NULL;
		return true;
	}
	g_ptr_array_add(choice, NULL);
	g_autofree char *names = g_strjoinv("\", \"", (char **)choice->pdata);
	return base_error_set(error, BASE_ERROR_INPUT, "name the one that includes the others under \"config\"",
	                      "there are several changelogs: \"%s\"", names);
}

/* The name of the configured changelog as the history has it. */
static bool
find_configured(const LiquibaseReading *reading, const char *config, char **ret_name, GError **error)
{
	g_autofree char *path = g_canonicalize_filename(config, NULL);
	gsize length = strlen(reading->root);

	if (!g_str_has_prefix(path, reading->root) || path[length] != '/')
		return base_error_set(
		    error, BASE_ERROR_INPUT,
		    "the directory is what Liquibase calls its search path: name one above the changelog",
		    "the changelog \"%s\" is not below the directory \"%s\"", config, reading->root);
	*ret_name = g_strdup(path + length + 1);
	return true;
}

bool
liquibase_read_all(LiquibaseReading *reading, const MigrationOptions *options, GPtrArray *ordered, GError **error)
{
	LiquibaseChangelog nothing = { .path = "", .changesets = ordered };

	if (options->config != NULL ? !find_configured(reading, options->config, &reading->master, error)
	                            : !liquibase_find_master(options->directory, &reading->master, error))
		return false;
	const LiquibaseInclude everything = {
		.path = "", .is_directory = true, .max_depth = G_MAXUINT, .any_format = true, .may_be_missing = true
	};
	const LiquibaseInclude one = { .path = reading->master, .first = true };
	return liquibase_include(reading, &nothing, reading->master == NULL ? &everything : &one, error);
}

/* --- Files that are not included -------------------------------------------------------- */

bool
liquibase_find_ignored(LiquibaseReading *reading, GError **error)
{
	if (reading->master == NULL || g_str_has_suffix(reading->master, ".sql"))
		return true;
	g_autofree char *path = liquibase_file_path(reading, reading->master);
	g_autofree char *directory = g_path_get_dirname(path);
	gsize root = strlen(reading->root);
	g_autoptr(GPtrArray) files = migration_directory_list(directory, true, error);
	for (guint i = 0; files != NULL && i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		if (!file->is_directory && !g_hash_table_contains(reading->used, file->path) &&
		    (g_str_has_suffix(file->name, ".sql") || is_changelog(file->path)))
			migration_set_ignore(reading->set, liquibase_bare_path(file->path + root),
			                     "is not run: no changelog names it");
	}
	return files != NULL;
}
