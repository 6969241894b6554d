#include "repository_support.h"

#include <string.h>

typedef struct {
	const char *text;  /* of the shell, in a new folder */
	const char *work;  /* the folder below it in which the base is looked for */
	const char *given; /* --base */
	const char *variable[6];
	const char *ref;  /* the expected base; NULL: an error */
	int code;         /* of the error */
	const char *said; /* a part of its message */
} BaseRow;

static void
look(const BaseRow *row)
{
	char *folder = make(row->text);
	g_autofree char *path = g_build_filename(folder, row->work, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GitRepository) repository = git_repository_open(path, &error);
	g_auto(GStrv) environment = g_new0(char *, 1);
	g_auto(GitBase) base = { 0 };

	for (gsize i = 0; i < G_N_ELEMENTS(row->variable) && row->variable[i] != NULL; i++) {
		g_auto(GStrv) parts = g_strsplit(row->variable[i], "=", 2);
		g_autofree char *value = g_strdup(parts[1]);
		if (g_str_has_prefix(value, "FOLDER")) {
			g_free(value);
			value = g_build_filename(folder, parts[1] + strlen("FOLDER/"), NULL);
		}
		environment = g_environ_setenv(environment, parts[0], value, TRUE);
	}
	bool found = repository != NULL && git_base_find(repository, row->given, environment, &base, &error);
	if (row->ref != NULL && !found)
		fail_msg("%s: %s", row->text, error->message);
	if (row->ref != NULL)
		assert_string_equal(base.ref, row->ref);
	if (row->ref == NULL) {
		assert_false(found);
		if (!g_error_matches(error, BASE_ERROR, row->code) || strstr(error->message, row->said) == NULL)
			fail_msg("%s: code %d: %s", row->text, error->code, error->message);
	}
	discard(folder);
}

