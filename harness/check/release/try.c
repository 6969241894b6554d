/* Preparing queries and running them, in a transaction that is rolled back. */
#include "check/release/private.h"

#include "base/interrupt.h"

#include <string.h>

/* Nothing waits longer, in milliseconds: who holds a lock on a scratch database holds it for ever. */
#define RUN_LIMITS                                                                                                     \
	"SET LOCAL statement_timeout = 5000; SET LOCAL lock_timeout = 2000; SET LOCAL client_min_messages = error; "   \
	"SET LOCAL jit = off; SET CONSTRAINTS ALL IMMEDIATE; "

void
check_release_outcome_clear(ReleaseOutcome *outcome)
{
	g_free(outcome->sqlstate);
	g_free(outcome->message);
	g_free(outcome->detail);
	*outcome = (ReleaseOutcome){ 0 };
}

static void
release_free_outcome(gpointer data)
{
	check_release_outcome_clear(data);
	g_free(data);
}

void
check_release_sight_free(gpointer data)
{
	ReleaseSight *sight = data;

	if (sight == NULL)
		return;
	check_release_outcome_clear(&sight->prepared);
	check_release_outcome_clear(&sight->planned);
	g_strfreev(sight->columns);
	g_ptr_array_unref(sight->outcomes);
	g_free(sight);
}

static char *
release_name(guint index)
{
	return g_strdup_printf(DB_OWN_STATEMENTS "release_%u", index);
}

/* Takes the result of the last message, in which the query begins after `prefix` characters. False with *error if
 * the failure is not an error of the server. */
static bool
release_note(DbSession *session, bool done, guint prefix, GError *refusal, ReleaseOutcome *outcome, GError **error)
{
	const DbDiagnostic *diagnostic = done ? NULL : db_session_diagnostic(session);

	outcome->tried = true;
	outcome->done = done;
	if (done)
		return true;
	if (diagnostic == NULL || diagnostic->message == NULL || base_interrupted() ||
	    db_session_transaction_state(session) == DB_TRANSACTION_LOST) {
		g_propagate_error(error, refusal);
		return false;
	}
	outcome->sqlstate = g_strdup(diagnostic->sqlstate != NULL ? diagnostic->sqlstate : "");
	outcome->message = g_strdup(diagnostic->message);
	outcome->detail = g_strdup(diagnostic->detail);
	outcome->character = diagnostic->position > prefix ? diagnostic->position - prefix : 0;
	g_error_free(refusal);
	return true;
}

/* --- Preparing ----------------------------------------------------------------------- */

static bool
release_prepare_one(DbSession *session, const Query *query, guint index, ReleaseSight *sight, GError **error)
{
	g_autofree char *name = release_name(index);
	g_autofree char *prefix = g_strdup_printf("PREPARE %s AS ", name);
	g_autofree char *sql = g_strconcat(prefix, query->sql, NULL);
	GError *refusal = NULL;
	bool done = db_session_execute(session, sql, &refusal);

	return release_note(session, done, (guint)strlen(prefix), refusal, &sight->prepared, error);
}

/* A generic plan: the server resolves some objects only then, such as the index of an ON CONFLICT. */
static bool
release_plan_one(DbSession *session, const Query *query, guint index, ReleaseSight *sight, GError **error)
{
	g_autofree char *name = release_name(index);
	g_autoptr(GString) sql = g_string_new("BEGIN; SET LOCAL plan_cache_mode = force_generic_plan; " RUN_LIMITS);
	GError *refusal = NULL;

	g_string_append_printf(sql, "EXPLAIN (COSTS off) EXECUTE %s", name);
	for (guint i = 0; i < query->n_parameters; i++)
		g_string_append(sql, i == 0 ? " (NULL" : ", NULL");
	g_string_append(sql, query->n_parameters > 0 ? ")" : "");
	bool done = db_session_execute(session, sql->str, &refusal);
	bool noted = release_note(session, done, G_MAXUINT, refusal, &sight->planned, error);
	db_session_run_cleanup(session, "ROLLBACK");
	return noted;
}

/* "id bigint", "total numeric(10,2)" */
static bool
release_read_columns(DbSession *session, guint index, ReleaseSight *sight, GError **error)
{
	g_autofree char *name = release_name(index);
	g_autoptr(DbResult) columns = db_session_describe_prepared(session, name, error);
	g_autoptr(GString) sql = g_string_new("SELECT pg_catalog.format_type(t, m) FROM (VALUES ");

	if (columns == NULL)
		return false;
	int n = db_result_columns(columns);
	sight->columns = g_new0(char *, (gsize)n + 1);
	if (n == 0)
		return true;
	for (int i = 0; i < n; i++)
		g_string_append_printf(sql, "%s(%d, %u::pg_catalog.oid, %d)", i > 0 ? ", " : "", i,
		                       db_result_column_oid(columns, i), db_result_column_modifier(columns, i));
	g_string_append(sql, ") v(i, t, m) ORDER BY i");
	g_autoptr(DbResult) types = db_session_query(session, error, sql->str, NULL);
	for (int i = 0; types != NULL && i < n; i++)
		sight->columns[i] = g_strdup_printf("%s %s", db_result_column_name(columns, i),
		                                    db_result_value(types, i, 0));
	return types != NULL;
}

