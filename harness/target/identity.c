#include "target/identity.h"

#include "base/error.h"
#include "target/sql.h"

#include <string.h>

#define HINT                                                                                                           \
	"nothing was done; name one server: one host with one address and one port, and no pooler between. After a "   \
	"failover or a restart, try again"

/* "pgid"; the second number is made for each proof. Advisory locks are those of one database. */
#define PROOF_CLASS "1885825380"

/* --- Reading --------------------------------------------------------------- */

/* A function that a role may not call is refused before the statement runs, whatever stands around it. */
static bool
identity_read_system(DbSession *session, char **ret_system, GError **error)
{
	static const char may[] =
	    "SELECT pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')";
	static const char ask[] = "SELECT system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system()";
	g_autofree char *allowed = db_session_query_value(session, error, may, NULL);

	if (allowed == NULL)
		return false;
	*ret_system = *allowed == 't' ? db_session_query_value(session, error, ask, NULL) : NULL;
	return *allowed != 't' || *ret_system != NULL;
}

bool
target_identity_read(DbSession *session, TargetIdentity *ret_identity, GError **error)
{
	g_autoptr(DbResult) row = db_session_query(session, error, target_sql_identity, NULL);
	char *system = NULL;

	if (row == NULL || !identity_read_system(session, &system, error))
		return false;
	*ret_identity = (TargetIdentity){
		.database = g_strdup(db_result_value(row, 0, 0)),
		.oid = g_strdup(db_result_value(row, 0, 1)),
		.system = system,
		.started = g_strdup(db_result_value(row, 0, 2)),
		.timeline = g_strdup(db_result_value(row, 0, 3)),
		.address = g_strdup(db_result_value(row, 0, 4)),
		.pid = g_strdup(db_result_value(row, 0, 5)),
	};
	return true;
}

void
target_identity_clear(TargetIdentity *identity)
{
	g_free(identity->database);
	g_free(identity->oid);
	g_free(identity->system);
	g_free(identity->started);
	g_free(identity->timeline);
	g_free(identity->address);
	g_free(identity->pid);
	*identity = (TargetIdentity){ 0 };
}

/* --- Comparing ------------------------------------------------------------- */

/* The first property that both know and that differs, or NULL. */
static const char *
identity_find_difference(const TargetIdentity *first, const TargetIdentity *second)
{
	const struct {
		const char *what;
		const char *first;
		const char *second;
	} parts[] = {
		{ "the number of the cluster", first->system, second->system },
		{ "the start of the server", first->started, second->started },
		{ "the database", first->database, second->database },
		{ "the number of the database", first->oid, second->oid },
		{ "the timeline", first->timeline, second->timeline },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
		if (parts[i].first != NULL && parts[i].second != NULL && strcmp(parts[i].first, parts[i].second) != 0)
			return parts[i].what;
	return NULL;
}

static bool
identity_refuse(const TargetIdentity *first, const TargetIdentity *second, const char *why, GError **error)
{
	return base_error_set(
	    error, BASE_ERROR_ENVIRONMENT, HINT,
	    "two connections of this command came to different databases: \"%s\" at %s, and \"%s\" at "
	    "%s (%s)",
	    first->database, first->address, second->database, second->address, why);
}

bool
target_identity_equal(const TargetIdentity *first, const TargetIdentity *second, GError **error)
{
	const char *difference = identity_find_difference(first, second);
	g_autofree char *why = difference != NULL ? g_strdup_printf("they differ in %s", difference) : NULL;

	return why == NULL || identity_refuse(first, second, why, error);
}

bool
target_identity_is_same_server(const TargetIdentity *first, const TargetIdentity *second)
{
	return strcmp(first->started, second->started) == 0;
}

/* --- Proof ----------------------------------------------------------------- */

static bool
identity_sees_lock(DbSession *session, const TargetIdentity *holder, const char *number, bool *ret_sees, GError **error)
{
	g_autofree char *sees = db_session_query_value(
	    session, error,
	    "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid = l.database"
	    " WHERE d.datname = pg_catalog.current_database() AND l.locktype = 'advisory' AND l.granted"
	    " AND l.classid::pg_catalog.int8 = " PROOF_CLASS " AND l.objid::pg_catalog.int8 = $1::pg_catalog.int8"
	    " AND l.pid = $2::pg_catalog.int4)",
	    number, holder->pid, NULL);

	*ret_sees = g_strcmp0(sees, "t") == 0;
	return sees != NULL;
}

static bool
identity_prove_by_lock(DbSession *first, DbSession *second, const TargetIdentity *holder, bool *ret_sees,
                       GError **error)
{
	g_autofree char *number = g_strdup_printf("%d", g_random_int_range(1, G_MAXINT32));
	g_autofree char *got = db_session_query_value(
	    first, error, "SELECT pg_catalog.pg_try_advisory_lock(" PROOF_CLASS ", $1::pg_catalog.int4)", number, NULL);

	if (got == NULL)
		return false;
	bool asked = *got != 't' || identity_sees_lock(second, holder, number, ret_sees, error);
	g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.pg_advisory_unlock(" PROOF_CLASS ", %s)", number);
	db_session_run_cleanup(first, sql);
	return asked;
}

bool
target_identity_prove(DbSession *first, DbSession *second, GError **error)
{
	g_auto(TargetIdentity) one = { 0 };
	g_auto(TargetIdentity) other = { 0 };
	bool sees = false;

	if (!target_identity_read(first, &one, error) || !target_identity_read(second, &other, error) ||
	    !target_identity_equal(&one, &other, error) || !identity_prove_by_lock(first, second, &one, &sees, error))
		return false;
	return sees || identity_refuse(&one, &other, "the second does not see a lock of the first", error);
}
