#include "command/init/ignore.h"

#include "base/file.h"
#include "git/program.h"

#include <string.h>

#define IGNORE_FILE     ".gitignore"
#define IGNORE_FILE_MAX ((gsize)1024 * 1024)

/* The exit code of "git check-ignore" for a file that is not ignored; others mean that there is no repository. */
#define IGNORE_NOT 1

static bool
ignore_is_wanted(void)
{
	static const char *const arguments[] = { "check-ignore", "--quiet", "build/reports/junit.xml", NULL };
	g_auto(GitAnswer) answer = { 0 };

	return git_run(".", arguments, NULL, &answer, NULL) && answer.exit_code == IGNORE_NOT;
}

bool
command_init_ignore_reports(bool *ret_written, GError **error)
{
	g_autofree char *before = NULL;
	gsize length = 0;

	*ret_written = false;
	if (!ignore_is_wanted())
		return true;
	if (g_file_test(IGNORE_FILE, G_FILE_TEST_EXISTS) &&
	    !base_file_read(IGNORE_FILE, IGNORE_FILE_MAX, &before, &length, error))
		return false;
	bool cut = length > 0 && before[length - 1] != '\n';
	g_autofree char *after = g_strconcat(before != NULL ? before : "", cut ? "\n" : "", COMMAND_INIT_REPORTS "\n",
	                                     NULL);
	*ret_written = base_file_write(IGNORE_FILE, "file", after, strlen(after), error);
	return *ret_written;
}
