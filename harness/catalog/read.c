/* Two round trips: which classes there are, and their queries; in a transaction or a savepoint of their own. */
#include "catalog/frame.h"
#include "catalog/query.h"
#include "catalog/snapshot_private.h"
#include "catalog/sql.h"

/* Where the results of the first statements stand; before: 0 is not sent. */
typedef struct {
	int before;
	int mark;
	int presence;
} Places;

static int
add(GPtrArray *statements, char *statement)
{
	catalog_statements_add(statements, statement);
	return (int)statements->len - 1;
}

/* Enters the frame, and asks what there is. */
static GPtrArray *
make_first(DbSession *session, const CatalogFrame *frame, Places *ret_places)
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
	places.presence = add(statements, g_strdup(catalog_sql_presence));
	*ret_places = places;
	return statements;
}

/* Reads the branches and the classes, and leaves the frame. */
static GPtrArray *
make_second(const CatalogFrame *frame, guint64 classes)
{
	GPtrArray *statements = catalog_statements_new();

	for (int i = 1; i < CATALOG_BRANCH_OTHER; i++)
		add(statements, catalog_query_branch((CatalogBranch)i));
	for (int i = 0; i < CATALOG_N_CLASSES; i++)
		if ((classes >> i & 1) != 0)
			add(statements, catalog_query_class((CatalogClassId)i));
	catalog_frame_add_after(frame, statements);
	return statements;
}

static void
read_state(CatalogState *state, const GPtrArray *first, const Places *places, const GPtrArray *second)
{
	g_auto(CatalogAffected) suspects;

	catalog_affected_init(&suspects);
	catalog_state_init(state);
	catalog_state_read_mark(state, first->pdata[places->mark]);
	if (places->before > 0)
		catalog_state_read_totals(state, first->pdata[places->before]);
	catalog_state_touch_all(state);
	for (int i = 1; i < CATALOG_BRANCH_OTHER; i++)
		catalog_state_read_all(state, NULL, second->pdata[i - 1], NULL, &suspects);
	catalog_state_take_suspects(state, &suspects);
}

static CatalogChunk *
build_chunk(const GPtrArray *second, guint64 classes, const CatalogExclusions *exclusions, GError **error)
{
	CatalogRows rows[CATALOG_N_CLASSES];
	guint place = CATALOG_BRANCH_OTHER - 1;
	guint n_rows = 0;

	for (int i = 0; i < CATALOG_N_CLASSES; i++)
		if ((classes >> i & 1) != 0)
			rows[n_rows++] = (CatalogRows){ (CatalogClassId)i, second->pdata[place++] };
	return catalog_chunk_build(rows, n_rows, exclusions, error);
}

CatalogSnapshot *
catalog_snapshot_read(DbSession *session, const CatalogExclusions *exclusions, GError **error)
{
	const CatalogFrame *frame = catalog_frame_choose(session, "read the catalog", error);
	Places places;

	if (frame == NULL)
		return NULL;
	g_autoptr(GPtrArray) statements = make_first(session, frame, &places);
	g_autoptr(GPtrArray) first = NULL;
	g_autoptr(GPtrArray) second = NULL;
	guint64 classes = 0;
	bool done = catalog_statements_run(session, statements, &first, error);
	bool entered = done;
	if (done) {
		g_autoptr(GPtrArray) queries = NULL;
		classes = catalog_query_read_presence(first->pdata[places.presence]);
		queries = make_second(frame, classes);
		done = catalog_statements_run(session, queries, &second, error);
	}
	if (!done) {
		g_prefix_error(error, "could not read the catalog: ");
		catalog_frame_undo(session, frame, entered);
		return NULL;
	}
	g_autoptr(CatalogChunk) chunk = build_chunk(second, classes, exclusions, error);
	if (chunk == NULL)
		return NULL;
	g_auto(CatalogState) state = { 0 };
	read_state(&state, first, &places, second);
	CatalogOptions *options = catalog_options_new(exclusions);
	CatalogSnapshot *snapshot = catalog_snapshot_new(chunk, options, &state);
	catalog_options_unref(options);
	return snapshot;
}
