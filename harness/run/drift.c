#include "run/drift.h"

#include "base/error.h"
#include "catalog/diff.h"
#include "check/findings.h"
#include "check/schema/differences.h"
#include "check/schema/ignore.h"
#include "db/sqlstate.h"
#include "migration/history.h"
#include "run/build.h"
#include "target/ordinary.h"

#include <string.h>

/* The version of an extension that something stands in for on a scratch server. */
#define STAND_IN_VERSION "0-stand-in"

typedef struct {
	const RunDrift *drift;
	ScratchServer *server;
	const Migration *pending;  /* the first one that is not applied, as all after it; NULL: the end counts */
	GThread *thread;           /* builds */
	CatalogSnapshot *expected; /* the result of the applied migrations, or of all */
	GError *build_error;
	CatalogSnapshot *found; /* the database */
	MigrationHistory history;
	char *history_problem; /* why it could not be read; or NULL */
	char *history_wrong;   /* the server's error, where the table is not as the tool makes it; or NULL */
	char *history_odd;     /* the reason why it is not read: reading something other than an ordinary table may
	                        * run code; or NULL */
	char *version;         /* of the database's server */
	char *target;          /* "shop on host=db1 user=reader": the database, and how it was reached */
	guint8 *used;          /* by the declarations: whether something was ignored */
	ReportSuite *report;
} Work;

static void
run_drift_work_clear(Work *work)
{
	catalog_snapshot_unref(work->expected);
	catalog_snapshot_unref(work->found);
	migration_history_clear(&work->history);
	g_clear_error(&work->build_error);
	g_free(work->history_problem);
	g_free(work->history_wrong);
	g_free(work->history_odd);
	g_free(work->version);
	g_free(work->target);
	g_free(work->used);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, run_drift_work_clear)

/* --- Reading --------------------------------------------------------------------- */

/* On a thread of its own. */
static gpointer
run_drift_build(gpointer data)
{
	Work *work = data;
	CheckWorkspace workspace = { 0 };
	MigrationStandIns stand_ins = { 0 };

	const RunBuildOptions options = { .until = work->pending, .before = true };

	if (!run_build_with(work->drift->job, &options, work->server, &workspace, &stand_ins, &work->build_error))
		return NULL;
	work->expected = check_workspace_snapshot(&workspace, &work->build_error);
	check_workspace_close_last(&workspace);
	g_hash_table_unref(stand_ins.sources);
	return NULL;
}

/* Only a table whose rows can be had without running anything of the database's own is read. */
static bool
read_ordinary_history(Work *work, DbSession *session, GError **error)
{
	const MigrationSet *set = work->drift->job->set;
	const char *schema = set->history_schema != NULL ? set->history_schema : "public";
	bool exists = false;

	if (!target_ordinary_lock(session, schema, set->history_table, &exists, &work->history_odd, error))
		return false;
	return !exists || work->history_odd != NULL || migration_history_read(set, session, &work->history, error);
}

/* A history that may not be read does not keep the catalog from being read: the server's refusal is rolled back. */
static bool
run_drift_read_history(Work *work, DbSession *session, GError **error)
{
	const MigrationSet *set = work->drift->job->set;
	g_autoptr(GError) cause = NULL;

	if (!migration_history_is_known(set)) {
		work->history_problem = set->without_history
		                            ? g_strdup("by the suite, the runner has no history table")
		                            : g_strdup_printf("it is not known how to read the history of %s",
		                                              migration_set_format_name(set));
		return true;
	}
	if (!db_session_execute(session, "SAVEPOINT pgassay_history", error))
		return false;
	if (!read_ordinary_history(work, session, &cause)) {
		const DbDiagnostic *diagnostic = db_session_diagnostic(session);
		const char *state = diagnostic != NULL ? diagnostic->sqlstate : NULL;
		if (diagnostic != NULL && g_strcmp0(state, DB_SQLSTATE_INSUFFICIENT_PRIVILEGE) == 0) {
			work->history_problem = g_strdup(diagnostic->message);
		} else if (diagnostic != NULL && g_strcmp0(state, db_sqlstate_of("undefined_column")) == 0) {
			work->history_wrong = g_strdup(diagnostic->message);
		} else {
			g_propagate_error(error, g_steal_pointer(&cause));
			return false;
		}
	}
	return db_session_execute(session, "ROLLBACK TO SAVEPOINT pgassay_history", error);
}

/* A migration without a file came after them, or before: it is not known which schema that makes. */
static bool
drift_lacks_files(const GPtrArray *problems)
{
	for (guint i = 0; i < problems->len; i++)
		if (((const MigrationHistoryProblem *)g_ptr_array_index(problems, i))->migration == NULL)
			return true;
	return false;
}

