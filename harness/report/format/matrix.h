/*
 * Runs of the same work on several versions of the server, as one.
 */
#ifndef REPORT_FORMAT_MATRIX_H
#define REPORT_FORMAT_MATRIX_H

#include "report/result.h"

/* Joins the runs (of ReportRun *, which lose their cases to the new one; versions[i], a major version, is that of
 * runs[i], the oldest first). A case that came to the same on all of them is there once, as it is; of another one the
 * message says on which versions it was what, and the worst result counts. The caller frees it. */
ReportRun *report_matrix(const GPtrArray *runs, const guint *versions);

#endif
