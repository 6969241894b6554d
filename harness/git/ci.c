#include "git/ci.h"

#include "base/file.h"

#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <string.h>

#define EVENT_MAX ((gsize)16 * 1024 * 1024)

static void
ci_base_free(gpointer data)
{
	GitCiBase *base = data;

	g_free(base->ref);
	g_free(base->source);
	g_free(base);
}

/* A commit of zeros stands for "there was none". */
static bool
ci_says_something(const char *text)
{
	return text != NULL && text[0] != '\0' && strspn(text, "0") != strlen(text);
}

static void
ci_add(GPtrArray *bases, const char *ref, const char *source)
{
	if (!ci_says_something(ref))
		return;
	GitCiBase *base = g_new0(GitCiBase, 1);
	base->ref = g_strdup(ref);
	base->source = g_strdup(source);
	g_ptr_array_add(bases, base);
}

/* A branch, as the system writes it: "main", "refs/heads/main". */
static void
ci_add_branch(GPtrArray *bases, const char *branch, const char *source)
{
	if (!ci_says_something(branch))
		return;
	if (g_str_has_prefix(branch, "refs/heads/"))
		branch += strlen("refs/heads/");
	g_autofree char *ref = g_strconcat("origin/", branch, NULL);
	ci_add(bases, ref, source);
}

static const char *
ci_get(char **environment, const char *name)
{
	return g_environ_getenv(environment, name);
}

static void
ci_add_commit_of(GPtrArray *bases, char **environment, const char *name)
{
	ci_add(bases, ci_get(environment, name), name);
}

static void
ci_add_branch_of(GPtrArray *bases, char **environment, const char *name)
{
	ci_add_branch(bases, ci_get(environment, name), name);
}

/* --- GitHub: the event is a file of JSON ------------------------------------ */

static char *
ci_event_text(JsonNode *root, const char *path)
{
	g_autoptr(JsonNode) found = root != NULL ? json_path_query(path, root, NULL) : NULL;

	if (found == NULL || !JSON_NODE_HOLDS_ARRAY(found) || json_array_get_length(json_node_get_array(found)) == 0)
		return NULL;
	JsonNode *first = json_array_get_element(json_node_get_array(found), 0);
	return JSON_NODE_HOLDS_VALUE(first) && json_node_get_value_type(first) == G_TYPE_STRING
	           ? g_strdup(json_node_get_string(first))
	           : NULL;
}

static JsonNode *
ci_read_event(char **environment)
{
	const char *path = ci_get(environment, "GITHUB_EVENT_PATH");
	g_autofree char *text = NULL;
	gsize length = 0;

	if (path == NULL || !base_file_read(path, EVENT_MAX, &text, &length, NULL))
		return NULL;
	return json_from_string(text, NULL);
}

static void
ci_github(char **environment, GPtrArray *bases)
{
	g_autoptr(JsonNode) event = ci_read_event(environment);
	g_autofree char *queue = ci_event_text(event, "$.merge_group.base_sha");
	g_autofree char *before = ci_event_text(event, "$.before");
	g_autofree char *branch = ci_event_text(event, "$.repository.default_branch");
	g_autofree char *pushed = ci_event_text(event, "$.ref");
	const char *ref = ci_get(environment, "GITHUB_REF");

	/* In a merge queue, several changes stand on the base together. */
	ci_add(bases, queue, "the merge queue (merge_group.base_sha)");
	ci_add_branch_of(bases, environment, "GITHUB_BASE_REF");
	if (ci_says_something(ci_get(environment, "GITHUB_BASE_REF")) && ref != NULL && g_str_has_suffix(ref, "/merge"))
		ci_add(bases, "HEAD^1", "the merge that GitHub made");
	if (g_strcmp0(ci_get(environment, "GITHUB_EVENT_NAME"), "push") != 0)
		return;
	g_autofree char *full = branch != NULL ? g_strconcat("refs/heads/", branch, NULL) : NULL;
	if (g_strcmp0(full, pushed) == 0)
		ci_add(bases, before, "the push (before)");
	else
		ci_add_branch(bases, branch, "the default branch");
}

/* --- The others: variables ---------------------------------------------------- */

