/* Runs every migration as the tool does, then expectations and checks on the result. */
#include "run/stage/dangling_default.h"
#include "run/stage/described.h"
#include "run/stage/if_not_exists.h"
#include "run/stage/leftover.h"
#include "run/stage/stage.h"
#include "run/stage/unfinished.h"
#include "run/stage/unlisted.h"

#include "catalog/diff.h"
#include "check/findings.h"
#include "check/fixture/expect.h"
#include "check/kind/kind.h"
#include "check/noted.h"
#include "check/schema/schema_file.h"

#include <string.h>

/* Up to so many migrations, each one is read in any case, so that a fault can be assigned to one. A reading takes
 * some milliseconds. */
#define FORWARD_DESCRIBED_ANYWAY 100

typedef struct {
	RunStage *stage;
	CatalogSnapshot *snapshot; /* the catalog after the last migration */
	RunDescribed *described;   /* changes of the migrations; NULL at the base */
	GHashTable *defaults;      /* defaults that run_dangling_default_judge() knows */
	CheckUnfinished *unfinished;
	guint n_applied;
	bool broken; /* a migration failed: later ones cannot be tested */
} Work;

static ReportCase *
forward_new_case(Work *work, const char *stage_name, const char *name, SourcePosition position)
{
	return run_stage_case(work->stage, stage_name, name, position);
}

/* --- Forward ------------------------------------------------------------- */

/* A migration cannot create objects that the dump contains already. */
static const char *
forward_hint_for(const RunJob *job, const char *sqlstate)
{
	static const char *const duplicates[] = { "duplicate_table",  "duplicate_column",   "duplicate_object",
		                                  "duplicate_schema", "duplicate_function", NULL };

	if (job->baseline_schema == NULL || job->database->baseline->version == NULL || sqlstate == NULL ||
	    db_sqlstate_name(sqlstate) == NULL || !g_strv_contains(duplicates, db_sqlstate_name(sqlstate)))
		return "";
	return "\nhint: the baseline has it already: is the dump of a later version?";
}

/* Copies the database for a part of the round trips that begins here. */
static bool
copy_database(Work *work, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;

	check_workspace_disconnect(workspace);
	ScratchDatabase *copy = scratch_database_create(work->stage->server, "round trips", workspace->database, error);
	if (copy == NULL)
		return false;
	run_progress_give_copy(work->stage->history, copy);
	return check_workspace_connect(workspace, error);
}

/* For reports: the changes of the migration to the schema or, without one, the starting state. Remaining session
 * settings of the migration must not affect the reading of the catalog. */
static bool
forward_describe(Work *work, const Migration *migration, gint64 duration, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;

	if (work->stage->at_base || (!work->stage->describe && work->stage->migrations->len > FORWARD_DESCRIBED_ANYWAY))
		return true;
	/* Earlier readings were committed before. */
	check_workspace_note_commit(workspace);
	g_autoptr(CatalogSnapshot)
	    now = db_session_reset(workspace->session, error) ? check_workspace_snapshot(workspace, error) : NULL;
	if (now != NULL && migration != NULL)
		run_described_add(work->described, migration, duration, now);
	else if (now != NULL)
		work->described = run_described_new(work->stage->job, now);
	return now != NULL;
}

static void
forward_give_description(Work *work)
{
	if (work->described != NULL)
		work->stage->listener.on_database(run_described_end(work->described), work->stage->listener.data);
	g_clear_pointer(&work->described, run_described_free);
}

