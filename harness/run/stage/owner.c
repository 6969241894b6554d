/*
 * Runs every migration as a role that owns the database and is not a superuser, like a user of a managed server.
 *
 * The session is that of a superuser, which takes the role by SET SESSION AUTHORIZATION: so the server itself judges
 * the rights of the role, on every version and on servers that would not let the role in.
 */
#include "run/stage/stage.h"

#include "run/job/declared.h"
#include "run/stage/owner_base.h"

#include <string.h>

typedef struct {
	RunStage *stage;
	char *role;
	char *quoted;     /* for SQL */
	DbSession *admin; /* owned; of a superuser, where the workspace's session is the role's own; else NULL */
	bool is_member;   /* of the roles that the suite makes before the migrations */
	bool has_public;  /* the schema is there */
	guint n_reported;
} OwnerWork;

static void
owner_work_clear(OwnerWork *work)
{
	db_session_close(work->admin);
	g_free(work->role);
	g_free(work->quoted);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OwnerWork, owner_work_clear)

static SourcePosition
owner_position(const OwnerWork *work)
{
	return (SourcePosition){ .path = work->stage->job->set->directory };
}

static const char owner_case[] = "no migration needs a superuser";

/* --- Migrations that cannot be tried ---------------------------------------- */

static bool
owner_has_external_script(const GPtrArray *migrations)
{
	for (guint i = 0; i < migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(migrations, i);
		if (migration_script_scope(migration->up) == MIGRATION_SCOPE_EXTERNAL)
			return true;
	}
	return false;
}

/* The tool connects as the role itself, which a server of our own lets in without a password. */
static bool
owner_is_external(const RunStage *stage)
{
	return migration_set_is_external(stage->job->set) && scratch_server_is_own(stage->server);
}

/* Why the stage cannot run here, or NULL. */
static const char *
owner_find_obstacle(const RunStage *stage)
{
	if (stage->job->base == NULL && run_job_begins_later(stage->job))
		return "not tested: the objects of the baseline belong to a superuser here";
	if (!owner_is_external(stage) && owner_has_external_script(stage->migrations))
		return "not tested: another program runs the migrations, with a connection of its own";
	if (stage->job->suite->superuser != NULL)
		return "not tested: the suite says that a superuser runs the migrations";
	return NULL;
}

/* Sets *ret_superuser to whether the session may do everything. */
static bool
owner_is_superuser(DbSession *session, bool *ret_superuser, GError **error)
{
	g_autofree char *value = db_session_query_value(session, error,
	                                                "SELECT rolsuper FROM pg_catalog.pg_roles"
	                                                " WHERE rolname = current_user",
	                                                NULL);

	*ret_superuser = g_strcmp0(value, "t") == 0;
	return value != NULL;
}

/* --- The role ---------------------------------------------------------------- */

/* The predefined roles that the provider's administrator belongs to. */
static bool
owner_grant_roles(OwnerWork *work, const SuiteProvider *provider, GError **error)
{
	DbSession *session = work->stage->workspace.session;
	g_autofree char *list = run_owner_find_roles(session, provider->roles, error);

	if (list == NULL || list[0] == '\0')
		return list != NULL;
	g_autofree char *sql = g_strdup_printf("GRANT %s TO %s", list, work->quoted);
	return db_session_execute(session, sql, error);
}

/* As the administrators of managed servers have it: it may make roles and databases, and owns this one. */
static bool
owner_make_role(OwnerWork *work, GError **error)
{
	DbSession *session = work->stage->workspace.session;
	const SuiteProvider *provider = work->stage->job->suite->provider;
	const char *name = scratch_database_name(work->stage->workspace.database);
	g_autofree char *database = db_session_quote_identifier(session, name);

	work->role = g_strconcat(name, "_owner", NULL);
	work->quoted = db_session_quote_identifier(session, work->role);
	if (!scratch_server_create_role(work->stage->server, work->role, error))
		return false;
	g_autofree char *sql = g_strdup_printf("ALTER ROLE %s %s; ALTER DATABASE %s OWNER TO %s", work->quoted,
	                                       provider != NULL ? provider->attributes : "CREATEROLE CREATEDB",
	                                       database, work->quoted);
	return db_session_execute(session, sql, error) &&
	       (provider == NULL || owner_grant_roles(work, provider, error));
}

