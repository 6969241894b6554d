/* A snapshot from the one before: what may have changed is asked for, and only that is read. */
#include "catalog/frame.h"
#include "catalog/query.h"
#include "catalog/snapshot_private.h"

/* With more relations than this, and more than a quarter of all, one full read is faster. */
#define MANY_RELATIONS 64

#define RELATIONS      (1U << CATALOG_BRANCH_RELATION)

typedef struct {
	DbSession *session;
	const CatalogSnapshot *previous;
	bool kept;                       /* see catalog_snapshot_update_kept() */
	const CatalogSnapshot *expected; /* see there; or NULL */
	const CatalogFrame *frame;
	CatalogState state;
	CatalogAffected affected;
	GArray *rows;       /* of CatalogRows */
	GPtrArray *results; /* that the rows are in */
} Update;

static void
update_clear(Update *update)
{
	catalog_state_clear(&update->state);
	catalog_affected_clear(&update->affected);
	g_array_unref(update->rows);
	g_ptr_array_unref(update->results);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Update, update_clear)

static void
release_results(gpointer results)
{
	g_ptr_array_unref(results);
}

static void
update_init(Update *update, DbSession *session, const CatalogSnapshot *previous)
{
	*update = (Update){ .session = session, .previous = previous };
	catalog_state_init(&update->state);
	catalog_affected_init(&update->affected);
	update->rows = g_array_new(FALSE, FALSE, sizeof(CatalogRows));
	update->results = g_ptr_array_new_with_free_func(release_results);
}

/* --- What may have changed ----------------------------------------------- */

/* Enters the frame and reads the mark. False without *error when somebody else has taken the prepared statements. */
static bool
enter(Update *update, CatalogOpen *ret_open, GError **error)
{
	g_autoptr(GPtrArray) statements = catalog_statements_new();
	g_autoptr(GPtrArray) results = NULL;
	bool outside = catalog_query_has_totals(update->session) && !update->frame->in_open_transaction;
	GError *cause = NULL;

	/* As in a full read, the counts are those of a transaction before. */
	if (outside) {
		catalog_statements_add(statements, g_strdup("BEGIN READ ONLY"));
		catalog_query_execute_settings(statements, update->session);
		catalog_query_execute(statements, CATALOG_QUERY_MARK, NULL);
		catalog_statements_add(statements, g_strdup("COMMIT"));
	}
	catalog_statements_add(statements, g_strdup(update->frame->before));
	catalog_query_execute_settings(statements, update->session);
	catalog_query_execute(statements, CATALOG_QUERY_MARK, NULL);
	if (!catalog_statements_run(update->session, statements, &results, &cause)) {
		if (db_session_lacks_prepared(update->session))
			g_clear_error(&cause);
		else
			g_propagate_error(error, cause);
		return false;
	}
	const DbResult *mark = results->pdata[results->len - 1];
	catalog_state_read_mark(&update->state, mark);
	if (outside)
		catalog_state_read_totals(&update->state, results->pdata[2]);
	catalog_state_open(&update->state, &update->previous->state, mark, update->kept, ret_open);
	if (!catalog_state_follows(&update->state, &update->previous->state))
		update->affected.everything = true;
	return true;
}

static void
add_branch(Update *update, GPtrArray *statements, int branch, CatalogQueryRows rows)
{
	catalog_query_execute_branch(statements, (CatalogBranch)branch, rows, update->previous->state.horizon);
}

static bool
read_all_of(Update *update, guint32 branches, GError **error)
{
	g_autoptr(GPtrArray) statements = catalog_statements_new();
	g_autoptr(GPtrArray) results = NULL;

	if (branches == 0)
		return true;
	for (int branch = 1; branch < CATALOG_N_BRANCHES; branch++)
		if ((branches & 1U << branch) != 0)
			add_branch(update, statements, branch, CATALOG_ROWS_ALL);
	if (!catalog_statements_run(update->session, statements, &results, error))
		return false;
	for (guint i = 0; i < results->len; i++)
		catalog_state_read_all(&update->state, &update->previous->state, results->pdata[i], &update->affected,
		                       NULL);
	return true;
}

