/* pgassay check: the migrations of a repository, with nothing written first. */
#include "command/check/base.h"
#include "command/check/cache.h"
#include "command/check/downs.h"
#include "command/check/find.h"
#include "command/check/guess.h"
#include "command/check/order.h"
#include "command/check/replaces.h"
#include "command/check/with.h"
#include "command/running.h"

#include "base/error.h"
#include "check/kind/kind.h"
#include "check/proof/shared_objects.h"
#include "git/branches.h"
#include "run/stage/stage.h"

#include <string.h>

/* Nobody waits longer for a merge request. */
#define CHECK_TIMEOUT "30min"

typedef struct {
	CommandRunning running;
	char **formats; /* as typed: formats of migrations, and of the output */
	const char *format;
	char **placeholders;
	const char *const *directories;
	char *base;
	GPtrArray *unread; /* of ReportCase *: folders that could not be read */
	char *since;
	char *release;
	char *replaces;
	gboolean all;
	gboolean no_cache;
	char **with;
	char *with_open;
	char **open; /* names of that list; or NULL */
	CommandCheckBaseWish base_wish;
	CommandCheckBase *found; /* owns the plan's bases */
	bool few_are_new;        /* some, but so few that each has a line of its own */
} CheckOptions;

/* Other branches are merged on the base. */
static bool
check_needs_base(const CheckOptions *options, GError **error)
{
	bool none = options->since != NULL || g_strcmp0(options->base, "none") == 0;

	if (!none || (options->with == NULL && options->with_open == NULL))
		return true;
	return base_error_set(error, BASE_ERROR_USAGE, "leave one of the two out", "%s needs a base, and %s gives none",
	                      options->with != NULL ? "--with" : "--with-open",
	                      options->since != NULL ? "--since" : "--base none");
}

/* Who asks for something and leaves it out would take silence for a proof. --only names single cases: that is no
 * mistake. */
static bool
check_is_selected(const CheckOptions *options, const char *option, const char *stage, GError **error)
{
	g_autoptr(RunSelection)
	    selection = run_selection_new("--stage", NULL, (const char *const *)options->running.stages, error);

	if (selection == NULL || run_selection_has_stage(selection, "", stage))
		return selection != NULL;
	g_autofree char *hint = g_strdup_printf("name it, too: --stage \"%s\"", stage);
	return base_error_set(error, BASE_ERROR_USAGE, hint, "%s adds the stage \"%s\", which --stage leaves out",
	                      option, stage);
}

static bool
check_are_selected(const CheckOptions *options, GError **error)
{
	bool with = options->with != NULL || options->with_open != NULL;

	return (!with || check_is_selected(options, options->with != NULL ? "--with" : "--with-open",
	                                   RUN_STAGE_MERGE_ORDER, error)) &&
	       (options->replaces == NULL || check_is_selected(options, "--replaces", RUN_STAGE_SQUASH, error));
}

static void
check_free_case(gpointer data)
{
	report_case_free(data);
}

static RunPlan *
check_plan(void *data, const RunOptions *run_options, GError **error)
{
	CheckOptions *options = data;
	const CommandCheckWish wish = { .directories = options->directories,
		                        .base = options->base,
		                        .format = options->format,
		                        .placeholders = options->placeholders };

	if (!check_needs_base(options, error) || !check_are_selected(options, error))
		return NULL;
	if (options->with_open != NULL) {
		options->open = git_branches_read(options->with_open, error);
		if (options->open == NULL)
			return NULL;
	}
	options->unread = g_ptr_array_new_with_free_func(check_free_case);
	g_autoptr(RunPlan) plan = command_check_find(&wish, run_options, options->unread, error);

	options->base_wish = (CommandCheckBaseWish){ .ref = options->base,
		                                     .since = options->since,
		                                     .all = options->all };
	options->found = plan != NULL ? command_check_base(plan, &options->base_wish, error) : NULL;
	if (options->found != NULL && !options->all)
		command_check_downs(plan);
	if (options->found == NULL || !command_check_release(options->found, plan, options->release, error) ||
	    (!options->no_cache && !options->running.list && !command_check_cache_start(plan, run_options, error)))
		return NULL;
	return g_steal_pointer(&plan);
}

/* --- Failures of the base ------------------------------------------------------ */

