/* http: a service returns the expected answers; several probes in order are a scenario. */
#include "checklist/probe/probe.h"

#include "base/error.h"

#include <string.h>

/* Bytes that are shown of an unexpected body. */
#define HTTP_BODY_SHOWN 500

typedef struct {
	GPtrArray *probes;  /* of Probe * */
	GPtrArray *cleanup; /* of Probe * */
} Wanted;

static void
http_free(gpointer loaded)
{
	Wanted *wanted = loaded;

	g_ptr_array_unref(wanted->probes);
	g_ptr_array_unref(wanted->cleanup);
	g_free(wanted);
}

static GHashTable *
http_known_names(const ChecklistLoading *loading)
{
	GHashTable *known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iter;
	gpointer name = NULL;

	g_hash_table_iter_init(&iter, loading->variables);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		g_hash_table_add(known, g_strdup(name));
	return known;
}

/* Shorter values are found everywhere. */
#define HTTP_SECRET_LENGTH 4

/* All variables of the environment that are named at and below the node. */
static void
http_collect_secrets(const SuiteNode *node, GHashTable *secrets)
{
	for (guint i = 0; i < suite_node_size(node); i++)
		http_collect_secrets(suite_node_item(node, i), secrets);
	const char *text = suite_node_text(node);
	gsize before = 0;
	while (text != NULL) {
		g_autofree char *name = probe_text_next(&text, &before);
		if (name == NULL)
			return;
		const char *variable = name + strlen(PROBE_ENVIRONMENT);
		const char *value = g_str_has_prefix(name, PROBE_ENVIRONMENT) ? g_getenv(variable) : NULL;
		if (value != NULL && strlen(value) >= HTTP_SECRET_LENGTH)
			g_hash_table_insert(secrets, g_strdup(value), g_strdup(variable));
	}
}

/* In another phase names are not checked: their values may be given when the item's own phase is asked. */
static bool
http_load(ChecklistItem *item, const ChecklistLoading *loading, GError **error)
{
	const SuiteNode *cleanup = suite_node_get(item->item->node, "cleanup");
	bool now = (item->item->phases & loading->phase) != 0;
	g_autoptr(GHashTable) known = http_known_names(loading);
	Wanted *wanted = g_new0(Wanted, 1);

	item->loaded = wanted;
	http_collect_secrets(item->item->node, loading->secrets);
	wanted->probes = g_ptr_array_new_with_free_func(probe_free);
	wanted->cleanup = g_ptr_array_new_with_free_func(probe_free);
	return probe_load_all(item->item->value, now ? known : NULL, wanted->probes, error) &&
	       (cleanup == NULL || probe_load_all(cleanup, now ? known : NULL, wanted->cleanup, error));
}

/* --- Asking ---------------------------------------------------------------------------------- */

static void
http_add_fact(const Probe *probe, const ProbeOutcome *outcome, ChecklistResult *result)
{
	g_autofree char *time = target_unit_format(TARGET_UNIT_SECONDS,
	                                           (double)outcome->response.duration / G_USEC_PER_SEC);
	g_autofree char *found = outcome->answered
	                             ? g_strdup_printf("%u in %s%s", outcome->response.status, time,
	                                               outcome->response.attempts > 1 ? ", not at once" : "")
	                             : g_strdup("no answer");
	g_autofree char *limit = probe->status >= 0 ? g_strdup_printf("%" G_GINT64_FORMAT, probe->status)
	                                            : g_strdup("200 to 299");

	checklist_add_fact(result, outcome->shown, found, limit);
}

static void
http_show_body(const ProbeOutcome *outcome, const ProbeScenario *scenario, ChecklistResult *result)
{
	if (!outcome->answered || outcome->response.body_length == 0)
		return;
	g_autofree char *valid = g_utf8_make_valid(outcome->response.body,
	                                           (gssize)MIN(outcome->response.body_length, HTTP_BODY_SHOWN));
	g_autofree char *hidden = probe_text_hide(scenario, valid);
	checklist_add_details(result, "it answers: %s%s", hidden,
	                      outcome->response.body_length > HTTP_BODY_SHOWN ? "..." : "");
}

