/*
 * What the files of row_security share.
 */
#ifndef CHECK_KIND_ROW_SECURITY_PRIVATE_H
#define CHECK_KIND_ROW_SECURITY_PRIVATE_H

#include "suite/suite.h"

/* The lines of its table: those under `cases`, or the check itself. */
guint check_row_line_count(const SuiteNode *check);
const SuiteNode *check_row_line_at(const SuiteNode *check, guint index);

/* The line's text for the key, or else the check's; or NULL. */
const char *check_row_line_text(const SuiteNode *check, const SuiteNode *line, const char *key);

/* row_security_shape.c: what the kind's row in the table names. */
extern const SuiteShape check_row_security_shape;
bool check_row_security_validate(const SuiteNode *node, GError **error);
char *check_row_security_name(const SuiteNode *node);

#endif
