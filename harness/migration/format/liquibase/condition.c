/* Preconditions in XML. */
#include "migration/format/liquibase/changelog.h"

#include <string.h>

#define RELATION "schemaName catalogName"

typedef struct {
	const Source *source;
	GError **error;
} Reader;

/* --- Texts ----------------------------------------------------------------------- */

/* For people: <tableExists tableName="a"/> is "tableExists tableName=a". */
static char *
liquibase_condition_describe(const LiquibaseNode *node)
{
	GString *text = g_string_new(node->name);

	for (guint i = 0; i < node->attributes->len; i++) {
		const LiquibaseAttribute *attribute = g_ptr_array_index(node->attributes, i);
		g_string_append_printf(text, " %s=%s", attribute->name, attribute->value);
	}
	if (node->text->text->len > 0)
		g_string_append_printf(text, " %s", node->text->text->str);
	return g_string_free(text, FALSE);
}

static char *
liquibase_condition_quote(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "'", -1);
	g_autofree char *doubled = g_strjoinv("''", parts);

	return g_strconcat("'", doubled, "'", NULL);
}

/* A name as Liquibase writes it into SQL: as it is where its letters are of both kinds, else the server makes them
 * small.
 */
static char *
liquibase_condition_identifier(const char *name)
{
	g_autofree char *upper = g_utf8_strup(name, -1);
	g_autofree char *lower = g_utf8_strdown(name, -1);
	g_auto(GStrv) parts = g_strsplit(strcmp(name, upper) == 0 ? lower : name, "\"", -1);
	g_autofree char *doubled = g_strjoinv("\"\"", parts);

	return g_strconcat("\"", doubled, "\"", NULL);
}

static char *
table_identifier(const LiquibaseNode *node)
{
	const char *schema = liquibase_node_get(node, "schemaName");
	g_autofree char *left = schema != NULL ? liquibase_condition_identifier(schema) : NULL;
	g_autofree char *right = liquibase_condition_identifier(liquibase_node_get(node, "tableName"));

	return schema != NULL ? g_strconcat(left, ".", right, NULL) : g_strdup(right);
}

/* --- Kinds ----------------------------------------------------------------------- */

static char *
schema_literal(const LiquibaseNode *node)
{
	const char *schema = liquibase_node_get(node, "schemaName");

	return schema != NULL ? liquibase_condition_quote(schema) : g_strdup("pg_catalog.current_schema()");
}

static char *
sql_check(const LiquibaseNode *node)
{
	const char *sql = node->text->text->str;
	gsize length = strlen(sql);

	return g_strndup(sql, length - (length > 0 && sql[length - 1] == ';'));
}

static char *
table_exists(const LiquibaseNode *node)
{
	return liquibase_relation_query(liquibase_node_get(node, "tableName"), liquibase_node_get(node, "schemaName"),
	                                "'r', 'p'");
}

static char *
view_exists(const LiquibaseNode *node)
{
	return liquibase_relation_query(liquibase_node_get(node, "viewName"), liquibase_node_get(node, "schemaName"),
	                                "'v'");
}

static char *
sequence_exists(const LiquibaseNode *node)
{
	g_autofree char *name = liquibase_condition_quote(liquibase_node_get(node, "sequenceName"));
	g_autofree char *schema = schema_literal(node);

	return g_strdup_printf("SELECT count(*) FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON "
	                       "n.oid = c.relnamespace WHERE c.relname = %s AND n.nspname = %s AND c.relkind = 'S'",
	                       name, schema);
}

static char *
column_exists(const LiquibaseNode *node)
{
	g_autofree char *table = liquibase_condition_quote(liquibase_node_get(node, "tableName"));
	g_autofree char *column = liquibase_condition_quote(liquibase_node_get(node, "columnName"));
	g_autofree char *schema = schema_literal(node);

	return g_strdup_printf(
	    "SELECT (count(*) > 0)::int FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_class AS "
	    "c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace "
	    "WHERE lower(n.nspname) = %s AND lower(c.relname) = lower(%s) AND lower(a.attname) = "
	    "lower(%s)",
	    schema, table, column);
}

static char *
row_count(const LiquibaseNode *node)
{
	g_autofree char *table = table_identifier(node);

	return g_strdup_printf("SELECT count(*) FROM %s", table);
}

static char *
table_is_empty(const LiquibaseNode *node)
{
	g_autofree char *table = table_identifier(node);

	return g_strdup_printf("SELECT count(*) FROM (SELECT FROM %s LIMIT 1) AS one", table);
}

static char *
liquibase_condition_dbms(const LiquibaseNode *node)
{
	return g_strdup_printf("SELECT %d", liquibase_dbms_matches(liquibase_node_get(node, "type")));
}

static char *
running_as(const LiquibaseNode *node)
{
	g_autofree char *name = liquibase_condition_quote(liquibase_node_get(node, "username"));

	return g_strdup_printf("SELECT CASE WHEN lower(session_user) = lower(%1$s) THEN %1$s ELSE session_user END",
	                       name);
}

