/*
 * Declarations that the files of the format Markdown share; no other file includes it.
 */
#ifndef REPORT_FORMAT_MARKDOWN_PRIVATE_H
#define REPORT_FORMAT_MARKDOWN_PRIVATE_H

#include "report/result.h"

/* Appends a text in one line: nothing of it is taken for markup, and it stays in a cell of a table. */
void report_markdown_text(GString *out, const char *text);
/* The same as code. */
void report_markdown_code(GString *out, const char *text);

/* --- markdown_impact.c: findings of the stage impact ----------------------------------------- */

/* True when the run has seen what migrations lock. */
bool report_markdown_impact_is_known(const ReportRun *run);
/* A cell of a table: the strongest lock of the migration, the work done under it, and whether that work grows with
 * the rows. */
void report_markdown_impact_cell(GString *out, const ReportSuite *suite, const char *database, const char *migration);
/* The findings about new migrations that are no failures, as a closed section; nothing if there are none. */
void report_markdown_impact_findings(GString *out, const ReportRun *run);
/* The actions of the case's migration and of the sessions that ran at the same time, as a list; nothing if that was
 * not tested. */
void report_markdown_impact_timeline(GString *out, const ReportCase *test_case);

/* --- markdown_access.c: who may do what ------------------------------------------------------ */

/* A section, which is closed, for each database of which something is known; none that needs more than `room` bytes. */
void report_markdown_access(GString *out, const ReportRun *run, gsize room);

#endif
