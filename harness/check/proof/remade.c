#include "check/proof/remade.h"

#include "catalog/identity.h"
#include "check/workspace/place.h"

#include <string.h>

/* One call. */
typedef struct {
	const CatalogSnapshot *before;
	const CatalogSnapshot *after;
	const MigrationScript *script;
	const CatalogObject *object;
} Remade;

static bool
remade_has_value(const CatalogObject *object, const char *attribute, const char *value)
{
	return g_strcmp0(catalog_object_value(object, attribute), value) == 0;
}

static const CatalogObject *
remade_find_now(const Remade *remade)
{
	const CatalogObject *object = remade->object;

	return catalog_snapshot_find(remade->after, object->class_id, object->schema, object->relation, object->name);
}

/* Whether one statement of the script has both words. */
static bool
remade_script_has(const Remade *remade, const char *a, const char *b)
{
	const GPtrArray *statements = migration_script_statements(remade->script);

	for (guint i = 0; i < statements->len; i++) {
		const char *sql = ((const MigrationStatement *)g_ptr_array_index(statements, i))->sql;
		if (check_place_has_word(sql, a) && check_place_has_word(sql, b))
			return true;
	}
	return false;
}

/* --- Deferrable keys -------------------------------------------------------------- */

static char *
remade_judge_deferrable(const Remade *remade, const char **ret_hint)
{
	const CatalogObject *now = remade_find_now(remade);
	const CatalogObject *object = remade->object;

	if (now == NULL || !remade_has_value(object, "deferrable", "true") ||
	    remade_has_value(now, "deferrable", "true") || remade_script_has(remade, object->name, "DEFERRABLE"))
		return NULL;
	*ret_hint = "add DEFERRABLE, as it was; NOT DEFERRABLE says that you do not want it";
	return g_strdup_printf("%s \"%s\" of table \"%s.%s\" is made again without DEFERRABLE: a statement or "
	                       "transaction that breaks it for a moment fails now%s",
	                       object->class_id == CATALOG_FOREIGN_KEY ? "foreign key" : "key", object->name,
	                       object->schema, object->relation,
	                       object->class_id == CATALOG_FOREIGN_KEY ? "" : ", as SET n = n + 1 does");
}

/* --- Unique keys ------------------------------------------------------------------- */

/* The new column that is NULL, or false, in each row that was there, so that the predicate holds for none; NULL: it is
 * not of this kind. */
static const CatalogObject *
remade_find_empty(const Remade *remade, const char *predicate)
{
	const CatalogObject *object = remade->object;
	guint n = 0;
	guint first = catalog_snapshot_range(remade->after, CATALOG_COLUMN, object->schema, object->relation, &n);

	for (guint i = first; i < first + n; i++) {
		const CatalogObject *column = catalog_snapshot_object(remade->after, i);
		const char *value = catalog_object_value(column, "default");
		g_autofree char *quoted = catalog_identity_join(NULL, NULL, column->name);
		g_autofree char *not_null = g_strdup_printf("(%s IS NOT NULL)", quoted);
		bool empty = value == NULL ? strcmp(predicate, not_null) == 0 || strcmp(predicate, quoted) == 0
		                           : strcmp(value, "false") == 0 && strcmp(predicate, quoted) == 0;
		if (empty &&
		    catalog_snapshot_find(remade->before, CATALOG_COLUMN, object->schema, object->relation,
		                          column->name) == NULL &&
		    !remade_script_has(remade, "UPDATE", column->name))
			return column;
	}
	return NULL;
}

static bool
remade_is_unique(const CatalogObject *key)
{
	return key->class_id == CATALOG_PRIMARY_KEY || key->class_id == CATALOG_UNIQUE ||
	       (key->class_id == CATALOG_INDEX && remade_has_value(key, "unique", "true"));
}

