/* Asks the session that ran a statement for its effects. */
#include "impact/observe_private.h"

#include "impact/sql.h"

#include <string.h>

const DbPrepared impact_state_query = { DB_OWN_STATEMENTS "impact_state", impact_sql_state };
static const DbPrepared locked_query = { DB_OWN_STATEMENTS "impact_locked", impact_sql_locked };

enum {
	LOCKED_OID,
	LOCKED_MODES,
	LOCKED_KIND,
	LOCKED_NAME,
	LOCKED_RELNAME,
	LOCKED_PARENT,
	LOCKED_FILE,
	LOCKED_SIZE,
	LOCKED_COUNTERS
};

/* --- One relation after a statement ---------------------------------------------- */

ReportTouched *
impact_touch(const ImpactLook *look, ImpactRelation *relation, const char *also)
{
	ReportTouched *touched = report_statement_find(look->statement, relation->oid);

	if (touched != NULL)
		return touched;
	ImpactRelation *top = impact_relations_top(look->observer->relations, relation);
	touched = report_touched_new(relation->oid, relation->name, relation->kind);
	touched->table = top != relation ? top->oid : 0;
	touched->is_named = impact_relations_named(look->observer->relations, relation, also, look->sql);
	touched->held = relation->held;
	touched->since = relation->since;
	g_ptr_array_add(look->statement->touched, touched);
	return touched;
}

static ReportLockMode
look_strongest(guint modes)
{
	return modes != 0 ? (ReportLockMode)(g_bit_storage(modes) - 1) : REPORT_LOCK_NONE;
}

void
impact_take_locks(const ImpactLook *look, ImpactRelation *relation, guint modes, const char *also)
{
	guint taken = modes & ~relation->modes;

	if (taken == 0)
		return;
	relation->modes |= modes;
	if (look_strongest(modes) > relation->held) {
		relation->held = look_strongest(modes);
		relation->since = look->statement->start;
	}
	ReportTouched *touched = impact_touch(look, relation, also);
	touched->modes = taken;
	touched->taken = look_strongest(taken);
	touched->held = relation->held;
	touched->since = relation->since;
}

/* The check of a new foreign key goes through whole indexes instead of tables where it can: its scans give more than
 * the one row that a look for one key gives. Only ALTER TABLE runs such a check. */
static bool
look_is_whole_index(const ImpactLook *look, const ImpactRelation *relation, const gint64 *deltas)
{
	static const char *const words[] = { "ALTER", NULL };

	return relation->kind == 'i' && deltas[IMPACT_ROWS_READ] > deltas[IMPACT_SCANS] &&
	       impact_begins_with(look->sql, words);
}

static void
look_take_counters(const ImpactLook *look, ImpactRelation *relation, const DbResult *rows, int row, int first,
                   bool is_rebuilt)
{
	gint64 deltas[IMPACT_N_COUNTERS];
	bool any = false;

	for (int i = 0; i < IMPACT_N_COUNTERS; i++) {
		gint64 now = impact_number(rows, row, first + i);
		deltas[i] = now - relation->counters[i];
		relation->counters[i] = now;
		any = any || deltas[i] != 0;
	}
	ImpactRelation *table = any && !is_rebuilt && look_is_whole_index(look, relation, deltas)
	                            ? impact_table(look, relation)
	                            : NULL;
	if (table != NULL) {
		ReportTouched *read = impact_touch(look, table, NULL);
		read->scans += deltas[IMPACT_SCANS];
		read->rows_read += deltas[IMPACT_ROWS_READ];
	}
	if (!any || relation->is_new)
		return;
	ReportTouched *touched = impact_touch(look, relation, NULL);
	touched->scans += deltas[IMPACT_SCANS];
	touched->rows_read += deltas[IMPACT_ROWS_READ];
	touched->rows_inserted = deltas[IMPACT_ROWS_INSERTED];
	touched->rows_updated = deltas[IMPACT_ROWS_UPDATED];
	touched->rows_deleted = deltas[IMPACT_ROWS_DELETED];
}

