/* Chooses the writes to try. */
#include "check/writes/private.h"

#include "catalog/identity.h"
#include "catalog/list.h"
#include "check/workspace/place.h"

#include <string.h>

/* Part of the input of sql/writes.sql, as JSON. */
typedef struct {
	GString *names;   /* pairs of schema and name */
	GString *waiting; /* schema, name, action */
	GHashTable *rows; /* identities of tables whose rows have changed */
	bool code;        /* what code does may be different */
	bool all;
} WritesSubject;

static void
writes_add_name(GString *names, const char *schema, const char *name)
{
	const char *const pair[] = { schema, name, NULL };
	g_autofree char *json = catalog_list_format(pair);

	g_string_append_printf(names, "%s%s", names->len > 0 ? "," : "", json);
}

static void
writes_add_identity(GString *names, const char *identity)
{
	g_auto(GStrv) parts = catalog_identity_split(identity);

	if (parts != NULL && g_strv_length(parts) >= 2)
		writes_add_name(names, parts[0], parts[1]);
}

/* A difference that is a whole schema stands for all that is in it. */
static void
writes_add_schema(WritesSubject *subject, const CatalogSnapshot *after, const char *schema)
{
	static const CatalogClassId classes[] = { CATALOG_TABLE, CATALOG_VIEW };

	for (guint i = 0; i < G_N_ELEMENTS(classes); i++) {
		guint n = 0;
		guint first = catalog_snapshot_range(after, classes[i], schema, NULL, &n);
		for (guint j = first; j < first + n; j++)
			writes_add_name(subject->names, schema, catalog_snapshot_object(after, j)->name);
	}
}

static void
writes_add_difference(WritesSubject *subject, const CatalogSnapshot *after, const CatalogDifference *difference)
{
	const CatalogObject *object = difference->found != NULL ? difference->found : difference->expected;
	const CatalogAttribute *owner = catalog_object_attribute(object, "owned_by");

	if (object->class_id == CATALOG_SCHEMA && difference->kind == CATALOG_UNEXPECTED)
		writes_add_schema(subject, after, object->name);
	else if (object->class_id == CATALOG_TABLE || object->class_id == CATALOG_VIEW)
		writes_add_name(subject->names, object->schema, object->name);
	else if (object->relation != NULL)
		writes_add_name(subject->names, object->schema, object->relation);
	else if (object->class_id == CATALOG_SEQUENCE && owner != NULL)
		writes_add_identity(subject->names, owner->value);
	/* A publication wants a replica identity of every table that it has, and who may use a schema is for all of it.
	 */
	subject->all |= object->class_id == CATALOG_PUBLICATION ||
	                (object->class_id == CATALOG_SCHEMA && difference->kind != CATALOG_UNEXPECTED);
	subject->code |= check_affected_is_change(after, difference);
}

static void
writes_add_rows(WritesSubject *subject, const RowsState *before, const RowsState *after)
{
	g_autoptr(GPtrArray) changes = rows_state_compare(before, after);

	for (guint i = 0; i < changes->len; i++) {
		const char *table = ((const RowsDifference *)g_ptr_array_index(changes, i))->table;
		writes_add_identity(subject->names, table);
		g_hash_table_add(subject->rows, g_strdup(table));
	}
}

/* Whether the statement sets a sequence to another number. A plain one above 1 counts on the rows that the author
 * knows. */
static bool
writes_sets_sequence(const char *sql)
{
	static const char plain[] =
	    "\\b(?:RESTART\\s+(?:WITH\\s+)?(?:[2-9]|1[0-9])|SETVAL\\s*\\(.*?,\\s*(?:[2-9]|1[0-9])[0-9]*"
	    "\\s*(?:,\\s*(?:true|false)\\s*)?\\))";

	return (check_place_has_word(sql, "RESTART") || check_place_has_word(sql, "SETVAL")) &&
	       !g_regex_match_simple(plain, sql, G_REGEX_CASELESS | G_REGEX_DOTALL | G_REGEX_RAW, 0);
}

/* Tables whose sequence the script sets: no catalog shows that. */
static void
writes_add_set_sequences(WritesSubject *subject, const CatalogSnapshot *after, const MigrationScript *script)
{
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = 0; i < statements->len; i++) {
		const char *sql = ((const MigrationStatement *)g_ptr_array_index(statements, i))->sql;
		bool sets = writes_sets_sequence(sql);
		for (guint j = 0; sets && j < catalog_snapshot_size(after); j++) {
			const CatalogObject *object = catalog_snapshot_object(after, j);
			const char *owner = object->class_id == CATALOG_SEQUENCE
			                        ? catalog_object_value(object, "owned_by")
			                        : NULL;
			g_auto(GStrv) parts = owner != NULL ? catalog_identity_split(owner) : NULL;
			if (parts != NULL && parts[1] != NULL &&
			    (strstr(sql, object->name) != NULL || strstr(sql, parts[1]) != NULL))
				writes_add_name(subject->names, parts[0], parts[1]);
		}
	}
}

static void
writes_add_waiting(WritesSubject *subject, const CatalogObject *object, const char *action)
{
	const char *const triple[] = { object->schema, object->name, action, NULL };
	g_autofree char *json = catalog_list_format(triple);

	g_string_append_printf(subject->waiting, "%s%s", subject->waiting->len > 0 ? "," : "", json);
}

