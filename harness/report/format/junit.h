/*
 * What the formats of JUnit have in common.
 */
#ifndef REPORT_FORMAT_JUNIT_H
#define REPORT_FORMAT_JUNIT_H

#include "report/result.h"

/* The comment at the head of a file of Surefire's form, by which a later run finds those of an earlier one. */
#define REPORT_JUNIT_MARK " pgassay "

/* The most cases that one file may hold. */
guint report_junit_most_cases(void);

/* Writes the cases from `first` to before `end` of the suite as a document of its own, with the elements and attributes
 * that Maven's Surefire writes, and no others. `names` keeps names of cases apart, as g_hash_table_new_full(g_str_hash,
 * g_str_equal, g_free, NULL); the same one for all files of a run. */
bool report_junit_write_suite(const ReportSuite *suite, guint first, guint end, GHashTable *names, const char *path,
                              GError **error);

#endif
