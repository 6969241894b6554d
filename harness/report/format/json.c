/* The report as JSON. */
#include "report/format/json.h"

#include "report/cause.h"
#include "report/file.h"
#include "report/format/format.h"
#include "report/json_case.h"

static void
json_write_time(ReportJson *json, const char *key, gint64 microseconds)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(microseconds / G_USEC_PER_SEC);
	g_autofree char *text = time != NULL ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ") : NULL;

	report_json_text(json, key, text);
}

/* --- Databases -------------------------------------------------------------------------- */

static void
json_write_sign(ReportJson *json, ReportChangeSign sign)
{
	const char text[] = { (char)sign, '\0' };

	if (sign != REPORT_SAME)
		report_json_text(json, "sign", text);
}

static void
json_write_migration(ReportJson *json, const ReportMigration *migration)
{
	report_json_begin(json, NULL, '{');
	report_json_text(json, "name", migration->name);
	report_json_path(json, migration->path);
	report_json_bool(json, "new", migration->is_new);
	if (migration->duration >= 0)
		report_json_number(json, "duration_us", migration->duration);
	report_json_begin(json, "changes", '[');
	for (guint i = 0; i < migration->changes->len; i++) {
		const ReportChange *change = g_ptr_array_index(migration->changes, i);
		report_json_begin(json, NULL, '{');
		json_write_sign(json, change->sign);
		report_json_text(json, "class", change->class_name);
		report_json_text(json, "identity", change->identity);
		report_json_text(json, "text", change->text);
		report_json_end(json, '}');
	}
	report_json_end(json, ']');
	report_json_end(json, '}');
}

static void
json_write_object(ReportJson *json, const ReportObject *object)
{
	report_json_begin(json, NULL, '{');
	json_write_sign(json, object->sign);
	report_json_text(json, "class", object->class_name);
	report_json_text(json, "schema", object->schema);
	report_json_text(json, "relation", object->relation);
	report_json_text(json, "name", object->name);
	report_json_text(json, "identity", object->identity);
	report_json_text(json, "definition", object->definition);
	report_json_text(json, "since", object->since);
	report_json_text(json, "comment", object->comment);
	report_json_text(json, "type", object->type);
	report_json_text(json, "default", object->initial);
	if (object->nullable)
		report_json_bool(json, "nullable", true);
	if (object->position > 0)
		report_json_number(json, "position", object->position);
	report_json_texts(json, "columns", (const char *const *)object->columns);
	report_json_text(json, "references", object->references);
	report_json_end(json, '}');
}

static void
json_write_database(ReportJson *json, const ReportDatabase *database)
{
	report_json_begin(json, NULL, '{');
	report_json_text(json, "name", database->name);
	report_json_text(json, "tool", database->tool);
	report_json_text(json, "base", database->base);
	report_json_begin(json, "migrations", '[');
	for (guint i = 0; i < database->migrations->len; i++)
		json_write_migration(json, g_ptr_array_index(database->migrations, i));
	report_json_end(json, ']');
	report_json_begin(json, "objects", '[');
	for (guint i = 0; i < database->objects->len; i++)
		json_write_object(json, g_ptr_array_index(database->objects, i));
	report_json_end(json, ']');
	report_json_end(json, '}');
	report_json_line(json);
}

/* --- The whole ------------------------------------------------------------------------------ */

static void
json_write_properties(ReportJson *json, const ReportSuite *suite)
{
	report_json_begin(json, "properties", '[');
	for (guint i = 0; i < suite->properties->len; i++) {
		const ReportProperty *property = g_ptr_array_index(suite->properties, i);
		report_json_begin(json, NULL, '{');
		report_json_text(json, "name", property->name != NULL ? property->name : "");
		report_json_text(json, "value", property->value != NULL ? property->value : "");
		report_json_end(json, '}');
	}
	report_json_end(json, ']');
}

