/* Effects that depend on a setting of the server. */
#include "impact/finding/family.h"

static const ReportTouched *
setting_find(const ReportObservation *observation, guint statement, const char *name)
{
	if (statement >= observation->statements->len)
		return NULL;
	const ReportStatement *other = g_ptr_array_index(observation->statements, statement);
	for (guint i = 0; i < other->touched->len; i++) {
		const ReportTouched *touched = g_ptr_array_index(other->touched, i);
		if (g_str_equal(touched->name, name))
			return touched;
	}
	return NULL;
}

static void
setting_compare(const ImpactFindingKind *kind, const ImpactScript *script, guint index, const ReportTouched *touched)
{
	const ReportTouched *other = setting_find(script->elsewhere, index, touched->name);

	if (other == NULL || other->was_rewritten == touched->was_rewritten || !impact_is_in_use(script, touched))
		return;
	impact_add(kind, script, g_ptr_array_index(script->observation->statements, index), touched->name,
	           touched->was_rewritten ? "writes %s anew because TimeZone is %s; with %s it does not"
	                                  : "does not write %s anew, because TimeZone is %s; with %s it does",
	           touched->name, script->zone, script->other_zone);
}

void
impact_find_setting_rewrite(const ImpactFindingKind *kind, const ImpactScript *script)
{
	const GPtrArray *statements = script->observation->statements;

	for (guint i = 0; script->elsewhere != NULL && i < statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(statements, i);
		for (guint j = 0; j < statement->touched->len; j++)
			setting_compare(kind, script, i, g_ptr_array_index(statement->touched, j));
	}
}
