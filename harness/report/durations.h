/*
 * How long the stages of databases took, kept from run to run: by that, work is divided among machines.
 */
#ifndef REPORT_DURATIONS_H
#define REPORT_DURATIONS_H

#include "report/result.h"

typedef struct ReportDurations ReportDurations;

ReportDurations *report_durations_new(void);
void report_durations_free(ReportDurations *durations); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReportDurations, report_durations_free)

/* Reads what report_durations_write has written; without a file there is nothing in it. NULL with *error
 * (BASE_ERROR_INPUT) that has the path and the line. */
ReportDurations *report_durations_read(const char *path, GError **error);

/* Microseconds; below 0: not known. */
gint64 report_durations_get(const ReportDurations *durations, const char *suite, const char *database,
                            const char *stage);

/* Takes over the durations of the run; they replace older ones. */
void report_durations_take(ReportDurations *durations, const ReportRun *run);

/* A line for each stage: its microseconds, suite, database and stage, with tabs between them, sorted. False with *error
 * (BASE_ERROR_ENVIRONMENT). */
bool report_durations_write(const ReportDurations *durations, const char *path, GError **error);

#endif
