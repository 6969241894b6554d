/* A statement that ran outside of a transaction. */
#include "impact/observe_private.h"

#include "impact/sql.h"

#include <string.h>

/* --- Outside of a transaction ------------------------------------------------------- */

/* Locks on an index that is being dropped or created do not count, and are seen by chance. */
static bool
compare_counts(const ImpactRelation *relation)
{
	return relation != NULL && relation->kind != 'i' && relation->kind != 'I';
}

static void
compare_take_outside(const ImpactLook *look, GHashTable *locks)
{
	GHashTableIter iterator;
	gpointer oid;
	gpointer modes;

	g_hash_table_iter_init(&iterator, locks);
	while (g_hash_table_iter_next(&iterator, &oid, &modes)) {
		ImpactRelation *relation = impact_relations_find(look->observer->relations, GPOINTER_TO_UINT(oid));
		if (!compare_counts(relation))
			continue;
		impact_take_locks(look, relation, GPOINTER_TO_UINT(modes), NULL);
		report_statement_find(look->statement, relation->oid)->until = impact_now(look->observer);
	}
}

/* Files of all relations, before and after. */
typedef struct {
	guint oid;
	guint file;
} KnownFile;

static void
compare_list_files(ImpactRelation *relation, void *data)
{
	const KnownFile known = { relation->oid, relation->file };

	g_array_append_val((GArray *)data, known);
}

static guint
compare_known_file(const GArray *files, guint oid)
{
	for (guint i = 0; i < files->len; i++)
		if (g_array_index(files, KnownFile, i).oid == oid)
			return g_array_index(files, KnownFile, i).file;
	return 0;
}

typedef struct {
	const ImpactLook *look;
	const GArray *files;
} Comparison;

static void
compare_compare_with_known(ImpactRelation *relation, void *data)
{
	const Comparison *comparison = data;
	guint before = compare_known_file(comparison->files, relation->oid);
	ImpactRelation *table = impact_table(comparison->look, relation);

	if (table == NULL || relation->kind == 'S' || relation->file == 0 || relation->file == before)
		return;
	ReportTouched *touched = impact_touch(comparison->look, table, NULL);
	touched->indexes_built += relation->kind == 'i';
	touched->bytes_written += MAX(relation->size, 0);
	touched->was_rewritten = touched->was_rewritten || (relation == table && relation->size > 0);
}

/* The session keeps the lock_timeout that its script has given it. */
static bool
compare_restore_timeout(const ImpactObserver *observer, DbSession *session, GError **error)
{
	const char *timeout = observer->lock_timeout;

	if (timeout == NULL || strcmp(timeout, "0") == 0)
		return true;
	g_autofree char *literal = db_session_quote_literal(session, timeout);
	g_autofree char *statement = g_strdup_printf("SET lock_timeout = %s", literal);
	return db_session_execute(session, statement, error);
}

bool
impact_compare(const ImpactLook *look, DbSession *session, GError **error)
{
	ImpactObserver *observer = look->observer;
	g_autoptr(GHashTable) locks = impact_outside_end(g_steal_pointer(&observer->outside), error);
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(KnownFile));
	g_autoptr(DbResult) state = NULL;

	if (locks == NULL)
		return false;
	look->statement->duration = impact_now(observer) - look->statement->start;
	compare_take_outside(look, locks);
	impact_relations_each(observer->relations, compare_list_files, files);
	if (!compare_restore_timeout(observer, session, error) ||
	    (state = db_session_query(session, error, impact_sql_state, NULL)) == NULL ||
	    !impact_read_relations(observer, session, true, error) || !impact_read_sizes(observer, session, error) ||
	    !impact_flush(session, error) || !impact_take_temporary(observer, session, error))
		return false;
	impact_take_state(observer, state, look->statement);
	impact_relations_each(observer->relations, compare_compare_with_known,
	                      &(Comparison){ .look = look, .files = files });
	if (look->statement->touched->len == 0)
		look->statement->unseen = "it runs outside of a transaction, and was over before anybody could look";
	impact_arrange(look);
	impact_relations_each(observer->relations, impact_forget_locks, NULL);
	return true;
}
