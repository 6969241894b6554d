#include "run/job/starting_point.h"

#include "base/error.h"
#include "check/proof/shared_objects.h"
#include "db/sqlstate.h"
#include "run/job/ask.h"
#include "run/job/reach.h"

struct RunStartingPoints {
	const RunJob *job;
	GMutex mutex;
	GPtrArray *beginnings; /* of RunStartingPoint *, one a server */
};

static void
beginning_free(gpointer data)
{
	RunStartingPoint *beginning = data;

	if (beginning->stored != NULL)
		scratch_database_give(beginning->template, beginning->stored, beginning->made);
	else
		scratch_database_drop(beginning->template, scratch_server_is_own(beginning->server));
	g_ptr_array_unref(beginning->migrations);
	catalog_snapshot_unref(beginning->catalog);
	catalog_reading_unref(beginning->reading);
	g_clear_pointer(&beginning->others, g_ptr_array_unref);
	report_case_free(beginning->test_case);
	g_clear_pointer(&beginning->reached, g_hash_table_unref);
	g_free(beginning->refusal);
	g_free(beginning->failure);
	g_free(beginning);
}

RunStartingPoints *
run_starting_points_new(const RunJob *job)
{
	RunStartingPoints *baseline = g_new0(RunStartingPoints, 1);

	baseline->job = job;
	g_mutex_init(&baseline->mutex);
	baseline->beginnings = g_ptr_array_new_with_free_func(beginning_free);
	return baseline;
}

void
run_starting_points_free(RunStartingPoints *baseline)
{
	if (baseline == NULL)
		return;
	g_ptr_array_unref(baseline->beginnings);
	g_mutex_clear(&baseline->mutex);
	g_free(baseline);
}

/* --- Making it -------------------------------------------------------------- */

/* Loads the dump of the job's baseline on an empty database, if there is one, and adjusts the history. Afterwards
 * the session is reset. A refusal of the server is in *ret_outcome. False with *error (BASE_ERROR_INPUT if the
 * history in the dump contradicts it). */
static bool
starting_point_load(const RunJob *job, DbSession *session, const MigrationStandIns *stand_ins,
                    MigrationOutcome *ret_outcome, GError **error)
{
	if (job->baseline_schema == NULL)
		return true;
	if (!migration_schema_file_run(job->baseline_schema, session, stand_ins, ret_outcome, error))
		return false;
	/* Objects before the first migration do not belong to the tool. */
	if (ret_outcome->failed || job->database->baseline->version == NULL)
		return true;
	g_autoptr(MigrationRunner) runner = migration_runner_begin_baseline(run_job_first_set(job), session, stand_ins,
	                                                                    job->database->baseline->version, error);
	return runner != NULL;
}

bool
run_starting_point_apply(const RunJob *job, DbSession *session, const MigrationStandIns *stand_ins, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };

	if (!starting_point_load(job, session, stand_ins, &outcome, error))
		return false;
	return !outcome.failed || base_error_set(error, BASE_ERROR_MIGRATION, NULL, "the baseline fails: %s\n%s",
	                                         outcome.message, outcome.details);
}

/* Applies the last migration with all that it depends on, then the remaining ones, because each start of such a tool
 * takes long. */
static bool
starting_point_run_external(MigrationRunner *runner, const MigrationSet *set, guint n, MigrationOutcome *ret_outcome,
                            GError **error)
{
	for (guint i = n; i > 0 && !ret_outcome->failed; i--) {
		const Migration *migration = g_ptr_array_index(set->migrations, i - 1);
		g_autoptr(GHashTable) applied = migration_runner_applied(runner, error);
		if (applied == NULL)
			return false;
		if (g_hash_table_contains(applied, migration->name))
			continue;
		migration_outcome_clear(ret_outcome);
		if (!migration_runner_apply(runner, migration, MIGRATION_UP, ret_outcome, error))
			return false;
	}
	return true;
}

