#include "check/proof/unnamed.h"

#include "catalog/identity.h"
#include "catalog/list.h"
#include "check/proof/key_gone.h"
#include "check/proof/partitions.h"
#include "check/proof/remade.h"
#include "check/workspace/place.h"
#include "migration/text/statement.h"

#include <string.h>

/* One call. */
typedef struct {
	const CheckAfter *before;
	const CheckAfter *after;
	const MigrationScript *script;
	bool cascades;   /* a statement drops something with CASCADE */
	bool drops;      /* a statement drops something */
	bool partitions; /* a statement is about partitions */
	GPtrArray *found;
} UnnamedSearch;

static void
unnamed_free(gpointer data)
{
	CheckUnnamed *unnamed = data;

	g_free(unnamed->text);
	g_free(unnamed->hint);
	g_free(unnamed->word);
	g_free(unnamed);
}

static bool
unnamed_script_names(const UnnamedSearch *search, const char *name)
{
	const char *const words[] = { name, NULL };

	return check_place_find_statement(search->script, words) != NULL;
}

/* A column has a name that other objects have, too, and a trigger often that of its function: the statement has to name
 * the table as well. */
static bool
unnamed_script_names_part(const UnnamedSearch *search, const CatalogObject *part)
{
	const GPtrArray *statements = migration_script_statements(search->script);

	if (part->class_id != CATALOG_COLUMN && part->class_id != CATALOG_TRIGGER)
		return unnamed_script_names(search, part->name);
	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		if (check_place_has_word(statement->sql, part->name) &&
		    check_place_has_word(statement->sql, part->relation))
			return true;
	}
	return false;
}

static bool
unnamed_script_cascades(const MigrationScript *script)
{
	const GPtrArray *statements = migration_script_statements(script);
	g_autoptr(GRegex) drops = g_regex_new("\\bDROP\\b[^;]*\\bCASCADE\\b", G_REGEX_CASELESS, 0, NULL);

	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		g_autofree char *first = migration_statement_key_words(statement->sql, 1);
		if ((strcmp(first, "DROP") == 0 || strcmp(first, "ALTER") == 0) &&
		    g_regex_match(drops, statement->sql, 0, NULL))
			return true;
	}
	return false;
}

/* --- Tables ---------------------------------------------------------------------- */

/* A table of this name was there and is there, and it is another one, which has rows. */
static bool
unnamed_is_remade(const UnnamedSearch *search, const char *table)
{
	const char *was = rows_state_oid(search->before->rows, table);
	const char *is = rows_state_oid(search->after->rows, table);

	return was != NULL && is != NULL && strcmp(was, is) != 0 && rows_state_rows(search->before->rows, table) > 0 &&
	       rows_state_rows(search->after->rows, table) > 0;
}

/* The other name that the old table has now; NULL: it is gone, or there is no other table of its name. */
static const char *
unnamed_moved_to(const UnnamedSearch *search, const char *table)
{
	const char *oid = unnamed_is_remade(search, table) ? rows_state_oid(search->before->rows, table) : NULL;

	for (guint i = 0; oid != NULL && i < rows_state_size(search->after->rows); i++) {
		const char *name = rows_state_name(search->after->rows, i);
		if (strcmp(rows_state_oid(search->after->rows, name), oid) == 0)
			return name;
	}
	return NULL;
}

static const CatalogObject *
unnamed_find_relation(const CatalogSnapshot *catalog, const char *schema, const char *name)
{
	const CatalogObject *table = catalog_snapshot_find(catalog, CATALOG_TABLE, schema, NULL, name);

	return table != NULL ? table : catalog_snapshot_find(catalog, CATALOG_VIEW, schema, NULL, name);
}

/* --- Objects of a relation --------------------------------------------------------- */

