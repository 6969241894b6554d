#include "command/check/replaces.h"

#include "base/error.h"
#include "catalog/diff.h"
#include "check/findings.h"
#include "check/schema/differences.h"
#include "command/check/with_private.h"
#include "migration/detect/formats.h"
#include "rows/state/state.h"
#include "run/job/server.h"
#include "run/stage/stage.h"

/* A history and its end. */
typedef struct {
	CheckWorkspace at;
	CheckWithEnd end;
	CatalogSnapshot *catalog;
	RowsState *rows;
} ReplacesSide;

typedef struct {
	const RunJob *job;
	const RunOptions *options;
	ReportSuite *suite;
	const char *directory; /* of the old history */
	MigrationSet *old;
	MigrationStandIns stand_ins;
	ReplacesSide before;
	ReplacesSide after;
} ReplacesWork;

static void
replaces_side_clear(ReplacesSide *side)
{
	check_workspace_close(&side->at);
	check_with_end_clear(&side->end);
	catalog_snapshot_unref(side->catalog);
	rows_state_unref(side->rows);
}

static ReportCase *
replaces_new_case(const ReplacesWork *work, const char *name)
{
	return report_case_new(work->job->database->name, RUN_STAGE_SQUASH, name,
	                       (SourcePosition){ .path = work->job->set->directory });
}

static void
replaces_add(const ReplacesWork *work, ReportCase *test_case)
{
	if (run_selection_has(work->options->selection, test_case))
		report_suite_add_case(work->suite, test_case);
	else
		report_case_free(test_case);
}

/* --- Building ------------------------------------------------------------------------ */

static bool
replaces_build(const ReplacesWork *work, ScratchServer *server, const MigrationSet *set, ReplacesSide *side,
               GError **error)
{
	side->at = (CheckWorkspace){
		.server = server, .stand_ins = &work->stand_ins, .exclusions = &work->job->exclusions, .set = set
	};
	if (!check_workspace_create(&side->at, RUN_STAGE_SQUASH, error) ||
	    !check_with_migrate(&side->at, set, &side->end, error))
		return false;
	if (side->end.problem != NULL)
		return true;
	side->catalog = check_workspace_snapshot(&side->at, error);
	side->rows = side->catalog != NULL ? rows_state_read(side->at.session, side->at.exclusions, error) : NULL;
	return side->rows != NULL;
}

/* Roles that both make cannot be made twice on one server. */
static bool
replaces_build_and_drop(const ReplacesWork *work, ScratchServer *server, const MigrationSet *set, ReplacesSide *side,
                        GError **error)
{
	g_autoptr(CheckSharedObjects) roles = NULL;

	if (!check_with_read_roles(server, set, &roles, error) || !replaces_build(work, server, set, side, error))
		return false;
	check_workspace_close(&side->at);
	check_with_restore_roles(server, set, roles);
	return true;
}

/* --- Comparing ------------------------------------------------------------------------- */

static void
replaces_find_schema(const ReplacesWork *work, CheckFindings *findings)
{
	const CatalogDiffOptions options = { .ignore_column_position = !work->job->database->strict_column_order };
	g_autoptr(GArray) differences = catalog_diff(work->before.catalog, work->after.catalog, &options);

	check_differences_normalise_array_casts(differences);
	for (guint i = 0; i < differences->len; i++) {
		g_autofree char *text = catalog_difference_describe(&g_array_index(differences, CatalogDifference, i));
		check_findings_add(findings, text, text);
	}
}

/* Adds the differences between the rows of both sides. */
static void
replaces_find_rows(const ReplacesWork *work, CheckFindings *findings)
{
	g_autoptr(GPtrArray) lost = rows_state_compare(work->before.rows, work->after.rows);

	for (guint i = 0; i < lost->len; i++) {
		g_autofree char *text = rows_difference_describe(g_ptr_array_index(lost, i));
		check_findings_add(findings, text, text);
	}
}

static void
replaces_report_end(const ReplacesWork *work, const char *name, const CheckFindings *findings, const char *what)
{
	ReportCase *test_case = replaces_new_case(work, name);

	if (findings->n > 0) {
		g_autofree char *all = g_strndup(findings->all->str, findings->shown);
		g_autofree char *more = findings->n > 1 ? g_strdup_printf(", and %u more", findings->n - 1)
		                                        : g_strdup("");
		report_case_set(test_case, REPORT_FAILED, "the new history ends with other %s than \"%s\": %s%s\n%s",
		                what, work->directory, findings->first, more, all);
	} else {
		report_case_set(test_case, REPORT_PASSED, "%u migrations = %u of \"%s\"",
		                work->job->set->migrations->len, work->old->migrations->len, work->directory);
	}
	replaces_add(work, test_case);
}

static void
replaces_compare(const ReplacesWork *work)
{
	g_auto(CheckFindings) schema = { 0 };
	g_auto(CheckFindings) rows = { 0 };

	replaces_find_schema(work, &schema);
	replaces_report_end(work, "same schema", &schema, "objects");
	replaces_find_rows(work, &rows);
	replaces_report_end(work, "same rows", &rows, "rows");
}

/* --- An existing database ----------------------------------------------------------------- */

/* Its history begins anew: the tables of the tool go, and the new history is written as its baseline. */
static bool
replaces_forget(ReplacesWork *work, GError **error)
{
	DbSession *session = work->before.at.session;

	for (guint i = 0; i + 1 < work->job->excluded_tables->len; i++) {
		g_autofree char *sql = g_strdup_printf("DROP TABLE IF EXISTS %s CASCADE",
		                                       (const char *)g_ptr_array_index(work->job->excluded_tables, i));
		if (!db_session_execute(session, sql, error))
			return false;
	}
	return true;
}

