/* Finds the changes since the last reading; they make parts of its snapshot invalid. */
#include "catalog/dependents.h"
#include "catalog/query.h"
#include "catalog/statements.h"
#include "catalog/tuples.h"
#include "catalog/update_private.h"

/* With more relations than this, and more than half of all, one full read is faster. */
#define MANY_RELATIONS 32

#define RELATIONS      (1U << CATALOG_PG_CLASS)

/* --- Rows of the system catalogs ------------------------------------------ */

static bool
changes_read_all(CatalogUpdate *update, guint32 catalogs, GError **error)
{
	g_autoptr(GPtrArray) statements = catalog_statements_new();

	if (catalogs == 0)
		return true;
	for (int catalog = 1; catalog < CATALOG_N_SYSTEM; catalog++)
		if ((catalogs & 1U << catalog) != 0)
			catalog_query_add_all_tuples(statements, (CatalogSystemId)catalog, true);
	g_autoptr(GPtrArray) results = catalog_statements_run(update->session, statements, error);
	if (results == NULL)
		return false;
	for (guint i = 0; i < results->len; i++)
		catalog_tuples_read_all(&update->version, &update->previous->version, g_ptr_array_index(results, i),
		                        &update->invalid, NULL);
	return true;
}

/* Rows have been deleted from the catalogs `unexplained`. The parts of a deleted relation are deleted with it. */
static bool
changes_find_deleted(CatalogUpdate *update, const GPtrArray *new_rows, guint32 changed, guint32 unexplained,
                     GError **error)
{
	const CatalogVersion *before = &update->previous->version;
	g_autoptr(GHashTable) dropped = catalog_tuples_find_dropped(&update->version, before);
	guint i = 0;

	for (int catalog = 1; catalog < CATALOG_N_SYSTEM; catalog++) {
		guint32 bit = 1U << catalog;
		if ((changed & bit) == 0)
			continue;
		const DbResult *rows = g_ptr_array_index(new_rows, i++);
		if ((unexplained & bit) != 0 && catalog_system_is_part(catalog) &&
		    catalog_tuples_read_without(&update->version, before, rows, dropped))
			unexplained &= ~bit;
	}
	return changes_read_all(update, unexplained, error);
}

/* True when all relations are read at once: some were dropped, and it is not known which. */
static bool
changes_need_relations(const CatalogUpdate *update, const CatalogChanges *changes)
{
	return (changes->with_deletes & RELATIONS) != 0 && update->hints.expected == NULL;
}

/* A sum is not needed for a catalog without deletions, or whose rows are all read anyway. */
static CatalogQueryTuples
changes_choose_tuples(const CatalogUpdate *update, const CatalogChanges *changes, int catalog)
{
	guint32 without_sum = changes->without_deletes | (changes_need_relations(update, changes) ? RELATIONS : 0);

	if (!catalog_system_has_keys(catalog))
		return CATALOG_TUPLES_NEW;
	return catalog_system_has_xmin(catalog) && (without_sum & 1U << catalog) != 0 ? CATALOG_TUPLES_NEW
	                                                                              : CATALOG_TUPLES_NEW_AND_SUM;
}

/* The new rows of each catalog that may have changed; and, last, all relations where some were dropped. */
static GPtrArray *
changes_ask(CatalogUpdate *update, const CatalogChanges *changes, GError **error)
{
	g_autoptr(GPtrArray) statements = catalog_statements_new();

	for (int catalog = 1; catalog < CATALOG_N_SYSTEM; catalog++)
		if ((changes->catalogs & 1U << catalog) != 0)
			catalog_query_add_tuples(statements, (CatalogSystemId)catalog,
			                         changes_choose_tuples(update, changes, catalog),
			                         update->previous->version.xmin);
	if (changes_need_relations(update, changes))
		catalog_query_add_all_tuples(statements, CATALOG_PG_CLASS, true);
	return catalog_statements_run(update->session, statements, error);
}

/* Reads them; gives the catalogs where new rows do not explain the sum: others are gone. */
static guint32
changes_read_new(CatalogUpdate *update, const CatalogChanges *changes, const GPtrArray *new_rows,
                 CatalogInvalid *uncommitted)
{
	const CatalogVersion *before = &update->previous->version;
	const CatalogReading *expected = update->hints.expected;
	guint32 unexplained = 0;
	guint i = 0;

	for (int catalog = 1; catalog < CATALOG_N_SYSTEM; catalog++) {
		if ((changes->catalogs & 1U << catalog) == 0)
			continue;
		const DbResult *rows = g_ptr_array_index(new_rows, i++);
		if (changes_choose_tuples(update, changes, catalog) == CATALOG_TUPLES_NEW)
			catalog_tuples_read_new(&update->version, before, rows, &update->invalid, uncommitted);
		else if (!catalog_tuples_read_new_and_sum(&update->version, before, rows, &update->invalid,
		                                          uncommitted) &&
		         (expected == NULL ||
		          !catalog_tuples_read_expected(&update->version, before, &expected->version, rows,
		                                        &update->invalid)))
			unexplained |= 1U << catalog;
	}
	if (changes_need_relations(update, changes))
		catalog_tuples_read_all(&update->version, before, g_ptr_array_index(new_rows, i), &update->invalid,
		                        NULL);
	return unexplained;
}