static void
ci_gitlab(char **environment, GPtrArray *bases)
{
	/* Set where the pipeline runs on a merge that GitLab has made: merged results, and trains, in which the changes
	 * before this one stand on the target, too. */
	ci_add_commit_of(bases, environment, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA");
	ci_add_commit_of(bases, environment, "CI_MERGE_REQUEST_DIFF_BASE_SHA");
	ci_add_branch_of(bases, environment, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME");
	if (bases->len > 0 || ci_get(environment, "CI_COMMIT_BRANCH") == NULL)
		return;
	if (g_strcmp0(ci_get(environment, "CI_COMMIT_BRANCH"), ci_get(environment, "CI_DEFAULT_BRANCH")) == 0)
		ci_add_commit_of(bases, environment, "CI_COMMIT_BEFORE_SHA");
	else
		ci_add_branch_of(bases, environment, "CI_DEFAULT_BRANCH");
}

static void
ci_bitbucket(char **environment, GPtrArray *bases)
{
	ci_add_commit_of(bases, environment, "BITBUCKET_PR_DESTINATION_COMMIT");
	ci_add_branch_of(bases, environment, "BITBUCKET_PR_DESTINATION_BRANCH");
}

static void
ci_buildkite(char **environment, GPtrArray *bases)
{
	ci_add_commit_of(bases, environment, "BUILDKITE_MERGE_QUEUE_BASE_COMMIT");
	ci_add_branch_of(bases, environment, "BUILDKITE_PULL_REQUEST_BASE_BRANCH");
	if (bases->len == 0 && g_strcmp0(ci_get(environment, "BUILDKITE_BRANCH"),
	                                 ci_get(environment, "BUILDKITE_PIPELINE_DEFAULT_BRANCH")) != 0)
		ci_add_branch_of(bases, environment, "BUILDKITE_PIPELINE_DEFAULT_BRANCH");
}

static void
ci_jenkins(char **environment, GPtrArray *bases)
{
	ci_add_branch_of(bases, environment, "CHANGE_TARGET");
}

static void
ci_azure(char **environment, GPtrArray *bases)
{
	ci_add_branch_of(bases, environment, "SYSTEM_PULLREQUEST_TARGETBRANCH");
}

/* CircleCI gives no job the base in a variable; its pipeline has it (docs/check.md). */
static void
ci_circle(char **environment, GPtrArray *bases)
{
	(void)environment;
	(void)bases;
}

static const struct {
	const char *name;
	const char *variable; /* that the system sets in every job */
	void (*find)(char **environment, GPtrArray *bases);
	const char *help;
} systems[] = {
	{ "GitHub Actions", "GITHUB_ACTIONS", ci_github, "give actions/checkout \"with: { fetch-depth: 0 }\"" },
	{ "GitLab CI", "GITLAB_CI", ci_gitlab, "set the variable GIT_DEPTH to 0 in the job" },
	{ "Bitbucket Pipelines", "BITBUCKET_BUILD_NUMBER", ci_bitbucket,
	  "write \"clone: { depth: full }\", and \"git fetch origin BRANCH:refs/remotes/origin/BRANCH\" before it" },
	{ "Buildkite", "BUILDKITE", ci_buildkite, "\"git fetch origin\" before it" },
	{ "Azure Pipelines", "TF_BUILD", ci_azure, "write \"- checkout: self\" with \"fetchDepth: 0\"" },
	{ "CircleCI", "CIRCLECI", ci_circle, "say --base << pipeline.git.base_revision >>" },
	{ "Jenkins", "JENKINS_URL", ci_jenkins,
	  "let the checkout honour the refspec of the target branch, without a shallow clone" },
};

const char *
git_ci_bases(char **environment, GPtrArray **ret_bases)
{
	*ret_bases = g_ptr_array_new_with_free_func(ci_base_free);
	for (gsize i = 0; i < G_N_ELEMENTS(systems); i++) {
		if (!ci_says_something(ci_get(environment, systems[i].variable)))
			continue;
		systems[i].find(environment, *ret_bases);
		return systems[i].name;
	}
	return NULL;
}

const char *
git_ci_help(char **environment)
{
	for (gsize i = 0; i < G_N_ELEMENTS(systems); i++)
		if (ci_says_something(ci_get(environment, systems[i].variable)))
			return systems[i].help;
	return NULL;
}
