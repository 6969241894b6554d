/* `impact:` of a database: how to judge migrations on tables that are in use. */
#include "suite/impact.h"
#include "suite/shape.h"

#include <string.h>

/* In the order of SuiteImpact. */
static const char *const impact_modes[] = { "off", "report", "fail", "prove", NULL };

static const SuiteShape impact_mode_shape = { .expects = "off, report, fail or prove",
	                                      .accepts = SUITE_ACCEPT_TEXT,
	                                      .choices = impact_modes };

static const SuiteKey impact_table_keys[] = {
	{ "rows", &suite_shape_text, false, "how many rows it has in production: 500, 20k, 84M" },
	{ "busy", &suite_shape_bool, false,
	  "true: sessions use it all the time, so that every strong lock needs a timeout" },
	{ NULL },
};
static const SuiteShape impact_table_shape = { .expects = "a mapping",
	                                       .accepts = SUITE_ACCEPT_MAPPING,
	                                       .keys = impact_table_keys };
static const SuiteShape impact_tables_shape = { .expects = "a mapping of tables, each \"schema.table\"",
	                                        .accepts = SUITE_ACCEPT_MAPPING,
	                                        .values = &impact_table_shape };

static const SuiteKey impact_max_keys[] = {
	{ "wal", &suite_shape_text, false, "bytes of WAL: 500 kB, 100 MB, 2 GB" },
	{ "temporary", &suite_shape_text, false, "bytes of temporary files, on servers from 15 on" },
	{ "rows_read", &suite_shape_text, false, "rows that it reads by going through whole tables: 10M" },
	{ "rows_changed", &suite_shape_text, false, "rows that it inserts, updates and deletes" },
	{ "exclusive_rows", &suite_shape_text, false,
	  "rows that it reads and changes while ACCESS EXCLUSIVE keeps others out of a table" },
	{ NULL },
};
static const SuiteShape impact_max_shape = { .expects = "a mapping",
	                                     .accepts = SUITE_ACCEPT_MAPPING,
	                                     .keys = impact_max_keys };

static const SuiteKey accept_keys[] = {
	{ "code", &suite_shape_text, true, "which finding: the code that the report shows" },
	{ "migration", &suite_shape_text, false, "version or name of the migration, * is any text; without it: all" },
	{ "object", &suite_shape_text, false, "at which table, schema.name, * is any text; all without it" },
	{ "reason", &suite_shape_text, true, "why" },
	{ "until", &suite_shape_text, false, "the last day on which it holds, as 2027-03-01" },
	{ NULL },
};
static const SuiteShape accept_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = accept_keys };
static const SuiteShape accept_list_shape = { .expects = "a list of mappings, each with code and reason",
	                                      .accepts = SUITE_ACCEPT_LIST,
	                                      .item = &accept_shape };

static const SuiteKey impact_keys[] = {
	{ "mode", &impact_mode_shape, false,
	  "off, report, fail or prove; without it: fail where fail_on is there, else report" },
	{ "fail_on", &suite_shape_text_list, false,
	  "codes of findings that fail; without it, with fail: all but no_lock_timeout" },
	{ "since", &suite_shape_text, false,
	  "the first migration that is judged: those before it have run everywhere" },
	{ "tables", &impact_tables_shape, false, "sizes and statistics of tables in production" },
	{ "max", &impact_max_shape, false, "how much one migration may do, as counted by the server" },
	{ "growth", &suite_shape_bool, false,
	  "true: each migration runs on ten and a hundred times as many rows, too, to see what grows with them" },
	{ "accept", &accept_list_shape, false, "findings that are known, and why they may stay" },
	{ NULL },
};
const SuiteShape suite_impact_shape = { .expects = "off, report, fail or prove, or a mapping",
	                                .accepts = SUITE_ACCEPT_TEXT | SUITE_ACCEPT_MAPPING,
	                                .choices = impact_modes,
	                                .keys = impact_keys };

void
suite_load_impact(SuiteDatabase *database)
{
	const SuiteNode *node = suite_node_get(database->node, "impact");
	bool mapping = node != NULL && suite_node_kind(node) == SUITE_NODE_MAPPING;
	const char *mode = mapping ? suite_node_get_text(node, "mode") : suite_node_get_text(database->node, "impact");

	database->impact_node = mapping ? node : NULL;
	database->impact = SUITE_IMPACT_REPORT;
	if (mapping)
		database->impact = suite_node_get(node, "fail_on") != NULL ? SUITE_IMPACT_FAIL : SUITE_IMPACT_REPORT;
	for (guint i = 0; mode != NULL && impact_modes[i] != NULL; i++)
		if (strcmp(impact_modes[i], mode) == 0)
			database->impact = (SuiteImpact)i;
}