static bool
forward_forward(Work *work, const Migration *migration, GError **error)
{
	g_autoptr(ReportCase)
	    test_case = forward_new_case(work, "forward", migration->name, migration_script_position(migration->up));
	g_auto(MigrationOutcome) outcome = { 0 };

	run_stage_progress_migration(work->stage, migration);
	/* One by one means that each migration has a run of the tool of its own, so remaining session settings are
	 * reset. */
	if (!db_session_reset(work->stage->workspace.session, error) ||
	    !migration_runner_apply(work->stage->workspace.runner, migration, MIGRATION_UP, &outcome, error))
		return false;
	test_case->duration = outcome.duration;
	if (outcome.failed) {
		work->broken = true;
		report_case_set(test_case, REPORT_FAILED, "%s\n%s%s", outcome.message, outcome.details,
		                forward_hint_for(work->stage->job, outcome.sqlstate));
		test_case->position = outcome.position;
		test_case->statement = g_strdup(outcome.statement);
		test_case->output = g_strdup(outcome.notices);
	} else {
		work->n_applied++;
		run_progress_advance(work->stage->history);
		test_case->output = g_strdup(outcome.notices);
		if (!run_if_not_exists_judge(work->stage, migration, outcome.notices, test_case, error) ||
		    !run_dangling_default_judge(work->stage, migration, work->defaults, test_case, error) ||
		    !check_unfinished_look(work->unfinished, work->stage->workspace.session, migration, error))
			return false;
	}
	ReportCase *left = NULL;
	if (!outcome.failed && (!run_leftover_find(work->stage, migration, test_case, &left, error) ||
	                        !forward_describe(work, migration, outcome.duration, error)))
		return false;
	run_stage_report(g_steal_pointer(&test_case), work->stage);
	if (left != NULL)
		run_stage_report(left, work->stage);
	return work->broken || !run_progress_wants_copy(work->stage->history) || copy_database(work, error);
}

/* --- Expectations --------------------------------------------------------- */

static CheckContext
new_context(Work *work, const CatalogSnapshot *snapshot)
{
	return (CheckContext){
		.suite_database = work->stage->job->database,
		.platform_schemas = migration_set_platform_schemas(work->stage->job->set),
		.server = work->stage->server,
		.session = work->stage->workspace.session,
		.snapshot = snapshot,
		.report = run_stage_report,
		.report_data = work->stage,
	};
}

static bool
run_schema_file(Work *work, const CheckContext *context, const MigrationSchemaFile *file, GError **error)
{
	const RunJob *job = work->stage->job;
	const CheckSchemaFile check = { .context = context,
		                        .file = file,
		                        .stand_ins = &work->stage->stand_ins,
		                        .exclusions = &job->exclusions,
		                        .strict_column_order = job->database->strict_column_order };

	run_stage_progress(work->stage, "expect %s", migration_script_position(file->script).path);
	return check_schema_file_run(&check, error);
}

static bool
run_fixture(Work *work, const CheckContext *context, const SuiteDocument *fixture, GError **error)
{
	run_stage_progress(work->stage, "expect %s", suite_document_path(fixture));
	return check_expect_run(context, fixture, error);
}

static void
skip_at(Work *work, const RunAt *at)
{
	SourcePosition position = at->fixture != NULL ? suite_node_position(suite_document_root(at->fixture))
	                                              : migration_script_position(at->schema_file->script);
	g_autofree char *name = g_strdup_printf("%s at %s", position.path, at->name);

	run_stage_skip(work->stage, "expect", name, position, "not run, because a migration failed");
}

/* Expectations right after the migration. */
static bool
expect_at(Work *work, const Migration *migration, GError **error)
{
	const GPtrArray *all = work->stage->job->at;

	for (guint i = 0; i < all->len && !work->stage->is_ground; i++) {
		const RunAt *at = g_ptr_array_index(all, i);
		if (at->migration != migration)
			continue;
		if (work->broken) {
			skip_at(work, at);
			continue;
		}
		/* Remaining session settings of the migration must not affect the fixture. */
		if (!db_session_reset(work->stage->workspace.session, error))
			return false;
		g_autoptr(CatalogSnapshot) snapshot = check_workspace_snapshot(&work->stage->workspace, error);
		CheckContext context = new_context(work, snapshot);
		context.at = at->name;
		if (snapshot == NULL ||
		    !(at->fixture != NULL ? run_fixture(work, &context, at->fixture, error)
		                          : run_schema_file(work, &context, at->schema_file, error)))
			return false;
	}
	return true;
}

/* --- The whole history --------------------------------------------------- */

/* For the stage environment. */
static bool
note_rows(Work *work, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;

	if (!run_environment_is_wanted(work->stage->job))
		return true;
	if (!db_session_reset(workspace->session, error))
		return false;
	RowsState *rows = rows_state_read(workspace->session, workspace->exclusions, error);
	if (rows != NULL)
		run_progress_set_rows(work->stage->history, rows);
	return rows != NULL;
}