/* Takes the role, with or without the rights of a superuser. */
static bool
owner_take_role(OwnerWork *work, bool superuser, GError **error)
{
	DbSession *session = work->stage->workspace.session;

	if (work->admin != NULL) {
		g_autofree char *change = g_strdup_printf("ALTER ROLE %s %s", work->quoted,
		                                          superuser ? "SUPERUSER" : "NOSUPERUSER");
		return db_session_execute(work->admin, change, error);
	}
	g_autofree char *sql = g_strdup_printf("ALTER ROLE %s %s; SET SESSION AUTHORIZATION %s", work->quoted,
	                                       superuser ? "SUPERUSER" : "NOSUPERUSER", work->quoted);

	return db_session_reset(session, error) && db_session_execute(session, sql, error);
}

/* --- One migration ------------------------------------------------------------ */

/* An extension that the suite names under "server" is provided by the server's operator, who lets users create it. */
static bool
owner_has_declared_extension(const OwnerWork *work, const Migration *migration)
{
	const Suite *suite = work->stage->job->suite;
	const GPtrArray *statements = migration_script_statements(migration->up);

	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		if (statement->extension == NULL)
			continue;
		if (g_ptr_array_find_with_equal_func(suite->extensions, statement->extension, g_str_equal, NULL) ||
		    g_hash_table_contains(suite->stand_ins, statement->extension))
			return true;
	}
	return false;
}

static bool
owner_is_refused(const MigrationOutcome *outcome)
{
	return outcome->failed && g_strcmp0(outcome->sqlstate, db_sqlstate_of("insufficient_privilege")) == 0;
}

/* The provider lets its administrator do it, by ways of its own. */
static bool
owner_is_allowed(const OwnerWork *work, const MigrationOutcome *outcome)
{
	return owner_is_refused(outcome) && suite_provider_allows(work->stage->job->suite->provider, outcome->message);
}

/* The caller frees it. */
static char *
owner_make_hint(const OwnerWork *work)
{
	static const char ways[] = "if a superuser runs this migration, name it under \"superuser\" with the reason; "
				   "if your server allows the "
				   "extension, name it under \"server: extensions\"";
	const SuiteProvider *provider = work->stage->job->suite->provider;

	if (provider != NULL)
		return g_strdup_printf("hint: %s does not let its administrator do that, as far as is known\n%s",
		                       provider->title, ways);
	return g_strdup_printf("hint: on managed servers (RDS, Cloud SQL, Azure, Supabase, Neon) nobody is a "
	                       "superuser; write \"server: { provider: NAME }\" in the suite, and pgassay knows "
	                       "what yours allows\n%s",
	                       ways);
}

static void
owner_report(OwnerWork *work, const Migration *migration, const MigrationOutcome *outcome, const char *declared)
{
	ReportCase *test_case = run_stage_case(work->stage, "owner", migration->name,
	                                       migration_script_position(migration->up));
	const SuiteProvider *provider = work->stage->job->suite->provider;

	bool allowed = owner_is_allowed(work, outcome);

	if (allowed && declared == NULL) {
		report_case_note(test_case,
		                 "%s lets its administrator do what this server refuses: %s\n"
		                 "the whole file was run with all rights",
		                 provider->title, outcome->message);
	} else if (!outcome->failed || allowed) {
		report_case_set(
		    test_case, REPORT_FAILED,
		    "\"%s\" is declared under \"superuser\", but needs none\nhint: take it out of \"superuser\"",
		    migration->name);
	} else if (declared != NULL) {
		report_case_note(test_case, "declared to need a superuser (%s):\n%s", declared, outcome->message);
	} else {
		g_autofree char *hint = owner_make_hint(work);
		report_case_set(test_case, REPORT_FAILED,
		                "\"%s\" needs a superuser: a role that owns the database cannot run it: %s\n%s\n%s",
		                migration->name, outcome->message, outcome->details, hint);
		test_case->position = outcome->position;
		test_case->accepted_by = "superuser";
	}
	test_case->duration = outcome->duration;
	work->n_reported++;
	run_stage_report(test_case, work->stage);
}