static bool
release_see(DbSession *session, const ReleaseQuery *query, guint index, ReleaseSight *sight, GError **error)
{
	return release_prepare_one(session, query->query, index, sight, error) &&
	       (!sight->prepared.done || (release_plan_one(session, query->query, index, sight, error) &&
	                                  release_read_columns(session, index, sight, error)));
}

DbSession *
check_release_prepare(const CheckRelease *release, CheckWorkspace *workspace, GPtrArray *ret_sights, GError **error)
{
	g_autoptr(DbSession) session = scratch_database_connect(workspace->database, DB_SESSION_MIGRATION, error);

	for (guint i = 0; session != NULL && i < release->queries->len; i++) {
		const ReleaseQuery *query = g_ptr_array_index(release->queries, i);
		ReleaseSight *sight = NULL;
		if (!query->broken) {
			sight = g_new0(ReleaseSight, 1);
			sight->outcomes = g_ptr_array_new_with_free_func(release_free_outcome);
		}
		g_ptr_array_add(ret_sights, sight);
		if (sight != NULL && !release_see(session, query, i, sight, error))
			return NULL;
	}
	return g_steal_pointer(&session);
}

/* --- Running --------------------------------------------------------------------------- */

static bool
release_try_begin(DbSession *session, const char *role, GError **error)
{
	g_autofree char *quoted = db_session_quote_identifier(session, role);
	g_autofree char *become = role[0] != '\0' ? g_strdup_printf("SET LOCAL ROLE %s; ", quoted) : g_strdup("");
	g_autofree char *sql = g_strdup_printf("BEGIN; " RUN_LIMITS "%sSAVEPOINT pgassay", become);

	return db_session_execute(session, sql, error);
}

/* Inside of the transaction that release_try_begin has opened. */
static bool
release_execute(DbSession *session, guint index, const char *set, ReleaseOutcome *outcome, GError **error)
{
	g_autofree char *name = release_name(index);
	g_autofree char *sql = g_strdup_printf("ROLLBACK TO SAVEPOINT pgassay; EXECUTE %s %s", name, set);
	g_autoptr(DbResult) rows = NULL;
	GError *refusal = NULL;
	bool done = db_session_execute_rows(session, sql, &rows, &refusal);

	outcome->has_rows = done && (db_session_affected(session) > 0 || (rows != NULL && db_result_rows(rows) > 0));
	/* The position refers to the text that was sent, which was not the query. */
	return release_note(session, done, G_MAXUINT, refusal, outcome, error);
}

static bool
release_end(DbSession *session, GError **error)
{
	return db_session_execute(session, "ROLLBACK; SELECT pg_catalog.pg_advisory_unlock_all()", error);
}

bool
check_release_run_once(DbSession *session, guint index, const char *set, const char *role, ReleaseOutcome *outcome,
                       GError **error)
{
	return release_try_begin(session, role, error) && release_execute(session, index, set, outcome, error) &&
	       release_end(session, error);
}

static bool
release_run_query(DbSession *session, const ReleaseQuery *query, guint index, ReleaseSight *sight, GError **error)
{
	for (guint i = 0; query->sets != NULL && i < query->sets->len; i++) {
		ReleaseOutcome *outcome = g_new0(ReleaseOutcome, 1);
		g_ptr_array_add(sight->outcomes, outcome);
		if (sight->prepared.done &&
		    !release_execute(session, index, g_ptr_array_index(query->sets, i), outcome, error))
			return false;
	}
	return true;
}

bool
check_release_run(const CheckRelease *release, DbSession *session, GPtrArray *sights, GError **error)
{
	for (guint i = 0; i < release->roles->len; i++) {
		if (!release_try_begin(session, g_ptr_array_index(release->roles, i), error))
			return false;
		for (guint j = 0; j < release->queries->len; j++) {
			ReleaseSight *sight = g_ptr_array_index(sights, j);
			if (sight != NULL &&
			    !release_run_query(session, g_ptr_array_index(release->queries, j), j, sight, error))
				return false;
		}
		if (!release_end(session, error))
			return false;
	}
	return true;
}