/* For the stage together. */
static bool
note_around(Work *work, GError **error)
{
	if (!check_surroundings_in_set(work->stage->job->set))
		return true;
	CheckSurroundings *around = check_surroundings_read_workspace(&work->stage->workspace, error);
	if (around != NULL)
		run_progress_set_around(work->stage->history, around);
	return around != NULL;
}

static bool
forward_migrate(Work *work, GError **error)
{
	const GPtrArray *migrations = work->stage->migrations;
	const RunJob *job = work->stage->job;

	if (!forward_describe(work, NULL, 0, error) ||
	    (run_job_begins_later(job) &&
	     (!run_dangling_default_judge(work->stage, NULL, work->defaults, NULL, error) ||
	      !check_unfinished_look(work->unfinished, work->stage->workspace.session, NULL, error))))
		return false;
	if (job->n_baseline > 0 &&
	    !expect_at(work, g_ptr_array_index(job->set->migrations, job->n_baseline - 1), error))
		return false;
	for (guint i = 0; i < migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(migrations, i);
		if (work->broken)
			run_stage_skip(work->stage, "forward", migration->name,
			               migration_script_position(migration->up),
			               "not run, because an earlier migration failed");
		else if (!forward_forward(work, migration, error))
			return false;
		if (!expect_at(work, migration, error))
			return false;
	}
	if (work->broken)
		return true;
	if (!run_unfinished_report(work->stage, work->unfinished, error))
		return false;
	work->snapshot = check_workspace_snapshot(&work->stage->workspace, error);
	return work->snapshot != NULL && note_around(work, error) && note_rows(work, error);
}

/* Running the tool again must change nothing. */
static bool
forward_again(Work *work, GError **error)
{
	gint64 start = g_get_monotonic_time();
	SourcePosition nowhere = { .path = work->stage->job->set->directory };
	g_autoptr(ReportCase) test_case = forward_new_case(work, "again", "a second run changes nothing", nowhere);
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;

	if (work->stage->refusal != NULL) {
		report_case_set(test_case, REPORT_SKIPPED, "not run, because the tool refuses to go on from the base");
		run_stage_report(g_steal_pointer(&test_case), work->stage);
		return true;
	}
	run_stage_progress(work->stage, "a second run");
	if (!migration_runner_migrate(work->stage->workspace.runner, &applied, &failed, &outcome, error))
		return false;
	g_autoptr(CatalogSnapshot) found = check_workspace_snapshot(&work->stage->workspace, error);
	if (found == NULL)
		return false;
	g_autoptr(GArray) differences = catalog_diff(work->snapshot, found, NULL);
	if (failed != NULL) {
		report_case_set(test_case, REPORT_FAILED, "a second run tries \"%s\" again, which fails: %s\n%s",
		                failed->name, outcome.message, outcome.details);
	} else if (applied > 0) {
		report_case_set(test_case, REPORT_FAILED, "a second run applies %u migrations again", applied);
	} else if (differences->len > 0) {
		g_autofree char *all = catalog_diff_describe(differences, CHECK_DIFFERENCES_SHOWN);
		report_case_set(test_case, REPORT_FAILED, "a second run changes the schema\n%s", all);
		check_note_differences(test_case, differences, work->snapshot, found);
	}
	test_case->duration = g_get_monotonic_time() - start;
	run_stage_report(g_steal_pointer(&test_case), work->stage);
	return true;
}

/* --- Expectations and checks --------------------------------------------- */