/* Runs it with the rights of a superuser, so that those after it have something to go on from. */
static bool
owner_run_as_superuser(OwnerWork *work, const Migration *migration, bool *ret_go_on, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };

	if (!owner_take_role(work, true, error) ||
	    !migration_runner_apply(work->stage->workspace.runner, migration, MIGRATION_UP, &outcome, error))
		return false;
	/* If this fails, the first try has left something behind, and later migrations cannot be judged. */
	*ret_go_on = !outcome.failed;
	return true;
}

/* The output of a tool has no SQLSTATE: the tool lacked a privilege if it succeeds with all of them. */
static bool
owner_ask_again(OwnerWork *work, const Migration *migration, MigrationOutcome *outcome, bool *ret_go_on, GError **error)
{
	if (!outcome->failed || work->admin == NULL)
		return true;
	if (!owner_run_as_superuser(work, migration, ret_go_on, error))
		return false;
	if (*ret_go_on) {
		g_free(outcome->sqlstate);
		outcome->sqlstate = g_strdup(db_sqlstate_of("insufficient_privilege"));
	}
	return true;
}

/* --- Members of roles ------------------------------------------------------------ */

static char *
owner_grant_create(const char *roles)
{
	return g_strdup_printf("; GRANT CREATE ON SCHEMA public TO %s", roles);
}

/* Who is to own an object has to be allowed to create one in its schema, from PostgreSQL 15 on also in "public". Sets
 * *ret_roles to the list of the roles, "": there are none. The caller frees it. */
static bool
owner_join(OwnerWork *work, char **ret_roles, GError **error)
{
	const GPtrArray *roles = work->stage->job->suite->roles;
	DbSession *session = work->admin != NULL ? work->admin : work->stage->workspace.session;
	g_autofree const char **names = g_new0(const char *, roles->len + 1);

	for (guint i = 0; i < roles->len; i++)
		names[i] = g_ptr_array_index(roles, i);
	g_autofree char *list = NULL;
	if (!owner_take_role(work, true, error) || (list = run_owner_find_roles(session, names, error)) == NULL)
		return false;
	g_autofree char *public = db_session_query_value(
	    session, error, "SELECT pg_catalog.to_regnamespace('public') IS NOT NULL", NULL);
	if (public == NULL)
		return false;
	work->has_public = *public == 't';
	g_autofree char *create = work->has_public ? owner_grant_create(list) : NULL;
	g_autofree char *sql = g_strdup_printf("GRANT %s TO %s%s", list, work->quoted, create != NULL ? create : "");
	if (list[0] != '\0' && !db_session_execute(session, sql, error))
		return false;
	*ret_roles = g_steal_pointer(&list);
	return owner_take_role(work, false, error);
}

/* It has not helped: so the first migration that it does help says so. */
static bool
owner_leave(OwnerWork *work, const char *roles, GError **error)
{
	DbSession *session = work->admin != NULL ? work->admin : work->stage->workspace.session;
	g_autofree char *sql = g_strdup_printf("REVOKE %s FROM %s", roles, work->quoted);

	return owner_take_role(work, true, error) && db_session_execute(session, sql, error);
}