/* Stages that look at the end of the migrations, and can look at the base in the same way. */
static bool
check_is_of_the_end(const ReportCase *test_case)
{
	const SuiteCheckKind *const *kinds = check_kinds();

	if (strcmp(test_case->stage, "expect") == 0)
		return true;
	for (guint i = 0; kinds[i] != NULL; i++)
		if (strcmp(kinds[i]->name, test_case->stage) == 0)
			return true;
	return false;
}

static bool
check_is_bad(const ReportCase *test_case)
{
	return test_case->status == REPORT_FAILED || test_case->status == REPORT_ERRORED;
}

/* An expectation that the branch has written itself was not there to be red. */
static bool
check_was_asked_before(const CheckOptions *options, const ReportSuite *suite, const ReportCase *test_case)
{
	const char *path = test_case->position.path;

	if (strcmp(suite->path, COMMAND_CHECK_MADE) == 0)
		return path == NULL || strcmp(path, COMMAND_CHECK_MADE) == 0;
	return command_check_base_has_file(options->found, suite->path) &&
	       (path == NULL || command_check_base_has_file(options->found, path));
}

static bool
check_may_be_old(const CheckOptions *options, const RunPlan *plan, const ReportSuite *suite,
                 const ReportCase *test_case)
{
	bool has_base = false;

	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		has_base = has_base || (job->base != NULL && g_strcmp0(job->database->name, test_case->database) == 0 &&
		                        strcmp(job->suite->name, suite->name) == 0);
	}
	return has_base && check_is_bad(test_case) && check_is_of_the_end(test_case) &&
	       check_was_asked_before(options, suite, test_case);
}

static bool
check_any_may_be_old(const CheckOptions *options, const RunPlan *plan, const ReportRun *report)
{
	for (guint i = 0; i < report->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(report->suites, i);
		for (guint j = 0; j < suite->cases->len; j++)
			if (check_may_be_old(options, plan, suite, g_ptr_array_index(suite->cases, j)))
				return true;
	}
	return false;
}

static bool
check_is_same(const ReportCase *a, const ReportCase *b)
{
	return check_is_bad(b) && g_strcmp0(a->database, b->database) == 0 && strcmp(a->stage, b->stage) == 0 &&
	       strcmp(a->name, b->name) == 0 && g_strcmp0(a->message, b->message) == 0 &&
	       g_strcmp0(a->details, b->details) == 0;
}

static bool
check_is_red_at_base(const ReportRun *base, const char *suite_name, const ReportCase *test_case)
{
	for (guint i = 0; i < base->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(base->suites, i);
		for (guint j = 0; strcmp(suite->name, suite_name) == 0 && j < suite->cases->len; j++)
			if (check_is_same(test_case, g_ptr_array_index(suite->cases, j)))
				return true;
	}
	return false;
}

static void
check_keep_apart(const CheckOptions *options, const RunPlan *plan, const ReportRun *base, ReportRun *report)
{
	for (guint i = 0; i < report->suites->len; i++) {
		ReportSuite *suite = g_ptr_array_index(report->suites, i);
		for (guint j = 0; j < suite->cases->len; j++) {
			ReportCase *test_case = g_ptr_array_index(suite->cases, j);
			if (!check_may_be_old(options, plan, suite, test_case) ||
			    !check_is_red_at_base(base, suite->name, test_case))
				continue;
			g_autofree char *story = g_strdup(test_case->details != NULL ? test_case->details
			                                                             : test_case->message);
			report_case_set(test_case, REPORT_SKIPPED, RUN_BASE_RED_BEFORE "%s", story);
		}
	}
}

