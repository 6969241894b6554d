/* A report that was written as JSON, as a run again. */
#include "report/format/json.h"

#include "base/error.h"
#include "report/format/json_private.h"

#include <string.h>

SourcePosition
report_json_member_position(JsonObject *object)
{
	return (SourcePosition){ .path = g_intern_string(report_json_member_text(object, "file")),
		                 .line = (guint)CLAMP(report_json_member_number(object, "line", 0), 0, G_MAXINT),
		                 .column = (guint)CLAMP(report_json_member_number(object, "column", 0), 0, G_MAXINT) };
}

static gint64
read_time(JsonObject *object, const char *name)
{
	const char *text = report_json_member_text(object, name);
	g_autoptr(GDateTime) time = text != NULL ? g_date_time_new_from_iso8601(text, NULL) : NULL;

	return time != NULL ? g_date_time_to_unix(time) * G_USEC_PER_SEC : 0;
}

static ReportChangeSign
read_sign(JsonObject *object)
{
	const char *sign = report_json_member_text(object, "sign");

	return sign != NULL && strchr("+~-", *sign) != NULL && *sign != '\0' ? (ReportChangeSign)*sign : REPORT_SAME;
}

/* --- Cases ---------------------------------------------------------------------------------- */

static ReportStatus
read_status(const char *name)
{
	for (int status = REPORT_PASSED; status <= REPORT_SKIPPED; status++)
		if (g_strcmp0(report_status_name((ReportStatus)status), name) == 0)
			return (ReportStatus)status;
	return REPORT_ERRORED;
}

static ReportKind
read_kind(const char *name)
{
	for (int kind = REPORT_KIND_OTHER; kind < REPORT_N_KINDS; kind++)
		if (g_strcmp0(report_kind_name((ReportKind)kind), name) == 0)
			return (ReportKind)kind;
	return REPORT_KIND_OTHER;
}

static void
read_difference(JsonObject *item, void *data)
{
	report_case_add_difference(data, report_json_member_text(item, "what"),
	                           report_json_member_text(item, "expected"), report_json_member_text(item, "found"));
}

static void
read_excerpt(JsonObject *item, void *data)
{
	ReportCase *test_case = data;
	const char *note = report_json_member_text(item, "note");

	report_case_put_excerpt(test_case, report_json_member_position(item),
	                        (guint)MAX(report_json_member_number(item, "first_line", 1), 1),
	                        (guint)MAX(report_json_member_number(item, "marked_lines", 1), 1),
	                        report_json_member_text(item, "text"), note != NULL ? g_intern_string(note) : NULL);
}

static void
read_node(JsonObject *item, void *data)
{
	const char *title = report_json_member_text(item, "title");
	const char *cost = report_json_member_text(item, "cost");
	const char *rows = report_json_member_text(item, "rows");
	ReportPlanNode *node = report_plan_add(data, (guint)CLAMP(report_json_member_number(item, "depth", 0), 0, 1000),
	                                       title != NULL ? title : "", report_json_member_text(item, "details"));

	node->cost = cost != NULL ? g_ascii_strtod(cost, NULL) : 0;
	node->rows = rows != NULL ? g_ascii_strtod(rows, NULL) : 0;
	node->percent = (guint)CLAMP(report_json_member_number(item, "percent", 0), 0, 100);
	node->costly = report_json_member_bool(item, "costly");
	node->changed = report_json_member_bool(item, "changed");
}

static void
read_plan(JsonObject *item, void *data)
{
	ReportPlan *plan = report_plan_new(report_json_member_text(item, "title"));

	report_json_each(item, "nodes", read_node, plan);
	report_case_add_plan(data, plan);
}

static void
read_precondition(JsonObject *item, void *data)
{
	const char *meaning = report_json_member_text(item, "meaning");

	report_case_add_precondition(data, meaning != NULL ? meaning : "", report_json_member_text(item, "query"),
	                             report_json_member_bool(item, "empty"));
}

