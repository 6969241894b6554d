#include "checklist/probe/probe.h"

#include "base/error.h"

#include <string.h>

void
probe_outcome_clear(ProbeOutcome *outcome)
{
	http_response_clear(&outcome->response);
	g_clear_pointer(&outcome->problems, g_ptr_array_unref);
	g_free(outcome->curl);
	g_free(outcome->shown);
	*outcome = (ProbeOutcome){ 0 };
}

/* The request, with all names filled in; owned. */
typedef struct {
	char *url;
	GPtrArray *headers; /* of char *, NULL-terminated */
	char *body;         /* or NULL */
	char *user;
	char *password;
	char *bearer;
} Filled;

static void
send_filled_clear(Filled *filled)
{
	g_free(filled->url);
	g_clear_pointer(&filled->headers, g_ptr_array_unref);
	g_free(filled->body);
	g_free(filled->user);
	g_free(filled->password);
	g_free(filled->bearer);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Filled, send_filled_clear)

/* --- The body ------------------------------------------------------------------------------ */

static char *
send_make_form(const SuiteNode *form, ProbeScenario *scenario)
{
	GString *body = g_string_new(NULL);

	for (guint i = 0; i < suite_node_size(form); i++) {
		g_autofree char *value = probe_text_fill(scenario, suite_node_text(suite_node_item(form, i)));
		g_autofree char *name = g_uri_escape_string(suite_node_key(form, i), NULL, FALSE);
		g_autofree char *escaped = g_uri_escape_string(value, NULL, FALSE);
		g_string_append_printf(body, "%s%s=%s", i > 0 ? "&" : "", name, escaped);
	}
	return g_string_free(body, FALSE);
}

static char *
send_make_json(const SuiteNode *node, ProbeScenario *scenario)
{
	g_autoptr(JsonNode) json = checklist_json_from_yaml(node, probe_text_substitute, scenario);

	return checklist_json_write(json);
}

/* *ret_type is the Content-Type that belongs to it. */
static char *
send_make_body(const SuiteNode *send, ProbeScenario *scenario, const char **ret_type)
{
	const SuiteNode *json = suite_node_get(send, "json");
	const SuiteNode *form = suite_node_get(send, "form");
	const char *text = suite_node_get_text(send, "text");

	*ret_type = json != NULL ? "application/json" : form != NULL ? "application/x-www-form-urlencoded" : NULL;
	if (json != NULL)
		return send_make_json(json, scenario);
	if (form != NULL)
		return send_make_form(form, scenario);
	return text != NULL ? probe_text_fill(scenario, text) : NULL;
}

/* --- Headers ---------------------------------------------------------------------------------- */

static bool
send_has_header(const SuiteNode *headers, const char *name)
{
	for (guint i = 0; headers != NULL && i < suite_node_size(headers); i++)
		if (g_ascii_strcasecmp(suite_node_key(headers, i), name) == 0)
			return true;
	return false;
}

static GPtrArray *
send_make_headers(const SuiteNode *headers, const char *type, ProbeScenario *scenario)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);

	if (type != NULL && !send_has_header(headers, "Content-Type"))
		g_ptr_array_add(list, g_strdup_printf("Content-Type: %s", type));
	for (guint i = 0; headers != NULL && i < suite_node_size(headers); i++) {
		g_autofree char *value = probe_text_fill(scenario, suite_node_text(suite_node_item(headers, i)));
		g_ptr_array_add(list, g_strdup_printf("%s: %s", suite_node_key(headers, i), value));
	}
	g_ptr_array_add(list, NULL);
	return list;
}

static char *
send_fill_key(const SuiteNode *mapping, const char *key, ProbeScenario *scenario)
{
	const char *text = suite_node_get_text(mapping, key);

	return text != NULL ? probe_text_fill(scenario, text) : NULL;
}

static void
send_fill(const Probe *probe, ProbeScenario *scenario, Filled *filled)
{
	const SuiteNode *basic = suite_node_get(probe->node, "basic");
	const char *type = NULL;

	filled->url = probe_text_fill(scenario, probe->url);
	filled->body = send_make_body(suite_node_get(probe->node, "send"), scenario, &type);
	filled->headers = send_make_headers(suite_node_get(probe->node, "headers"), type, scenario);
	filled->user = send_fill_key(basic, "user", scenario);
	filled->password = send_fill_key(basic, "password", scenario);
	filled->bearer = send_fill_key(probe->node, "bearer", scenario);
}

/* --- The command that does the same --------------------------------------------------------------- */

static void
send_append_argument(GString *curl, ProbeScenario *scenario, const char *option, const char *text)
{
	g_autofree char *quoted = probe_text_quote(scenario, text);

	g_string_append_printf(curl, " %s %s", option, quoted);
}

