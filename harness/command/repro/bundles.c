#include "command/repro/bundles.h"

#include "base/reads.h"
#include "command/repro/collect.h"

#include <stdio.h>

/* Switches them off where no option does, as for all runs of a machine. */
#define VARIABLE "PGASSAY_REPRO"
#define OFF      "off"

char *
command_repro_bundles_begin(const char *option, const char *usual)
{
	const char *wish = option != NULL ? option : g_getenv(VARIABLE);

	if (wish == NULL || *wish == '\0')
		wish = usual;
	if (wish == NULL || g_strcmp0(wish, OFF) == 0)
		return NULL;
	base_reads_begin();
	return g_strdup(wish);
}

/* A run that was cut short may have found something all the same. */
void
command_repro_bundles_write(const char *folder, const RunPlan *plan, const GPtrArray *servers, const RunResult *result)
{
	g_autoptr(GError) error = NULL;

	if (folder == NULL || result->lost)
		return;
	g_autoptr(GPtrArray) paths = command_repro_collect(plan, result->report, servers, folder, &error);
	if (paths == NULL)
		printf("no bundle for \"pgassay repro\": %s\n", error->message);
	for (guint i = 0; paths != NULL && i < paths->len; i++)
		printf("repro: pgassay repro %s\n", (const char *)g_ptr_array_index(paths, i));
}