/* --- Consequences of the changes ------------------------------------------ */

static void
changes_check_size(CatalogUpdate *update)
{
	const CatalogSnapshot *snapshot = update->previous->snapshot;
	guint invalid = catalog_tuples_count_relations(&update->version, &update->invalid);
	guint tables = snapshot->first[CATALOG_TABLE + 1] - snapshot->first[CATALOG_TABLE];

	if (invalid > MANY_RELATIONS && invalid > tables / 2)
		update->invalid.everything = true;
}

/* The classes, as a bit set, that there may be a first object of. */
static bool
changes_ask_presence(const CatalogUpdate *update, guint64 *ret_present, GError **error)
{
	g_autoptr(GPtrArray) statements = catalog_statements_new();

	catalog_query_add(statements, CATALOG_QUERY_PRESENCE, NULL, true);
	g_autoptr(GPtrArray) results = catalog_statements_run(update->session, statements, error);
	if (results == NULL)
		return false;
	*ret_present = catalog_query_read_presence(g_ptr_array_index(results, 0));
	return true;
}

static bool
changes_had_any(const CatalogSnapshot *snapshot, int class_id)
{
	return snapshot->first[class_id + 1] > snapshot->first[class_id];
}

/* Finds the classes that are read as a whole: those with an object (single changed rows are not searched), and those
 * that may have a first one. */
static bool
changes_find_whole_classes(CatalogUpdate *update, GError **error)
{
	const CatalogSnapshot *snapshot = update->previous->snapshot;
	CatalogInvalid *invalid = &update->invalid;
	/* Changes of an open transaction may have been rolled back. */
	bool rolled_back = !update->hints.nothing_rolled_back && update->previous->version.written[CATALOG_PG_OTHERS];
	guint64 present = 0;

	if (rolled_back && changes_had_any(snapshot, CATALOG_SERVER))
		invalid->everything = true; /* the options of any foreign table */
	if ((rolled_back || invalid->rare) && !changes_ask_presence(update, &present, error))
		return false;
	for (int i = 0; i < CATALOG_N_CLASSES; i++) {
		/* Every role may query the servers, but not all user mappings of a server. */
		bool has = changes_had_any(snapshot, i) ||
		           (i == CATALOG_USER_MAPPING && changes_had_any(snapshot, CATALOG_SERVER));
		if (catalog_class((CatalogClassId)i)->unit == CATALOG_UNIT_RARE && (has || (present >> i & 1) != 0))
			invalid->classes |= G_GUINT64_CONSTANT(1) << i;
	}
	if (invalid->schemas)
		invalid->classes |= G_GUINT64_CONSTANT(1) << CATALOG_SCHEMA;
	return true;
}

/* Objects of the transaction that `previous` was read in. */
static void
changes_take_uncommitted(CatalogUpdate *update, CatalogInvalid *uncommitted)
{
	const CatalogVersion *before = &update->previous->version;

	/* Catalogs that are not read again have no rows to show what their transaction has written, and may yet roll
	 * back. */
	if (update->hints.nothing_rolled_back && update->version.xid == before->xid)
		catalog_tuples_invalidate_uncommitted(before, uncommitted);
	if (!update->hints.nothing_rolled_back)
		catalog_tuples_invalidate_uncommitted(before, &update->invalid);
}

bool
catalog_changes_find(CatalogUpdate *update, const CatalogChanges *changes, GError **error)
{
	g_auto(CatalogInvalid) uncommitted;
	g_autoptr(GPtrArray) new_rows = NULL;
	guint32 unexplained = 0;

	catalog_invalid_init(&uncommitted);
	catalog_tuples_take_over(&update->version, &update->previous->version, changes->catalogs);
	changes_take_uncommitted(update, &uncommitted);
	if (changes->catalogs != 0) {
		new_rows = changes_ask(update, changes, error);
		if (new_rows == NULL)
			return false;
		unexplained = changes_read_new(update, changes, new_rows, &uncommitted);
	}
	catalog_tuples_keep_uncommitted(&update->version, &uncommitted);
	if (new_rows == NULL)
		return true;
	if (!update->invalid.everything && unexplained != 0 &&
	    (!changes_read_all(update, unexplained & RELATIONS, error) ||
	     !changes_find_deleted(update, new_rows, changes->catalogs, unexplained & ~RELATIONS, error)))
		return false;
	changes_check_size(update);
	if (update->invalid.everything)
		return true;
	catalog_tuples_widen(&update->version, &update->previous->version, &update->invalid);
	catalog_dependents_add_sequences(&update->invalid, update->previous->snapshot);
	return changes_find_whole_classes(update, error);
}
