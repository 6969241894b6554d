/*
 * Running git. Only this folder does.
 */
#ifndef GIT_PROGRAM_H
#define GIT_PROGRAM_H

#include <glib.h>
#include <stdbool.h>

/* The output of git. */
typedef struct {
	char *text; /* its standard output, with a NUL behind it */
	gsize length;
	int exit_code;     /* -1: it did not exit by itself */
	char *stderr_text; /* its standard error; never NULL */
} GitAnswer;

void git_answer_clear(GitAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GitAnswer, git_answer_clear)

/* Runs git in the directory with the arguments (NULL-terminated, without the program). The variables by which a hook
 * points git to another repository do not count; git asks no questions and uses no network: objects that a clone
 * lacks are missing. `input` is its standard input, or NULL. An exit code other than 0 is an answer, not an error.
 * False with *error: there is no git (BASE_ERROR_ENVIRONMENT), it takes more than two minutes, it writes more than
 * 512 MiB, it was interrupted. */
bool git_run(const char *directory, const char *const *arguments, const char *input, GitAnswer *ret_answer,
             GError **error);

/* The same where only the exit code 0 will do, without the line break at the end; NULL without *error for another one.
 * The caller frees it. */
char *git_ask(const char *directory, const char *const *arguments, GError **error);

#endif
