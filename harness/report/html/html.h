/*
 * The format `html`: one page for people, without any script.
 */
#ifndef REPORT_HTML_HTML_H
#define REPORT_HTML_HTML_H

#include "report/result.h"

/* As every format of report/format/format.h. */
bool report_html_write(const ReportRun *run, const char *path, GError **error);

#endif
