/*
 * Every migration once more under other settings: another time zone, another form of dates, another locale. Neither the
 * schema nor the rows may depend on them: on another server, a migration would make something else.
 *
 * The settings are the database's, so that they hold for every session on it, also for those of programs that run
 * migrations, and after a RESET.
 */
#include "run/stage/stage.h"

#include "base/interrupt.h"
#include "catalog/diff.h"
#include "check/findings.h"
#include "check/workspace/place.h"

#include <string.h>

static const char environment_case[] = "nothing depends on the time zone, the form of dates or the locale";

/* An object that differs in the other environment. */
typedef struct {
	char *object; /* as declarations name it: schema.table.column */
	char *name;   /* its own name */
	char *line;
	bool declared;
} Dependence;

/* One way through the history, and what came out. */
typedef struct {
	CatalogSnapshot *catalog;
	RowsState *rows;
	bool failed; /* a migration fails: the case names it */
} Outcome;

typedef struct {
	RunStage *stage;
	ReportCase *test_case;
	DbResult *settings; /* names and values */
	GPtrArray *found;   /* of Dependence * */
} EnvironmentWork;

enum { SETTING_NAME, SETTING_VALUE };

bool
run_environment_is_wanted(const RunJob *job)
{
	return job->database->environment != SUITE_ENVIRONMENT_OFF;
}

static void
dependence_free(gpointer data)
{
	Dependence *dependence = data;

	g_free(dependence->object);
	g_free(dependence->name);
	g_free(dependence->line);
	g_free(dependence);
}

static void
environment_outcome_clear(Outcome *outcome)
{
	catalog_snapshot_unref(outcome->catalog);
	rows_state_unref(outcome->rows);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, environment_outcome_clear)

