/* Fetches objects from the server: all of them, or the invalid ones and those that depend on them. */
#include "catalog/dependents.h"
#include "catalog/query.h"
#include "catalog/statements.h"
#include "catalog/tuples.h"
#include "catalog/update_private.h"

static CatalogChunk *
fetch_build(const CatalogUpdate *update, GError **error)
{
	return catalog_chunk_build((const CatalogRows *)(const void *)update->rows->data, update->rows->len,
	                           update->exclusions, error);
}

static void
fetch_take_rows(CatalogUpdate *update, const GArray *asked, GPtrArray *results, guint first)
{
	g_ptr_array_add(update->results, results);
	for (guint i = 0; i < asked->len; i++) {
		CatalogRows rows = { g_array_index(asked, CatalogClassId, i), g_ptr_array_index(results, first + i) };
		g_array_append_val(update->rows, rows);
	}
}

/* Sends the statements, and ends the transaction with them. */
static GPtrArray *
fetch_last(CatalogUpdate *update, GPtrArray *statements, GError **error)
{
	catalog_transaction_add_end(update->transaction, statements);
	GPtrArray *results = catalog_statements_run(update->session, statements, error);
	if (results != NULL)
		update->begun = false;
	return results;
}

/* --- Everything ----------------------------------------------------------- */

static void
fetch_read_version(CatalogVersion *version, const GPtrArray *results)
{
	g_auto(CatalogInvalid) uncommitted;

	catalog_invalid_init(&uncommitted);
	catalog_version_set_written(version);
	for (int i = 1; i < CATALOG_PG_OTHERS; i++)
		catalog_tuples_read_all(version, NULL, g_ptr_array_index(results, i - 1), NULL, &uncommitted);
	catalog_tuples_keep_uncommitted(version, &uncommitted);
}

CatalogChunk *
catalog_fetch_everything(CatalogUpdate *update, guint64 classes, GError **error)
{
	g_autoptr(GPtrArray) statements = catalog_statements_new();
	g_autoptr(GArray) asked = g_array_new(FALSE, FALSE, sizeof(CatalogClassId));

	for (int i = 1; i < CATALOG_PG_OTHERS; i++)
		catalog_query_add_all_tuples(statements, (CatalogSystemId)i, update->prepared);
	guint first = statements->len;
	for (int i = 0; i < CATALOG_N_CLASSES; i++) {
		CatalogClassId id = (CatalogClassId)i;
		if ((classes >> i & 1) == 0)
			continue;
		g_array_append_val(asked, id);
		catalog_query_add_class(statements, id, update->prepared);
	}
	GPtrArray *results = fetch_last(update, statements, error);
	if (results == NULL)
		return NULL;
	fetch_read_version(&update->version, results);
	fetch_take_rows(update, asked, results, first);
	return fetch_build(update, error);
}

/* --- Invalid objects ------------------------------------------------------ */

/* A class that nothing invalid has an object of need not be asked for. */
static bool
fetch_needs(CatalogClassId id, guint64 classes, const CatalogInvalid *invalid)
{
	switch (catalog_class(id)->unit) {
	case CATALOG_UNIT_CLASS:
	case CATALOG_UNIT_RARE:
		return (invalid->classes >> id & 1) != 0;
	case CATALOG_UNIT_RELATION:
		return (classes >> id & 1) != 0;
	default:
		return catalog_invalid_count(invalid, catalog_class(id)->unit) > 0;
	}
}

/* Adds the queries of the classes with invalid objects; returns these. */
static GArray *
fetch_add_objects(const CatalogUpdate *update, const CatalogInvalid *invalid, GPtrArray *statements)
{
	guint64 classes = catalog_tuples_find_classes(&update->version, invalid);
	GArray *asked = g_array_new(FALSE, FALSE, sizeof(CatalogClassId));
	char *oids[CATALOG_N_UNITS] = { NULL };

	for (int unit = 0; unit < CATALOG_N_UNITS; unit++)
		oids[unit] = catalog_invalid_format(invalid, (CatalogUnit)unit);
	for (int i = 0; i < CATALOG_N_CLASSES; i++) {
		CatalogClassId id = (CatalogClassId)i;
		if (!fetch_needs(id, classes, invalid))
			continue;
		CatalogUnit unit = catalog_class(id)->unit;
		g_autofree char *relations = unit == CATALOG_UNIT_RELATION
		                                 ? catalog_tuples_format_relations(&update->version, invalid, id)
		                                 : NULL;
		g_array_append_val(asked, id);
		catalog_query_add_objects(statements, id,
		                          relations != NULL        ? relations
		                          : unit < CATALOG_N_UNITS ? oids[unit]
		                                                   : NULL);
	}
	for (int unit = 0; unit < CATALOG_N_UNITS; unit++)
		g_free(oids[unit]);
	return asked;
}

