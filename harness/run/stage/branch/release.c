/* A rolling deploy: the release before on the schema after each new migration, and the new one on the base's. */
#include "run/stage/branch/branch.h"

#include "base/interrupt.h"
#include "check/findings.h"
#include "check/release/release.h"
#include "check/workspace/place.h"
#include "db/sqlstate.h"
#include "migration/format.h"
#include "run/job/declared.h"
#include "run/stage/work/rows.h"

#include <string.h>

#define OLD "old release"
#define NEW "new release"

typedef struct {
	RunStage *stage;
	const RunBase *base;
	CheckRelease *old; /* NULL: its queries are not known, or not wanted */
	GPtrArray *fresh;  /* of FreshQuery *: queries that the branch has added or changed */
	bool on_rows;      /* the tables have rows */
} RunRelease;

/* A query of the branch. */
typedef struct {
	const Query *query;
	char *refusal;               /* on the base's schema; NULL: it works there */
	const Migration *works_from; /* the first one behind which it works; NULL: none, or the base */
	bool works;
	guint character;
} FreshQuery;

static void
release_free_fresh(gpointer data)
{
	FreshQuery *fresh = data;

	g_free(fresh->refusal);
	g_free(fresh);
}

bool
run_release_is_wanted(const RunJob *job)
{
	return job->base != NULL &&
	       ((job->base->queries != NULL && job->base->queries->len > 0) || job->queries->len > 0);
}

/* --- Where a fault lies ------------------------------------------------------------------- */

/* The statement of the migration that it is about; NULL: it names nothing of it. */
static const MigrationStatement *
release_find_statement(const Migration *migration, const CheckBroken *broken)
{
	return check_place_find_statement(migration->up, (const char *const *)broken->words->pdata);
}

/* A tool that runs all in one transaction shows the end of it only: the last one that has to do with it. */
static const Migration *
release_find_migration(const RunStage *stage, const CheckBroken *broken)
{
	for (guint i = stage->migrations->len; i > 0; i--) {
		const Migration *migration = g_ptr_array_index(stage->migrations, i - 1);
		if (release_find_statement(migration, broken) != NULL)
			return migration;
	}
	return g_ptr_array_index(stage->migrations, stage->migrations->len - 1);
}

/* "db/3.sql:2:1" and the line. The caller frees it. */
static char *
release_show_statement(const Migration *migration, const CheckBroken *broken)
{
	const MigrationStatement *statement = release_find_statement(migration, broken);
	g_autoptr(Source) source = base_source_ref(migration_script_source(migration->up));
	gsize offset = statement != NULL ? migration_script_source_offset(migration->up, statement, 0) : 0;

	return base_source_excerpt(source, offset);
}

/* --- Hints ----------------------------------------------------------------------------------- */

static const struct {
	const char *sqlstate;
	const char *hint;
} release_hints[] = {
	{ DB_SQLSTATE_NOT_NULL_VIOLATION,
	  "give the column a default, or let it be NULL until no such release runs any more" },
	{ DB_SQLSTATE_INVALID_COLUMN_REFERENCE, "keep the old unique index until no such release runs any more" },
	{ DB_SQLSTATE_INSUFFICIENT_PRIVILEGE, "keep the privilege until no such release runs any more" },
	{ DB_SQLSTATE_FEATURE_NOT_SUPPORTED,
	  "name the columns in the query instead of *; a pool that prepares nothing, or that tries again, does not "
	  "mind" },
};

static const char *
release_hint(const CheckBroken *broken)
{
	for (gsize i = 0; i < G_N_ELEMENTS(release_hints); i++)
		if (g_strcmp0(broken->sqlstate, release_hints[i].sqlstate) == 0)
			return release_hints[i].hint;
	return "keep what it needs beside the new until no such release runs any more, and take it away in a later "
	       "release";
}

/* --- Cases of the release before ---------------------------------------------------------------- */

/* "app/orders.sql:41:1 at origin/main 3f2c1a9", and the line. The caller frees it. */
static char *
release_show_query(const RunRelease *work, const CheckBroken *broken)
{
	g_autofree char *place = base_position_format(query_position(broken->query, broken->character));
	g_autofree char *clean = run_base_clean(work->base, place);
	g_autofree char *line = query_show(broken->query, broken->character);

	return g_strdup_printf("%s at %s\n%s", clean, work->base->release, line);
}