/* The command to repeat the check. Without named folders, it finds them and their format again. */
static GStrv
check_command(void *data)
{
	const CheckOptions *options = data;
	const char *option = command_check_base_option(options->found);
	g_auto(GStrv) parts = g_strsplit(option != NULL ? option : "", " ", 2);
	GPtrArray *command = g_ptr_array_new();

	g_ptr_array_add(command, g_strdup("pgassay"));
	g_ptr_array_add(command, g_strdup("check"));
	for (guint i = 0; parts[i] != NULL; i++)
		g_ptr_array_add(command, g_strdup(parts[i]));
	if (options->format != NULL)
		g_ptr_array_add(command, g_strdup_printf("--format=%s", options->format));
	if (options->release != NULL)
		g_ptr_array_add(command, g_strdup_printf("--release=%s", options->release));
	for (char **ref = options->with; ref != NULL && *ref != NULL; ref++)
		g_ptr_array_add(command, g_strdup_printf("--with=%s", *ref));
	if (options->with_open != NULL)
		g_ptr_array_add(command, g_strdup_printf("--with-open=%s", options->with_open));
	if (options->replaces != NULL)
		g_ptr_array_add(command, g_strdup_printf("--replaces=%s", options->replaces));
	for (guint i = 0; options->directories[i] != NULL; i++)
		g_ptr_array_add(command, g_strdup(options->directories[i]));
	g_ptr_array_add(command, NULL);
	return (GStrv)g_ptr_array_free(command, FALSE);
}

/* More new migrations than that are shown stage by stage, as all are without a base. */
#define CHECK_FEW 20

static bool
check_are_few_new(const RunPlan *plan)
{
	guint n = 0;

	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (job->base == NULL)
			return false;
		n += run_base_count_new(job->base, job->set);
	}
	return n <= CHECK_FEW;
}

static bool
check_shows_migrations(void *data)
{
	const CheckOptions *options = data;

	return options->few_are_new;
}

static void
check_stop_server(gpointer data)
{
	scratch_server_stop(data);
}

/* Roles that the base has made stay on its server, where it cannot be built once more. */
static bool
check_leaves_roles(const RunPlan *plan)
{
	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (job->base != NULL && check_shared_objects_in_set(job->base->set))
			return true;
	}
	return false;
}

static bool
check_run_base(const RunPlan *plan, const RunOptions *run_options, RunResult *ret_base, GError **error)
{
	g_autoptr(GPtrArray) servers = g_ptr_array_new_with_free_func(check_stop_server);
	RunOptions at_base = *run_options;

	at_base.at_base = true;
	at_base.keep = at_base.keep_failed = false;
	if (check_leaves_roles(plan))
		at_base.servers = servers;
	return run_all(plan, &at_base, ret_base, error);
}

/* Runs the cases beside the plan. Their databases begin empty, with no role that the base has made. */
static bool
check_run_beside(const CheckOptions *options, const RunPlan *plan, const RunOptions *run_options, ReportRun *report,
                 GError **error)
{
	g_autoptr(GPtrArray) servers = g_ptr_array_new_with_free_func(check_stop_server);
	const CommandCheckWithWish with = { .refs = options->with, .open = options->open };
	RunOptions whole = *run_options;

	/* Cases outside of the plan are not divided: the first machine runs them. */
	if (run_options->shard.number > 1)
		return true;
	whole.shard = (RunShard){ 0 };
	if (check_leaves_roles(plan))
		whole.servers = servers;
	if ((with.refs != NULL || with.open != NULL) &&
	    !command_check_with(options->found, &with, plan, &whole, report, error))
		return false;
	return options->replaces == NULL || command_check_replaces(options->replaces, plan, &whole, report, error);
}

/* Folders that could not be read: the result is no good one without them. */
static void
check_report_unread(CheckOptions *options, ReportRun *report)
{
	if (options->unread->len == 0)
		return;
	ReportSuite *suite = report_run_add_suite(report, "folders", NULL, NULL);
	while (options->unread->len > 0)
		report_suite_add_case(suite, g_ptr_array_steal_index(options->unread, 0));
}

/* The same checks on the base, where one of them is red: only then is it worth the time. */
static bool
check_judge(void *data, const RunPlan *plan, const RunOptions *run_options, RunResult *result, GError **error)
{
	CheckOptions *options = data;
	g_auto(RunResult) base = { 0 };
	const char *option = command_check_base_option(options->found);
	gint64 start = g_get_monotonic_time();

	options->few_are_new = check_are_few_new(plan);
	if (result->interrupted || result->lost)
		return true;
	if (!options->all && check_any_may_be_old(options, plan, result->report)) {
		if (!check_run_base(plan, run_options, &base, error))
			return false;
		result->interrupted = base.interrupted;
		result->lost = base.lost;
		if (!base.interrupted && !base.lost)
			check_keep_apart(options, plan, base.report, result->report);
	}
	if (!check_run_beside(options, plan, run_options, result->report, error))
		return false;
	command_check_order(plan, result->report);
	if (!command_check_guess(plan, result->report, error))
		return false;
	check_report_unread(options, result->report);
	if (!options->no_cache)
		command_check_cache_store(run_options);
	result->report->duration += g_get_monotonic_time() - start;
	ReportCounts counts = report_run_count(result->report);
	if (option != NULL && counts.failed + counts.errored > 0) {
		g_auto(GStrv) again = check_command(data);
		g_autofree char *line = report_command_line((const char *const *)again);
		g_ptr_array_add(result->messages, g_strdup_printf("reproduce: %s", line));
	}
	return true;
}

