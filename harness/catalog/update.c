/*
 * Reading the catalog. A first read, and one that goes on from a reading before, take the same way:
 *
 *   previous reading, hints                                      none: everything is invalid
 *          |
 *          v
 *   update_begin            transaction.c   a transaction, or a savepoint in the open one
 *          |                version.c       the version that it sees: xmin, counts of changes
 *          v                                  -> system catalogs that may have changed
 *   catalog_changes_find    changes.c       their rows written since the xmin of `previous`, and those gone (tuples.c)
 *          |                                  -> invalid objects (invalid.c)
 *          v
 *   catalog_fetch_...       fetch.c         the queries of the classes, for invalid objects (query.c)
 *          |                dependents.c    objects with a changed name in them, or always read with one
 *          |                build.c           -> a chunk of objects; the end of the transaction
 *          v
 *   update_finish           merge.c         the snapshot before, without the invalid objects, and the chunk
 *          |
 *          v
 *   reading = snapshot + version
 *
 * Where a step finds that everything is invalid, the transaction is rolled back, and all is read without `previous`.
 */
#include "catalog/merge.h"
#include "catalog/query.h"
#include "catalog/statements.h"
#include "catalog/update_private.h"

static void
update_free_results(gpointer results)
{
	g_ptr_array_unref(results);
}

static void
update_init(CatalogUpdate *update)
{
	catalog_version_init(&update->version);
	catalog_invalid_init(&update->invalid);
	update->rows = g_array_new(FALSE, FALSE, sizeof(CatalogRows));
	update->results = g_ptr_array_new_with_free_func(update_free_results);
}

static void
update_clear(CatalogUpdate *update)
{
	catalog_version_clear(&update->version);
	catalog_invalid_clear(&update->invalid);
	g_array_unref(update->rows);
	g_ptr_array_unref(update->results);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CatalogUpdate, update_clear)

/* --- Its steps ------------------------------------------------------------ */

/* The results of the first round trip. */
typedef struct {
	GPtrArray *results;
	DbResult *before; /* the version before the transaction; or NULL */
	DbResult *version;
	DbResult *presence; /* NULL where there is a reading before */
} UpdateFirst;

static bool
update_send_first(CatalogUpdate *update, UpdateFirst *ret_first, GError **error)
{
	g_autoptr(GPtrArray) statements = catalog_statements_new();
	bool prepared = update->previous != NULL || update->prepared;
	bool has_before = catalog_query_has_counts(update->session) && !update->transaction->in_open_transaction;

	/* The counts must not be newer than the view of the data that is read: a transaction before. */
	if (has_before) {
		catalog_statements_add(statements, g_strdup("BEGIN READ ONLY"));
		catalog_query_add_settings(statements, update->session, prepared);
		catalog_query_add(statements, CATALOG_QUERY_VERSION, NULL, prepared);
		catalog_statements_add(statements, g_strdup("COMMIT"));
	}
	catalog_statements_add(statements, g_strdup(update->transaction->begin));
	catalog_query_add_settings(statements, update->session, prepared);
	guint place = statements->len;
	catalog_query_add(statements, CATALOG_QUERY_VERSION, NULL, prepared);
	if (update->previous == NULL)
		catalog_query_add(statements, CATALOG_QUERY_PRESENCE, NULL, prepared);
	GPtrArray *results = catalog_statements_run(update->session, statements, error);
	if (results == NULL)
		return false;
	update->begun = true;
	*ret_first = (UpdateFirst){
		.results = results,
		.before = has_before ? g_ptr_array_index(results, 2) : NULL,
		.version = g_ptr_array_index(results, place),
		.presence = update->previous == NULL ? g_ptr_array_index(results, place + 1) : NULL,
	};
	return true;
}

/* Begins the transaction. Prepares again if the session's prepared statements have been removed. */
static bool
update_begin(CatalogUpdate *update, UpdateFirst *ret_first, GError **error)
{
	GError *cause = NULL;

	if (update_send_first(update, ret_first, &cause))
		return true;
	if (!db_session_lacks_prepared(update->session)) {
		g_propagate_error(error, cause);
		return false;
	}
	g_clear_error(&cause);
	catalog_transaction_abort(update->session, update->transaction, false);
	if (!db_session_forget_prepared(update->session, error)) {
		g_prefix_error(error, "could not read the catalog: ");
		return false;
	}
	return update_send_first(update, ret_first, error);
}

