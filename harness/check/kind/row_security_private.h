/*
 * Declarations for the files of row_security.
 */
#ifndef CHECK_KIND_ROW_SECURITY_PRIVATE_H
#define CHECK_KIND_ROW_SECURITY_PRIVATE_H

#include "check/kind/row_command.h"
#include "suite/suite.h"

/* The lines of its table: those under `cases`, or the check itself. */
guint check_row_line_count(const SuiteNode *check);
const SuiteNode *check_row_line_at(const SuiteNode *check, guint index);

/* The line's text for the key, or else the check's; or NULL. */
const char *check_row_line_text(const SuiteNode *check, const SuiteNode *line, const char *key);

/* row_security_shape.c: the members of the kind's row in the table. */
extern const SuiteShape check_row_security_shape;
bool check_row_security_validate(const SuiteNode *node, GError **error);
char *check_row_security_name(const SuiteNode *node);

/* row_security_role.c: columns of the facts about a role and a table; a name is NULL if there is none. */
enum { CHECK_ROLE_NAME = 0, CHECK_ROLE_TABLE = 4 };
DbResult *check_row_role_facts(const CheckContext *context, const char *role, const char *table, GError **error);
/* The reason why the rows visible to the role prove nothing about row security, as a line that ends with the remedy;
 * NULL if they do. A view has no row security of its own: the rows decide. The caller frees it. */
char *check_row_role_unbound(const DbResult *facts);

/* row_security_note.c: the result of a command, for the report. `state` is the expected SQLSTATE of a refusal; NULL:
 * a number of rows is expected. False with *error only when nothing can go on. */
bool check_row_note(const CheckRows *rows, ReportAccessCell *cell, const CheckRowOutcome *found, const char *state,
                    gint64 expected, GError **error);
/* The same of one INSERT of several; NULL: it has to be taken. */
void check_row_note_insert(ReportAccessCell *cell, const CheckRowOutcome *found, const char *state);

/* The values that the line writes: "inserts id = 4, owner = 8", "sets owner = 8"; NULL: none. The caller frees it. */
char *check_row_values(const SuiteNode *line);

#endif
