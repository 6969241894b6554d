#include "command/check/project.h"

#include <string.h>

static int
project_compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "alembic-1.13.0.dist-info", which has another name when the package is another one. */
static void
project_add_packages(const char *folder, GPtrArray *names)
{
	g_autoptr(GDir) packages = g_dir_open(folder, 0, NULL);
	const char *name = NULL;

	while (packages != NULL && (name = g_dir_read_name(packages)) != NULL)
		if (g_str_has_suffix(name, ".dist-info"))
			g_ptr_array_add(names, g_strdup(name));
}

/* Of the environment whose programs are in the folder `bin`. */
static void
project_add_environment(const char *bin, GPtrArray *names)
{
	g_autofree char *lib = g_build_filename(bin, "..", "lib", NULL);
	g_autoptr(GDir) pythons = g_dir_open(lib, 0, NULL);
	const char *python = NULL;

	while (pythons != NULL && (python = g_dir_read_name(pythons)) != NULL) {
		g_autofree char *folder = g_build_filename(lib, python, "site-packages", NULL);
		project_add_packages(folder, names);
	}
}

/* The program may stand in a text for the shell. */
static void
project_add_of_word(const MigrationCommands *commands, const char *word, GPtrArray *names)
{
	g_autoptr(GRegex) regex = g_regex_new("[^\\s\"'|;&]*/bin/", G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	for (g_regex_match(regex, word, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *written = g_match_info_fetch(match, 0);
		g_autofree char *bin = g_canonicalize_filename(written, commands->directory);
		project_add_environment(bin, names);
	}
}

char *
command_check_project(const char *commit, const MigrationCommands *commands)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	for (char **word = commands->up_to; *word != NULL; word++)
		project_add_of_word(commands, *word, names);
	if (names->len == 0)
		return NULL;
	g_ptr_array_sort(names, project_compare);
	g_ptr_array_add(names, NULL);
	g_autofree char *packages = g_strjoinv("\n", (char **)names->pdata);
	return g_strdup_printf("%s\n%s", commit, packages);
}
