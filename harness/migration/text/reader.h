/*
 * A statement as a list of tokens, for code that reads a few simple forms of it and leaves the others alone.
 */
#ifndef MIGRATION_TEXT_READER_H
#define MIGRATION_TEXT_READER_H

#include "migration/text/lexer.h"

typedef struct {
	char *schema; /* NULL: none is written */
	char *name;
} MigrationTableName;

void migration_table_name_clear(MigrationTableName *name);

/* A statement, and how far it has been read. */
typedef struct {
	const char *sql;
	GArray *tokens; /* of MigrationToken, without the end and the first semicolon */
	guint at;
} MigrationReader;

/* False when the text ends within a string or a comment. It borrows the text; migration_reader_clear is due. */
bool migration_reader_begin(MigrationReader *reader, const char *sql);
void migration_reader_clear(MigrationReader *reader);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MigrationReader, migration_reader_clear)

/* The token i, or NULL behind the last one; what it is; the name that it stands for, which the caller frees, or NULL.
 */
const MigrationToken *migration_reader_token(const MigrationReader *reader, guint i);
bool migration_reader_is_symbol(const MigrationReader *reader, guint i, char symbol);
bool migration_reader_is_word(const MigrationReader *reader, guint i, const char *word);
bool migration_reader_is_any(const MigrationReader *reader, guint i, const char *const *words);
char *migration_reader_name(const MigrationReader *reader, guint i);

/* Read the word, a name "schema.name", or "(a, b)" where it is next; else false. */
bool migration_reader_take_word(MigrationReader *reader, const char *word);
bool migration_reader_take_table(MigrationReader *reader, MigrationTableName *name);
bool migration_reader_take_columns(MigrationReader *reader, GPtrArray *columns);

/* The first of the words from i on that stands outside of all parentheses, or a comma there where they are wanted;
 * else the end, also that of parentheses around all. */
guint migration_reader_find(const MigrationReader *reader, guint i, const char *const *words, bool commas);

#endif