/* The costs of an index count for its table. */
ImpactRelation *
impact_table(const ImpactLook *look, ImpactRelation *relation)
{
	ImpactRelation *table = relation->kind == 'i'
	                            ? impact_relations_find(look->observer->relations, relation->parent)
	                            : relation;

	return table != NULL && !table->is_new ? table : NULL;
}

typedef struct {
	guint oid;
	guint file;
	bool found;
} FileSearch;

static void
look_compare_file(ImpactRelation *relation, void *data)
{
	FileSearch *search = data;

	search->found = search->found || (relation->oid != search->oid && relation->file == search->file);
}

/* An index of its own that has taken over the file of one that is gone. */
static bool
look_is_reused(const ImpactLook *look, const ImpactRelation *relation, guint file)
{
	FileSearch search = { .oid = relation->oid, .file = file };

	impact_relations_each(look->observer->relations, look_compare_file, &search);
	return search.found;
}

/* Its file is another one than before the statement, or it has grown. */
static void
look_take_file(const ImpactLook *look, ImpactRelation *relation, guint file, gint64 size, bool is_made)
{
	ImpactRelation *table = impact_table(look, relation);
	bool is_other = file != 0 && file != relation->file && !(is_made && look_is_reused(look, relation, file));
	gint64 written = is_other ? size : relation->size >= 0 ? size - relation->size : 0;

	if (table != NULL && relation->kind != 'S' && (is_other || written > 0)) {
		ReportTouched *touched = impact_touch(look, table, NULL);
		touched->bytes_written += MAX(written, 0);
		touched->indexes_built += is_other && relation->kind == 'i';
		if (is_other && relation == table) {
			touched->was_rewritten = touched->rows_read > 0;
			touched->was_emptied = touched->rows_read == 0;
		}
	}
	relation->file = file;
	relation->size = size;
}

void
impact_forget_locks(ImpactRelation *relation, void *data)
{
	(void)data;
	relation->modes = 0;
	relation->held = REPORT_LOCK_NONE;
	relation->since = 0;
	memset(relation->counters, 0, sizeof(relation->counters));
}

/* --- All relations after a statement ------------------------------------------------ */

static void
look_take_gone(const ImpactLook *look, ImpactRelation *relation, guint modes)
{
	if (relation->is_new || relation->is_gone)
		return;
	impact_take_locks(look, relation, modes, NULL);
	impact_touch(look, relation, NULL)->was_dropped = true;
	relation->is_gone = true;
}

static void
look_take_row(const ImpactLook *look, const DbResult *rows, int row)
{
	ImpactRelations *relations = look->observer->relations;
	guint oid = (guint)impact_number(rows, row, LOCKED_OID);
	guint modes = (guint)impact_number(rows, row, LOCKED_MODES);
	const char *kind = db_result_value(rows, row, LOCKED_KIND);
	ImpactRelation *relation = impact_relations_find(relations, oid);

	if (kind == NULL) {
		if (relation != NULL)
			look_take_gone(look, relation, modes);
		return;
	}
	bool is_made = relation == NULL;
	/* Locks are taken before the name changes. */
	if (!is_made && !relation->is_new)
		impact_take_locks(look, relation, modes, db_result_value(rows, row, LOCKED_RELNAME));
	relation = impact_relations_take(relations, oid, db_result_value(rows, row, LOCKED_NAME),
	                                 db_result_value(rows, row, LOCKED_RELNAME), *kind,
	                                 (guint)impact_number(rows, row, LOCKED_PARENT));
	if (relation == NULL)
		return;
	relation->is_new = relation->is_new || is_made;
	guint file = (guint)impact_number(rows, row, LOCKED_FILE);
	/* The counters of a rebuilt index are part of its table's. */
	look_take_counters(look, relation, rows, row, LOCKED_COUNTERS, file != relation->file);
	look_take_file(look, relation, file, impact_number(rows, row, LOCKED_SIZE), is_made);
}

