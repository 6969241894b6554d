/* Many rows are changed in one transaction. */
#include "impact/finding/family.h"

/* The share of a table that counts as all of it. */
#define WHOLE 0.9

/* How often each row of the table was changed, as far as its scans say how many there are. */
static bool
rows_is_whole(const ReportTouched *touched)
{
	gint64 changed = touched->rows_updated + touched->rows_deleted;

	return touched->kind == 'r' && touched->scans > 0 && changed > 1 &&
	       (double)changed >= WHOLE * (double)touched->rows_read / (double)touched->scans;
}

void
impact_find_mass_change(const ImpactFindingKind *kind, const ImpactScript *script)
{
	const GPtrArray *statements = script->observation->statements;

	for (guint i = 0; i < statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(statements, i);
		for (guint j = 0; j < statement->touched->len; j++) {
			const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
			if (!rows_is_whole(touched) || !impact_is_in_use(script, touched))
				continue;
			g_autofree char *rows = impact_describe_rows(script, touched);
			impact_add(
			    kind, script, statement, touched->name,
			    "%s %s in one transaction: they stay locked until it ends, and as many dead rows are left",
			    touched->rows_updated > 0 ? "updates" : "deletes", rows);
		}
	}
}
