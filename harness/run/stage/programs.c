/* The stage of programs: test programs of the suite, each on a copy of the database at the end of its migrations. */
#define _GNU_SOURCE /* memfd_create */
#include "run/stage/stage.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "base/process.h"
#include "lease/service.h"
#include "program/outcome.h"
#include "suite/programs.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Maximum bytes of a program's standard output that are read, and that are shown. */
#define OUTPUT_READ  ((gsize)16 * 1024 * 1024)
#define OUTPUT_SHOWN ((gsize)16 * 1024)

static const char stage_name[] = "program";

/* One program at work. */
typedef struct {
	RunStage *stage;
	const SuiteProgram *program;
	ReportCase *test_case; /* of the program itself */
	DbSession *session;    /* as it connects */
	LeasePool *pool;       /* of its workers' leases; or NULL, as */
	LeaseService *leases;
	char *folder; /* for its report; or NULL */
	char *report; /* the path; or NULL */
	int output;   /* its standard output, a file without a name */
	BaseProcessEnd end;
} ProgramWork;

static void
programs_work_clear(ProgramWork *work)
{
	lease_service_stop(work->leases);
	lease_pool_free(work->pool);
	db_session_close(work->session);
	if (work->report != NULL)
		unlink(work->report);
	if (work->folder != NULL)
		rmdir(work->folder);
	if (work->output >= 0)
		close(work->output);
	base_process_end_clear(&work->end);
	report_case_free(work->test_case);
	g_free(work->report);
	g_free(work->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ProgramWork, programs_work_clear)

/* --- Running it ------------------------------------------------------------------ */

/* Replaces the placeholder for the path of the report. The caller frees it. */
static char *
programs_put_report(const ProgramWork *work, const char *text)
{
	GString *put = g_string_new(text);

	if (work->report != NULL)
		g_string_replace(put, SUITE_PROGRAM_REPORT_PLACE, work->report, 0);
	return g_string_free(put, FALSE);
}

/* A path with a slash is relative to the program's folder, another one is looked for; a program that is not found keeps
 * its name. The caller frees it. */
static char *
programs_find(const ProgramWork *work, const char *name)
{
	char *found = strchr(name, '/') != NULL ? g_canonicalize_filename(name, work->program->directory)
	                                        : g_find_program_in_path(name);

	return found != NULL ? found : g_strdup(name);
}

static char **
programs_arguments(const ProgramWork *work)
{
	char *const *run = work->program->run;
	GPtrArray *vector = g_ptr_array_new();

	g_ptr_array_add(vector, programs_find(work, run[0]));
	for (guint i = 1; run[i] != NULL; i++)
		g_ptr_array_add(vector, programs_put_report(work, run[i]));
	g_ptr_array_add(vector, NULL);
	return (char **)g_ptr_array_free(vector, FALSE);
}

static char **
programs_environment(const ProgramWork *work)
{
	char **environment = db_session_client_environment(work->session);
	GHashTableIter iter;
	gpointer name;
	gpointer value;

	if (work->leases != NULL)
		environment = g_environ_setenv(environment, "PGASSAY_LEASES", lease_service_url(work->leases), TRUE);
	if (work->program->environment == NULL)
		return environment;
	g_hash_table_iter_init(&iter, work->program->environment);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		g_autofree char *put = programs_put_report(work, value);
		environment = g_environ_setenv(environment, name, put, TRUE);
	}
	return environment;
}

/* Beside a server of our own, so that it goes with the server, even when we are killed. The caller frees it. */
static char *
programs_make_folder(const ProgramWork *work, const ScratchDatabase *database, GError **error)
{
	g_autofree char *name = g_strdup_printf("report-%s", scratch_database_name(database));
	g_autofree char *folder = scratch_server_file(work->stage->server, name);

	if (folder == NULL)
		return g_dir_make_tmp("pgassay-report-XXXXXX", error);
	if (mkdir(folder, S_IRWXU) == 0)
		return g_steal_pointer(&folder);
	base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not make the folder \"%s\": %s", folder,
	               g_strerror(errno));
	return NULL;
}

static bool
programs_make_places(ProgramWork *work, const ScratchDatabase *database, GError **error)
{
	g_autoptr(GError) cause = NULL;

	work->output = memfd_create("output", MFD_CLOEXEC);
	if (work->output < 0)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not make a file: %s",
		                      g_strerror(errno));
	if (work->program->report != SUITE_PROGRAM_JUNIT)
		return true;
	work->folder = programs_make_folder(work, database, &cause);
	if (work->folder == NULL)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "%s", cause->message);
	work->report = g_build_filename(work->folder, "report.xml", NULL);
	return true;
}

