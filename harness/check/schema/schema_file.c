#include "check/schema/schema_file.h"

#include "catalog/diff.h"
#include "check/findings.h"
#include "check/schema/differences.h"
#include "migration/schema/schema_index.h"

#include <string.h>

/* --- Building ---------------------------------------------------------------- */

CatalogSnapshot *
check_schema_file_build(const MigrationSchemaFile *file, ScratchServer *server, const MigrationStandIns *stand_ins,
                        const CatalogExclusions *exclusions, MigrationOutcome *ret_outcome, GError **error)
{
	ScratchDatabase *database = scratch_database_create(server, "schema file", NULL, error);
	CatalogSnapshot *snapshot = NULL;

	if (database == NULL)
		return NULL;
	DbSession *session = scratch_database_connect(database, DB_SESSION_MIGRATION, error);
	if (session != NULL && migration_schema_file_run(file, session, stand_ins, ret_outcome, error) &&
	    !ret_outcome->failed)
		snapshot = catalog_snapshot_read(session, exclusions, error);
	db_session_close(session);
	scratch_database_drop(database, false);
	return snapshot;
}

/* --- Cases ------------------------------------------------------------------- */

typedef struct {
	const CheckSchemaFile *check;
	const CatalogSnapshot *expected; /* of the file */
	const CatalogSnapshot *found;    /* of the migrations */
	MigrationSchemaIndex *index;
} Work;

static const char *
path_of(const CheckSchemaFile *check)
{
	return base_source_path(migration_script_source(check->file->script));
}

static const char *
schema_schema_file_hint_for(const MigrationOutcome *outcome)
{
	return g_str_has_prefix(outcome->message, "role ")
	           ? "\nhint: roles belong to the server: name it under \"server: roles:\" in the suite, or dump with "
	             "--no-owner --no-privileges"
	           : "";
}

static void
report_file(const CheckSchemaFile *check, const MigrationOutcome *outcome)
{
	SourcePosition position = { .path = migration_script_position(check->file->script).path };
	ReportCase *test_case = check_case_new(check->context, "expect", path_of(check), position);
	g_autoptr(GString) notes = g_string_new(NULL);

	for (guint i = 0; check->exclusions->tables != NULL && check->exclusions->tables[i] != NULL; i++)
		g_string_append_printf(notes, "left out on both sides: %s, the history table\n",
		                       check->exclusions->tables[i]);
	for (guint i = 0; i < check->file->left_out->len; i++)
		g_string_append_printf(notes, "not run, because it is about the server: %s\n",
		                       (const char *)g_ptr_array_index(check->file->left_out, i));
	if (notes->len > 0)
		report_case_note(test_case, "%s", notes->str);
	test_case->output = g_strdup(outcome->notices);
	test_case->duration = outcome->duration;
	if (outcome->failed) {
		report_case_set(test_case, REPORT_ERRORED, "%s\n%s%s", outcome->message, outcome->details,
		                schema_schema_file_hint_for(outcome));
		test_case->position = outcome->position;
	}
	check_case_report(check->context, test_case);
}

/* The place in the file, or of the file. */
static SourcePosition
schema_schema_file_place(const Work *work, const CatalogObject *object)
{
	return migration_schema_index_find(work->index, object->relation, object->name);
}

/* Describes a difference in one line: the object, its position in the file, the result of the migrations. */
static char *
schema_schema_file_describe(const Work *work, const CatalogDifference *difference)
{
	const CatalogObject *object = difference->expected != NULL ? difference->expected : difference->found;
	g_autofree char *where = base_position_format(schema_schema_file_place(work, object));
	const char *class_name = catalog_class(object->class_id)->name;

	switch (difference->kind) {
	case CATALOG_MISSING:
		return g_strdup_printf("%s \"%s\" is missing: %s has it, the migrations do not", class_name,
		                       object->identity, where);
	case CATALOG_UNEXPECTED:
		return g_strdup_printf("%s \"%s\" is unexpected: the migrations have it, %s does not", class_name,
		                       object->identity, path_of(work->check));
	case CATALOG_CHANGED:
	default:
		break;
	}
	const CatalogAttribute *expected = difference->expected_attribute;
	const CatalogAttribute *found = difference->found_attribute;
	g_autofree char *was = catalog_quote_value(expected);
	g_autofree char *is = catalog_quote_value(found);

	return g_strdup_printf("%s \"%s\": %s is %s, expected %s (%s)", class_name, object->identity,
	                       expected != NULL ? expected->name : found->name, is, was, where);
}