static const struct {
	const char *name;
	const char *needed;   /* the required attributes */
	const char *allowed;  /* and the optional ones */
	const char *expected; /* the result; NULL: that of the attribute that follows */
	const char *expected_attribute;
	char *(*query)(const LiquibaseNode *node);
} kinds[] = {
	{ "sqlCheck", "expectedResult", "", NULL, "expectedResult", sql_check },
	{ "tableExists", "tableName", RELATION, "1", NULL, table_exists },
	{ "viewExists", "viewName", RELATION, "1", NULL, view_exists },
	{ "sequenceExists", "sequenceName", RELATION, "1", NULL, sequence_exists },
	{ "columnExists", "tableName columnName", RELATION, "1", NULL, column_exists },
	{ "rowCount", "tableName expectedRows", RELATION, NULL, "expectedRows", row_count },
	{ "tableIsEmpty", "tableName", RELATION, "0", NULL, table_is_empty },
	{ "dbms", "type", "", "1", NULL, liquibase_condition_dbms },
	{ "runningAs", "username", "", NULL, "username", running_as },
};

/* --- Elements --------------------------------------------------------------------- */

static LiquibasePrecondition *read_one(const Reader *reader, const LiquibaseNode *node);

static bool
liquibase_condition_read_parts(const Reader *reader, const LiquibaseNode *node, GPtrArray *parts)
{
	for (guint i = 0; i < node->children->len; i++) {
		LiquibasePrecondition *part = read_one(reader, g_ptr_array_index(node->children, i));
		if (part == NULL)
			return false;
		g_ptr_array_add(parts, part);
	}
	return true;
}

static LiquibasePrecondition *
read_query(const Reader *reader, const LiquibaseNode *node, gsize kind)
{
	g_auto(GStrv) needed = g_strsplit(kinds[kind].needed, " ", -1);
	g_autofree char *allowed = g_strconcat(kinds[kind].needed, " ", kinds[kind].allowed, NULL);
	const char *expected = kinds[kind].expected;
	const char *value = NULL;

	if (!liquibase_node_check(node, reader->source, g_strchomp(allowed), reader->error))
		return NULL;
	for (char **attribute = needed; *attribute != NULL; attribute++)
		if (!liquibase_node_need(node, reader->source, *attribute, &value, reader->error))
			return NULL;
	if (expected == NULL)
		expected = liquibase_node_get(node, kinds[kind].expected_attribute);
	return liquibase_precondition_new_query(kinds[kind].query(node), g_strdup(expected),
	                                        liquibase_condition_describe(node));
}

static LiquibasePrecondition *
read_one(const Reader *reader, const LiquibaseNode *node)
{
	static const char *const logics[] = { [LIQUIBASE_AND] = "and", [LIQUIBASE_OR] = "or", [LIQUIBASE_NOT] = "not" };

	for (guint logic = LIQUIBASE_AND; logic < G_N_ELEMENTS(logics); logic++) {
		if (strcmp(node->name, logics[logic]) != 0)
			continue;
		g_autoptr(LiquibasePrecondition) all = liquibase_precondition_new_logic((LiquibaseLogic)logic);
		return liquibase_condition_read_parts(reader, node, all->parts) ? g_steal_pointer(&all) : NULL;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (strcmp(node->name, kinds[i].name) == 0)
			return read_query(reader, node, i);
	migration_error_at(reader->error, reader->source, node->offset,
	                   "write it as <sqlCheck>, or run Liquibase itself: \"format: command\", see "
	                   "\"pgassay help command\"",
	                   "the precondition <%s> is one that pgassay does not know", node->name);
	return NULL;
}

static bool
liquibase_condition_read_fallback(const Reader *reader, const LiquibaseNode *node, const char *attribute,
                                  LiquibaseFallback *ret_fallback)
{
	const char *value = liquibase_node_get(node, attribute);

	if (value == NULL || liquibase_fallback_parse(value, ret_fallback))
		return true;
	return migration_error_at(reader->error, reader->source, node->offset,
	                          "there are: HALT, CONTINUE, MARK_RAN, WARN", "\"%s\" is no value of %s", value,
	                          attribute);
}

LiquibasePreconditions *
liquibase_read_preconditions(const LiquibaseNode *node, const Source *source, GError **error)
{
	const Reader reader = { .source = source, .error = error };
	LiquibasePreconditions *preconditions = liquibase_preconditions_new();

	preconditions->message = g_strdup(liquibase_node_get(node, "onFailMessage"));
	if (liquibase_node_check(node, source, "onFail onError onFailMessage onErrorMessage onSqlOutput", error) &&
	    liquibase_condition_read_fallback(&reader, node, "onFail", &preconditions->on_fail) &&
	    liquibase_condition_read_fallback(&reader, node, "onError", &preconditions->on_error) &&
	    liquibase_condition_read_parts(&reader, node, preconditions->all))
		return preconditions;
	liquibase_preconditions_free(preconditions);
	return NULL;
}