/* As "pgassay exec --workers". */
static bool
programs_lend(ProgramWork *work, GError **error)
{
	const RunStage *stage = work->stage;

	if (work->program->workers == 0)
		return true;
	work->pool = lease_pool_new(stage->server, work->session, work->program->workers);
	if (!lease_pool_add(work->pool, stage->job->database->name, stage->workspace.database, error))
		return false;
	lease_pool_start(work->pool);
	work->leases = lease_service_start(work->pool, 0, NULL, error);
	return work->leases != NULL;
}

static bool
programs_execute(ProgramWork *work, const ScratchDatabase *database, GError **error)
{
	work->session = scratch_database_connect_client(database, error);
	if (work->session == NULL || !programs_make_places(work, database, error) || !programs_lend(work, error))
		return false;
	g_auto(GStrv) arguments = programs_arguments(work);
	g_auto(GStrv) environment = programs_environment(work);
	const BaseProcess process = { .arguments = (const char *const *)arguments,
		                      .environment = (const char *const *)environment,
		                      .input = -1,
		                      .output = work->output,
		                      .directory = work->program->directory,
		                      .timeout = (gint64)work->program->timeout * G_USEC_PER_SEC };
	return base_process_run(&process, &work->end, error);
}

/* --- Results ----------------------------------------------------------------------- */

/* Its standard output, of which the beginning counts. The caller frees it. */
static char *
programs_read_output(const ProgramWork *work)
{
	struct stat status;
	gsize length = fstat(work->output, &status) == 0 ? MIN((gsize)status.st_size, OUTPUT_READ) : 0;
	g_autofree char *text = g_malloc(length + 1);
	ssize_t n = pread(work->output, text, length, 0);

	text[MAX(n, 0)] = '\0';
	return g_utf8_make_valid(text, MAX(n, 0));
}

static bool
programs_read_outcomes(const ProgramWork *work, const char *output, GPtrArray *outcomes, GError **error)
{
	switch (work->program->report) {
	case SUITE_PROGRAM_TAP:
		return program_tap_read(output, outcomes, error);
	case SUITE_PROGRAM_JUNIT:
		return program_junit_read(work->report, outcomes, error);
	case SUITE_PROGRAM_EXIT:
	default:
		return true;
	}
}

/* "" where there is none; the caller frees it. */
static char *
programs_first_line(const char *text)
{
	const char *start = text != NULL ? text + strspn(text, " \t\r\n") : "";

	return g_strchomp(g_strndup(start, strcspn(start, "\r\n")));
}

static void
programs_report_outcome(const ProgramWork *work, const ProgramOutcome *outcome)
{
	static const ReportStatus statuses[] = {
		[PROGRAM_PASSED] = REPORT_PASSED, [PROGRAM_FAILED] = REPORT_FAILED, [PROGRAM_SKIPPED] = REPORT_SKIPPED
	};
	g_autofree char *name = g_strdup_printf("%s: %s", work->program->name, outcome->name);
	g_autoptr(ReportCase)
	    test_case = run_stage_case(work->stage, stage_name, name, suite_node_position(work->program->node));

	g_autofree char *said = programs_first_line(outcome->details);
	if (outcome->status != PROGRAM_PASSED && outcome->message != NULL)
		report_case_set(test_case, statuses[outcome->status], "%s", outcome->message);
	else if (outcome->status != PROGRAM_PASSED)
		report_case_set(test_case, statuses[outcome->status], "the test has failed%s%s",
		                *said != '\0' ? ": " : "", said);
	/* One line stands in the message already. */
	bool all_said = test_case->message != NULL && g_strcmp0(outcome->details, said) == 0;
	test_case->output = all_said ? NULL : g_strdup(outcome->details);
	test_case->duration = outcome->duration;
	run_stage_report(g_steal_pointer(&test_case), work->stage);
}

/* True when one of its tests has failed, and was reported. */
static bool
programs_report_outcomes(const ProgramWork *work, const GPtrArray *outcomes)
{
	bool failed = false;

	for (guint i = 0; i < outcomes->len; i++) {
		const ProgramOutcome *outcome = g_ptr_array_index(outcomes, i);
		failed |= outcome->status == PROGRAM_FAILED;
		programs_report_outcome(work, outcome);
	}
	return failed;
}

/* Its output for people who look for the cause: standard error if there is some. */
static void
programs_show_output(const ProgramWork *work, const char *output)
{
	const char *text = work->end.said_something ? work->end.stderr_text : output;
	gsize length = strlen(text);

	if (length > 0)
		work->test_case->output = length <= OUTPUT_SHOWN
		                              ? g_strdup(text)
		                              : g_strdup_printf("...\n%s", text + length - OUTPUT_SHOWN);
}

