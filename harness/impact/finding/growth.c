/* How the work of a migration grows with the number of rows. */
#include "impact/finding/family.h"

static gint64
finding_growth_count(const ReportTouched *touched)
{
	return touched->rows_read + touched->rows_inserted + touched->rows_updated + touched->rows_deleted;
}

void
impact_find_grows_fast(const ImpactFindingKind *kind, const ImpactScript *script)
{
	const GPtrArray *statements = script->observation->statements;

	for (guint i = 0; i < statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(statements, i);
		for (guint j = 0; j < statement->touched->len; j++) {
			const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
			if (touched->growth != REPORT_GROWTH_FASTER || !impact_is_in_use(script, touched))
				continue;
			impact_add(
			    kind, script, statement, touched->name,
			    "its work on %s grows faster than the rows: with ten times as many it reads and changes "
			    "%" G_GINT64_FORMAT " instead of %" G_GINT64_FORMAT,
			    touched->name, touched->larger_rows, finding_growth_count(touched));
		}
	}
}
