/* Names as SQL wants them, which is not quite how people read them (identity.c). */
#include "catalog/ddl_private.h"

#include "catalog/identity.h"
#include "catalog/list.h"

#include <string.h>

/* The words that name neither a table nor a column without quotes, of pg_get_keywords() of PostgreSQL 18. */
static const char *const reserved[] = { "all",
	                                "analyse",
	                                "analyze",
	                                "and",
	                                "any",
	                                "array",
	                                "as",
	                                "asc",
	                                "asymmetric",
	                                "authorization",
	                                "binary",
	                                "both",
	                                "case",
	                                "cast",
	                                "check",
	                                "collate",
	                                "collation",
	                                "column",
	                                "concurrently",
	                                "constraint",
	                                "create",
	                                "cross",
	                                "current_catalog",
	                                "current_date",
	                                "current_role",
	                                "current_schema",
	                                "current_time",
	                                "current_timestamp",
	                                "current_user",
	                                "default",
	                                "deferrable",
	                                "desc",
	                                "distinct",
	                                "do",
	                                "else",
	                                "end",
	                                "except",
	                                "false",
	                                "fetch",
	                                "for",
	                                "foreign",
	                                "freeze",
	                                "from",
	                                "full",
	                                "grant",
	                                "group",
	                                "having",
	                                "ilike",
	                                "in",
	                                "initially",
	                                "inner",
	                                "intersect",
	                                "into",
	                                "is",
	                                "isnull",
	                                "join",
	                                "lateral",
	                                "leading",
	                                "left",
	                                "like",
	                                "limit",
	                                "localtime",
	                                "localtimestamp",
	                                "natural",
	                                "not",
	                                "notnull",
	                                "null",
	                                "offset",
	                                "on",
	                                "only",
	                                "or",
	                                "order",
	                                "outer",
	                                "overlaps",
	                                "placing",
	                                "primary",
	                                "references",
	                                "returning",
	                                "right",
	                                "select",
	                                "session_user",
	                                "similar",
	                                "some",
	                                "symmetric",
	                                "system_user",
	                                "table",
	                                "tablesample",
	                                "then",
	                                "to",
	                                "trailing",
	                                "true",
	                                "union",
	                                "unique",
	                                "user",
	                                "using",
	                                "variadic",
	                                "verbose",
	                                "when",
	                                "where",
	                                "window",
	                                "with",
	                                NULL };

static void
ddl_append_name(GString *ddl, const char *name, gsize length)
{
	g_autofree char *part = g_strndup(name, length);
	bool plain = length > 0 && strspn(part, "abcdefghijklmnopqrstuvwxyz0123456789_") == length &&
	             !g_ascii_isdigit(part[0]) && !g_strv_contains(reserved, part);

	if (plain) {
		g_string_append(ddl, part);
		return;
	}
	g_string_append_c(ddl, '"');
	for (const char *c = part; *c != '\0'; c++)
		g_string_append_printf(ddl, *c == '"' ? "\"\"" : "%c", *c);
	g_string_append_c(ddl, '"');
}

char *
catalog_ddl_quote(const char *name)
{
	GString *quoted = g_string_new(NULL);

	ddl_append_name(quoted, name, strlen(name));
	return g_string_free(quoted, FALSE);
}

/* Behind the name of a function stand its types, as the server writes them. */
static void
ddl_append_own_name(GString *ddl, const CatalogObject *object, bool with_types)
{
	gsize length = object->class_id == CATALOG_FUNCTION ? catalog_identity_head(object->name)
	                                                    : strlen(object->name);

	ddl_append_name(ddl, object->name, length);
	if (with_types)
		g_string_append(ddl, object->name + length);
}

static char *
ddl_join(const CatalogObject *object, bool with_types)
{
	GString *identity = g_string_new(NULL);

	if (object->schema != NULL) {
		ddl_append_name(identity, object->schema, strlen(object->schema));
		g_string_append_c(identity, '.');
	}
	if (object->relation != NULL) {
		ddl_append_name(identity, object->relation, strlen(object->relation));
		g_string_append_c(identity, '.');
	}
	ddl_append_own_name(identity, object, with_types);
	return g_string_free(identity, FALSE);
}

char *
catalog_ddl_identity(const CatalogObject *object)
{
	return ddl_join(object, true);
}

char *
catalog_ddl_identity_without_types(const CatalogObject *object)
{
	return ddl_join(object, false);
}

char *
catalog_ddl_relation(const CatalogObject *object)
{
	g_autofree char *schema = catalog_ddl_quote(object->schema);
	g_autofree char *relation = catalog_ddl_quote(object->relation);

	return g_strdup_printf("%s.%s", schema, relation);
}

char *
catalog_ddl_in_schema(const CatalogObject *object)
{
	g_autofree char *schema = catalog_ddl_quote(object->schema);
	g_autofree char *name = catalog_ddl_quote(object->name);

	return g_strdup_printf("%s.%s", schema, name);
}

char *
catalog_ddl_name(const CatalogObject *object)
{
	GString *name = g_string_new(NULL);

	ddl_append_own_name(name, object, true);
	return g_string_free(name, FALSE);
}

/* --- Lists ------------------------------------------------------------------------ */

