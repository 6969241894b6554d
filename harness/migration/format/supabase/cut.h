/*
 * How the Supabase CLI cuts a file into statements.
 */
#ifndef MIGRATION_FORMAT_SUPABASE_CUT_H
#define MIGRATION_FORMAT_SUPABASE_CUT_H

#include "migration/text/script.h"

/* The statements of the text, of MigrationCut: without white space around them and without semicolons at their end,
 * with the comments before them. It is the CLI's scanner with its mistakes (supabase/cli, pkg/parser): a backslash
 * hides what follows it outside of strings and nothing inside of them, the first ")" ends all parentheses, and any
 * "end" ends BEGIN ATOMIC. With `words`, it is the scanner of the CLI in TypeScript, which knows words, E'...' and
 * CASE ... END, and still takes the first ")" for all: found by trying (script/interop). The caller unrefs it. */
GArray *migration_supabase_cut(const char *text, bool words);

#endif
