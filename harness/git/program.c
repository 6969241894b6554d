#define _GNU_SOURCE /* memfd_create */

#include "git/program.h"

#include "base/error.h"
#include "base/process.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define TIME_MAX   ((gint64)120 * G_USEC_PER_SEC)
#define OUTPUT_MAX ((goffset)512 * 1024 * 1024)

void
git_answer_clear(GitAnswer *answer)
{
	g_clear_pointer(&answer->text, g_free);
	g_clear_pointer(&answer->stderr_text, g_free);
	answer->length = 0;
}

/* A hook sets variables that point to the repository that it runs for: from another directory they are wrong. */
static char **
program_environment(void)
{
	char **environment = g_get_environ();
	static const char *const local[] = { "GIT_DIR",
		                             "GIT_WORK_TREE",
		                             "GIT_INDEX_FILE",
		                             "GIT_OBJECT_DIRECTORY",
		                             "GIT_PREFIX",
		                             "GIT_COMMON_DIR",
		                             "GIT_NAMESPACE",
		                             "GIT_ALTERNATE_OBJECT_DIRECTORIES",
		                             "GIT_QUARANTINE_PATH" };
	static const char *const set[][2] = { { "GIT_OPTIONAL_LOCKS", "0" },
		                              { "GIT_TERMINAL_PROMPT", "0" },
		                              { "GIT_ALLOW_PROTOCOL", "none" }, /* a partial clone would fetch */
		                              { "GIT_NO_LAZY_FETCH", "1" },
		                              { "GIT_PAGER", "cat" },
		                              { "LC_ALL", "C" } };

	for (gsize i = 0; i < G_N_ELEMENTS(local); i++)
		environment = g_environ_unsetenv(environment, local[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(set); i++)
		environment = g_environ_setenv(environment, set[i][0], set[i][1], TRUE);
	return environment;
}

static bool
program_refuse(GError **error)
{
	return base_error_set(error, BASE_ERROR_ENVIRONMENT,
	                      "install git; or say --base none, which tests all migrations, or --since VERSION",
	                      "there is no program \"git\" on the path");
}

static int
program_file(const char *text)
{
	int file = memfd_create("git", MFD_CLOEXEC);
	gsize length = text != NULL ? strlen(text) : 0;

	for (gsize done = 0; file >= 0 && done < length;) {
		ssize_t n = write(file, text + done, length - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			close(file);
			return -1;
		}
		done += (gsize)n;
	}
	if (file >= 0)
		lseek(file, 0, SEEK_SET);
	return file;
}

static bool
program_read(int file, GitAnswer *answer, GError **error)
{
	struct stat status = { 0 };

	if (fstat(file, &status) != 0 || status.st_size > OUTPUT_MAX)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "git writes more than can be looked at");
	answer->text = g_malloc((gsize)status.st_size + 1);
	while (answer->length < (gsize)status.st_size) {
		ssize_t n = pread(file, answer->text + answer->length, (gsize)status.st_size - answer->length,
		                  (off_t)answer->length);
		if (n <= 0)
			break;
		answer->length += (gsize)n;
	}
	answer->text[answer->length] = '\0';
	return true;
}

static bool
program_run(const BaseProcess *process, GitAnswer *answer, GError **error)
{
	g_auto(BaseProcessEnd) end = { 0 };

	if (!base_process_run(process, &end, error))
		return false;
	if (end.timed_out)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT,
		                      "is the repository on a disk that does not answer?",
		                      "git has not answered within two minutes");
	answer->exit_code = end.exit_code;
	answer->stderr_text = g_strdup(end.stderr_text != NULL ? end.stderr_text : "");
	return program_read(process->output, answer, error);
}

bool
git_run(const char *directory, const char *const *arguments, const char *input, GitAnswer *ret_answer, GError **error)
{
	g_autofree char *program = g_find_program_in_path("git");
	g_auto(GStrv) environment = program_environment();
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	g_auto(GitAnswer) answer = { 0 };

	if (program == NULL)
		return program_refuse(error);
	g_ptr_array_add(all, program);
	for (; *arguments != NULL; arguments++)
		g_ptr_array_add(all, (gpointer)*arguments);
	g_ptr_array_add(all, NULL);
	int in = program_file(input);
	int out = program_file(NULL);
	const BaseProcess process = { .arguments = (const char *const *)all->pdata,
		                      .environment = (const char *const *)environment,
		                      .input = in,
		                      .output = out,
		                      .directory = directory,
		                      .timeout = TIME_MAX };
	bool done = in >= 0 && out >= 0 ? program_run(&process, &answer, error)
	                                : base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not run git: %s",
	                                                 g_strerror(errno));
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	if (!done)
		return false;
	*ret_answer = answer;
	answer = (GitAnswer){ 0 };
	return true;
}

char *
git_ask(const char *directory, const char *const *arguments, GError **error)
{
	g_auto(GitAnswer) answer = { 0 };

	if (!git_run(directory, arguments, NULL, &answer, error) || answer.exit_code != 0)
		return NULL;
	return g_strdup(g_strchomp(answer.text));
}
