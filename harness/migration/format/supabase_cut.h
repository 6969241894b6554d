/*
 * How the Supabase CLI cuts a file into statements.
 */
#ifndef MIGRATION_FORMAT_SUPABASE_CUT_H
#define MIGRATION_FORMAT_SUPABASE_CUT_H

#include "migration/script.h"

/* The statements of the text, of MigrationCut: without white space around them and without semicolons at their end,
 * with the comments before them. It is the CLI's scanner with its mistakes (supabase/cli, pkg/parser): a backslash
 * hides what follows it outside of strings and nothing inside of them, the first ")" ends all parentheses, and any
 * "end" ends BEGIN ATOMIC. The caller unrefs it. */
GArray *migration_supabase_cut(const char *text);

#endif
