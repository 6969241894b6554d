#include "run/reset/reset.h"

#include "base/error.h"
#include "run/job/data.h"
#include "run/job/starting_point.h"
#include "run/reset/sql.h"
#include "target/target.h"

/* --- Dropping -------------------------------------------------------------- */

static bool
reset_begin(DbSession *session, const RunResetOptions *options, GError **error)
{
	const DbLimits *limits = db_session_limits(session);
	/* The role or the database may have settings that stop a long statement, or any write. */
	g_autofree char *sql = g_strdup_printf("BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE;"
	                                       "SET LOCAL lock_timeout = %u;"
	                                       "SET LOCAL statement_timeout = %u;"
	                                       "SET LOCAL client_min_messages = warning",
	                                       options->lock_timeout > 0 ? options->lock_timeout
	                                                                 : RUN_RESET_LOCK_TIMEOUT,
	                                       limits != NULL ? limits->statement_timeout : 0);

	return db_session_execute(session, sql, error) &&
	       (options->verify == NULL || options->verify(session, options->data, error));
}

static bool
drop_all(DbSession *session, const char *kind, const char *names, GError **error)
{
	g_autofree char *sql = g_strdup_printf("DROP %s %s CASCADE", kind, names);

	return names == NULL || db_session_execute(session, sql, error);
}

/* The owner as initdb makes it. Where that takes a superuser, the schema stays ours. */
static bool
give_public(DbSession *session, bool database_owner, GPtrArray *left, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autofree char *owner = database_owner
	                             ? g_strdup("pg_database_owner")
	                             : db_session_query_value(session, error, "SELECT pg_get_userbyid(10)", NULL);
	if (owner == NULL)
		return false;
	g_autofree char *name = db_session_quote_identifier(session, owner);
	g_autofree char *sql = g_strdup_printf("ALTER SCHEMA public OWNER TO %s", name);

	if (!db_session_execute(session, "SAVEPOINT owner", error))
		return false;
	if (db_session_execute(session, sql, &cause))
		return db_session_execute(session, "RELEASE owner", error);
	if (!g_error_matches(cause, BASE_ERROR, BASE_ERROR_DATABASE)) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	g_ptr_array_add(left, g_strdup_printf("the owner of schema public (%s would be)", owner));
	return db_session_execute(session, "ROLLBACK TO owner", error);
}

/* As initdb does it: before 15 everybody may create in it, from 15 on the database's owner alone. */
static bool
make_public(DbSession *session, GPtrArray *left, GError **error)
{
	bool closed = db_session_server_version(session) >= 150000;

	return db_session_execute(session, "CREATE SCHEMA public", error) &&
	       give_public(session, closed, left, error) &&
	       db_session_execute(session,
	                          closed ? "GRANT USAGE ON SCHEMA public TO PUBLIC"
	                                 : "GRANT CREATE, USAGE ON SCHEMA public TO PUBLIC",
	                          error) &&
	       db_session_execute(session, "COMMENT ON SCHEMA public IS 'standard public schema'", error);
}

static bool
reset_drop(DbSession *session, const RunResetOptions *options, GPtrArray *left, GError **error)
{
	g_auto(TargetContents) contents = { 0 };

	return reset_begin(session, options, error) && target_names(session, &contents, error) &&
	       drop_all(session, "EXTENSION", contents.extensions, error) &&
	       drop_all(session, "SCHEMA", contents.schemas, error) && make_public(session, left, error) &&
	       db_session_execute(session, "COMMIT", error);
}

static bool
list_left(DbSession *session, GPtrArray *left, GError **error)
{
	g_autoptr(DbResult) rows = db_session_query(session, error, run_sql_left, NULL);

	for (int row = 0; rows != NULL && row < db_result_rows(rows); row++)
		g_ptr_array_add(left, g_strdup(db_result_value(rows, row, 0)));
	return rows != NULL;
}

bool
run_reset_drop(DbSession *session, const RunResetOptions *options, GPtrArray **ret_left, GError **error)
{
	g_autoptr(GPtrArray) left = g_ptr_array_new_with_free_func(g_free);
	GError *cause = NULL;

	if (!reset_drop(session, options, left, &cause)) {
		run_reset_explain(session, options, &cause);
		if (cause->code == BASE_ERROR_DATABASE) {
			base_error_set(
			    error, BASE_ERROR_ENVIRONMENT,
			    "connect as the owner of all of it, or as a superuser, and see \"pgassay help reset\"",
			    "nothing was dropped: %s", cause->message);
			g_error_free(cause);
		} else {
			g_propagate_error(error, cause);
		}
		return false;
	}
	if (!list_left(session, left, error))
		return false;
	*ret_left = g_steal_pointer(&left);
	return true;
}

/* --- Building -------------------------------------------------------------- */

static bool
reset_fail(const RunJob *job, const Migration *failed, guint n_applied, const MigrationOutcome *outcome, GError **error)
{
	guint n = job->set->migrations->len - (job->baseline_schema != NULL ? job->n_baseline : 0);

	return base_error_set(error, BASE_ERROR_MIGRATION, NULL,
	                      "migration \"%s\" failed, with %u of %u applied: %s\n%s", failed->name, n_applied, n,
	                      outcome->message, outcome->details);
}

static bool
reset_migrate(MigrationRunner *runner, const RunJob *job, RunResetBuilt *built, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;

	if (!migration_runner_migrate(runner, &built->n_applied, &failed, &outcome, error))
		return false;
	return failed == NULL || reset_fail(job, failed, built->n_applied, &outcome, error);
}

static bool
reset_apply(MigrationRunner *runner, const RunJob *job, CheckWorkspace *workspace, const Migration *migration,
            RunResetBuilt *built, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };

	if (!db_session_reset(workspace->session, error) ||
	    !migration_runner_apply(runner, migration, MIGRATION_UP, &outcome, error))
		return false;
	if (outcome.failed)
		return reset_fail(job, migration, built->n_applied, &outcome, error);
	built->n_applied++;
	return run_job_load_data(job, workspace, migration, &built->n_files, error);
}

static bool
reset_migrate_with_data(MigrationRunner *runner, const RunJob *job, CheckWorkspace *workspace, RunResetBuilt *built,
                        GError **error)
{
	g_autoptr(GHashTable) applied = migration_runner_applied(runner, error);

	if (applied == NULL || !run_job_load_data(job, workspace, NULL, &built->n_files, error))
		return false;
	for (guint i = 0; i < job->set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(job->set->migrations, i);
		if (!g_hash_table_contains(applied, migration->name) &&
		    !reset_apply(runner, job, workspace, migration, built, error))
			return false;
	}
	return true;
}

bool
run_reset_rebuild(DbSession *session, const RunJob *job, const MigrationStandIns *stand_ins, bool data,
                  RunResetBuilt *ret_built, GError **error)
{
	CheckWorkspace workspace = { .session = session, .set = job->set, .exclusions = &job->exclusions };

	*ret_built = (RunResetBuilt){ 0 };
	if (!run_starting_point_apply(job, session, stand_ins, error))
		return false;
	g_autoptr(MigrationRunner) runner = migration_runner_begin(job->set, session, stand_ins, error);
	if (runner == NULL)
		return false;
	return data && job->database->data->len > 0 ? reset_migrate_with_data(runner, job, &workspace, ret_built, error)
	                                            : reset_migrate(runner, job, ret_built, error);
}