static void
read_case(JsonObject *item, void *data)
{
	const char *stage = report_json_member_text(item, "stage");
	const char *name = report_json_member_text(item, "name");
	ReportCase *test_case = report_case_new(report_json_member_text(item, "database"), stage != NULL ? stage : "",
	                                        name != NULL ? name : "", report_json_member_position(item));

	test_case->status = read_status(report_json_member_text(item, "status"));
	test_case->duration = report_json_member_number(item, "duration_us", 0);
	test_case->message = g_strdup(report_json_member_text(item, "message"));
	test_case->details = g_strdup(report_json_member_text(item, "details"));
	test_case->statement = g_strdup(report_json_member_text(item, "statement"));
	test_case->notes = g_strdup(report_json_member_text(item, "notes"));
	test_case->output = g_strdup(report_json_member_text(item, "output"));
	test_case->kind = read_kind(report_json_member_text(item, "kind"));
	test_case->expected = g_strdup(report_json_member_text(item, "expected"));
	test_case->since = g_strdup(report_json_member_text(item, "since"));
	test_case->hint = g_strdup(report_json_member_text(item, "hint"));
	test_case->remedy = g_strdup(report_json_member_text(item, "remedy"));
	test_case->cause = g_strdup(report_json_member_text(item, "cause"));
	test_case->reproduce = report_json_member_texts(item, "reproduce");
	report_json_each(item, "differences", read_difference, test_case);
	report_json_each(item, "excerpts", read_excerpt, test_case);
	report_json_each(item, "plans", read_plan, test_case);
	test_case->plans_line = (guint)CLAMP(report_json_member_number(item, "plans_line", 0), 0, G_MAXINT);
	test_case->plans_lines = (guint)CLAMP(report_json_member_number(item, "plans_lines", 0), 0, G_MAXINT);
	report_json_each(item, "preconditions", read_precondition, test_case);
	test_case->observation = report_json_read_observation(item);
	report_json_read_evidence(item, test_case);
	report_suite_add_case(data, test_case);
}

/* --- Databases -------------------------------------------------------------------------------- */

static void
read_change(JsonObject *item, void *data)
{
	const char *identity = report_json_member_text(item, "identity");
	const char *class_name = report_json_member_text(item, "class");

	report_migration_add_change(data, read_sign(item), class_name != NULL ? class_name : "object",
	                            identity != NULL ? identity : "", report_json_member_text(item, "text"));
}

static void
read_migration(JsonObject *item, void *data)
{
	const char *name = report_json_member_text(item, "name");
	ReportMigration *migration = report_database_add_migration(data, name != NULL ? name : "",
	                                                           report_json_member_text(item, "file"));

	migration->is_new = report_json_member_bool(item, "new");
	migration->duration = report_json_member_number(item, "duration_us", -1);
	report_json_each(item, "changes", read_change, migration);
}

static void
read_object(JsonObject *item, void *data)
{
	const char *class_name = report_json_member_text(item, "class");
	const char *name = report_json_member_text(item, "name");
	const char *identity = report_json_member_text(item, "identity");
	ReportObject *object = report_database_add_object(
	    data, class_name != NULL ? class_name : "object", report_json_member_text(item, "schema"),
	    report_json_member_text(item, "relation"), name != NULL ? name : "");

	object->sign = read_sign(item);
	object->identity = g_strdup(identity != NULL ? identity : object->name);
	object->definition = g_strdup(report_json_member_text(item, "definition"));
	object->since = g_strdup(report_json_member_text(item, "since"));
	object->comment = g_strdup(report_json_member_text(item, "comment"));
	object->type = g_strdup(report_json_member_text(item, "type"));
	object->initial = g_strdup(report_json_member_text(item, "default"));
	object->nullable = report_json_member_bool(item, "nullable");
	object->position = (int)CLAMP(report_json_member_number(item, "position", 0), 0, G_MAXINT);
	object->columns = report_json_member_texts(item, "columns");
	object->references = g_strdup(report_json_member_text(item, "references"));
}

