/* A database as reports show it. */
#include "run/stage/described.h"

#include "catalog/diff.h"
#include "catalog/list.h"
#include "check/noted.h"

#include <stdlib.h>
#include <string.h>

/* Maximum bytes of a view's text and of similar definitions. */
#define DESCRIBED_DEFINITION_MAX 2000

struct RunDescribed {
	const RunJob *job;
	ReportDatabase *database;
	CatalogSnapshot *first;
	CatalogSnapshot *last;
	GHashTable *since; /* "class identity" -> name of the migration, which the set owns */
};

static char *
described_key(const char *class_name, const char *identity)
{
	return g_strdup_printf("%s %s", class_name, identity);
}

RunDescribed *
run_described_new(const RunJob *job, CatalogSnapshot *first)
{
	RunDescribed *described = g_new0(RunDescribed, 1);
	const RunBase *base = job->base;

	described->job = job;
	described->database = report_database_new(job->database->name, migration_set_format_title(job->set));
	described->database->base = g_strdup(base != NULL ? base->label : NULL);
	described->first = catalog_snapshot_ref(first);
	described->last = catalog_snapshot_ref(first);
	described->since = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < job->set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(job->set->migrations, i);
		ReportMigration *added = report_database_add_migration(described->database, migration->name,
		                                                       migration_script_position(migration->up).path);
		added->is_new = base != NULL && run_base_find(base, migration->name) == NULL;
	}
	return described;
}

void
run_described_free(RunDescribed *described)
{
	if (described == NULL)
		return;
	report_database_free(described->database);
	catalog_snapshot_unref(described->first);
	catalog_snapshot_unref(described->last);
	g_hash_table_unref(described->since);
	g_free(described);
}

static ReportChangeSign
described_sign(const CatalogDifference *difference)
{
	switch (difference->kind) {
	case CATALOG_MISSING:
		return REPORT_REMOVED;
	case CATALOG_UNEXPECTED:
		return REPORT_ADDED;
	case CATALOG_CHANGED:
	default:
		return REPORT_CHANGED;
	}
}

/* "default was 1, is 2", out of the words of the difference. */
static char *
described_change_text(const CatalogDifference *difference)
{
	g_autofree char *text = catalog_difference_describe(difference);
	const char *colon = strstr(text, "\": ");

	return g_strdup(colon != NULL ? colon + strlen("\": ") : text);
}

static const CatalogObject *
described_object(const CatalogDifference *difference)
{
	return difference->found != NULL ? difference->found : difference->expected;
}

void
run_described_add(RunDescribed *described, const Migration *migration, gint64 duration, CatalogSnapshot *after)
{
	ReportMigration *report = (ReportMigration *)report_database_migration(described->database, migration->name);
	const CatalogDiffOptions options = { .ignore_column_position = true };
	g_autoptr(GArray) differences = catalog_diff(described->last, after, &options);

	report->duration = duration;
	for (guint i = 0; i < differences->len; i++) {
		const CatalogDifference *difference = &g_array_index(differences, CatalogDifference, i);
		const CatalogObject *object = described_object(difference);
		const char *class_name = catalog_class(object->class_id)->name;
		g_autofree char *text = difference->kind == CATALOG_CHANGED ? described_change_text(difference) : NULL;
		report_migration_add_change(report, described_sign(difference), class_name, object->identity, text);
		g_hash_table_replace(described->since, described_key(class_name, object->identity), migration->name);
	}
	catalog_snapshot_unref(described->last);
	described->last = catalog_snapshot_ref(after);
}

/* --- The schema ------------------------------------------------------------------- */

/* The part of the statement after the name: "UNIQUE (a, b)", "FOR SELECT USING (...)". */
static char *
described_definition(const CatalogObject *object, const CatalogSnapshot *snapshot)
{
	g_autofree char *statement = check_note_statement(object, snapshot);
	static const char *const marks[] = { " ADD CONSTRAINT ", " ON ", NULL };
	const char *rest = statement;

	for (const char *const *mark = marks; rest != NULL && rest == statement && *mark != NULL; mark++) {
		const char *found = object->relation != NULL ? strstr(statement, *mark) : NULL;
		const char *end = found != NULL ? strchr(found + strlen(*mark), ' ') : NULL;
		rest = end != NULL ? end + 1 : rest;
	}
	if (rest == NULL)
		return NULL;
	bool unique = object->class_id == CATALOG_INDEX && g_str_has_prefix(statement, "CREATE UNIQUE ");
	g_autofree char *text = g_strconcat(unique ? "UNIQUE " : "", rest, NULL);
	if (strlen(text) <= DESCRIBED_DEFINITION_MAX)
		return g_steal_pointer(&text);
	g_autofree char *cut = g_utf8_substring(text, 0, g_utf8_strlen(text, DESCRIBED_DEFINITION_MAX) - 1);
	return g_strconcat(cut, " ...", NULL);
}

