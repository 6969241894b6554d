#include "check/changes/update.h"

#include "check/workspace/place.h"
#include "migration/text/reader.h"

#include <string.h>

void
check_update_clear(CheckUpdate *update)
{
	g_free(update->target);
	g_free(update->table);
	g_free(update->alias);
	g_strfreev(update->columns);
	g_strfreev(update->expressions);
	g_free(update->from);
	g_free(update->where);
	g_free(update->type);
	*update = (CheckUpdate){ 0 };
}

/* The tokens outside of parentheses, and those that open and close them. False: the text ends within some, or a string.
 */
static bool
update_read(MigrationReader *outer, const char *sql)
{
	guint depth = 0;
	guint n = 0;

	if (!migration_reader_begin(outer, sql))
		return false;
	for (guint i = 0; i < outer->tokens->len; i++) {
		bool opens = migration_reader_is_symbol(outer, i, '(') || migration_reader_is_symbol(outer, i, '[');
		bool closes = migration_reader_is_symbol(outer, i, ')') || migration_reader_is_symbol(outer, i, ']');
		depth -= closes && depth > 0;
		if (depth == 0)
			g_array_index(outer->tokens, MigrationToken, n++) = *migration_reader_token(outer, i);
		depth += opens;
	}
	g_array_set_size(outer->tokens, n);
	return depth == 0;
}

/* The number of the word from `i` on; of tokens, where there is none. IS DISTINCT FROM is no FROM. */
static guint
update_find(const MigrationReader *text, guint i, const char *word)
{
	for (; i < text->tokens->len; i++)
		if (migration_reader_is_word(text, i, word) &&
		    (i == 0 || !migration_reader_is_word(text, i - 1, "DISTINCT")))
			return i;
	return text->tokens->len;
}

/* The text of the tokens from `first` on, without `end`. */
static char *
update_slice(const MigrationReader *text, guint first, guint end)
{
	if (first >= end)
		return NULL;
	gsize start = migration_reader_token(text, first)->start;
	return g_strndup(text->sql + start, migration_reader_token(text, end - 1)->end - start);
}

static bool
update_take_target(const MigrationReader *text, guint first, guint end, CheckUpdate *update)
{
	guint i = first;

	for (; i + 2 < end && migration_reader_is_symbol(text, i + 1, '.'); i += 2)
		;
	if (i >= end)
		return false;
	update->table = migration_reader_name(text, i);
	update->alias = update_slice(text, i, i + 1);
	i += 1 + migration_reader_is_symbol(text, i + 1, '*');
	i += migration_reader_is_word(text, i, "AS");
	if (i < end) {
		g_free(update->alias);
		update->alias = update_slice(text, i, i + 1);
		i++;
	}
	update->target = update_slice(text, first, end);
	return i == end && update->table != NULL;
}

static void
update_take_assignments(const MigrationReader *text, guint first, guint end, CheckUpdate *update)
{
	g_autoptr(GPtrArray) columns = g_ptr_array_new();
	g_autoptr(GPtrArray) expressions = g_ptr_array_new();

	for (guint i = first; i < end;) {
		guint next = i;
		while (next < end && !migration_reader_is_symbol(text, next, ','))
			next++;
		char *column = migration_reader_name(text, i);
		if (column != NULL && migration_reader_is_symbol(text, i + 1, '=') && i + 2 < next) {
			g_ptr_array_add(columns, column);
			g_ptr_array_add(expressions, update_slice(text, i + 2, next));
		} else {
			g_free(column);
		}
		i = next + 1;
	}
	g_ptr_array_add(columns, NULL);
	g_ptr_array_add(expressions, NULL);
	update->columns = (GStrv)g_ptr_array_free(g_steal_pointer(&columns), FALSE);
	update->expressions = (GStrv)g_ptr_array_free(g_steal_pointer(&expressions), FALSE);
}

bool
check_update_parse(const char *sql, CheckUpdate *ret_update)
{
	g_auto(MigrationReader) text = { 0 };
	g_auto(CheckUpdate) update = { 0 };

	if (!update_read(&text, sql) || !migration_reader_is_word(&text, 0, "UPDATE"))
		return false;
	guint n = text.tokens->len;
	guint set = update_find(&text, 1, "SET");
	guint end = MIN(update_find(&text, set, "RETURNING"), n);
	guint where = MIN(update_find(&text, set, "WHERE"), end);
	guint from = MIN(update_find(&text, set, "FROM"), where);
	if (set >= n || !update_take_target(&text, 1 + migration_reader_is_word(&text, 1, "ONLY"), set, &update))
		return false;
	update_take_assignments(&text, set + 1, from, &update);
	update.from = update_slice(&text, from + 1, where);
	update.where = update_slice(&text, where + 1, end);
	*ret_update = update;
	update = (CheckUpdate){ 0 };
	return true;
}