/* "columns" of keys and indexes are enough, because a key may have become an index, and the other way round. */
static bool
unnamed_is_like(const CatalogObject *a, const CatalogObject *b)
{
	const char *columns = catalog_object_value(a, "columns");

	if (columns != NULL && a->class_id != CATALOG_FOREIGN_KEY)
		return g_strcmp0(columns, catalog_object_value(b, "columns")) == 0;
	if (columns != NULL)
		return g_strcmp0(columns, catalog_object_value(b, "columns")) == 0 &&
		       b->class_id == CATALOG_FOREIGN_KEY;
	if (a->class_id != b->class_id)
		return false;
	for (guint i = 0; i < a->n_attributes; i++)
		if (strcmp(a->attributes[i].name, "comment") != 0 &&
		    g_strcmp0(a->attributes[i].value, catalog_object_value(b, a->attributes[i].name)) != 0)
			return false;
	return true;
}

static bool
unnamed_has_like(const UnnamedSearch *search, const CatalogObject *object)
{
	for (guint class_id = CATALOG_PRIMARY_KEY; class_id <= CATALOG_RULE; class_id++) {
		guint n = 0;
		guint first = catalog_snapshot_range(search->after->catalog, class_id, object->schema, object->relation,
		                                     &n);
		for (guint i = first; i < first + n; i++)
			if (unnamed_is_like(object, catalog_snapshot_object(search->after->catalog, i)))
				return true;
	}
	return catalog_snapshot_find(search->after->catalog, object->class_id, object->schema, object->relation,
	                             object->name) != NULL;
}

/* A key, an index, or a trigger that is on a column goes with it. */
static bool
unnamed_has_its_columns(const UnnamedSearch *search, const CatalogObject *object)
{
	const char *list = catalog_object_value(object, "columns");
	g_auto(GStrv) columns = list != NULL ? catalog_list_parse(list) : NULL;

	for (guint i = 0; columns != NULL && columns[i] != NULL; i++)
		if (catalog_snapshot_find(search->before->catalog, CATALOG_COLUMN, object->schema, object->relation,
		                          columns[i]) != NULL &&
		    catalog_snapshot_find(search->after->catalog, CATALOG_COLUMN, object->schema, object->relation,
		                          columns[i]) == NULL)
			return false;
	return true;
}

/* The function of the trigger, with whatever arguments. */
static bool
unnamed_has_its_function(const UnnamedSearch *search, const CatalogObject *trigger)
{
	g_auto(GStrv) parts = catalog_identity_split(catalog_object_value(trigger, "function"));
	guint n = 0;

	if (parts == NULL || parts[1] == NULL)
		return false;
	if (strcmp(parts[0], "pg_catalog") == 0)
		return true;
	g_autofree char *name = g_strconcat(parts[1], "()", NULL);
	guint first = catalog_snapshot_range(search->after->catalog, CATALOG_FUNCTION, parts[0], NULL, &n);
	for (guint i = first; i < first + n; i++)
		if (strcmp(catalog_snapshot_object(search->after->catalog, i)->name, name) == 0)
			return true;
	return false;
}

/* The table that the foreign key points to. The caller frees it. */
static char *
unnamed_target(const CatalogObject *key)
{
	const char *references = catalog_object_value(key, "references");

	return references != NULL ? g_strndup(references, strcspn(references, "(")) : g_strdup("");
}

static bool
unnamed_has_its_target(const UnnamedSearch *search, const CatalogObject *key)
{
	g_autofree char *target = unnamed_target(key);
	g_auto(GStrv) parts = catalog_identity_split(target);

	return parts != NULL && parts[1] != NULL &&
	       unnamed_find_relation(search->after->catalog, parts[0], parts[1]) != NULL;
}

/* --- What went -------------------------------------------------------------------- */

static void
unnamed_add(const UnnamedSearch *search, const char *what, const char *hint, const char *word)
{
	CheckUnnamed *unnamed = g_new0(CheckUnnamed, 1);

	unnamed->text = g_strdup(what);
	unnamed->hint = g_strdup(hint);
	unnamed->word = g_strdup(word);
	g_ptr_array_add(search->found, unnamed);
}

static bool
unnamed_is_inherited(const CatalogObject *object)
{
	return catalog_object_value(object, "inherited") != NULL ||
	       catalog_object_value(object, "partition_of") != NULL;
}

