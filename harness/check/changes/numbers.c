#include "check/changes/numbers.h"

#include "check/changes/changes_private.h"
#include "check/workspace/place.h"
#include "rows/state/queries.h"

#include <string.h>

/* --- The statement ------------------------------------------------------------- */

/* "c.id = invoice.id", and the tables that this is about. */
typedef struct {
	char *column;
	char *own;    /* the name of the table that is written */
	char *source; /* as the statement writes the other one, perhaps with a schema */
	char *other;  /* its name alone */
} NumbersJoin;

static void
numbers_clear(NumbersJoin *join)
{
	g_free(join->column);
	g_free(join->own);
	g_free(join->source);
	g_free(join->other);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NumbersJoin, numbers_clear)

/* Takes the table that the text reads under this name. */
static bool
numbers_take_source(const char *text, const char *alias, NumbersJoin *join)
{
	g_autofree char *pattern = g_strdup_printf("(?:^|\\bFROM\\s|\\bJOIN\\s|,)\\s*(?:ONLY\\s+)?"
	                                           "(?<source>(?:\"?\\w+\"?\\s*\\.\\s*)?\"?(?<name>\\w+)\"?)"
	                                           "(?:\\s+(?:AS\\s+)?\"?%s\"?\\b|(?<=\\b%s|\\b%s\")(?!\\w))",
	                                           alias, alias, alias);
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (regex == NULL || !g_regex_match(regex, text, 0, &match))
		return false;
	join->source = g_match_info_fetch_named(match, "source");
	join->other = g_match_info_fetch_named(match, "name");
	return true;
}

/* Whether the script makes or fills the table. */
static bool
numbers_is_filled(const CheckUpdate *update, const char *table)
{
	const GPtrArray *statements = update->script != NULL ? migration_script_statements(update->script) : NULL;

	for (guint i = 0; statements != NULL && i < statements->len; i++) {
		const char *sql = ((const MigrationStatement *)g_ptr_array_index(statements, i))->sql;
		if (check_place_has_word(sql, table) &&
		    (check_place_has_word(sql, "CREATE") || check_place_has_word(sql, "INTO")))
			return true;
	}
	return false;
}

static bool
numbers_is_own(const CheckUpdate *update, const char *name)
{
	g_autofree char *quoted = g_strdup_printf("\"%s\"", name);

	return g_ascii_strcasecmp(update->alias, name) == 0 || strcmp(update->alias, quoted) == 0 ||
	       g_ascii_strcasecmp(update->table, name) == 0;
}

