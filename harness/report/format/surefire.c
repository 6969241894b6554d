/*
 * A folder with a file for each suite, as Maven's Surefire writes it: TEST-shop.xml. Programs that look for such files,
 * or hold them against the schema of Surefire or of Jenkins' xUnit plugin, take nothing else.
 */
#include "base/error.h"
#include "report/format/format.h"
#include "report/format/junit.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define SUREFIRE_PREFIX   "TEST-"
#define SUREFIRE_NAME_MAX 150 /* bytes of a suite's name in the name of a file */
#define SUREFIRE_HEAD     200 /* bytes at the beginning of a file that have the mark */

/* The file is one of pgassay: others may have written theirs into the folder. */
static bool
surefire_is_ours(const char *path)
{
	char head[SUREFIRE_HEAD + 1] = "";
	FILE *file = fopen(path, "r");

	if (file == NULL)
		return false;
	head[fread(head, 1, SUREFIRE_HEAD, file)] = '\0';
	fclose(file);
	return strstr(head, "<!--" REPORT_JUNIT_MARK "-->") != NULL;
}

/* Files of an earlier run, which may have had other suites. */
static void
surefire_remove_old(const char *folder)
{
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	const char *name;

	while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		if (g_str_has_prefix(name, SUREFIRE_PREFIX) && g_str_has_suffix(name, ".xml") &&
		    g_file_test(path, G_FILE_TEST_IS_REGULAR) && surefire_is_ours(path))
			g_unlink(path);
	}
}

/* A path that no earlier suite of the run has, and no file of somebody else. */
static char *
surefire_make_path(const char *folder, const char *suite)
{
	g_autofree char *plain = g_strndup(suite, SUREFIRE_NAME_MAX);

	g_strcanon(plain, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-", '_');
	for (guint number = 1;; number++) {
		g_autofree char *name = number == 1 ? g_strconcat(SUREFIRE_PREFIX, plain, ".xml", NULL)
		                                    : g_strdup_printf(SUREFIRE_PREFIX "%s-%u.xml", plain, number);
		char *path = g_build_filename(folder, name, NULL);
		if (!g_file_test(path, G_FILE_TEST_EXISTS))
			return path;
		g_free(path);
	}
}

bool
report_surefire_write(const ReportRun *run, const char *folder, GError **error)
{
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	guint most = report_junit_most_cases();

	if (g_mkdir_with_parents(folder, 0777) != 0)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, "choose another folder for the report",
		                      "could not make the folder \"%s\": %s", folder, g_strerror(errno));
	surefire_remove_old(folder);
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		guint n = suite->cases->len;
		for (guint first = 0; first == 0 || first < n; first += most) {
			g_autofree char *path = surefire_make_path(folder, suite->name);
			if (!report_junit_write_suite(suite, first, MIN(first + most, n), names, path, error))
				return false;
		}
	}
	return true;
}
