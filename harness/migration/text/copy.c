#include "migration/text/copy.h"

#include "migration/text/lexer.h"

#include <stdbool.h>
#include <string.h>

void
migration_table_name_clear(MigrationTableName *name)
{
	g_clear_pointer(&name->schema, g_free);
	g_clear_pointer(&name->name, g_free);
}

void
migration_copy_free(MigrationCopy *copy)
{
	if (copy == NULL)
		return;
	migration_table_name_clear(&copy->target);
	migration_table_name_clear(&copy->source);
	g_ptr_array_unref(copy->columns);
	g_ptr_array_unref(copy->values);
	g_ptr_array_unref(copy->names);
	g_free(copy->condition);
	g_free(copy);
}

void
migration_rename_free(MigrationRename *rename)
{
	if (rename == NULL)
		return;
	migration_table_name_clear(&rename->from);
	g_free(rename->to);
	g_free(rename);
}

/* --- Tokens ---------------------------------------------------------------------- */

/* A statement, and how far it has been read. */
typedef struct {
	const char *sql;
	GArray *tokens; /* of MigrationToken, without the end and the last semicolon */
	guint at;
} CopyReader;

static const MigrationToken *
copy_token(const CopyReader *reader, guint i)
{
	return i < reader->tokens->len ? &g_array_index(reader->tokens, MigrationToken, i) : NULL;
}

static bool
copy_is_symbol(const CopyReader *reader, guint i, char symbol)
{
	const MigrationToken *token = copy_token(reader, i);

	return token != NULL && migration_token_is_symbol(reader->sql, token, symbol);
}

static bool
copy_is_word(const CopyReader *reader, guint i, const char *word)
{
	const MigrationToken *token = copy_token(reader, i);

	return token != NULL && migration_token_is(reader->sql, token, word);
}

static bool
copy_is_any(const CopyReader *reader, guint i, const char *const *words)
{
	for (; *words != NULL; words++)
		if (copy_is_word(reader, i, *words))
			return true;
	return false;
}

static char *
copy_name(const CopyReader *reader, guint i)
{
	const MigrationToken *token = copy_token(reader, i);

	return token != NULL ? migration_token_name(reader->sql, token) : NULL;
}

static bool
copy_begin(CopyReader *reader, const char *sql)
{
	MigrationLexer lexer = { .text = sql, .length = strlen(sql) };
	MigrationToken token;
	const char *problem = NULL;

	reader->sql = sql;
	reader->tokens = g_array_new(FALSE, FALSE, sizeof(MigrationToken));
	while (migration_lexer_next(&lexer, &token, &problem)) {
		if (token.type == MIGRATION_TOKEN_END || migration_token_is_symbol(sql, &token, ';'))
			return true;
		g_array_append_val(reader->tokens, token);
	}
	return false;
}

static bool
copy_take_word(CopyReader *reader, const char *word)
{
	if (!copy_is_word(reader, reader->at, word))
		return false;
	reader->at++;
	return true;
}

static bool
copy_take_table(CopyReader *reader, MigrationTableName *name)
{
	char *first = copy_name(reader, reader->at);

	if (first == NULL)
		return false;
	reader->at++;
	if (!copy_is_symbol(reader, reader->at, '.')) {
		name->name = first;
		return true;
	}
	name->schema = first;
	name->name = copy_name(reader, reader->at + 1);
	reader->at += 2;
	return name->name != NULL;
}

/* --- Lists ------------------------------------------------------------------------- */

/* "(a, b)" */
static bool
copy_take_columns(CopyReader *reader, GPtrArray *columns)
{
	if (!copy_is_symbol(reader, reader->at, '('))
		return false;
	do {
		char *name = copy_name(reader, ++reader->at);
		if (name == NULL)
			return false;
		g_ptr_array_add(columns, name);
		reader->at++;
	} while (copy_is_symbol(reader, reader->at, ','));
	return copy_is_symbol(reader, reader->at++, ')');
}

/* The first of the words from i on that stands outside of all parentheses, or a comma there where they are wanted;
 * else the end. */
static guint
copy_find(const CopyReader *reader, guint i, const char *const *words, bool commas)
{
	int depth = 0;

	for (; i < reader->tokens->len; i++) {
		if (copy_is_symbol(reader, i, '(') || copy_is_symbol(reader, i, '['))
			depth++;
		else if (copy_is_symbol(reader, i, ')') || copy_is_symbol(reader, i, ']'))
			depth--;
		else if (depth == 0 && (copy_is_any(reader, i, words) || (commas && copy_is_symbol(reader, i, ','))))
			break;
	}
	return i;
}

/* The text of the tokens, without "name." before columns where the name is one of the two. */
static char *
copy_text(const CopyReader *reader, guint from, guint to, const char *table, const char *alias)
{
	GString *text = g_string_new(NULL);
	gsize written = copy_token(reader, from)->start;

	for (guint i = from; i < to; i++) {
		g_autofree char *name = copy_name(reader, i);
		const MigrationToken *token = copy_token(reader, i);
		if (name != NULL && i + 2 < to && copy_is_symbol(reader, i + 1, '.') &&
		    (strcmp(name, table) == 0 || g_strcmp0(name, alias) == 0)) {
			g_string_append_len(text, reader->sql + written, (gssize)(token->start - written));
			written = copy_token(reader, ++i)->end;
		}
	}
	gsize end = copy_token(reader, to - 1)->end;
	g_string_append_len(text, reader->sql + written, (gssize)(end - written));
	return g_string_free(text, FALSE);
}

