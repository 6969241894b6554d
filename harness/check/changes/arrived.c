#include "check/changes/arrived.h"

#include "catalog/identity.h"
#include "check/changes/changes_private.h"
#include "check/changes/update.h"
#include "check/workspace/place.h"
#include "migration/text/statement.h"
#include "rows/state/queries.h"

#include <string.h>

/* Values that say no more than that there is none. */
#define IS_NO_VALUE "coalesce(%s, '') ~ '^([[:space:]]*|-?0([.]0+)?|f|false|null|[{][}]|\\[\\])$'"

/* A value of column %s of the table "a" that no statement may have written: NULL or, where the column has or had a
 * default, one that says nothing. A zero that was calculated counts as written. */
#define NOT_WRITTEN                                                                                                    \
	"(a.%s IS NULL OR " IS_NO_VALUE " AND EXISTS (SELECT FROM pg_catalog.pg_attribute t"                           \
	" WHERE t.attrelid = a.tableoid AND t.attname = %s AND (t.atthasdef OR t.attnotnull)))"

/* Three of the values for which the condition holds, a line each. */
#define EXAMPLES(value, condition)                                                                                     \
	"pg_catalog.array_to_string((array_agg(DISTINCT '\"' || pg_catalog.left(pg_catalog.translate(" value           \
	", E'\n\r', '  '), 60) || '\"') FILTER (WHERE " condition "))[1:3], E'\n    ')"

/* One column that is gone. */
typedef struct {
	DbSession *session;
	const RowsState *before;
	const RowsState *after;
	const MigrationScript *script;
	const char *table;
	bool table_gone; /* with the column */
	const char *column;
	const char *type;
	char *copy;      /* of its table, for SQL */
	char *value;     /* of the column in it */
	GPtrArray *into; /* of char *: "\"other\"" of the columns that have got its values, for people */
	const MigrationStatement *statement; /* the last one that has filled one of these */
	bool known;                          /* there were values, and where they are is known */
	GPtrArray *changes;
} ArrivedSearch;

static const char *
arrived_name(const char *table)
{
	const char *dot = strrchr(table, '.');

	return dot != NULL ? dot + 1 : table;
}

static bool
arrived_writes(const MigrationStatement *statement)
{
	static const char *const first[] = { "UPDATE", "INSERT", "MERGE", "WITH", "CREATE TABLE", "SELECT", NULL };
	g_autofree char *words = migration_statement_key_words(statement->sql, 2);

	for (gsize i = 0; first[i] != NULL; i++)
		if (g_str_has_prefix(words, first[i]))
			return true;
	return false;
}

static bool
arrived_drops(const MigrationStatement *statement, const char *table, const char *column)
{
	g_autofree char *escaped = g_regex_escape_string(column, -1);
	g_autofree char *pattern = g_strdup_printf("^\\s*ALTER\\s+TABLE\\b.*\\bDROP\\s+(?:COLUMN\\s+)?"
	                                           "(?:IF\\s+EXISTS\\s+)?\"?%s\\b(?!\\s*\\.)",
	                                           escaped);

	return check_place_has_word(statement->sql, arrived_name(table)) &&
	       g_regex_match_simple(pattern, statement->sql, G_REGEX_CASELESS | G_REGEX_DOTALL | G_REGEX_RAW, 0);
}

/* NULL: any statement counts, whatever other column it names. One behind the DROP of the column reads another one. */
static bool
arrived_is_read(const MigrationScript *script, const char *table, const char *column, const char *but)
{
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		if (but == NULL && arrived_drops(statement, table, column))
			return false;
		if (arrived_writes(statement) && check_place_has_word(statement->sql, column) &&
		    check_place_has_word(statement->sql, arrived_name(table)) &&
		    (but == NULL || !check_place_has_word(statement->sql, but)))
			return true;
	}
	return false;
}

bool
check_arrived_suspected(const MigrationScript *script, const char *table, const char *column)
{
	return arrived_is_read(script, table, column, NULL);
}

bool
check_arrived_elsewhere(const MigrationScript *script, const char *table, const char *column, const char *other)
{
	return arrived_is_read(script, table, column, other);
}