/* *ret_dependents (may be NULL) is the result of sql/dependents_always.sql; NULL when nothing was asked. */
static bool
fetch_objects(CatalogUpdate *update, const CatalogInvalid *invalid, DbResult **ret_dependents, GError **error)
{
	g_autoptr(GPtrArray) statements = catalog_statements_new();
	g_autofree char *relations = catalog_invalid_format(invalid, CATALOG_UNIT_RELATION);

	catalog_query_add_planner(statements, update->session);
	catalog_query_add(statements, CATALOG_QUERY_DEPENDENTS_ALWAYS, relations, true);
	guint first = statements->len;
	g_autoptr(GArray) asked = fetch_add_objects(update, invalid, statements);
	if (asked->len == 0)
		return true;
	GPtrArray *results = catalog_statements_run(update->session, statements, error);
	if (results == NULL)
		return false;
	fetch_take_rows(update, asked, results, first);
	if (ret_dependents != NULL)
		*ret_dependents = g_ptr_array_index(results, first - 1);
	return true;
}

static guint32
fetch_oid_of(const DbResult *rows, int row, int column)
{
	const char *text = db_result_value(rows, row, column);

	return text != NULL ? (guint32)g_ascii_strtoull(text, NULL, 10) : 0;
}

/* True if all of the relation is read, now or with `more`. */
static bool
fetch_is_whole(const CatalogUpdate *update, const CatalogInvalid *more, guint32 relation)
{
	return (catalog_invalid_parts(&update->invalid, CATALOG_UNIT_RELATION, relation) |
	        catalog_invalid_parts(more, CATALOG_UNIT_RELATION, relation)) == CATALOG_ALL_PARTS;
}

/* Adds the objects in the rows to `more`, except parts that have been read. */
static void
fetch_read_dependents(CatalogUpdate *update, const DbResult *dependents, CatalogInvalid *more)
{
	for (int row = 0; row < db_result_rows(dependents); row++) {
		const char *kind = db_result_value(dependents, row, 0);
		CatalogUnit unit = kind[0] == 'f' ? CATALOG_UNIT_FUNCTION : CATALOG_UNIT_RELATION;
		if (kind[0] == '*')
			update->invalid.everything = true;
		else if (kind[0] != 's' || fetch_is_whole(update, more, fetch_oid_of(dependents, row, 2)))
			catalog_invalid_add_missing(more, &update->invalid, unit, fetch_oid_of(dependents, row, 1));
	}
}

/* A new name of a relation or of its columns changes the text of all its objects. */
static void
fetch_add_renamed(const CatalogUpdate *update, const CatalogInvalid *renamed, CatalogInvalid *more)
{
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, renamed->units[CATALOG_UNIT_RELATION]);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		catalog_invalid_add_missing(more, &update->invalid, CATALOG_UNIT_RELATION, GPOINTER_TO_UINT(key));
}

/* Finds the objects whose definition contains a name of a renamed relation. */
static bool
fetch_dependents_by_name(CatalogUpdate *update, const CatalogInvalid *renamed, CatalogInvalid *more, GError **error)
{
	if (catalog_invalid_count(renamed, CATALOG_UNIT_RELATION) == 0)
		return true;
	g_autofree char *oids = catalog_invalid_format(renamed, CATALOG_UNIT_RELATION);
	g_autoptr(GPtrArray) statements = catalog_statements_new();
	catalog_query_add(statements, CATALOG_QUERY_DEPENDENTS_BY_NAME, oids, true);
	g_autoptr(GPtrArray) results = catalog_statements_run(update->session, statements, error);
	if (results == NULL)
		return false;
	fetch_read_dependents(update, g_ptr_array_index(results, 0), more);
	return true;
}

/* Adds the objects that have to be read again with the fetched ones, and fetches them, too. */
static bool
fetch_dependents(CatalogUpdate *update, const DbResult *always, CatalogChunk **chunk, GError **error)
{
	g_auto(CatalogInvalid) more;
	g_auto(CatalogInvalid) renamed;

	catalog_invalid_init(&more);
	catalog_invalid_init(&renamed);
	catalog_dependents_find_renamed(&update->invalid, update->previous->snapshot, &update->version, *chunk,
	                                &renamed);
	fetch_add_renamed(update, &renamed, &more);
	if (always != NULL)
		fetch_read_dependents(update, always, &more);
	if (!fetch_dependents_by_name(update, &renamed, &more, error))
		return false;
	if (update->invalid.everything || (catalog_invalid_count(&more, CATALOG_UNIT_RELATION) == 0 &&
	                                   catalog_invalid_count(&more, CATALOG_UNIT_FUNCTION) == 0))
		return true;
	if (!fetch_objects(update, &more, NULL, error))
		return false;
	catalog_invalid_add_units(&update->invalid, &more);
	g_clear_pointer(chunk, catalog_chunk_unref);
	*chunk = fetch_build(update, error);
	return *chunk != NULL;
}

CatalogChunk *
catalog_fetch_invalid(CatalogUpdate *update, GError **error)
{
	g_autoptr(GPtrArray) statements = catalog_statements_new();
	DbResult *always = NULL;

	if (!fetch_objects(update, &update->invalid, &always, error))
		return NULL;
	g_autoptr(CatalogChunk) chunk = fetch_build(update, error);
	if (chunk == NULL || !fetch_dependents(update, always, &chunk, error) || update->invalid.everything)
		return NULL;
	g_autoptr(GPtrArray) results = fetch_last(update, statements, error);
	return results != NULL ? g_steal_pointer(&chunk) : NULL;
}
