/* Which tables are locked, in which order, and how a migration waits for them. */
#include "impact/finding/family.h"

#include <string.h>

/* The statement is one that names its tables: a block or a function may have them from elsewhere. */
static bool
locks_names_tables(const ReportStatement *statement)
{
	static const char *const words[] = { "ALTER",   "CREATE",  "DROP",    "TRUNCATE",
		                             "REINDEX", "CLUSTER", "COMMENT", NULL };

	return impact_statement_is(statement, words);
}

void
impact_find_other_table(const ImpactFindingKind *kind, const ImpactScript *script)
{
	const GPtrArray *statements = script->observation->statements;

	for (guint i = 0; i < statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(statements, i);
		for (guint j = 0; locks_names_tables(statement) && j < statement->touched->len; j++) {
			const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
			if (touched->is_named || touched->taken < REPORT_LOCK_SHARE_ROW_EXCLUSIVE ||
			    touched->kind == 'm' || !impact_is_in_use(script, touched))
				continue;
			impact_add(
			    kind, script, statement, touched->name,
			    "takes %s on %s, which it does not name: others cannot %s it until the transaction ends",
			    report_lock_name(touched->taken), touched->name,
			    touched->taken == REPORT_LOCK_ACCESS_EXCLUSIVE ? "read or write" : "write");
		}
	}
}

/* --- The order of locks --------------------------------------------------------------- */

/* Tables that the transaction has locked against everybody, in its order; a table and its partitions are one. */
typedef struct {
	GPtrArray *names; /* borrowed */
	GArray *oids;
	const ReportStatement *second; /* the statement that took the second one */
} LockOrder;

static void
locks_note_order(LockOrder *order, const ReportStatement *statement, const ReportTouched *touched)
{
	guint oid = touched->table != 0 ? touched->table : touched->oid;

	for (guint i = 0; i < order->oids->len; i++)
		if (g_array_index(order->oids, guint, i) == oid)
			return;
	g_array_append_val(order->oids, oid);
	g_ptr_array_add(order->names, touched->name);
	if (order->oids->len == 2)
		order->second = statement;
}

static void
locks_find_order(const ImpactScript *script, guint transaction, LockOrder *order)
{
	const GPtrArray *statements = script->observation->statements;

	for (guint i = 0; i < statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(statements, i);
		for (guint j = 0; statement->transaction == transaction && j < statement->touched->len; j++) {
			const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
			if (touched->taken == REPORT_LOCK_ACCESS_EXCLUSIVE && touched->kind != 'm' &&
			    impact_is_in_use(script, touched))
				locks_note_order(order, statement, touched);
		}
	}
}

static char *
locks_join(const GPtrArray *names)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < names->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index(names, i));
	return g_string_free(text, FALSE);
}

static guint
locks_count_transactions(const ImpactScript *script)
{
	const GPtrArray *statements = script->observation->statements;
	guint n = 0;

	for (guint i = 0; i < statements->len; i++)
		n = MAX(n, ((const ReportStatement *)g_ptr_array_index(statements, i))->transaction);
	return n;
}

void
impact_find_lock_order(const ImpactFindingKind *kind, const ImpactScript *script)
{
	for (guint transaction = 1; transaction <= locks_count_transactions(script); transaction++) {
		g_autoptr(GPtrArray) names = g_ptr_array_new();
		g_autoptr(GArray) oids = g_array_new(FALSE, FALSE, sizeof(guint));
		LockOrder order = { .names = names, .oids = oids };
		locks_find_order(script, transaction, &order);
		if (order.second == NULL)
			continue;
		g_autofree char *list = locks_join(names);
		impact_add(kind, script, order.second, g_ptr_array_index(names, 1),
		           "holds ACCESS EXCLUSIVE on %u tables in one transaction, in this order: %s; a session that "
		           "reads them in another order deadlocks with it",
		           names->len, list);
	}
}

/* --- Waiting -------------------------------------------------------------------------------- */

static const ReportTouched *
locks_find_waiting(const ImpactScript *script, const ReportStatement *statement)
{
	if (statement->lock_timeout == NULL || strcmp(statement->lock_timeout, "0") != 0)
		return NULL;
	for (guint j = 0; j < statement->touched->len; j++) {
		const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
		if (touched->taken >= REPORT_LOCK_SHARE && touched->kind != 'm' && impact_is_in_use(script, touched))
			return touched;
	}
	return NULL;
}

void
impact_find_no_lock_timeout(const ImpactFindingKind *kind, const ImpactScript *script)
{
	const GPtrArray *statements = script->observation->statements;

	for (guint i = 0; i < statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(statements, i);
		const ReportTouched *touched = locks_find_waiting(script, statement);
		if (touched == NULL)
			continue;
		impact_add(
		    kind, script, statement, touched->name,
		    "waits for %s on %s without a lock_timeout: behind a long query, all %s of the table wait, too",
		    report_lock_name(touched->taken), touched->name, report_lock_blocks(touched->taken));
		return;
	}
}
