/* Rows are read or written while a lock keeps others out. */
#include "impact/finding/family.h"

#include "report/text.h"

#include <string.h>

/* Reads all rows to see whether a constraint holds that was added NOT VALID. */
static bool
work_is_validation(const ReportStatement *statement)
{
	return impact_statement_has(statement, "VALIDATE CONSTRAINT");
}

/* True when the lock that keeps others out is there because of this statement. */
static bool
work_is_own_lock(const ReportStatement *statement, const ReportTouched *touched)
{
	static const char *const words[] = { "ALTER",  "CREATE", "REINDEX", "CLUSTER", "REFRESH",
		                             "VACUUM", "DO",     "CALL",    NULL };

	return touched->taken >= REPORT_LOCK_SHARE ||
	       (touched->taken == REPORT_LOCK_NONE && impact_statement_is(statement, words));
}

const char *
impact_classify_work(const ImpactScript *script, const ReportStatement *statement, const ReportTouched *touched)
{
	bool exclusive = touched->held == REPORT_LOCK_ACCESS_EXCLUSIVE;

	/* Nobody writes a materialized view but REFRESH. */
	if (touched->held < REPORT_LOCK_SHARE || (touched->kind == 'm' && !exclusive) || touched->rows_read == 0 ||
	    impact_statement_is_dml(statement) || !impact_is_in_use(script, touched))
		return NULL;
	if (work_is_validation(statement) && touched->taken < REPORT_LOCK_SHARE)
		return "not_valid_together";
	if (!work_is_own_lock(statement, touched))
		return NULL;
	if (touched->was_rewritten)
		return "rewrite";
	if (touched->indexes_built > 0)
		return "blocking_index";
	return exclusive ? "exclusive_scan" : "blocking_scan";
}

/* --- Messages --------------------------------------------------------------------- */

static char *
work_describe_lock(const ReportTouched *touched)
{
	return g_strdup_printf("%s, which blocks %s", report_lock_name(touched->held),
	                       report_lock_blocks(touched->held));
}

static char *
work_describe_indexes(const ReportTouched *touched)
{
	if (touched->indexes_built == 0)
		return g_strdup("");
	if (touched->indexes_built == 1)
		return g_strdup(" and builds its index again");
	return g_strdup_printf(" and builds its %u indexes again", touched->indexes_built);
}

/* The amount of data, if it is known. */
static char *
work_describe_volume(const ImpactScript *script, const ReportStatement *statement, const ReportTouched *touched)
{
	if (statement->expected_disk > 0 && g_strcmp0(statement->expected_of, touched->name) == 0) {
		g_autofree char *wal = report_text_bytes(statement->expected_wal);
		g_autofree char *disk = report_text_bytes(statement->expected_disk);
		return g_strdup_printf("; it writes about %s of WAL, and needs about %s of free disk", wal, disk);
	}
	double bytes = impact_settings_bytes(script->settings, touched->name);

	if (bytes < 0 || !touched->was_rewritten)
		return g_strdup("");
	g_autofree char *size = report_text_bytes(bytes);
	return g_strdup_printf("; about %s go through the WAL, and as much free disk is needed", size);
}

static char *
work_describe(const ImpactScript *script, const char *code, const ReportStatement *statement,
              const ReportTouched *touched)
{
	g_autofree char *rows = impact_describe_rows(script, touched);
	g_autofree char *lock = work_describe_lock(touched);
	g_autofree char *indexes = work_describe_indexes(touched);
	g_autofree char *volume = work_describe_volume(script, statement, touched);

	if (strcmp(code, "rewrite") == 0)
		return g_strdup_printf("writes %s anew%s under %s%s", rows, indexes, lock, volume);
	if (strcmp(code, "blocking_index") == 0)
		return g_strdup_printf("builds %s on %s under %s%s",
		                       touched->indexes_built == 1 ? "an index" : "indexes", rows, lock, volume);
	if (strcmp(code, "not_valid_together") == 0)
		return g_strdup_printf("validates a constraint on %s while its transaction holds %s", rows, lock);
	return g_strdup_printf("reads %s under %s", rows, lock);
}

