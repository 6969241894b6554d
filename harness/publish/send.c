#include "base/error.h"
#include "publish/publish_private.h"
#include "report/text.h"

#include <string.h>

/* One request; all of them have the time of the place. */
#define SEND_TIMEOUT  ((gint64)15 * G_USEC_PER_SEC)
#define SEND_ATTEMPTS 5
/* Characters of a server's message. */
#define SEND_SAID ((gsize)300)

void
publish_answer_clear(PublishAnswer *answer)
{
	g_clear_object(&answer->json);
}

const char *
publish_json_text(JsonNode *root, const char *const *path)
{
	for (; *path != NULL && root != NULL; path++)
		root = JSON_NODE_HOLDS_OBJECT(root) ? json_object_get_member(json_node_get_object(root), *path) : NULL;
	return root != NULL && JSON_NODE_HOLDS_VALUE(root) && json_node_get_value_type(root) == G_TYPE_STRING
	           ? json_node_get_string(root)
	           : NULL;
}

/* A server that is overloaded, or that says when to come back: GitHub's 403 for too many requests does. */
static bool
send_again(const HttpResponse *response, const GError *error, gpointer data)
{
	if (response != NULL && response->status >= 500)
		return true;
	if (response != NULL && response->status == 403)
		return http_response_header(response, "Retry-After") != NULL;
	return http_is_passing(response, error, data);
}

/* True for this machine: a proxy beside the job, or a test. */
static bool
send_is_here(const char *url)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
	const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;
	static const char *const here[] = { "127.0.0.1", "::1", "localhost", NULL };

	return host != NULL && g_strv_contains(here, host);
}

/* --- Errors --------------------------------------------------------------------------------- */

/* Removes the token from a text, so that no message contains it. */
static char *
send_hide(const PublishWork *work, const char *text)
{
	GString *hidden = g_string_new(text);

	if (work->token != NULL && *work->token != '\0')
		g_string_replace(hidden, work->token, "***", 0);
	return g_string_free(hidden, FALSE);
}

/* The path of a webhook is a secret, too. */
static char *
send_show_url(const char *url)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);

	if (uri == NULL || g_uri_get_host(uri) == NULL)
		return g_strdup("the server");
	return g_strdup_printf("%s://%s", g_uri_get_scheme(uri), g_uri_get_host(uri));
}

/* In one line, without the path. */
static void
send_fail(const PublishWork *work, const char *url, const GError *cause, GError **error)
{
	g_autofree char *path = http_url_show(url);
	g_autofree char *shown = send_show_url(url);
	g_autofree char *hidden = send_hide(work, cause->message);
	g_autoptr(GString) text = g_string_new(hidden);

	g_string_replace(text, path, shown, 0);
	g_set_error_literal(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT, text->str);
}

/* The error message of the server: the member "message" of GitHub and GitLab, "error" of others. */
static char *
send_reason(const PublishWork *work, const PublishAnswer *answer, const HttpResponse *response)
{
	JsonNode *root = answer->json != NULL ? json_parser_get_root(answer->json) : NULL;
	const char *const message[] = { "message", NULL };
	const char *const fault[] = { "error", NULL };
	const char *reason = publish_json_text(root, message);

	if (reason == NULL)
		reason = publish_json_text(root, fault);
	if (reason == NULL)
		reason = root != NULL ? response->body : NULL;
	if (reason == NULL)
		return g_strdup("");
	g_autofree char *hidden = send_hide(work, reason);
	g_autofree char *clean = report_text_clean(hidden, SEND_SAID, REPORT_TEXT_LINE);
	return g_strdup_printf(": %s", clean);
}

/* GitHub's answer to too many requests is a 403, too: with Retry-After, or with the number of those that are left. */
static bool
send_is_full(const HttpResponse *response)
{
	return response->status == 429 ||
	       (response->status == 403 &&
	        (http_response_header(response, "Retry-After") != NULL ||
	         g_strcmp0(http_response_header(response, "X-RateLimit-Remaining"), "0") == 0));
}

static const char *
send_hint(const PublishWork *work, const HttpResponse *response)
{
	guint status = response->status;

	if (send_is_full(response))
		return "it takes no more for now: run the job once more later";
	if (status == 401 || status == 403)
		return work->hint;
	if (status == 404)
		return "it is not there, or the token may not see it";
	if (status >= 500)
		return "the fault is there, not here: run the job once more later";
	return NULL;
}

static bool
send_refused(const PublishWork *work, const char *url, const PublishAnswer *answer, const HttpResponse *response,
             GError **error)
{
	const char *location = http_response_header(response, "Location");
	g_autofree char *shown = send_show_url(url);
	g_autofree char *reason = send_reason(work, answer, response);

	if (response->status >= 300 && response->status < 400) {
		g_autofree char *where = location != NULL ? send_show_url(location) : g_strdup("nowhere");
		return base_error_set(error, BASE_ERROR_ENVIRONMENT,
		                      "name the address where it is now; a token goes to no other one",
		                      "%s sends us to %s (%u)", shown, where, response->status);
	}
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, send_hint(work, response), "%s answers %u%s%s", shown,
	                      response->status, reason, response->attempts > 1 ? ", after several attempts" : "");
}

/* --- Sending ----------------------------------------------------------------------------------- */

static JsonParser *
send_parse(const HttpResponse *response)
{
	JsonParser *parser = json_parser_new_immutable();

	if (json_parser_load_from_data(parser, response->body, (gssize)response->body_length, NULL))
		return parser;
	g_object_unref(parser);
	return NULL;
}

bool
publish_send(const PublishWork *work, const char *method, const char *url, const char *body, bool repeatable,
             PublishAnswer *ret_answer, GError **error)
{
	static const char *const headers[] = { "Accept: application/json", "Content-Type: application/json",
		                               "User-Agent: pgassay/" PGASSAY_VERSION, NULL };
	const HttpRequest request = { .url = url,
		                      .method = method,
		                      .headers = headers,
		                      .body = body,
		                      .body_length = body != NULL ? strlen(body) : 0,
		                      .bearer = work->token,
		                      .timeout = SEND_TIMEOUT };
	gint64 left = work->until - g_get_monotonic_time();
	const HttpRetry retry = {
		.deadline = MAX(left, 1000), .attempts = SEND_ATTEMPTS, .repeatable = repeatable, .again = send_again
	};
	g_auto(HttpResponse) response = { 0 };
	g_autoptr(GError) cause = NULL;

	*ret_answer = (PublishAnswer){ 0 };
	if (work->token != NULL && !g_str_has_prefix(url, "https://") && !send_is_here(url))
		return base_error_set(error, BASE_ERROR_USAGE, "write an address that begins with https://",
		                      "a token goes over HTTPS alone");
	if (!http_send_again(&request, &retry, &response, &cause)) {
		send_fail(work, url, cause, error);
		return false;
	}
	ret_answer->status = response.status;
	ret_answer->json = send_parse(&response);
	return (response.status >= 200 && response.status < 300) ||
	       send_refused(work, url, ret_answer, &response, error);
}
