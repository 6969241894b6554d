/* Every migration is killed on its way. */
#include "run/stage/stage.h"
#include "run/stage/work/code.h"
#include "run/stage/work/rows.h"

#include "base/error.h"
#include "check/crash/crash.h"

/* Draws the points of `crash: sample`. */
#define SEED_VARIABLE "PGASSAY_SEED"

bool
run_crash_wanted(const RunJob *job)
{
	return job->database->crash != SUITE_CRASH_OFF;
}

/* One seed for all databases of a run, so that one variable repeats all of them. */
static guint32
draw_seed(void)
{
	static gsize drawn = 0; /* the seed and one */

	if (g_once_init_enter(&drawn))
		g_once_init_leave(&drawn, (gsize)(g_random_int() >> 1) + 1);
	return (guint32)(drawn - 1);
}

static bool
get_seed(guint32 *ret_seed, GError **error)
{
	const char *text = g_getenv(SEED_VARIABLE);
	guint64 seed = 0;

	if (text == NULL || *text == '\0') {
		*ret_seed = draw_seed();
		return true;
	}
	if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT32, &seed, NULL))
		return base_error_set(error, BASE_ERROR_USAGE, "give it the number that the report shows as crash.seed",
		                      "%s=\"%s\" is not a number from 0 to %u", SEED_VARIABLE, text, G_MAXUINT32);
	*ret_seed = (guint32)seed;
	return true;
}

/* --- Drawing ---------------------------------------------------------------- */

static guint
stage_crash_draw(guint32 seed, const char *name, guint n)
{
	const guint32 seeds[] = { seed, g_str_hash(name) };
	GRand *random = g_rand_new_with_seed_array(seeds, G_N_ELEMENTS(seeds));
	guint drawn = (guint)g_rand_int_range(random, 0, (gint32)n);

	g_rand_free(random);
	return drawn;
}

bool
run_crash_draw(const GPtrArray *jobs, const RunJob **ret_job, GError **error)
{
	guint32 seed = 0;

	if (jobs->len > 0 && !get_seed(&seed, error))
		return false;
	*ret_job = jobs->len > 0 ? g_ptr_array_index(jobs, stage_crash_draw(seed, "databases", jobs->len)) : NULL;
	return true;
}

/* --- The session ------------------------------------------------------------ */

/* Why the migration is not killed, as a case says it; NULL: it is. What belongs to the whole server would be made on
 * several databases of it, and works on the first only. The caller frees it. */
static char *
stage_crash_reason(const RunStage *stage, const Migration *migration)
{
	const char *reason = run_code_reason(stage, migration);

	if (reason != NULL)
		return g_strdup_printf("not killed: the statements of \"%s\" are not known: %s", migration->name,
		                       reason);
	if (check_shared_objects_in_script(migration->up))
		return g_strdup_printf(
		    "not killed: \"%s\" makes or drops what belongs to the whole server, such as a role",
		    migration->name);
	return NULL;
}

static bool
pass_by(RunStage *stage, const Migration *migration, const char *reason, ReportCase *test_case, bool *ret_applied,
        GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };

	report_case_set(test_case, REPORT_SKIPPED, "%s", reason);
	if (!db_session_reset(stage->workspace.session, error) ||
	    !migration_runner_apply(stage->workspace.runner, migration, MIGRATION_UP, &outcome, error))
		return false;
	*ret_applied = !outcome.failed;
	return true;
}

static bool
stage_crash_try(RunStage *stage, const Migration *migration, const guint32 *seed, ReportCase *test_case,
                bool *ret_applied, GError **error)
{
	const CheckCrash check = { .workspace = &stage->workspace,
		                   .migration = migration,
		                   .again = stage->code != NULL ? run_code_original(stage, migration) : NULL,
		                   .seed = seed,
		                   .test_case = test_case,
		                   .ret_left = stage->hold && run_selection_has(stage->selection, test_case)
		                                   ? &stage->held
		                                   : NULL };

	g_autofree char *reason = stage_crash_reason(stage, migration);
	return reason != NULL ? pass_by(stage, migration, reason, test_case, ret_applied, error)
	                      : check_crash(&check, ret_applied, error);
}

/* *filled: the tables have got rows. When the migration fails on these, it is tried without. */
static bool
stage_crash_crash(RunStage *stage, guint index, const guint32 *seed, bool *filled, bool *ret_applied, GError **error)
{
	const Migration *migration = g_ptr_array_index(stage->migrations, index);
	SourcePosition position = migration_script_position(migration->up);
	gint64 start = g_get_monotonic_time();
	g_autoptr(ReportCase) test_case = run_stage_case(stage, "crash", migration->name, position);

	run_stage_progress_migration(stage, migration);
	if (!stage_crash_try(stage, migration, seed, test_case, ret_applied, error))
		return false;
	if (!*ret_applied && *filled) {
		*filled = false;
		report_case_free(test_case);
		test_case = run_stage_case(stage, "crash", migration->name, position);
		if (!run_stage_rows_rebuild(stage, &stage->workspace, "crash", index, error) ||
		    !stage_crash_try(stage, migration, seed, test_case, ret_applied, error))
			return false;
		if (test_case->status != REPORT_SKIPPED)
			run_stage_rows_remark(test_case);
	}
	test_case->duration = test_case->status != REPORT_SKIPPED ? g_get_monotonic_time() - start : 0;
	run_stage_report(g_steal_pointer(&test_case), stage);
	return !*ret_applied || run_stage_rows_add(stage, &stage->workspace, migration, filled, error);
}

