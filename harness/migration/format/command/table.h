/*
 * The history tables of tools whose migrations are code.
 */
#ifndef MIGRATION_FORMAT_COMMAND_TABLE_H
#define MIGRATION_FORMAT_COMMAND_TABLE_H

#include <glib.h>
#include <stdbool.h>

typedef struct {
	const char *table;
	const char *version;           /* how its rows name what is applied: an SQL expression */
	bool last;                     /* it has one row, which names the last migration */
	const char *const *companions; /* the other tables of the tool, NULL-terminated; NULL: none */
	const char *tool;              /* the only one with a table of that name; NULL: several have one */
} CommandHistoryTable;

/* The table of that name, static; NULL: no known tool has one. */
const CommandHistoryTable *format_command_find_table(const char *name);

#endif