/* Rows are gone from the branches `unsettled`. What belonged to a relation goes with it. */
static bool
find_gone(Update *update, const GPtrArray *recent, guint32 open, guint32 unsettled, GError **error)
{
	g_autoptr(GHashTable) gone = catalog_state_find_gone(&update->state, &update->previous->state);
	guint i = 0;

	for (int branch = 1; branch < CATALOG_N_BRANCHES; branch++) {
		guint32 bit = 1U << branch;
		if ((open & bit) == 0)
			continue;
		const DbResult *rows = recent->pdata[i++];
		bool is_part = branch == CATALOG_BRANCH_DEFAULT || branch == CATALOG_BRANCH_COMMENT ||
		               (branch >= CATALOG_BRANCH_CONSTRAINT && branch <= CATALOG_BRANCH_REWRITE);
		if ((unsettled & bit) != 0 && is_part &&
		    catalog_state_read_without(&update->state, &update->previous->state, rows, gone))
			unsettled &= ~bit;
	}
	return read_all_of(update, unsettled, error);
}

static void
check_size(Update *update)
{
	guint affected = catalog_affected_count(&update->affected, CATALOG_UNIT_RELATION);
	guint tables = update->previous->first[CATALOG_TABLE + 1] - update->previous->first[CATALOG_TABLE];

	if (affected > MANY_RELATIONS && affected > tables / 4)
		update->affected.everything = true;
}

/* The classes, as a bit set, that there may be a first object of. */
static bool
ask_present(Update *update, guint64 *ret_present, GError **error)
{
	g_autoptr(GPtrArray) statements = catalog_statements_new();
	g_autoptr(GPtrArray) results = NULL;

	catalog_query_execute(statements, CATALOG_QUERY_PRESENCE, NULL);
	if (!catalog_statements_run(update->session, statements, &results, error))
		return false;
	*ret_present = catalog_query_read_presence(results->pdata[0]);
	return true;
}

static bool
had_any(const CatalogSnapshot *previous, int class_id)
{
	return previous->first[class_id + 1] > previous->first[class_id];
}

/* The classes that are read as a whole: those that have an object (what changes in them is not told, but that something
 * has changed is), and those that may have a first one. */
static bool
find_whole_classes(Update *update, GError **error)
{
	const CatalogSnapshot *previous = update->previous;
	CatalogAffected *affected = &update->affected;
	/* What an open transaction has made it may have taken back. */
	bool taken_back = !update->kept && previous->state.touched[CATALOG_BRANCH_OTHER];
	guint64 present = 0;

	if (taken_back && had_any(previous, CATALOG_SERVER))
		affected->everything = true; /* the options of any foreign table */
	if ((taken_back || affected->others) && !ask_present(update, &present, error))
		return false;
	for (int i = 0; i < CATALOG_N_CLASSES; i++) {
		/* Which servers there are everybody may ask, but not what is new among their user mappings. */
		bool has = had_any(previous, i) || (i == CATALOG_USER_MAPPING && had_any(previous, CATALOG_SERVER));
		if (catalog_class((CatalogClassId)i)->unit == CATALOG_UNIT_RARE && (has || (present >> i & 1) != 0))
			affected->classes |= G_GUINT64_CONSTANT(1) << i;
	}
	if (affected->schemas)
		affected->classes |= G_GUINT64_CONSTANT(1) << CATALOG_SCHEMA;
	return true;
}

/* True when all relations are asked for at once: some were dropped, and nobody knows which. */
static bool
needs_relations(const Update *update, const CatalogOpen *open)
{
	return (open->reduced & RELATIONS) != 0 && update->expected == NULL;
}

