/* GitHub: the status of the commit, and a comment on the pull request. */
#include "base/error.h"
#include "base/file.h"
#include "publish/publish_private.h"
#include "report/json_text.h"

#include <string.h>

#define EVENT_MAX       ((gsize)32 * 1024 * 1024)
#define DESCRIPTION_MAX 140
#define GITHUB_API      "https://api.github.com"

typedef struct {
	char *base;   /* URL of the repository */
	char *commit; /* the commit that people see; not the tested merge */
	gint64 pull;  /* 0: there is no pull request */
} GithubPlace;

static void
github_clear(GithubPlace *place)
{
	g_free(place->base);
	g_free(place->commit);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GithubPlace, github_clear)

/* The event that has started the job, as a file of JSON. */
static JsonParser *
github_read_event(const PublishWork *work)
{
	const char *path = publish_variable(work, "GITHUB_EVENT_PATH");
	g_autofree char *text = NULL;
	g_autoptr(JsonParser) parser = json_parser_new_immutable();
	gsize length = 0;

	if (path == NULL || !base_file_read(path, EVENT_MAX, &text, &length, NULL) ||
	    !json_parser_load_from_data(parser, text, (gssize)length, NULL) || json_parser_get_root(parser) == NULL)
		return NULL;
	return g_steal_pointer(&parser);
}

/* "refs/pull/12/merge"; else 0. */
static gint64
github_read_ref(const char *ref)
{
	static const char before[] = "refs/pull/";

	return ref != NULL && g_str_has_prefix(ref, before) ? g_ascii_strtoll(ref + strlen(before), NULL, 10) : 0;
}

static bool
github_find(const PublishWork *work, GithubPlace *place, GError **error)
{
	static const char *const head[] = { "pull_request", "head", "sha", NULL };
	const char *api = publish_variable(work, "GITHUB_API_URL");
	const char *repository = publish_variable(work, "GITHUB_REPOSITORY");
	g_autoptr(JsonParser) event = github_read_event(work);
	const char *commit = event != NULL ? publish_json_text(json_parser_get_root(event), head) : NULL;

	if (commit == NULL)
		commit = publish_variable(work, "GITHUB_SHA");
	if (repository == NULL || commit == NULL)
		return base_error_set(error, BASE_ERROR_USAGE,
		                      "a job of GitHub Actions sets both; elsewhere set them yourself",
		                      "%s is not set: which commit it is about is not known",
		                      repository == NULL ? "GITHUB_REPOSITORY" : "GITHUB_SHA");
	place->base = g_strdup_printf("%s/repos/%s", api != NULL ? api : GITHUB_API, repository);
	place->commit = g_strdup(commit);
	place->pull = github_read_ref(publish_variable(work, "GITHUB_REF"));
	return true;
}

static char *
github_run_url(const PublishWork *work)
{
	const char *server = publish_variable(work, "GITHUB_SERVER_URL");
	const char *run = publish_variable(work, "GITHUB_RUN_ID");

	return server != NULL && run != NULL
	           ? g_strdup_printf("%s/%s/actions/runs/%s", server, publish_variable(work, "GITHUB_REPOSITORY"), run)
	           : NULL;
}

static const char *
github_state(const ReportRun *run)
{
	ReportCounts counts = report_run_count(run);

	if (counts.failed > 0)
		return "failure";
	return counts.errored > 0 || counts.passed == 0 ? "error" : "success";
}

static bool
github_set_status(const PublishWork *work, const GithubPlace *place, GError **error)
{
	g_autofree char *url = g_strdup_printf("%s/statuses/%s", place->base, place->commit);
	g_autofree char *description = publish_sentence(work, DESCRIPTION_MAX);
	g_autofree char *context = publish_context(work);
	g_autofree char *target = github_run_url(work);
	g_autoptr(GString) body = g_string_new(NULL);
	ReportJson json = { .out = body, .first = true };
	g_auto(PublishAnswer) answer = { 0 };

	report_json_begin(&json, NULL, '{');
	report_json_text(&json, "state", github_state(work->run));
	report_json_text(&json, "context", context);
	report_json_text(&json, "description", description);
	report_json_text(&json, "target_url", target);
	report_json_end(&json, '}');
	return publish_send(work, "POST", url, body->str, true, &answer, error);
}

static bool
github_comment(const PublishWork *work, const GithubPlace *place, bool *ret_updated, GError **error)
{
	g_autofree char *list = g_strdup_printf("%s/issues/%" G_GINT64_FORMAT "/comments", place->base, place->pull);
	g_autofree char *one = g_strdup_printf("%s/issues/comments", place->base);
	const PublishComments comments = { .list = list, .one = one, .method = "PATCH" };

	return publish_comment(work, &comments, ret_updated, error);
}

char *
publish_github(PublishWork *work, GError **error)
{
	static const char *const tokens[] = { "PGASSAY_GITHUB_TOKEN", "GITHUB_TOKEN", "GH_TOKEN", NULL };
	g_auto(GithubPlace) place = { 0 };
	bool updated = false;

	work->hint = "the job needs \"permissions: { statuses: write, pull-requests: write }\"; a pull request from a "
		     "fork has no such token";
	if (!github_find(work, &place, error) || !publish_need_token(work, tokens, error) ||
	    !github_set_status(work, &place, error))
		return NULL;
	if (place.pull == 0)
		return g_strdup("status; there is no pull request to comment on");
	if (!github_comment(work, &place, &updated, error)) {
		g_prefix_error(error, "the status is set, the comment is not written: ");
		return NULL;
	}
	return g_strdup(updated ? "status, comment updated" : "status, new comment");
}
