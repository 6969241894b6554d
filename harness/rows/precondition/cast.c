/* Texts that a migration casts, and columns that it lets the server calculate: only some values can be. */
#include "rows/precondition/precondition_private.h"

#include "rows/fill/stock.h"
#include "rows/state/queries.h"

#include <stdlib.h>
#include <string.h>

/* --- Holding ------------------------------------------------------------------ */

void
rows_precondition_hold_condition(RowsPrecondition *precondition, const RowsBeforeTable *table, const char *condition,
                                 guint number)
{
	precondition->hold = g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT pgassay_precondition_%u CHECK (%s)",
	                                     table->quoted, number, condition);
	precondition->release = g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT pgassay_precondition_%u", table->quoted,
	                                        number);
}

/* --- Casts in statements --------------------------------------------------------- */

/* Types that read a text of a certain form. */
static const char *const cast_types[] = { "json",        "jsonb",  "uuid",     "int",  "integer", "smallint",
	                                  "bigint",      "int2",   "int4",     "int8", "numeric", "decimal",
	                                  "real",        "float8", "date",     "inet", "boolean", "timestamp",
	                                  "timestamptz", "time",   "interval", "bool", NULL };

/* name::type, and CAST(name AS type. */
static const char cast_pattern[] = "(?:\"(?<quoted>[^\"]+)\"|\\b(?<plain>\\w+))(?:\\s*::\\s*|\\s+as\\s+)(?<type>\\w+)";

typedef struct {
	const char *name; /* of the column that is cast */
	const char *type;
	GPtrArray *preconditions;
} CastSearch;

static bool
cast_is_known(const CastSearch *search, const RowsBeforeTable *table, const char *column, const char *type)
{
	for (guint i = 0; i < search->preconditions->len; i++) {
		const RowsPrecondition *known = g_ptr_array_index(search->preconditions, i);
		/* What is known of a column that changes its type is the same. */
		if (known->kind == ROWS_PRECONDITION_TYPE && strcmp(known->table, table->identity) == 0 &&
		    g_strcmp0(known->column, column) == 0 &&
		    (known->cast_to == NULL || strcmp(known->cast_to, type) == 0))
			return true;
	}
	return false;
}

/* Which texts are refused. Where no pattern says so, only servers from PostgreSQL 16 on can be asked. */
static char *
cast_make_query(const RowsBeforeTable *table, const RowsBeforeColumn *column, const char *type)
{
	static const char *const whole[] = { "int", "integer", "smallint", "bigint", "int2", "int4", "int8", NULL };
	static const char of_whole[] = "^[[:space:]]*[-+]?[0-9]+[[:space:]]*$";
	static const char of_uuid[] = "^[{]?[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}[}]?$";
	const char *pattern = g_strv_contains(whole, type) ? of_whole : strcmp(type, "uuid") == 0 ? of_uuid : NULL;

	if (pattern != NULL)
		return g_strdup_printf("SELECT * FROM %s WHERE %s::text !~ '%s'", table->quoted, column->quoted,
		                       pattern);
	return g_strdup_printf("SELECT * FROM %s WHERE NOT pg_catalog.pg_input_is_valid((%s)::text, '%s') -- from "
	                       "PostgreSQL 16 on",
	                       table->quoted, column->quoted, type);
}

static void
cast_add(const CastSearch *search, const RowsBeforeTable *table, const RowsBeforeColumn *column, const char *type)
{
	if (cast_is_known(search, table, column->name, type))
		return;
	RowsPrecondition *precondition = rows_precondition_add(search->preconditions, ROWS_PRECONDITION_TYPE, table);
	g_autofree char *condition = g_strdup_printf("pg_catalog.num_nulls((%s)::%s) >= 0", column->quoted, type);

	precondition->column = g_strdup(column->name);
	precondition->cast_to = g_strdup(type);
	precondition->meaning = g_strdup_printf("\"%s\" of every row of %s can be cast to %s", column->name,
	                                        table->identity, type);
	precondition->query = cast_make_query(table, column, type);
	rows_precondition_hold_condition(precondition, table, condition, search->preconditions->len);
}

/* The statement casts something of that name: of the tables that it names, each that has such a text. */
static void
cast_visit(const RowsBeforeTable *table, const RowsBeforeColumn *column, void *data)
{
	const CastSearch *search = data;

	if (strcmp(column->name, search->name) == 0 && rows_stock_is_text(&column->type))
		cast_add(search, table, column, search->type);
}