/* What is known to have its rows, is read with all of them, or has nothing that could go, needs no print. */
static CatalogQueryRows
choose_rows(const Update *update, const CatalogOpen *open, int branch)
{
	guint32 without_print = open->complete | (needs_relations(update, open) ? RELATIONS : 0);

	if (!catalog_branch_has_items(branch))
		return CATALOG_ROWS_FRESH;
	return catalog_branch_has_age(branch) && (without_print & 1U << branch) != 0 ? CATALOG_ROWS_FRESH
	                                                                             : CATALOG_ROWS_RECENT;
}

/* The rows since the snapshot before of each open branch; and, last, all relations where some were dropped. */
static GPtrArray *
ask_branches(Update *update, const CatalogOpen *open, GError **error)
{
	g_autoptr(GPtrArray) statements = catalog_statements_new();
	GPtrArray *results = NULL;

	for (int branch = 1; branch < CATALOG_N_BRANCHES; branch++)
		if ((open->branches & 1U << branch) != 0)
			add_branch(update, statements, branch, choose_rows(update, open, branch));
	if (needs_relations(update, open))
		add_branch(update, statements, CATALOG_BRANCH_RELATION, CATALOG_ROWS_ALL);
	return catalog_statements_run(update->session, statements, &results, error) ? results : NULL;
}

/* Reads them; gives the branches whose rows that are gone have to be found. */
static guint32
read_branches(Update *update, const CatalogOpen *open, const GPtrArray *recent, CatalogAffected *suspects)
{
	const CatalogState *before = &update->previous->state;
	guint32 unsettled = 0;
	guint i = 0;

	for (int branch = 1; branch < CATALOG_N_BRANCHES; branch++) {
		if ((open->branches & 1U << branch) == 0)
			continue;
		const DbResult *rows = recent->pdata[i++];
		if (choose_rows(update, open, branch) == CATALOG_ROWS_FRESH)
			catalog_state_read_fresh(&update->state, before, rows, &update->affected, suspects);
		else if (!catalog_state_read_recent(&update->state, before, rows, &update->affected, suspects) &&
		         (update->expected == NULL ||
		          !catalog_state_read_expected(&update->state, before, &update->expected->state, rows,
		                                       &update->affected)))
			unsettled |= 1U << branch;
	}
	if (needs_relations(update, open))
		catalog_state_read_all(&update->state, before, recent->pdata[i], &update->affected, NULL);
	return unsettled;
}

static bool
find_affected(Update *update, const CatalogOpen *open, GError **error)
{
	const CatalogState *before = &update->previous->state;
	g_auto(CatalogAffected) suspects;

	catalog_affected_init(&suspects);
	catalog_state_take_over(&update->state, before, open->branches);
	/* Branches that are not read again have no rows to tell what their transaction has written, and may yet take
	 * back. */
	if (update->kept && update->state.own == before->own)
		catalog_state_suspect(before, &suspects);
	if (!update->kept)
		catalog_state_suspect(before, &update->affected);
	g_autoptr(GPtrArray) recent = open->branches != 0 ? ask_branches(update, open, error) : NULL;
	if (open->branches != 0 && recent == NULL)
		return false;
	guint32 unsettled = recent != NULL ? read_branches(update, open, recent, &suspects) : 0;
	catalog_state_take_suspects(&update->state, &suspects);
	if (recent == NULL)
		return true;
	if (!update->affected.everything && unsettled != 0 &&
	    (!read_all_of(update, unsettled & RELATIONS, error) ||
	     !find_gone(update, recent, open->branches, unsettled & ~RELATIONS, error)))
		return false;
	check_size(update);
	if (update->affected.everything)
		return true;
	catalog_affected_add_sequences(&update->affected, update->previous);
	return find_whole_classes(update, error);
}

/* --- Reading it ---------------------------------------------------------- */

/* A class that nothing affected has an object of need not be asked for. */
static bool
is_needed(CatalogClassId id, guint64 classes, const CatalogAffected *affected)
{
	switch (catalog_class(id)->unit) {
	case CATALOG_UNIT_CLASS:
	case CATALOG_UNIT_RARE:
		return (affected->classes >> id & 1) != 0;
	case CATALOG_UNIT_RELATION:
		return (classes >> id & 1) != 0;
	default:
		return catalog_affected_count(affected, catalog_class(id)->unit) > 0;
	}
}

