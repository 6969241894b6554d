/*
 * The rows of a tool's history table, taken aside and put back: the tool runs again what they do not name.
 */
#ifndef CHECK_PROOF_TOOL_HISTORY_H
#define CHECK_PROOF_TOOL_HISTORY_H

#include "check/workspace/workspace.h"

/* The rows of the history table, as text; those of none where there is no table yet. The caller frees it. */
char *check_tool_history_read(CheckWorkspace *workspace, GError **error);
/* Gives the table, which is there, these rows and no others. */
bool check_tool_history_write(CheckWorkspace *workspace, const char *rows, GError **error);

#endif
