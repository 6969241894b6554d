#include "checklist/probe/probe.h"

#include "checklist/item/limit.h"
#include "suite/checklist.h"
#include "suite/loading.h"

#include <string.h>

#define PROBE_TIMEOUT 30.0
#define PROBE_EVERY   0.5
#define PROBE_STEPS   200

static void
probe_expectation_free(gpointer data)
{
	ProbeExpectation *expectation = data;

	checklist_path_free(expectation->path);
	g_free(expectation);
}

void
probe_free(gpointer data)
{
	Probe *probe = data;

	g_free(probe->method);
	g_ptr_array_unref(probe->expectations);
	g_free(probe);
}

/* --- Names -------------------------------------------------------------------------------- */

static bool
probe_is_known(GHashTable *known, const char *name)
{
	return g_str_has_prefix(name, PROBE_ENVIRONMENT) || strcmp(name, "run") == 0 ||
	       g_hash_table_contains(known, name);
}

/* All texts at and below the node. */
static bool
probe_check_names(const SuiteNode *node, GHashTable *known, GError **error)
{
	if (suite_node_kind(node) != SUITE_NODE_SCALAR) {
		for (guint i = 0; i < suite_node_size(node); i++)
			if (!probe_check_names(suite_node_item(node, i), known, error))
				return false;
		return true;
	}
	const char *text = suite_node_text(node);
	gsize before = 0;
	for (;;) {
		g_autofree char *name = probe_text_next(&text, &before);
		if (name == NULL)
			return true;
		if (!probe_is_known(known, name))
			return suite_node_error(node, error,
			                        "an earlier probe saves it, --variable gives it, or it is of the "
			                        "environment: {{env.NAME}}",
			                        "nothing sets {{%s}}", name);
	}
}

static void
probe_add_saved(const SuiteNode *node, GHashTable *known)
{
	if (suite_node_kind(node) != SUITE_NODE_MAPPING)
		return;
	const char *save = suite_node_get_text(node, "save");
	if (save != NULL)
		g_hash_table_add(known, g_strdup(save));
	for (guint i = 0; i < suite_node_size(node); i++)
		probe_add_saved(suite_node_item(node, i), known);
}

/* Skips the body to send: it may have a member "save" that is not ours. */
static bool
probe_check_all_names(const SuiteNode *node, GHashTable *known, GError **error)
{
	if (known == NULL)
		return true;
	if (!probe_check_names(node, known, error))
		return false;
	for (guint i = 0; i < suite_node_size(node); i++)
		if (strcmp(suite_node_key(node, i), "send") != 0)
			probe_add_saved(suite_node_item(node, i), known);
	return true;
}

/* --- Expectations ---------------------------------------------------------------------------- */

static ProbeExpectation *
probe_add_expectation(Probe *probe, ProbeAbout about, const char *key, const SuiteNode *predicate)
{
	ProbeExpectation *expectation = g_new0(ProbeExpectation, 1);

	*expectation = (ProbeExpectation){ .about = about, .key = key, .predicate = predicate };
	g_ptr_array_add(probe->expectations, expectation);
	return expectation;
}

static bool
probe_load_path(ProbeExpectation *expectation, const SuiteNode *key, GError **error)
{
	g_autofree char *problem = NULL;
	gsize offset = 0;

	expectation->path = checklist_path_parse(expectation->key, &problem, &offset);
	return expectation->path != NULL ||
	       suite_node_error(key, error,
	                        "write it as RFC 9535 does: $.services[0].id, $..name, $.list[?@.on == true]",
	                        "\"%s\" is no JSONPath: %s, at character %ld", expectation->key, problem,
	                        g_utf8_pointer_to_offset(expectation->key, expectation->key + offset) + 1);
}

static bool
probe_load_mapping(Probe *probe, const char *key, ProbeAbout about, GError **error)
{
	const SuiteNode *mapping = suite_node_get(probe->node, key);

	for (guint i = 0; mapping != NULL && i < suite_node_size(mapping); i++) {
		const SuiteNode *predicate = suite_node_item(mapping, i);
		ProbeExpectation *expectation = probe_add_expectation(probe, about, suite_node_key(mapping, i),
		                                                      predicate);
		if (about == PROBE_JSON && !probe_load_path(expectation, suite_node_key_node(mapping, i), error))
			return false;
		if (!probe_predicate_check(predicate, error))
			return false;
	}
	return true;
}

static bool
probe_load_single(Probe *probe, const SuiteNode *mapping, const char *key, ProbeAbout about, GError **error)
{
	const SuiteNode *predicate = suite_node_get(mapping, key);

	if (predicate == NULL)
		return true;
	probe_add_expectation(probe, about, key, predicate);
	return probe_predicate_check(predicate, error);
}

