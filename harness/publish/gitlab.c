/* GitLab: the status of the commit, and a note on the merge request. */
#include "base/error.h"
#include "publish/publish_private.h"
#include "report/json_text.h"

#include <string.h>

#define DESCRIPTION_MAX 255

/* In a pipeline of merged results, the tested commit is not visible to users. */
static const char *
gitlab_commit(const PublishWork *work)
{
	const char *source = publish_variable(work, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA");

	return source != NULL ? source : publish_variable(work, "CI_COMMIT_SHA");
}

static char *
gitlab_base(const PublishWork *work, GError **error)
{
	static const char *const needed[] = { "CI_API_V4_URL", "CI_PROJECT_ID", "CI_COMMIT_SHA", NULL };

	for (const char *const *name = needed; *name != NULL; name++) {
		if (publish_variable(work, *name) != NULL)
			continue;
		base_error_set(error, BASE_ERROR_USAGE, "a job of GitLab sets it; elsewhere set it yourself",
		               "%s is not set: which commit it is about is not known", *name);
		return NULL;
	}
	g_autofree char *project = g_uri_escape_string(publish_variable(work, "CI_PROJECT_ID"), NULL, FALSE);
	return g_strdup_printf("%s/projects/%s", publish_variable(work, "CI_API_V4_URL"), project);
}

static bool
gitlab_is_ok(const ReportRun *run)
{
	ReportCounts counts = report_run_count(run);

	return counts.failed + counts.errored == 0 && counts.passed > 0;
}

static bool
gitlab_set_status(const PublishWork *work, const char *base, GError **error)
{
	g_autofree char *url = g_strdup_printf("%s/statuses/%s", base, gitlab_commit(work));
	g_autofree char *description = publish_sentence(work, DESCRIPTION_MAX);
	g_autofree char *context = publish_context(work);
	g_autoptr(GString) body = g_string_new(NULL);
	ReportJson json = { .out = body, .first = true };
	g_auto(PublishAnswer) answer = { 0 };
	g_autoptr(GError) cause = NULL;

	report_json_begin(&json, NULL, '{');
	report_json_text(&json, "state", gitlab_is_ok(work->run) ? "success" : "failed");
	report_json_text(&json, "name", context);
	report_json_text(&json, "description", description);
	report_json_text(&json, "target_url", publish_variable(work, "CI_JOB_URL"));
	report_json_end(&json, '}');
	if (publish_send(work, "POST", url, body->str, true, &answer, &cause))
		return true;
	/* The commit has that status already: 400 "Cannot transition status via ..." */
	if (answer.status == 400 && strstr(cause->message, "Cannot transition status") != NULL)
		return true;
	g_propagate_error(error, g_steal_pointer(&cause));
	return false;
}

char *
publish_gitlab(PublishWork *work, GError **error)
{
	static const char *const tokens[] = { "PGASSAY_GITLAB_TOKEN", "GITLAB_TOKEN", NULL };
	const char *request = publish_variable(work, "CI_MERGE_REQUEST_IID");
	g_autofree char *base = gitlab_base(work, error);
	bool updated = false;

	work->hint =
	    "it has to be the token of a project, a group or a person with the scope \"api\"; CI_JOB_TOKEN may "
	    "not do it";
	if (base == NULL || !publish_need_token(work, tokens, error) || !gitlab_set_status(work, base, error))
		return NULL;
	if (request == NULL)
		return g_strdup("status; there is no merge request to comment on");
	g_autofree char *list = g_strdup_printf("%s/merge_requests/%s/notes", base, request);
	const PublishComments comments = { .list = list, .one = list, .method = "PUT" };
	if (!publish_comment(work, &comments, &updated, error)) {
		g_prefix_error(error, "the status is set, the comment is not written: ");
		return NULL;
	}
	return g_strdup(updated ? "status, comment updated" : "status, new comment");
}
