/*
 * The report in Markdown, for those who put it somewhere themselves.
 */
#ifndef REPORT_FORMAT_MARKDOWN_H
#define REPORT_FORMAT_MARKDOWN_H

#include "report/result.h"

/* The first line of a comment. The code that posts comments finds the old comment by it. */
#define REPORT_MARKDOWN_MARKER "<!-- pgassay report -->"

/* The text; the caller frees it. */
char *report_markdown_make(const ReportRun *run);

#endif
