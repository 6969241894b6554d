#include "check/changes/pairs.h"

#include "check/changes/changes_private.h"
#include "check/workspace/place.h"
#include "migration/text/reader.h"
#include "rows/state/expression.h"
#include "rows/state/queries.h"

#include <string.h>

/* --- The statement ------------------------------------------------------------- */

static bool
pairs_is_column(const MigrationReader *reader, guint i)
{
	static const char *const constants[] = { "TRUE", "FALSE", "NULL", NULL };
	const MigrationToken *token = migration_reader_token(reader, i);

	return token != NULL && (token->type == MIGRATION_TOKEN_WORD || token->type == MIGRATION_TOKEN_QUOTED) &&
	       !migration_reader_is_any(reader, i, constants);
}

/* Whether something from the token on may be a condition between two tables: two columns that are compared, or
 * something else that this file does not understand. */
static bool
pairs_may_tie(const MigrationReader *reader, guint first)
{
	static const char *const words[] = { "SELECT",  "EXISTS",  "IN",       "ANY",    "ALL",  "LIKE", "ILIKE",
		                             "SIMILAR", "BETWEEN", "OVERLAPS", "USING",  "LEFT", "FULL", "RIGHT",
		                             "NATURAL", "LATERAL", "IS",       "UNNEST", NULL };
	static const char symbols[] = "(<>@~&#?!";

	for (guint i = first; i < reader->tokens->len; i++) {
		const MigrationToken *token = migration_reader_token(reader, i);
		if (migration_reader_is_word(reader, i, "ON") && migration_reader_is_word(reader, i + 1, "CONFLICT"))
			return false;
		if (token->type == MIGRATION_TOKEN_SYMBOL && strchr(symbols, reader->sql[token->start]) != NULL)
			return true;
		if (migration_reader_is_symbol(reader, i, '=') &&
		    !(pairs_is_column(reader, i - 1) && !pairs_is_column(reader, i + 1) &&
		      !migration_reader_is_symbol(reader, i + 1, '(')))
			return true;
		/* IS NULL and IS NOT NULL are about one column. */
		if (migration_reader_is_any(reader, i, words) &&
		    !(migration_reader_is_word(reader, i, "IS") &&
		      !migration_reader_is_word(reader, i + 1, "DISTINCT") &&
		      !migration_reader_is_word(reader, i + 2, "DISTINCT")))
			return true;
	}
	return false;
}

/* The name of the table that begins there, as the statement has it; *i is behind it and its alias. NULL: it is none. */
static char *
pairs_take_table(const MigrationReader *reader, guint *i)
{
	static const char *const next[] = { "JOIN", "CROSS", "INNER", "ON", "WHERE", "GROUP", "ORDER", "LIMIT", NULL };
	guint first = *i;

	if (!pairs_is_column(reader, first))
		return NULL;
	for (; migration_reader_is_symbol(reader, *i + 1, '.'); *i += 2)
		;
	char *name = g_strndup(reader->sql + migration_reader_token(reader, first)->start,
	                       migration_reader_token(reader, *i)->end - migration_reader_token(reader, first)->start);
	*i += 1;
	*i += migration_reader_is_word(reader, *i, "AS");
	*i += pairs_is_column(reader, *i) && !migration_reader_is_any(reader, *i, next);
	return name;
}

/* The names of the tables behind FROM; NULL where there are not two, or something else is there. */
static GPtrArray *
pairs_take_tables(const MigrationReader *reader, guint i)
{
	g_autoptr(GPtrArray) tables = g_ptr_array_new_with_free_func(g_free);

	for (;;) {
		char *name = pairs_take_table(reader, &i);
		if (name == NULL)
			return NULL;
		g_ptr_array_add(tables, name);
		/* ON with its condition may be anything that ties nothing. */
		while (i < reader->tokens->len && !migration_reader_is_symbol(reader, i, ',') &&
		       !migration_reader_is_word(reader, i, "JOIN") && !migration_reader_is_word(reader, i, "WHERE") &&
		       !migration_reader_is_word(reader, i, "GROUP") && !migration_reader_is_word(reader, i, "ORDER"))
			i++;
		if (!migration_reader_is_symbol(reader, i, ',') && !migration_reader_is_word(reader, i, "JOIN"))
			break;
		i++;
	}
	return tables->len == 2 ? g_steal_pointer(&tables) : NULL;
}

