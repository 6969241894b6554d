#include "command/database/rows.h"

#include "command/check/cache.h"

#include <string.h>

/* Digits of a checksum in the name of a database. */
#define NAME_DIGITS 32

/* All of it, so that whatever it says of rows is in the checksum. */
static void
rows_add_node(GChecksum *sum, const SuiteNode *node)
{
	const char *text = suite_node_text(node);

	if (text != NULL)
		g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text));
	g_checksum_update(sum, (const guchar *)"", 1);
	for (guint i = 0; i < suite_node_size(node); i++) {
		if (suite_node_kind(node) == SUITE_NODE_MAPPING)
			g_checksum_update(sum, (const guchar *)suite_node_key(node, i), -1);
		g_checksum_update(sum, (const guchar *)":", 1);
		rows_add_node(sum, suite_node_item(node, i));
	}
}

static char *
rows_key(const RunJob *job)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *schema = command_check_cache_key(job, job->set);

	g_checksum_update(sum, (const guchar *)schema, -1);
	rows_add_node(sum, job->database->size);
	if (job->size->document != NULL)
		rows_add_node(sum, suite_document_root(job->size->document));
	return g_strdup(g_checksum_get_string(sum));
}

static bool
rows_are_made(const RunJob *job)
{
	bool measured = false;

	for (guint i = 0; i < job->plans->len; i++)
		measured |= ((PlanCase *)g_ptr_array_index(job->plans, i))->is_measured;
	return measured && job->size != NULL && job->base == NULL && job->n_baseline == 0 &&
	       command_check_cache_fits(job, job->set);
}

bool
command_rows_start(const RunPlan *plan, const RunOptions *options, GError **error)
{
	g_autoptr(GString) contents = g_string_new(NULL);
	RunOptions with = *options;

	for (guint i = 0; command_check_cache_may_be(plan, options) && i < plan->jobs->len; i++) {
		RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (!rows_are_made(job))
			continue;
		g_autofree char *key = rows_key(job);
		g_string_append_printf(contents, "rows %s\n", key);
		job->stored_rows = g_strdup_printf("rows %.*s", NAME_DIGITS, key);
	}
	if (contents->len == 0)
		return true;
	with.contents = contents->str;
	return run_server_for(g_ptr_array_index(plan->suites, 0), &with, options->servers, error) != NULL;
}

void
command_rows_store(const RunOptions *options)
{
	for (guint i = 0; options->servers != NULL && i < options->servers->len; i++)
		scratch_server_store(g_ptr_array_index(options->servers, i));
}