static bool
drift_is_pending(const GPtrArray *problems, const Migration *migration)
{
	for (guint i = 0; i < problems->len; i++) {
		const MigrationHistoryProblem *problem = g_ptr_array_index(problems, i);
		if (problem->migration == migration && problem->kind == MIGRATION_HISTORY_PENDING)
			return true;
	}
	return false;
}

/* The first pending migration, if all later ones are pending, too: a database that waits for a release is compared
 * with its expected current state. If applied migrations follow a pending one, it cannot be left out, and the end
 * counts. */
static const Migration *
drift_find_pending(const Work *work)
{
	const RunJob *job = work->drift->job;
	const GPtrArray *migrations = job->set->migrations;
	guint first = migrations->len;

	if (!work->history.exists || work->history_problem != NULL || work->history_wrong != NULL ||
	    work->history_odd != NULL)
		return NULL;
	g_autoptr(GPtrArray) problems = migration_history_compare(job->set, &work->history);
	if (drift_lacks_files(problems))
		return NULL;
	while (first > 0 && drift_is_pending(problems, g_ptr_array_index(migrations, first - 1)))
		first--;
	for (guint i = 0; i < first; i++)
		if (drift_is_pending(problems, g_ptr_array_index(migrations, i)))
			return NULL;
	return first < migrations->len && first >= job->n_baseline ? g_ptr_array_index(migrations, first) : NULL;
}

/* The migration after the one that the caller names; NULL: there is none. */
static const Migration *
drift_find_behind(const RunDrift *drift)
{
	const GPtrArray *migrations = drift->job->set->migrations;
	guint index = 0;

	return g_ptr_array_find((GPtrArray *)migrations, drift->until, &index) && index + 1 < migrations->len
	           ? g_ptr_array_index(migrations, index + 1)
	           : NULL;
}

/* The other side is built as soon as it is known how far. */
static bool
run_drift_read_database(Work *work, GError **error)
{
	g_autoptr(DbSession) session = target_reading_open(work->drift->endpoint, &work->drift->reading, error);

	if (session == NULL)
		return false;
	work->version = g_strdup(db_session_server_version_text(session));
	g_autofree char *database = db_session_query_value(session, error, "SELECT current_database()", NULL);
	if (database == NULL)
		return false;
	work->target = g_strdup_printf("%s on %s", database, db_endpoint_describe(work->drift->endpoint));
	if (run_drift_read_history(work, session, error)) {
		work->pending = work->drift->until != NULL ? drift_find_behind(work->drift) : drift_find_pending(work);
		work->thread = g_thread_new("build", run_drift_build, work);
		work->found = catalog_snapshot_read(session, &work->drift->job->exclusions, error);
	}
	if (work->found == NULL)
		target_reading_explain(session, error);
	return work->found != NULL;
}

static void
run_drift_stop_server(gpointer data)
{
	scratch_server_stop(data);
}

/* The server is there before there are threads. */
static bool
read_both(Work *work, GError **error)
{
	g_autoptr(GPtrArray) servers = work->drift->run->servers != NULL
	                                   ? g_ptr_array_ref(work->drift->run->servers)
	                                   : g_ptr_array_new_with_free_func(run_drift_stop_server);

	work->server = run_server_for(work->drift->job->suite, work->drift->run, servers, error);
	if (work->server == NULL)
		return false;
	report_suite_add_property(work->report, "server.version", scratch_server_version_text(work->server));
	bool read = run_drift_read_database(work, error);
	if (work->thread != NULL)
		g_thread_join(work->thread);
	if (!read || work->expected != NULL)
		return read;
	g_propagate_error(error, g_steal_pointer(&work->build_error));
	return false;
}

/* --- Cases ------------------------------------------------------------------------ */

static ReportCase *
run_drift_new_case(const Work *work, const char *stage, const char *name, SourcePosition position)
{
	return report_case_new(work->drift->job->database->name, stage, name, position);
}

static void
run_drift_take(Work *work, ReportCase *test_case)
{
	if (work->drift->run->console != NULL)
		report_console_case(work->drift->run->console, work->report, test_case);
	report_suite_add_case(work->report, test_case);
}

static SourcePosition
suite_position(const Work *work)
{
	return suite_node_position(work->drift->job->database->node);
}

