/* Reads the effects of statements back from JSON. */
#include "report/format/json_private.h"

#include <string.h>

static ReportLockMode
read_lock(JsonObject *object, const char *name)
{
	const char *text = report_json_member_text(object, name);

	for (int mode = REPORT_LOCK_NONE; mode < REPORT_N_LOCKS; mode++)
		if (g_strcmp0(report_lock_name((ReportLockMode)mode), text) == 0)
			return (ReportLockMode)mode;
	return REPORT_LOCK_NONE;
}

static ReportGrowth
read_growth(JsonObject *object)
{
	const char *text = report_json_member_text(object, "growth");

	for (int growth = REPORT_GROWTH_CONSTANT; text != NULL && growth <= REPORT_GROWTH_FASTER; growth++)
		if (strcmp(report_growth_name((ReportGrowth)growth), text) == 0)
			return (ReportGrowth)growth;
	return REPORT_GROWTH_UNKNOWN;
}

static void
read_touched(JsonObject *item, void *data)
{
	ReportStatement *statement = data;
	const char *name = report_json_member_text(item, "relation");
	const char *kind = report_json_member_text(item, "kind");
	guint oid = (guint)CLAMP(report_json_member_number(item, "oid", 0), 0, G_MAXUINT32);
	char letter = 'r';

	if (kind != NULL)
		letter = kind[0];
	ReportTouched *touched = report_touched_new(oid, name != NULL ? name : "", letter);

	touched->table = (guint)CLAMP(report_json_member_number(item, "table_oid", 0), 0, G_MAXUINT32);
	touched->taken = read_lock(item, "takes");
	touched->held = read_lock(item, "holds");
	touched->since = report_json_member_number(item, "since_us", 0);
	touched->until = report_json_member_number(item, "until_us", 0);
	touched->was_rewritten = report_json_member_bool(item, "rewritten");
	touched->was_emptied = report_json_member_bool(item, "emptied");
	touched->was_dropped = report_json_member_bool(item, "dropped");
	touched->indexes_built = (guint)CLAMP(report_json_member_number(item, "indexes_built", 0), 0, G_MAXINT);
	touched->scans = report_json_member_number(item, "scans", 0);
	touched->rows_read = report_json_member_number(item, "rows_read", 0);
	touched->rows_inserted = report_json_member_number(item, "rows_inserted", 0);
	touched->rows_updated = report_json_member_number(item, "rows_updated", 0);
	touched->rows_deleted = report_json_member_number(item, "rows_deleted", 0);
	touched->bytes = report_json_member_number(item, "bytes", 0);
	touched->bytes_written = report_json_member_number(item, "bytes_written", 0);
	touched->growth = read_growth(item);
	touched->larger_rows = report_json_member_number(item, "larger_rows", 0);
	g_ptr_array_add(statement->touched, touched);
}

static void
read_expected(JsonObject *item, ReportStatement *statement)
{
	const char *table = report_json_member_text(item, "expected_of");

	if (table != NULL)
		statement->expected_of = g_intern_string(table);
	statement->expected_wal = (double)report_json_member_number(item, "expected_wal_bytes", -1);
	statement->expected_disk = (double)report_json_member_number(item, "expected_disk_bytes", -1);
	statement->expected_time_from = (double)report_json_member_number(item, "expected_from_us", -1);
	statement->expected_time_to = (double)report_json_member_number(item, "expected_to_us", -1);
}

static void
read_statement(JsonObject *item, void *data)
{
	ReportObservation *observation = data;
	const char *text = report_json_member_text(item, "text");
	ReportStatement *statement = report_statement_new(report_json_member_position(item), text != NULL ? text : "");

	statement->transaction = (guint)CLAMP(report_json_member_number(item, "transaction", 0), 0, G_MAXINT);
	statement->start = report_json_member_number(item, "start_us", 0);
	statement->duration = report_json_member_number(item, "duration_us", 0);
	statement->lock_timeout = g_strdup(report_json_member_text(item, "lock_timeout"));
	statement->unseen = g_intern_string(report_json_member_text(item, "not_observed"));
	statement->wal_bytes = report_json_member_number(item, "wal_bytes", 0);
	read_expected(item, statement);
	report_json_each(item, "relations", read_touched, statement);
	g_ptr_array_add(observation->statements, statement);
}

static void
read_finding(JsonObject *item, void *data)
{
	ReportObservation *observation = data;
	const char *code = report_json_member_text(item, "code");
	ReportFinding *finding = report_finding_new(g_intern_string(code != NULL ? code : ""),
	                                            report_json_member_position(item));

	finding->message = g_strdup(report_json_member_text(item, "message"));
	finding->advice = g_strdup(report_json_member_text(item, "advice"));
	finding->relation = g_strdup(report_json_member_text(item, "relation"));
	finding->accepted = g_strdup(report_json_member_text(item, "accepted"));
	finding->fails = report_json_member_bool(item, "fails");
	g_ptr_array_add(observation->findings, finding);
}

static void
read_event(JsonObject *item, void *data)
{
	ReportObservation *observation = data;
	const char *who = report_json_member_text(item, "who");
	const char *what = report_json_member_text(item, "what");

	observation->n_trials = (guint)CLAMP(report_json_member_number(item, "trial", 1), 1, G_MAXINT);
	report_observation_note(observation, report_json_member_number(item, "time_us", -1), who != NULL ? who : "",
	                        what != NULL ? what : "");
}

ReportObservation *
report_json_read_observation(JsonObject *test_case)
{
	if (!json_object_has_member(test_case, "statements"))
		return NULL;
	ReportObservation *observation = report_observation_new();
	report_json_each(test_case, "statements", read_statement, observation);
	report_json_each(test_case, "findings", read_finding, observation);
	report_json_each(test_case, "timeline", read_event, observation);
	observation->temporary_bytes = report_json_member_number(test_case, "temporary_bytes", -1);
	return observation;
}