/* One by one, each by a separate run of the tool, as in the forward stage; migrations of a dump are left out. */
static bool
run_migrations(const RunJob *job, DbSession *session, const MigrationStandIns *stand_ins, MigrationOutcome *ret_outcome,
               GError **error)
{
	const MigrationSet *set = run_job_first_set(job);
	guint n = job->base != NULL ? set->migrations->len : job->n_baseline;
	g_autoptr(MigrationRunner) runner = migration_runner_begin(set, session, stand_ins, error);
	g_autoptr(GHashTable) applied = runner != NULL ? migration_runner_applied(runner, error) : NULL;

	/* Only the end of it is looked at. */
	if (runner != NULL)
		migration_runner_set_brief(runner);
	if (applied != NULL && migration_set_is_external(set))
		return starting_point_run_external(runner, set, n, ret_outcome, error);
	for (guint i = 0; applied != NULL && i < n && !ret_outcome->failed; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (g_hash_table_contains(applied, migration->name))
			continue;
		migration_outcome_clear(ret_outcome);
		if (!db_session_reset(session, error) ||
		    !migration_runner_apply(runner, migration, MIGRATION_UP, ret_outcome, error))
			return false;
	}
	return applied != NULL;
}

/* Whether the tool goes on with the branch's files there. */
static bool
starting_point_ask_tool(const RunJob *job, MigrationRunner *runner, RunStartingPoint *beginning, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (job->base == NULL || migration_runner_validate(runner, &cause))
		return true;
	if (!g_error_matches(cause, BASE_ERROR, BASE_ERROR_INPUT)) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	beginning->refusal = g_strdup(cause->message);
	return true;
}

/* A history table that names only the last migration does not show the others once that one is deleted. */
static bool
starting_point_is_known(const RunJob *job, const Migration *migration)
{
	return job->base != NULL && migration_set_is_external(job->set) &&
	       run_base_find_version(job->base, migration) != NULL;
}

static bool
starting_point_list_pending(const RunJob *job, DbSession *session, const MigrationStandIns *stand_ins,
                            RunStartingPoint *beginning, GError **error)
{
	g_autoptr(MigrationRunner) runner = migration_runner_begin(job->set, session, stand_ins, error);
	g_autoptr(GHashTable) applied = runner != NULL ? migration_runner_applied(runner, error) : NULL;

	for (guint i = 0; applied != NULL && i < job->set->migrations->len; i++) {
		Migration *migration = g_ptr_array_index(job->set->migrations, i);
		if (!g_hash_table_contains(applied, migration->name) && !starting_point_is_known(job, migration))
			g_ptr_array_add(beginning->migrations, migration);
	}
	return applied != NULL && starting_point_ask_tool(job, runner, beginning, error);
}

/* Whether only the stages that migrate use generated rows: queries and the suite's own data need all tables. */
static bool
starting_point_may_leave_empty(const RunJob *job)
{
	return job->database->rows > 0 && job->database->data->len == 0 && job->base->queries == NULL &&
	       (job->queries == NULL || job->queries->len == 0);
}

/* Read once for all stages; on their copies, they read only later changes. */
static bool
starting_point_read_base(const RunJob *job, DbSession *session, RunStartingPoint *beginning, GError **error)
{
	if (!db_session_reset(session, error))
		return false;
	beginning->reading = catalog_read(session, &job->exclusions, error);
	if (beginning->reading == NULL)
		return false;
	if (starting_point_may_leave_empty(job))
		beginning->others = run_reach_find_others(catalog_reading_snapshot(beginning->reading),
		                                          beginning->migrations);
	if (beginning->others == NULL)
		return true;
	g_ptr_array_add(beginning->others, NULL);
	beginning->exclusions.without_rows = (const char *const *)beginning->others->pdata;
	return true;
}

/* Reads the result: its migrations and its catalog. */
static bool
read_beginning(const RunJob *job, RunStartingPoint *beginning, const MigrationStandIns *stand_ins, GError **error)
{
	g_autoptr(DbSession) session = scratch_database_connect(beginning->template, DB_SESSION_MIGRATION, error);

	if (session == NULL || !starting_point_list_pending(job, session, stand_ins, beginning, error))
		return false;
	if (job->base != NULL && migration_set_is_external(job->set)) {
		g_clear_pointer(&session, db_session_close);
		return run_ask_tool(job, beginning, stand_ins, error);
	}
	if (job->base != NULL)
		return starting_point_read_base(job, session, beginning, error);
	if (job->baseline_schema == NULL || !job->database->baseline->verify)
		return true;
	beginning->catalog = catalog_snapshot_read(session, &job->exclusions, error);
	return beginning->catalog != NULL;
}

