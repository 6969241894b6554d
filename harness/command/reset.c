/* pgassay reset: a development database, emptied and built anew. */
#include "command/command.h"
#include "command/database/probe.h"
#include "command/option/timeouts.h"
#include "command/side/job.h"

#include "base/error.h"
#include "catalog/diff.h"
#include "run/job/data.h"
#include "run/reset/reset.h"
#include "target/identity.h"
#include "target/reading.h"
#include "target/target.h"

#include <stdio.h>
#include <string.h>

/* Differences between before and after that are listed. */
#define DIFFERENCES_SHOWN    20
#define LOCK_TIMEOUT_SECONDS 10
/* A statement of a migration may take its time, on a development database too. */
#define STATEMENT_TIMEOUT_SECONDS 600

typedef struct {
	char *url;
	char *yes_drop;
	gboolean yes;
	gboolean end_sessions;
	char **seeds;
	char *probe;
	int probe_timeout; /* seconds */
	CommandLimits limits;
} Options;

/* Both sessions and the facts; the lock of resets is released with the first session. */
typedef struct {
	const Options *options;
	const RunJob *job;
	DbEndpoint *endpoint;
	DbEndpoint *pinned; /* the one server of it that the first session is on */
	DbSession *session;
	DbSession *migrator;
	TargetIdentity identity; /* of the first session's database */
	TargetReadingOptions limits;
	MigrationStandIns stand_ins;
	RunResetOptions reset;
} Work;

