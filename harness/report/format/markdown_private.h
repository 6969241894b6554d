/*
 * What the files of the format Markdown share; no other file includes it.
 */
#ifndef REPORT_FORMAT_MARKDOWN_PRIVATE_H
#define REPORT_FORMAT_MARKDOWN_PRIVATE_H

#include "report/result.h"

/* Appends a text in one line: nothing of it is taken for markup, and it stays in a cell of a table. */
void report_markdown_text(GString *out, const char *text);
/* The same as code. */
void report_markdown_code(GString *out, const char *text);

/* --- markdown_impact.c: what the stage impact has seen --------------------------------------- */

/* True when the run has seen what migrations lock. */
bool report_markdown_impact_is_known(const ReportRun *run);
/* A cell of a table: the strongest lock of the migration, what is done under it, whether that grows with the rows. */
void report_markdown_impact_cell(GString *out, const ReportSuite *suite, const char *database, const char *migration);
/* What was found of new migrations and does not fail, as a section that is closed; nothing where there is none. */
void report_markdown_impact_findings(GString *out, const ReportRun *run);
/* What the migration of the case and sessions beside it did, as a list; nothing where that was not tried. */
void report_markdown_impact_timeline(GString *out, const ReportCase *test_case);

#endif
