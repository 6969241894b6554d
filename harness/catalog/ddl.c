#include "catalog/ddl_private.h"

#include <string.h>

typedef struct {
	GString *ddl;
	const CatalogSnapshot *found;
	const CatalogObject *replaced; /* the last one that was made anew as a whole */
} Writing;

/* --- Drop ------------------------------------------------------------------------ */

/* A change without a statement of its own becomes a comment, in which no name contains a line break. */
static void
ddl_append_remark_of(GString *ddl, const char *verb, const CatalogObject *object)
{
	g_string_append_printf(ddl, "-- %s ", verb);
	catalog_ddl_append_subject(ddl, object);
	g_string_append_c(ddl, '\n');
}

static void
ddl_drop_whole(GString *ddl, const CatalogObject *object)
{
	const char *kind = catalog_ddl_kind(object);
	g_autofree char *name = catalog_ddl_name(object);
	g_autofree char *identity = catalog_ddl_identity(object);
	g_autofree char *relation = object->relation != NULL ? catalog_ddl_relation(object) : NULL;

	if (kind == NULL)
		ddl_append_remark_of(ddl, "DROP", object);
	else if (relation != NULL)
		g_string_append_printf(ddl, "DROP %s %s ON %s;\n", kind, name, relation);
	else
		g_string_append_printf(ddl, "DROP %s %s;\n", kind, identity);
}

static void
ddl_append_drop(Writing *writing, const CatalogObject *object)
{
	g_autofree char *name = catalog_ddl_name(object);
	g_autofree char *relation = object->relation != NULL ? catalog_ddl_relation(object) : NULL;
	GString *ddl = writing->ddl;

	switch (object->class_id) {
	case CATALOG_COLUMN:
		g_string_append_printf(ddl, "ALTER TABLE %s DROP COLUMN %s;\n", relation, name);
		break;
	case CATALOG_PRIMARY_KEY:
	case CATALOG_UNIQUE:
	case CATALOG_FOREIGN_KEY:
	case CATALOG_CHECK:
	case CATALOG_EXCLUSION:
		g_string_append_printf(ddl, "ALTER TABLE %s DROP CONSTRAINT %s;\n", relation, name);
		break;
	case CATALOG_INDEX: {
		g_autofree char *index = catalog_ddl_in_schema(object);
		g_string_append_printf(ddl, "DROP INDEX %s;\n", index);
		break;
	}
	default:
		ddl_drop_whole(ddl, object);
	}
}

/* --- Alter ----------------------------------------------------------------------- */

/* Each gives false when it has no statement for the attribute; `value` NULL: the object has it no longer. */

static bool
ddl_alter_column(GString *ddl, const CatalogObject *column, const char *attribute, const char *value)
{
	g_autofree char *relation = catalog_ddl_relation(column);
	g_autofree char *name = catalog_ddl_name(column);
	g_autofree char *change = NULL;

	if (strcmp(attribute, "type") == 0 && value != NULL)
		change = g_strdup_printf("TYPE %s", value);
	else if (strcmp(attribute, "nullable") == 0)
		change = g_strdup(g_strcmp0(value, "false") == 0 ? "SET NOT NULL" : "DROP NOT NULL");
	else if (strcmp(attribute, "default") == 0)
		change = value != NULL ? g_strdup_printf("SET DEFAULT %s", value) : g_strdup("DROP DEFAULT");
	else if (strcmp(attribute, "statistics") == 0)
		change = g_strdup_printf("SET STATISTICS %s", value != NULL ? value : "-1");
	else
		return false;
	g_string_append_printf(ddl, "ALTER TABLE %s ALTER COLUMN %s %s;\n", relation, name, change);
	return true;
}

static bool
ddl_alter_table(GString *ddl, const CatalogObject *table, const char *attribute, const char *value)
{
	bool on = g_strcmp0(value, "true") == 0;
	const char *change = NULL;

	if (strcmp(attribute, "row_security_enabled") == 0)
		change = on ? "ENABLE ROW LEVEL SECURITY" : "DISABLE ROW LEVEL SECURITY";
	else if (strcmp(attribute, "row_security_forced") == 0)
		change = on ? "FORCE ROW LEVEL SECURITY" : "NO FORCE ROW LEVEL SECURITY";
	else if (strcmp(attribute, "persistence") == 0)
		change = g_strcmp0(value, "unlogged") == 0 ? "SET UNLOGGED" : "SET LOGGED";
	if (change == NULL)
		return false;
	g_autofree char *identity = catalog_ddl_identity(table);
	g_string_append_printf(ddl, "ALTER TABLE %s %s;\n", identity, change);
	return true;
}

static bool
ddl_alter_foreign_key(GString *ddl, const CatalogObject *key, const char *attribute, const char *value)
{
	g_autofree char *relation = catalog_ddl_relation(key);
	g_autofree char *name = catalog_ddl_name(key);

	if (strcmp(attribute, "validated") != 0 || g_strcmp0(value, "true") != 0)
		return false;
	g_string_append_printf(ddl, "ALTER TABLE %s VALIDATE CONSTRAINT %s;\n", relation, name);
	return true;
}