/* --- Asking ----------------------------------------------------------------------- */

/* The number of a name in the sorted list, as the copies count it. */
static guint
arrived_index(const char *const *names, const char *name)
{
	guint i = 0;

	while (names[i] != NULL && strcmp(names[i], name) != 0)
		i++;
	return i;
}

static guint
arrived_table_index(const RowsState *state, const char *table)
{
	guint i = 0;

	while (i < rows_state_size(state) && strcmp(rows_state_name(state, i), table) != 0)
		i++;
	return i;
}

/* A query of numbers and a text of examples; *ret_result NULL: the server refuses it, and nothing is known. */
static bool
arrived_ask(const ArrivedSearch *search, const char *sql, DbResult **ret_result, GError **error)
{
	g_auto(RowsRefusal) refusal = { 0 };
	g_autofree char *all = g_strconcat(rows_query_settings, "; ", sql, NULL);

	return rows_try(search->session, all, ret_result, &refusal, error);
}

static gint64
arrived_number(const DbResult *result, int column)
{
	const char *value = db_result_value(result, 0, column);

	return value != NULL ? g_ascii_strtoll(value, NULL, 10) : 0;
}

static void
arrived_add(const ArrivedSearch *search, gint64 n_missing, gint64 n_all, const char *examples)
{
	g_autofree char *into = NULL;

	g_ptr_array_add(search->into, NULL);
	into = g_strjoinv(", ", (char **)search->into->pdata);
	CheckChange *change = check_change_new(search->changes, CHECK_CHANGE_PART_LEFT, search->table, search->column,
	                                       NULL);
	change->statement = search->statement;
	change->text = g_strdup_printf(
	    "column \"%s\" of table \"%s\" is dropped%s, and %" G_GINT64_FORMAT " of its %" G_GINT64_FORMAT
	    " values have not arrived in %s, which has got the others",
	    search->column, search->table, search->table_gone ? " with its table" : "", n_missing, n_all, into);
	change->examples = g_strdup_printf("values that are nowhere now:\n    %s", examples);
	change->hint = "let the statement take all rows along, before the column is dropped: look at its WHERE, its "
		       "joins, and at NULL";
}

/* --- In the same table -------------------------------------------------------------- */

/* Whether values of one type can say what those of the other did. */
static bool
arrived_can_hold(const char *was, const char *is)
{
	return check_change_types_fit(was, is) || check_change_types_fit("text", is) || g_str_has_prefix(is, "json");
}

/* An UPDATE of all rows has written the column everywhere. */
static void
arrived_append_not_written(GString *sql, DbSession *session, const CheckUpdate *update, const char *name)
{
	g_autofree char *column = db_session_quote_identifier(session, name);
	g_autofree char *literal = db_session_quote_literal(session, name);
	g_autofree char *value = g_strdup_printf("a.%s::text", column);

	if (update->from == NULL && update->where == NULL)
		g_string_append_printf(sql, "a.%s IS NULL", column);
	else
		g_string_append_printf(sql, NOT_WRITTEN, column, value, literal);
}

/* The condition that the new columns, which UPDATEs have set to something with the old one, say nothing: "x AND y";
 * NULL: there is no such column. */
static char *
arrived_nothing_in_row(ArrivedSearch *search)
{
	const GPtrArray *statements = migration_script_statements(search->script);
	GString *sql = g_string_new(NULL);

	for (guint i = 0; i < statements->len; i++) {
		g_auto(CheckUpdate) update = { 0 };
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		if (!check_update_parse(statement->sql, &update) ||
		    strcmp(update.table, arrived_name(search->table)) != 0)
			continue;
		for (guint j = 0; update.columns[j] != NULL; j++) {
			const char *type = rows_state_column_type(search->after, search->table, update.columns[j]);
			if (type == NULL ||
			    rows_state_column_type(search->before, search->table, update.columns[j]) != NULL ||
			    !check_place_has_word(update.expressions[j], search->column) ||
			    !arrived_can_hold(search->type, type))
				continue;
			g_string_append(sql, sql->len > 0 ? " AND " : "");
			arrived_append_not_written(sql, search->session, &update, update.columns[j]);
			g_ptr_array_add(search->into, g_strdup_printf("\"%s\"", update.columns[j]));
			search->statement = statement;
		}
	}
	return g_string_free(sql, sql->len == 0);
}