static void
environment_work_clear(EnvironmentWork *work)
{
	db_result_free(work->settings);
	g_ptr_array_unref(work->found);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(EnvironmentWork, environment_work_clear)

/* --- The other environment ---------------------------------------------------- */

/* The date in the chosen time zone is the same now, so that the current date causes no difference. The two names
 * have the same length, so that the lines of a report break at the same words. Only locales of the server are used. */
static const char environment_sql[] =
    "WITH locale AS (SELECT c.collcollate AS name FROM pg_catalog.pg_collation c"
    " WHERE c.collprovider = 'c' AND c.collcollate !~ '^(C|POSIX)([.]|$)' AND c.collencoding IN (-1,"
    " (SELECT d.encoding FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()))"
    " ORDER BY c.collcollate !~ '^(de|fr)_', c.collcollate COLLATE \"C\" LIMIT 1)"
    " SELECT s.name, s.value FROM ("
    "SELECT 1 AS place, 'TimeZone' AS name, CASE WHEN pg_catalog.date_part('hour', pg_catalog.statement_timestamp()"
    " AT TIME ZONE 'UTC') < 12 THEN 'Australia/Darwin' ELSE 'America/St_Johns' END AS value"
    " UNION ALL SELECT 2, 'DateStyle', CASE WHEN pg_catalog.current_setting('DateStyle') LIKE '%DMY'"
    " THEN 'SQL, MDY' ELSE 'SQL, DMY' END"
    " UNION ALL SELECT 3, 'IntervalStyle', 'sql_standard'"
    " UNION ALL SELECT 4, l.name, CASE WHEN pg_catalog.current_setting(l.name) ~ '^(C|POSIX)([.]|$)'"
    " THEN (SELECT locale.name FROM locale) ELSE 'C' END"
    " FROM pg_catalog.unnest('{lc_monetary, lc_numeric, lc_time}'::text[]) l (name)) s"
    " WHERE s.value IS NOT NULL ORDER BY s.place, s.name";

/* Gives them to the database, or takes them from it. */
static bool
environment_set(const EnvironmentWork *work, const CheckWorkspace *workspace, bool other, GError **error)
{
	g_autoptr(DbSession) session = scratch_database_connect(workspace->database, DB_SESSION_INTERNAL, error);
	g_autoptr(GString) sql = g_string_new(NULL);

	if (session == NULL)
		return false;
	g_autofree char *database = db_session_quote_identifier(session, scratch_database_name(workspace->database));
	for (int i = 0; i < db_result_rows(work->settings); i++) {
		const char *name = db_result_value(work->settings, i, SETTING_NAME);
		g_autofree char *value = db_session_quote_literal(session,
		                                                  db_result_value(work->settings, i, SETTING_VALUE));
		if (other)
			g_string_append_printf(sql, "ALTER DATABASE %s SET %s TO %s;", database, name, value);
		else
			g_string_append_printf(sql, "ALTER DATABASE %s RESET %s;", database, name);
	}
	return db_session_execute(session, sql->str, error);
}

static bool
environment_ask_settings(EnvironmentWork *work, const CheckWorkspace *workspace, GError **error)
{
	g_autoptr(DbSession) session = scratch_database_connect(workspace->database, DB_SESSION_MIGRATION, error);

	if (session != NULL)
		work->settings = db_session_query(session, error, environment_sql, NULL);
	return work->settings != NULL;
}

static char *
environment_describe_settings(const EnvironmentWork *work)
{
	GString *text = g_string_new(NULL);

	for (int i = 0; i < db_result_rows(work->settings); i++)
		g_string_append_printf(text, "%s%s = \"%s\"", i > 0 ? ", " : "",
		                       db_result_value(work->settings, i, SETTING_NAME),
		                       db_result_value(work->settings, i, SETTING_VALUE));
	return g_string_free(text, FALSE);
}

static ReportStatus
environment_status(const EnvironmentWork *work)
{
	return work->stage->job->database->environment == SUITE_ENVIRONMENT_FAIL ? REPORT_FAILED : REPORT_PASSED;
}

/* --- The history -------------------------------------------------------------- */

static void
environment_fail(const EnvironmentWork *work, const Migration *migration, const MigrationOutcome *outcome)
{
	g_autofree char *settings = environment_describe_settings(work);

	report_case_set(work->test_case, environment_status(work),
	                "\"%s\" fails in another environment: %s\n%s\nunder %s", migration->name, outcome->message,
	                outcome->details, settings);
	work->test_case->position = outcome->position;
}

/* One by one, as in the forward stage. */
static bool
environment_apply(const EnvironmentWork *work, CheckWorkspace *workspace, Outcome *ret_outcome, GError **error)
{
	const GPtrArray *migrations = work->stage->migrations;

	for (guint i = 0; i < migrations->len && !ret_outcome->failed; i++) {
		const Migration *migration = g_ptr_array_index(migrations, i);
		g_auto(MigrationOutcome) outcome = { 0 };
		if (!db_session_reset(workspace->session, error) ||
		    !migration_runner_apply(workspace->runner, migration, MIGRATION_UP, &outcome, error))
			return false;
		ret_outcome->failed = outcome.failed;
		if (outcome.failed)
			environment_fail(work, migration, &outcome);
	}
	return true;
}

/* Reading happens without these settings, because they would change how the server prints constants. */
static bool
environment_run(EnvironmentWork *work, CheckWorkspace *workspace, bool other, Outcome *ret_outcome, GError **error)
{
	if (!check_workspace_create(workspace, "environment", error) ||
	    (work->settings == NULL && !environment_ask_settings(work, workspace, error)) ||
	    (other && !environment_set(work, workspace, true, error)) || !check_workspace_connect(workspace, error) ||
	    !environment_apply(work, workspace, ret_outcome, error))
		return false;
	if (ret_outcome->failed)
		return true;
	check_workspace_disconnect(workspace);
	if ((other && !environment_set(work, workspace, false, error)) || !check_workspace_connect(workspace, error))
		return false;
	ret_outcome->catalog = check_workspace_snapshot(workspace, error);
	if (ret_outcome->catalog != NULL)
		ret_outcome->rows = rows_state_read(workspace->session, workspace->exclusions, error);
	return ret_outcome->rows != NULL;
}

/* A second run in the same environment: a difference between these runs comes from the clock or from chance. */
static bool
environment_run_again(EnvironmentWork *work, bool other, Outcome *ret_outcome, GError **error)
{
	const CheckWorkspace *first = &work->stage->workspace;
	g_auto(CheckWorkspace) workspace = { .server = first->server,
		                             .set = first->set,
		                             .stand_ins = first->stand_ins,
		                             .exclusions = first->exclusions,
		                             .template = first->template,
		                             .shares_objects = first->shares_objects };

	return environment_run(work, &workspace, other, ret_outcome, error);
}

/* Two in each environment. */
typedef struct {
	const CatalogSnapshot *here; /* of the forward stage */
	const RowsState *rows_here;
	const Outcome *there;
	Outcome here_again;
	Outcome there_again;
} Runs;

static void
environment_runs_clear(Runs *runs)
{
	environment_outcome_clear(&runs->here_again);
	environment_outcome_clear(&runs->there_again);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Runs, environment_runs_clear)

/* --- Differences --------------------------------------------------------------- */

static const CatalogObject *
environment_object(const CatalogDifference *difference)
{
	return difference->expected != NULL ? difference->expected : difference->found;
}

static void
environment_add(const EnvironmentWork *work, const char *object, const char *name, char *line)
{
	Dependence *dependence = g_new0(Dependence, 1);

	dependence->object = g_strdup(object);
	dependence->name = g_strdup(name);
	dependence->line = line;
	g_ptr_array_add(work->found, dependence);
}

static bool
environment_has_object(const CatalogSnapshot *a, const CatalogSnapshot *b, const CatalogObject *object)
{
	g_autoptr(GArray) differences = catalog_diff(a, b, NULL);

	for (guint i = 0; i < differences->len; i++) {
		const CatalogObject *other = environment_object(&g_array_index(differences, CatalogDifference, i));
		if (other->class_id == object->class_id && strcmp(other->identity, object->identity) == 0)
			return true;
	}
	return false;
}

static void
environment_find_schema(const EnvironmentWork *work, const Runs *runs)
{
	g_autoptr(GArray) differences = catalog_diff(runs->here, runs->there->catalog, NULL);

	for (guint i = 0; i < differences->len; i++) {
		const CatalogDifference *difference = &g_array_index(differences, CatalogDifference, i);
		const CatalogObject *object = environment_object(difference);
		if (!environment_has_object(runs->here, runs->here_again.catalog, object) &&
		    !environment_has_object(runs->there->catalog, runs->there_again.catalog, object))
			environment_add(work, object->identity, object->name, catalog_difference_describe(difference));
	}
}

/* Whether the table, or a column of it (NULL: the number of its rows), differs. */
static bool
environment_has_table(const GPtrArray *differences, const char *table, const char *column)
{
	for (guint i = 0; i < differences->len; i++) {
		const RowsDifference *difference = g_ptr_array_index(differences, i);
		if (strcmp(difference->table, table) == 0 &&
		    (difference->kind == ROWS_NUMBER ||
		     (column != NULL && g_strv_contains((const char *const *)difference->columns_differ, column))))
			return true;
	}
	return false;
}

/* `chance` and `more_chance`: what differs between runs in one environment. */
static void
environment_find_in_table(const EnvironmentWork *work, const RowsDifference *difference, const GPtrArray *chance,
                          const GPtrArray *more_chance)
{
	const char *table = difference->table;
	const char *point = strrchr(table, '.');

	if (difference->kind == ROWS_NUMBER && !environment_has_table(chance, table, NULL) &&
	    !environment_has_table(more_chance, table, NULL))
		environment_add(work, table, point != NULL ? point + 1 : table, rows_difference_describe(difference));
	for (char **column = difference->columns_differ; difference->kind == ROWS_CONTENT && *column != NULL;
	     column++) {
		if (environment_has_table(chance, table, *column) || environment_has_table(more_chance, table, *column))
			continue;
		g_autofree char *object = g_strconcat(table, ".", *column, NULL);
		environment_add(
		    work, object, *column,
		    g_strdup_printf(
			"column \"%s\" of table \"%s\" holds other values (the table has %" G_GINT64_FORMAT " %s)",
			*column, table, difference->rows_after, difference->rows_after == 1 ? "row" : "rows"));
	}
}

static void
environment_find_rows(const EnvironmentWork *work, const Runs *runs)
{
	g_autoptr(GPtrArray) differences = rows_state_compare(runs->rows_here, runs->there->rows);
	g_autoptr(GPtrArray) here = rows_state_compare(runs->rows_here, runs->here_again.rows);
	g_autoptr(GPtrArray) there = rows_state_compare(runs->there->rows, runs->there_again.rows);

	for (guint i = 0; i < differences->len; i++)
		environment_find_in_table(work, g_ptr_array_index(differences, i), here, there);
}

/* --- The case ------------------------------------------------------------------- */

/* True if the declaration names the object or the one that it belongs to. */
static bool
environment_is_about(const SuiteDeclaration *declaration, const char *object)
{
	gsize length = strlen(declaration->migration);

	return strncmp(object, declaration->migration, length) == 0 &&
	       (object[length] == '\0' || object[length] == '.');
}

/* Marks declared differences. Returns the names of declarations without a difference, one a line; NULL: there are
 * none. */
static char *
environment_take_declared(const EnvironmentWork *work)
{
	const GPtrArray *declarations = work->stage->job->database->environment_except;
	GString *stale = g_string_new(NULL);

	for (guint i = 0; i < declarations->len; i++) {
		const SuiteDeclaration *declaration = g_ptr_array_index(declarations, i);
		bool used = false;
		for (guint j = 0; j < work->found->len; j++) {
			Dependence *dependence = g_ptr_array_index(work->found, j);
			bool about = environment_is_about(declaration, dependence->object);
			dependence->declared |= about;
			used |= about;
		}
		if (!used)
			g_string_append_printf(
			    stale,
			    "%s\"%s\" is declared under \"environment_except\", but depends on nothing\n"
			    "hint: take it out of \"environment_except\"",
			    stale->len > 0 ? "\n" : "", declaration->migration);
	}
	return g_string_free(stale, stale->len == 0);
}

/* Where the object was named last. */
static SourcePosition
environment_place(const EnvironmentWork *work, const Dependence *dependence)
{
	const GPtrArray *migrations = work->stage->migrations;
	const char *const words[] = { dependence->name, NULL };

	for (guint i = migrations->len; i-- > 0;) {
		const MigrationScript *script = ((const Migration *)g_ptr_array_index(migrations, i))->up;
		if (check_place_find_statement(script, words) != NULL)
			return check_place_find(script, words);
	}
	return (SourcePosition){ .path = work->stage->job->set->directory };
}

static void
environment_judge(const EnvironmentWork *work)
{
	g_autofree char *stale = environment_take_declared(work);
	g_autofree char *settings = environment_describe_settings(work);
	g_autoptr(GString) lines = g_string_new(NULL);
	const Dependence *first = NULL;

	for (guint i = 0; i < work->found->len; i++) {
		const Dependence *dependence = g_ptr_array_index(work->found, i);
		if (dependence->declared)
			continue;
		first = first != NULL ? first : dependence;
		g_string_append_printf(lines, "%s\n", dependence->line);
	}
	if (first != NULL) {
		work->test_case->position = environment_place(work, first);
		report_case_set(
		    work->test_case, environment_status(work),
		    "in another environment the migrations make something else: %s\n%sunder %s\n"
		    "hint: write constants with their time zone, dates as 2024-12-31; if you mean it, name the "
		    "object under \"environment_except\" in the suite with the reason",
		    first->line, lines->str, settings);
	}
	if (stale != NULL)
		report_case_set(work->test_case, REPORT_FAILED, "%s%s%s", stale, first != NULL ? "\n" : "",
		                first != NULL ? lines->str : "");
}

static bool
environment_compare(EnvironmentWork *work, const CatalogSnapshot *expected, const Outcome *other, GError **error)
{
	g_auto(Runs) runs = { .here = expected, .rows_here = run_progress_rows(work->stage->history), .there = other };
	g_autoptr(GArray) schema = catalog_diff(expected, other->catalog, NULL);
	g_autoptr(GPtrArray) tables = rows_state_compare(runs.rows_here, other->rows);

	if (schema->len > 0 || tables->len > 0) {
		if (!environment_run_again(work, false, &runs.here_again, error) ||
		    (!runs.here_again.failed && !environment_run_again(work, true, &runs.there_again, error)))
			return false;
		if (runs.here_again.failed || runs.there_again.failed)
			return true;
		environment_find_schema(work, &runs);
		environment_find_rows(work, &runs);
	}
	environment_judge(work);
	return true;
}

bool
run_environment(RunStage *stage, GError **error)
{
	g_autoptr(CatalogSnapshot) expected = run_progress_wait_end(stage->history);
	SourcePosition nowhere = { .path = stage->job->set->directory };
	gint64 start = g_get_monotonic_time();

	if (expected == NULL) {
		if (!base_interrupt_check(error))
			return false;
		run_stage_skip(stage, "environment", environment_case, nowhere, "not run, because a migration failed");
		return true;
	}
	run_stage_progress(stage, "in another environment");
	g_autoptr(ReportCase) test_case = run_stage_case(stage, "environment", environment_case, nowhere);
	g_auto(EnvironmentWork)
	    work = { .stage = stage, .test_case = test_case, .found = g_ptr_array_new_with_free_func(dependence_free) };
	g_auto(Outcome) other = { 0 };
	if (!environment_run(&work, &stage->workspace, true, &other, error) ||
	    (!other.failed && !environment_compare(&work, expected, &other, error)))
		return false;
	test_case->duration = g_get_monotonic_time() - start;
	run_stage_report(g_steal_pointer(&test_case), stage);
	return true;
}