void
rows_before_learn_casts(const RowsBefore *before, const char *statement, GPtrArray *preconditions)
{
	g_autoptr(GRegex) regex = g_regex_new(cast_pattern, G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	for (g_regex_match(regex, statement, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *quoted = g_match_info_fetch_named(match, "quoted");
		g_autofree char *plain = g_match_info_fetch_named(match, "plain");
		g_autofree char *written = g_match_info_fetch_named(match, "type");
		g_autofree char *name = quoted != NULL && quoted[0] != '\0' ? g_strdup(quoted)
		                                                            : g_ascii_strdown(plain, -1);
		g_autofree char *type = g_ascii_strdown(written, -1);
		CastSearch search = { name, type, preconditions };
		if (g_strv_contains(cast_types, type))
			rows_before_each_named(before, statement, cast_visit, &search);
	}
}

/* --- Columns that the server calculates --------------------------------------------- */

/* New columns that are generated, new indexes of expressions, and new checks of such columns with their expressions in
 * the place of them; of tables that were there. */
static const char calculated_sql[] =
    "SELECT a.attrelid, a.attname, CASE WHEN a.attnotnull THEN 'n' END, pg_catalog.pg_get_expr(d.adbin, d.adrelid), "
    "a.attnum "
    "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
    "WHERE a.attrelid = ANY ($TABLES) AND a.attgenerated <> '' AND NOT a.attisdropped "
    "UNION ALL "
    "SELECT i.indrelid, NULL, NULL, pg_catalog.pg_get_indexdef(i.indexrelid, n, true), 0 "
    "FROM pg_catalog.pg_index i, pg_catalog.generate_series(1, i.indnkeyatts) n "
    "WHERE i.indrelid = ANY ($TABLES) AND i.indexrelid <> ALL ($INDEXES) AND NOT i.indisunique AND i.indkey[n - 1] = 0 "
    "UNION ALL "
    "SELECT k.conrelid, k.conname, 'c', pg_catalog.regexp_replace(pg_catalog.pg_get_expr(k.conbin, k.conrelid), "
    "E'\\\\m' || a.attname || E'\\\\M', "
    "'(' || pg_catalog.replace(pg_catalog.pg_get_expr(d.adbin, d.adrelid), E'\\\\', E'\\\\\\\\') || ')', 'g'), 0 "
    "FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY "
    "(k.conkey) JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
    "WHERE k.conrelid = ANY ($TABLES) AND k.contype = 'c' AND k.convalidated AND k.oid <> ALL ($CONSTRAINTS) "
    "AND a.attgenerated <> '' AND pg_catalog.quote_ident(a.attname) = a.attname "
    "ORDER BY 1, 5, 4";

enum { CALCULATED_TABLE, CALCULATED_NAME, CALCULATED_HOW, CALCULATED_EXPRESSION, CALCULATED_NUMBER };

static void
cast_describe_calculated(RowsPrecondition *precondition, const RowsBeforeTable *table, const char *expression)
{
	switch (precondition->kind) {
	case ROWS_PRECONDITION_NOT_NULL:
		precondition->meaning = g_strdup_printf("%s is not NULL in any row of %s", expression, table->identity);
		precondition->query = g_strdup_printf("SELECT * FROM %s WHERE (%s) IS NULL", table->quoted, expression);
		return;
	case ROWS_PRECONDITION_CHECK:
		precondition->meaning = g_strdup_printf("no row of %s breaks %s", table->identity, expression);
		precondition->query = g_strdup_printf("SELECT * FROM %s WHERE NOT (%s)", table->quoted, expression);
		return;
	default:
		precondition->meaning = g_strdup_printf("%s can be calculated for every row of %s", expression,
		                                        table->identity);
	}
}

static void
cast_add_calculated(const RowsBefore *before, const DbResult *found, int row, GPtrArray *preconditions)
{
	const RowsBeforeTable *table = g_hash_table_lookup(before->tables,
	                                                   db_result_value(found, row, CALCULATED_TABLE));
	const char *name = db_result_value(found, row, CALCULATED_NAME);
	const char *how = db_result_value(found, row, CALCULATED_HOW);
	const char *expression = db_result_value(found, row, CALCULATED_EXPRESSION);

	/* The server may have calculated it before. */
	if (rows_before_column(table, atoi(db_result_value(found, row, CALCULATED_NUMBER))) != NULL)
		return;
	RowsPreconditionKind kind = how == NULL     ? ROWS_PRECONDITION_TYPE
	                            : how[0] == 'n' ? ROWS_PRECONDITION_NOT_NULL
	                                            : ROWS_PRECONDITION_CHECK;
	RowsPrecondition *precondition = rows_precondition_add(preconditions, kind, table);
	g_autofree char *condition = kind == ROWS_PRECONDITION_NOT_NULL
	                                 ? g_strdup_printf("(%s) IS NOT NULL", expression)
	                             : kind == ROWS_PRECONDITION_CHECK
	                                 ? g_strdup(expression)
	                                 : g_strdup_printf("pg_catalog.num_nulls(%s) >= 0", expression);

	precondition->column = kind == ROWS_PRECONDITION_NOT_NULL ? g_strdup(name) : NULL;
	precondition->constraint = kind == ROWS_PRECONDITION_CHECK ? g_strdup(name) : NULL;
	precondition->calculated = true;
	cast_describe_calculated(precondition, table, expression);
	rows_precondition_hold_condition(precondition, table, condition, preconditions->len);
}

bool
rows_precondition_read_calculated(const RowsBefore *before, DbSession *session, GPtrArray *preconditions,
                                  GError **error)
{
	g_autoptr(GString) sql = g_string_new(calculated_sql);

	g_string_replace(sql, "$TABLES", before->oids, 0);
	g_string_replace(sql, "$CONSTRAINTS", before->constraints, 0);
	g_string_replace(sql, "$INDEXES", before->indexes, 0);
	g_autoptr(DbResult) found = db_session_query(session, error, sql->str, NULL);
	for (int row = 0; found != NULL && row < db_result_rows(found); row++)
		cast_add_calculated(before, found, row, preconditions);
	return found != NULL;
}
