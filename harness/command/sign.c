/* pgassay sign: a person confirms an item of a checklist. */
#include "command/command.h"

#include "base/error.h"
#include "base/nearest.h"
#include "checklist/sign/sign.h"
#include "suite/suite.h"

#include <stdio.h>
#include <string.h>

typedef struct {
	char *by;
	char *because;
	char *until;
} Options;

/* The item that is signed by that name. */
static const SuiteItem *
sign_find_item(const Suite *suite, const char *name, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; i < suite->checklist->len; i++) {
		const SuiteItem *item = g_ptr_array_index(suite->checklist, i);
		const char *sign = strcmp(item->kind, "manual") == 0 ? suite_node_get_text(item->value, "sign") : NULL;
		if (g_strcmp0(sign, name) == 0)
			return item;
		if (sign != NULL)
			g_ptr_array_add(names, (gpointer)sign);
	}
	g_ptr_array_add(names, NULL);
	const char *nearest = base_nearest(name, (const char *const *)names->pdata);
	g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
	g_autofree char *hint = nearest != NULL  ? g_strdup_printf("did you mean \"%s\"?", nearest)
	                        : all[0] != '\0' ? g_strdup_printf("there are: %s", all)
	                                         : g_strdup("add an item with manual: { sign: NAME }");
	base_error_set(error, BASE_ERROR_USAGE, hint, "suite \"%s\" has no item that is signed as \"%s\"", suite->name,
	               name);
	return NULL;
}

static const RunJob *
sign_find_job(const RunPlan *plan, const SuiteItem *item)
{
	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (job->database == item->database)
			return job;
	}
	return NULL;
}

static bool
command_sign_run(const Options *options, int n_arguments, char **arguments, GError **error)
{
	const char *const paths[] = { n_arguments > 1 ? arguments[1] : NULL, NULL };

	if (n_arguments != 3)
		return base_error_set(error, BASE_ERROR_USAGE, "\"pgassay sign --help\" explains it",
		                      "name a suite and what is signed");
	g_autoptr(RunPlan) plan = run_plan_load(paths, error);
	if (plan == NULL)
		return false;
	if (plan->suites->len != 1)
		return base_error_set(error, BASE_ERROR_USAGE, "name one of them", "here are %u suites",
		                      plan->suites->len);
	const Suite *suite = g_ptr_array_index(plan->suites, 0);
	const SuiteItem *item = sign_find_item(suite, arguments[2], error);
	if (item == NULL)
		return false;
	const RunJob *job = sign_find_job(plan, item);
	if (!checklist_sign_add(plan, job, arguments[2], options->by, options->because, options->until, error))
		return false;
	g_autofree char *path = checklist_sign_path(suite);
	g_autofree char *state = checklist_sign_state(plan, job);
	printf("signed in %s: \"%s\", for %s\ncommit the file\n", path, item->name, state);
	return true;
}

CommandResult
command_sign(int n_arguments, char **arguments)
{
	Options options = { 0 };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "by", 0, 0, G_OPTION_ARG_STRING, &options.by, "who signs", "NAME" },
		{ "because", 0, 0, G_OPTION_ARG_STRING, &options.because, "why it is so", "REASON" },
		{ "until", 0, 0, G_OPTION_ARG_STRING, &options.until, "the last day on which it holds", "DATE" },
		{ NULL },
	};

	if (command_parse("sign", entries, &n_arguments, &arguments, &result) &&
	    !command_sign_run(&options, n_arguments, arguments, &error))
		result = command_error(error);
	g_free(options.by);
	g_free(options.because);
	g_free(options.until);
	return result;
}