/* How a row of the table (a) and of its copy (b) belong together; NULL: there is no key to say so. */
static char *
arrived_join(const ArrivedSearch *search, const char *const *names)
{
	const char *const *key = rows_state_key(search->before, search->table);
	GString *sql = g_string_new(NULL);

	for (guint i = 0; key != NULL && key[i] != NULL; i++) {
		g_autofree char *column = db_session_quote_identifier(search->session, key[i]);
		if (rows_state_column_type(search->after, search->table, key[i]) == NULL)
			return g_string_free(sql, TRUE);
		g_string_append_printf(sql, "%sa.%s::text = b.c%u", i > 0 ? " AND " : "", column,
		                       arrived_index(names, key[i]));
	}
	return g_string_free(sql, sql->len == 0);
}

static bool
arrived_judge_same_table(ArrivedSearch *search, const char *const *names, GError **error)
{
	g_autofree char *join = arrived_join(search, names);
	g_autofree char *nothing = join != NULL ? arrived_nothing_in_row(search) : NULL;
	g_autoptr(DbResult) found = NULL;

	if (nothing == NULL)
		return true;
	g_autofree char *empty = g_strdup_printf(IS_NO_VALUE, search->value);
	g_autofree char *sql = g_strdup_printf(
	    "SELECT count(*), count(*) FILTER (WHERE x.n), " EXAMPLES(
		"x.v", "x.n") " FROM "
			      "(SELECT %s AS n, %s AS v FROM %s b JOIN ONLY %s a ON %s WHERE NOT (%s)) x",
	    nothing, search->value, search->copy, search->table, join, empty);
	if (!arrived_ask(search, sql, &found, error))
		return false;
	if (found == NULL)
		return true;
	gint64 n_all = arrived_number(found, 0);
	gint64 n_missing = arrived_number(found, 1);
	search->known = n_all > n_missing;
	/* A column that has got nothing at all is the business of changes.c. */
	if (n_missing > 0 && n_missing < n_all)
		arrived_add(search, n_missing, n_all, db_result_value(found, 0, 2));
	return true;
}

/* --- In another table ----------------------------------------------------------------- */

/* An UPDATE fills its own table only. */
static bool
arrived_may_fill(const MigrationStatement *statement, const char *receiver)
{
	g_auto(CheckUpdate) update = { 0 };

	return arrived_writes(statement) &&
	       (!check_update_parse(statement->sql, &update) || strcmp(update.table, arrived_name(receiver)) == 0);
}

/* The statement that fills the table from the column, as it is: what it calculates cannot be found again. */
static const MigrationStatement *
arrived_find_copy(const ArrivedSearch *search, const char *receiver)
{
	const GPtrArray *statements = migration_script_statements(search->script);

	for (guint i = statements->len; i > 0; i--) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i - 1);
		if (arrived_may_fill(statement, receiver) && check_place_has_word(statement->sql, search->column) &&
		    check_place_has_word(statement->sql, arrived_name(search->table)) &&
		    check_place_has_word(statement->sql, arrived_name(receiver)) &&
		    !check_place_has_word(statement->sql, "CASE"))
			return statement;
	}
	return NULL;
}

/* Whether the column of the new table holds nothing but values of the old one. */
static bool
arrived_holds_copies(const ArrivedSearch *search, const char *source, const char *receiver, const char *column,
                     bool *ret_holds, GError **error)
{
	g_autofree char *sql = g_strdup_printf(
	    "SELECT count(*) FILTER (WHERE s.v IS NOT NULL), count(*) FILTER (WHERE s.v IS NULL)"
	    " FROM (SELECT DISTINCT a.%s::text AS v FROM ONLY %s a WHERE a.%s IS NOT NULL) r"
	    " LEFT JOIN (SELECT DISTINCT y.v FROM (%s) y WHERE y.v IS NOT NULL) s USING (v)",
	    column, receiver, column, source);
	g_autoptr(DbResult) found = NULL;

	if (!arrived_ask(search, sql, &found, error))
		return false;
	*ret_holds = found != NULL && arrived_number(found, 0) > 0 && arrived_number(found, 1) == 0;
	return true;
}