void
impact_find_work(const ImpactFindingKind *kind, const ImpactScript *script)
{
	const GPtrArray *statements = script->observation->statements;

	for (guint i = 0; i < statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(statements, i);
		for (guint j = 0; j < statement->touched->len; j++) {
			const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
			if (g_strcmp0(impact_classify_work(script, statement, touched), kind->code) != 0)
				continue;
			g_autofree char *message = work_describe(script, kind->code, statement, touched);
			impact_add(kind, script, statement, touched->name, "%s", message);
		}
	}
}

/* --- Several rewrites ----------------------------------------------------------------- */

static bool
work_is_rewrite(const ImpactScript *script, const ReportStatement *statement, const ReportTouched *touched)
{
	return g_strcmp0(impact_classify_work(script, statement, touched), "rewrite") == 0 && touched->kind == 'r';
}

static const ReportStatement *
work_find_earlier_rewrite(const ImpactScript *script, guint before, guint oid)
{
	for (guint i = 0; i < before; i++) {
		const ReportStatement *statement = g_ptr_array_index(script->observation->statements, i);
		const ReportTouched *touched = report_statement_find(statement, oid);
		if (touched != NULL && work_is_rewrite(script, statement, touched))
			return statement;
	}
	return NULL;
}

void
impact_find_several_rewrites(const ImpactFindingKind *kind, const ImpactScript *script)
{
	const GPtrArray *statements = script->observation->statements;

	for (guint i = 0; i < statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(statements, i);
		for (guint j = 0; j < statement->touched->len; j++) {
			const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
			const ReportStatement *earlier = work_is_rewrite(script, statement, touched)
			                                     ? work_find_earlier_rewrite(script, i, touched->oid)
			                                     : NULL;
			if (earlier != NULL)
				impact_add(kind, script, statement, touched->name,
				           "rewrites %s once more after line %u: one ALTER TABLE with both changes "
				           "rewrites it once",
				           touched->name, earlier->position.line);
		}
	}
}

/* --- Work after a lock -------------------------------------------------------------------- */

/* The strongest lock that the transaction has taken before the statement on a table that is in use. */
static const ReportTouched *
work_find_held(const ImpactScript *script, guint before, guint transaction, const ReportStatement **ret_statement)
{
	const ReportTouched *found = NULL;

	for (guint i = 0; i < before && transaction != 0; i++) {
		const ReportStatement *statement = g_ptr_array_index(script->observation->statements, i);
		for (guint j = 0; statement->transaction == transaction && j < statement->touched->len; j++) {
			const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
			if (touched->taken < REPORT_LOCK_SHARE || !impact_is_in_use(script, touched) ||
			    (found != NULL && found->taken >= touched->taken))
				continue;
			found = touched;
			*ret_statement = statement;
		}
	}
	return found;
}

/* The table that the statement goes through as a whole, without a lock of its own that others wait for. */
static const ReportTouched *
work_find_long(const ImpactScript *script, const ReportStatement *statement)
{
	for (guint j = 0; j < statement->touched->len; j++) {
		const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
		if (impact_classify_work(script, statement, touched) != NULL)
			return NULL;
	}
	for (guint j = 0; j < statement->touched->len; j++) {
		const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
		if (touched->scans > 0 && touched->rows_read > 0 && impact_is_in_use(script, touched))
			return touched;
	}
	return NULL;
}

void
impact_find_long_after_lock(const ImpactFindingKind *kind, const ImpactScript *script)
{
	const GPtrArray *statements = script->observation->statements;
	guint reported = 0;

	for (guint i = 0; i < statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(statements, i);
		const ReportStatement *first = NULL;
		const ReportTouched *held = work_find_held(script, i, statement->transaction, &first);
		const ReportTouched *work = held != NULL ? work_find_long(script, statement) : NULL;
		if (work == NULL || statement->transaction == reported)
			continue;
		reported = statement->transaction;
		g_autofree char *rows = impact_describe_rows(script, work);
		impact_add(kind, script, statement, held->name,
		           "goes through %s while its transaction holds %s on %s since line %u, which blocks %s", rows,
		           report_lock_name(held->taken), held->name, first->position.line,
		           report_lock_blocks(held->taken));
	}
}
