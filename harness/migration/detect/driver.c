#include "migration/detect/driver.h"
#include "migration/detect/project.h"

#include "base/file.h"

#include <string.h>

/* How far above the migrations the project's files are looked for. */
#define DRIVER_LEVELS 12

/* What a Cargo.toml says of the crate: "crate = { ... }", or the section "[dependencies.crate]" up to the next one.
 * NULL: nothing. The caller frees it. */
static char *
driver_read_entry(const char *folder, const char *crate, char **ret_path)
{
	g_autofree char *path = g_build_filename(folder, "Cargo.toml", NULL);
	g_autofree char *text = migration_project_read_head(path);
	g_autofree char *pattern = g_strdup_printf(
	    "^%s\\s*=\\s*(\\{[^}]*\\}|\"[^\"]*\")|^\\[[\\w.-]*dependencies\\.%s\\][^\\n]*\\n((?!\\[)[^\\n]*\\n?)*",
	    crate, crate);
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (text == NULL || !g_regex_match(regex, text, 0, &match))
		return NULL;
	*ret_path = g_steal_pointer(&path);
	return g_match_info_fetch(match, 0);
}

/* The entry of the nearest file that has one, and behind it the workspace's, where it refers to that. */
static char *
driver_read(const char *directory, const char *crate, char **ret_path)
{
	g_autofree char *folder = g_canonicalize_filename(directory, NULL);
	g_autofree char *own = NULL;

	for (guint level = 0; level < DRIVER_LEVELS; level++) {
		g_autofree char *path = NULL;
		g_autofree char *entry = driver_read_entry(folder, crate, &path);
		if (entry != NULL && own != NULL)
			return g_strconcat(own, entry, NULL);
		if (entry != NULL) {
			*ret_path = g_steal_pointer(&path);
			if (!g_regex_match_simple("\\bworkspace\\s*=\\s*true", entry, 0, 0))
				return g_steal_pointer(&entry);
			own = g_steal_pointer(&entry);
		}
		char *parent = g_path_get_dirname(folder);
		g_free(folder);
		folder = parent;
	}
	return g_steal_pointer(&own);
}

const char *
migration_driver_other_server(const char *directory, const char *crate, char **ret_file)
{
	g_autofree char *path = NULL;
	g_autofree char *entry = driver_read(directory, crate, &path);
	const char *server = NULL;

	/* sqlx's driver "any" takes whatever the URL names. */
	if (entry == NULL || strstr(entry, "postgres") != NULL || strstr(entry, "\"any\"") != NULL)
		return NULL;
	if (strstr(entry, "\"sqlite") != NULL)
		server = "SQLite";
	else if (strstr(entry, "\"mysql") != NULL)
		server = "MySQL";
	if (server != NULL)
		*ret_file = base_file_shorten(g_steal_pointer(&path));
	return server;
}