/* The number behind the name of the table. */
static guint
update_find_action(const MigrationReader *text)
{
	guint i = 2 + (migration_reader_is_word(text, 2, "IF") ? 2 : 0);

	i += migration_reader_is_word(text, i, "ONLY");
	while (i + 2 < text->tokens->len && migration_reader_is_symbol(text, i + 1, '.'))
		i += 2;
	return i + 1;
}

static void
update_take_using(const MigrationReader *text, guint column, guint using, guint end, CheckUpdate *update)
{
	guint type = update_find(text, column, "TYPE");

	update->columns = g_new0(char *, 2);
	update->expressions = g_new0(char *, 2);
	update->columns[0] = migration_reader_name(text, column);
	update->expressions[0] = update_slice(text, using + 1, end);
	update->type = update_slice(text, type + 1, using);
}

bool
check_update_parse_using(const char *sql, CheckUpdate *ret_update)
{
	g_auto(MigrationReader) text = { 0 };
	g_auto(CheckUpdate) update = { 0 };

	if (!update_read(&text, sql) || !migration_reader_is_word(&text, 0, "ALTER") ||
	    !migration_reader_is_word(&text, 1, "TABLE"))
		return false;
	guint n = text.tokens->len;
	guint action = update_find_action(&text);
	guint column = action + 1 + migration_reader_is_word(&text, action + 1, "COLUMN");
	guint using = update_find(&text, column, "USING");
	guint first = 2 + (migration_reader_is_word(&text, 2, "IF") ? 2 : 0);
	guint end = using + 1;
	while (end < n && !migration_reader_is_symbol(&text, end, ','))
		end++;
	if (!migration_reader_is_word(&text, action, "ALTER") || using + 1 >= n ||
	    update_find(&text, column, "TYPE") > using ||
	    !update_take_target(&text, first + migration_reader_is_word(&text, first, "ONLY"), action, &update))
		return false;
	update_take_using(&text, column, using, end, &update);
	if (update.columns[0] == NULL)
		return false;
	*ret_update = update;
	update = (CheckUpdate){ 0 };
	return true;
}

/* --- Columns that go ------------------------------------------------------------- */

/* The column that the statement drops at the token; NULL: it does not. The caller frees it. */
static char *
update_dropped_at(const char *sql, MigrationLexer lexer, MigrationToken token)
{
	const char *problem = NULL;
	bool more = migration_token_is(sql, &token, "DROP") && migration_lexer_next(&lexer, &token, &problem);

	while (more && (migration_token_is(sql, &token, "COLUMN") || migration_token_is(sql, &token, "IF") ||
	                migration_token_is(sql, &token, "EXISTS")))
		more = migration_lexer_next(&lexer, &token, &problem);
	return more && token.type != MIGRATION_TOKEN_END ? migration_token_name(sql, &token) : NULL;
}

static char *
update_find_dropped_by(const CheckUpdate *update, const char *expression, const char *sql)
{
	MigrationLexer lexer = { .text = sql, .length = strlen(sql) };
	MigrationToken token = { .type = MIGRATION_TOKEN_SYMBOL };
	const char *problem = NULL;

	if (!check_place_has_word(sql, update->table))
		return NULL;
	while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
		g_autofree char *column = update_dropped_at(sql, lexer, token);
		if (column != NULL && check_place_has_word(expression, column))
			return g_steal_pointer(&column);
	}
	return NULL;
}

char *
check_update_find_dropped(const CheckUpdate *update, const char *expression)
{
	const GPtrArray *statements = update->script != NULL ? migration_script_statements(update->script) : NULL;
	char *column = NULL;

	for (guint i = 0; statements != NULL && i < statements->len && column == NULL; i++)
		column = update_find_dropped_by(update, expression,
		                                ((const MigrationStatement *)g_ptr_array_index(statements, i))->sql);
	return column;
}

/* --- Other statements ------------------------------------------------------------- */

bool
check_update_moves_values(const char *sql)
{
	static const char *const words[] = { "UPDATE", "INSERT", "SELECT", "MERGE" };

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (check_place_has_word(sql, words[i]))
			return true;
	return false;
}

guint
check_update_count_readers(const MigrationScript *script, const char *column, const char *table)
{
	const GPtrArray *statements = migration_script_statements(script);
	guint n = 0;

	for (guint i = 0; i < statements->len; i++) {
		const char *sql = ((const MigrationStatement *)g_ptr_array_index(statements, i))->sql;
		n += check_update_moves_values(sql) && check_place_has_word(sql, column) &&
		     (table == NULL || check_place_has_word(sql, table));
	}
	return n;
}
