#include "check/release/private.h"

#include <string.h>

/* Maximum number of roles that are tried besides the connecting user. */
#define ROLES_MAX 8

static void
release_free_query(gpointer data)
{
	ReleaseQuery *query = data;

	query_guesses_free(query->guesses);
	g_clear_pointer(&query->sets, g_ptr_array_unref);
	check_release_sight_free(query->sight);
	g_free(query);
}

CheckRelease *
check_release_new(const GPtrArray *queries)
{
	CheckRelease *release = g_new0(CheckRelease, 1);

	release->queries = g_ptr_array_new_with_free_func(release_free_query);
	release->roles = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < queries->len; i++) {
		ReleaseQuery *query = g_new0(ReleaseQuery, 1);
		query->query = g_ptr_array_index(queries, i);
		query->guesses = query_guess(query->query);
		g_ptr_array_add(release->queries, query);
	}
	return release;
}

void
check_release_end(CheckRelease *release)
{
	g_clear_pointer(&release->arguments, check_arguments_free);
	g_clear_pointer(&release->session, db_session_close);
}

void
check_release_free(CheckRelease *release)
{
	if (release == NULL)
		return;
	check_release_end(release);
	g_ptr_array_unref(release->queries);
	g_ptr_array_unref(release->roles);
	g_free(release->first_untried);
	g_free(release);
}

/* --- Where it begins --------------------------------------------------------------------- */

/* The connecting user, and roles with privileges on tables: an application does not run as a superuser. */
static bool
release_read_roles(CheckRelease *release, DbSession *session, GError **error)
{
	g_autoptr(DbResult) roles = db_session_query(
	    session, error,
	    "SELECT DISTINCT r.rolname FROM pg_catalog.pg_class c"
	    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
	    " CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) a"
	    " JOIN pg_catalog.pg_roles r ON r.oid = a.grantee"
	    " WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND a.grantee <> c.relowner"
	    " AND NOT r.rolsuper ORDER BY 1 LIMIT " G_STRINGIFY(ROLES_MAX),
	    NULL);

	if (roles == NULL)
		return false;
	g_ptr_array_set_size(release->roles, 0);
	g_ptr_array_add(release->roles, g_strdup(""));
	for (int i = 0; i < db_result_rows(roles); i++)
		g_ptr_array_add(release->roles, g_strdup(db_result_value(roles, i, 0)));
	return true;
}

char **
check_release_types(DbSession *session, guint index, GError **error)
{
	g_autofree char *name = g_strdup_printf(DB_OWN_STATEMENTS "release_%u", index);
	g_autoptr(DbResult) result = db_session_query(
	    session, error,
	    "SELECT t::pg_catalog.text FROM pg_catalog.pg_prepared_statements s,"
	    " pg_catalog.unnest(s.parameter_types) WITH ORDINALITY u(t, n) WHERE s.name = $1 ORDER BY n",
	    name, NULL);

	if (result == NULL)
		return NULL;
	char **types = g_new0(char *, (gsize)db_result_rows(result) + 1);
	for (int i = 0; i < db_result_rows(result); i++)
		types[i] = g_strdup(db_result_value(result, i, 0));
	return types;
}

/* A statement that is not a query, or fails already at this state, cannot be broken by later migrations. */
static bool
release_choose(CheckRelease *release, DbSession *session, const GPtrArray *sights, GError **error)
{
	for (guint i = 0; i < release->queries->len; i++) {
		ReleaseQuery *query = g_ptr_array_index(release->queries, i);
		const ReleaseSight *sight = g_ptr_array_index(sights, i);
		if (!sight->prepared.done || !sight->planned.done) {
			const ReleaseOutcome *why = sight->prepared.done ? &sight->planned : &sight->prepared;
			query->broken = true;
			if (release->first_untried == NULL)
				release->first_untried = g_strdup_printf("\"%s\": %s", query->query->name,
				                                         why->message);
			continue;
		}
		g_auto(GStrv) types = check_release_types(session, i, error);
		query->sets = types != NULL ? check_arguments_make(release->arguments, query->guesses,
		                                                   (const char *const *)types, error)
		                            : NULL;
		if (query->sets == NULL)
			return false;
	}
	return true;
}

/* From now on the database is known as it stands now. */
static void
release_take(CheckRelease *release, DbSession *session, CheckArguments *arguments, GPtrArray *sights)
{
	check_release_end(release);
	release->session = session;
	release->arguments = arguments;
	for (guint i = 0; i < release->queries->len; i++) {
		ReleaseQuery *query = g_ptr_array_index(release->queries, i);
		check_release_sight_free(query->sight);
		query->sight = g_ptr_array_index(sights, i);
		g_ptr_array_index(sights, i) = NULL;
	}
}

