#include "checklist/probe/probe.h"

#include <string.h>

#define JUDGE_SHOWN 300

static void
judge_json_unref(gpointer data)
{
	json_node_unref(data);
}

static GPtrArray *
judge_one_text(const char *text)
{
	GPtrArray *values = g_ptr_array_new_with_free_func(judge_json_unref);

	if (text != NULL)
		g_ptr_array_add(values, json_node_init_string(json_node_alloc(), text));
	return values;
}

static GPtrArray *
judge_headers(const HttpResponse *response, const char *name)
{
	GPtrArray *values = g_ptr_array_new_with_free_func(judge_json_unref);

	for (guint i = 0; i < response->headers->len; i++) {
		const HttpHeader *header = g_ptr_array_index(response->headers, i);
		if (g_ascii_strcasecmp(header->name, name) == 0)
			g_ptr_array_add(values, json_node_init_string(json_node_alloc(), header->value));
	}
	return values;
}

/* A body that is no text is not compared as one. */
static GPtrArray *
judge_body(const HttpResponse *response)
{
	g_autofree char *text = g_utf8_make_valid(response->body, (gssize)response->body_length);

	return judge_one_text(text);
}

/* The caller unrefs it. */
static GPtrArray *
judge_find(const ProbeExpectation *expectation, const HttpResponse *response, JsonNode *json)
{
	switch (expectation->about) {
	case PROBE_HEADER:
		return judge_headers(response, expectation->key);
	case PROBE_JSON:
		return json != NULL ? checklist_path_find(expectation->path, json) : g_ptr_array_new();
	case PROBE_BODY:
		return judge_body(response);
	case PROBE_IP:
		return judge_one_text(response->ip);
	case PROBE_SUBJECT:
		return judge_one_text(response->certificate_subject);
	case PROBE_ISSUER:
	default:
		return judge_one_text(response->certificate_issuer);
	}
}

static bool
judge_wants_json(const Probe *probe)
{
	for (guint i = 0; i < probe->expectations->len; i++)
		if (((const ProbeExpectation *)g_ptr_array_index(probe->expectations, i))->about == PROBE_JSON)
			return true;
	return false;
}

static JsonNode *
judge_parse(const Probe *probe, const HttpResponse *response, GPtrArray *problems)
{
	g_autofree char *problem = NULL;

	if (!judge_wants_json(probe))
		return NULL;
	JsonNode *json = checklist_json_parse(response->body, response->body_length, &problem);
	const char *type = http_response_header(response, "Content-Type");
	if (json == NULL)
		g_ptr_array_add(problems, g_strdup_printf("the body is no JSON (Content-Type: %s): %s",
		                                          type != NULL ? type : "none", problem));
	return json;
}

static void
judge_status(const Probe *probe, const HttpResponse *response, GPtrArray *problems)
{
	if (probe->status < 0 && (response->status < 200 || response->status > 299)) {
		const char *location = http_response_header(response, "Location");
		g_autofree char *shown = location != NULL ? http_url_show(location) : NULL;
		g_ptr_array_add(problems,
		                g_strdup_printf("expected status 200 to 299, found %u%s%s", response->status,
		                                shown != NULL ? ": it redirects to " : "", shown != NULL ? shown : ""));
	} else if (probe->status >= 0 && response->status != probe->status) {
		g_ptr_array_add(problems, g_strdup_printf("expected status %" G_GINT64_FORMAT ", found %u",
		                                          probe->status, response->status));
	}
}

static void
judge_duration(const Probe *probe, const HttpResponse *response, GPtrArray *problems)
{
	double seconds = (double)response->duration / G_USEC_PER_SEC;

	if (probe->below <= 0 || seconds < probe->below)
		return;
	g_autofree char *found = target_unit_format(TARGET_UNIT_SECONDS, seconds);
	g_autofree char *limit = target_unit_format(TARGET_UNIT_SECONDS, probe->below);
	g_ptr_array_add(problems, g_strdup_printf("expected an answer in less than %s, found %s", limit, found));
}

static void
judge_certificate(const Probe *probe, const HttpResponse *response, GPtrArray *problems)
{
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	double left = (double)(response->certificate_expiry - now);

	if (probe->certificate <= 0)
		return;
	if (response->certificate_expiry == 0)
		g_ptr_array_add(problems, g_strdup("there is no certificate: the connection is not encrypted"));
	else if (left < probe->certificate)
		g_ptr_array_add(problems, g_strdup_printf("the certificate expires in %.1f days, expected %.1f",
		                                          left / 86400, probe->certificate / 86400));
}

static char *
judge_name(const ProbeExpectation *expectation)
{
	return expectation->about == PROBE_HEADER ? g_strdup_printf("header %s", expectation->key)
	                                          : g_strdup(expectation->key);
}

void
probe_judge(const Probe *probe, ProbeScenario *scenario, const HttpResponse *response, bool save, GPtrArray *problems)
{
	judge_status(probe, response, problems);
	judge_duration(probe, response, problems);
	judge_certificate(probe, response, problems);
	g_autoptr(JsonNode) json = judge_parse(probe, response, problems);
	for (guint i = 0; i < probe->expectations->len; i++) {
		const ProbeExpectation *expectation = g_ptr_array_index(probe->expectations, i);
		g_autoptr(GPtrArray) values = judge_find(expectation, response, json);
		g_autofree char *what = judge_name(expectation);
		if (expectation->about != PROBE_JSON || json != NULL)
			probe_predicate_hold(expectation->predicate, what, values, scenario, save, problems);
	}
}