/* Whether its triggers and rules have gone with the view of before, which is there again. */
static bool
unnamed_is_of_view(const UnnamedSearch *search, const CatalogObject *object)
{
	return search->drops &&
	       catalog_snapshot_find(search->before->catalog, CATALOG_VIEW, object->schema, NULL, object->relation) !=
	           NULL &&
	       catalog_snapshot_find(search->after->catalog, CATALOG_VIEW, object->schema, NULL, object->relation) !=
	           NULL;
}

/* What made again means for a table, or a view. */
static const char *
unnamed_remade_hint(bool view)
{
	return view ? "make it again on the new view: DROP VIEW takes its triggers, rules and privileges along"
	            : "make it again on the new table (CREATE TABLE ... (LIKE ... INCLUDING ALL) takes keys, indexes "
	              "and checks, but no trigger, policy, privilege or foreign key)";
}

static void
unnamed_judge_part(const UnnamedSearch *search, const CatalogObject *object)
{
	g_autofree char *table = catalog_identity_join(object->schema, NULL, object->relation);
	bool view = object->class_id != CATALOG_COLUMN && unnamed_is_of_view(search, object);
	bool remade = view || unnamed_is_remade(search, table);
	bool column = object->class_id == CATALOG_COLUMN;
	const char *class_name = catalog_class(object->class_id)->name;

	if ((!remade && (!search->cascades ||
	                 unnamed_find_relation(search->after->catalog, object->schema, object->relation) == NULL)) ||
	    unnamed_is_inherited(object) || unnamed_has_like(search, object) ||
	    unnamed_script_names_part(search, object) || (!column && !unnamed_has_its_columns(search, object)) ||
	    (object->class_id == CATALOG_TRIGGER && !unnamed_has_its_function(search, object)) ||
	    (object->class_id == CATALOG_FOREIGN_KEY && !unnamed_has_its_target(search, object)))
		return;
	g_autofree char *text = remade
	                            ? g_strdup_printf("%s \"%s\" is made anew, and its %s \"%s\" is not on it any more",
	                                              view ? "view" : "table", table, class_name, object->name)
	                            : g_strdup_printf(
					  "%s \"%s\" of table \"%s\" is dropped by CASCADE, and no statement names it",
					  class_name, object->name, table);
	unnamed_add(search, text,
	            remade ? unnamed_remade_hint(view)
	            : column
	                ? "change the column's type before you drop what it depends on, and leave CASCADE out"
	                : "leave CASCADE out: PostgreSQL then says what depends on it; drop that by name, and make "
	                  "it again",
	            remade ? object->relation : "CASCADE");
}

static void
unnamed_judge_remade(const UnnamedSearch *search, const CatalogObject *object)
{
	const char *hint = NULL;
	g_autofree char *text = !unnamed_is_inherited(object)
	                            ? check_remade_find(search->before->catalog, search->after->catalog, search->script,
	                                                object, &hint)
	                            : NULL;

	if (text != NULL)
		unnamed_add(search, text, hint, object->name);
}

/* A key that goes with one of its columns. */
static void
unnamed_judge_key(const UnnamedSearch *search, const CatalogObject *key)
{
	g_autofree char *dropped = NULL;
	g_autofree char *text = !unnamed_is_inherited(key) && !unnamed_script_names(search, key->name)
	                            ? check_key_gone(search->before->catalog, search->after->catalog, key, &dropped)
	                            : NULL;

	if (text != NULL)
		unnamed_add(search, text,
		            "make a key on the columns that are left, or drop the key by name before the column",
		            dropped);
}

static bool
unnamed_stands_on_gone(const UnnamedSearch *search, const CatalogObject *view)
{
	const char *definition = catalog_object_value(view, "definition");

	for (guint i = 0; i < catalog_snapshot_size(search->before->catalog); i++) {
		const CatalogObject *object = catalog_snapshot_object(search->before->catalog, i);
		if ((object->class_id == CATALOG_TABLE || object->class_id == CATALOG_VIEW) && object != view &&
		    check_place_has_word(definition, object->name) &&
		    unnamed_find_relation(search->after->catalog, object->schema, object->name) == NULL)
			return true;
	}
	return false;
}