/* No tool has the name of a way to print. */
static void
check_take_formats(CheckOptions *options)
{
	for (char **format = options->formats; format != NULL && *format != NULL; format++) {
		if (strcmp(*format, "json") != 0 && strcmp(*format, "text") != 0) {
			options->format = *format;
			continue;
		}
		g_free(options->running.format);
		options->running.format = g_strdup(*format);
	}
}

CommandResult
command_check(int n_arguments, char **arguments)
{
	CheckOptions options = { .running = { .connect_timeout = DB_CONNECT_TIMEOUT } };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "base", 0, 0, G_OPTION_ARG_STRING, &options.base,
		  "what the branch is to be merged into; none: everything is tested (default: what the CI system says, "
		  "or the "
		  "default branch of origin)",
		  "REF" },
		{ "with", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.with,
		  "another branch that is open: do both go together, in either order? may be given several times",
		  "REF" },
		{ "with-open", 0, 0, G_OPTION_ARG_STRING, &options.with_open,
		  "a file, or else an environment variable, with the branches that are open: as --with for each of "
		  "them "
		  "that the clone has",
		  "LIST" },
		{ "since", 0, 0, G_OPTION_ARG_STRING, &options.since,
		  "without git: migrations up to this version are there already", "VERSION" },
		{ "release", 0, 0, G_OPTION_ARG_STRING, &options.release,
		  "whose queries run on while the database is migrated: a tag, a branch, a commit (default: the base)",
		  "TAG" },
		{ "replaces", 0, 0, G_OPTION_ARG_FILENAME, &options.replaces,
		  "the folder of the migrations that these replace: do both end in the same schema, with the same "
		  "rows?",
		  "DIR" },
		{ "all", 0, 0, G_OPTION_ARG_NONE, &options.all, "what was red before the branch fails, too", NULL },
		{ "no-cache", 0, 0, G_OPTION_ARG_NONE, &options.no_cache,
		  "build the base anew, and keep nothing of it for the next time", NULL },
		{ "format", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.formats,
		  "the migration tool's format, for folders that no suite names (default: detected); json: print the "
		  "run "
		  "for programs, an object a line; may be given twice",
		  "FORMAT" },
		{ "placeholder", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.placeholders,
		  "the value of a placeholder of the migrations; may be given several times", "NAME=VALUE" },
		COMMAND_RUNNING_OPTIONS(options.running, CHECK_TIMEOUT),
		{ NULL },
	};

	bool parsed = command_parse("check", entries, &n_arguments, &arguments, &result);
	if (!parsed && result == COMMAND_USAGE)
		command_running_replace_report();
	options.directories = (const char *const *)arguments + 1;
	check_take_formats(&options);
	if (options.running.timeout == NULL)
		options.running.timeout = g_strdup(CHECK_TIMEOUT);
	const CommandWork work = {
		.plan = check_plan,
		.judge = check_judge,
		.shows_migrations = check_shows_migrations,
		.command = check_command,
		.data = &options,
	};
	if (parsed && !command_running_run(&options.running, &work, &result, &error)) {
		CommandResult why = command_error(error);
		result = result == COMMAND_OK ? why : result;
	}
	command_running_clear(&options.running);
	command_check_base_free(options.found);
	g_free(options.base);
	g_free(options.since);
	g_clear_pointer(&options.unread, g_ptr_array_unref);
	g_free(options.release);
	g_free(options.replaces);
	g_strfreev(options.with);
	g_free(options.with_open);
	g_strfreev(options.open);
	g_strfreev(options.formats);
	g_strfreev(options.placeholders);
	return result;
}