static ReportCase *
starting_point_new_case(const RunJob *job)
{
	const SuiteBaseline *baseline = job->database->baseline;
	SourcePosition nowhere = { .path = job->set->directory };

	if (job->base != NULL)
		return report_case_new(job->database->name, "base", job->base->label, nowhere);
	g_autofree char *path = baseline->schema != NULL ? report_path_relative(baseline->schema) : NULL;
	g_autofree char *name = path != NULL
	                            ? g_strdup_printf("%s is loaded", path)
	                            : g_strdup_printf("the migrations up to \"%s\" are applied", baseline->version);

	return report_case_new(job->database->name, "baseline", name, suite_node_position(baseline->node));
}

/* Merged migrations have worked somewhere, perhaps on a newer server. The caller frees the hint. */
static char *
starting_point_hint_server(const RunStartingPoint *beginning, const MigrationOutcome *outcome)
{
	static const char *const states[] = { DB_SQLSTATE_SYNTAX_ERROR, DB_SQLSTATE_UNDEFINED_OBJECT,
		                              DB_SQLSTATE_UNDEFINED_FUNCTION, DB_SQLSTATE_INVALID_PARAMETER_VALUE };
	bool unknown = false;

	for (gsize i = 0; i < G_N_ELEMENTS(states); i++)
		unknown = unknown || g_strcmp0(outcome->sqlstate, states[i]) == 0;
	if (!unknown)
		return g_strdup("");
	return g_strdup_printf("; this server is PostgreSQL %d: if yours is newer, choose it by --pg-bindir, or by "
	                       "\"server: { version: N }\" in the suite",
	                       scratch_server_version(beginning->server) / 10000);
}

static void
starting_point_report(const RunBase *base, RunStartingPoint *beginning, const MigrationOutcome *outcome)
{
	ReportCase *test_case = beginning->test_case;

	if (!outcome->failed) {
		test_case->output = g_strdup(outcome->notices);
		return;
	}
	test_case->statement = g_strdup(outcome->statement);
	beginning->failed = true;
	if (base == NULL) {
		report_case_set(test_case, REPORT_FAILED, "%s\n%s", outcome->message, outcome->details);
		test_case->position = outcome->position;
		return;
	}
	g_autofree char *message = run_base_clean(base, outcome->message);
	g_autofree char *details = run_base_clean(base, outcome->details);
	g_autofree char *newer = starting_point_hint_server(beginning, outcome);
	report_case_set(
	    test_case, REPORT_FAILED,
	    "the base itself cannot be built: %s\n%s\nhint: mend it there first; --base none tests all that "
	    "the branch has%s",
	    message, details, newer);
}

/* A database that an earlier run has made of the same files. */
static bool
starting_point_take_stored(const RunJob *job, RunStartingPoint *beginning, const MigrationStandIns *stand_ins,
                           GError **error)
{
	gint64 start = g_get_monotonic_time();

	beginning->template = scratch_database_take_stored(beginning->server, "base", job->base->stored, error);
	if (beginning->template == NULL)
		return false;
	beginning->stored = job->base->stored;
	beginning->test_case = starting_point_new_case(job);
	report_case_set(beginning->test_case, REPORT_PASSED, "as an earlier run has built it");
	if (!read_beginning(job, beginning, stand_ins, error))
		return false;
	beginning->test_case->duration = g_get_monotonic_time() - start;
	return true;
}

/* By an earlier run, or by this one, which looks at the base once more. */
static bool
starting_point_is_stored(const RunJob *job, const RunStartingPoint *beginning, bool *ret_stored, GError **error)
{
	*ret_stored = false;
	return job->base == NULL || job->base->stored == NULL ||
	       scratch_database_is_stored(beginning->server, job->base->stored, ret_stored, error);
}

/* Of a tool that runs its migrations itself nobody knows before what they make: roles belong to the whole server, and
 * unlogged tables are empty when a server starts that was not shut down. */
static bool
starting_point_needs_database_only(const RunStartingPoint *beginning, const CheckSharedObjects *before)
{
	static const char sql[] = "SELECT EXISTS (SELECT FROM pg_class WHERE relpersistence = 'u')";
	g_autoptr(CheckSharedObjects) now = check_shared_objects_read(beginning->server, NULL);
	g_autoptr(DbSession) session = scratch_database_connect(beginning->template, DB_SESSION_INTERNAL, NULL);
	g_autofree char *unlogged = session != NULL ? db_session_query_value(session, NULL, sql, NULL) : NULL;

	return before != NULL && now != NULL && check_shared_objects_equal(before, now) &&
	       g_strcmp0(unlogged, "f") == 0;
}

