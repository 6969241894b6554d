/* INSERT: what it calculates from rows that there are. */
#include "checklist/change/change_private.h"

bool
checklist_change_insert(Change *change, GError **error)
{
	const MigrationChange *it = change->change;

	/* A scratch database has calculated all others. */
	if (it->query == NULL || !g_regex_match_simple("\\bselect\\b", it->query, G_REGEX_CASELESS | G_REGEX_RAW, 0) ||
	    migration_change_is_safe(it->query))
		return true;
	g_autofree char *query = g_strdup_printf("SELECT pg_catalog.count(q.*) AS n FROM (%s) q HAVING "
	                                         "pg_catalog.count(q.*) < 0",
	                                         it->query);
	return checklist_change_ask(change,
	                            g_strdup_printf("what an INSERT puts into %s can be calculated", change->table),
	                            query, CHANGE_ANSWER_REFUSAL, error);
}
