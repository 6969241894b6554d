/* The same migration under another time zone: a timestamp becomes a timestamptz without a rewrite under UTC alone. */
#include "run/stage/impact/impact_private.h"

#include "impact/relations.h"

#include <string.h>

/* An hour from UTC, all year long, on every server. */
#define FAR_ZONE "Etc/GMT-1"

/* If a statement has these words, maybe within a string, that is only a reason to look at it. */
static bool
impact_speaks_of_times(const Migration *migration)
{
	const GPtrArray *statements = migration_script_statements(migration->up);

	for (guint i = 0; i < statements->len; i++) {
		const char *text = ((const MigrationStatement *)g_ptr_array_index(statements, i))->sql;
		if (impact_has_word(text, "alter") && impact_has_word(text, "type") &&
		    (impact_has_word(text, "timestamp") || impact_has_word(text, "timestamptz")))
			return true;
	}
	return false;
}

static bool
impact_choose_zones(DbSession *session, ImpactElsewhere *ret_elsewhere, GError **error)
{
	g_autofree char *zone = db_session_query_value(session, error, "SHOW TimeZone", NULL);
	g_autofree char *near = zone != NULL ? db_session_query_value(
						   session, error,
						   "SELECT bool_and(utc_offset = '0') FROM pg_catalog.pg_timezone_names"
						   " WHERE name = $1 AND NOT is_dst",
						   zone, NULL)
	                                     : NULL;

	if (near == NULL)
		return false;
	ret_elsewhere->zone = g_steal_pointer(&zone);
	ret_elsewhere->other_zone = strcmp(near, "t") == 0 ? FAR_ZONE : "UTC";
	return true;
}

static bool
impact_set_zone(CheckWorkspace *workspace, const char *zone, GError **error)
{
	g_autofree char *name = db_session_quote_identifier(workspace->session,
	                                                    scratch_database_name(workspace->database));
	g_autofree char *sql = g_strdup_printf("ALTER DATABASE %s SET TimeZone TO '%s'", name, zone);

	if (!db_session_execute(workspace->session, sql, error))
		return false;
	check_workspace_disconnect(workspace);
	return check_workspace_connect(workspace, error);
}

bool
run_impact_try_elsewhere(ImpactWork *work, const Migration *migration, ImpactElsewhere *ret_elsewhere, GError **error)
{
	g_auto(CheckWorkspace) copy = { 0 };
	g_auto(MigrationOutcome) outcome = { 0 };

	if (!impact_speaks_of_times(migration) || migration_script_scope(migration->up) == MIGRATION_SCOPE_EXTERNAL)
		return true;
	if (!check_workspace_clone(&work->stage->workspace, "time zone", &copy, error) ||
	    !impact_choose_zones(copy.session, ret_elsewhere, error) ||
	    !impact_set_zone(&copy, ret_elsewhere->other_zone, error))
		return false;
	g_autoptr(ImpactObserver) observer = impact_observer_new(copy.database, copy.exclusions);
	return run_impact_watch(observer, &copy, migration, &outcome, &ret_elsewhere->observation, error);
}

void
run_impact_elsewhere_clear(ImpactElsewhere *elsewhere)
{
	g_clear_pointer(&elsewhere->observation, report_observation_free);
	g_clear_pointer(&elsewhere->zone, g_free);
}