static void
skip_checks(Work *work)
{
	const char *reason = "not run, because a migration failed";

	for (guint i = 0; i < work->stage->job->fixtures->len; i++) {
		const SuiteDocument *fixture = g_ptr_array_index(work->stage->job->fixtures, i);
		run_stage_skip(work->stage, "expect", suite_document_path(fixture),
		               suite_node_position(suite_document_root(fixture)), reason);
	}
	for (guint i = 0; i < work->stage->job->schema_files->len; i++) {
		const MigrationSchemaFile *file = g_ptr_array_index(work->stage->job->schema_files, i);
		SourcePosition position = migration_script_position(file->script);
		run_stage_skip(work->stage, "expect", position.path, position, reason);
	}
	for (guint i = 0; i < work->stage->job->suite->checks->len; i++) {
		const SuiteCheck *check = g_ptr_array_index(work->stage->job->suite->checks, i);
		if (check->database == work->stage->job->database)
			run_stage_skip(work->stage, check->kind->name, check->name, suite_node_position(check->node),
			               reason);
	}
}

/* The forward stage of the other database was started before this one, and waits for none that was started later. */
static CheckPeer
wait_for_peer(const SuiteDatabase *database, void *data)
{
	const RunStage *stage = data;
	RunForwardProgress *history = g_hash_table_lookup(stage->histories, database);
	CheckPeer peer = { .snapshot = run_progress_wait_end(history) };

	peer.database = run_progress_wait_left(history);
	return peer;
}

static bool
run_checks(Work *work, GError **error)
{
	const RunJob *job = work->stage->job;
	CheckContext context = new_context(work, work->snapshot);

	context.peer = wait_for_peer;
	context.peer_data = work->stage;
	g_autoptr(GHashTable) listed = run_unlisted_is_wanted(work->stage) ? g_hash_table_new(NULL, NULL) : NULL;
	context.listed = listed;
	for (guint i = 0; i < job->fixtures->len; i++)
		if (!run_fixture(work, &context, g_ptr_array_index(job->fixtures, i), error))
			return false;
	if (listed != NULL && !run_unlisted_report(work->stage, &context, error))
		return false;
	context.listed = NULL;
	for (guint i = 0; i < job->schema_files->len; i++)
		if (!run_schema_file(work, &context, g_ptr_array_index(job->schema_files, i), error))
			return false;
	for (guint i = 0; i < work->stage->job->suite->checks->len; i++) {
		const SuiteCheck *check = g_ptr_array_index(work->stage->job->suite->checks, i);
		if (check->database != work->stage->job->database)
			continue;
		run_stage_progress(work->stage, "%s %s", check->kind->name, check->name);
		if (!check_run(&context, check, error))
			return false;
	}
	return true;
}

/* --- The stage ------------------------------------------------------------- */

static void
forward_add_properties(const Work *work)
{
	const MigrationSet *set = work->stage->job->set;
	g_autofree char *applied = g_strdup_printf("%u of %u", work->n_applied, work->stage->migrations->len);
	g_autoptr(GPtrArray) warnings = migration_set_describe_warnings(set);

	run_stage_property(work->stage, "format", migration_set_format_name(set));
	run_stage_property(work->stage, "format.detected", set->detected);
	run_stage_property(work->stage, "migrations.applied", applied);
	run_stage_property(work->stage, "catalog.excluded", work->stage->job->excluded);
	for (guint i = 0; i < warnings->len; i++)
		run_stage_property(work->stage, "warning", g_ptr_array_index(warnings, i));
}

static bool
forward_run_all(Work *work, GError **error)
{
	if (!forward_migrate(work, error))
		return false;
	run_progress_end(work->stage->history, work->snapshot);
	/* Before the expectations: who shows them says since when they do not hold. */
	forward_give_description(work);
	if (work->stage->is_ground)
		return true;
	if (work->broken) {
		skip_checks(work);
		return true;
	}
	/* A second run would apply migrations, but the database has to stay at the base. */
	return (work->stage->at_base || forward_again(work, error)) && run_checks(work, error);
}

bool
run_forward(RunStage *stage, GError **error)
{
	g_autoptr(GHashTable) defaults = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(CheckUnfinished) unfinished = check_unfinished_new(migration_set_platform_schemas(stage->job->set));
	Work work = { .stage = stage, .defaults = defaults, .unfinished = unfinished };

	stage->workspace.brief_history = true;
	bool done = check_workspace_open(&stage->workspace, stage->job->database->name, error) &&
	            forward_run_all(&work, error);

	forward_add_properties(&work);
	forward_give_description(&work);
	catalog_snapshot_unref(work.snapshot);
	return done;
}
