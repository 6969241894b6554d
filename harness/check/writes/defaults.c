/* Columns that have lost their default: an INSERT that leaves them out worked, with a value in them. */
#include "check/writes/private.h"

#include "catalog/diff.h"
#include "catalog/identity.h"
#include "check/workspace/place.h"

#include <string.h>

/* Where the value of a row that says none comes from, in words; NULL: there is none. */
static const char *
writes_defaults_source(const CatalogObject *column)
{
	const char *expression = catalog_object_value(column, "default");

	if (catalog_object_value(column, "identity") != NULL)
		return "an identity";
	return expression != NULL ? expression : catalog_object_value(column, "generated");
}

/* A default cannot stay where a column gets another type that its value does not fit: it is taken away for that. An
 * identity can. */
static bool
writes_defaults_has_other_type(const GPtrArray *statements, const CatalogObject *was, const CatalogObject *column)
{
	g_autoptr(GRegex) types = g_regex_new("\\bALTER\\b[^;]*\\bTYPE\\b", G_REGEX_CASELESS, 0, NULL);

	if (catalog_object_value(was, "identity") != NULL)
		return false;
	for (guint i = 0; i < statements->len; i++) {
		const char *sql = ((const MigrationStatement *)g_ptr_array_index(statements, i))->sql;
		if (check_place_has_word(sql, column->name) && check_place_has_word(sql, column->relation) &&
		    g_regex_match(types, sql, 0, NULL))
			return true;
	}
	return false;
}

/* A migration that takes it away by name means it; but not where it does so only to change the type. */
static bool
writes_defaults_is_meant(const Migration *migration, const CatalogObject *was, const CatalogObject *now)
{
	const GPtrArray *statements = migration->up != NULL ? migration_script_statements(migration->up) : NULL;
	const char *column = now->name;

	if (statements == NULL || writes_defaults_has_other_type(statements, was, now))
		return false;
	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		if (check_place_has_word(statement->sql, "DROP") && check_place_has_word(statement->sql, column) &&
		    (check_place_has_word(statement->sql, "DEFAULT") ||
		     check_place_has_word(statement->sql, "IDENTITY")))
			return true;
	}
	return false;
}

/* True if a trigger may set the column. */
static bool
writes_defaults_has_trigger(const CatalogSnapshot *catalog, const CatalogObject *column)
{
	guint n = 0;
	guint first = catalog_snapshot_range(catalog, CATALOG_TRIGGER, column->schema, column->relation, &n);

	for (guint i = first; i < first + n; i++) {
		const CatalogObject *trigger = catalog_snapshot_object(catalog, i);
		const char *events = catalog_object_value(trigger, "events");
		if (g_strcmp0(catalog_object_value(trigger, "timing"), "before") == 0 && events != NULL &&
		    strstr(events, "insert") != NULL)
			return true;
	}
	return false;
}

static void
writes_defaults_report(WritesJudgement *judgement, const CatalogObject *was, const CatalogObject *column)
{
	const Migration *migration = judgement->step->migration;
	bool refused = g_strcmp0(catalog_object_value(column, "nullable"), "false") == 0;
	g_autofree char *relation = catalog_identity_join(column->schema, NULL, column->relation);
	g_autofree char *what = g_strdup_printf(
	    "an INSERT into \"%s\" that leaves \"%s\" out %s: the column has lost its default", relation, column->name,
	    refused ? "fails" : "puts NULL there");
	g_autofree char *summary = g_strdup_printf("after \"%s\" %s", migration->name, what);
	g_autofree char *details = g_strdup_printf(
	    "%s\nbefore the migration the value came from %s\nhint: give the column its default again in the same "
	    "migration (ALTER TABLE %s ALTER %s SET DEFAULT ..., or ADD GENERATED ... AS IDENTITY); or take it away by "
	    "name (DROP DEFAULT) without another type, or say under \"changes\" why it is wanted",
	    what, writes_defaults_source(was), relation, column->name);
	const char *const words[] = { column->name, column->relation, NULL };

	if (judgement->findings.n == 0)
		judgement->position = check_place_find(migration->up, words);
	check_findings_add(&judgement->findings, summary, details);
}

void
check_writes_judge_defaults(WritesJudgement *judgement)
{
	const CheckWritesStep *step = judgement->step;

	if (step->before == NULL || step->migration == NULL)
		return;
	g_autoptr(GArray) differences = catalog_diff(step->before, step->after, NULL);
	for (guint i = 0; i < differences->len; i++) {
		const CatalogDifference *difference = &g_array_index(differences, CatalogDifference, i);
		const CatalogObject *was = difference->expected;
		const CatalogObject *column = difference->found;
		if (was == NULL || column == NULL || column->class_id != CATALOG_COLUMN ||
		    g_strcmp0(catalog_object_value(was, "nullable"), "false") != 0)
			continue;
		if (writes_defaults_source(was) != NULL && writes_defaults_source(column) == NULL &&
		    !writes_defaults_is_meant(step->migration, was, column) &&
		    !writes_defaults_has_trigger(step->after, column))
			writes_defaults_report(judgement, was, column);
	}
}