/* Adds relations with code that the changes affect. A write that failed when it was last tried is tried again. */
static void
writes_add_affected(const CheckWrites *writes, WritesSubject *subject, const CheckAffected *affected)
{
	GHashTableIter iter;
	gpointer key;
	gpointer value;

	g_hash_table_iter_init(&iter, affected->relations);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		const CatalogObject *object = key;
		guint work = GPOINTER_TO_UINT(value);
		if (work == CHECK_AFFECTED_ALL || g_hash_table_contains(writes->refused, object->identity))
			writes_add_name(subject->names, object->schema, object->name);
		else if (work != CHECK_AFFECTED_NOT)
			writes_add_waiting(subject, object, work == CHECK_AFFECTED_BY_KEYS ? "" : "DELETE");
	}
}

static void
writes_append_exclusions(GString *json, const CatalogExclusions *exclusions)
{
	g_autoptr(GString) tables = g_string_new(NULL);

	if (exclusions == NULL)
		return;
	for (guint i = 0; exclusions->tables != NULL && exclusions->tables[i] != NULL; i++)
		writes_add_identity(tables, exclusions->tables[i]);
	g_string_append_printf(json, ", \"not\": [%s]", tables->str);
	if (exclusions->schemas != NULL) {
		g_autofree char *schemas = catalog_list_format(exclusions->schemas);
		g_string_append_printf(json, ", \"schemas\": %s", schemas);
	}
}

/* Appends the functions to call; none if there are no functions. */
static void
writes_append_functions(GString *json, const CheckWritesStep *step, const CheckAffected *affected)
{
	if (step->before == NULL && step->only == NULL) {
		g_string_append(json, ", \"words\": [\"\"]");
		return;
	}
	if (step->before != NULL && !check_functions_are_there(step->after, "plpgsql", "sql"))
		return;
	g_autofree char *chosen = check_functions_choose(step->before, step->after, affected, affected->functions);
	if (chosen != NULL)
		g_string_append_printf(json, ", %s", chosen);
}

static void
writes_append_roles(GString *json, GHashTable *roles)
{
	g_autofree gpointer *names = g_hash_table_get_keys_as_array(roles, NULL);
	g_autofree char *list = catalog_list_format((const char *const *)names);

	g_string_append_printf(json, ", \"roles\": %s", list);
}

static char *
writes_format(const CheckWrites *writes, const CheckWritesStep *step, const WritesSubject *subject,
              const CheckAffected *affected)
{
	GString *json = g_string_new(NULL);

	g_string_append_printf(json, "{\"all\": %s, \"code\": %s, \"names\": [%s], \"waiting\": [%s], \"simple\": %s",
	                       subject->all ? "true" : "false", affected->anything ? "true" : "false",
	                       subject->names->str, subject->waiting->str,
	                       affected->keys_are_simple ? "true" : "false");
	writes_append_functions(json, step, affected);
	writes_append_roles(json, writes->roles);
	writes_append_exclusions(json, step->workspace->exclusions);
	g_string_append_c(json, '}');
	return g_string_free(json, FALSE);
}

/* Finds the objects of the differences between the two catalogs and between their rows. */
static void
writes_find_subject(const CheckWrites *writes, const CheckWritesStep *step, WritesSubject *subject,
                    CheckAffected *affected)
{
	g_autoptr(GArray) differences = catalog_diff(step->before, step->after, NULL);

	for (guint i = 0; i < differences->len; i++)
		writes_add_difference(subject, step->after, &g_array_index(differences, CatalogDifference, i));
	writes_add_rows(subject, step->rows_before, step->rows_after);
	if (step->migration != NULL)
		writes_add_set_sequences(subject, step->after, step->migration->up);
	if (!subject->code)
		g_hash_table_remove_all(subject->rows);
	if (subject->all || subject->code || subject->names->len > 0)
		check_affected_find(step->after, differences, subject->rows, affected);
	if (subject->code && !affected->anything)
		writes_add_affected(writes, subject, affected);
}

/* What the caller has chosen. */
static void
writes_take_chosen(const GPtrArray *only, WritesSubject *subject, CheckAffected *affected)
{
	affected->functions = g_ptr_array_new();
	for (guint i = 0; i < only->len; i++) {
		const CatalogObject *object = g_ptr_array_index(only, i);
		if (object->class_id == CATALOG_TABLE || object->class_id == CATALOG_VIEW)
			writes_add_name(subject->names, object->schema, object->name);
		else if (object->class_id == CATALOG_FUNCTION)
			g_ptr_array_add(affected->functions, (gpointer)object);
	}
}

char *
check_writes_choose(const CheckWrites *writes, const CheckWritesStep *step, CheckAffected *ret_affected)
{
	WritesSubject subject = { .names = g_string_new(NULL),
		                  .waiting = g_string_new(NULL),
		                  .rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		                  .all = step->before == NULL && step->only == NULL };
	char *json = NULL;

	if (step->before != NULL)
		writes_find_subject(writes, step, &subject, ret_affected);
	else if (step->only != NULL)
		writes_take_chosen(step->only, &subject, ret_affected);
	bool functions = step->only != NULL && ret_affected->functions->len > 0;
	if (subject.all || subject.code || subject.names->len > 0 || functions)
		json = writes_format(writes, step, &subject, ret_affected);
	g_string_free(subject.names, TRUE);
	g_string_free(subject.waiting, TRUE);
	g_hash_table_unref(subject.rows);
	return json;
}