bool
check_release_begin(CheckRelease *release, CheckWorkspace *workspace, GError **error)
{
	g_autoptr(GPtrArray) sights = g_ptr_array_new_with_free_func(check_release_sight_free);
	g_autoptr(DbSession) session = check_release_prepare(release, workspace, sights, error);

	if (session == NULL || !release_read_roles(release, session, error))
		return false;
	release->arguments = check_arguments_read(session, error);
	if (release->arguments == NULL || !release_choose(release, session, sights, error) ||
	    !check_release_run(release, session, sights, error))
		return false;
	release_take(release, session, g_steal_pointer(&release->arguments), sights);
	session = NULL;
	return true;
}

/* --- Counting ------------------------------------------------------------------------------ */

bool
check_release_was_run(const ReleaseQuery *query, const ReleaseSight *sight, guint role)
{
	guint n = query->sets != NULL ? query->sets->len : 0;

	for (guint i = 0; i < n && (role + 1) * n <= sight->outcomes->len; i++)
		if (((const ReleaseOutcome *)g_ptr_array_index(sight->outcomes, role * n + i))->done)
			return true;
	return false;
}

CheckReleaseCounts
check_release_counts(const CheckRelease *release)
{
	CheckReleaseCounts counts = { .first = release->first_untried };

	for (guint i = 0; i < release->queries->len; i++) {
		const ReleaseQuery *query = g_ptr_array_index(release->queries, i);
		bool run = false;
		if (query->sets == NULL) {
			counts.n_untried++;
			continue;
		}
		if (query->broken)
			continue; /* by an earlier migration, which has a case for it */
		for (guint role = 0; query->sight != NULL && role < release->roles->len && !run; role++)
			run = check_release_was_run(query, query->sight, role);
		counts.n_run += run;
		counts.n_planned += !run;
	}
	return counts;
}

/* --- One migration --------------------------------------------------------------------------- */

static bool
release_judge_all(CheckRelease *release, DbSession *session, CheckArguments *arguments, GPtrArray *sights,
                  GPtrArray *broken, GError **error)
{
	for (guint i = 0; i < release->queries->len; i++) {
		ReleaseQuery *query = g_ptr_array_index(release->queries, i);
		CheckBroken *found = NULL;
		const ReleaseJudgement judgement = { .release = release,
			                             .query = query,
			                             .index = i,
			                             .after = g_ptr_array_index(sights, i),
			                             .session = session,
			                             .arguments = arguments };
		if (query->broken)
			continue;
		if (!check_release_judge(&judgement, &found, error))
			return false;
		query->broken = found != NULL;
		if (found != NULL)
			g_ptr_array_add(broken, found);
	}
	return true;
}

GPtrArray *
check_release_step(CheckRelease *release, CheckWorkspace *workspace, GError **error)
{
	g_autoptr(GPtrArray) sights = g_ptr_array_new_with_free_func(check_release_sight_free);
	g_autoptr(GPtrArray) broken = g_ptr_array_new_with_free_func(check_broken_free);
	g_autoptr(DbSession) session = check_release_prepare(release, workspace, sights, error);
	g_autoptr(CheckArguments) arguments = session != NULL ? check_arguments_read(session, error) : NULL;

	if (arguments == NULL || !check_release_run(release, session, sights, error) ||
	    !release_judge_all(release, session, arguments, sights, broken, error))
		return NULL;
	release_take(release, g_steal_pointer(&session), g_steal_pointer(&arguments), sights);
	return g_steal_pointer(&broken);
}

/* --- Planning only ------------------------------------------------------------------------------ */

bool
check_release_try_plan(CheckWorkspace *workspace, const Query *query, char **ret_refusal, guint *ret_character,
                       GError **error)
{
	g_autoptr(GPtrArray) one = g_ptr_array_new();
	g_autoptr(GPtrArray) sights = g_ptr_array_new_with_free_func(check_release_sight_free);

	g_ptr_array_add(one, (gpointer)query);
	g_autoptr(CheckRelease) release = check_release_new(one);
	g_autoptr(DbSession) session = check_release_prepare(release, workspace, sights, error);
	if (session == NULL)
		return false;
	const ReleaseSight *sight = g_ptr_array_index(sights, 0);
	const ReleaseOutcome *outcome = sight->prepared.done ? &sight->planned : &sight->prepared;
	*ret_refusal = outcome->done ? NULL : g_strdup(outcome->message);
	if (ret_character != NULL)
		*ret_character = outcome->character;
	return true;
}