/* The index on the same columns that holds for some rows only; NULL: there is none, or a key for all. */
static const CatalogObject *
remade_find_partial(const Remade *remade)
{
	static const CatalogClassId classes[] = { CATALOG_PRIMARY_KEY, CATALOG_UNIQUE, CATALOG_INDEX };
	const char *columns = catalog_object_value(remade->object, "columns");
	const CatalogObject *partial = NULL;

	for (guint i = 0; columns != NULL && i < G_N_ELEMENTS(classes); i++) {
		guint n = 0;
		guint first = catalog_snapshot_range(remade->after, classes[i], remade->object->schema,
		                                     remade->object->relation, &n);
		for (guint j = first; j < first + n; j++) {
			const CatalogObject *key = catalog_snapshot_object(remade->after, j);
			if (!remade_is_unique(key) || !remade_has_value(key, "columns", columns))
				continue;
			if (catalog_object_value(key, "predicate") == NULL)
				return NULL;
			partial = key;
		}
	}
	return partial;
}

static char *
remade_judge_unique(const Remade *remade, const char **ret_hint)
{
	const CatalogObject *object = remade->object;
	const CatalogObject *partial = remade_is_unique(object) && catalog_object_value(object, "predicate") == NULL
	                                   ? remade_find_partial(remade)
	                                   : NULL;
	const CatalogObject *column = partial != NULL
	                                  ? remade_find_empty(remade, catalog_object_value(partial, "predicate"))
	                                  : NULL;

	if (column == NULL)
		return NULL;
	*ret_hint = "reverse the condition after WHERE, so that it holds for the rows that are there";
	return g_strdup_printf(
	    "unique index \"%s\" of table \"%s.%s\" holds for none of the rows that are there, and the key before it "
	    "for all: "
	    "it is for rows WHERE %s, and \"%s\" is new",
	    partial->name, object->schema, object->relation, catalog_object_value(partial, "predicate"), column->name);
}

/* --- Policies ----------------------------------------------------------------------- */

static bool
remade_has_policy(const Remade *remade, const char *command)
{
	guint n = 0;
	guint first = catalog_snapshot_range(remade->after, CATALOG_POLICY, remade->object->schema,
	                                     remade->object->relation, &n);

	for (guint i = first; i < first + n; i++) {
		const CatalogObject *policy = catalog_snapshot_object(remade->after, i);
		if (remade_has_value(policy, "permissive", "true") &&
		    (remade_has_value(policy, "command", "all") || remade_has_value(policy, "command", command)))
			return true;
	}
	return false;
}

static char *
remade_judge_policy(const Remade *remade, const char **ret_hint)
{
	static const char *const commands[][2] = {
		{ "select", "SELECT" }, { "insert", "INSERT" }, { "update", "UPDATE" }, { "delete", "DELETE" }
	};
	const CatalogObject *now = remade_find_now(remade);
	const CatalogObject *object = remade->object;
	g_autoptr(GString) without = g_string_new(NULL);

	if (now == NULL || !remade_has_value(object, "command", "all") || remade_has_value(now, "command", "all") ||
	    !remade_has_value(object, "permissive", "true"))
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
		if (!remade_has_policy(remade, commands[i][0]))
			g_string_append_printf(without, "%s%s", without->len > 0 ? ", " : "", commands[i][1]);
	if (without->len == 0)
		return NULL;
	*ret_hint = "make it FOR ALL again, or give the rest policies of their own under other names; where the rest "
		    "is to be denied, give the policy another name";
	g_autofree char *command = g_ascii_strup(catalog_object_value(now, "command"), -1);
	return g_strdup_printf("policy \"%s\" of table \"%s.%s\" was for all commands, and is made again for %s: no "
	                       "policy lets a role %s any more",
	                       object->name, object->schema, object->relation, command, without->str);
}

char *
check_remade_find(const CatalogSnapshot *before, const CatalogSnapshot *after, const MigrationScript *script,
                  const CatalogObject *object, const char **ret_hint)
{
	const Remade remade = { before, after, script, object };
	char *text = NULL;

	switch (object->class_id) {
	case CATALOG_POLICY:
		return remade_judge_policy(&remade, ret_hint);
	case CATALOG_FOREIGN_KEY:
		return remade_judge_deferrable(&remade, ret_hint);
	case CATALOG_PRIMARY_KEY:
	case CATALOG_UNIQUE:
		text = remade_judge_deferrable(&remade, ret_hint);
		return text != NULL ? text : remade_judge_unique(&remade, ret_hint);
	case CATALOG_INDEX:
		return remade_judge_unique(&remade, ret_hint);
	default:
		return NULL;
	}
}
