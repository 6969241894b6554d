/* Findings about a migration with concurrent sessions: `impact: prove`. */
#include "impact/finding/family.h"

/* The statement that takes the lock on the table first. */
static const ReportStatement *
proof_find_statement(const ImpactScript *script, const char *table)
{
	const GPtrArray *statements = script->observation->statements;

	for (guint i = 0; i < statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(statements, i);
		for (guint j = 0; j < statement->touched->len; j++) {
			const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
			if (touched->taken >= REPORT_LOCK_SHARE && g_strcmp0(touched->name, table) == 0)
				return statement;
		}
	}
	return statements->len > 0 ? g_ptr_array_index(statements, 0) : NULL;
}

/* "the application's queries find_order, add_order, pay and 3 more waited". */
static char *
proof_name_those_behind(const ImpactQueueResult *behind)
{
	enum { NAMED = 3 };

	if (behind->queries == NULL) {
		if (behind->n_behind > 1)
			return g_strdup("a reader and a writer that came later waited");
		return g_strdup(behind->mode == REPORT_LOCK_ACCESS_EXCLUSIVE ? "who came later waited"
		                                                             : "a writer that came later waited");
	}
	guint n = behind->queries->len;
	g_autoptr(GString) text = g_string_new(n == 1 ? "the application's query " : "the application's queries ");
	for (guint i = 0; i < MIN(n, NAMED); i++) {
		const Query *query = g_ptr_array_index(behind->queries, i);
		g_string_append_printf(text, "%s%s", i == 0 ? "" : i + 1 == n ? " and " : ", ", query->name);
	}
	if (n > NAMED)
		g_string_append_printf(text, " and %u more", n - NAMED);
	g_string_append(text, " waited");
	return g_string_free(g_steal_pointer(&text), false);
}

void
impact_find_queue_behind(const ImpactFindingKind *kind, const ImpactScript *script)
{
	const ImpactProof *proof = script->proof;

	if (proof == NULL || proof->behind.table == NULL || proof->has_timeout || proof->behind.n_behind == 0)
		return;
	const ReportStatement *statement = proof_find_statement(script, proof->behind.table);
	if (statement == NULL)
		return;
	g_autofree char *behind = proof_name_those_behind(&proof->behind);
	impact_add(kind, script, statement, proof->behind.table,
	           "waited for %s on %s behind an old transaction and did not give up; %s behind it, as long as that "
	           "stays open",
	           report_lock_name(proof->behind.mode), proof->behind.table, behind);
}

void
impact_find_no_second_run(const ImpactFindingKind *kind, const ImpactScript *script)
{
	const ImpactProof *proof = script->proof;

	if (proof == NULL || !proof->gave_up || proof->second_failure == NULL)
		return;
	const ReportStatement *statement = proof_find_statement(script, proof->behind.table);
	if (statement != NULL)
		impact_add(kind, script, statement, proof->behind.table, "gave up behind an old transaction, and %s",
		           proof->second_failure);
}

void
impact_find_deadlock(const ImpactFindingKind *kind, const ImpactScript *script)
{
	const ImpactProof *proof = script->proof;

	if (proof == NULL || (!proof->crossed.deadlock && !proof->migration_deadlock))
		return;
	const ReportStatement *statement = proof_find_statement(script, proof->second_table);
	if (statement != NULL)
		impact_add(kind, script, statement, proof->second_table,
		           "deadlocked with a session that used %s and then %s: the server ended %s (40P01)",
		           proof->second_table, proof->first_table,
		           proof->migration_deadlock ? "the migration" : "that session");
}