static bool
starting_point_make(const RunJob *job, RunStartingPoint *beginning, const MigrationStandIns *stand_ins, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	bool stores = job->base != NULL && job->base->stored != NULL;
	bool external = migration_set_is_external(job->set);
	g_autoptr(CheckSharedObjects) before = stores && external ? check_shared_objects_read(beginning->server, NULL)
	                                                          : NULL;
	gint64 start = g_get_monotonic_time();

	beginning->template = scratch_database_create(beginning->server, job->base != NULL ? "base" : "baseline", NULL,
	                                              error);
	g_autoptr(DbSession) session = beginning->template != NULL
	                                   ? scratch_database_connect(beginning->template, DB_SESSION_MIGRATION, error)
	                                   : NULL;
	if (session == NULL)
		return false;
	beginning->test_case = starting_point_new_case(job);
	if (!starting_point_load(job, session, stand_ins, &outcome, error))
		return false;
	if (!outcome.failed && (job->base != NULL || job->baseline_schema == NULL) &&
	    !run_migrations(job, session, stand_ins, &outcome, error))
		return false;
	g_clear_pointer(&session, db_session_close);
	starting_point_report(job->base, beginning, &outcome);
	beginning->made = stores && !beginning->failed && g_get_monotonic_time() - start > SCRATCH_STORE_WORTH &&
	                  (!external || starting_point_needs_database_only(beginning, before));
	beginning->stored = beginning->made ? job->base->stored : NULL;
	if (!beginning->failed && !read_beginning(job, beginning, stand_ins, error))
		return false;
	beginning->test_case->duration = g_get_monotonic_time() - start;
	return true;
}

/* --- Giving it --------------------------------------------------------------- */

static RunStartingPoint *
starting_point_begin(const RunStartingPoints *baseline, ScratchServer *server, const MigrationStandIns *stand_ins,
                     GError **error)
{
	const RunJob *job = baseline->job;
	RunStartingPoint *beginning = g_new0(RunStartingPoint, 1);
	GError *cause = NULL;
	bool stored = false;

	beginning->server = server;
	beginning->migrations = g_ptr_array_new();
	beginning->exclusions = job->exclusions;
	if (!run_job_begins_later(job)) {
		for (guint i = 0; i < job->set->migrations->len; i++)
			g_ptr_array_add(beginning->migrations, g_ptr_array_index(job->set->migrations, i));
		return beginning;
	}
	if (starting_point_is_stored(job, beginning, &stored, &cause) &&
	    (stored ? starting_point_take_stored(job, beginning, stand_ins, &cause)
	            : starting_point_make(job, beginning, stand_ins, &cause)))
		return beginning;
	if (beginning->test_case != NULL && (g_error_matches(cause, BASE_ERROR, BASE_ERROR_INPUT) ||
	                                     g_error_matches(cause, BASE_ERROR, BASE_ERROR_DATABASE))) {
		beginning->failed = true;
		report_case_set(beginning->test_case, REPORT_FAILED, "%s", cause->message);
		g_error_free(cause);
		return beginning;
	}
	g_propagate_error(error, cause);
	beginning_free(beginning);
	return NULL;
}

RunStartingPoint *
run_starting_points_get(RunStartingPoints *baseline, ScratchServer *server, const MigrationStandIns *stand_ins,
                        GError **error)
{
	RunStartingPoint *found = NULL;

	g_mutex_lock(&baseline->mutex);
	for (guint i = 0; i < baseline->beginnings->len && found == NULL; i++) {
		RunStartingPoint *beginning = g_ptr_array_index(baseline->beginnings, i);
		if (beginning->server == server)
			found = beginning;
	}
	if (found == NULL) {
		found = starting_point_begin(baseline, server, stand_ins, error);
		if (found != NULL && found->failed)
			found->failure = g_strdup(found->test_case->details != NULL ? found->test_case->details
			                                                            : found->test_case->message);
		if (found != NULL)
			g_ptr_array_add(baseline->beginnings, found);
	}
	g_mutex_unlock(&baseline->mutex);
	return found;
}