static bool
probe_load_expectations(Probe *probe, GError **error)
{
	const SuiteNode *certificate = suite_node_get(probe->node, "certificate");

	return probe_load_mapping(probe, "header", PROBE_HEADER, error) &&
	       probe_load_mapping(probe, "json", PROBE_JSON, error) &&
	       probe_load_single(probe, probe->node, "body", PROBE_BODY, error) &&
	       probe_load_single(probe, probe->node, "ip", PROBE_IP, error) &&
	       probe_load_single(probe, certificate, "subject", PROBE_SUBJECT, error) &&
	       probe_load_single(probe, certificate, "issuer", PROBE_ISSUER, error) &&
	       checklist_limit_read_key(certificate, "expires_after", TARGET_UNIT_SECONDS, &probe->certificate,
	                                error) &&
	       checklist_limit_read_key(suite_node_get(probe->node, "duration"), "below", TARGET_UNIT_SECONDS,
	                                &probe->below, error);
}

/* --- The request -------------------------------------------------------------------------------- */

static bool
probe_load_method(Probe *probe, GError **error)
{
	g_autofree char *all = g_strjoinv(", ", (char **)suite_probe_methods);
	g_autofree char *hint = g_strdup_printf("there are: %s", all);

	for (guint i = 0; suite_probe_methods[i] != NULL; i++) {
		const SuiteNode *url = suite_node_get(probe->node, suite_probe_methods[i]);
		if (url == NULL)
			continue;
		if (probe->method != NULL)
			return suite_node_error(url, error, "make two probes of it", "a probe has one method");
		probe->method = g_ascii_strup(suite_probe_methods[i], -1);
		probe->url = suite_node_text(url);
	}
	return probe->method != NULL ||
	       suite_node_error(probe->node, error, hint, "the probe has no method with its URL");
}

static bool
probe_load_numbers(Probe *probe, GError **error)
{
	const SuiteNode *redirects = suite_node_get(probe->node, "redirects");
	const SuiteNode *status = suite_node_get(probe->node, "status");
	const SuiteNode *retry = suite_node_get(probe->node, "retry");
	gint64 number = 0;

	if (redirects != NULL) {
		suite_node_is_int(redirects, &number);
		if (number > HTTP_REDIRECTS_MAX)
			return suite_node_error(redirects, error, "at most 10", "so many redirects lead nowhere");
		probe->redirects = (guint)number;
	}
	probe->status = -1;
	if (status != NULL)
		suite_node_is_int(status, &probe->status);
	if (status != NULL && (probe->status < 100 || probe->status > 599))
		return suite_node_error(status, error, "write a number from 100 to 599", "there is no such status");
	return checklist_limit_read_key(probe->node, "timeout", TARGET_UNIT_SECONDS, &probe->timeout, error) &&
	       checklist_limit_read_key(retry, "until", TARGET_UNIT_SECONDS, &probe->until, error) &&
	       checklist_limit_read_key(retry, "every", TARGET_UNIT_SECONDS, &probe->every, error);
}

static bool
probe_load_one(const SuiteNode *node, GHashTable *known, GPtrArray *probes, GError **error)
{
	Probe *probe = g_new0(Probe, 1);

	g_ptr_array_add(probes, probe);
	probe->node = node;
	probe->name = suite_node_get_text(node, "name");
	probe->timeout = PROBE_TIMEOUT;
	probe->every = PROBE_EVERY;
	probe->expectations = g_ptr_array_new_with_free_func(probe_expectation_free);
	if (suite_node_get(node, "basic") != NULL && suite_node_get(node, "bearer") != NULL)
		return suite_node_error(node, error, NULL, "a probe has either \"basic\" or \"bearer\"");
	return probe_load_method(probe, error) && probe_load_numbers(probe, error) &&
	       probe_load_expectations(probe, error) && probe_check_all_names(node, known, error);
}

bool
probe_load_all(const SuiteNode *node, GHashTable *known, GPtrArray *probes, GError **error)
{
	if (suite_node_kind(node) == SUITE_NODE_MAPPING)
		return probe_load_one(node, known, probes, error);
	if (suite_node_size(node) == 0 || suite_node_size(node) > PROBE_STEPS)
		return suite_node_error(node, error, NULL, "an item has 1 to %d probes", PROBE_STEPS);
	for (guint i = 0; i < suite_node_size(node); i++)
		if (!probe_load_one(suite_node_item(node, i), known, probes, error))
			return false;
	return true;
}