static bool
ddl_alter_owner(GString *ddl, const CatalogObject *object, const char *value)
{
	const char *kind = catalog_ddl_kind(object);

	if (value == NULL || object->relation != NULL || kind == NULL)
		return false;
	g_autofree char *identity = catalog_ddl_identity(object);
	g_autofree char *owner = catalog_ddl_quote(value);
	g_string_append_printf(ddl, "ALTER %s %s OWNER TO %s;\n", kind, identity, owner);
	return true;
}

static bool
ddl_alter(GString *ddl, const CatalogObject *object, const char *attribute, const char *value)
{
	if (strcmp(attribute, "comment") == 0)
		return catalog_ddl_append_comment(ddl, object, value);
	if (strcmp(attribute, "owner") == 0)
		return ddl_alter_owner(ddl, object, value);
	switch (object->class_id) {
	case CATALOG_COLUMN:
		return ddl_alter_column(ddl, object, attribute, value);
	case CATALOG_TABLE:
		return ddl_alter_table(ddl, object, attribute, value);
	case CATALOG_FOREIGN_KEY:
	case CATALOG_CHECK:
		return ddl_alter_foreign_key(ddl, object, attribute, value);
	default:
		return false;
	}
}

/* True for classes that are recreated as a whole when they change. */
static bool
ddl_is_replaced(CatalogClassId class_id)
{
	static const CatalogClassId classes[] = { CATALOG_FUNCTION,    CATALOG_VIEW,  CATALOG_PRIMARY_KEY,
		                                  CATALOG_UNIQUE,      CATALOG_CHECK, CATALOG_POLICY,
		                                  CATALOG_FOREIGN_KEY, CATALOG_INDEX, CATALOG_TRIGGER,
		                                  CATALOG_EXCLUSION };

	for (gsize i = 0; i < G_N_ELEMENTS(classes); i++)
		if (classes[i] == class_id)
			return true;
	return false;
}

static void
ddl_append_remark(GString *ddl, const CatalogAttribute *attribute)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (attribute != NULL && attribute->kind == CATALOG_VALUE_LIST)
		catalog_append_value(text, attribute);
	else
		g_string_append(text, attribute != NULL ? attribute->value : "none");
	catalog_ddl_append_remark(ddl, text->str);
}

static void
ddl_append_change(Writing *writing, const CatalogDifference *difference)
{
	const CatalogObject *object = difference->found;
	const CatalogAttribute *was = difference->expected_attribute;
	const CatalogAttribute *is = difference->found_attribute;
	const char *attribute = was != NULL ? was->name : is->name;
	/* An aggregate has no body to be written anew with. */
	bool as_a_whole = ddl_is_replaced(object->class_id) && strcmp(attribute, "privileges") != 0 &&
	                  !catalog_ddl_is(object, "kind", "aggregate");
	bool has_replace = object->class_id == CATALOG_FUNCTION || object->class_id == CATALOG_VIEW;

	if (writing->replaced == object && as_a_whole && strcmp(attribute, "comment") != 0)
		return;
	if (ddl_alter(writing->ddl, object, attribute, is != NULL ? is->value : NULL))
		return;
	if (as_a_whole) {
		if (!has_replace)
			ddl_append_drop(writing, difference->expected);
		catalog_ddl_append_create(writing->ddl, object, writing->found, has_replace);
		writing->replaced = object;
		return;
	}
	g_string_append(writing->ddl, "-- ALTER ");
	catalog_ddl_append_subject(writing->ddl, object);
	g_string_append_printf(writing->ddl, ": %s from ", attribute);
	ddl_append_remark(writing->ddl, was);
	g_string_append(writing->ddl, " to ");
	ddl_append_remark(writing->ddl, is);
	g_string_append_c(writing->ddl, '\n');
}

/* The sequence of an identity column comes and goes with it. */
static bool
ddl_comes_with_column(const CatalogDifference *difference)
{
	const CatalogObject *object = difference->expected != NULL ? difference->expected : difference->found;

	return difference->kind != CATALOG_CHANGED && object->class_id == CATALOG_SEQUENCE &&
	       catalog_ddl_is(object, "identity", "true");
}

char *
catalog_ddl_describe(const GArray *differences, const CatalogSnapshot *found)
{
	Writing writing = { .ddl = g_string_new(NULL), .found = found };

	for (guint i = 0; i < differences->len; i++) {
		const CatalogDifference *difference = &g_array_index(differences, CatalogDifference, i);
		if (ddl_comes_with_column(difference))
			continue;
		switch (difference->kind) {
		case CATALOG_MISSING:
			ddl_append_drop(&writing, difference->expected);
			break;
		case CATALOG_UNEXPECTED:
			catalog_ddl_append_create(writing.ddl, difference->found, found, false);
			break;
		case CATALOG_CHANGED:
		default:
			ddl_append_change(&writing, difference);
		}
	}
	return g_string_free(writing.ddl, FALSE);
}