static void
owner_report_member(OwnerWork *work, const Migration *migration, const char *roles, const MigrationOutcome *refused)
{
	ReportCase *test_case = run_stage_case(work->stage, "owner", migration->name,
	                                       migration_script_position(migration->up));

	g_autofree char *create = work->has_public ? owner_grant_create(roles) : NULL;
	report_case_set(test_case, REPORT_PASSED,
	                "needs no superuser, but a member of %s: %s\n"
	                "hint: GRANT %s TO the role that runs the migrations%s",
	                roles, refused->message, roles, create != NULL ? create : "");
	test_case->duration = refused->duration;
	work->n_reported++;
	run_stage_report(test_case, work->stage);
}

/* A member of a role that others have made may do more than the owner of the database: a migration that gives objects
 * to the role needs such a member, and no superuser. */
static bool
owner_try_as_member(OwnerWork *work, const Migration *migration, MigrationOutcome *outcome, GError **error)
{
	g_auto(MigrationOutcome) again = { 0 };
	g_autofree char *roles = NULL;

	if (work->is_member || !owner_is_refused(outcome) || work->stage->job->suite->roles->len == 0)
		return true;
	if (!owner_join(work, &roles, error))
		return false;
	if (roles[0] == '\0')
		return true;
	if (!migration_runner_apply(work->stage->workspace.runner, migration, MIGRATION_UP, &again, error))
		return false;
	work->is_member = !again.failed;
	if (work->is_member)
		owner_report_member(work, migration, roles, outcome);
	else if (!owner_leave(work, roles, error))
		return false;
	MigrationOutcome first = *outcome;
	*outcome = again;
	again = first;
	return true;
}

/* --- Trying them --------------------------------------------------------------- */

static bool
owner_try(OwnerWork *work, const Migration *migration, bool *ret_go_on, GError **error)
{
	const char *declared = run_job_declared(work->stage->job, work->stage->job->database->superuser, migration);
	g_auto(MigrationOutcome) outcome = { 0 };

	run_stage_progress_migration(work->stage, migration);
	if (owner_has_declared_extension(work, migration))
		return owner_run_as_superuser(work, migration, ret_go_on, error);
	if (!owner_take_role(work, false, error) ||
	    !migration_runner_apply(work->stage->workspace.runner, migration, MIGRATION_UP, &outcome, error) ||
	    (declared == NULL && !owner_try_as_member(work, migration, &outcome, error)) ||
	    !owner_ask_again(work, migration, &outcome, ret_go_on, error))
		return false;
	if (outcome.failed && !owner_is_refused(&outcome)) {
		g_autofree char *reason = g_strdup_printf(
		    "not tested: \"%s\" fails here, but not for lack of a privilege: %s", migration->name,
		    outcome.message);
		run_stage_skip(work->stage, "owner", migration->name, migration_script_position(migration->up), reason);
		work->n_reported++;
		*ret_go_on = false;
		return true;
	}
	if (outcome.failed || declared != NULL)
		owner_report(work, migration, &outcome, declared);
	return !outcome.failed || work->admin != NULL || owner_run_as_superuser(work, migration, ret_go_on, error);
}

/* --- The stage ----------------------------------------------------------------- */

static bool
owner_declares_any(const RunStage *stage)
{
	for (guint i = 0; i < stage->migrations->len; i++)
		if (run_job_declared(stage->job, stage->job->database->superuser,
		                     g_ptr_array_index(stage->migrations, i)) != NULL)
			return true;
	return false;
}

/* Starting a tool is slow: it runs all migrations at once. Only if that fails, the rest runs one by one. */
static bool
owner_run_at_once(OwnerWork *work, bool *ret_through, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint n_applied = 0;

	*ret_through = false;
	if (work->admin == NULL || work->stage->migrations->len < 2 || owner_declares_any(work->stage))
		return true;
	run_stage_progress(work->stage, "owner: all at once");
	if (!owner_take_role(work, false, error) ||
	    !migration_runner_migrate(work->stage->workspace.runner, &n_applied, &failed, &outcome, error))
		return false;
	*ret_through = failed == NULL;
	return true;
}

