/* SARIF 2.1.0 for code scanning. A rule is a stage. GitHub takes 25,000 results of a run. */
#include "report/file.h"
#include "report/format/format.h"
#include "report/json_text.h"
#include "report/place.h"

#include <string.h>

#define SARIF_MOST 25000

/* The rules, of char *: the stages of the bad cases, each once, in the order of the results. */
static GPtrArray *
sarif_find_rules(const GPtrArray *bad)
{
	GPtrArray *rules = g_ptr_array_new();

	for (guint i = 0; i < bad->len; i++) {
		const ReportBad *one = g_ptr_array_index(bad, i);
		if (!g_ptr_array_find_with_equal_func(rules, one->test_case->stage, g_str_equal, NULL))
			g_ptr_array_add(rules, one->test_case->stage);
	}
	return rules;
}

static void
sarif_write_message(ReportJson *json, const char *key, const char *text)
{
	report_json_begin(json, key, '{');
	report_json_text(json, "text", text);
	report_json_end(json, '}');
}

static const ReportCase *
sarif_first_of(const GPtrArray *bad, const char *stage)
{
	for (guint i = 0; i < bad->len; i++) {
		const ReportBad *one = g_ptr_array_index(bad, i);
		if (strcmp(one->test_case->stage, stage) == 0)
			return one->test_case;
	}
	return NULL;
}

static void
sarif_write_rule(ReportJson *json, const GPtrArray *bad, const char *stage)
{
	const ReportCase *first = sarif_first_of(bad, stage);
	const char *expected = first->expected != NULL ? first->expected : "The case could be tested.";
	const char *tags[] = { "postgresql", report_kind_name(first->kind), NULL };
	g_autofree char *id = g_strdelimit(g_strconcat("pgassay/", stage, NULL), " ", '-');
	g_autofree char *help = g_strdup_printf("%s \"pgassay help %s\" says more.", expected, stage);

	report_json_begin(json, NULL, '{');
	report_json_text(json, "id", id);
	sarif_write_message(json, "shortDescription", expected);
	sarif_write_message(json, "help", help);
	report_json_begin(json, "defaultConfiguration", '{');
	report_json_text(json, "level", "error");
	report_json_end(json, '}');
	report_json_begin(json, "properties", '{');
	report_json_texts(json, "tags", tags);
	report_json_end(json, '}');
	report_json_end(json, '}');
}

/* A path as a part of an address. */
static char *
sarif_make_uri(const char *file)
{
	return g_uri_escape_string(file, G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, FALSE);
}

static void
sarif_write_location(ReportJson *json, const ReportBad *bad)
{
	guint line = 0;
	g_autofree char *file = report_case_file(bad->suite, bad->test_case, &line);
	g_autofree char *uri = sarif_make_uri(file != NULL ? file : "pgassay");

	report_json_begin(json, "locations", '[');
	report_json_begin(json, NULL, '{');
	report_json_begin(json, "physicalLocation", '{');
	report_json_begin(json, "artifactLocation", '{');
	report_json_text(json, "uri", uri);
	report_json_end(json, '}');
	report_json_begin(json, "region", '{');
	report_json_number(json, "startLine", line);
	if (bad->test_case->position.column > 0 && bad->test_case->position.line > 0)
		report_json_number(json, "startColumn", bad->test_case->position.column);
	report_json_end(json, '}');
	report_json_end(json, '}');
	report_json_end(json, '}');
	report_json_end(json, ']');
}

static void
sarif_write_result(ReportJson *json, const ReportBad *bad)
{
	g_autofree char *rule = g_strdelimit(g_strconcat("pgassay/", bad->test_case->stage, NULL), " ", '-');
	g_autofree char *text = report_case_text(bad->test_case);
	g_autofree char *fingerprint = report_case_fingerprint(bad->suite, bad->test_case);

	report_json_begin(json, NULL, '{');
	report_json_text(json, "ruleId", rule);
	report_json_text(json, "level", "error");
	sarif_write_message(json, "message", text);
	sarif_write_location(json, bad);
	report_json_begin(json, "partialFingerprints", '{');
	report_json_text(json, "primaryLocationLineHash", fingerprint);
	report_json_end(json, '}');
	report_json_end(json, '}');
	report_json_line(json);
}

static void
sarif_write_tool(ReportJson *json, const GPtrArray *bad)
{
	g_autoptr(GPtrArray) rules = sarif_find_rules(bad);

	report_json_begin(json, "tool", '{');
	report_json_begin(json, "driver", '{');
	report_json_text(json, "name", "pgassay");
	report_json_text(json, "version", PGASSAY_VERSION);
	report_json_begin(json, "rules", '[');
	for (guint i = 0; i < rules->len; i++)
		sarif_write_rule(json, bad, g_ptr_array_index(rules, i));
	report_json_end(json, ']');
	report_json_end(json, '}');
	report_json_end(json, '}');
}

bool
report_sarif_write(const ReportRun *run, const char *path, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GPtrArray) bad = report_run_bad(run);
	ReportJson json = { .out = out, .first = true };

	report_json_begin(&json, NULL, '{');
	report_json_text(&json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	report_json_text(&json, "version", "2.1.0");
	report_json_begin(&json, "runs", '[');
	report_json_begin(&json, NULL, '{');
	sarif_write_tool(&json, bad);
	report_json_text(&json, "columnKind", "unicodeCodePoints");
	report_json_begin(&json, "results", '[');
	for (guint i = 0; i < MIN(bad->len, SARIF_MOST); i++)
		sarif_write_result(&json, g_ptr_array_index(bad, i));
	report_json_end(&json, ']');
	report_json_end(&json, '}');
	report_json_end(&json, ']');
	report_json_end(&json, '}');
	report_json_line(&json);
	return report_file_write(path, out->str, out->len, error);
}
