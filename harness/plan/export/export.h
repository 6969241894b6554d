/*
 * A fixture of statistics, made of a database that is not ours.
 */
#ifndef PLAN_EXPORT_H
#define PLAN_EXPORT_H

#include "db/session.h"

typedef struct {
	bool anonymise; /* no value of the database, but as many, as often and in the same order */
} PlanExportOptions;

/* Reads the statistics by a session that only reads, and writes them as YAML. What the role may not read is in the
 * fixture, with the reason, under `left_out`. *ret_left_out is how many these are. The caller frees the text; NULL with
 * *error. */
char *plan_export(DbSession *session, const PlanExportOptions *options, guint *ret_left_out, GError **error);

#endif
