/* The effects of statements as JSON: everything that the page shows of them. */
#include "report/json_case.h"

static void
json_write_touched(ReportJson *json, const ReportTouched *touched)
{
	const char kind[] = { touched->kind, '\0' };

	report_json_begin(json, NULL, '{');
	report_json_text(json, "relation", touched->name);
	report_json_text(json, "kind", kind);
	report_json_number(json, "oid", touched->oid);
	if (touched->table != 0)
		report_json_number(json, "table_oid", touched->table);
	if (touched->taken != REPORT_LOCK_NONE)
		report_json_text(json, "takes", report_lock_name(touched->taken));
	if (touched->held != REPORT_LOCK_NONE)
		report_json_text(json, "holds", report_lock_name(touched->held));
	report_json_number(json, "since_us", touched->since);
	report_json_number(json, "until_us", touched->until);
	report_json_bool_true(json, "rewritten", touched->was_rewritten);
	report_json_bool_true(json, "emptied", touched->was_emptied);
	report_json_bool_true(json, "dropped", touched->was_dropped);
	report_json_number(json, "indexes_built", touched->indexes_built);
	report_json_number(json, "scans", touched->scans);
	report_json_number(json, "rows_read", touched->rows_read);
	report_json_number(json, "rows_inserted", touched->rows_inserted);
	report_json_number(json, "rows_updated", touched->rows_updated);
	report_json_number(json, "rows_deleted", touched->rows_deleted);
	report_json_number(json, "bytes", touched->bytes);
	report_json_number(json, "bytes_written", MAX(touched->bytes_written, 0));
	report_json_text(json, "growth", report_growth_name(touched->growth));
	if (touched->larger_rows > 0)
		report_json_number(json, "larger_rows", touched->larger_rows);
	report_json_end(json, '}');
}

/* Below 0: it is not known. */
static void
json_write_amount(ReportJson *json, const char *name, double amount)
{
	if (amount >= 0)
		report_json_number(json, name, (gint64)amount);
}

static void
json_write_expected(ReportJson *json, const ReportStatement *statement)
{
	report_json_text(json, "expected_of", statement->expected_of);
	json_write_amount(json, "expected_wal_bytes", statement->expected_wal);
	json_write_amount(json, "expected_disk_bytes", statement->expected_disk);
	json_write_amount(json, "expected_from_us", statement->expected_time_from);
	json_write_amount(json, "expected_to_us", statement->expected_time_to);
}

static void
json_write_statement(ReportJson *json, const ReportStatement *statement)
{
	report_json_begin(json, NULL, '{');
	report_json_position(json, statement->position);
	report_json_text(json, "text", statement->text);
	report_json_number(json, "transaction", statement->transaction);
	report_json_number(json, "start_us", statement->start);
	report_json_number(json, "duration_us", statement->duration);
	report_json_text(json, "lock_timeout", statement->lock_timeout);
	report_json_text(json, "not_observed", statement->unseen);
	report_json_number(json, "wal_bytes", MAX(statement->wal_bytes, 0));
	json_write_expected(json, statement);
	report_json_begin(json, "relations", '[');
	for (guint i = 0; i < statement->touched->len; i++)
		json_write_touched(json, g_ptr_array_index(statement->touched, i));
	report_json_end(json, ']');
	report_json_end(json, '}');
}

static void
json_write_finding(ReportJson *json, const ReportFinding *finding)
{
	report_json_begin(json, NULL, '{');
	report_json_text(json, "code", finding->code);
	report_json_position(json, finding->position);
	report_json_text(json, "message", finding->message);
	report_json_text(json, "advice", finding->advice);
	report_json_text(json, "relation", finding->relation);
	report_json_text(json, "accepted", finding->accepted);
	report_json_bool(json, "fails", finding->fails);
	report_json_end(json, '}');
}

static void
json_write_event(ReportJson *json, const ReportEvent *event)
{
	report_json_begin(json, NULL, '{');
	report_json_number(json, "trial", event->trial);
	json_write_amount(json, "time_us", (double)event->time);
	report_json_text(json, "who", event->who);
	report_json_text(json, "what", event->what);
	report_json_end(json, '}');
}

static void
json_write_timeline(ReportJson *json, const GPtrArray *timeline)
{
	if (timeline->len == 0)
		return;
	report_json_begin(json, "timeline", '[');
	for (guint i = 0; i < timeline->len; i++)
		json_write_event(json, g_ptr_array_index(timeline, i));
	report_json_end(json, ']');
}

void
report_json_observation(ReportJson *json, const ReportObservation *observation)
{
	if (observation == NULL)
		return;
	report_json_begin(json, "statements", '[');
	for (guint i = 0; i < observation->statements->len; i++)
		json_write_statement(json, g_ptr_array_index(observation->statements, i));
	report_json_end(json, ']');
	report_json_begin(json, "findings", '[');
	for (guint i = 0; i < observation->findings->len; i++)
		json_write_finding(json, g_ptr_array_index(observation->findings, i));
	report_json_end(json, ']');
	json_write_timeline(json, observation->timeline);
	if (observation->temporary_bytes >= 0)
		report_json_number(json, "temporary_bytes", observation->temporary_bytes);
}
