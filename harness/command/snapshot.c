/* pgassay snapshot: a schema as an expectation fixture. */
#include "command/command.h"
#include "command/option/timeouts.h"
#include "command/side/job.h"
#include "command/side/split.h"

#include "base/error.h"
#include "catalog/render.h"
#include "run/build.h"
#include "run/run.h"
#include "target/reading.h"

#include <stdio.h>

typedef struct {
	char *bindir;
	char *server;
	CommandLimits limits;
	char *target;
	char *output;
	char *split;
	char **schemas;
	gboolean loose;
} Options;

/* Reads the catalog of a database that is not ours: one read-only transaction, nothing else. */
static CatalogSnapshot *
read_target(const Options *options, const TargetReadingOptions *limits, GError **error)
{
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_conninfo(options->target, error);

	if (endpoint == NULL)
		return NULL;
	db_endpoint_set_connect_timeout(endpoint, (guint)options->limits.connect_timeout);
	g_autoptr(DbSession) session = target_reading_open(endpoint, limits, error);
	CatalogSnapshot *snapshot = session != NULL ? catalog_snapshot_read(session, NULL, error) : NULL;

	if (session != NULL && snapshot == NULL)
		target_reading_explain(session, error);
	return snapshot;
}

static CatalogSnapshot *
build_and_read(const RunJob *job, ScratchServer *server, GError **error)
{
	CheckWorkspace workspace = { 0 };
	MigrationStandIns stand_ins = { 0 };

	if (!run_build(job, server, &workspace, &stand_ins, error))
		return NULL;
	CatalogSnapshot *snapshot = check_workspace_snapshot(&workspace, error);
	check_workspace_close_last(&workspace);
	g_hash_table_unref(stand_ins.sources);
	return snapshot;
}

static void
command_snapshot_stop_server(gpointer data)
{
	scratch_server_stop(data);
}

static CatalogSnapshot *
command_snapshot_read_suite(const Options *options, const char *path, const char *database, GError **error)
{
	const char *const paths[] = { path, NULL };
	g_autoptr(RunPlan) plan = run_plan_load(paths, error);
	g_autoptr(GPtrArray) servers = g_ptr_array_new_with_free_func(command_snapshot_stop_server);
	const RunOptions run_options = { .bindir = options->bindir,
		                         .server_url = options->server,
		                         .connect_timeout = (guint)options->limits.connect_timeout };

	if (plan == NULL)
		return NULL;
	const RunJob *job = command_find_job(plan, database, error);
	ScratchServer *server = job != NULL ? run_server_for(job->suite, &run_options, servers, error) : NULL;
	return server != NULL ? build_and_read(job, server, error) : NULL;
}

static bool
write_yaml(const char *yaml, const char *path, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (path == NULL) {
		fputs(yaml, stdout);
		return true;
	}
	return g_file_set_contents(path, yaml, -1, &cause) ||
	       base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not write \"%s\": %s", path, cause->message);
}

static bool
write_split(const CatalogSnapshot *snapshot, const CatalogRenderOptions *render, const char *folder, GError **error)
{
	CommandSplitCounts counts = { 0 };

	if (!command_split_write(folder, snapshot, render, &counts, error))
		return false;
	printf("%s: %u written, %u unchanged, %u removed\n", folder, counts.n_written, counts.n_same, counts.n_removed);
	return true;
}

static bool
command_snapshot_run(const Options *options, int n_arguments, char **arguments, GError **error)
{
	g_autoptr(CatalogSnapshot) snapshot = NULL;
	TargetReadingOptions limits = { 0 };

	if ((options->target != NULL) == (n_arguments > 1) || n_arguments > 3)
		return base_error_set(
		    error, BASE_ERROR_USAGE, "\"pgassay snapshot --help\" explains it",
		    "name either a suite (and, when it has several, one of its databases) or --target URL");
	if (options->split != NULL && options->output != NULL)
		return base_error_set(error, BASE_ERROR_USAGE, "leave one of them out",
		                      "--split writes a folder, --output a file");
	if (!command_limits_check(&options->limits, &limits, error))
		return false;
	if (options->target != NULL)
		snapshot = read_target(options, &limits, error);
	else
		snapshot = command_snapshot_read_suite(options, arguments[1], n_arguments > 2 ? arguments[2] : NULL,
		                                       error);
	if (snapshot == NULL)
		return false;
	const CatalogRenderOptions render = { .schemas = (const char *const *)options->schemas,
		                              .exact = !options->loose };
	if (options->split != NULL)
		return write_split(snapshot, &render, options->split, error);
	g_autofree char *yaml = catalog_render_yaml(snapshot, &render);
	return write_yaml(yaml, options->output, error);
}

CommandResult
command_snapshot(int n_arguments, char **arguments)
{
	Options options = { .limits = COMMAND_LIMITS_READING };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "target", 0, 0, G_OPTION_ARG_STRING, &options.target,
		  "read this database instead, in a read-only transaction", "URL" },
		{ "schema", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.schemas,
		  "only this schema; may be given several times", "NAME" },
		{ "loose", 0, 0, G_OPTION_ARG_NONE, &options.loose,
		  "as a fixture, let it allow what it does not state: without \"exact: true\"", NULL },
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
		  "write to this file (default: standard output)", "FILE" },
		{ "split", 0, 0, G_OPTION_ARG_FILENAME, &options.split,
		  "write a file for each object to this folder, and remove those of objects that are gone", "DIR" },
		{ "pg-bindir", 0, 0, G_OPTION_ARG_FILENAME, &options.bindir,
		  "the folder of the PostgreSQL programs to use", "DIR" },
		{ "server", 0, 0, G_OPTION_ARG_STRING, &options.server,
		  "build on this running server instead of one of our own", "URL" },
		COMMAND_LIMITS_OPTIONS(options.limits),
		{ NULL },
	};

	if (command_parse("snapshot", entries, &n_arguments, &arguments, &result) &&
	    !command_snapshot_run(&options, n_arguments, arguments, &error)) {
		result = command_error(error);
	}
	g_free(options.bindir);
	g_free(options.server);
	g_free(options.target);
	g_free(options.output);
	g_free(options.split);
	g_strfreev(options.schemas);
	return result;
}
