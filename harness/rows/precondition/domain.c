/* Checks that a migration adds to domains: the values of their columns have to pass them. */
#include "rows/precondition/precondition_private.h"

#include <stdlib.h>
#include <string.h>

/* A column that has become one of the domain is precondition_type.c's. */
static const char domains_sql[] =
    "SELECT a.attrelid, a.attnum, a.atttypid, k.conname, pg_catalog.pg_get_constraintdef(k.oid), k.contypid::regtype, "
    "CASE WHEN k.oid = ANY (%s) THEN pg_catalog.quote_ident(k.conname) END "
    "FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_attribute a ON a.atttypid = k.contypid "
    "WHERE a.attrelid = ANY (%s) AND a.attnum > 0 AND NOT a.attisdropped AND k.contypid <> 0 AND k.contype = 'c' "
    "AND k.convalidated AND k.oid <> ALL (%s) ORDER BY a.attrelid, a.attnum, k.conname";

/* Where a quoted text ends, whose first quote stands at `at`. */
static const char *
precondition_domain_skip_quoted(const char *at)
{
	char quote = *at;

	for (at++; *at != '\0'; at++) {
		if (*at != quote)
			continue;
		if (at[1] != quote)
			return at + 1;
		at++;
	}
	return at;
}

static bool
precondition_domain_is_word(char byte)
{
	return g_ascii_isalnum(byte) || byte == '_' || (guchar)byte >= 0x80;
}

char *
rows_precondition_put_column(const char *check, const char *column)
{
	static const char word[] = "VALUE";
	GString *text = g_string_new(NULL);

	for (const char *at = check; *at != '\0';) {
		const char *end = at + 1;
		if (*at == '\'' || *at == '"') {
			end = precondition_domain_skip_quoted(at);
		} else if (precondition_domain_is_word(*at)) {
			while (precondition_domain_is_word(*end))
				end++;
			if ((gsize)(end - at) == strlen(word) && strncmp(at, word, strlen(word)) == 0) {
				g_string_append(text, column);
				at = end;
				continue;
			}
		}
		g_string_append_len(text, at, end - at);
		at = end;
	}
	return g_string_free(text, FALSE);
}

static void
precondition_domain_add(const RowsBeforeTable *table, const RowsBeforeColumn *column, const DbResult *result, int row,
                        GPtrArray *preconditions)
{
	RowsPrecondition *precondition = rows_precondition_add(preconditions, ROWS_PRECONDITION_CHECK, table);
	g_autofree char *check = rows_precondition_put_column(db_result_value(result, row, 4), column->quoted);
	guint number = preconditions->len;

	precondition->column = g_strdup(column->name);
	precondition->constraint = g_strdup(db_result_value(result, row, 3));
	precondition->meaning = g_strdup_printf("no row of %s has a value in \"%s\" that breaks %s of domain %s",
	                                        table->identity, column->name, db_result_value(result, row, 4),
	                                        db_result_value(result, row, 5));
	precondition->query = g_strdup_printf("SELECT * FROM %s WHERE NOT %s", table->quoted, check + strlen("CHECK "));
	precondition->hold = g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT pgassay_precondition_%u %s", table->quoted,
	                                     number, check);
	precondition->release = g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT pgassay_precondition_%u", table->quoted,
	                                        number);
	if (db_result_value(result, row, 6) == NULL)
		return;
	precondition->lift = g_strdup_printf("ALTER DOMAIN %s DROP CONSTRAINT %s", db_result_value(result, row, 5),
	                                     db_result_value(result, row, 6));
	precondition->again = g_strdup_printf("ALTER DOMAIN %s ADD CONSTRAINT %s %s NOT VALID",
	                                      db_result_value(result, row, 5), db_result_value(result, row, 6),
	                                      db_result_value(result, row, 4));
}

bool
rows_precondition_domain_refuses(DbSession *session, const char *oid, const char *column, char **ret_condition,
                                 GError **error)
{
	g_autoptr(DbResult) checks = db_session_query(session, error,
	                                              "SELECT pg_catalog.pg_get_constraintdef(oid)"
	                                              " FROM pg_catalog.pg_constraint"
	                                              " WHERE contypid = $1::oid AND contype = 'c' ORDER BY conname",
	                                              oid, NULL);
	g_autoptr(GString) condition = g_string_new(NULL);

	for (int row = 0; checks != NULL && row < db_result_rows(checks); row++) {
		g_autofree char *check = rows_precondition_put_column(db_result_value(checks, row, 0), column);
		if (g_str_has_prefix(check, "CHECK "))
			g_string_append_printf(condition, "%sNOT %s", condition->len > 0 ? " OR " : "",
			                       check + strlen("CHECK "));
	}
	*ret_condition = condition->len > 0 ? g_string_free(g_steal_pointer(&condition), FALSE) : NULL;
	return checks != NULL;
}

bool
rows_precondition_read_domains(const RowsBefore *before, DbSession *session, GPtrArray *preconditions, GError **error)
{
	g_autofree char *sql = g_strdup_printf(domains_sql, before->not_valid, before->oids, before->constraints);
	g_autoptr(DbResult) checks = db_session_query(session, error, sql, NULL);

	for (int row = 0; checks != NULL && row < db_result_rows(checks); row++) {
		const RowsBeforeTable *table = g_hash_table_lookup(before->tables, db_result_value(checks, row, 0));
		const RowsBeforeColumn *column = rows_before_column(table, atoi(db_result_value(checks, row, 1)));
		if (column != NULL && strcmp(column->type.oid, db_result_value(checks, row, 2)) == 0 &&
		    g_str_has_prefix(db_result_value(checks, row, 4), "CHECK "))
			precondition_domain_add(table, column, checks, row, preconditions);
	}
	return checks != NULL;
}
