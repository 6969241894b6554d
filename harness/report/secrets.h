/*
 * Hides secrets in the texts of a run: a statement that the server quotes may hold a password.
 */
#ifndef REPORT_SECRETS_H
#define REPORT_SECRETS_H

#include "report/result.h"

/* The text with *** for passwords: in SQL (PASSWORD 'x', OPTIONS (secret 'x')), in URLs (://user:x@host), in connection
 * strings (password=x). The caller frees it. */
char *report_secrets_hide(const char *text);

/* The same for all texts of the case but its names. */
void report_case_hide_secrets(ReportCase *test_case);

#endif