static bool
read_rows(Update *update, const CatalogAffected *affected, DbResult **ret_companions, GError **error)
{
	g_autoptr(GPtrArray) statements = catalog_statements_new();
	guint64 classes = catalog_state_find_classes(&update->state, affected);
	g_autoptr(GArray) asked = g_array_new(FALSE, FALSE, sizeof(CatalogClassId));
	g_autofree char *relations = catalog_affected_format(affected, CATALOG_UNIT_RELATION);
	char *oids[CATALOG_N_UNITS] = { NULL };
	GPtrArray *results = NULL;

	for (int unit = 0; unit < CATALOG_N_UNITS; unit++)
		oids[unit] = unit == CATALOG_UNIT_RELATION ? catalog_affected_format_shown(affected, &update->state)
		                                           : catalog_affected_format(affected, (CatalogUnit)unit);
	catalog_query_execute_planner(statements, update->session);
	catalog_query_execute(statements, CATALOG_QUERY_COMPANIONS, relations);
	for (int i = 0; i < CATALOG_N_CLASSES; i++) {
		CatalogClassId id = (CatalogClassId)i;
		if (!is_needed(id, classes, affected))
			continue;
		CatalogUnit unit = catalog_class(id)->unit;
		g_array_append_val(asked, id);
		catalog_query_execute_class(statements, id, unit < CATALOG_N_UNITS ? oids[unit] : NULL);
	}
	for (int unit = 0; unit < CATALOG_N_UNITS; unit++)
		g_free(oids[unit]);
	if (asked->len == 0)
		return true;
	if (!catalog_statements_run(update->session, statements, &results, error))
		return false;
	g_ptr_array_add(update->results, results);
	for (guint i = 0; i < asked->len; i++) {
		CatalogRows rows = { g_array_index(asked, CatalogClassId, i), results->pdata[i + 2] };
		g_array_append_val(update->rows, rows);
	}
	if (ret_companions != NULL)
		*ret_companions = results->pdata[1];
	return true;
}

static CatalogChunk *
build_chunk(Update *update, GError **error)
{
	return catalog_chunk_build((const CatalogRows *)(const void *)update->rows->data, update->rows->len,
	                           &update->previous->options->exclusions, error);
}

/* Adds the objects in the rows that have not been read yet to `more`. */
static void
read_kinds(Update *update, const DbResult *dependents, CatalogAffected *more)
{
	for (int row = 0; row < db_result_rows(dependents); row++) {
		const char *kind = db_result_value(dependents, row, 0);
		const char *text = db_result_value(dependents, row, 1);
		guint32 oid = text != NULL ? (guint32)g_ascii_strtoull(text, NULL, 10) : 0;
		CatalogUnit unit = kind[0] == 'f' ? CATALOG_UNIT_FUNCTION : CATALOG_UNIT_RELATION;
		if (kind[0] == '*')
			update->affected.everything = true;
		else if (!catalog_affected_has(&update->affected, unit, oid))
			catalog_affected_add(more, unit, oid);
	}
}

/* What names of the renamed relations are part of. */
static bool
find_dependents(Update *update, const CatalogAffected *renamed, CatalogAffected *more, GError **error)
{
	g_autofree char *oids = catalog_affected_format(renamed, CATALOG_UNIT_RELATION);
	g_autoptr(GPtrArray) statements = catalog_statements_new();
	g_autoptr(GPtrArray) results = NULL;

	catalog_query_execute(statements, CATALOG_QUERY_DEPENDENTS, oids);
	if (!catalog_statements_run(update->session, statements, &results, error))
		return false;
	read_kinds(update, results->pdata[0], more);
	return true;
}

