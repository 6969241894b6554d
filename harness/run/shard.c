/* --shard: which part of the work this machine has. */
#include "run/division.h"

#include "base/error.h"

/* No CI has so many machines; the limit catches mistyped numbers. */
#define SHARDS_MAX 1000

/* The variables by which the machines of a CI system know their number. */
typedef struct {
	const char *index;
	const char *total;
	guint first; /* the index of the first machine */
} ShardVariables;

/* Our own variables come first, because they are set on purpose. A Kubernetes job has no variable for the total, and
 * a matrix of GitHub sets none at all. */
static const ShardVariables variables[] = {
	{ "PGASSAY_SHARD_INDEX", "PGASSAY_SHARD_TOTAL", 0 },
	{ "CI_NODE_INDEX", "CI_NODE_TOTAL", 1 },                           /* GitLab */
	{ "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0 },                   /* CircleCI */
	{ "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0 },   /* Buildkite */
	{ "BITBUCKET_PARALLEL_STEP", "BITBUCKET_PARALLEL_STEP_COUNT", 0 }, /* Bitbucket */
	{ "SYSTEM_JOBPOSITIONINPHASE", "SYSTEM_TOTALJOBSINPHASE", 1 },     /* Azure Pipelines */
	{ "SEMAPHORE_JOB_INDEX", "SEMAPHORE_JOB_COUNT", 1 },               /* Semaphore */
	{ "JOB_COMPLETION_INDEX", "PGASSAY_SHARD_TOTAL", 0 },              /* an indexed job of Kubernetes */
};

static bool
shard_read_number(const char *text, guint first, guint last, guint *ret_number)
{
	guint64 number = 0;

	if (!g_ascii_string_to_unsigned(text, 10, first, last, &number, NULL))
		return false;
	*ret_number = (guint)number;
	return true;
}

static bool
shard_read_variables(const ShardVariables *names, const char *index, const char *total, RunShard *ret_shard,
                     GError **error)
{
	guint of = 0;
	guint at = 0;

	if (!shard_read_number(total, 1, SHARDS_MAX, &of))
		return base_error_set(error, BASE_ERROR_USAGE, NULL,
		                      "--shard auto: %s is \"%s\", which is no number from 1 to %d", names->total,
		                      total, SHARDS_MAX);
	if (!shard_read_number(index, names->first, of - 1 + names->first, &at))
		return base_error_set(error, BASE_ERROR_USAGE, NULL,
		                      "--shard auto: %s is \"%s\", which is no number from %u to %u", names->index,
		                      index, names->first, of - 1 + names->first);
	*ret_shard = (RunShard){ .number = at - names->first + 1, .of = of };
	return true;
}

/* A system that counts its machines, and says no index, has one of them. */
static bool
shard_read_environment(char **environment, RunShard *ret_shard, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(variables); i++) {
		const char *index = g_environ_getenv(environment, variables[i].index);
		const char *total = g_environ_getenv(environment, variables[i].total);
		if (index != NULL && total != NULL)
			return shard_read_variables(&variables[i], index, total, ret_shard, error);
		if (index == NULL && g_strcmp0(total, "1") == 0) {
			*ret_shard = (RunShard){ .number = 1, .of = 1 };
			return true;
		}
	}
	return base_error_set(error, BASE_ERROR_USAGE,
	                      "write --shard K/N, or set PGASSAY_SHARD_INDEX (from 0 on) and PGASSAY_SHARD_TOTAL; "
	                      "\"pgassay help ci\" shows it for each system",
	                      "--shard auto: the environment does not say which of how many machines this is");
}

bool
run_shard_read(const char *text, char **environment, RunShard *ret_shard, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(text, "/", 3);
	guint of = 0;
	guint number = 0;

	if (g_str_equal(text, "auto"))
		return shard_read_environment(environment, ret_shard, error);
	if (g_strv_length(parts) != 2 || !shard_read_number(parts[1], 1, SHARDS_MAX, &of) ||
	    !shard_read_number(parts[0], 1, of, &number))
		return base_error_set(error, BASE_ERROR_USAGE,
		                      "the second of four machines writes --shard 2/4; \"auto\" asks the CI system",
		                      "--shard \"%s\" is no part of the work", text);
	*ret_shard = (RunShard){ .number = number, .of = of };
	return true;
}
