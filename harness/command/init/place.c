#include "command/init/place.h"

#include "base/error.h"

#include <string.h>

/* Whether init can make a suite of it, or has to say why not. */
static bool
place_counts(const MigrationPlace *place)
{
	return place->set != NULL || place->error != NULL || place->code != NULL;
}

/* The usual places, for folders whose files have no names of migrations. */
static bool
place_find_usual(char **ret_directory, GError **error)
{
	g_autoptr(GString) found = g_string_new(NULL);
	const char *first = NULL;
	guint n = 0;

	for (const char *const *place = migration_places_usual(); *place != NULL; place++) {
		if (!g_file_test(*place, G_FILE_TEST_IS_DIR))
			continue;
		first = n == 0 ? *place : first;
		g_string_append_printf(found, "%s%s", n++ > 0 ? ", " : "", *place);
	}
	if (n == 0 && g_file_test("sqitch.plan", G_FILE_TEST_IS_REGULAR)) {
		*ret_directory = g_strdup(".");
		return true;
	}
	if (n == 0)
		return base_error_set(error, BASE_ERROR_USAGE, "say where it is: pgassay init DIR",
		                      "there is no folder of migrations below this one");
	if (n > 1)
		return base_error_set(error, BASE_ERROR_USAGE, "say which one: pgassay init DIR",
		                      "there are several folders that may hold migrations: %s", found->str);
	*ret_directory = g_strdup(first);
	return true;
}

/* Notes the script's folder as the only one. False: another one was noted before. */
static bool
place_note_folder(const MigrationScript *script, char **only)
{
	g_autofree char *folder = g_path_get_dirname(base_source_path(migration_script_source(script)));

	if (*only == NULL)
		*only = g_steal_pointer(&folder);
	return folder == NULL || strcmp(*only, folder) == 0;
}

/* The folder in which all files are, where the one that was named has none itself; NULL: there is no such folder. The
 * caller frees it. */
static char *
place_find_only(const MigrationPlace *place)
{
	g_autofree char *only = NULL;

	if (place->set == NULL || strcmp(migration_set_format_name(place->set), "plain") != 0)
		return NULL;
	for (guint i = 0; i < place->set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(place->set->migrations, i);
		if (!place_note_folder(migration->up, &only) ||
		    (migration->down != NULL && !place_note_folder(migration->down, &only)))
			return NULL;
	}
	return only != NULL && strcmp(only, place->directory) != 0 ? g_steal_pointer(&only) : NULL;
}

static bool
place_find_any(const MigrationPlaceHints *hints, char **ret_directory, const char **ret_code, GError **error)
{
	g_autoptr(GPtrArray) places = migration_places_find(hints, error);
	g_autoptr(GString) found = g_string_new(NULL);
	const MigrationPlace *first = NULL;
	const MigrationPlace *usual = NULL;
	guint n_usual = 0;
	guint n = 0;

	if (places == NULL)
		return false;
	for (guint i = 0; i < places->len; i++) {
		const MigrationPlace *place = g_ptr_array_index(places, i);
		if (!place_counts(place))
			continue;
		first = n == 0 ? place : first;
		g_string_append_printf(found, "%s%s", n++ > 0 ? ", " : "", place->directory);
		if (!g_strv_contains(migration_places_usual(), place->directory))
			continue;
		usual = place;
		n_usual++;
	}
	if (n > 1 && n_usual != 1)
		return base_error_set(error, BASE_ERROR_USAGE, "say which one: pgassay init DIR",
		                      "there are several folders that may hold migrations: %s", found->str);
	if (n == 0)
		return place_find_usual(ret_directory, error);
	const MigrationPlace *chosen = n > 1 ? usual : first;
	*ret_directory = g_strdup(chosen->directory);
	*ret_code = chosen->code;
	return true;
}

bool
command_init_find_place(const char *given, const MigrationPlaceHints *hints, char **ret_directory,
                        const char **ret_code, GError **error)
{
	if (given == NULL)
		return place_find_any(hints, ret_directory, ret_code, error);
	MigrationPlace *place = migration_place_load(given, hints);
	char *only = place_find_only(place);
	*ret_code = place->code;
	*ret_directory = only != NULL ? only : g_strdup(place->code != NULL ? place->directory : given);
	migration_place_free(place);
	return true;
}