static char *
ddl_join_items(const CatalogObject *object, const char *attribute, void (*append)(GString *ddl, const char *item))
{
	const char *json = catalog_object_value(object, attribute);
	g_auto(GStrv) items = json != NULL ? catalog_list_parse(json) : NULL;
	GString *list = NULL;

	for (gsize i = 0; items != NULL && items[i] != NULL; i++) {
		if (list == NULL)
			list = g_string_new(NULL);
		else
			g_string_append(list, ", ");
		append(list, items[i]);
	}
	return list != NULL ? g_string_free(list, FALSE) : NULL;
}

static void
ddl_append_plain_name(GString *ddl, const char *item)
{
	ddl_append_name(ddl, item, strlen(item));
}

char *
catalog_ddl_names(const CatalogObject *object, const char *attribute)
{
	return ddl_join_items(object, attribute, ddl_append_plain_name);
}

static void
ddl_append_role(GString *ddl, const char *item)
{
	if (strcmp(item, "public") == 0)
		g_string_append(ddl, item);
	else
		ddl_append_plain_name(ddl, item);
}

char *
catalog_ddl_roles(const CatalogObject *object, const char *attribute)
{
	return ddl_join_items(object, attribute, ddl_append_role);
}

/* A name that looks like an expression is quoted already; a name with capital letters or a reserved one is not. The
 * text after the name comes from the server, or was quoted. */
static void
ddl_append_key(GString *ddl, const char *item)
{
	gsize length = strspn(item, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

	if (length == 0 || (item[length] != '\0' && item[length] != ' ')) {
		g_string_append(ddl, item);
		return;
	}
	ddl_append_name(ddl, item, length);
	g_string_append(ddl, item + length);
}

char *
catalog_ddl_keys(const CatalogObject *object, const char *attribute)
{
	return ddl_join_items(object, attribute, ddl_append_key);
}

char *
catalog_ddl_literals(const CatalogObject *object, const char *attribute)
{
	return ddl_join_items(object, attribute, catalog_ddl_append_literal);
}

/* --- Texts ------------------------------------------------------------------------ */

void
catalog_ddl_append_dollar_quoted(GString *ddl, const char *text)
{
	g_autofree char *quote = g_strdup("$$");

	/* Nor may text and quote make another one together. */
	for (guint i = 0; strstr(text, quote) != NULL || g_str_has_suffix(text, "$"); i++) {
		g_free(quote);
		quote = g_strdup_printf("$q%u$", i);
		if (strstr(text, quote) == NULL)
			break;
	}
	g_string_append_printf(ddl, "%s%s%s", quote, text, quote);
}

/* --- Kinds of objects ------------------------------------------------------------- */

const char *
catalog_ddl_kind(const CatalogObject *object)
{
	static const char *const kinds[CATALOG_N_CLASSES] = {
		[CATALOG_SCHEMA] = "SCHEMA",
		[CATALOG_EXTENSION] = "EXTENSION",
		[CATALOG_LANGUAGE] = "LANGUAGE",
		[CATALOG_ACCESS_METHOD] = "ACCESS METHOD",
		[CATALOG_COLLATION] = "COLLATION",
		[CATALOG_ENUM] = "TYPE",
		[CATALOG_DOMAIN] = "DOMAIN",
		[CATALOG_COMPOSITE] = "TYPE",
		[CATALOG_RANGE] = "TYPE",
		[CATALOG_SEQUENCE] = "SEQUENCE",
		[CATALOG_FUNCTION] = "FUNCTION",
		[CATALOG_TEXT_SEARCH_PARSER] = "TEXT SEARCH PARSER",
		[CATALOG_TEXT_SEARCH_TEMPLATE] = "TEXT SEARCH TEMPLATE",
		[CATALOG_TEXT_SEARCH_DICTIONARY] = "TEXT SEARCH DICTIONARY",
		[CATALOG_TEXT_SEARCH_CONFIGURATION] = "TEXT SEARCH CONFIGURATION",
		[CATALOG_FOREIGN_DATA_WRAPPER] = "FOREIGN DATA WRAPPER",
		[CATALOG_SERVER] = "SERVER",
		[CATALOG_TABLE] = "TABLE",
		[CATALOG_POLICY] = "POLICY",
		[CATALOG_TRIGGER] = "TRIGGER",
		[CATALOG_RULE] = "RULE",
		[CATALOG_VIEW] = "VIEW",
		[CATALOG_STATISTICS] = "STATISTICS",
		[CATALOG_EVENT_TRIGGER] = "EVENT TRIGGER",
		[CATALOG_PUBLICATION] = "PUBLICATION",
	};

	if (object->class_id == CATALOG_FUNCTION && catalog_ddl_is(object, "kind", "aggregate"))
		return "AGGREGATE";
	if (object->class_id == CATALOG_FUNCTION && catalog_ddl_is(object, "kind", "procedure"))
		return "PROCEDURE";
	if (object->class_id == CATALOG_VIEW && catalog_ddl_is(object, "materialized", "true"))
		return "MATERIALIZED VIEW";
	if (object->class_id == CATALOG_TABLE && catalog_ddl_is(object, "kind", "foreign"))
		return "FOREIGN TABLE";
	return kinds[object->class_id];
}

void
catalog_ddl_append_subject(GString *ddl, const CatalogObject *object)
{
	g_autofree char *class_name = g_ascii_strup(catalog_class(object->class_id)->name, -1);

	g_string_append_printf(ddl, "%s ", class_name);
	catalog_ddl_append_remark(ddl, object->identity);
}