/* The two tables that an INSERT reads without a condition between them; NULL: it is not of this kind. */
static GPtrArray *
pairs_find_tables(const char *sql)
{
	g_auto(MigrationReader) reader = { 0 };

	/* Rows of a seed may be very many. */
	if (!check_place_has_word(sql, "SELECT") || !check_place_has_word(sql, "INSERT") ||
	    !migration_reader_begin(&reader, sql) || !migration_reader_is_word(&reader, 0, "INSERT"))
		return NULL;
	guint i = 0;
	while (i < reader.tokens->len && !migration_reader_is_word(&reader, i, "SELECT"))
		i++;
	while (i < reader.tokens->len && !migration_reader_is_word(&reader, i, "FROM"))
		i++;
	return i < reader.tokens->len && !pairs_may_tie(&reader, i) ? pairs_take_tables(&reader, i + 1) : NULL;
}

bool
check_pairs_suspects(const char *sql)
{
	g_autoptr(GPtrArray) tables = pairs_find_tables(sql);

	return tables != NULL;
}

/* --- Asking -------------------------------------------------------------------- */

enum { PAIRS_KEY, PAIRS_TABLE, PAIRS_OTHER, PAIRS_COLUMN, PAIRS_ROWS, PAIRS_OTHER_ROWS };

/* The foreign key from one of the tables to the other; the rows of both. */
static char *
pairs_make_sql(const GPtrArray *tables)
{
	g_autofree char *a = rows_literal(g_ptr_array_index(tables, 0));
	g_autofree char *b = rows_literal(g_ptr_array_index(tables, 1));

	return g_strdup_printf(
	    "WITH t AS MATERIALIZED (SELECT pg_catalog.to_regclass(%s)::oid AS a, pg_catalog.to_regclass(%s)::oid AS "
	    "b) "
	    "SELECT k.conname, pg_catalog.format('%%I.%%I', m.nspname, c.relname), pg_catalog.format('%%I.%%I', "
	    "n.nspname, "
	    "d.relname), f.attname, CASE WHEN t.a = c.oid THEN x.n ELSE y.n END, CASE WHEN t.a = c.oid THEN y.n ELSE "
	    "x.n END "
	    "FROM t JOIN pg_catalog.pg_constraint k ON k.contype = 'f' AND k.conrelid IN (t.a, t.b) "
	    "AND k.confrelid IN (t.a, t.b) AND k.conrelid <> k.confrelid "
	    "JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace m ON m.oid = c.relnamespace "
	    "JOIN pg_catalog.pg_class d ON d.oid = k.confrelid JOIN pg_catalog.pg_namespace n ON n.oid = "
	    "d.relnamespace "
	    "JOIN pg_catalog.pg_attribute f ON f.attrelid = k.conrelid AND f.attnum = k.conkey[1], "
	    "(SELECT count(*) AS n FROM %s) x, (SELECT count(*) AS n FROM %s) y "
	    "WHERE x.n > 1 AND y.n > 1 ORDER BY k.oid LIMIT 1",
	    a, b, (const char *)g_ptr_array_index(tables, 0), (const char *)g_ptr_array_index(tables, 1));
}

bool
check_pairs_ask(DbSession *session, const MigrationStatement *statement, GPtrArray *changes, GError **error)
{
	g_autoptr(GPtrArray) tables = pairs_find_tables(statement->sql);
	g_autofree char *sql = pairs_make_sql(tables);
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) found = NULL;

	if (!rows_try(session, sql, &found, &refusal, error))
		return false;
	if (found == NULL || db_result_rows(found) != 1)
		return true;
	CheckChange *change = check_change_new(changes, CHECK_CHANGE_UNTIED, db_result_value(found, 0, PAIRS_TABLE),
	                                       db_result_value(found, 0, PAIRS_COLUMN), NULL);
	change->statement = statement;
	change->text = g_strdup_printf("each of %s rows of \"%s\" is paired with all %s rows of \"%s\", although "
	                               "foreign key \"%s\" says by \"%s\" "
	                               "which one it belongs to",
	                               db_result_value(found, 0, PAIRS_ROWS), db_result_value(found, 0, PAIRS_TABLE),
	                               db_result_value(found, 0, PAIRS_OTHER_ROWS),
	                               db_result_value(found, 0, PAIRS_OTHER), db_result_value(found, 0, PAIRS_KEY),
	                               db_result_value(found, 0, PAIRS_COLUMN));
	change->hint = "say in WHERE, or in ON, which row belongs to which (WHERE a.id = b.a_id)";
	return true;
}