static int
look_compare_touched(gconstpointer a, gconstpointer b)
{
	const ReportTouched *const *left = a;
	const ReportTouched *const *right = b;
	int index = ((*left)->kind == 'i' || (*left)->kind == 'I') - ((*right)->kind == 'i' || (*right)->kind == 'I');

	return index != 0 ? index : strcmp((*left)->name, (*right)->name);
}

/* The size of a table is that of its indexes, too. */
static void
look_add_size(ImpactRelation *relation, void *data)
{
	const ImpactLook *look = data;
	ImpactRelation *table = relation->size > 0 && !relation->is_gone ? impact_table(look, relation) : NULL;
	ReportTouched *touched = table != NULL ? report_statement_find(look->statement, table->oid) : NULL;

	if (touched != NULL)
		touched->bytes += relation->size;
}

/* A lock on an index is left out if its table has a lock that is as strong. */
static bool
look_is_covered(const ImpactLook *look, const ReportTouched *touched)
{
	const ImpactRelation *table = touched->kind == 'i' || touched->kind == 'I'
	                                  ? impact_relations_find(look->observer->relations, touched->table)
	                                  : NULL;

	return table != NULL && table->held >= MIN(touched->held, REPORT_LOCK_SHARE);
}

void
impact_arrange(const ImpactLook *look)
{
	GPtrArray *all = look->statement->touched;

	for (guint i = all->len; i > 0; i--)
		if (look_is_covered(look, g_ptr_array_index(all, i - 1)))
			g_ptr_array_remove_index(all, i - 1);
	if (all->len > 0)
		impact_relations_each(look->observer->relations, look_add_size, (void *)look);
	g_ptr_array_sort(all, look_compare_touched);
}

/* A block that catches an error releases its locks and undoes its changes; but the tables were read. */
static bool
look_ask_unlocked(const ImpactLook *look, DbSession *session, GError **error)
{
	static const char *const words[] = { "DO", "CALL", "SELECT", "EXECUTE", NULL };

	if (!impact_begins_with(look->sql, words))
		return true;
	g_autoptr(DbResult) rows = db_session_query(session, error, impact_sql_counters, NULL);
	for (int i = 0; rows != NULL && i < db_result_rows(rows); i++) {
		ImpactRelation *relation = impact_relations_find(look->observer->relations,
		                                                 (guint)impact_number(rows, i, 0));
		if (relation != NULL)
			look_take_counters(look, relation, rows, i, 1, false);
	}
	return rows != NULL;
}

static void
look_note_old(ImpactRelation *relation, void *data)
{
	bool *has_old = data;

	*has_old = *has_old || !relation->is_new;
}

bool
impact_look(const ImpactLook *look, DbSession *session, GError **error)
{
	g_autofree char *last = impact_set_last(look->observer->last_oid);
	const DbRequest requests[] = { { .prepared = &impact_state_query },
		                       { .sql = last },
		                       { .prepared = &locked_query } };
	DbResult *results[G_N_ELEMENTS(requests)] = { NULL };
	bool has_old = false;

	/* Relations that the script has created are left out, so there may be nothing to ask for. */
	impact_relations_each(look->observer->relations, look_note_old, &has_old);
	if (!db_session_pipeline_requests(session, has_old ? 3 : 1, requests, results, error))
		return false;
	g_autoptr(DbResult) state = results[0];
	g_autoptr(DbResult) rows = results[2];
	db_result_free(results[1]);
	gint64 from = look->observer->wal;
	impact_take_state(look->observer, state, look->statement);
	if (!impact_note_records(look->observer, from, session, error))
		return false;
	for (int i = 0; rows != NULL && i < db_result_rows(rows); i++)
		look_take_row(look, rows, i);
	if (!look_ask_unlocked(look, session, error))
		return false;
	impact_arrange(look);
	return true;
}
