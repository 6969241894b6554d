/* command: a program ends with this exit code. */
#include "checklist/item/kind.h"
#include "checklist/item/limit.h"
#include "suite/commands.h"

#include "base/process.h"
#include "db/environment.h"

#include <string.h>

#define COMMAND_TIMEOUT 600.0 /* seconds */

typedef struct {
	char **run;
	char *directory;
	double timeout; /* seconds */
	gint64 exit;
} Wanted;

static void
command_free(gpointer loaded)
{
	Wanted *wanted = loaded;

	g_strfreev(wanted->run);
	g_free(wanted->directory);
	g_free(wanted);
}

static bool
command_load(ChecklistItem *item, const ChecklistLoading *loading, GError **error)
{
	const SuiteNode *node = item->item->value;
	Wanted *wanted = g_new0(Wanted, 1);

	item->loaded = wanted;
	wanted->timeout = COMMAND_TIMEOUT;
	if (suite_node_get(node, "exit") != NULL)
		suite_node_is_int(suite_node_get(node, "exit"), &wanted->exit);
	return suite_load_vector(node, "run", &wanted->run, error) &&
	       suite_load_directory(loading->suite, node, &wanted->directory, error) &&
	       checklist_limit_read_key(node, "timeout", TARGET_UNIT_SECONDS, &wanted->timeout, error);
}

static char *
command_find(const Wanted *wanted)
{
	const char *name = wanted->run[0];

	if (strchr(name, '/') == NULL)
		return g_find_program_in_path(name);
	return g_path_is_absolute(name) ? g_strdup(name) : g_build_filename(wanted->directory, name, NULL);
}

static char **
command_environment(const SuiteNode *node)
{
	const SuiteNode *more = suite_node_get(node, "environment");
	char **environment = db_environment_copy();

	for (guint i = 0; more != NULL && i < suite_node_size(more); i++)
		environment = g_environ_setenv(environment, suite_node_key(more, i),
		                               suite_node_text(suite_node_item(more, i)), TRUE);
	return environment;
}

static const char *
command_last_line(const char *text)
{
	const char *line = strrchr(text, '\n');

	return line != NULL ? line + 1 : text;
}

static void
command_judge(const Wanted *wanted, const BaseProcessEnd *end, ChecklistResult *result)
{
	const char *last_line = end->said_something ? command_last_line(end->stderr_text) : "";
	bool killed = end->exit_code < 0;
	g_autofree char *code = killed ? g_strdup("none") : g_strdup_printf("%d", end->exit_code);
	g_autofree char *expected = g_strdup_printf("%" G_GINT64_FORMAT, wanted->exit);

	checklist_add_fact(result, "exit code", end->timed_out ? "none: its time was over" : code, expected);
	if (end->timed_out)
		checklist_set(result, CHECKLIST_OPEN, "it was ended after %g s", wanted->timeout);
	else if (killed)
		checklist_set(result, CHECKLIST_OPEN, "a signal has ended it, expected exit code %s%s%s", expected,
		              last_line[0] != '\0' ? ": " : "", last_line);
	else if (end->exit_code != wanted->exit)
		checklist_set(result, CHECKLIST_OPEN, "exit code %s, expected %s%s%s", code, expected,
		              last_line[0] != '\0' ? ": " : "", last_line);
	else
		checklist_set(result, CHECKLIST_TICKED, "%s", last_line[0] != '\0' ? last_line : "done");
	if (result->state != CHECKLIST_TICKED && end->stderr_text != NULL)
		checklist_add_details(result, "%s", end->stderr_text);
}

static bool
command_ask(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	const Wanted *wanted = item->loaded;
	g_autofree char *program = command_find(wanted);
	g_auto(GStrv) arguments = g_strdupv(wanted->run);
	g_auto(GStrv) environment = command_environment(item->item->value);
	g_auto(BaseProcessEnd) end = { 0 };

	(void)context;
	result->reproduce = report_command_line((const char *const *)wanted->run);
	if (program == NULL) {
		checklist_set(result, CHECKLIST_UNKNOWN, "there is no program \"%s\" on the path", wanted->run[0]);
		return true;
	}
	g_free(arguments[0]);
	arguments[0] = g_strdup(program);
	const BaseProcess process = { .arguments = (const char *const *)arguments,
		                      .environment = (const char *const *)environment,
		                      .input = -1,
		                      .output = -1,
		                      .merge_stdout = true,
		                      .directory = wanted->directory,
		                      .timeout = (gint64)(wanted->timeout * G_USEC_PER_SEC) };
	if (!base_process_run(&process, &end, error))
		return false;
	command_judge(wanted, &end, result);
	return true;
}

const ChecklistKind checklist_command = {
	.name = "command",
	.load = command_load,
	.free = command_free,
	.ask = command_ask,
};
