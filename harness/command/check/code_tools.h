/*
 * The tools whose migrations are code, and the commands of each.
 */
#ifndef COMMAND_CHECK_CODE_TOOLS_H
#define COMMAND_CHECK_CODE_TOOLS_H

#include <glib.h>

/* In the texts of the commands, PROGRAM stands for the program as the shell has it, DIRECTORY for the folder of the
 * migrations, FILE for the tool's own file, and NODE for what runs that file's language. */
typedef struct {
	const char *title;
	const char *history_table;
	const char *settings; /* a line of YAML; or NULL */
	const char *list;     /* for the shell; NULL: by the names of the files */
	const char *up;
	const char *up_to;        /* {version} is $1 in it, {previous} $2, {name} $3 */
	const char *down_to;      /* the same */
	const char *const *files; /* names of the tool's own file, NULL-terminated, the usual one first; or NULL */
	const char *const *tried; /* ways in which projects of the tool take the URL: lines of YAML; NULL-terminated */
	const char *probe;        /* for the shell: it changes nothing, and prints which database it reaches */
	const char *probe_sql;    /* creates the expected state of that database before the probe; or NULL */
	const char *probe_answer; /* the expected output of the probe then; NULL: the database's name */
} CommandCodeTool;

/* The tool of that title; NULL: there is none. */
const CommandCodeTool *command_code_tool(const char *title);

#endif