/* The name of the column that the tokens are, "name" or "table.name"; else NULL. */
static char *
copy_column(const CopyReader *reader, guint from, guint to)
{
	static const char *const constants[] = { "NULL", "TRUE", "FALSE", "CURRENT_TIMESTAMP", "CURRENT_DATE", NULL };

	if (to - from == 3 && copy_is_symbol(reader, from + 1, '.'))
		return copy_name(reader, from + 2);
	return to - from == 1 && !copy_is_any(reader, from, constants) ? copy_name(reader, from) : NULL;
}

static bool
copy_take_values(const CopyReader *reader, guint from, guint to, const char *alias, MigrationCopy *copy)
{
	static const char *const named[] = { "AS", NULL };
	static const char *const none[] = { NULL };

	while (from < to) {
		guint comma = MIN(copy_find(reader, from, none, true), to);
		guint end = MIN(copy_find(reader, from, named, false), comma);
		if (end == from)
			return false;
		g_ptr_array_add(copy->values, copy_text(reader, from, end, copy->source.name, alias));
		g_ptr_array_add(copy->names, copy_column(reader, from, end));
		from = comma + 1;
	}
	return copy->values->len == copy->columns->len;
}

/* --- INSERT ------------------------------------------------------------------------- */

/* "source", "source alias" or "source AS alias", and what may come behind it. */
static bool
copy_take_source(CopyReader *reader, MigrationCopy *copy, char **ret_alias)
{
	static const char *const clauses[] = { "WHERE", "ORDER", NULL };

	copy_take_word(reader, "ONLY");
	if (!copy_take_table(reader, &copy->source))
		return false;
	if (copy_take_word(reader, "AS") ||
	    (reader->at < reader->tokens->len && !copy_is_any(reader, reader->at, clauses))) {
		*ret_alias = copy_name(reader, reader->at++);
		if (*ret_alias == NULL)
			return false;
	}
	return reader->at == reader->tokens->len || copy_is_any(reader, reader->at, clauses);
}

static bool
copy_take_select(CopyReader *reader, MigrationCopy *copy)
{
	static const char *const from[] = { "FROM", NULL };
	static const char *const refused[] = { "GROUP",     "LIMIT",  "OFFSET", "FETCH", "HAVING",    "UNION",
		                               "INTERSECT", "EXCEPT", "ON",     "JOIN",  "RETURNING", NULL };
	static const char *const ends[] = { "ORDER", NULL };
	g_autofree char *alias = NULL;
	guint values = reader->at;
	guint end = copy_find(reader, values, from, false);

	if (copy_is_word(reader, values, "DISTINCT") || end == reader->tokens->len ||
	    copy_find(reader, values, refused, false) < reader->tokens->len)
		return false;
	reader->at = end + 1;
	if (!copy_take_source(reader, copy, &alias) || !copy_take_values(reader, values, end, alias, copy))
		return false;
	if (copy_take_word(reader, "WHERE")) {
		guint to = copy_find(reader, reader->at, ends, false);
		if (to > reader->at)
			copy->condition = copy_text(reader, reader->at, to, copy->source.name, alias);
	}
	return true;
}

MigrationCopy *
migration_copy_parse(const char *sql)
{
	g_autoptr(MigrationCopy) copy = g_new0(MigrationCopy, 1);
	CopyReader reader = { 0 };

	copy->columns = g_ptr_array_new_with_free_func(g_free);
	copy->values = g_ptr_array_new_with_free_func(g_free);
	copy->names = g_ptr_array_new_with_free_func(g_free);
	bool done = copy_begin(&reader, sql) && copy_take_word(&reader, "INSERT") && copy_take_word(&reader, "INTO") &&
	            copy_take_table(&reader, &copy->target) && copy_take_columns(&reader, copy->columns) &&
	            copy_take_word(&reader, "SELECT") && copy_take_select(&reader, copy);
	g_array_unref(reader.tokens);
	return done ? g_steal_pointer(&copy) : NULL;
}

/* --- ALTER TABLE ---------------------------------------------------------------------- */

MigrationRename *
migration_rename_parse(const char *sql)
{
	g_autoptr(MigrationRename) rename = g_new0(MigrationRename, 1);
	CopyReader reader = { 0 };
	bool done = copy_begin(&reader, sql) && copy_take_word(&reader, "ALTER") && copy_take_word(&reader, "TABLE");

	if (done && copy_take_word(&reader, "IF"))
		done = copy_take_word(&reader, "EXISTS");
	if (done)
		copy_take_word(&reader, "ONLY");
	done = done && copy_take_table(&reader, &rename->from) && copy_take_word(&reader, "RENAME") &&
	       copy_take_word(&reader, "TO");
	if (done)
		rename->to = copy_name(&reader, reader.at);
	g_array_unref(reader.tokens);
	return rename->to != NULL ? g_steal_pointer(&rename) : NULL;
}
