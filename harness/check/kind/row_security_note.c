/* Notes the results of row_security for the access table of a report. */
#include "check/kind/condition.h"
#include "check/kind/row_security_private.h"

/* The rows that there are, as whom the session belongs to sees them; below 0: he cannot look. */
static bool
row_note_count(const CheckRows *rows, gint64 *ret_of, GError **error)
{
	CheckRows all = *rows;
	g_auto(CheckRowOutcome) found = { 0 };

	all.become = "RESET ROLE;";
	g_autofree char *sql = check_row_command(&all, CHECK_ROWS_SEEN);
	if (!check_row_command_run(&all, sql, &found, error))
		return false;
	*ret_of = found.refused ? -1 : found.rows;
	return true;
}

static char *
row_note_refusal(const CheckRowOutcome *found, const char *state)
{
	if (!found->refused)
		return g_strdup("refused");
	if (check_condition_is(state, found->sqlstate))
		return NULL;
	g_autofree char *condition = check_condition_describe(state);
	return g_strdup_printf("refused with %s", condition);
}

bool
check_row_note(const CheckRows *rows, ReportAccessCell *cell, const CheckRowOutcome *found, const char *state,
               gint64 expected, GError **error)
{
	g_free(cell->expected);
	cell->expected = NULL;
	if (found->refused) {
		cell->reach = REPORT_REACH_REFUSED;
	} else {
		if (!row_note_count(rows, &cell->of, error))
			return false;
		cell->rows = found->rows;
		cell->of = cell->of < cell->rows ? -1 : cell->of;
		cell->reach = report_reach_of(cell->rows, cell->of);
	}
	if (state != NULL)
		cell->expected = row_note_refusal(found, state);
	else if (found->refused || found->rows != expected)
		cell->expected = g_strdup_printf("%" G_GINT64_FORMAT " row%s", expected, expected == 1 ? "" : "s");
	return true;
}

void
check_row_note_insert(ReportAccessCell *cell, const CheckRowOutcome *found, const char *state)
{
	bool taken = !found->refused && found->rows > 0;
	gint64 of = MAX(cell->of, 0) + 1;
	gint64 rows = MAX(cell->rows, 0) + (taken ? 1 : 0);
	char *expected = state != NULL ? row_note_refusal(found, state) : taken ? NULL : g_strdup("taken");

	if (found->refused && rows == 0 && cell->reach != REPORT_REACH_NONE)
		cell->reach = REPORT_REACH_REFUSED;
	else
		cell->reach = report_reach_of(rows, of);
	cell->rows = rows;
	cell->of = of;
	if (expected == NULL)
		return;
	g_free(cell->expected);
	cell->expected = expected;
}

static void
row_note_append(GString *text, const char *verb, const SuiteNode *values)
{
	g_string_append_printf(text, "%s%s", text->len > 0 ? "; " : "", verb);
	for (guint i = 0; i < suite_node_size(values); i++) {
		const SuiteNode *value = suite_node_item(values, i);
		g_string_append_printf(text, "%s %s = %s", i > 0 ? "," : "", suite_node_key(values, i),
		                       suite_node_is_null(value) ? "NULL" : suite_node_text(value));
	}
}

char *
check_row_values(const SuiteNode *line)
{
	const SuiteNode *inserts = suite_node_get(line, "inserts");
	const SuiteNode *to = suite_node_get(line, "to");
	GString *text = g_string_new(NULL);

	if (to != NULL)
		row_note_append(text, "sets", to);
	if (inserts != NULL && suite_node_kind(inserts) == SUITE_NODE_MAPPING)
		row_note_append(text, "inserts", inserts);
	else if (inserts != NULL)
		g_string_append_printf(text, "%sinserts %u rows", text->len > 0 ? "; " : "", suite_node_size(inserts));
	return g_string_free(text, text->len == 0);
}
