/* An index that CONCURRENTLY has begun and not finished. */
#include "impact/finding/family.h"

void
impact_find_invalid_index(const ImpactFindingKind *kind, const ImpactScript *script)
{
	const GPtrArray *statements = script->observation->statements;

	for (guint i = 0; script->invalid != NULL && statements->len > 0 && script->invalid[i] != NULL; i += 2)
		impact_add(kind, script, g_ptr_array_index(statements, statements->len - 1), script->invalid[i + 1],
		           "leaves the index %s invalid: no query uses it, and every write keeps it up",
		           script->invalid[i]);
}
