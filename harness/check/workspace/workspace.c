#include "check/workspace/workspace.h"

bool
check_workspace_connect(CheckWorkspace *workspace, GError **error)
{
	DbSessionPurpose purpose = workspace->plans_as_large ? DB_SESSION_LARGE : DB_SESSION_MIGRATION;

	workspace->session = scratch_database_connect(workspace->database, purpose, error);
	if (workspace->session == NULL)
		return false;
	workspace->runner = migration_runner_begin(workspace->set, workspace->session, workspace->stand_ins, error);
	if (workspace->runner != NULL)
		migration_runner_set_limit(workspace->runner, workspace->limit);
	if (workspace->runner != NULL && workspace->brief_history)
		migration_runner_set_brief(workspace->runner);
	return workspace->runner != NULL;
}

void
check_workspace_disconnect(CheckWorkspace *workspace)
{
	g_clear_pointer(&workspace->runner, migration_runner_end);
	g_clear_pointer(&workspace->session, db_session_close);
	g_clear_pointer(&workspace->application, db_session_close);
	g_clear_pointer(&workspace->checker, db_session_close);
	g_clear_pointer(&workspace->writer, db_session_close);
	workspace->application_has_trials = false;
	workspace->checker_has_function = false;
}

/* A session in addition to the tool's, set up for the tool's platform. NULL with *error. */
static DbSession *
workspace_connect_beside(const CheckWorkspace *workspace, GError **error)
{
	g_autoptr(DbSession) session = scratch_database_connect(workspace->database, DB_SESSION_BESIDE, error);
	const char *path = workspace->set != NULL ? migration_set_search_path(workspace->set) : NULL;
	g_autofree char *sql = path != NULL ? g_strdup_printf("SET search_path TO %s", path) : NULL;

	if (session == NULL || (sql != NULL && !db_session_execute(session, sql, error)))
		return NULL;
	return g_steal_pointer(&session);
}

/* Opens the session where it is not open yet. */
static DbSession *
connect_beside(const CheckWorkspace *workspace, DbSession **session, GError **error)
{
	if (*session == NULL)
		*session = workspace_connect_beside(workspace, error);
	return *session;
}

DbSession *
check_workspace_application(CheckWorkspace *workspace, GError **error)
{
	return connect_beside(workspace, &workspace->application, error);
}

void
check_workspace_end_application(CheckWorkspace *workspace)
{
	g_clear_pointer(&workspace->application, db_session_close);
	workspace->application_has_trials = false;
}

DbSession *
check_workspace_checker(CheckWorkspace *workspace, GError **error)
{
	return connect_beside(workspace, &workspace->checker, error);
}

DbSession *
check_workspace_writer(CheckWorkspace *workspace, GError **error)
{
	return connect_beside(workspace, &workspace->writer, error);
}

bool
check_workspace_create(CheckWorkspace *workspace, const char *label, GError **error)
{
	workspace->database = scratch_database_create(workspace->server, label, workspace->template, error);
	if (workspace->database == NULL || workspace->template == NULL || workspace->template_reading == NULL)
		return workspace->database != NULL;
	catalog_reading_unref(workspace->last);
	workspace->last = catalog_reading_of_copy(workspace->template_reading);
	workspace->last_is_committed = true;
	return true;
}

bool
check_workspace_open(CheckWorkspace *workspace, const char *label, GError **error)
{
	return check_workspace_create(workspace, label, error) && check_workspace_connect(workspace, error);
}

bool
check_workspace_clone(CheckWorkspace *workspace, const char *label, CheckWorkspace *ret_clone, GError **error)
{
	g_auto(CheckWorkspace) clone = {
		.server = workspace->server,
		.set = workspace->set,
		.stand_ins = workspace->stand_ins,
		.exclusions = workspace->exclusions,
		.template = workspace->template,
		.template_reading = workspace->template_reading,
		.limit = workspace->limit,
		.brief_history = workspace->brief_history,
		.shares_objects = workspace->shares_objects,
		.bonds_stay = workspace->bonds_stay,
	};

	check_workspace_disconnect(workspace);
	clone.database = scratch_database_create(workspace->server, label, workspace->database, error);
	if (clone.database == NULL || !check_workspace_connect(workspace, error) ||
	    !check_workspace_connect(&clone, error))
		return false;
	if (workspace->last != NULL) {
		clone.last = catalog_reading_of_copy(workspace->last);
		clone.last_is_committed = workspace->last_is_committed;
	}
	*ret_clone = clone;
	clone = (CheckWorkspace){ 0 };
	return true;
}

static void
close_and_drop(CheckWorkspace *workspace, bool with_server)
{
	check_workspace_disconnect(workspace);
	g_clear_pointer(&workspace->last, catalog_reading_unref);
	scratch_database_drop(workspace->database, with_server);
	workspace->database = NULL;
}

void
check_workspace_close(CheckWorkspace *workspace)
{
	close_and_drop(workspace, false);
}

void
check_workspace_close_last(CheckWorkspace *workspace)
{
	close_and_drop(workspace, workspace->server != NULL && scratch_server_is_own(workspace->server));
}

CatalogSnapshot *
check_workspace_snapshot_with(CheckWorkspace *workspace, const CatalogReadHints *hints, GError **error)
{
	CatalogReading *reading = workspace->last != NULL
	                              ? catalog_read_again(workspace->session, workspace->last, hints, error)
	                              : catalog_read(workspace->session, workspace->exclusions, error);

	workspace->last_is_committed = false;
	if (reading == NULL)
		return NULL;
	catalog_reading_unref(workspace->last);
	workspace->last = reading;
	return catalog_snapshot_ref(catalog_reading_snapshot(reading));
}

CatalogSnapshot *
check_workspace_snapshot(CheckWorkspace *workspace, GError **error)
{
	const CatalogReadHints hints = { .nothing_rolled_back = workspace->last_is_committed };

	return check_workspace_snapshot_with(workspace, &hints, error);
}

/* Sessions report their counts once a second; since 15 they can be asked to do it at the end of a transaction. */
bool
check_workspace_commit(CheckWorkspace *workspace, bool counted, GError **error)
{
	bool can_report = counted && db_session_server_version(workspace->session) >= 150000;

	return db_session_execute(
	    workspace->session, can_report ? "SELECT pg_catalog.pg_stat_force_next_flush(); COMMIT" : "COMMIT", error);
}

void
check_workspace_note_commit(CheckWorkspace *workspace)
{
	workspace->last_is_committed = true;
}