static void
take_units(CatalogAffected *affected, const CatalogAffected *more)
{
	for (int unit = 0; unit < CATALOG_N_UNITS; unit++) {
		GHashTableIter iter;
		gpointer key;
		g_hash_table_iter_init(&iter, more->units[unit]);
		while (g_hash_table_iter_next(&iter, &key, NULL))
			catalog_affected_add(affected, (CatalogUnit)unit, GPOINTER_TO_UINT(key));
	}
}

/* Reads what is affected, and what holds names that have changed. NULL without *error when that is everything. */
static CatalogChunk *
read_affected(Update *update, GError **error)
{
	g_auto(CatalogAffected) renamed;
	g_auto(CatalogAffected) more;
	DbResult *companions = NULL;

	catalog_affected_init(&renamed);
	catalog_affected_init(&more);
	if (!read_rows(update, &update->affected, &companions, error))
		return NULL;
	g_autoptr(CatalogChunk) chunk = build_chunk(update, error);
	if (chunk == NULL)
		return NULL;
	if (companions != NULL)
		read_kinds(update, companions, &more);
	catalog_affected_find_renamed(&update->affected, update->previous, &update->state, chunk, &renamed);
	if (catalog_affected_count(&renamed, CATALOG_UNIT_RELATION) > 0 &&
	    !find_dependents(update, &renamed, &more, error))
		return NULL;
	if (update->affected.everything || catalog_affected_is_empty(&more))
		return update->affected.everything ? NULL : g_steal_pointer(&chunk);
	if (!read_rows(update, &more, NULL, error))
		return NULL;
	take_units(&update->affected, &more);
	return build_chunk(update, error);
}

/* --- The update ---------------------------------------------------------- */

static bool
leave(Update *update, GError **error)
{
	g_autoptr(GPtrArray) statements = catalog_statements_new();
	g_autoptr(GPtrArray) results = NULL;

	catalog_frame_add_after(update->frame, statements);
	return catalog_statements_run(update->session, statements, &results, error);
}

/* NULL without *error when everything has to be read; the frame is left in any case. */
static CatalogSnapshot *
try_update(Update *update, GError **error)
{
	g_autoptr(CatalogChunk) chunk = NULL;
	GError *cause = NULL;
	CatalogOpen open = { 0 };

	bool found = enter(update, &open, &cause);
	if (!found && cause == NULL) {
		catalog_frame_undo(update->session, update->frame, false);
		found = db_session_forget_prepared(update->session, &cause) && enter(update, &open, &cause);
	}
	bool entered = found;
	if (found && !update->affected.everything)
		found = find_affected(update, &open, &cause);
	if (found && !update->affected.everything)
		chunk = read_affected(update, &cause);
	if (cause == NULL && found)
		leave(update, &cause);
	if (cause != NULL || !found) {
		if (cause != NULL)
			g_propagate_prefixed_error(error, cause, "could not read the catalog: ");
		catalog_frame_undo(update->session, update->frame, entered);
		return NULL;
	}
	if (chunk == NULL)
		return NULL;
	return catalog_snapshot_merge(update->previous, &update->affected, chunk, &update->state);
}

static CatalogSnapshot *
run_update(Update *update, GError **error)
{
	GError *cause = NULL;

	update->frame = catalog_frame_choose(update->session, "read the catalog", error);
	if (update->frame == NULL)
		return NULL;
	CatalogSnapshot *snapshot = try_update(update, &cause);
	if (cause != NULL)
		g_propagate_error(error, cause);
	else if (snapshot == NULL)
		snapshot = catalog_snapshot_read(update->session, &update->previous->options->exclusions, error);
	return snapshot;
}

CatalogSnapshot *
catalog_snapshot_update(DbSession *session, const CatalogSnapshot *previous, GError **error)
{
	g_auto(Update) update;

	update_init(&update, session, previous);
	return run_update(&update, error);
}

CatalogSnapshot *
catalog_snapshot_update_kept(DbSession *session, const CatalogSnapshot *previous, const CatalogSnapshot *expected,
                             GError **error)
{
	g_auto(Update) update;

	update_init(&update, session, previous);
	update.kept = true;
	update.expected = expected;
	return run_update(&update, error);
}
