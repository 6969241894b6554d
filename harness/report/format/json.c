/* The report as JSON. */
#include "report/format/json.h"

#include "report/cause.h"
#include "report/file.h"
#include "report/format/format.h"

static void
json_write_path(ReportJson *json, const char *path)
{
	g_autofree char *relative = path != NULL ? report_path_relative(path) : NULL;

	report_json_text(json, "file", relative);
}

static void
json_write_position(ReportJson *json, SourcePosition position)
{
	json_write_path(json, position.path);
	if (position.line > 0)
		report_json_number(json, "line", position.line);
	if (position.column > 0)
		report_json_number(json, "column", position.column);
}

static void
json_write_time(ReportJson *json, const char *key, gint64 microseconds)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(microseconds / G_USEC_PER_SEC);
	g_autofree char *text = time != NULL ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ") : NULL;

	report_json_text(json, key, text);
}

static void
json_write_counts(ReportJson *json, ReportCounts counts)
{
	report_json_begin(json, "counts", '{');
	report_json_number(json, "passed", counts.passed);
	report_json_number(json, "failed", counts.failed);
	report_json_number(json, "errors", counts.errored);
	report_json_number(json, "skipped", counts.skipped);
	report_json_end(json, '}');
}

/* --- Cases --------------------------------------------------------------------------- */

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
json_write_excerpts(ReportJson *json, const GPtrArray *excerpts)
{
	if (excerpts == NULL)
		return;
	report_json_begin(json, "excerpts", '[');
	for (guint i = 0; i < excerpts->len; i++) {
		const ReportExcerpt *excerpt = g_ptr_array_index(excerpts, i);
		report_json_begin(json, NULL, '{');
		json_write_position(json, excerpt->position);
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
	json_write_preconditions(json, test_case->preconditions);
}

void
report_json_case(ReportJson *json, const ReportSuite *suite, const ReportCase *test_case, bool with_suite)
{
	g_autofree char *id = report_case_id(suite, test_case);

	report_json_begin(json, NULL, '{');
	if (with_suite)
		report_json_text(json, "suite", suite->name);
	report_json_text(json, "id", id);
	report_json_text(json, "database", test_case->database);
	report_json_text(json, "stage", test_case->stage);
	report_json_text(json, "name", test_case->name);
	report_json_text(json, "status", report_status_name(test_case->status));
	json_write_position(json, test_case->position);
	report_json_number(json, "duration_us", MAX(test_case->duration, 0));
	report_json_text(json, "message", test_case->message);
	report_json_text(json, "details", test_case->details);
	report_json_text(json, "output", test_case->output);
	json_write_facts(json, test_case);
	report_json_end(json, '}');
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
	json_write_path(json, migration->path);
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
json_write_suite(ReportJson *json, const ReportSuite *suite)
{
	report_json_begin(json, NULL, '{');
	report_json_text(json, "name", suite->name);
	report_json_text(json, "title", suite->title);
	json_write_path(json, suite->path);
	json_write_time(json, "started", suite->started);
	report_json_number(json, "duration_us", MAX(suite->duration, 0));
	json_write_counts(json, report_suite_count(suite));
	json_write_properties(json, suite);
	report_json_begin(json, "databases", '[');
	for (guint i = 0; i < suite->databases->len; i++)
		json_write_database(json, g_ptr_array_index(suite->databases, i));
	report_json_end(json, ']');
	report_json_begin(json, "cases", '[');
	for (guint i = 0; i < suite->cases->len; i++) {
		report_json_case(json, suite, g_ptr_array_index(suite->cases, i), false);
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
		report_json_end(&json, '}');
	}
	json_write_counts(&json, report_run_count(run));
	json_write_causes(&json, run);
	report_json_begin(&json, "suites", '[');
	for (guint i = 0; i < run->suites->len; i++)
		json_write_suite(&json, g_ptr_array_index(run->suites, i));
	report_json_end(&json, ']');
	report_json_end(&json, '}');
	report_json_line(&json);
	return report_file_write(path, out->str, out->len, error);
}