/* Appends the values of the receiver's columns that hold such copies: "SELECT ... UNION ALL ...". Of a table that was
 * there with rows, only new columns count. */
static bool
arrived_collect_of(ArrivedSearch *search, const char *source, const char *receiver, GString *sql, GError **error)
{
	const MigrationStatement *statement = arrived_find_copy(search, receiver);
	bool array = g_str_has_suffix(search->type, "[]");
	g_autofree char *type = g_strndup(search->type, strlen(search->type) - (array ? 2 : 0));
	g_autofree const char **columns = rows_state_columns(search->after, receiver);

	bool known = rows_state_rows(search->before, receiver) > 0;

	for (guint i = 0; statement != NULL && columns[i] != NULL; i++) {
		g_autofree char *column = db_session_quote_identifier(search->session, columns[i]);
		bool holds = false;
		if ((known && rows_state_column_type(search->before, receiver, columns[i]) != NULL) ||
		    !check_change_types_fit(type, rows_state_column_type(search->after, receiver, columns[i])))
			continue;
		if (!arrived_holds_copies(search, source, receiver, column, &holds, error))
			return false;
		if (!holds)
			continue;
		g_string_append_printf(sql, "%sSELECT a.%s::text AS v FROM ONLY %s a",
		                       sql->len > 0 ? " UNION ALL " : "", column, receiver);
		g_ptr_array_add(search->into, g_strdup_printf("\"%s\" of \"%s\"", columns[i], receiver));
		search->statement = statement;
	}
	return true;
}

/* In all other tables. *ret_sql NULL: there are none. */
static bool
arrived_collect(ArrivedSearch *search, const char *source, char **ret_sql, GError **error)
{
	g_autoptr(GString) sql = g_string_new(NULL);

	for (guint i = 0; i < rows_state_size(search->after); i++) {
		const char *receiver = rows_state_name(search->after, i);
		if (strcmp(receiver, search->table) != 0 && rows_state_rows(search->after, receiver) > 0 &&
		    !arrived_collect_of(search, source, receiver, sql, error))
			return false;
	}
	*ret_sql = sql->len > 0 ? g_string_free(g_steal_pointer(&sql), FALSE) : NULL;
	return true;
}

/* The statement takes equal values together on purpose. */
static bool
arrived_joins_equals(const MigrationStatement *statement)
{
	static const char *const words[] = { "DISTINCT", "GROUP", "CONFLICT", "UNION", "MERGE", NULL };

	for (gsize i = 0; words[i] != NULL; i++)
		if (check_place_has_word(statement->sql, words[i]))
			return true;
	return false;
}

static bool
arrived_judge_other_tables(ArrivedSearch *search, GError **error)
{
	bool array = g_str_has_suffix(search->type, "[]");
	g_autofree char *source = g_strdup_printf("SELECT %s%s%s AS v FROM %s b", array ? "unnest(" : "", search->value,
	                                          array ? "::text[])" : "", search->copy);
	g_autofree char *receivers = NULL;
	g_autoptr(DbResult) found = NULL;

	if (!arrived_collect(search, source, &receivers, error))
		return false;
	if (receivers == NULL || search->statement == NULL)
		return true;
	g_autofree char *empty = g_strdup_printf(IS_NO_VALUE, "y.v");
	g_autofree char *sql = g_strdup_printf(
	    "SELECT sum(x.n), sum(x.m), " EXAMPLES("x.v",
	                                           "x.m > 0") " FROM (SELECT s.v, s.n, %s AS m FROM (SELECT y.v, "
							      "count(*) AS n FROM (%s) y WHERE NOT (%s) GROUP BY y.v) "
							      "s LEFT JOIN (SELECT z.v, count(*) AS n FROM (%s) z "
							      "GROUP BY z.v) r USING (v)) x",
	    arrived_joins_equals(search->statement) ? "CASE WHEN r.v IS NULL THEN s.n ELSE 0 END"
						    : "greatest(s.n - coalesce(r.n, 0), 0)",
	    source, empty, receivers);
	if (!arrived_ask(search, sql, &found, error))
		return false;
	search->known = found != NULL && arrived_number(found, 0) > arrived_number(found, 1);
	if (found != NULL && arrived_number(found, 1) > 0)
		arrived_add(search, arrived_number(found, 1), arrived_number(found, 0), db_result_value(found, 0, 2));
	return true;
}

