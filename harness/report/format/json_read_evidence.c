/* Who may do what, and items of checklists, read back from JSON. */
#include "report/format/json_private.h"

#include <string.h>

static void
read_cell(JsonObject *item, void *data)
{
	ReportAccess *access = data;
	const char *name = report_json_member_text(item, "action");
	const char *reach = report_json_member_text(item, "reach");

	for (int action = 0; name != NULL && action < REPORT_N_ACTIONS; action++) {
		ReportAccessCell *cell = &access->cells[action];
		if (strcmp(report_action_name((ReportAction)action), name) != 0)
			continue;
		for (int i = REPORT_REACH_REFUSED; reach != NULL && i < REPORT_N_REACHES; i++)
			if (strcmp(report_reach_name((ReportReach)i), reach) == 0)
				cell->reach = (ReportReach)i;
		cell->rows = report_json_member_number(item, "rows", -1);
		cell->of = report_json_member_number(item, "of", -1);
		g_free(cell->expected);
		cell->expected = g_strdup(report_json_member_text(item, "expected"));
	}
}

static void
read_access(JsonObject *item, void *data)
{
	const char *table = report_json_member_text(item, "table");
	const char *role = report_json_member_text(item, "role");
	ReportAccess *access = report_access_new(table != NULL ? table : "", role != NULL ? role : "");

	access->settings = g_strdup(report_json_member_text(item, "settings"));
	access->where = g_strdup(report_json_member_text(item, "where"));
	access->values = g_strdup(report_json_member_text(item, "values"));
	access->tried = report_json_member_bool(item, "tried");
	access->position = report_json_member_position(item);
	report_json_each(item, "actions", read_cell, access);
	report_case_add_access(data, access);
}

static void
read_fact(JsonObject *item, void *data)
{
	const char *what = report_json_member_text(item, "what");
	const char *found = report_json_member_text(item, "found");

	report_item_add_fact(data, what != NULL ? what : "", found != NULL ? found : "",
	                     report_json_member_text(item, "limit"));
}

static ReportItem *
read_item(JsonObject *object)
{
	const char *name = report_json_member_text(object, "state");
	ReportItemState state = REPORT_ITEM_UNKNOWN;

	for (int i = 0; name != NULL && i < REPORT_N_ITEM_STATES; i++)
		if (strcmp(report_item_state_name((ReportItemState)i), name) == 0)
			state = (ReportItemState)i;
	ReportItem *item = report_item_new(state, report_json_member_text(object, "kind"));

	item->required = report_json_member_bool(object, "required");
	item->details = g_strdup(report_json_member_text(object, "details"));
	item->shows = g_strdup(report_json_member_text(object, "shows"));
	report_json_each(object, "facts", read_fact, item);
	return item;
}

void
report_json_read_evidence(JsonObject *object, ReportCase *test_case)
{
	JsonObject *item = report_json_member_object(object, "item");

	report_json_each(object, "access", read_access, test_case);
	if (item != NULL)
		test_case->item = read_item(item);
}

static void
read_sighting(JsonObject *item, void *data)
{
	const char *what = report_json_member_text(item, "what");

	g_ptr_array_add(((ReportSuite *)data)->watched,
	                report_sighting_new(report_json_member_number(item, "from_us", 0),
	                                    report_json_member_number(item, "until_us", 0), what != NULL ? what : ""));
}

void
report_json_read_watched(JsonObject *object, ReportSuite *suite)
{
	report_json_each(object, "watched", read_sighting, suite);
}