static void
read_database(JsonObject *item, void *data)
{
	const char *name = report_json_member_text(item, "name");
	const char *tool = report_json_member_text(item, "tool");
	ReportDatabase *database = report_database_new(name != NULL ? name : "", tool != NULL ? tool : "");

	database->base = g_strdup(report_json_member_text(item, "base"));
	report_json_each(item, "migrations", read_migration, database);
	report_json_each(item, "objects", read_object, database);
	report_suite_add_database(data, database);
}

/* --- The whole ------------------------------------------------------------------------------------ */

static void
read_property(JsonObject *item, void *data)
{
	const char *name = report_json_member_text(item, "name");

	report_suite_add_property(data, name != NULL ? name : "", report_json_member_text(item, "value"));
}

static void
read_suite_time(JsonObject *item, void *data)
{
	const char *database = report_json_member_text(item, "database");
	const char *stage = report_json_member_text(item, "stage");

	if (database != NULL && stage != NULL)
		report_suite_add_time(data, database, stage, report_json_member_number(item, "duration_us", 0));
}

static void
read_shard(JsonObject *object, ReportRun *run)
{
	JsonNode *node = json_object_get_member(object, "shard");
	JsonObject *shard = node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;

	if (shard == NULL)
		return;
	run->shard = (guint)CLAMP(report_json_member_number(shard, "number", 0), 0, G_MAXINT);
	run->n_shards = (guint)CLAMP(report_json_member_number(shard, "of", 0), 0, G_MAXINT);
	run->division = g_strdup(report_json_member_text(shard, "division"));
}

static void
read_suite(JsonObject *item, void *data)
{
	const char *name = report_json_member_text(item, "name");
	ReportSuite *suite = report_run_add_suite(data, name != NULL ? name : "",
	                                          report_json_member_text(item, "title"),
	                                          report_json_member_text(item, "file"));

	suite->started = read_time(item, "started");
	suite->duration = report_json_member_number(item, "duration_us", 0);
	report_json_each(item, "properties", read_property, suite);
	report_json_each(item, "times", read_suite_time, suite);
	report_json_read_watched(item, suite);
	report_json_each(item, "databases", read_database, suite);
	report_json_each(item, "cases", read_case, suite);
}

static bool
read_refuse(const char *path, const char *why, GError **error)
{
	return base_error_set(error, BASE_ERROR_INPUT, "name files that \"pgassay run --report json\" has written",
	                      "\"%s\" %s", path, why);
}

static bool
read_check(JsonNode *root, const char *path, GError **error)
{
	JsonObject *object = root != NULL && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;

	if (object == NULL || g_strcmp0(report_json_member_text(object, "format"), "pgassay report") != 0)
		return read_refuse(path, "is no report of pgassay in JSON", error);
	if (report_json_member_number(object, "version", 0) > REPORT_JSON_VERSION)
		return read_refuse(path, "was written by a newer pgassay, which this one cannot read", error);
	return true;
}

ReportRun *
report_json_read(const char *path, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new_immutable();
	g_autoptr(GError) cause = NULL;

	if (!json_parser_load_from_file(parser, path, &cause)) {
		g_autofree char *why = g_strdup_printf("cannot be read: %s", cause->message);
		read_refuse(path, why, error);
		return NULL;
	}
	if (!read_check(json_parser_get_root(parser), path, error))
		return NULL;
	JsonObject *object = json_node_get_object(json_parser_get_root(parser));
	ReportRun *run = report_run_new();
	run->title = g_strdup(report_json_member_text(object, "title"));
	run->base = g_strdup(report_json_member_text(object, "base"));
	run->started = read_time(object, "started");
	run->duration = report_json_member_number(object, "duration_us", 0);
	run->reproduce = report_json_member_texts(object, "reproduce");
	read_shard(object, run);
	report_json_each(object, "suites", read_suite, run);
	return run;
}
