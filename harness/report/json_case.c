/* A case as JSON. */
#include "report/json_case.h"

#include "report/cause.h"

void
report_json_path(ReportJson *json, const char *path)
{
	g_autofree char *relative = path != NULL ? report_path_relative(path) : NULL;

	report_json_text(json, "file", relative);
}

void
report_json_position(ReportJson *json, SourcePosition position)
{
	report_json_path(json, position.path);
	if (position.line > 0)
		report_json_number(json, "line", position.line);
	if (position.column > 0)
		report_json_number(json, "column", position.column);
}

void
report_json_counts(ReportJson *json, ReportCounts counts)
{
	report_json_begin(json, "counts", '{');
	report_json_number(json, "passed", counts.passed);
	report_json_number(json, "failed", counts.failed);
	report_json_number(json, "errors", counts.errored);
	report_json_number(json, "skipped", counts.skipped);
	report_json_end(json, '}');
}

static void
json_write_differences(ReportJson *json, const GPtrArray *differences)
{
	if (differences == NULL)
		return;
	report_json_begin(json, "differences", '[');
	for (guint i = 0; i < differences->len; i++) {
		const ReportDifference *difference = g_ptr_array_index(differences, i);
		report_json_begin(json, NULL, '{');
		report_json_text(json, "what", difference->what);
		report_json_text(json, "expected", difference->expected);
		report_json_text(json, "found", difference->found);
		report_json_end(json, '}');
	}
	report_json_end(json, ']');
}

static void
json_write_node(ReportJson *json, const ReportPlanNode *node)
{
	g_autofree char *cost = g_strdup_printf("%.2f", node->cost);
	g_autofree char *rows = g_strdup_printf("%.0f", node->rows);

	report_json_begin(json, NULL, '{');
	report_json_number(json, "depth", node->depth);
	report_json_text(json, "title", node->title);
	report_json_text(json, "details", node->details);
	report_json_text(json, "cost", cost);
	report_json_text(json, "rows", rows);
	report_json_number(json, "percent", node->percent);
	report_json_bool_true(json, "costly", node->costly);
	report_json_bool_true(json, "changed", node->changed);
	report_json_end(json, '}');
}

static void
json_write_plans(ReportJson *json, const GPtrArray *plans)
{
	if (plans == NULL)
		return;
	report_json_begin(json, "plans", '[');
	for (guint i = 0; i < plans->len; i++) {
		const ReportPlan *plan = g_ptr_array_index(plans, i);
		report_json_begin(json, NULL, '{');
		report_json_text(json, "title", plan->title);
		report_json_begin(json, "nodes", '[');
		for (guint j = 0; j < plan->nodes->len; j++)
			json_write_node(json, g_ptr_array_index(plan->nodes, j));
		report_json_end(json, ']');
		report_json_end(json, '}');
	}
	report_json_end(json, ']');
}

static void
json_write_excerpts(ReportJson *json, const GPtrArray *excerpts)
{
	if (excerpts == NULL)
		return;
	report_json_begin(json, "excerpts", '[');
	for (guint i = 0; i < excerpts->len; i++) {
		const ReportExcerpt *excerpt = g_ptr_array_index(excerpts, i);
		report_json_begin(json, NULL, '{');
		report_json_position(json, excerpt->position);
		report_json_number(json, "first_line", excerpt->first_line);
		report_json_number(json, "marked_lines", excerpt->n_marked);
		report_json_text(json, "text", excerpt->text);
		report_json_text(json, "note", excerpt->note);
		report_json_end(json, '}');
	}
	report_json_end(json, ']');
}

static void
json_write_preconditions(ReportJson *json, const GPtrArray *preconditions)
{
	if (preconditions == NULL)
		return;
	report_json_begin(json, "preconditions", '[');
	for (guint i = 0; i < preconditions->len; i++) {
		const ReportPrecondition *precondition = g_ptr_array_index(preconditions, i);
		report_json_begin(json, NULL, '{');
		report_json_text(json, "meaning", precondition->meaning);
		report_json_text(json, "query", precondition->query);
		report_json_bool(json, "empty", precondition->empty);
		report_json_end(json, '}');
	}
	report_json_end(json, ']');
}

static void
json_write_facts(ReportJson *json, const ReportCase *test_case)
{
	if (test_case->kind != REPORT_KIND_OTHER)
		report_json_text(json, "kind", report_kind_name(test_case->kind));
	report_json_text(json, "expected", test_case->expected);
	report_json_text(json, "since", test_case->since);
	report_json_text(json, "hint", test_case->hint);
	report_json_text(json, "remedy", test_case->remedy);
	report_json_text(json, "cause", test_case->cause);
	report_json_texts(json, "reproduce", (const char *const *)test_case->reproduce);
	json_write_differences(json, test_case->differences);
	json_write_excerpts(json, test_case->excerpts);
	json_write_plans(json, test_case->plans);
	if (test_case->plans_lines > 0) {
		report_json_number(json, "plans_line", test_case->plans_line);
		report_json_number(json, "plans_lines", test_case->plans_lines);
	}
	json_write_preconditions(json, test_case->preconditions);
	report_json_observation(json, test_case->observation);
	report_json_access(json, test_case->access);
	report_json_item(json, test_case->item);
}

void
report_json_case(ReportJson *json, const char *event, const ReportSuite *suite, const ReportCase *test_case)
{
	g_autofree char *id = report_case_id(suite, test_case);

	report_json_begin(json, NULL, '{');
	report_json_text(json, "event", event);
	if (event != NULL)
		report_json_text(json, "suite", suite->name);
	report_json_text(json, "id", id);
	report_json_text(json, "database", test_case->database);
	report_json_text(json, "stage", test_case->stage);
	report_json_text(json, "name", test_case->name);
	report_json_text(json, "status", report_status_name(test_case->status));
	report_json_position(json, test_case->position);
	report_json_number(json, "duration_us", MAX(test_case->duration, 0));
	report_json_text(json, "message", test_case->message);
	report_json_text(json, "details", test_case->details);
	report_json_text(json, "statement", test_case->statement);
	report_json_text(json, "notes", test_case->notes);
	report_json_text(json, "output", test_case->output);
	json_write_facts(json, test_case);
	report_json_end(json, '}');
}