/* All that is to be said of it, without what to do. The caller frees it. */
static char *
release_describe(const RunRelease *work, const Migration *migration, const CheckBroken *broken)
{
	g_autofree char *query = release_show_query(work, broken);
	g_autofree char *statement = release_show_statement(migration, broken);
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "the query \"%s\" of the release before no longer works", broken->query->name);
	if (broken->role != NULL)
		g_string_append_printf(text, " as \"%s\"", broken->role);
	g_string_append_printf(text, " after \"%s\": %s", migration->name, broken->message);
	if (broken->details != NULL)
		g_string_append_printf(text, "\n%s", broken->details);
	g_string_append_printf(text, "\n%s\n%s", statement, query);
	return g_string_free(text, FALSE);
}

static SourcePosition
release_position(const Migration *migration, const CheckBroken *broken)
{
	return check_place_find(migration->up, (const char *const *)broken->words->pdata);
}

static void
release_report_broken(RunRelease *work, const Migration *migration, const CheckBroken *broken)
{
	g_autofree char *name = g_strdup_printf("%s: %s", migration->name, broken->query->name);
	g_autofree char *text = release_describe(work, migration, broken);
	ReportCase *test_case = run_stage_case(work->stage, OLD, name, release_position(migration, broken));

	report_case_set(test_case, REPORT_FAILED, "%s\nhint: %s; or accept it under \"contract\", with a reason", text,
	                release_hint(broken));
	test_case->accepted_by = "contract";
	run_stage_report(test_case, work->stage);
}

/* All that is accepted is one case. */
static void
release_report_accepted(RunRelease *work, const Migration *migration, const char *reason, const GPtrArray *broken)
{
	g_autoptr(GString) found = g_string_new(NULL);
	guint n = 0;

	for (guint i = 0; i < broken->len; i++) {
		const CheckBroken *one = g_ptr_array_index(broken, i);
		g_autofree char *text = release_describe(work, migration, one);
		n++;
		g_string_append_printf(found, "\n%s", text);
	}
	ReportCase *test_case = run_stage_case(work->stage, OLD, migration->name,
	                                       migration_script_position(migration->up));
	if (n == 0)
		report_case_set(test_case, REPORT_FAILED,
		                "\"%s\" is declared under \"contract\", but breaks no query of %s\n"
		                "hint: take it out of \"contract\"",
		                migration->name, work->base->release);
	else
		report_case_set(test_case, REPORT_SKIPPED, "accepted: %s\nfound:%s", reason, found->str);
	run_stage_report(test_case, work->stage);
}

static void
release_report_fine(RunRelease *work, const Migration *migration)
{
	CheckReleaseCounts counts = check_release_counts(work->old);
	ReportCase *test_case = run_stage_case(work->stage, OLD, migration->name,
	                                       migration_script_position(migration->up));
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_append_printf(text, "%u %s", counts.n_run + counts.n_planned,
	                       counts.n_run + counts.n_planned == 1 ? "query works" : "queries work");
	if (counts.n_planned > 0)
		g_string_append_printf(text, ", %u of them only planned: no values are known that they run with",
		                       counts.n_planned);
	if (counts.n_untried > 0)
		g_string_append_printf(text, "; %u left out, because they do not work at the base: %s",
		                       counts.n_untried, counts.first);
	report_case_set(test_case, REPORT_PASSED, "%s", text->str);
	if (!work->on_rows && work->stage->job->database->rows > 0)
		run_stage_rows_remark(test_case);
	run_stage_report(test_case, work->stage);
}

static void
release_report(RunRelease *work, const Migration *migration, const GPtrArray *broken)
{
	const RunJob *job = work->stage->job;
	const char *reason = run_job_declared(job, job->database->contract, migration);

	if (reason != NULL) {
		release_report_accepted(work, migration, reason, broken);
		return;
	}
	for (guint i = 0; i < broken->len; i++)
		release_report_broken(work, migration, g_ptr_array_index(broken, i));
	if (broken->len == 0)
		release_report_fine(work, migration);
}

/* Each to the migration that it has to do with. */
static void
release_report_group(RunRelease *work, const GPtrArray *broken)
{
	const GPtrArray *migrations = work->stage->migrations;

	for (guint i = 0; i < migrations->len; i++) {
		g_autoptr(GPtrArray) own = g_ptr_array_new();
		for (guint j = 0; j < broken->len; j++)
			if (release_find_migration(work->stage, g_ptr_array_index(broken, j)) ==
			    g_ptr_array_index(migrations, i))
				g_ptr_array_add(own, g_ptr_array_index(broken, j));
		release_report(work, g_ptr_array_index(migrations, i), own);
	}
}

