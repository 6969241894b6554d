/* COMMENT ON. */
#include "catalog/ddl_private.h"

static bool
ddl_append_comment_target(GString *ddl, const CatalogObject *object)
{
	const char *kind = catalog_ddl_kind(object);
	g_autofree char *name = catalog_ddl_name(object);
	g_autofree char *identity = catalog_ddl_identity(object);
	g_autofree char *relation = object->relation != NULL ? catalog_ddl_relation(object) : NULL;

	switch (object->class_id) {
	case CATALOG_COLUMN:
		g_string_append_printf(ddl, "COLUMN %s", identity);
		return true;
	case CATALOG_PRIMARY_KEY:
	case CATALOG_UNIQUE:
	case CATALOG_FOREIGN_KEY:
	case CATALOG_CHECK:
	case CATALOG_EXCLUSION:
		g_string_append_printf(ddl, "CONSTRAINT %s ON %s", name, relation);
		return true;
	case CATALOG_INDEX: {
		g_autofree char *index = catalog_ddl_in_schema(object);
		g_string_append_printf(ddl, "INDEX %s", index);
		return true;
	}
	default:
		if (kind != NULL && relation != NULL)
			g_string_append_printf(ddl, "%s %s ON %s", kind, name, relation);
		else if (kind != NULL)
			g_string_append_printf(ddl, "%s %s", kind, identity);
		return kind != NULL;
	}
}

bool
catalog_ddl_append_comment(GString *ddl, const CatalogObject *object, const char *value)
{
	g_autoptr(GString) target = g_string_new(NULL);

	if (!ddl_append_comment_target(target, object))
		return false;
	g_string_append_printf(ddl, "COMMENT ON %s IS ", target->str);
	if (value != NULL)
		catalog_ddl_append_literal(ddl, value);
	else
		g_string_append(ddl, "NULL");
	g_string_append(ddl, ";\n");
	return true;
}