/* The program's own case: failures that its tests do not show. */
static void
programs_judge(const ProgramWork *work, guint n_outcomes, bool test_failed, const GError *unreadable)
{
	const BaseProcessEnd *end = &work->end;

	if (end->timed_out)
		report_case_set(work->test_case, REPORT_FAILED,
		                "it took longer than its %u s, and was ended\nhint: give it more time with \"timeout\"",
		                work->program->timeout);
	else if (unreadable != NULL)
		report_case_set(work->test_case, REPORT_FAILED, "%s", unreadable->message);
	else if (!end->succeeded && !test_failed && end->exit_code >= 0)
		report_case_set(work->test_case, REPORT_FAILED, "it ended with exit code %d", end->exit_code);
	else if (!end->succeeded && !test_failed)
		report_case_set(work->test_case, REPORT_FAILED, "%s", end->stderr_text);
	else if (work->program->report != SUITE_PROGRAM_EXIT && n_outcomes == 0)
		report_case_set(work->test_case, REPORT_FAILED, "there is no test in its report");
}

static bool
programs_run_one(RunStage *stage, const SuiteProgram *program, const ScratchDatabase *database, GError **error)
{
	g_auto(ProgramWork) work = { .stage = stage, .program = program, .output = -1 };
	g_autoptr(GPtrArray) outcomes = program_outcomes_new();
	g_autoptr(GError) unreadable = NULL;
	gint64 start = g_get_monotonic_time();

	run_stage_progress(stage, "program %s", program->name);
	work.test_case = run_stage_case(stage, stage_name, program->name, suite_node_position(program->node));
	if (!programs_execute(&work, database, &unreadable)) {
		if (!base_interrupt_check(error))
			return false;
		report_case_set(work.test_case, REPORT_ERRORED, "%s", unreadable->message);
		run_stage_report(g_steal_pointer(&work.test_case), stage);
		return true;
	}
	g_autofree char *output = programs_read_output(&work);
	programs_read_outcomes(&work, output, outcomes, &unreadable);
	bool failed = programs_report_outcomes(&work, outcomes);
	programs_judge(&work, outcomes->len, failed, unreadable);
	if (work.test_case->status != REPORT_PASSED)
		programs_show_output(&work, output);
	work.test_case->duration = g_get_monotonic_time() - start;
	run_stage_report(g_steal_pointer(&work.test_case), stage);
	return true;
}

/* --- The stage ------------------------------------------------------------------------ */

bool
run_programs_wanted(const RunJob *job)
{
	for (guint i = 0; i < job->suite->programs->len; i++)
		if (((const SuiteProgram *)g_ptr_array_index(job->suite->programs, i))->database == job->database)
			return true;
	return false;
}

/* Each of the database's programs gets a copy of its own. */
static bool
programs_run_all(RunStage *stage, GError **error)
{
	const GPtrArray *programs = stage->job->suite->programs;

	for (guint i = 0; i < programs->len; i++) {
		const SuiteProgram *program = g_ptr_array_index(programs, i);
		if (program->database != stage->job->database)
			continue;
		ScratchDatabase *copy = scratch_database_create(stage->server, program->name, stage->workspace.database,
		                                                error);
		bool done = copy != NULL && programs_run_one(stage, program, copy, error);
		scratch_database_drop(copy, false);
		if (!done)
			return false;
	}
	return true;
}

/* All at once, as the tool does; the forward stage has seen that they work. */
static bool
programs_migrate(RunStage *stage, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;

	if (!check_workspace_open(&stage->workspace, stage_name, error) ||
	    !migration_runner_migrate(stage->workspace.runner, &applied, &failed, &outcome, error))
		return false;
	check_workspace_disconnect(&stage->workspace);
	return failed == NULL ||
	       base_error_set(error, BASE_ERROR_DATABASE, NULL, "\"%s\" fails, but did not in the forward stage: %s",
	                      failed->name, outcome.message);
}

bool
run_programs(RunStage *stage, GError **error)
{
	g_autoptr(CatalogSnapshot) end = run_progress_wait_end(stage->history);
	SourcePosition nowhere = { .path = stage->job->suite->path };

	if (end != NULL)
		return programs_migrate(stage, error) && programs_run_all(stage, error);
	if (!base_interrupt_check(error))
		return false;
	run_stage_skip(stage, stage_name, "programs", nowhere, "not run, because a migration failed");
	return true;
}