/* The objects of everything that is invalid. NULL without *error when that is everything. */
static CatalogChunk *
update_fetch(CatalogUpdate *update, const UpdateFirst *first, GError **error)
{
	const CatalogReading *previous = update->previous;
	CatalogChanges changes;

	catalog_version_read(&update->version, first->version);
	if (first->before != NULL)
		catalog_version_read_counts(&update->version, first->before);
	if (previous == NULL)
		return catalog_fetch_everything(update, catalog_query_read_presence(first->presence), error);
	catalog_version_find_changes(&update->version, &previous->version, first->version,
	                             update->hints.nothing_rolled_back, &changes);
	if (!catalog_version_follows(&update->version, &previous->version) ||
	    !catalog_changes_find(update, &changes, error) || update->invalid.everything)
		return NULL;
	return catalog_fetch_invalid(update, error);
}

static CatalogReading *
update_finish(CatalogUpdate *update, CatalogChunk *chunk)
{
	const CatalogReading *previous = update->previous;
	CatalogSnapshot *snapshot = previous != NULL
	                                ? catalog_snapshot_merge(previous->snapshot, &update->invalid, chunk)
	                                : catalog_snapshot_new(chunk);
	CatalogOptions *options = previous != NULL ? catalog_options_ref(previous->options)
	                                           : catalog_options_new(update->exclusions);

	return catalog_reading_new(snapshot, &update->version, options, chunk->n_entries);
}

/* NULL without *error when everything has to be read; the transaction is left in any case. */
static CatalogReading *
update_run(CatalogUpdate *update, GError **error)
{
	UpdateFirst first = { 0 };
	g_autoptr(CatalogChunk) chunk = NULL;

	update->transaction = catalog_transaction_choose(update->session, "read the catalog", error);
	if (update->transaction == NULL)
		return NULL;
	bool begun = update_begin(update, &first, error);
	if (begun)
		chunk = update_fetch(update, &first, error);
	if (!begun || update->begun)
		catalog_transaction_abort(update->session, update->transaction, update->begun);
	g_clear_pointer(&first.results, g_ptr_array_unref);
	return chunk != NULL ? update_finish(update, chunk) : NULL;
}

/* --- Readings ------------------------------------------------------------- */

static CatalogReading *
update_read_everything(DbSession *session, const CatalogExclusions *exclusions, bool prepared, GError **error)
{
	g_auto(CatalogUpdate) update = { .session = session, .exclusions = exclusions, .prepared = prepared };

	update_init(&update);
	return update_run(&update, error);
}

CatalogReading *
catalog_read(DbSession *session, const CatalogExclusions *exclusions, GError **error)
{
	return update_read_everything(session, exclusions, false, error);
}

CatalogReading *
catalog_read_again(DbSession *session, const CatalogReading *previous, const CatalogReadHints *hints, GError **error)
{
	const CatalogExclusions *exclusions = &previous->options->exclusions;
	g_auto(CatalogUpdate) update = { .session = session, .previous = previous, .exclusions = exclusions };
	GError *cause = NULL;

	update_init(&update);
	if (hints != NULL && hints->nothing_rolled_back)
		update.hints = *hints;
	CatalogReading *reading = update_run(&update, &cause);
	if (reading == NULL && cause == NULL)
		/* What makes one migration's change so large, its down and its second up do, too. */
		return update_read_everything(session, exclusions, true, error);
	if (cause != NULL)
		g_propagate_error(error, cause);
	return reading;
}

CatalogSnapshot *
catalog_snapshot_read(DbSession *session, const CatalogExclusions *exclusions, GError **error)
{
	g_autoptr(CatalogReading) reading = catalog_read(session, exclusions, error);

	return reading != NULL ? catalog_snapshot_ref(catalog_reading_snapshot(reading)) : NULL;
}
