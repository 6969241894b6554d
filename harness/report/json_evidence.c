/* Who may do what, and items of checklists, as JSON. */
#include "report/json_case.h"

static void
json_write_cell(ReportJson *json, ReportAction action, const ReportAccessCell *cell)
{
	if (cell->reach == REPORT_REACH_UNKNOWN && cell->expected == NULL)
		return;
	report_json_begin(json, NULL, '{');
	report_json_text(json, "action", report_action_name(action));
	report_json_text(json, "reach", report_reach_name(cell->reach));
	if (cell->rows >= 0)
		report_json_number(json, "rows", cell->rows);
	if (cell->of >= 0)
		report_json_number(json, "of", cell->of);
	report_json_text(json, "expected", cell->expected);
	report_json_end(json, '}');
}

void
report_json_access(ReportJson *json, const GPtrArray *accesses)
{
	if (accesses == NULL)
		return;
	report_json_begin(json, "access", '[');
	for (guint i = 0; i < accesses->len; i++) {
		const ReportAccess *access = g_ptr_array_index(accesses, i);
		report_json_begin(json, NULL, '{');
		report_json_text(json, "table", access->table);
		report_json_text(json, "role", access->role);
		report_json_text(json, "settings", access->settings);
		report_json_text(json, "where", access->where);
		report_json_text(json, "values", access->values);
		report_json_bool(json, "tried", access->tried);
		report_json_position(json, access->position);
		report_json_begin(json, "actions", '[');
		for (int action = 0; action < REPORT_N_ACTIONS; action++)
			json_write_cell(json, (ReportAction)action, &access->cells[action]);
		report_json_end(json, ']');
		report_json_end(json, '}');
	}
	report_json_end(json, ']');
}

void
report_json_item(ReportJson *json, const ReportItem *item)
{
	if (item == NULL)
		return;
	report_json_begin(json, "item", '{');
	report_json_text(json, "state", report_item_state_name(item->state));
	report_json_bool(json, "required", item->required);
	report_json_text(json, "kind", item->kind);
	report_json_text(json, "details", item->details);
	report_json_text(json, "shows", item->shows);
	report_json_begin(json, "facts", '[');
	for (guint i = 0; i < item->facts->len; i++) {
		const ReportFact *fact = g_ptr_array_index(item->facts, i);
		report_json_begin(json, NULL, '{');
		report_json_text(json, "what", fact->what);
		report_json_text(json, "found", fact->found);
		report_json_text(json, "limit", fact->limit);
		report_json_end(json, '}');
	}
	report_json_end(json, ']');
	report_json_end(json, '}');
}

void
report_json_watched(ReportJson *json, const GPtrArray *sightings)
{
	if (sightings->len == 0)
		return;
	report_json_begin(json, "watched", '[');
	for (guint i = 0; i < sightings->len; i++) {
		const ReportSighting *sighting = g_ptr_array_index(sightings, i);
		report_json_begin(json, NULL, '{');
		report_json_number(json, "from_us", sighting->from);
		report_json_number(json, "until_us", sighting->until);
		report_json_text(json, "what", sighting->what);
		report_json_end(json, '}');
	}
	report_json_end(json, ']');
}