/* The first such condition in `text`, whose tables `from` names. */
static bool
numbers_find(const CheckUpdate *update, const char *text, const char *from, NumbersJoin *ret_join)
{
	static const char pattern[] = "\"?\\b(?<a>\\w+)\"?\\s*\\.\\s*\"?(?<x>\\w+)\"?\\s*=\\s*\"?(?<b>\\w+)\"?\\s*\\."
				      "\\s*\"?(?<y>\\w+)\\b";
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (text == NULL || from == NULL)
		return false;
	for (g_regex_match(regex, text, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *a = g_match_info_fetch_named(match, "a");
		g_autofree char *b = g_match_info_fetch_named(match, "b");
		g_autofree char *x = g_match_info_fetch_named(match, "x");
		g_autofree char *y = g_match_info_fetch_named(match, "y");
		bool first = numbers_is_own(update, a);
		g_auto(NumbersJoin) join = { .column = g_strdup(x), .own = g_strdup(update->table) };
		if (strcmp(x, y) != 0 || first == numbers_is_own(update, b) ||
		    !numbers_take_source(from, first ? b : a, &join) || numbers_is_filled(update, join.other) ||
		    numbers_is_filled(update, update->table))
			continue;
		*ret_join = join;
		join = (NumbersJoin){ 0 };
		return true;
	}
	return false;
}

/* The condition that gives the value of that column. */
static bool
numbers_find_of(const CheckUpdate *update, guint i, NumbersJoin *ret_join)
{
	return numbers_find(update, update->where, update->from, ret_join) ||
	       (check_place_has_word(update->expressions[i], "SELECT") &&
	        numbers_find(update, update->expressions[i], update->expressions[i], ret_join));
}

bool
check_numbers_suspects(const CheckUpdate *update)
{
	for (guint i = 0; update->columns[i] != NULL; i++) {
		g_auto(NumbersJoin) join = { 0 };
		if (numbers_find_of(update, i, &join))
			return true;
	}
	return false;
}

/* --- Asking -------------------------------------------------------------------- */

/* One row where both columns take numbers of their own, nothing ties them, and another column of one table points to
 * the other: the two tables, and the table and column that points. */
static const char numbers_sql[] =
    "WITH named AS (SELECT r.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(r.relname) AS name"
    " FROM pg_catalog.pg_class r JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace)"
    " SELECT x.name, y.name, z.name, p.attname"
    " FROM (SELECT pg_catalog.to_regclass(%s)::oid AS a, pg_catalog.to_regclass(%s)::oid AS b, %s AS c) t"
    " JOIN pg_catalog.pg_constraint k ON k.contype = 'f' AND pg_catalog.cardinality(k.conkey) = 1"
    " AND (k.conrelid, k.confrelid) IN ((t.a, t.b), (t.b, t.a))"
    " JOIN pg_catalog.pg_attribute p ON p.attrelid = k.conrelid AND p.attnum = k.conkey[1] AND p.attname <> t.c"
    " JOIN named x ON x.oid = t.a JOIN named y ON y.oid = t.b JOIN named z ON z.oid = k.conrelid"
    " WHERE t.a <> t.b AND (SELECT count(*) = 2 FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d"
    " ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid IN (t.a, t.b) AND a.attname = t.c"
    " AND (a.attidentity <> '' OR pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%%'))"
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint x JOIN pg_catalog.pg_attribute a ON a.attrelid = x.conrelid"
    " AND a.attnum = ANY (x.conkey) WHERE x.contype = 'f' AND x.conrelid IN (t.a, t.b) AND a.attname = t.c)"
    " ORDER BY p.attname LIMIT 1";

enum { NUMBERS_TABLE, NUMBERS_OTHER, NUMBERS_POINTING, NUMBERS_KEY };

static void
numbers_note(GPtrArray *changes, const MigrationStatement *statement, const char *column, const NumbersJoin *join,
             const DbResult *found)
{
	const char *table = db_result_value(found, 0, NUMBERS_TABLE);
	CheckChange *change = check_change_new(changes, CHECK_CHANGE_BY_CHANCE, table, column, NULL);

	change->statement = statement;
	change->text = g_strdup_printf(
	    "column \"%s\" of table \"%s\" gets its value from the row of \"%s\" with the same \"%s\", which both "
	    "tables number by themselves: that is any row; \"%s\" of \"%s\" says which one belongs to it",
	    column, table, db_result_value(found, 0, NUMBERS_OTHER), join->column,
	    db_result_value(found, 0, NUMBERS_KEY), db_result_value(found, 0, NUMBERS_POINTING));
	change->hint = "compare with the column of the foreign key (WHERE b.id = a.b_id)";
}

bool
check_numbers_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement,
                  GPtrArray *changes, GError **error)
{
	for (guint i = 0; update->columns[i] != NULL; i++) {
		g_auto(NumbersJoin) join = { 0 };
		g_auto(RowsRefusal) refusal = { 0 };
		g_autoptr(DbResult) found = NULL;
		if (!numbers_find_of(update, i, &join))
			continue;
		g_autofree char *own_name = g_strdup_printf("\"%s\"", join.own);
		g_autofree char *own = db_session_quote_literal(session, own_name);
		g_autofree char *other = db_session_quote_literal(session, join.source);
		g_autofree char *column = db_session_quote_literal(session, join.column);
		g_autofree char *sql = g_strdup_printf(numbers_sql, own, other, column);
		if (!rows_try(session, sql, &found, &refusal, error))
			return false;
		if (found != NULL && db_result_rows(found) == 1)
			numbers_note(changes, statement, update->columns[i], &join, found);
	}
	return true;
}
