/* fixture: expectations hold on the target. */
#include "checklist/item/kind.h"

#include "check/fixture/expect.h"
#include "check/fixture/fixture.h"
#include "run/build.h"
#include "suite/path.h"

typedef struct {
	GPtrArray *fixtures; /* of SuiteDocument * */
} Wanted;

/* The server on which expressions are tried: nothing is tried on the target. */
typedef struct {
	CheckWorkspace workspace;
	MigrationStandIns stand_ins;
} Beside;

static void
fixture_beside_clear(Beside *beside)
{
	check_workspace_close(&beside->workspace);
	g_clear_pointer(&beside->stand_ins.sources, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Beside, fixture_beside_clear)

static void
fixture_document_free(gpointer data)
{
	suite_document_free(data);
}

static void
fixture_free(gpointer loaded)
{
	Wanted *wanted = loaded;

	g_ptr_array_unref(wanted->fixtures);
	g_free(wanted);
}

static bool
fixture_load_one(const Suite *suite, const SuiteNode *node, Wanted *wanted, GError **error)
{
	g_autofree char *path = suite_path_resolve(suite->directory, suite_node_text(node));

	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return suite_node_error(node, error, "paths are relative to the suite's own folder",
		                        "there is no file \"%s\"", path);
	SuiteDocument *fixture = check_fixture_load(path, error);
	if (fixture != NULL)
		g_ptr_array_add(wanted->fixtures, fixture);
	return fixture != NULL;
}

static bool
fixture_load(ChecklistItem *item, const ChecklistLoading *loading, GError **error)
{
	const SuiteNode *node = item->item->value;
	Wanted *wanted = g_new0(Wanted, 1);

	wanted->fixtures = g_ptr_array_new_with_free_func(fixture_document_free);
	item->loaded = wanted;
	if (suite_node_kind(node) == SUITE_NODE_SCALAR)
		return fixture_load_one(loading->suite, node, wanted, error);
	for (guint i = 0; i < suite_node_size(node); i++)
		if (!fixture_load_one(loading->suite, suite_node_item(node, i), wanted, error))
			return false;
	return true;
}

/* --- Asking --------------------------------------------------------------------------------- */

typedef struct {
	ChecklistResult *result;
	guint n;
	guint n_bad;
} Counted;

static void
fixture_on_case(ReportCase *test_case, void *data)
{
	Counted *counted = data;

	counted->n++;
	if (report_case_is_bad(test_case)) {
		counted->n_bad++;
		checklist_add_details(counted->result, "%s: %s", test_case->name, test_case->message);
	}
	report_case_free(test_case);
}

static CatalogSnapshot *
fixture_read_target(const ChecklistItem *item, const ChecklistContext *context, GError **error)
{
	g_autoptr(DbSession) session = checklist_open(context, error);

	return session != NULL ? catalog_snapshot_read(session, &item->job->exclusions, error) : NULL;
}

static bool
fixture_hold(const ChecklistItem *item, Beside *beside, const CatalogSnapshot *snapshot, Counted *counted,
             GError **error)
{
	const Wanted *wanted = item->loaded;
	const CheckContext check = { .suite_database = item->job->database,
		                     .server = beside->workspace.server,
		                     .session = beside->workspace.session,
		                     .snapshot = snapshot,
		                     .report = fixture_on_case,
		                     .report_data = counted };

	for (guint i = 0; i < wanted->fixtures->len; i++)
		if (!check_expect_run(&check, g_ptr_array_index(wanted->fixtures, i), error))
			return false;
	return true;
}

static bool
fixture_ask(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	g_autoptr(CatalogSnapshot) snapshot = fixture_read_target(item, context, error);
	g_auto(Beside) beside = { 0 };
	Counted counted = { .result = result };

	if (snapshot == NULL)
		return false;
	ScratchServer *server = run_server_for(item->job->suite, &context->run, context->run.servers, error);
	if (server == NULL || !run_build(item->job, server, &beside.workspace, &beside.stand_ins, error) ||
	    !fixture_hold(item, &beside, snapshot, &counted, error))
		return false;
	g_autofree char *found = g_strdup_printf("%u", counted.n_bad);
	checklist_add_fact(result, "objects that are not as expected", found, "0");
	if (counted.n_bad > 0)
		checklist_set(result, CHECKLIST_OPEN, "not as expected: %u of %u objects", counted.n_bad, counted.n);
	else
		checklist_set(result, CHECKLIST_TICKED, "as expected: %u object%s", counted.n,
		              counted.n == 1 ? "" : "s");
	return true;
}

const ChecklistKind checklist_fixture = {
	.name = "fixture",
	.target = true,
	.database = true,
	.servers = true,
	.load = fixture_load,
	.free = fixture_free,
	.ask = fixture_ask,
};