/* --- The new release on the base ------------------------------------------------------------------- */

static bool
release_is_at_base(const RunBase *base, const Query *query)
{
	for (guint i = 0; base->queries != NULL && i < base->queries->len; i++) {
		const Query *other = g_ptr_array_index(base->queries, i);
		if (strcmp(other->sql, query->sql) == 0)
			return true;
	}
	return false;
}

static bool
release_begin_fresh(RunRelease *work, GError **error)
{
	const GPtrArray *queries = work->stage->job->queries;

	for (guint i = 0; i < queries->len; i++) {
		const Query *query = g_ptr_array_index(queries, i);
		if (release_is_at_base(work->base, query))
			continue;
		FreshQuery *fresh = g_new0(FreshQuery, 1);
		fresh->query = query;
		g_ptr_array_add(work->fresh, fresh);
		if (!check_release_try_plan(&work->stage->workspace, query, &fresh->refusal, &fresh->character, error))
			return false;
		fresh->works = fresh->refusal == NULL;
	}
	return true;
}

static bool
release_step_fresh(RunRelease *work, const Migration *migration, GError **error)
{
	for (guint i = 0; i < work->fresh->len; i++) {
		FreshQuery *fresh = g_ptr_array_index(work->fresh, i);
		g_autofree char *refusal = NULL;
		if (fresh->refusal == NULL || fresh->works)
			continue;
		if (!check_release_try_plan(&work->stage->workspace, fresh->query, &refusal, NULL, error))
			return false;
		fresh->works = refusal == NULL;
		fresh->works_from = fresh->works ? migration : NULL;
	}
	return true;
}

/* In a suite with several databases, the database of a query is not known. */
static void
release_report_wrong(RunRelease *work, const FreshQuery *fresh)
{
	if (work->stage->job->suite->databases->len > 1)
		return;
	g_autofree char *place = query_show(fresh->query, fresh->character);
	ReportCase *test_case = run_stage_case(work->stage, NEW, fresh->query->name,
	                                       query_position(fresh->query, fresh->character));
	report_case_set(
	    test_case, REPORT_FAILED,
	    "the query \"%s\" of this branch works neither at the base nor after all new migrations: %s\n%s",
	    fresh->query->name, fresh->refusal, place);
	run_stage_report(test_case, work->stage);
}

/* Whose code is deployed first must not need the migrations. */
static void
release_report_early(RunRelease *work, const FreshQuery *fresh)
{
	g_autofree char *name = g_strdup_printf("%s: %s", fresh->works_from->name, fresh->query->name);
	g_autofree char *line = query_show(fresh->query, fresh->character);
	g_autofree char *at = base_position_format(query_position(fresh->query, fresh->character));
	g_autofree char *place = g_strdup_printf("%s\n%s", at, line);
	ReportCase *test_case = run_stage_case(work->stage, NEW, name,
	                                       migration_script_position(fresh->works_from->up));

	report_case_set(
	    test_case, REPORT_FAILED,
	    "the query \"%s\" of this branch needs \"%s\", and \"deploy\" lets the code run without it: %s\n%s\n"
	    "hint: let the code wait for the migration, by a release of its own; or deploy the migrations first",
	    fresh->query->name, fresh->works_from->name, fresh->refusal, place);
	run_stage_report(test_case, work->stage);
}

static void
release_report_needs(RunRelease *work, const GString *needs, guint n)
{
	SourcePosition nowhere = { .path = work->stage->job->set->directory };
	ReportCase *test_case = run_stage_case(work->stage, NEW, "on the schema of the base", nowhere);

	if (n > 0)
		report_case_set(test_case, REPORT_PASSED,
		                "the migrations have to be deployed first: %u of %u new or changed queries need them%s",
		                n, work->fresh->len, needs->str);
	else
		report_case_set(test_case, REPORT_PASSED, "%u new or changed %s there, too", work->fresh->len,
		                work->fresh->len == 1 ? "query works" : "queries work");
	run_stage_report(test_case, work->stage);
}

static void
release_report_fresh(RunRelease *work)
{
	bool migrations_first = work->stage->job->database->deploy == SUITE_DEPLOY_MIGRATIONS_FIRST;
	g_autoptr(GString) needs = g_string_new(NULL);
	guint n = 0;
	guint n_bad = 0;

	for (guint i = 0; i < work->fresh->len; i++) {
		const FreshQuery *fresh = g_ptr_array_index(work->fresh, i);
		if (!fresh->works) {
			release_report_wrong(work, fresh);
			n_bad++;
		} else if (fresh->works_from != NULL && !migrations_first) {
			release_report_early(work, fresh);
			n_bad++;
		} else if (fresh->works_from != NULL) {
			g_string_append_printf(needs, "\n\"%s\" needs \"%s\": %s", fresh->query->name,
			                       fresh->works_from->name, fresh->refusal);
			n++;
		}
	}
	if (work->fresh->len > n_bad)
		release_report_needs(work, needs, n);
}