/* One that the suite leaves out, because the dump was made without. */
static bool
schema_file_ignores(const Work *work, const CatalogDifference *difference)
{
	guint ignored = work->check->context->suite_database->ignored_attributes;
	const CatalogObject *object = difference->expected != NULL ? difference->expected : difference->found;
	const CatalogAttribute *attribute = difference->expected_attribute != NULL ? difference->expected_attribute
	                                                                           : difference->found_attribute;

	if (difference->kind != CATALOG_CHANGED)
		return object->class_id == CATALOG_DEFAULT_PRIVILEGE && (ignored & SUITE_IGNORE_PRIVILEGES) != 0;
	return ((ignored & SUITE_IGNORE_PRIVILEGES) != 0 && strcmp(attribute->name, "privileges") == 0) ||
	       ((ignored & SUITE_IGNORE_OWNERS) != 0 && strcmp(attribute->name, "owner") == 0) ||
	       ((ignored & SUITE_IGNORE_COMMENTS) != 0 && strcmp(attribute->name, "comment") == 0);
}

/* True when nothing but privileges differs: the usual sign of a dump without them. */
static bool
schema_file_only_privileges(const GPtrArray *differences)
{
	for (guint i = 0; i < differences->len; i++) {
		const CatalogDifference *difference = g_ptr_array_index(differences, i);
		if (difference->expected_attribute != NULL || difference->found_attribute == NULL ||
		    strcmp(difference->found_attribute->name, "privileges") != 0)
			return false;
	}
	return differences->len > 0;
}

static void
schema_schema_file_report_object(const CheckDifferencesGroup *group, void *data)
{
	const Work *work = data;
	SourcePosition position = schema_schema_file_place(work, group->object);
	ReportCase *test_case = check_case_new(work->check->context, "expect", group->title, position);
	g_autoptr(GPtrArray) differences = g_ptr_array_new();
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < group->differences->len; i++)
		if (!schema_file_ignores(work, g_ptr_array_index(group->differences, i)))
			g_ptr_array_add(differences, g_ptr_array_index(group->differences, i));
	guint shown = MIN(differences->len, CHECK_DIFFERENCES_SHOWN);
	for (guint i = 0; i < shown; i++) {
		g_autofree char *line = schema_schema_file_describe(work, g_ptr_array_index(differences, i));
		g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "", line);
	}
	if (shown < differences->len)
		g_string_append_printf(text, "\n... and %u more", differences->len - shown);
	if (schema_file_only_privileges(differences))
		g_string_append(text,
		                "\nhint: if the file was dumped with --no-privileges, say \"ignore: [privileges]\"");
	if (shown > 0) {
		const CatalogDifference *first = g_ptr_array_index(differences, 0);
		test_case->position = schema_schema_file_place(work, first->expected != NULL ? first->expected
		                                                                             : first->found);
		report_case_set(test_case, REPORT_FAILED, "%s", text->str);
	}
	if (group->order != NULL)
		report_case_note(test_case, "the order of columns differs:\n%s", group->order);
	check_case_report(work->check->context, test_case);
}

bool
check_schema_file_run(const CheckSchemaFile *check, GError **error)
{
	const CheckContext *context = check->context;
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(CatalogSnapshot) expected = check_schema_file_build(check->file, context->server, check->stand_ins,
	                                                              check->exclusions, &outcome, error);

	if (expected == NULL && !outcome.failed)
		return false;
	report_file(check, &outcome);
	if (expected == NULL)
		return true;
	g_autoptr(MigrationSchemaIndex) index = migration_schema_index_new(check->file);
	Work work = { check, expected, context->snapshot, index };
	const CatalogDiffOptions options = { .ignore_column_position = !check->strict_column_order };
	check_differences_by_object(expected, context->snapshot, &options, schema_schema_file_report_object, &work);
	return true;
}