static char *
described_initial(const CatalogObject *column)
{
	const char *identity = catalog_object_value(column, "identity");
	const char *generated = catalog_object_value(column, "generated");

	if (identity != NULL)
		return g_strdup_printf("identity, %s", identity);
	if (generated != NULL)
		return g_strdup_printf("= %s", generated);
	return g_strdup(catalog_object_value(column, "default"));
}

static void
described_fill(ReportObject *report, const CatalogObject *object, const CatalogSnapshot *snapshot)
{
	const char *columns = catalog_object_value(object, "columns");
	const char *references = catalog_object_value(object, "references");

	report->comment = g_strdup(catalog_object_value(object, "comment"));
	if (object->class_id == CATALOG_COLUMN) {
		report->type = g_strdup(catalog_object_value(object, "type"));
		report->nullable = g_strcmp0(catalog_object_value(object, "nullable"), "true") == 0;
		report->initial = described_initial(object);
		const char *position = catalog_object_value(object, "position");
		report->position = position != NULL ? atoi(position) : 0;
	} else if (object->class_id == CATALOG_FUNCTION) {
		const char *returns = catalog_object_value(object, "returns");
		const char *language = catalog_object_value(object, "language");
		report->definition = g_strdup_printf("RETURNS %s LANGUAGE %s", returns != NULL ? returns : "nothing",
		                                     language != NULL ? language : "none");
	} else if (object->class_id != CATALOG_TABLE) {
		report->definition = described_definition(object, snapshot);
	}
	if (object->relation != NULL && columns != NULL && *columns == '[')
		report->columns = catalog_list_parse(columns);
	if (references != NULL)
		report->references = g_strndup(references, (gsize)(strchr(references, '(') - references));
}

/* The migration that has changed the object last, or made the table that it is of. */
static const char *
described_since(const RunDescribed *described, const CatalogObject *object, const char *class_name)
{
	g_autofree char *key = described_key(class_name, object->identity);
	const char *since = g_hash_table_lookup(described->since, key);

	if (since != NULL)
		return since;
	const CatalogObject *owner = catalog_diff_find_owner(described->last, object);
	return owner != NULL ? described_since(described, owner, catalog_class(owner->class_id)->name) : NULL;
}

static void
described_add_object(RunDescribed *described, const CatalogObject *object, const CatalogSnapshot *snapshot,
                     ReportChangeSign sign)
{
	const char *class_name = catalog_class(object->class_id)->name;
	ReportObject *report = report_database_add_object(described->database, class_name, object->schema,
	                                                  object->relation, object->name);

	report->identity = g_strdup(object->identity);
	report->sign = sign;
	report->since = g_strdup(described_since(described, object, class_name));
	described_fill(report, object, snapshot);
}

/* The changes of all new migrations together; without a base nothing is new. *ret_signs: CatalogObject * -> sign. */
static GArray *
described_compare(const RunDescribed *described, GHashTable *signs)
{
	const CatalogDiffOptions options = { .ignore_column_position = true };
	GArray *differences = catalog_diff(described->first, described->last, &options);

	if (described->job->base == NULL)
		g_array_set_size(differences, 0);
	for (guint i = 0; i < differences->len; i++) {
		const CatalogDifference *difference = &g_array_index(differences, CatalogDifference, i);
		if (difference->found != NULL)
			g_hash_table_insert(signs, (gpointer)difference->found,
			                    GINT_TO_POINTER(described_sign(difference)));
	}
	return differences;
}

ReportDatabase *
run_described_end(RunDescribed *described)
{
	g_autoptr(GHashTable) signs = g_hash_table_new(NULL, NULL);
	g_autoptr(GArray) differences = described_compare(described, signs);

	for (guint i = 0; i < catalog_snapshot_size(described->last); i++) {
		const CatalogObject *object = catalog_snapshot_object(described->last, i);
		int sign = GPOINTER_TO_INT(g_hash_table_lookup(signs, object));
		described_add_object(described, object, described->last,
		                     sign != 0 ? (ReportChangeSign)sign : REPORT_SAME);
	}
	for (guint i = 0; i < differences->len; i++) {
		const CatalogDifference *difference = &g_array_index(differences, CatalogDifference, i);
		if (difference->kind == CATALOG_MISSING)
			described_add_object(described, difference->expected, described->first, REPORT_REMOVED);
	}
	return g_steal_pointer(&described->database);
}