static char *
run_drift_describe(const CatalogDifference *difference)
{
	const CatalogObject *object = difference->expected != NULL ? difference->expected : difference->found;
	const char *class_name = catalog_class(object->class_id)->name;

	switch (difference->kind) {
	case CATALOG_MISSING:
		return g_strdup_printf("%s \"%s\" is missing: the migrations make it, the database does not have it",
		                       class_name, object->identity);
	case CATALOG_UNEXPECTED:
		return g_strdup_printf("%s \"%s\" is unexpected: the database has it, no migration makes it",
		                       class_name, object->identity);
	case CATALOG_CHANGED:
	default:
		break;
	}
	const CatalogAttribute *expected = difference->expected_attribute;
	const CatalogAttribute *found = difference->found_attribute;
	g_autofree char *was = catalog_quote_value(expected);
	g_autofree char *is = catalog_quote_value(found);

	return g_strdup_printf("%s \"%s\": %s is %s, expected %s", class_name, object->identity,
	                       expected != NULL ? expected->name : found->name, is, was);
}

/* The declaration that the difference is wanted by, or NULL. */
static const SuiteIgnore *
find_ignore(Work *work, const CatalogDifference *difference, const CatalogObject *top)
{
	const GPtrArray *ignores = work->drift->job->database->ignores;
	const SuiteIgnore *found = NULL;

	for (guint i = 0; i < ignores->len; i++) {
		const SuiteIgnore *ignore = g_ptr_array_index(ignores, i);
		if (!check_ignore_matches(ignore, difference, top))
			continue;
		work->used[i] = true;
		if (found == NULL)
			found = ignore;
	}
	return found;
}

/* The version of an extension that is only a stand-in here means nothing. */
static bool
is_stand_in(const CatalogDifference *difference)
{
	const CatalogObject *object = difference->expected;

	return object != NULL && object->class_id == CATALOG_EXTENSION && difference->expected_attribute != NULL &&
	       strcmp(difference->expected_attribute->value, STAND_IN_VERSION) == 0;
}

static void
run_drift_report_object(const CheckDifferencesGroup *group, void *data)
{
	Work *work = data;
	ReportCase *test_case = run_drift_new_case(work, "drift", group->title, suite_position(work));
	g_auto(CheckFindings) findings = { 0 };
	g_autoptr(GString) output = g_string_new(NULL);
	const char *reason = NULL;

	for (guint i = 0; i < group->differences->len; i++) {
		const CatalogDifference *difference = g_ptr_array_index(group->differences, i);
		const SuiteIgnore *ignore = find_ignore(work, difference, group->object);
		g_autofree char *text = run_drift_describe(difference);
		if (ignore != NULL) {
			reason = ignore->reason;
			g_string_append_printf(output, "ignored (%s): %s\n", ignore->reason, text);
		} else if (!is_stand_in(difference)) {
			check_findings_add(&findings, text, text);
		}
	}
	if (group->order != NULL)
		g_string_append_printf(output, "the order of columns differs:\n%s\n", group->order);
	if (output->len > 0)
		report_case_note(test_case, "%s", output->str);
	if (findings.n > 0)
		report_case_set(test_case, REPORT_FAILED, "%s", findings.all->str);
	else if (reason != NULL)
		report_case_set(test_case, REPORT_SKIPPED, "differs, which is wanted: %s", reason);
	run_drift_take(work, test_case);
}

static void
report_objects(Work *work)
{
	const CatalogDiffOptions options = {
		.ignore_column_position = !work->drift->job->database->strict_column_order
	};

	check_differences_by_object(work->expected, work->found, &options, run_drift_report_object, work);
}

static void
report_ignores(Work *work)
{
	const GPtrArray *ignores = work->drift->job->database->ignores;

	for (guint i = 0; i < ignores->len; i++) {
		const SuiteIgnore *ignore = g_ptr_array_index(ignores, i);
		if (work->used[i])
			continue;
		ReportCase *test_case = run_drift_new_case(work, "ignore", ignore->object,
		                                           suite_node_position(ignore->node));
		report_case_set(
		    test_case, REPORT_FAILED,
		    "nothing is ignored by it: there is no such difference\nhint: take it out of \"drift\"");
		run_drift_take(work, test_case);
	}
}

/* --- The history ------------------------------------------------------------------- */

static void
report_whole_history(Work *work, ReportStatus status, const char *text)
{
	ReportCase *test_case = run_drift_new_case(work, "history", work->drift->job->history, suite_position(work));

	report_case_set(test_case, status, "%s", text);
	run_drift_take(work, test_case);
}

