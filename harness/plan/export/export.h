/*
 * A fixture of statistics, made of a database that is not ours.
 */
#ifndef PLAN_EXPORT_H
#define PLAN_EXPORT_H

#include "db/session.h"

typedef struct {
	bool anonymise; /* no value of the database, but as many, as often and in the same order */
} PlanExportOptions;

/* Reads the statistics in a read-only session, and writes them as YAML. Objects that the role may not read are
 * listed in the fixture under `left_out`, with the reason; *ret_left_out is their number. The caller frees the text;
 * NULL with *error. */
char *plan_export(DbSession *session, const PlanExportOptions *options, guint *ret_left_out, GError **error);

#endif