/* --- All columns ------------------------------------------------------------------------ */

static bool
arrived_judge(ArrivedSearch *search, GError **error)
{
	g_autofree const char **names = rows_state_columns(search->before, search->table);
	g_autoptr(GPtrArray) into = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *copy = g_strdup_printf(ROWS_COPY_SCHEMA ".t%u",
	                                        arrived_table_index(search->before, search->table));
	g_autofree char *value = g_strdup_printf("b.c%u", arrived_index(names, search->column));

	search->copy = copy;
	search->value = value;
	search->into = into;
	search->type = rows_state_column_type(search->before, search->table, search->column);
	if (!arrived_judge_same_table(search, names, error))
		return false;
	return into->len > 0 || arrived_judge_other_tables(search, error);
}

/* Whether the change of the whole table has been found already. */
static bool
arrived_is_known(const GPtrArray *changes, const char *table)
{
	for (guint i = 0; i < changes->len; i++) {
		const CheckChange *change = g_ptr_array_index(changes, i);
		if (change->kind == CHECK_CHANGE_TABLE_EMPTIED && strcmp(change->table, table) == 0)
			return true;
	}
	return false;
}

/* The columns of the difference that are gone: of a table that is gone, all. The caller frees the list. */
static const char **
arrived_columns_gone(const RowsState *before, const RowsDifference *difference)
{
	if (difference->kind == ROWS_TABLE_GONE)
		return rows_state_columns(before, difference->table);
	guint n = g_strv_length(difference->columns_gone);
	const char **columns = g_new0(const char *, n + 1);
	memcpy(columns, difference->columns_gone, n * sizeof(*columns));
	return columns;
}

/* A column that was dropped and made again is empty; its values may have gone elsewhere before. */
static bool
arrived_judge_remade(ArrivedSearch *search, GError **error)
{
	for (guint i = search->changes->len; i > 0; i--) {
		const CheckChange *change = g_ptr_array_index(search->changes, i - 1);
		if (change->kind != CHECK_CHANGE_COLUMN_EMPTIED ||
		    !check_arrived_suspected(search->script, change->table, change->column))
			continue;
		search->table = change->table;
		search->column = change->column;
		search->known = false;
		if (!arrived_judge(search, error))
			return false;
		if (search->known)
			g_ptr_array_remove_index(search->changes, i - 1);
	}
	return true;
}

bool
check_arrived_find(DbSession *session, const RowsState *before, const RowsState *after, const MigrationScript *script,
                   GPtrArray *changes, GError **error)
{
	g_autoptr(GPtrArray) differences = rows_state_compare(before, after);

	for (guint i = 0; i < differences->len; i++) {
		const RowsDifference *difference = g_ptr_array_index(differences, i);
		bool gone = difference->kind == ROWS_TABLE_GONE;
		if (difference->rows_before == 0 || rows_state_has_changed_places(before, after, difference->table) ||
		    (gone && (arrived_is_known(changes, difference->table) ||
		              rows_state_renamed_table(before, after, difference->table) != NULL)))
			continue;
		g_autofree const char **columns = arrived_columns_gone(before, difference);
		for (guint j = 0; columns[j] != NULL; j++) {
			ArrivedSearch search = { .session = session,
				                 .before = before,
				                 .after = after,
				                 .script = script,
				                 .table = difference->table,
				                 .table_gone = gone,
				                 .column = columns[j],
				                 .changes = changes };
			if ((gone || rows_state_renamed_column(before, after, difference->table, columns[j]) == NULL) &&
			    check_arrived_suspected(script, difference->table, columns[j]) &&
			    !arrived_judge(&search, error))
				return false;
		}
	}
	ArrivedSearch remade = {
		.session = session, .before = before, .after = after, .script = script, .changes = changes
	};
	return arrived_judge_remade(&remade, error);
}