static void
unnamed_judge_view(const UnnamedSearch *search, const CatalogObject *view)
{
	if (!search->cascades || unnamed_find_relation(search->after->catalog, view->schema, view->name) != NULL ||
	    catalog_snapshot_find(search->after->catalog, CATALOG_SCHEMA, NULL, NULL, view->schema) == NULL ||
	    unnamed_script_names(search, view->name) || unnamed_stands_on_gone(search, view))
		return;
	g_autofree char *text = g_strdup_printf(
	    "view \"%s\" is dropped by CASCADE, and no statement names it: who reads "
	    "it gets an error",
	    view->identity);
	unnamed_add(search, text, "drop the view by name, without CASCADE, and make it again", "CASCADE");
}

/* --- What stands on the old table ----------------------------------------------------- */

static void
unnamed_judge_old_view(const UnnamedSearch *search, const CatalogObject *view, const char *table, const char *moved)
{
	const CatalogObject *now = catalog_snapshot_find(search->after->catalog, CATALOG_VIEW, view->schema, NULL,
	                                                 view->name);
	g_auto(GStrv) old_name = catalog_identity_split(table);
	g_auto(GStrv) new_name = catalog_identity_split(moved);

	if (now == NULL || unnamed_script_names(search, view->name) ||
	    !check_place_has_word(catalog_object_value(view, "definition"), old_name[1]) ||
	    !check_place_has_word(catalog_object_value(now, "definition"), new_name[1]) ||
	    check_place_has_word(catalog_object_value(view, "definition"), new_name[1]))
		return;
	g_autofree char *text = g_strdup_printf("view \"%s\" reads \"%s\" from now on, the old table, and not the new "
	                                        "\"%s\": a view keeps to its table when that is renamed",
	                                        view->identity, moved, table);
	unnamed_add(search, text, "CREATE OR REPLACE VIEW after the renaming", new_name[1]);
}

static void
unnamed_judge_old_key(const UnnamedSearch *search, const CatalogObject *key, const char *table, const char *moved)
{
	const CatalogObject *now = catalog_snapshot_find(search->after->catalog, CATALOG_FOREIGN_KEY, key->schema,
	                                                 key->relation, key->name);
	g_autofree char *was = unnamed_target(key);
	g_autofree char *is = now != NULL ? unnamed_target(now) : NULL;
	g_auto(GStrv) new_name = catalog_identity_split(moved);

	if (strcmp(was, table) != 0 || g_strcmp0(is, moved) != 0 || unnamed_script_names(search, key->name))
		return;
	g_autofree char *text = g_strdup_printf(
	    "foreign key \"%s\" of table \"%s.%s\" points to \"%s\" from now on, the "
	    "old table, and not to the new \"%s\": rows for new ids are refused",
	    key->name, key->schema, key->relation, moved, table);
	unnamed_add(search, text, "drop the key, and add it again to the new table", new_name[1]);
}

/* --- Row security ---------------------------------------------------------------------- */

static void
unnamed_judge_table(const UnnamedSearch *search, const CatalogObject *table)
{
	const CatalogObject *now = catalog_snapshot_find(search->after->catalog, CATALOG_TABLE, table->schema, NULL,
	                                                 table->name);

	if (now == NULL || !unnamed_is_remade(search, table->identity) ||
	    g_strcmp0(catalog_object_value(table, "row_security_enabled"), "true") != 0 ||
	    g_strcmp0(catalog_object_value(now, "row_security_enabled"), "true") == 0 ||
	    unnamed_script_names(search, "SECURITY"))
		return;
	g_autofree char *text = g_strdup_printf(
	    "table \"%s\" is made anew, and row security is off on it: every role with "
	    "privileges sees all rows",
	    table->identity);
	unnamed_add(search, text, "ALTER TABLE ... ENABLE ROW LEVEL SECURITY, and the policies again", table->name);
}

/* --- Partitions -------------------------------------------------------------------------- */

static void
unnamed_judge_partitions(const UnnamedSearch *search, const CatalogObject *table)
{
	g_autofree char *gap = search->partitions
	                           ? check_partitions_find_gap(search->before->catalog, search->after->catalog, table)
	                           : NULL;

	if (gap == NULL)
		return;
	g_autofree char *text = g_strdup_printf("%s: an INSERT of such a row fails", gap);
	unnamed_add(search, text, "let the new ranges reach as far as the old ones, or add a DEFAULT partition",
	            table->name);
}

