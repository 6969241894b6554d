/* One round trip: all class queries, in a transaction or a savepoint of their own. */
#include "catalog/frame.h"
#include "catalog/query.h"
#include "catalog/snapshot_private.h"
#include "catalog/sql.h"

/* Where the results of the statements stand; before: 0 is not sent. */
typedef struct {
	int before;
	int mark;
	int branches;
	int classes;
} Places;

static int
add(GPtrArray *statements, char *statement)
{
	catalog_statements_add(statements, statement);
	return (int)statements->len - 1;
}

static GPtrArray *
make_statements(DbSession *session, const CatalogFrame *frame, Places *ret_places)
{
	GPtrArray *statements = catalog_statements_new();
	g_autofree char *settings = catalog_query_settings(session);
	Places places = { 0 };

	/* The counts must not be newer than the view of the data that is read: a transaction before. */
	if (catalog_query_has_totals(session) && !frame->in_open_transaction) {
		add(statements, g_strdup("BEGIN READ ONLY"));
		add(statements, g_strdup(settings));
		places.before = add(statements, g_strdup(catalog_sql_mark));
		add(statements, g_strdup("COMMIT"));
	}
	add(statements, g_strdup(frame->before));
	add(statements, g_strdup(settings));
	places.mark = add(statements, g_strdup(catalog_sql_mark));
	places.branches = (int)statements->len;
	for (int i = 1; i < CATALOG_N_BRANCHES; i++)
		add(statements, catalog_query_branch((CatalogBranch)i));
	places.classes = (int)statements->len;
	for (int i = 0; i < CATALOG_N_CLASSES; i++)
		add(statements, catalog_query_class((CatalogClassId)i));
	catalog_frame_add_after(frame, statements);
	*ret_places = places;
	return statements;
}

static void
read_state(CatalogState *state, const GPtrArray *results, const Places *places)
{
	g_auto(CatalogAffected) suspects;

	catalog_affected_init(&suspects);
	catalog_state_init(state);
	catalog_state_read_mark(state, results->pdata[places->mark]);
	if (places->before > 0)
		catalog_state_read_totals(state, results->pdata[places->before]);
	catalog_state_touch_all(state);
	for (int i = places->branches; i < places->classes; i++)
		catalog_state_read_all(state, NULL, results->pdata[i], NULL, &suspects);
	catalog_state_take_suspects(state, &suspects);
}

CatalogSnapshot *
catalog_snapshot_read(DbSession *session, const CatalogExclusions *exclusions, GError **error)
{
	const CatalogFrame *frame = catalog_frame_choose(session, "read the catalog", error);
	CatalogRows rows[CATALOG_N_CLASSES];
	Places places;

	if (frame == NULL)
		return NULL;
	g_autoptr(GPtrArray) statements = make_statements(session, frame, &places);
	g_autoptr(GPtrArray) results = NULL;
	if (!catalog_statements_run(session, statements, &results, error)) {
		g_prefix_error(error, "could not read the catalog: ");
		catalog_frame_undo(session, frame, false);
		return NULL;
	}
	for (int i = 0; i < CATALOG_N_CLASSES; i++)
		rows[i] = (CatalogRows){ (CatalogClassId)i, results->pdata[places.classes + i] };
	g_autoptr(CatalogChunk) chunk = catalog_chunk_build(rows, CATALOG_N_CLASSES, exclusions, error);
	if (chunk == NULL)
		return NULL;
	g_auto(CatalogState) state = { 0 };
	read_state(&state, results, &places);
	CatalogOptions *options = catalog_options_new(exclusions);
	CatalogSnapshot *snapshot = catalog_snapshot_new(chunk, options, &state);
	catalog_options_unref(options);
	return snapshot;
}