static void
the_base_is_given_or_origins_default_branch(void **state)
{
	static const BaseRow rows[] = {
		{ CLONE, "work", NULL, { NULL }, "origin/main", 0, NULL },
		{ CLONE, "work/db", NULL, { NULL }, "origin/main", 0, NULL },
		{ CLONE "git checkout -q --detach", "work", NULL, { NULL }, "origin/main", 0, NULL },
		{ CLONE "put db/1.sql changed", "work", NULL, { NULL }, "origin/main", 0, NULL },
		{ CLONE "git tag v1 HEAD^", "work", "v1", { NULL }, "v1", 0, NULL },
		{ CLONE, "work", "main", { NULL }, "main", 0, NULL },
		/* Only the remote has it. */
		{ CLONE "git branch -qD main", "work", "main", { NULL }, "main", 0, NULL },
		{ CLONE "git worktree add -q ../tree -b other", "tree", NULL, { NULL }, "origin/main", 0, NULL },
		{ CLONE "git remote set-head origin -d", "work", NULL, { NULL }, "origin/main", 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		look(&rows[i]);
}

static void
an_unusable_base_is_an_error(void **state)
{
	static const BaseRow rows[] = {
		{ "mkdir work", "work", NULL, { NULL }, NULL, BASE_ERROR_USAGE, "--base none" },
		{ "git init -q --bare work", "work", NULL, { NULL }, NULL, BASE_ERROR_USAGE, "without a work tree" },
		{ "git init -q work", "work", NULL, { NULL }, NULL, BASE_ERROR_USAGE, "nothing is committed" },
		{ "git init -q work; cd work; put a b; commit",
		  "work",
		  NULL,
		  { NULL },
		  NULL,
		  BASE_ERROR_USAGE,
		  "no remote \"origin\"" },
		{ CLONE, "work", "nowhere", { NULL }, NULL, BASE_ERROR_USAGE, "git fetch origin nowhere" },
		/* It is no option of git either. */
		{ CLONE, "work", "--help", { NULL }, NULL, BASE_ERROR_USAGE, "there is no commit \"--help\"" },
		{ CLONE "git checkout -q --orphan alone; commit",
		  "work",
		  NULL,
		  { NULL },
		  NULL,
		  BASE_ERROR_USAGE,
		  "no commit in common" },
		{ "git init -q -b main up; cd up; put a 1; commit; git checkout -qb b; put a 2; commit; put a 3; "
		  "commit; "
		  "git checkout -q main; put a 4; commit; put a 5; commit; cd ..; "
		  "git clone -q --depth 1 --no-single-branch -b b \"file://$PWD/up\" work",
		  "work",
		  NULL,
		  { NULL },
		  NULL,
		  BASE_ERROR_ENVIRONMENT,
		  "git fetch --unshallow origin" },
		{ "git init -q -b main up; cd up; put a 1; commit; git checkout -qb b; put a 2; commit; cd ..; "
		  "git clone -q --depth 1 -b b \"file://$PWD/up\" work",
		  "work",
		  "origin/main",
		  { NULL },
		  NULL,
		  BASE_ERROR_ENVIRONMENT,
		  "refs/heads/main" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		look(&rows[i]);
}

/* The systems name a branch "release" of the remote. */
#define RELEASE                                                                                                        \
	"git init -q -b main up; cd up; put db/1.sql 'SELECT 1;'; commit; git branch release; cd ..; "                 \
	"git clone -q up work; cd work; git checkout -qb branch; put db/2.sql 'SELECT 2;'; commit; "

static void
ci_systems_say_the_base(void **state)
{
	static const BaseRow rows[] = {
		{ RELEASE,
		  "work",
		  NULL,
		  { "GITHUB_ACTIONS=true", "GITHUB_BASE_REF=release" },
		  "origin/release",
		  0,
		  NULL },
		{ RELEASE,
		  "work",
		  NULL,
		  { "GITLAB_CI=true", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME=release" },
		  "origin/release",
		  0,
		  NULL },
		{ RELEASE,
		  "work",
		  NULL,
		  { "GITLAB_CI=true", "CI_COMMIT_BRANCH=branch", "CI_DEFAULT_BRANCH=release" },
		  "origin/release",
		  0,
		  NULL },
		{ RELEASE "git tag before HEAD^",
		  "work",
		  NULL,
		  { "GITLAB_CI=true", "CI_COMMIT_BRANCH=main", "CI_DEFAULT_BRANCH=main",
		    "CI_COMMIT_BEFORE_SHA=before" },
		  "before",
		  0,
		  NULL },
		/* A train: the commit before the change is the target. */
		{ RELEASE "git tag train HEAD^",
		  "work",
		  NULL,
		  { "GITLAB_CI=true", "CI_MERGE_REQUEST_TARGET_BRANCH_SHA=train",
		    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME=release" },
		  "train",
		  0,
		  NULL },
		{ RELEASE,
		  "work",
		  NULL,
		  { "BITBUCKET_BUILD_NUMBER=1", "BITBUCKET_PR_DESTINATION_BRANCH=release" },
		  "origin/release",
		  0,
		  NULL },
		{ RELEASE,
		  "work",
		  NULL,
		  { "BUILDKITE=true", "BUILDKITE_PULL_REQUEST_BASE_BRANCH=release" },
		  "origin/release",
		  0,
		  NULL },
		{ RELEASE,
		  "work",
		  NULL,
		  { "JENKINS_URL=http://x", "CHANGE_TARGET=release" },
		  "origin/release",
		  0,
		  NULL },
		{ RELEASE,
		  "work",
		  NULL,
		  { "TF_BUILD=True", "SYSTEM_PULLREQUEST_TARGETBRANCH=refs/heads/release" },
		  "origin/release",
		  0,
		  NULL },
		{ RELEASE, "work", NULL, { "CIRCLECI=true" }, "origin/main", 0, NULL },
		/* A push that created the branch. */
		{ RELEASE,
		  "work",
		  NULL,
		  { "GITLAB_CI=true", "CI_COMMIT_BRANCH=main", "CI_DEFAULT_BRANCH=main",
		    "CI_COMMIT_BEFORE_SHA=0000000000000000000000000000000000000000" },
		  "origin/main",
		  0,
		  NULL },
		/* --base wins. */
		{ RELEASE, "work", "main", { "GITHUB_ACTIONS=true", "GITHUB_BASE_REF=release" }, "main", 0, NULL },
		/* The system names the base, and the clone lacks it: no other base will do. */
		{ RELEASE,
		  "work",
		  NULL,
		  { "GITHUB_ACTIONS=true", "GITHUB_BASE_REF=gone" },
		  NULL,
		  BASE_ERROR_ENVIRONMENT,
		  "fetch-depth: 0" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		look(&rows[i]);
}

/* Several changes stand on the base of a queue: the branch's own base is not asked for. */
static void
a_merge_queue_says_its_base(void **state)
{
	char *folder = make(RELEASE
	                    "put db/3.sql 'SELECT 3;'; commit; git rev-parse HEAD~2 > ../base; "
	                    "git rev-parse HEAD~2 | sed 's/.*/{\"merge_group\":{\"base_sha\":\"&\"}}/' > ../event");
	g_autoptr(GitRepository) repository = open_in(folder, "work");
	g_autofree char *event = g_build_filename(folder, "event", NULL);
	g_autofree char *path = g_build_filename(folder, "base", NULL);
	g_autofree char *expected = NULL;
	g_auto(GStrv) environment = g_environ_setenv(g_new0(char *, 1), "GITHUB_ACTIONS", "true", TRUE);
	g_auto(GitBase) base = { 0 };

	(void)state;
	environment = g_environ_setenv(environment, "GITHUB_EVENT_PATH", event, TRUE);
	environment = g_environ_setenv(environment, "GITHUB_EVENT_NAME", "merge_group", TRUE);
	assert_true(g_file_get_contents(path, &expected, NULL, NULL));
	g_strchomp(expected);
	assert_true(git_base_find(repository, NULL, environment, &base, NULL));
	assert_string_equal(base.commit, expected);
	assert_false(base.is_head);
	discard(folder);
}

static void
without_git_the_error_has_a_hint(void **state)
{
	g_autofree char *path = g_strdup(g_getenv("PATH"));
	g_autoptr(GError) error = NULL;

	(void)state;
	g_setenv("PATH", "/nowhere", TRUE);
	g_autoptr(GitRepository) repository = git_repository_open("/", &error);
	g_setenv("PATH", path, TRUE);
	assert_null(repository);
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
	assert_non_null(strstr(error->message, "install git"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_base_is_given_or_origins_default_branch),
		cmocka_unit_test(an_unusable_base_is_an_error),
		cmocka_unit_test(ci_systems_say_the_base),
		cmocka_unit_test(a_merge_queue_says_its_base),
		cmocka_unit_test(without_git_the_error_has_a_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
