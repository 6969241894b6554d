#include "command/init/place.h"

#include "base/error.h"
#include "migration/detect/places.h"

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
		                      "there is no folder of migrations in any of the usual places");
	if (n > 1)
		return base_error_set(error, BASE_ERROR_USAGE, "say which one: pgassay init DIR",
		                      "there are several folders that may hold migrations: %s", found->str);
	*ret_directory = g_strdup(first);
	return true;
}