static bool
owner_try_each(OwnerWork *work, bool *ret_failed_before, GError **error)
{
	const GPtrArray *migrations = work->stage->migrations;
	bool go_on = true;

	for (guint i = 0; i < migrations->len && go_on; i++) {
		const Migration *migration = g_ptr_array_index(migrations, i);
		/* A failure as a superuser has been reported by the forward stage. */
		*ret_failed_before = !run_progress_wait(work->stage->history, i);
		if (*ret_failed_before)
			return true;
		g_autoptr(GHashTable) applied = work->admin != NULL
		                                    ? migration_runner_applied(work->stage->workspace.runner, error)
		                                    : NULL;
		if (work->admin != NULL && applied == NULL)
			return false;
		if ((applied == NULL || !g_hash_table_contains(applied, migration->name)) &&
		    !owner_try(work, migration, &go_on, error))
			return false;
	}
	return true;
}

static bool
owner_run_all(OwnerWork *work, GError **error)
{
	gint64 start = g_get_monotonic_time();
	bool through = false;
	bool failed_before = false;

	if (!owner_run_at_once(work, &through, error) || (!through && !owner_try_each(work, &failed_before, error)))
		return false;
	if (failed_before)
		return true;
	if (work->n_reported > 0)
		return true;
	ReportCase *test_case = run_stage_case(work->stage, "owner", owner_case, owner_position(work));
	test_case->duration = g_get_monotonic_time() - start;
	run_stage_report(test_case, work->stage);
	return true;
}

/* For a tool that connects itself: from then on the workspace's session is one of the role, too. */
static bool
owner_log_in(OwnerWork *work, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;
	g_autofree char *sql = g_strdup_printf("ALTER ROLE %s LOGIN", work->quoted);

	if (!owner_is_external(work->stage))
		return true;
	if (!db_session_execute(workspace->session, sql, error))
		return false;
	guint port = (guint)g_ascii_strtoull(db_session_port(workspace->session), NULL, 10);
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_socket(db_session_host(workspace->session), port, work->role);
	work->admin = workspace->session;
	workspace->session = db_session_open(endpoint, scratch_database_name(workspace->database), DB_SESSION_MIGRATION,
	                                     error);
	return workspace->session != NULL;
}

/* The tool's history table belongs to the role, too. Objects of a platform are created by the provider, with all
 * rights. */
static bool
owner_begin(OwnerWork *work, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;

	if (!owner_make_role(work, error) || !run_owner_take_base(work->stage, work->quoted, error) ||
	    !owner_log_in(work, error) || !owner_take_role(work, true, error))
		return false;
	workspace->runner = migration_runner_begin(workspace->set, workspace->session, workspace->stand_ins, error);
	if (workspace->runner != NULL)
		migration_runner_set_brief(workspace->runner);
	return workspace->runner != NULL;
}

bool
run_owner(RunStage *stage, GError **error)
{
	CheckWorkspace *workspace = &stage->workspace;
	g_auto(OwnerWork) work = { .stage = stage };
	const char *obstacle = owner_find_obstacle(stage);
	bool superuser = false;

	if (obstacle != NULL) {
		run_stage_skip(stage, "owner", owner_case, owner_position(&work), obstacle);
		return true;
	}
	if (!check_workspace_create(workspace, "owner", error))
		return false;
	workspace->session = scratch_database_connect(workspace->database, DB_SESSION_MIGRATION, error);
	if (workspace->session == NULL || !owner_is_superuser(workspace->session, &superuser, error))
		return false;
	if (!superuser) {
		run_stage_skip(stage, "owner", owner_case, owner_position(&work),
		               "the role that the server lets in is no superuser: all stages run like this");
		return true;
	}
	return owner_begin(&work, error) && owner_run_all(&work, error);
}
