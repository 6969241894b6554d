/*
 * Other branches that are open: whether they go together with this one, and with each other, in whichever order they
 * are merged.
 */
#ifndef COMMAND_CHECK_WITH_H
#define COMMAND_CHECK_WITH_H

#include "command/check/base.h"
#include "run/run.h"

/* Maximum number of pairs that are tried. */
#define CHECK_WITH_MAX_PAIRS 20

typedef struct {
	char *const *refs; /* --with; or NULL */
	char *const *open; /* --with-open: names that need not be there; or NULL */
} CommandCheckWithWish;

/* Adds cases to the report's suites for each database that has a base: each pair in both orders, and all together.
 * Sessions and databases are gone afterwards. False with *error: a branch of --with is not there (BASE_ERROR_USAGE),
 * there is no server. */
bool command_check_with(const CommandCheckBase *base, const CommandCheckWithWish *wish, const RunPlan *plan,
                        const RunOptions *options, ReportRun *report, GError **error);

#endif