static void
http_report_failure(const Probe *probe, guint step, guint n_steps, const ProbeOutcome *outcome,
                    const ProbeScenario *scenario, ChecklistResult *result)
{
	g_autofree char *which = n_steps > 1
	                             ? g_strdup_printf("step %u%s%s%s: ", step + 1, probe->name != NULL ? " (" : "",
	                                               probe->name != NULL ? probe->name : "",
	                                               probe->name != NULL ? ")" : "")
	                             : g_strdup("");
	const char *first = g_ptr_array_index(outcome->problems, 0);
	bool says_it = g_str_has_prefix(first, probe->method);

	checklist_set(result, CHECKLIST_OPEN, "%s%s%s%s", which, says_it ? "" : outcome->shown, says_it ? "" : ": ",
	              first);
	for (guint i = 1; i < outcome->problems->len; i++)
		checklist_add_details(result, "%s", (const char *)g_ptr_array_index(outcome->problems, i));
	http_show_body(outcome, scenario, result);
	result->reproduce = g_strdup(outcome->curl);
}

/* *ret_done is false after a probe that is not as expected. */
static bool
http_run_probes(const Wanted *wanted, ProbeScenario *scenario, ChecklistResult *result, GString *summary,
                bool *ret_done, GError **error)
{
	*ret_done = true;
	for (guint i = 0; *ret_done && i < wanted->probes->len; i++) {
		const Probe *probe = g_ptr_array_index(wanted->probes, i);
		g_auto(ProbeOutcome) outcome = { 0 };
		if (!probe_send(probe, scenario, false, &outcome, error))
			return false;
		http_add_fact(probe, &outcome, result);
		*ret_done = outcome.problems->len == 0;
		if (*ret_done)
			g_string_append_printf(summary, "%s%s %u", i > 0 ? ", " : "", probe->method,
			                       outcome.response.status);
		else
			http_report_failure(probe, i, wanted->probes->len, &outcome, scenario, result);
	}
	return true;
}

/* Sends the cleanup probes whatever the result was. A probe whose names have no value is skipped, because there is
 * nothing to clean up. */
static void
http_clean_up(const Wanted *wanted, ProbeScenario *scenario, ChecklistResult *result)
{
	for (guint i = 0; i < wanted->cleanup->len; i++) {
		const Probe *probe = g_ptr_array_index(wanted->cleanup, i);
		g_auto(ProbeOutcome) outcome = { 0 };
		probe_send(probe, scenario, true, &outcome, NULL);
		if (scenario->missing != NULL || outcome.problems->len == 0)
			continue;
		if (result->state == CHECKLIST_TICKED)
			checklist_set(result, CHECKLIST_OPEN, "the clean-up has failed: %s: %s", outcome.shown,
			              (const char *)g_ptr_array_index(outcome.problems, 0));
		checklist_add_details(result, "not cleaned up: %s\n%s", outcome.shown, outcome.curl);
	}
}

static bool
http_ask(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	const Wanted *wanted = item->loaded;
	g_auto(ProbeScenario) scenario = { 0 };
	g_autoptr(GString) summary = g_string_new(NULL);
	gint64 began = g_get_monotonic_time();
	bool done = false;

	probe_scenario_begin(&scenario, context->checklist->variables, context->checklist->secrets);
	bool gone_on = http_run_probes(wanted, &scenario, result, summary, &done, error);
	if (gone_on && done) {
		g_autofree char *time = target_unit_format(TARGET_UNIT_SECONDS,
		                                           (double)(g_get_monotonic_time() - began) / G_USEC_PER_SEC);
		checklist_set(result, CHECKLIST_TICKED, "%s (%s)", summary->str, time);
	}
	http_clean_up(wanted, &scenario, result);
	return gone_on;
}

const ChecklistKind checklist_http = {
	.name = "http",
	.load = http_load,
	.free = http_free,
	.ask = http_ask,
};