static void
command_reset_work_clear(Work *work)
{
	db_session_close(work->migrator);
	db_session_close(work->session);
	target_identity_clear(&work->identity);
	db_endpoint_unref(work->pinned);
	db_endpoint_unref(work->endpoint);
	g_clear_pointer(&work->stand_ins.sources, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, command_reset_work_clear)

/* Printed at once, because the next step may take its time. */
static void
command_reset_report(const char *line, void *data)
{
	(void)data;
	printf("%s\n", line);
	fflush(stdout);
}

/* --- Before anything is dropped -------------------------------------------- */

static bool
command_reset_recognise(DbSession *session, const char *server, Target *ret_target, char **ret_reason, GError **error)
{
	return target_read(session, server, ret_target, error) && target_judge(ret_target, ret_reason, error);
}

/* Checks again in the transaction that drops, because the mark of the database may have changed meanwhile. */
static bool
command_reset_verify(DbSession *session, void *data, GError **error)
{
	Work *work = data;
	g_auto(Target) target = { 0 };
	g_auto(TargetIdentity) identity = { 0 };
	g_autofree char *reason = NULL;

	return target_identity_read(session, &identity, error) &&
	       target_identity_equal(&work->identity, &identity, error) &&
	       command_reset_recognise(session, db_endpoint_describe(work->endpoint), &target, &reason, error);
}

static void
show_steps(const Work *work, const TargetContents *contents)
{
	const MigrationSet *set = work->job->set;
	const SuiteBaseline *baseline = work->job->database->baseline;
	guint n = set->migrations->len - (work->job->baseline_schema != NULL ? work->job->n_baseline : 0);
	g_autofree char *drops = target_contents_describe(contents);

	printf("drops: %s\n", drops);
	if (work->job->baseline_schema != NULL && baseline->version != NULL)
		printf("then loads: %s (up to %s)\n", baseline->schema, baseline->version);
	else if (work->job->baseline_schema != NULL)
		printf("then loads: %s\n", baseline->schema);
	printf("then applies: %u %s of %s (%s)\n", n, n == 1 ? "migration" : "migrations", set->directory,
	       migration_set_format_name(set));
	if (work->options->seeds == NULL && work->job->database->data->len > 0)
		printf("with rows: %u of the suite's files under \"data\"\n", work->job->database->data->len);
}

/* Who writes a name has looked at it. */
static bool
command_reset_confirm(const Work *work, const Target *target, const TargetContents *contents, GError **error)
{
	const char *given = work->options->yes_drop;
	g_autofree char *doubt = target_confirmation(target, contents);

	if (given != NULL && strcmp(given, target->database) != 0)
		return base_error_set(error, BASE_ERROR_USAGE, "look where --target leads",
		                      "--yes-drop names another database than \"%s\" (%s)", target->database,
		                      target->server);
	if (doubt == NULL || given != NULL)
		return true;
	g_autofree char *name = g_shell_quote(target->database);
	g_autofree char *hint = g_strdup_printf(
	    "if all in it may be lost, write --yes-drop %s; or its owner says so once: "
	    "ALTER DATABASE %s SET " TARGET_MARK " = 'on'",
	    name, target->quoted);
	return base_error_set(error, BASE_ERROR_USAGE, hint, "database \"%s\" (%s) is not reset without its name: %s",
	                      target->database, target->server, doubt);
}

static bool
show_plan(Work *work, GError **error)
{
	g_auto(Target) target = { 0 };
	g_auto(TargetContents) contents = { 0 };
	g_autofree char *reason = NULL;

	if (!command_reset_recognise(work->session, db_endpoint_describe(work->endpoint), &target, &reason, error))
		return false;
	printf("database: %s (%s, PostgreSQL %s)\nrecognised by: %s\n", target.database, target.server,
	       db_session_server_version_text(work->session), reason);
	if (!target_prepare(work->session, work->job->suite, &work->stand_ins, error) ||
	    !target_names(work->session, &contents, error) || !target_count(work->session, &contents, error))
		return false;
	show_steps(work, &contents);
	fflush(stdout);
	return command_reset_confirm(work, &target, &contents, error);
}

static bool
meet_others(Work *work, GError **error)
{
	g_autoptr(GPtrArray) others = run_reset_others(work->session, error);

	if (others == NULL)
		return false;
	for (guint i = 0; i < others->len; i++)
		printf("%s: %s\n", work->options->end_sessions ? "ends the session" : "another session",
		       (const char *)g_ptr_array_index(others, i));
	fflush(stdout);
	return !work->options->end_sessions || run_reset_end_others(work->session, error);
}

static bool
connect_migrator(Work *work, GError **error)
{
	work->pinned = db_endpoint_pin(work->endpoint, work->session);
	work->migrator = target_session_open(work->pinned, DB_SESSION_MIGRATION, &work->limits, error);
	if (work->migrator == NULL || !target_identity_prove(work->session, work->migrator, error))
		return false;
	g_autofree char *read_only = db_session_query_value(work->migrator, error, "SHOW transaction_read_only", NULL);
	if (read_only == NULL)
		return false;
	return g_str_equal(read_only, "off") ||
	       base_error_set(error, BASE_ERROR_USAGE,
	                      "a user or database that is set to default_transaction_read_only is not for migrations",
	                      "the sessions of the migrations would be read-only");
}

/* Everything that can fail is done before the drop; so the second session, too, is opened here. */
static bool
command_reset_prepare(Work *work, GError **error)
{
	return run_reset_lock(work->session, &work->reset, error) && meet_others(work, error) &&
	       connect_migrator(work, error);
}

/* --- The reset ------------------------------------------------------------- */

static CatalogSnapshot *
read_before(Work *work, GError **error)
{
	GError *cause = NULL;
	CatalogSnapshot *snapshot = catalog_snapshot_read(work->session, &work->job->exclusions, &cause);

	if (snapshot == NULL) {
		run_reset_explain(work->session, &work->reset, &cause);
		g_propagate_error(error, cause);
	}
	return snapshot;
}

static bool
command_reset_drop(Work *work, GError **error)
{
	g_autoptr(GPtrArray) left = NULL;

	if (!run_reset_drop(work->session, &work->reset, &left, error))
		return false;
	for (guint i = 0; i < left->len; i++) {
		g_autofree char *line = g_strdup_printf("warning: stays, because it belongs to no schema: %s",
		                                        (const char *)g_ptr_array_index(left, i));
		command_reset_report(line, NULL);
	}
	return true;
}

static bool
command_reset_rebuild(Work *work, RunResetBuilt *ret_built, GError **error)
{
	if (run_reset_rebuild(work->migrator, work->job, &work->stand_ins, work->options->seeds == NULL, ret_built,
	                      error))
		return true;
	base_error_hint(error, g_error_matches(*error, BASE_ERROR, BASE_ERROR_MIGRATION) ||
	                               g_error_matches(*error, BASE_ERROR, BASE_ERROR_INPUT)
	                           ? "the database stays there; correct what failed, and reset again"
	                           : "the schemas are dropped, and not all migrations are applied: reset again");
	return false;
}

/* A difference that the reset has made; it is neither expected nor a failure. */
static char *
reset_describe(const CatalogDifference *difference)
{
	const CatalogObject *object = difference->expected != NULL ? difference->expected : difference->found;

	if (difference->kind == CATALOG_CHANGED)
		return catalog_difference_describe(difference);
	return g_strdup_printf("%s \"%s\" is %s", catalog_class(object->class_id)->name, object->identity,
	                       difference->kind == CATALOG_MISSING ? "gone" : "new");
}

static void
show_differences(const GArray *differences)
{
	for (guint i = 0; i < MIN(differences->len, DIFFERENCES_SHOWN); i++) {
		g_autofree char *line = reset_describe(&g_array_index(differences, CatalogDifference, i));
		printf("%s\n", line);
	}
	if (differences->len > DIFFERENCES_SHOWN)
		printf("... and %u more\n", differences->len - DIFFERENCES_SHOWN);
}

static void
show_after(const CatalogSnapshot *before, const CatalogSnapshot *after)
{
	g_autoptr(GArray) differences = catalog_diff(before, after, NULL);
	g_autofree char *fingerprint = catalog_snapshot_fingerprint(after);

	if (differences->len == 0) {
		printf("after:  %s, the same schema\n", fingerprint);
		return;
	}
	printf("after:  %s, %u %s\n", fingerprint, differences->len,
	       differences->len == 1 ? "difference" : "differences");
	show_differences(differences);
}

static void
reset_show_loaded(guint n)
{
	if (n > 0)
		printf("loaded: %u %s\n", n, n == 1 ? "file" : "files");
}

static void
reset_free_data(gpointer data)
{
	g_free(((SuiteData *)data)->path);
	g_free(data);
}

/* The rows that people give: all of them, or none. */
static bool
reset_load_seeds(Work *work, GError **error)
{
	CheckWorkspace workspace = { .session = work->migrator,
		                     .set = work->job->set,
		                     .exclusions = &work->job->exclusions };
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(reset_free_data);

	for (char **seed = work->options->seeds; seed != NULL && *seed != NULL; seed++) {
		SuiteData *data = g_new0(SuiteData, 1);
		data->path = g_strdup(*seed);
		g_ptr_array_add(files, data);
	}
	if (files->len == 0)
		return true;
	if (!db_session_reset(work->migrator, error) || !run_job_load_files(&workspace, files, error)) {
		base_error_hint(error,
		                "the migrations are applied, and no row is loaded: correct the file, and reset again");
		return false;
	}
	reset_show_loaded(files->len);
	return true;
}

static bool
command_reset_reset(Work *work, GError **error)
{
	gint64 start = g_get_monotonic_time();
	RunResetBuilt built = { 0 };
	g_autoptr(CatalogSnapshot) before = read_before(work, error);

	if (before == NULL)
		return false;
	g_autofree char *fingerprint = catalog_snapshot_fingerprint(before);
	printf("before: %s\n", fingerprint);
	fflush(stdout);
	if (!command_reset_drop(work, error) || !command_reset_rebuild(work, &built, error) ||
	    !reset_load_seeds(work, error))
		return false;
	reset_show_loaded(built.n_files);
	g_autoptr(CatalogSnapshot) after = catalog_snapshot_read(work->session, &work->job->exclusions, error);
	if (after == NULL)
		return false;
	show_after(before, after);
	printf("reset: %u %s applied in %" G_GINT64_FORMAT " ms\n", built.n_applied,
	       built.n_applied == 1 ? "migration" : "migrations",
	       (g_get_monotonic_time() - start) / G_TIME_SPAN_MILLISECOND);
	fflush(stdout);
	return work->options->probe == NULL ||
	       command_probe(work->options->probe, (guint)work->options->probe_timeout, error);
}

/* --- The command ----------------------------------------------------------- */

static bool
command_reset_connect(Work *work, GError **error)
{
	work->endpoint = db_endpoint_new_conninfo(work->options->url, error);
	if (work->endpoint == NULL)
		return false;
	if (!db_endpoint_names_database(work->endpoint))
		return base_error_set(
		    error, BASE_ERROR_USAGE,
		    "write it as postgresql://user@host/DATABASE, or with dbname=DATABASE or service=NAME",
		    "--target names no database, and a reset takes none from the environment");
	db_endpoint_set_connect_timeout(work->endpoint, (guint)work->options->limits.connect_timeout);
	work->session = target_session_open(work->endpoint, DB_SESSION_INTERNAL, &work->limits, error);
	return work->session != NULL && target_identity_read(work->session, &work->identity, error) &&
	       show_plan(work, error);
}

static bool
check_arguments(const Options *options, int n_arguments, TargetReadingOptions *ret_limits, GError **error)
{
	if (n_arguments < 2 || n_arguments > 3)
		return base_error_set(error, BASE_ERROR_USAGE, "\"pgassay reset --help\" explains it",
		                      "name a suite and, when it has several, one of its databases");
	if (options->url == NULL)
		return base_error_set(error, BASE_ERROR_USAGE, "it is the connection string of the database to reset",
		                      "reset needs --target URL");
	for (char **path = options->seeds; path != NULL && *path != NULL; path++)
		if (!g_file_test(*path, G_FILE_TEST_IS_REGULAR))
			return base_error_set(error, BASE_ERROR_USAGE, "--seed names a file of SQL",
			                      "there is no file \"%s\"", *path);
	if (options->probe != NULL && !command_probe_check(options->probe, error))
		return false;
	if (options->probe_timeout < 1)
		return base_error_set(error, BASE_ERROR_USAGE, "30 is usual",
		                      "--probe-timeout takes seconds, 1 or more");
	return command_limits_check(&options->limits, ret_limits, error);
}

/* Without --yes nothing is done, and a script that left it out must not take that for success. */
static CommandResult
command_reset_run(const Options *options, int n_arguments, char **arguments, GError **error)
{
	TargetReadingOptions limits = { 0 };

	if (!check_arguments(options, n_arguments, &limits, error))
		return command_error(*error);
	const char *const paths[] = { arguments[1], NULL };
	g_autoptr(RunPlan) plan = run_plan_load(paths, error);
	g_auto(Work) work = { .options = options,
		              .limits = limits,
		              .reset = { .lock_timeout = limits.lock_timeout * 1000,
		                         .show = command_reset_report,
		                         .verify = command_reset_verify } };

	work.reset.data = &work;
	if (plan != NULL)
		work.job = command_find_job(plan, n_arguments > 2 ? arguments[2] : NULL, error);
	if (work.job == NULL || !command_reset_connect(&work, error)) {
		fflush(stdout);
		return command_error(*error);
	}
	if (!options->yes && options->yes_drop == NULL) {
		fprintf(stderr, "pgassay: nothing was done\nhint: with --yes, this is what will be done\n");
		return COMMAND_USAGE;
	}
	return command_reset_prepare(&work, error) && command_reset_reset(&work, error) ? COMMAND_OK
	                                                                                : command_error(*error);
}

CommandResult
command_reset(int n_arguments, char **arguments)
{
	Options options = { .probe_timeout = COMMAND_PROBE_TIMEOUT,
		            .limits = { .lock_timeout = LOCK_TIMEOUT_SECONDS,
		                        .statement_timeout = STATEMENT_TIMEOUT_SECONDS,
		                        .connect_timeout = DB_CONNECT_TIMEOUT } };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "target", 0, 0, G_OPTION_ARG_STRING, &options.url, "the development database to reset", "URL" },
		{ "yes", 0, 0, G_OPTION_ARG_NONE, &options.yes, "do it; without, only say what would be done", NULL },
		{ "yes-drop", 0, 0, G_OPTION_ARG_STRING, &options.yes_drop,
		  "do it, and confirm the name of the database, where it may be one that is needed", "NAME" },
		{ "end-sessions", 0, 0, G_OPTION_ARG_NONE, &options.end_sessions,
		  "end all other sessions on the database first", NULL },
		{ "seed", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.seeds,
		  "load this file of SQL after the migrations, and not the suite's data; may be given several times",
		  "FILE" },
		{ "probe", 0, 0, G_OPTION_ARG_STRING, &options.probe,
		  "ask this service afterwards, until it answers below 400", "URL" },
		{ "probe-timeout", 0, 0, G_OPTION_ARG_INT, &options.probe_timeout, "how long to ask it (default: 30)",
		  "SECONDS" },
		{ "lock-timeout", 0, 0, G_OPTION_ARG_INT, &options.limits.lock_timeout,
		  "how long to wait for locks of other sessions (default: 10)", "SECONDS" },
		{ "statement-timeout", 0, 0, G_OPTION_ARG_INT, &options.limits.statement_timeout,
		  "how long a statement may take, those of migrations too (default: 600)", "SECONDS" },
		COMMAND_CONNECT_TIMEOUT(options.limits.connect_timeout),
		{ NULL },
	};

	if (command_parse("reset", entries, &n_arguments, &arguments, &result))
		result = command_reset_run(&options, n_arguments, arguments, &error);
	g_free(options.url);
	g_free(options.yes_drop);
	g_free(options.probe);
	g_strfreev(options.seeds);
	return result;
}
