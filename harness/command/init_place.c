#include "command/init_place.h"

#include "base/error.h"

/* Where tools have their migrations when nobody says where. */
static const char *const usual_places[] = {
	"migrations",
	"db/migrations",
	"db/migration",
	"database/migrations",
	"prisma/migrations",
	"supabase/migrations",
	"src/main/resources/db/migration",
	"drizzle",
	"sql/migrations",
	"sql",
	NULL,
};

bool
command_init_find_directory(const char *given, char **ret_directory, GError **error)
{
	g_autoptr(GString) found = g_string_new(NULL);
	const char *first = NULL;
	guint n = 0;

	if (given != NULL) {
		*ret_directory = g_strdup(given);
		return true;
	}
	for (const char *const *place = usual_places; *place != NULL; place++) {
		if (!g_file_test(*place, G_FILE_TEST_IS_DIR))
			continue;
		first = n == 0 ? *place : first;
		g_string_append_printf(found, "%s%s", n++ > 0 ? ", " : "", *place);
	}
	if (n == 0)
		return base_error_set(error, BASE_ERROR_USAGE, "say where it is: pgassay init DIR",
		                      "there is no folder of migrations in any of the usual places");
	if (n > 1)
		return base_error_set(error, BASE_ERROR_USAGE, "say which one: pgassay init DIR",
		                      "there are several folders that may hold migrations: %s", found->str);
	*ret_directory = g_strdup(first);
	return true;
}

/* Folders that every project has say nothing about this one. */
static bool
is_generic(const char *name)
{
	static const char *const names[] = { "migrate",   "schema",    "schemas", "postgres",  "postgresql",
		                             "pgsql",     "server",    "backend", "database",  "migrations",
		                             "migration", "db",        "prisma",  "drizzle",   "sql",
		                             "supabase",  "resources", "main",    "src",       "deploy",
		                             "versions",  "repo",      "priv",    "changelog", NULL };
	g_autofree char *small = g_ascii_strdown(name, -1);

	return g_strv_contains(names, small);
}

char *
command_init_make_name(const char *directory)
{
	g_autofree char *path = g_canonicalize_filename(directory, NULL);
	g_autofree char *name = g_path_get_basename(path);

	while (is_generic(name)) {
		char *parent = g_path_get_dirname(path);
		g_free(path);
		path = parent;
		g_free(name);
		name = g_path_get_basename(path);
	}
	for (char *p = name; *p != '\0'; p++)
		if (!g_ascii_isalnum(*p) && *p != '_' && *p != '-')
			*p = '_';
	return g_ascii_isalnum(*name) ? g_steal_pointer(&name) : g_strdup("database");
}