static void
json_write_times(ReportJson *json, const ReportSuite *suite)
{
	report_json_begin(json, "times", '[');
	for (guint i = 0; i < suite->times->len; i++) {
		const ReportTime *time = g_ptr_array_index(suite->times, i);
		report_json_begin(json, NULL, '{');
		report_json_text(json, "database", time->database);
		report_json_text(json, "stage", time->stage);
		report_json_number(json, "duration_us", time->duration);
		report_json_end(json, '}');
	}
	report_json_end(json, ']');
}

static void
json_write_suite(ReportJson *json, const ReportSuite *suite)
{
	report_json_begin(json, NULL, '{');
	report_json_text(json, "name", suite->name);
	report_json_text(json, "title", suite->title);
	report_json_path(json, suite->path);
	json_write_time(json, "started", suite->started);
	report_json_number(json, "duration_us", MAX(suite->duration, 0));
	report_json_counts(json, report_suite_count(suite));
	json_write_properties(json, suite);
	json_write_times(json, suite);
	report_json_watched(json, suite->watched);
	report_json_begin(json, "databases", '[');
	for (guint i = 0; i < suite->databases->len; i++)
		json_write_database(json, g_ptr_array_index(suite->databases, i));
	report_json_end(json, ']');
	report_json_begin(json, "cases", '[');
	for (guint i = 0; i < suite->cases->len; i++) {
		report_json_case(json, NULL, suite, g_ptr_array_index(suite->cases, i));
		report_json_line(json);
	}
	report_json_end(json, ']');
	report_json_end(json, '}');
	report_json_line(json);
}

static void
json_write_causes(ReportJson *json, const ReportRun *run)
{
	g_autoptr(GPtrArray) causes = report_run_causes(run);

	report_json_begin(json, "causes", '[');
	for (guint i = 0; i < causes->len; i++) {
		const ReportCause *cause = g_ptr_array_index(causes, i);
		report_json_begin(json, NULL, '{');
		report_json_text(json, "id", cause->id);
		report_json_text(json, "kind", report_kind_name(cause->first->kind));
		report_json_text(json, "message", cause->first->message);
		report_json_begin(json, "cases", '[');
		for (guint j = 0; j < cause->cases->len; j++) {
			g_autofree char *id = report_case_id(g_ptr_array_index(cause->suites, j),
			                                     g_ptr_array_index(cause->cases, j));
			report_json_text(json, NULL, id);
		}
		report_json_end(json, ']');
		report_json_end(json, '}');
	}
	report_json_end(json, ']');
}

bool
report_json_write(const ReportRun *run, const char *path, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);
	ReportJson json = { .out = out, .first = true };
	g_autofree char *verdict = report_run_verdict(run);

	report_json_begin(&json, NULL, '{');
	report_json_text(&json, "format", "pgassay report");
	report_json_number(&json, "version", REPORT_JSON_VERSION);
	report_json_text(&json, "program", PGASSAY_VERSION);
	report_json_text(&json, "verdict", verdict);
	report_json_text(&json, "title", run->title);
	report_json_text(&json, "base", run->base);
	json_write_time(&json, "started", run->started);
	report_json_number(&json, "duration_us", MAX(run->duration, 0));
	report_json_texts(&json, "reproduce", (const char *const *)run->reproduce);
	if (run->n_shards > 0) {
		report_json_begin(&json, "shard", '{');
		report_json_number(&json, "number", run->shard);
		report_json_number(&json, "of", run->n_shards);
		report_json_text(&json, "division", run->division);
		report_json_end(&json, '}');
	}
	report_json_counts(&json, report_run_count(run));
	json_write_causes(&json, run);
	report_json_begin(&json, "suites", '[');
	for (guint i = 0; i < run->suites->len; i++)
		json_write_suite(&json, g_ptr_array_index(run->suites, i));
	report_json_end(&json, ']');
	report_json_end(&json, '}');
	report_json_line(&json);
	return report_file_write(path, out->str, out->len, error);
}
