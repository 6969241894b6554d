/* A migration does more than its suite allows. */
#include "impact/finding/family.h"

/* The statement's share of the amount, and its table. */
typedef struct {
	double amount;
	const char *table; /* borrowed; NULL: none */
} LimitShare;

static const GPtrArray *
limits_statements(const ImpactScript *script)
{
	return script->observation->statements;
}

static double
limits_rows_changed(const ReportTouched *touched)
{
	return (double)(touched->rows_inserted + touched->rows_updated + touched->rows_deleted);
}

/* True while other sessions are kept out of a table in use: by this statement, or by an earlier one of its
 * transaction. */
static bool
limits_keeps_out(const ImpactScript *script, guint index)
{
	const ReportStatement *statement = g_ptr_array_index(limits_statements(script), index);

	for (guint i = 0; i <= index; i++) {
		const ReportStatement *other = g_ptr_array_index(limits_statements(script), i);
		if (other != statement && (other->transaction != statement->transaction || other->transaction == 0))
			continue;
		for (guint j = 0; j < other->touched->len; j++) {
			const ReportTouched *touched = g_ptr_array_index(other->touched, j);
			if (touched->held == REPORT_LOCK_ACCESS_EXCLUSIVE && impact_is_in_use(script, touched))
				return true;
		}
	}
	return false;
}

static double
limits_rows(const ImpactScript *script, ImpactLimit limit, guint index, const ReportTouched *touched)
{
	double read = (double)touched->rows_read;
	double changed = limits_rows_changed(touched);

	if (limit == IMPACT_LIMIT_ROWS_READ)
		return impact_expect_rows(script, touched, read);
	if (limit == IMPACT_LIMIT_ROWS_CHANGED)
		return impact_expect_rows(script, touched, changed);
	return limits_keeps_out(script, index) ? impact_expect_rows(script, touched, read + changed) : 0;
}

static LimitShare
limits_share(const ImpactScript *script, ImpactLimit limit, guint index)
{
	const ReportStatement *statement = g_ptr_array_index(limits_statements(script), index);
	LimitShare share = { 0, NULL };
	double most = 0;

	if (limit == IMPACT_LIMIT_WAL) {
		share.amount = statement->expected_wal >= 0 ? statement->expected_wal : (double)statement->wal_bytes;
		return share;
	}
	for (guint j = 0; j < statement->touched->len; j++) {
		const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
		double rows = limits_rows(script, limit, index, touched);
		share.amount += rows;
		if (rows > most) {
			most = rows;
			share.table = touched->name;
		}
	}
	return share;
}

static const char *
limits_describe(ImpactLimit limit)
{
	static const char *const texts[IMPACT_N_LIMITS] = {
		[IMPACT_LIMIT_WAL] = "writes %s of WAL",
		[IMPACT_LIMIT_TEMPORARY] = "writes temporary files of %s",
		[IMPACT_LIMIT_ROWS_READ] = "reads %s",
		[IMPACT_LIMIT_ROWS_CHANGED] = "changes %s",
		[IMPACT_LIMIT_EXCLUSIVE_ROWS] = "reads and changes %s under ACCESS EXCLUSIVE",
	};

	return texts[limit];
}

/* At the statement that has the largest share. */
static void
limits_report(const ImpactFindingKind *kind, const ImpactScript *script, ImpactLimit limit, double amount, guint at,
              const char *table)
{
	g_autofree char *found = impact_limit_format(limit, amount);
	g_autofree char *allowed = impact_limit_format(limit, impact_settings_limits(script->settings)->most[limit]);
	g_auto(GStrv) parts = g_strsplit(limits_describe(limit), "%s", 2);

	impact_add(kind, script, g_ptr_array_index(limits_statements(script), at), table,
	           "the migration %s%s%s, at most %s are allowed (%s)", parts[0], found, parts[1], allowed,
	           impact_limit_name(limit));
}

static void
limits_check(const ImpactFindingKind *kind, const ImpactScript *script, ImpactLimit limit)
{
	double most = impact_settings_limits(script->settings)->most[limit];
	double amount = limit == IMPACT_LIMIT_TEMPORARY ? (double)script->observation->temporary_bytes : 0;
	LimitShare largest = { 0, NULL };
	guint at = 0;

	if (most < 0 || limits_statements(script)->len == 0)
		return;
	for (guint i = 0; limit != IMPACT_LIMIT_TEMPORARY && i < limits_statements(script)->len; i++) {
		LimitShare share = limits_share(script, limit, i);
		amount += share.amount;
		if (share.amount > largest.amount) {
			largest = share;
			at = i;
		}
	}
	if (amount > most)
		limits_report(kind, script, limit, amount, at, largest.table);
}

void
impact_find_over_limit(const ImpactFindingKind *kind, const ImpactScript *script)
{
	for (ImpactLimit limit = 0; limit < IMPACT_N_LIMITS; limit++)
		limits_check(kind, script, limit);
}
