/* Preconditions: their structure, and their syntax in formatted SQL. */
#include "migration/format/liquibase/liquibase.h"

#include <string.h>

void
liquibase_precondition_free(gpointer data)
{
	LiquibasePrecondition *precondition = data;

	if (precondition == NULL)
		return;
	g_clear_pointer(&precondition->parts, g_ptr_array_unref);
	g_free(precondition->sql);
	g_free(precondition->expected);
	g_free(precondition->text);
	g_free(precondition);
}

LiquibasePreconditions *
liquibase_preconditions_new(void)
{
	LiquibasePreconditions *preconditions = g_new0(LiquibasePreconditions, 1);

	preconditions->all = g_ptr_array_new_with_free_func(liquibase_precondition_free);
	return preconditions;
}

void
liquibase_preconditions_free(gpointer data)
{
	LiquibasePreconditions *preconditions = data;

	if (preconditions == NULL)
		return;
	g_ptr_array_unref(preconditions->all);
	g_free(preconditions->message);
	g_free(preconditions);
}

bool
liquibase_fallback_parse(const char *name, LiquibaseFallback *ret_fallback)
{
	static const char *const names[] = { "HALT", "CONTINUE", "MARK_RAN", "WARN" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_ascii_strcasecmp(name, names[i]) == 0) {
			*ret_fallback = (LiquibaseFallback)i;
			return true;
		}
	return false;
}

static char *
liquibase_precondition_quote(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "'", -1);
	g_autofree char *doubled = g_strjoinv("''", parts);

	return g_strconcat("'", doubled, "'", NULL);
}

char *
liquibase_relation_query(const char *name, const char *schema, const char *kinds)
{
	g_autofree char *quoted = liquibase_precondition_quote(name);
	g_autofree char *in = schema != NULL ? liquibase_precondition_quote(schema)
	                                     : g_strdup("pg_catalog.current_schema()");

	return g_strdup_printf(
	    "SELECT (count(*) > 0)::int FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS "
	    "n ON n.oid = c.relnamespace WHERE lower(c.relname) = lower(%s) AND lower(n.nspname) = "
	    "lower(%s) AND c.relkind IN (%s)",
	    quoted, in, kinds);
}

static char *
relation_query(const char *body, const char *kind, const char *kinds)
{
	g_autofree char *pattern = g_strdup_printf(".*%s:(\\w+).*", kind);
	g_auto(GStrv) name = liquibase_match(pattern, body);
	g_auto(GStrv) schema = liquibase_match(".*schema:(\\w+).*", body);

	return name != NULL ? liquibase_relation_query(name[1], schema != NULL ? schema[1] : NULL, kinds) : NULL;
}

LiquibasePrecondition *
liquibase_precondition_new_query(char *sql, char *expected, char *text)
{
	LiquibasePrecondition *precondition = g_new0(LiquibasePrecondition, 1);

	precondition->sql = sql;
	precondition->expected = expected;
	precondition->text = text;
	return precondition;
}

LiquibasePrecondition *
liquibase_precondition_new_logic(LiquibaseLogic logic)
{
	static const char *const names[] = { "", "and", "or", "not" };
	LiquibasePrecondition *precondition = liquibase_precondition_new_query(NULL, NULL, g_strdup(names[logic]));

	precondition->logic = logic;
	precondition->parts = g_ptr_array_new_with_free_func(liquibase_precondition_free);
	return precondition;
}

LiquibasePrecondition *
liquibase_precondition_new(const char *kind, const char *body)
{
	static const char sql_check[] = "(?:expectedResult:)?(?:(\\w+)|'([^']+)'|\"([^\"]+)\") (.*)";
	char *text = g_strdup_printf("%s %s", kind, body);

	if (strcmp(kind, "sql-check") == 0) {
		g_auto(GStrv) parts = liquibase_match(sql_check, body);
		if (parts == NULL)
			return liquibase_precondition_new_query(NULL, NULL, text);
		return liquibase_precondition_new_query(g_strdup(parts[4]),
		                                        g_strconcat(parts[1], parts[2], parts[3], NULL), text);
	}
	bool table = strcmp(kind, "table-exists") == 0;
	return liquibase_precondition_new_query(
	    relation_query(body, table ? "table" : "view", table ? "'r', 'p'" : "'v'"), g_strdup("1"), text);
}
