/* JSON whose members a statement sets: the server refuses to set them in an array, and in a text or a number. */
#include "rows/precondition/precondition_private.h"

#include "rows/fill/stock.h"

#include <string.h>

/* jsonb_set(name, '{key...: the name may have its table before it and a cast behind it, and stand in coalesce(). An
 * array takes a number as its key, too. */
static const char member_pattern[] =
    "\\bjsonb_(?:set|set_lax|insert)\\s*\\(\\s*(?:coalesce\\s*\\(\\s*)?(?:\"?\\w+\"?\\s*\\.\\s*)?"
    "(?:\"(?<quoted>[^\"]+)\"|(?<plain>\\w+))(?:\\s*::\\s*jsonb?)?\\s*,"
    "(?:[^,()]*\\)(?:\\s*::\\s*jsonb?)?\\s*,)?\\s*'\\{\\s*\"?(?![-0-9])[^'}\\s]";

typedef struct {
	const char *name; /* of the column */
	GPtrArray *preconditions;
} MemberSearch;

static bool
member_is_json(const RowsBeforeColumn *column)
{
	return rows_stock_is_text(&column->type) || strcmp(column->type_name, "json") == 0 ||
	       strcmp(column->type_name, "jsonb") == 0;
}

static bool
member_is_known(const MemberSearch *search, const RowsBeforeTable *table, const char *column)
{
	for (guint i = 0; i < search->preconditions->len; i++) {
		const RowsPrecondition *known = g_ptr_array_index(search->preconditions, i);
		if (known->of_members && strcmp(known->table, table->identity) == 0 &&
		    g_strcmp0(known->column, column) == 0)
			return true;
	}
	return false;
}

static void
member_add(const MemberSearch *search, const RowsBeforeTable *table, const RowsBeforeColumn *column)
{
	if (member_is_known(search, table, column->name))
		return;
	RowsPrecondition *precondition = rows_precondition_add(search->preconditions, ROWS_PRECONDITION_TYPE, table);
	g_autofree char *condition = g_strdup_printf("pg_catalog.jsonb_typeof((%s)::jsonb) = 'object'", column->quoted);

	precondition->column = g_strdup(column->name);
	precondition->of_members = true;
	precondition->meaning = g_strdup_printf("\"%s\" of every row of %s is a JSON object", column->name,
	                                        table->identity);
	precondition->query = g_strdup_printf("SELECT * FROM %s WHERE pg_catalog.jsonb_typeof((%s)::jsonb) <> 'object'",
	                                      table->quoted, column->quoted);
	rows_precondition_hold_condition(precondition, table, condition, search->preconditions->len);
}

/* Of the tables that the statement names, each that has such a column. */
static void
member_visit(const RowsBeforeTable *table, const RowsBeforeColumn *column, void *data)
{
	const MemberSearch *search = data;

	if (strcmp(column->name, search->name) == 0 && member_is_json(column))
		member_add(search, table, column);
}

void
rows_before_learn_members(const RowsBefore *before, const char *statement, GPtrArray *preconditions)
{
	g_autoptr(GRegex) regex = g_regex_new(member_pattern, G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	for (g_regex_match(regex, statement, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *quoted = g_match_info_fetch_named(match, "quoted");
		g_autofree char *plain = g_match_info_fetch_named(match, "plain");
		g_autofree char *name = quoted != NULL && quoted[0] != '\0' ? g_strdup(quoted)
		                                                            : g_ascii_strdown(plain, -1);
		MemberSearch search = { name, preconditions };
		rows_before_each_named(before, statement, member_visit, &search);
	}
}
