/*
 * Repositories that the tests make themselves, with git.
 */
#ifndef TESTS_UNIT_GIT_REPOSITORY_SUPPORT_H
#define TESTS_UNIT_GIT_REPOSITORY_SUPPORT_H

#include "base/error.h"
#include "base/process.h"
#include "git/base.h"
#include "git/changes.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The environment of every test's shell: no settings of the user who runs it; a fixed author; "put FILE TEXT";
 * "commit". */
static const char prelude[] =
    "set -e; export HOME=\"$PWD\" GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a "
    "GIT_COMMITTER_EMAIL=a@b; unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE; "
    "put() { mkdir -p \"$(dirname \"$1\")\"; printf '%s\\n' \"$2\" > \"$1\"; }; "
    "commit() { git add -A . && git commit -qm x; }; ";

/* Runs the text in a shell, in the folder. */
static void
in(const char *folder, const char *text)
{
	g_autofree char *all = g_strconcat(prelude, text, NULL);
	const char *const arguments[] = { "/bin/sh", "-c", all, NULL };
	const BaseProcess process = { .arguments = arguments, .input = -1, .output = -1, .directory = folder };
	g_auto(BaseProcessEnd) end = { 0 };
	g_autoptr(GError) error = NULL;

	if (!base_process_run(&process, &end, &error))
		fail_msg("%s: %s", text, error->message);
	if (!end.succeeded)
		fail_msg("%s: %s", text, end.stderr_text);
}

/* A temporary folder that goes at the end of the test; `text` runs in it. */
static char *
make(const char *text)
{
	char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);

	assert_non_null(folder);
	in(folder, text);
	return folder;
}

static void
discard(char *folder)
{
	g_autofree char *text = g_strdup_printf("rm -rf '%s'", folder);

	in("/", text);
	g_free(folder);
}

/* A remote "up" with one migration on "main", and its clone "work" on a branch of its own with another. */
#define CLONE                                                                                                          \
	"git init -q -b main up; cd up; put db/1.sql 'SELECT 1;'; commit; cd ..; git clone -q up work; cd work; "      \
	"git checkout -qb branch; put db/2.sql 'SELECT 2;'; commit; "

static GitRepository *
open_in(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autoptr(GError) error = NULL;
	GitRepository *repository = git_repository_open(path, &error);

	if (repository == NULL)
		fail_msg("%s: %s", path, error->message);
	return repository;
}

#endif
