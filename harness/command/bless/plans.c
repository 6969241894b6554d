#include "command/bless/plans.h"

#include "base/file.h"
#include "run/planning.h"

#include <stdio.h>

/* As suite_document_load has it. */
#define FILE_MAX ((gsize)64 * 1024 * 1024)

bool
command_bless_plans(const RunJob *job, ScratchServer *server, GPtrArray *refused, char **ret_before, char **ret_after,
                    GError **error)
{
	g_auto(RunPlanning) planning = { 0 };
	g_autofree char *before = NULL;
	gsize length = 0;

	if (job->blessed == NULL)
		return true;
	if (!scratch_server_is_own(server)) {
		printf("%s stays: plans are made on a server of our own; leave --server out\n",
		       plan_blessed_path(job->blessed));
		return true;
	}
	if (g_file_test(plan_blessed_path(job->blessed), G_FILE_TEST_EXISTS) &&
	    !base_file_read(plan_blessed_path(job->blessed), FILE_MAX, &before, &length, error))
		return false;
	if (!run_planning_open(job, NULL, server, &planning, error))
		return false;
	*ret_after = run_planning_bless(&planning, refused, error);
	if (*ret_after == NULL)
		return false;
	*ret_before = before != NULL ? g_steal_pointer(&before) : g_strdup("");
	return true;
}
