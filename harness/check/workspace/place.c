#include "check/workspace/place.h"

#include <string.h>

static bool
is_word_byte(char byte)
{
	return g_ascii_isalnum(byte) || byte == '_' || byte == '$' || (guchar)byte >= 0x80;
}

/* Names that are not quoted are in any letters. */
bool
check_place_has_word(const char *sql, const char *word)
{
	gsize length = strlen(word);

	for (const char *at = sql; length > 0 && *at != '\0'; at++) {
		if ((at > sql && is_word_byte(at[-1])) || g_ascii_strncasecmp(at, word, length) != 0)
			continue;
		if (!is_word_byte(at[length]))
			return true;
	}
	return false;
}

const MigrationStatement *
check_place_find_statement(const MigrationScript *script, const char *const *words)
{
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = 0; words[i] != NULL; i++)
		for (guint j = statements->len; j > 0; j--) {
			const MigrationStatement *statement = g_ptr_array_index(statements, j - 1);
			if (check_place_has_word(statement->sql, words[i]))
				return statement;
		}
	return NULL;
}

SourcePosition
check_place_of(const MigrationScript *script, const MigrationStatement *statement)
{
	if (statement == NULL)
		return migration_script_position(script);
	g_autoptr(Source) source = base_source_ref(migration_script_source(script));
	return base_source_position(source, migration_script_source_offset(script, statement, 0));
}

SourcePosition
check_place_find(const MigrationScript *script, const char *const *words)
{
	return check_place_of(script, check_place_find_statement(script, words));
}
