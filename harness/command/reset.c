/* pgassay reset: a development database, emptied and built anew. */
#include "command/command.h"
#include "command/job.h"

#include "base/error.h"
#include "catalog/diff.h"
#include "run/reset/reset.h"
#include "run/reset/target.h"

#include <stdio.h>

/* Differences between before and after that are listed. */
#define DIFFERENCES_SHOWN    20
#define LOCK_TIMEOUT_SECONDS 10
#define LOCK_TIMEOUT_MAX     86400

typedef struct {
	char *url;
	gboolean yes;
	gboolean end_sessions;
	gint lock_timeout;
} Options;

/* Both sessions and what is known; the lock of resets goes with the first session. */
typedef struct {
	const Options *options;
	const RunJob *job;
	DbEndpoint *endpoint;
	DbSession *session;
	DbSession *migrator;
	MigrationStandIns stand_ins;
	RunResetOptions reset;
} Work;

static void
work_clear(Work *work)
{
	db_session_close(work->migrator);
	db_session_close(work->session);
	db_endpoint_unref(work->endpoint);
	g_clear_pointer(&work->stand_ins.sources, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

/* Shown at once, because what follows may take its time. */
static void
tell(const char *line, void *data)
{
	(void)data;
	printf("%s\n", line);
	fflush(stdout);
}

/* --- Before anything is dropped -------------------------------------------- */

static bool
recognise(Work *work, bool show, GError **error)
{
	g_auto(RunTarget) target = { 0 };
	g_autofree char *reason = NULL;

	if (!run_target_read(work->session, db_endpoint_describe(work->endpoint), &target, error) ||
	    !run_target_judge(&target, &reason, error))
		return false;
	if (show)
		printf("database: %s (%s, PostgreSQL %s)\nrecognised by: %s\n", target.database, target.server,
		       db_session_server_version_text(work->session), reason);
	return true;
}

static bool
show_plan(Work *work, GError **error)
{
	const MigrationSet *set = work->job->set;
	const SuiteBaseline *baseline = work->job->database->baseline;
	guint n = set->migrations->len - (work->job->baseline_schema != NULL ? work->job->n_baseline : 0);
	g_auto(RunTargetContents) contents = { 0 };

	if (!run_target_names(work->session, &contents, error) || !run_target_count(work->session, &contents, error))
		return false;
	g_autofree char *drops = run_target_contents_describe(&contents);
	printf("drops: %s\n", drops);
	if (work->job->baseline_schema != NULL && baseline->version != NULL)
		printf("then loads: %s (up to %s)\n", baseline->schema, baseline->version);
	else if (work->job->baseline_schema != NULL)
		printf("then loads: %s\n", baseline->schema);
	printf("then applies: %u %s of %s (%s)\n", n, n == 1 ? "migration" : "migrations", set->directory,
	       migration_set_format_name(set));
	return true;
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

/* What can go wrong goes wrong before the drop: the second session, too, is opened here. */
static bool
prepare(Work *work, GError **error)
{
	/* While this one waited for its turn, the database may have got another mark. */
	if (!run_reset_lock(work->session, &work->reset, error) || !recognise(work, false, error) ||
	    !meet_others(work, error))
		return false;
	work->migrator = db_session_open(work->endpoint, NULL, DB_SESSION_MIGRATION, error);
	g_autofree char *read_only = work->migrator == NULL
	                                 ? NULL
	                                 : db_session_query_value(work->migrator, error, "SHOW transaction_read_only",
	                                                          NULL);
	if (read_only == NULL)
		return false;
	return g_str_equal(read_only, "off") ||
	       base_error_set(error, BASE_ERROR_USAGE,
	                      "a user or database that is set to default_transaction_read_only is not for migrations",
	                      "the sessions of the migrations would be read-only");
}

/* --- The reset ------------------------------------------------------------- */

static CatalogSnapshot *
read_before(Work *work, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SET lock_timeout = %u", work->reset.lock_timeout);
	GError *cause = NULL;
	CatalogSnapshot *snapshot = NULL;

	if (db_session_execute(work->session, sql, &cause))
		snapshot = catalog_snapshot_read(work->session, &work->job->exclusions, &cause);
	if (snapshot == NULL) {
		run_reset_explain(work->session, &work->reset, &cause);
		g_propagate_error(error, cause);
	}
	return snapshot;
}

static bool
drop(Work *work, GError **error)
{
	g_autoptr(GPtrArray) left = NULL;

	if (!run_reset_drop(work->session, &work->reset, &left, error))
		return false;
	for (guint i = 0; i < left->len; i++) {
		g_autofree char *line = g_strdup_printf("warning: stays, because it belongs to no schema: %s",
		                                        (const char *)g_ptr_array_index(left, i));
		tell(line, NULL);
	}
	return true;
}

static bool
rebuild(Work *work, guint *ret_applied, GError **error)
{
	if (run_reset_rebuild(work->migrator, work->job, &work->stand_ins, ret_applied, error))
		return true;
	base_error_hint(error, g_error_matches(*error, BASE_ERROR, BASE_ERROR_DATABASE)
	                           ? "the database stays there; correct what failed, and reset again"
	                           : "the schemas are dropped, and not all migrations are applied: reset again");
	return false;
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
	g_autofree char *all = catalog_diff_describe(differences, DIFFERENCES_SHOWN);
	printf("after:  %s, %u %s\n%s%s", fingerprint, differences->len,
	       differences->len == 1 ? "difference" : "differences", all, g_str_has_suffix(all, "\n") ? "" : "\n");
}

static bool
reset(Work *work, GError **error)
{
	gint64 start = g_get_monotonic_time();
	guint applied = 0;
	g_autoptr(CatalogSnapshot) before = read_before(work, error);

	if (before == NULL)
		return false;
	g_autofree char *fingerprint = catalog_snapshot_fingerprint(before);
	printf("before: %s\n", fingerprint);
	fflush(stdout);
	if (!drop(work, error) || !rebuild(work, &applied, error))
		return false;
	g_autoptr(CatalogSnapshot) after = catalog_snapshot_read(work->session, &work->job->exclusions, error);
	if (after == NULL)
		return false;
	show_after(before, after);
	printf("reset: %u %s applied in %" G_GINT64_FORMAT " ms\n", applied, applied == 1 ? "migration" : "migrations",
	       (g_get_monotonic_time() - start) / G_TIME_SPAN_MILLISECOND);
	return true;
}

/* --- The command ----------------------------------------------------------- */

static bool
connect(Work *work, GError **error)
{
	work->endpoint = db_endpoint_new_conninfo(work->options->url, error);
	if (work->endpoint != NULL)
		work->session = db_session_open(work->endpoint, NULL, DB_SESSION_INTERNAL, error);
	return work->session != NULL && recognise(work, true, error) &&
	       run_target_prepare(work->session, work->job->suite, &work->stand_ins, error) && show_plan(work, error);
}

static bool
check_arguments(const Options *options, int n_arguments, GError **error)
{
	if (n_arguments < 2 || n_arguments > 3)
		return base_error_set(error, BASE_ERROR_USAGE, "\"pgassay reset --help\" explains it",
		                      "name a suite and, when it has several, one of its databases");
	if (options->url == NULL)
		return base_error_set(error, BASE_ERROR_USAGE, "it is the connection string of the database to reset",
		                      "reset needs --target URL");
	if (options->lock_timeout < 1 || options->lock_timeout > LOCK_TIMEOUT_MAX)
		return base_error_set(error, BASE_ERROR_USAGE, "write a number of seconds",
		                      "--lock-timeout must be from 1 to %d", LOCK_TIMEOUT_MAX);
	return true;
}

/* Without --yes nothing is done, and a script that left it out must not take that for success. */
static CommandResult
run(const Options *options, int n_arguments, char **arguments, GError **error)
{
	if (!check_arguments(options, n_arguments, error))
		return command_error(*error);
	const char *const paths[] = { arguments[1], NULL };
	g_autoptr(RunPlan) plan = run_plan_load(paths, error);
	g_auto(Work) work = { .options = options,
		              .reset = { .lock_timeout = (guint)options->lock_timeout * 1000, .tell = tell } };

	if (plan != NULL)
		work.job = command_find_job(plan, n_arguments > 2 ? arguments[2] : NULL, error);
	if (work.job == NULL || !connect(&work, error))
		return command_error(*error);
	fflush(stdout);
	if (!options->yes) {
		fprintf(stderr, "pgassay: nothing was done\nhint: with --yes, this is what will be done\n");
		return COMMAND_USAGE;
	}
	if (prepare(&work, error) && reset(&work, error))
		return COMMAND_OK;
	CommandResult result = command_error(*error);
	return g_error_matches(*error, BASE_ERROR, BASE_ERROR_DATABASE) ? COMMAND_FAILED : result;
}

CommandResult
command_reset(int n_arguments, char **arguments)
{
	Options options = { .lock_timeout = LOCK_TIMEOUT_SECONDS };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "target", 0, 0, G_OPTION_ARG_STRING, &options.url, "the development database to reset", "URL" },
		{ "yes", 0, 0, G_OPTION_ARG_NONE, &options.yes, "do it; without, only say what would be done", NULL },
		{ "end-sessions", 0, 0, G_OPTION_ARG_NONE, &options.end_sessions,
		  "end all other sessions on the database first", NULL },
		{ "lock-timeout", 0, 0, G_OPTION_ARG_INT, &options.lock_timeout,
		  "how long to wait for locks of other sessions (default: 10)", "SECONDS" },
		{ NULL },
	};

	if (command_parse("reset", entries, &n_arguments, &arguments, &result))
		result = run(&options, n_arguments, arguments, &error);
	g_free(options.url);
	return result;
}