static const char *
replaces_last_version(const MigrationSet *set)
{
	for (guint i = set->migrations->len; i > 0; i--) {
		const Migration *migration = g_ptr_array_index(set->migrations, i - 1);
		if (migration->kind == MIGRATION_VERSIONED)
			return migration->version != NULL ? migration->version : migration->name;
	}
	return NULL;
}

/* The first migration that the tool would still run; NULL: none. */
static bool
replaces_find_pending(const ReplacesWork *work, MigrationRunner *runner, const char **ret_name, GError **error)
{
	g_autoptr(GHashTable) applied = migration_runner_applied(runner, error);

	*ret_name = NULL;
	for (guint i = 0; applied != NULL && i < work->job->set->migrations->len && *ret_name == NULL; i++) {
		const Migration *migration = g_ptr_array_index(work->job->set->migrations, i);
		if (migration->kind == MIGRATION_VERSIONED && !g_hash_table_contains(applied, migration->name))
			*ret_name = migration->name;
	}
	return applied != NULL;
}

static bool
replaces_baseline(ReplacesWork *work, GError **error)
{
	const char *version = replaces_last_version(work->job->set);
	g_autoptr(ReportCase) test_case = replaces_new_case(work, "a database at the old end takes the new baseline");
	g_autoptr(GError) refusal = NULL;
	const char *pending = NULL;

	migration_runner_end(g_steal_pointer(&work->before.at.runner));
	if (!replaces_forget(work, error))
		return false;
	g_autoptr(MigrationRunner) runner = migration_runner_begin_baseline(work->job->set, work->before.at.session,
	                                                                    &work->stand_ins, version, &refusal);
	if (runner != NULL && !migration_runner_validate(runner, &refusal))
		g_clear_pointer(&runner, migration_runner_end);
	if (runner == NULL && !g_error_matches(refusal, BASE_ERROR, BASE_ERROR_INPUT)) {
		g_propagate_error(error, g_steal_pointer(&refusal));
		return false;
	}
	if (runner != NULL && !replaces_find_pending(work, runner, &pending, error))
		return false;
	if (runner == NULL)
		report_case_set(test_case, REPORT_FAILED, "%s does not go on from there: %s",
		                migration_set_format_title(work->job->set), refusal->message);
	else if (pending != NULL)
		report_case_set(test_case, REPORT_FAILED, "%s would run \"%s\" there, which is in the schema already",
		                migration_set_format_title(work->job->set), pending);
	else
		report_case_set(test_case, REPORT_PASSED, "with %s emptied, and version %s written into it",
		                work->job->history, version);
	replaces_add(work, g_steal_pointer(&test_case));
	return true;
}

/* --- All of it -------------------------------------------------------------------------------- */

static bool
replaces_judge(ReplacesWork *work, ScratchServer *server, GError **error)
{
	/* The old one comes second, because its database is still needed. */
	if (!replaces_build_and_drop(work, server, work->job->set, &work->after, error) ||
	    !replaces_build(work, server, work->old, &work->before, error))
		return false;
	if (work->before.end.problem != NULL || work->after.end.problem != NULL) {
		bool old = work->before.end.problem != NULL;
		ReportCase *test_case = replaces_new_case(work, "same schema");
		report_case_set(test_case, REPORT_FAILED, "the %s history cannot be built: %s", old ? "old" : "new",
		                old ? work->before.end.problem : work->after.end.problem);
		replaces_add(work, test_case);
		return true;
	}
	replaces_compare(work);
	return replaces_last_version(work->job->set) == NULL || replaces_baseline(work, error);
}

static bool
replaces_prove(ReplacesWork *work, GError **error)
{
	ScratchServer *server = run_server_for(work->job->suite, work->options, work->options->servers, error);
	g_autoptr(CheckSharedObjects) roles = NULL;

	if (server == NULL || !run_server_stand_ins(server, work->job->suite, &work->stand_ins, error) ||
	    !check_with_read_roles(server, work->old, &roles, error))
		return false;
	bool done = replaces_judge(work, server, error);
	check_workspace_close(&work->before.at);
	check_with_restore_roles(server, work->old, roles);
	return done;
}

bool
command_check_replaces(const char *directory, const RunPlan *plan, const RunOptions *options, ReportRun *report,
                       GError **error)
{
	if (plan->jobs->len != 1 || report->suites->len != 1)
		return base_error_set(error, BASE_ERROR_USAGE, "name its folder: pgassay check DIR --replaces OLD",
		                      "--replaces is about one database, and there are %u", plan->jobs->len);
	ReplacesWork work = { .job = g_ptr_array_index(plan->jobs, 0),
		              .options = options,
		              .suite = g_ptr_array_index(report->suites, 0),
		              .directory = directory };
	MigrationOptions old = work.job->database->migrations;
	if (migration_set_is_external(work.job->set))
		return base_error_set(error, BASE_ERROR_USAGE, NULL,
		                      "--replaces does not go with migrations that are code");
	old.directory = directory;
	old.format = migration_set_format_name(work.job->set);
	work.old = migration_set_load(&old, error);
	bool done = work.old != NULL &&
	            (!run_selection_has_stage(options->selection, work.job->database->name, RUN_STAGE_SQUASH) ||
	             replaces_prove(&work, error));
	replaces_side_clear(&work.before);
	replaces_side_clear(&work.after);
	migration_set_free(work.old);
	g_clear_pointer(&work.stand_ins.sources, g_hash_table_unref);
	return done;
}
