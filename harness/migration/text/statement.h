/*
 * The kind of a statement, from its leading key words.
 */
#ifndef MIGRATION_TEXT_STATEMENT_H
#define MIGRATION_TEXT_STATEMENT_H

#include "migration/text/lexer.h"

/* MigrationStatementFlags (migration.h) of one statement. */
guint migration_statement_classify(const char *sql);

/* CREATE EXTENSION: the extension's name, for the caller to free; else NULL. */
char *migration_statement_extension(const char *sql);

/* The key words outside of parentheses, in capital letters with one blank between them, `count` at most. The caller
 * frees it. Flyway decides by these which statements need to run outside of a transaction. */
char *migration_statement_key_words(const char *sql, guint count);

#endif
