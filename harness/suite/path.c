#include "suite/path.h"

#include <glib/gstdio.h>
#include <stdbool.h>
#include <string.h>

static bool
is_same_file(const char *a, const char *b)
{
	GStatBuf a_status;
	GStatBuf b_status;

	return g_stat(a, &a_status) == 0 && g_stat(b, &b_status) == 0 && a_status.st_dev == b_status.st_dev &&
	       a_status.st_ino == b_status.st_ino;
}

char *
suite_path_resolve(const char *directory, const char *path)
{
	if (g_path_is_absolute(path))
		return g_strdup(path);
	g_autofree char *joined = g_build_filename(directory, path, NULL);
	g_autofree char *canonical = g_canonicalize_filename(joined, NULL);
	/* Behind a symbolic link, "x/.." is another place than the one "x" stands in. */
	if (g_file_test(joined, G_FILE_TEST_EXISTS) && !is_same_file(joined, canonical))
		return g_steal_pointer(&joined);
	g_autofree char *here = g_get_current_dir();
	gsize length = strlen(here);
	if (strcmp(canonical, here) == 0)
		return g_strdup(".");
	if (g_str_has_prefix(canonical, here) && canonical[length] == '/')
		return g_strdup(canonical + length + 1);
	return g_steal_pointer(&canonical);
}
