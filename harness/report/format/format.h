/*
 * Report formats: one file each, and one row in the table of format.c.
 */
#ifndef REPORT_FORMAT_FORMAT_H
#define REPORT_FORMAT_FORMAT_H

#include "report/result.h"

typedef struct {
	const char *name;      /* as in --report NAME=PATH */
	const char *file_name; /* the default below build/reports/, or a path that begins with a slash */
	const char *summary;   /* one line of help */
	/* Writes the whole report to the path (its folder exists), by report_file_write. */
	bool (*write)(const ReportRun *run, const char *path, GError **error);
	bool wants_schema; /* it shows the schema and the changes of each migration to it */
	bool is_folder;    /* the path is a folder, of which the format makes files */
} ReportFormat;

/* The format of that name, or NULL. */
const ReportFormat *report_format_find(const char *name);
/* All formats; the last row has a NULL name. */
const ReportFormat *report_formats(void);

/* Makes the folders of the path and writes the report. BASE_ERROR_ENVIRONMENT, with the path,
 * when that cannot be done. */
bool report_format_write(const ReportFormat *format, const ReportRun *run, const char *path, GError **error);

/* junit.c. The second is the same without the attributes "file" and "line" of the cases, which
 * the schema of Jenkins' xUnit plugin refuses. */
bool report_junit_write(const ReportRun *run, const char *path, GError **error);
bool report_xunit_write(const ReportRun *run, const char *path, GError **error);

/* surefire.c. The path is a folder: files of an earlier run in it are removed. */
bool report_surefire_write(const ReportRun *run, const char *folder, GError **error);

/* Each in a file of its name; report_json_read() is in report/json.h. */
bool report_json_write(const ReportRun *run, const char *path, GError **error);
bool report_markdown_write(const ReportRun *run, const char *path, GError **error);
bool report_github_write(const ReportRun *run, const char *path, GError **error);
bool report_gitlab_write(const ReportRun *run, const char *path, GError **error);
bool report_sarif_write(const ReportRun *run, const char *path, GError **error);
bool report_ctrf_write(const ReportRun *run, const char *path, GError **error);
bool report_tap_write(const ReportRun *run, const char *path, GError **error);
bool report_nagios_write(const ReportRun *run, const char *path, GError **error);
#endif