static bool
crash_sessions(RunStage *stage, guint32 seed, GError **error)
{
	const GPtrArray *migrations = stage->migrations;
	bool sample = stage->job->database->crash == SUITE_CRASH_SAMPLE;
	bool applied = true;
	bool filled = false;

	if (!check_workspace_open(&stage->workspace, "crash", error) ||
	    (stage->job->database->baseline != NULL &&
	     !run_stage_rows_add(stage, &stage->workspace, NULL, &filled, error)))
		return false;
	for (guint i = 0; i < migrations->len && applied && run_progress_wait(stage->history, i); i++)
		if (!stage_crash_crash(stage, i, sample ? &seed : NULL, &filled, &applied, error))
			return false;
	return true;
}

/* --- The server ------------------------------------------------------------- */

#define SERVER_CASE "the whole server"

/* On rows; without, when the migration fails on them. */
static bool
crash_server_try(RunStage *stage, CheckWorkspace *workspace, guint index, guint32 seed, ReportCase *test_case,
                 GError **error)
{
	const Migration *migration = g_ptr_array_index(stage->migrations, index);
	const CheckCrash check = { .workspace = workspace,
		                   .migration = migration,
		                   .again = stage->code != NULL ? run_code_original(stage, migration) : NULL,
		                   .seed = &seed,
		                   .victim = CHECK_CRASH_SERVER,
		                   .test_case = test_case };
	bool applied = false;
	bool filled = false;

	if (!run_stage_rows_rebuild(stage, workspace, "crash", index, error) ||
	    !run_stage_rows_generate(stage, workspace, &filled, error) || !check_crash(&check, &applied, error))
		return false;
	if (applied || !filled)
		return true;
	report_case_set(test_case, REPORT_PASSED, "%s", "");
	if (!run_stage_rows_rebuild(stage, workspace, "crash", index, error) || !check_crash(&check, &applied, error))
		return false;
	run_stage_rows_remark(test_case);
	return true;
}

/* The migration during which the server is killed: the first that can be, from the drawn one on and then from the
 * beginning. When none can: the first of all, and why it cannot, which the caller frees. */
static guint
crash_server_draw(const RunStage *stage, guint32 seed, char **ret_reason)
{
	const GPtrArray *migrations = stage->migrations;
	guint drawn = stage_crash_draw(seed, "migrations", migrations->len);

	for (guint i = 0; i < migrations->len; i++) {
		guint index = (drawn + i) % migrations->len;
		g_autofree char *reason = stage_crash_reason(stage, g_ptr_array_index(migrations, index));

		if (reason == NULL)
			return index;
	}
	*ret_reason = stage_crash_reason(stage, g_ptr_array_index(migrations, 0));
	return 0;
}

static bool
crash_server(RunStage *stage, guint32 seed, GError **error)
{
	g_autofree char *reason = NULL;
	guint index = crash_server_draw(stage, seed, &reason);
	const Migration *migration = g_ptr_array_index(stage->migrations, index);
	gint64 start = g_get_monotonic_time();
	g_auto(CheckWorkspace) workspace = { .server = stage->victim,
		                             .set = stage->job->set,
		                             .stand_ins = &stage->stand_ins,
		                             .exclusions = &stage->job->exclusions };
	SourcePosition position = migration_script_position(migration->up);

	if (reason != NULL) {
		run_stage_skip(stage, "crash", SERVER_CASE, position, reason);
		return true;
	}
	if (!run_progress_wait(stage->history, index)) {
		run_stage_skip(stage, "crash", SERVER_CASE, position, "not run, because a migration failed");
		return true;
	}
	run_stage_progress(stage, "crash of the server in %s", migration->name);
	g_autoptr(ReportCase) test_case = run_stage_case(stage, "crash", SERVER_CASE, position);
	const RunStartingPoint *beginning = run_starting_points_get(stage->baseline, stage->victim, &stage->stand_ins,
	                                                            error);
	if (beginning == NULL)
		return false;
	workspace.template = beginning->template;
	if (!crash_server_try(stage, &workspace, index, seed, test_case, error))
		return false;
	test_case->duration = g_get_monotonic_time() - start;
	run_stage_report(g_steal_pointer(&test_case), stage);
	return true;
}

/* --- The stage -------------------------------------------------------------- */

static bool
crash_run_all(RunStage *stage, GError **error)
{
	SourcePosition nowhere = { .path = stage->job->set->directory };
	guint32 seed = 0;

	if (!get_seed(&seed, error))
		return false;
	if (stage->victim != NULL || stage->job->database->crash == SUITE_CRASH_SAMPLE) {
		g_autofree char *text = g_strdup_printf("%u", seed);
		run_stage_property(stage, "crash.seed", text);
	}
	if (!crash_sessions(stage, seed, error))
		return false;
	if (!scratch_server_is_own(stage->server))
		run_stage_skip(stage, "crash", SERVER_CASE, nowhere, "only a server of pgassay's own is killed");
	return stage->victim == NULL || stage->migrations->len == 0 || crash_server(stage, seed, error);
}

bool
run_crash(RunStage *stage, GError **error)
{
	bool ready = false;
	bool done = run_code_begin(stage, &ready, error) && (!ready || crash_run_all(stage, error));

	run_code_end(stage);
	return done;
}