/* The problems of the migration. `expected`: the database should have it. */
static void
report_migration(Work *work, const Migration *migration, bool expected, const GPtrArray *problems)
{
	ReportCase *test_case = run_drift_new_case(work, "history", migration->name,
	                                           migration_script_position(migration->up));
	g_auto(CheckFindings) findings = { 0 };
	bool failed = work->pending == NULL || (expected && work->drift->until != NULL);

	for (guint i = 0; i < problems->len; i++) {
		const MigrationHistoryProblem *problem = g_ptr_array_index(problems, i);
		if (problem->migration != migration)
			continue;
		failed = failed || problem->kind != MIGRATION_HISTORY_PENDING;
		g_autofree char *text = g_strdup_printf("%s: \"%s\" %s", migration_history_problem_name(problem->kind),
		                                        problem->name, problem->text);
		check_findings_add(&findings, text, text);
	}
	if (!expected && work->drift->until != NULL && !drift_is_pending(problems, migration)) {
		g_autofree char *text = g_strdup_printf("applied: \"%s\" comes after \"%s\"", migration->name,
		                                        work->drift->until->name);
		check_findings_add(&findings, text, text);
		failed = true;
	}
	if (findings.n > 0)
		report_case_set(test_case, failed ? REPORT_FAILED : REPORT_SKIPPED, "%s", findings.all->str);
	run_drift_take(work, test_case);
}

static void
report_history(Work *work)
{
	const MigrationSet *set = work->drift->job->set;
	bool expected = true;

	if (work->history_problem != NULL) {
		g_autofree char *text = g_strdup_printf("not compared: %s", work->history_problem);
		report_whole_history(work, REPORT_SKIPPED, text);
		return;
	}
	if (work->history_wrong != NULL) {
		g_autofree char *text = g_strdup_printf(
		    "not read: %s does not make such a table: %s\n"
		    "hint: is this the right database (%s)? Name the tool (\"format\") and its table "
		    "(\"history_table\") in the suite",
		    migration_set_format_title(set), work->history_wrong, work->target);
		report_whole_history(work, REPORT_FAILED, text);
		return;
	}
	if (work->history_odd != NULL) {
		g_autofree char *text = g_strdup_printf("not read: %s, so that reading it could run code of the "
		                                        "database\nhint: look who has changed it; the "
		                                        "history is an ordinary table",
		                                        work->history_odd);
		report_whole_history(work, REPORT_FAILED, text);
		return;
	}
	if (!work->history.exists) {
		g_autofree char *text = g_strdup_printf(
		    "there is no such table: no migration was applied by the tool\n"
		    "hint: is this the right database (%s)? With the tool's table elsewhere, name it: "
		    "\"history_table\" in the suite",
		    work->target);
		report_whole_history(work, REPORT_FAILED, text);
		return;
	}
	g_autoptr(GPtrArray) problems = migration_history_compare(set, &work->history);
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		expected = expected && migration != work->pending;
		report_migration(work, migration, expected, problems);
	}
	for (guint i = 0; i < problems->len; i++) {
		const MigrationHistoryProblem *problem = g_ptr_array_index(problems, i);
		if (problem->migration != NULL)
			continue;
		ReportCase *test_case = run_drift_new_case(work, "history", problem->name, suite_position(work));
		report_case_set(test_case, REPORT_FAILED, "%s: \"%s\" %s",
		                migration_history_problem_name(problem->kind), problem->name, problem->text);
		run_drift_take(work, test_case);
	}
}

/* With what the suite is compared: a wrong database is seen at once. */
static void
run_drift_announce(const Work *work)
{
	ReportConsole *console = work->drift->run->console;
	g_autofree char *text = g_strdup_printf("%s, PostgreSQL %s", work->target, work->version);

	report_console_begin_suite(console, work->report);
	report_console_note(console, work->report, "target", text);
}

/* --- The whole ----------------------------------------------------------------------- */

bool
run_drift(const RunDrift *drift, ReportRun **ret_report, GError **error)
{
	const Suite *suite = drift->job->suite;
	g_autoptr(ReportRun) run = report_run_new();
	g_auto(Work) work = { .drift = drift };
	gint64 start = g_get_monotonic_time();

	work.report = report_run_add_suite(run, suite->name, suite->title, suite->path);
	work.used = g_new0(guint8, drift->job->database->ignores->len + 1);
	if (!read_both(&work, error))
		return false;
	report_suite_add_property(work.report, "target", work.target);
	report_suite_add_property(work.report, "target.version", work.version);
	if (work.pending != NULL)
		report_suite_add_property(work.report, "target.pending", work.pending->name);
	report_suite_add_property(work.report, "catalog.excluded", drift->job->excluded);
	if (drift->run->console != NULL)
		run_drift_announce(&work);
	report_objects(&work);
	report_ignores(&work);
	report_history(&work);
	work.report->duration = run->duration = g_get_monotonic_time() - start;
	if (drift->run->console != NULL)
		report_console_end_suite(drift->run->console, work.report);
	*ret_report = g_steal_pointer(&run);
	return true;
}