/* --- The migrations ------------------------------------------------------------------------------------ */

static bool
release_begin(RunRelease *work, GError **error)
{
	const RunJob *job = work->stage->job;

	if (job->database->deploy != SUITE_DEPLOY_CODE_FIRST && work->base->queries != NULL) {
		g_clear_pointer(&work->old, check_release_free);
		work->old = check_release_new(work->base->queries);
		return check_release_begin(work->old, &work->stage->workspace, error);
	}
	return true;
}

/* *ret_applied is false when it fails, which another stage reports. */
static bool
release_apply(RunRelease *work, const Migration *migration, bool *ret_applied, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;
	g_auto(MigrationOutcome) outcome = { 0 };

	run_stage_progress_migration(work->stage, migration);
	if (!db_session_reset(workspace->session, error) ||
	    !migration_runner_apply(workspace->runner, migration, MIGRATION_UP, &outcome, error))
		return false;
	*ret_applied = !outcome.failed;
	return true;
}

/* The up fails on rows: it goes on from before it without them. */
static bool
release_go_on_without_rows(RunRelease *work, guint index, bool *ret_applied, GError **error)
{
	if (!work->on_rows)
		return true;
	work->on_rows = false;
	if (work->old != NULL)
		check_release_end(work->old);
	return run_stage_rows_rebuild(work->stage, &work->stage->workspace, OLD, index, error) &&
	       release_begin(work, error) &&
	       release_apply(work, g_ptr_array_index(work->stage->migrations, index), ret_applied, error);
}

static bool
release_look(RunRelease *work, const Migration *migration, bool last, GError **error)
{
	bool group = migration_set_has(work->stage->job->set, MIGRATION_SETTING_GROUP);

	if (!release_step_fresh(work, migration, error))
		return false;
	if (work->old == NULL || (group && !last))
		return true;
	g_autoptr(GPtrArray) broken = check_release_step(work->old, &work->stage->workspace, error);
	if (broken == NULL)
		return false;
	if (group)
		release_report_group(work, broken);
	else
		release_report(work, migration, broken);
	return true;
}

static bool
release_migrate(RunRelease *work, GError **error)
{
	const GPtrArray *migrations = work->stage->migrations;

	for (guint i = 0; i < migrations->len; i++) {
		bool applied = false;
		if (!release_apply(work, g_ptr_array_index(migrations, i), &applied, error) ||
		    (!applied && !release_go_on_without_rows(work, i, &applied, error)))
			return false;
		if (!applied) {
			run_stage_skip(work->stage, OLD, ((const Migration *)g_ptr_array_index(migrations, i))->name,
			               (SourcePosition){ .path = work->stage->job->set->directory },
			               "not tried from here on, because the migration fails");
			return true;
		}
		if (!release_look(work, g_ptr_array_index(migrations, i), i + 1 == migrations->len, error))
			return false;
	}
	release_report_fresh(work);
	return true;
}

/* --- The stage ------------------------------------------------------------------------------------------- */

static bool
release_run(RunRelease *work, GError **error)
{
	RunStage *stage = work->stage;

	return check_workspace_open(&stage->workspace, OLD, error) &&
	       run_stage_rows_add_plausible(stage, &stage->workspace, &work->on_rows, error) &&
	       release_begin(work, error) && release_begin_fresh(work, error) && release_migrate(work, error);
}

bool
run_release(RunStage *stage, GError **error)
{
	g_autoptr(CatalogSnapshot) end = run_progress_wait_end(stage->history);
	RunRelease work = { .stage = stage, .base = stage->job->base };

	if (end == NULL) {
		if (!base_interrupt_check(error))
			return false;
		run_stage_skip(stage, OLD, "on the new schema", (SourcePosition){ .path = stage->job->set->directory },
		               "not run, because a migration failed");
		return true;
	}
	if (stage->migrations->len == 0 && stage->job->queries->len == 0)
		return true;
	work.fresh = g_ptr_array_new_with_free_func(release_free_fresh);
	bool done = release_run(&work, error);
	check_release_free(work.old);
	g_ptr_array_unref(work.fresh);
	return done;
}