/* --- Publications ------------------------------------------------------------------------ */

static bool
unnamed_publishes(const CatalogObject *publication, const char *table)
{
	const char *list = publication != NULL ? catalog_object_value(publication, "tables") : NULL;
	g_auto(GStrv) tables = list != NULL ? catalog_list_parse(list) : NULL;
	gsize length = strlen(table);

	/* Its columns and its condition follow. */
	for (guint i = 0; tables != NULL && tables[i] != NULL; i++)
		if (strncmp(tables[i], table, length) == 0 && (tables[i][length] == '\0' || tables[i][length] == ' '))
			return true;
	return false;
}

/* A publication has the old table, and drops it with that. */
static void
unnamed_judge_publication(const UnnamedSearch *search, const CatalogObject *publication)
{
	const CatalogObject *now = catalog_snapshot_find(search->after->catalog, CATALOG_PUBLICATION, NULL, NULL,
	                                                 publication->name);

	for (guint i = 0; now != NULL && i < rows_state_size(search->before->rows); i++) {
		const char *table = rows_state_name(search->before->rows, i);
		if (!unnamed_publishes(publication, table) || !unnamed_is_remade(search, table) ||
		    unnamed_publishes(now, table) || unnamed_script_names(search, publication->name))
			continue;
		g_autofree char *text = g_strdup_printf(
		    "table \"%s\" is made anew, and publication \"%s\" no longer has it: its subscribers get no rows "
		    "of it from now on",
		    table, publication->name);
		g_auto(GStrv) name = catalog_identity_split(table);
		unnamed_add(search, text, "ALTER PUBLICATION ... ADD TABLE the new one", name[1]);
	}
}

static void
unnamed_judge_one(const UnnamedSearch *search, const CatalogObject *object)
{
	const RowsState *rows = search->before->rows;

	if (object->class_id == CATALOG_TABLE) {
		unnamed_judge_table(search, object);
		unnamed_judge_partitions(search, object);
	} else if (object->class_id == CATALOG_VIEW)
		unnamed_judge_view(search, object);
	else if (object->class_id == CATALOG_PUBLICATION)
		unnamed_judge_publication(search, object);
	else if (object->class_id >= CATALOG_COLUMN && object->class_id <= CATALOG_RULE)
		unnamed_judge_part(search, object);
	if (search->drops) {
		unnamed_judge_key(search, object);
		unnamed_judge_remade(search, object);
	}
	if (object->class_id != CATALOG_VIEW && object->class_id != CATALOG_FOREIGN_KEY)
		return;
	for (guint i = 0; i < rows_state_size(rows); i++) {
		const char *table = rows_state_name(rows, i);
		const char *moved = unnamed_moved_to(search, table);
		if (moved != NULL && object->class_id == CATALOG_VIEW)
			unnamed_judge_old_view(search, object, table, moved);
		else if (moved != NULL)
			unnamed_judge_old_key(search, object, table, moved);
	}
}

GPtrArray *
check_unnamed_find(const CheckAfter *before, const CheckAfter *after, const MigrationScript *script)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(unnamed_free);
	static const char *const drop[] = { "DROP", NULL };
	static const char *const partition[] = { "PARTITION", NULL };
	const UnnamedSearch search = { .before = before,
		                       .after = after,
		                       .script = script,
		                       .cascades = unnamed_script_cascades(script),
		                       .drops = check_place_find_statement(script, drop) != NULL,
		                       .partitions = check_place_find_statement(script, partition) != NULL,
		                       .found = found };
	bool any = search.cascades || search.drops || search.partitions;

	for (guint i = 0; i < rows_state_size(before->rows) && !any; i++)
		any = unnamed_is_remade(&search, rows_state_name(before->rows, i));
	for (guint i = 0; any && i < catalog_snapshot_size(before->catalog); i++)
		unnamed_judge_one(&search, catalog_snapshot_object(before->catalog, i));
	return found;
}
