/* A statement as a list of tokens, read from its beginning on. */
#include "migration/text/reader.h"

#include <string.h>

void
migration_table_name_clear(MigrationTableName *name)
{
	g_clear_pointer(&name->schema, g_free);
	g_clear_pointer(&name->name, g_free);
}

void
migration_reader_clear(MigrationReader *reader)
{
	g_clear_pointer(&reader->tokens, g_array_unref);
}

const MigrationToken *
migration_reader_token(const MigrationReader *reader, guint i)
{
	return i < reader->tokens->len ? &g_array_index(reader->tokens, MigrationToken, i) : NULL;
}

bool
migration_reader_is_symbol(const MigrationReader *reader, guint i, char symbol)
{
	const MigrationToken *token = migration_reader_token(reader, i);

	return token != NULL && migration_token_is_symbol(reader->sql, token, symbol);
}

bool
migration_reader_is_word(const MigrationReader *reader, guint i, const char *word)
{
	const MigrationToken *token = migration_reader_token(reader, i);

	return token != NULL && migration_token_is(reader->sql, token, word);
}

bool
migration_reader_is_any(const MigrationReader *reader, guint i, const char *const *words)
{
	for (; *words != NULL; words++)
		if (migration_reader_is_word(reader, i, *words))
			return true;
	return false;
}

char *
migration_reader_name(const MigrationReader *reader, guint i)
{
	const MigrationToken *token = migration_reader_token(reader, i);

	return token != NULL ? migration_token_name(reader->sql, token) : NULL;
}

bool
migration_reader_begin(MigrationReader *reader, const char *sql)
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

bool
migration_reader_take_word(MigrationReader *reader, const char *word)
{
	if (!migration_reader_is_word(reader, reader->at, word))
		return false;
	reader->at++;
	return true;
}

bool
migration_reader_take_table(MigrationReader *reader, MigrationTableName *name)
{
	char *first = migration_reader_name(reader, reader->at);

	if (first == NULL)
		return false;
	reader->at++;
	if (!migration_reader_is_symbol(reader, reader->at, '.')) {
		name->name = first;
		return true;
	}
	name->schema = first;
	name->name = migration_reader_name(reader, reader->at + 1);
	reader->at += 2;
	return name->name != NULL;
}

/* "(a, b)" */
bool
migration_reader_take_columns(MigrationReader *reader, GPtrArray *columns)
{
	if (!migration_reader_is_symbol(reader, reader->at, '('))
		return false;
	do {
		char *name = migration_reader_name(reader, ++reader->at);
		if (name == NULL)
			return false;
		g_ptr_array_add(columns, name);
		reader->at++;
	} while (migration_reader_is_symbol(reader, reader->at, ','));
	return migration_reader_is_symbol(reader, reader->at++, ')');
}

guint
migration_reader_find(const MigrationReader *reader, guint i, const char *const *words, bool commas)
{
	int depth = 0;

	for (; i < reader->tokens->len; i++) {
		bool opens = migration_reader_is_symbol(reader, i, '(') || migration_reader_is_symbol(reader, i, '[');
		bool closes = migration_reader_is_symbol(reader, i, ')') || migration_reader_is_symbol(reader, i, ']');
		bool wanted = migration_reader_is_any(reader, i, words) ||
		              (commas && migration_reader_is_symbol(reader, i, ','));
		if (depth == 0 && (wanted || migration_reader_is_symbol(reader, i, ')')))
			break;
		depth += opens - closes;
	}
	return i;
}
