/* A DELETE that worked with referencing rows, and that a changed foreign key refuses now. */
#include "check/writes/private.h"

#include "catalog/diff.h"
#include "catalog/identity.h"
#include "catalog/list.h"
#include "check/workspace/place.h"

#include <string.h>

/* The action of the key on referencing rows: "cascade", "set null", "set default"; NULL: it refuses the DELETE. */
static const char *
writes_keys_action(const CatalogObject *key)
{
	const char *action = catalog_object_value(key, "on_delete");

	return action == NULL || strcmp(action, "no action") == 0 || strcmp(action, "restrict") == 0 ? NULL : action;
}

/* The key of the same columns to the same ones, by whatever name; or NULL. */
static const CatalogObject *
writes_keys_find_like(const CatalogSnapshot *catalog, const CatalogObject *key)
{
	guint n = 0;
	guint first = catalog_snapshot_range(catalog, CATALOG_FOREIGN_KEY, key->schema, key->relation, &n);

	for (guint i = first; i < first + n; i++) {
		const CatalogObject *other = catalog_snapshot_object(catalog, i);
		if (g_strcmp0(catalog_object_value(other, "columns"), catalog_object_value(key, "columns")) == 0 &&
		    g_strcmp0(catalog_object_value(other, "references"), catalog_object_value(key, "references")) == 0)
			return other;
	}
	return NULL;
}

/* The first of its columns that it sets to NULL and that takes none; or NULL. The caller frees it. */
static char *
writes_keys_find_contradiction(const CatalogSnapshot *catalog, const CatalogObject *key)
{
	const char *list = catalog_object_value(key, "on_delete_columns");
	g_auto(GStrv) columns = NULL;

	if (g_strcmp0(writes_keys_action(key), "set null") != 0)
		return NULL;
	columns = catalog_list_parse(list != NULL ? list : catalog_object_value(key, "columns"));
	for (guint i = 0; columns != NULL && columns[i] != NULL; i++) {
		const CatalogObject *column = catalog_snapshot_find(catalog, CATALOG_COLUMN, key->schema, key->relation,
		                                                    columns[i]);
		if (column != NULL && g_strcmp0(catalog_object_value(column, "nullable"), "false") == 0)
			return g_strdup(columns[i]);
	}
	return NULL;
}

static void
writes_keys_report(WritesJudgement *judgement, const CatalogObject *key, const char *why)
{
	const char *references = catalog_object_value(key, "references");
	const Migration *migration = judgement->step->migration;
	g_autofree char *target = g_strndup(references, strcspn(references, "("));
	g_autofree char *relation = catalog_identity_join(key->schema, NULL, key->relation);
	g_autofree char *what = g_strdup_printf(
	    "a DELETE from \"%s\" fails where rows of \"%s\" point to it: foreign key "
	    "\"%s\" %s",
	    target, relation, key->name, why);
	g_autofree char *summary = g_strdup_printf("after \"%s\" %s", migration->name, what);
	g_autofree char *details = g_strdup_printf("%s\nbefore the migration it worked\nhint: give the foreign key the "
	                                           "ON DELETE that the application counts on, "
	                                           "or say under \"changes\" why it is wanted",
	                                           what);
	const char *const words[] = { key->name, key->relation, NULL };
	g_autofree char *seen = g_strdup_printf("a DELETE from \"%s\"", target);

	/* A trial has shown it. */
	if (judgement->findings.all != NULL && strstr(judgement->findings.all->str, seen) != NULL)
		return;
	if (judgement->findings.n == 0)
		judgement->position = check_place_find(migration->up, words);
	check_findings_add(&judgement->findings, summary, details);
}

static void
writes_keys_judge(WritesJudgement *judgement, const CatalogObject *key)
{
	const CatalogSnapshot *after = judgement->step->after;
	const CatalogObject *was = writes_keys_find_like(judgement->step->before, key);
	const char *did = was != NULL ? writes_keys_action(was) : NULL;

	if (did == NULL)
		return;
	if (writes_keys_action(key) == NULL) {
		g_autofree char *upper = g_ascii_strup(did, -1);
		g_autofree char *why = g_strdup_printf("was ON DELETE %s, and refuses it now", upper);
		writes_keys_report(judgement, key, why);
		return;
	}
	g_autofree char *column = writes_keys_find_contradiction(after, key);
	g_autofree char *before = writes_keys_find_contradiction(judgement->step->before, was);
	if (column == NULL || before != NULL)
		return;
	g_autofree char *why = g_strdup_printf("sets \"%s\" to NULL, and the column takes none now", column);
	writes_keys_report(judgement, key, why);
}

/* The keys of a table of which a column takes no NULL any more. */
static void
writes_keys_judge_column(WritesJudgement *judgement, const CatalogObject *column, GHashTable *seen)
{
	guint n = 0;
	guint first = catalog_snapshot_range(judgement->step->after, CATALOG_FOREIGN_KEY, column->schema,
	                                     column->relation, &n);

	for (guint i = first; i < first + n; i++) {
		const CatalogObject *key = catalog_snapshot_object(judgement->step->after, i);
		if (g_hash_table_add(seen, (gpointer)key))
			writes_keys_judge(judgement, key);
	}
}

void
check_writes_judge_keys(WritesJudgement *judgement)
{
	const CheckWritesStep *step = judgement->step;
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

	if (step->before == NULL || step->migration == NULL)
		return;
	g_autoptr(GArray) differences = catalog_diff(step->before, step->after, NULL);
	for (guint i = 0; i < differences->len; i++) {
		const CatalogDifference *difference = &g_array_index(differences, CatalogDifference, i);
		const CatalogObject *found = difference->found;
		if (found == NULL)
			continue;
		if (found->class_id == CATALOG_FOREIGN_KEY && g_hash_table_add(seen, (gpointer)found))
			writes_keys_judge(judgement, found);
		else if (found->class_id == CATALOG_COLUMN && difference->expected != NULL)
			writes_keys_judge_column(judgement, found, seen);
	}
}