/* From texts of the suite, so that secrets are names in it; a body is shown as it was sent, without its secrets. */
static char *
send_make_curl(const Probe *probe, const Filled *filled, ProbeScenario *scenario)
{
	GString *curl = g_string_new("curl -i");
	const SuiteNode *basic = suite_node_get(probe->node, "basic");
	const SuiteNode *headers = suite_node_get(probe->node, "headers");
	const char *bearer = suite_node_get_text(probe->node, "bearer");

	if (strcmp(probe->method, "GET") != 0)
		g_string_append_printf(curl, " -X %s", probe->method);
	for (guint i = 0; headers != NULL && i < suite_node_size(headers); i++) {
		g_autofree char *line = g_strdup_printf("%s: %s", suite_node_key(headers, i),
		                                        suite_node_text(suite_node_item(headers, i)));
		send_append_argument(curl, scenario, "-H", line);
	}
	if (filled->body != NULL && g_ptr_array_index(filled->headers, 0) != NULL &&
	    !send_has_header(headers, "Content-Type"))
		send_append_argument(curl, scenario, "-H", g_ptr_array_index(filled->headers, 0));
	if (bearer != NULL) {
		g_autofree char *line = g_strdup_printf("Authorization: Bearer %s", bearer);
		send_append_argument(curl, scenario, "-H", line);
	}
	if (basic != NULL) {
		g_autofree char *pair = g_strdup_printf("%s:%s", suite_node_get_text(basic, "user"),
		                                        suite_node_get_text(basic, "password"));
		send_append_argument(curl, scenario, "-u", pair);
	}
	if (filled->body != NULL) {
		g_autofree char *hidden = probe_text_hide(scenario, filled->body);
		g_autofree char *quoted = g_shell_quote(hidden);
		g_string_append_printf(curl, " --data-raw %s", quoted);
	}
	g_autofree char *url = probe_text_quote(scenario, probe->url);
	g_string_append_printf(curl, " %s", url);
	return g_string_free(curl, FALSE);
}

/* --- Sending ------------------------------------------------------------------------------------- */

typedef struct {
	const Probe *probe;
	ProbeScenario *scenario;
} Again;

/* Whatever is not as expected may be so later. */
static bool
send_is_wanted_again(const HttpResponse *response, const GError *error, gpointer data)
{
	const Again *again = data;
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);

	if (response == NULL)
		return !g_error_matches(error, HTTP_ERROR, HTTP_ERROR_REQUEST) &&
		       !g_error_matches(error, HTTP_ERROR, HTTP_ERROR_TOO_LARGE);
	probe_judge(again->probe, again->scenario, response, false, problems);
	return problems->len > 0;
}

static bool
send_request(const Probe *probe, ProbeScenario *scenario, const HttpRequest *request, HttpResponse *response,
             GError **error)
{
	Again again = { probe, scenario };
	const HttpRetry retry = { .deadline = (gint64)(probe->until * G_USEC_PER_SEC),
		                  .pause = (gint64)(probe->every * G_USEC_PER_SEC),
		                  .repeatable = true,
		                  .again = send_is_wanted_again,
		                  .data = &again };

	return probe->until > 0 ? http_send_again(request, &retry, response, error)
	                        : http_send(request, response, error);
}

static void
send_hide_problems(const ProbeScenario *scenario, GPtrArray *problems)
{
	for (guint i = 0; i < problems->len; i++) {
		char *hidden = probe_text_hide(scenario, g_ptr_array_index(problems, i));
		g_free(g_ptr_array_index(problems, i));
		g_ptr_array_index(problems, i) = hidden;
	}
}

static char *
send_show(const Probe *probe, const Filled *filled, const ProbeScenario *scenario)
{
	g_autofree char *url = http_url_show(filled->url);
	g_autofree char *hidden = probe_text_hide(scenario, url);

	return g_strdup_printf("%s %s", probe->method, hidden);
}

static char *
send_describe_missing(const char *name)
{
	return g_str_has_prefix(name, PROBE_ENVIRONMENT)
	           ? g_strdup_printf("the environment has no variable %s", name + strlen(PROBE_ENVIRONMENT))
	           : g_strdup_printf("nothing has set {{%s}}", name);
}

bool
probe_send(const Probe *probe, ProbeScenario *scenario, bool cleanup, ProbeOutcome *ret_outcome, GError **error)
{
	g_auto(Filled) filled = { 0 };
	g_autoptr(GError) cause = NULL;

	g_clear_pointer(&scenario->missing, g_free);
	send_fill(probe, scenario, &filled);
	ret_outcome->problems = g_ptr_array_new_with_free_func(g_free);
	ret_outcome->curl = send_make_curl(probe, &filled, scenario);
	ret_outcome->shown = send_show(probe, &filled, scenario);
	if (scenario->missing != NULL) {
		g_ptr_array_add(ret_outcome->problems, send_describe_missing(scenario->missing));
		return true;
	}
	const HttpRequest request = { .url = filled.url,
		                      .method = probe->method,
		                      .headers = (const char *const *)filled.headers->pdata,
		                      .body = filled.body,
		                      .body_length = filled.body != NULL ? strlen(filled.body) : 0,
		                      .user = filled.user,
		                      .password = filled.password,
		                      .bearer = filled.bearer,
		                      .cookies = scenario->cookies,
		                      .timeout = (gint64)(probe->timeout * G_USEC_PER_SEC),
		                      .redirects = probe->redirects,
		                      .cleanup = cleanup };
	if (send_request(probe, scenario, &request, &ret_outcome->response, &cause)) {
		ret_outcome->answered = true;
		probe_judge(probe, scenario, &ret_outcome->response, true, ret_outcome->problems);
	} else if (cause->domain == HTTP_ERROR) {
		g_ptr_array_add(ret_outcome->problems, g_strdup(cause->message));
	} else {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	send_hide_problems(scenario, ret_outcome->problems);
	return true;
}
