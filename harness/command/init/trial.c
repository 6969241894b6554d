#include "command/init/trial.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "catalog/yaml.h"
#include "command/init/first_suite.h"
#include "report/cause.h"

#include <stdio.h>
#include <string.h>

/* In the order of the suite. A wrong down, or an up that loses data, is not accepted: a person has to look at it. But
 * nobody writes a down without a statement by mistake. */
static const char *const init_trial_keys[] = { "rows_except", "ignore_columns", "irreversible",
	                                       "superuser",   "layout",         "repeatables_except" };

typedef struct {
	const MigrationSet *set;
	GPtrArray *exceptions;  /* of InitException * */
	guint n_red;            /* failures that stay */
	const Migration *first; /* the last old migration of which one stays; or NULL */
} InitTrial;

static void
init_trial_exception_free(gpointer data)
{
	InitException *exception = data;

	g_free(exception->name);
	g_free(exception->reason);
	g_free(exception);
}

/* The migration of that name, when it is old: another one comes after it that is no repeatable. */
static const Migration *
init_trial_find_old(const MigrationSet *set, const char *name)
{
	const Migration *found = NULL;

	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (found != NULL && migration->kind != MIGRATION_REPEATABLE)
			return found;
		if (strcmp(migration->name, name) == 0)
			found = migration;
	}
	return NULL;
}

/* The message of a case begins with the name of the migration, in quotes. */
static const char *
init_trial_without_name(const ReportCase *test_case)
{
	gsize length = strlen(test_case->name);
	const char *message = test_case->message;

	if (message[0] == '"' && strncmp(message + 1, test_case->name, length) == 0 &&
	    g_str_has_prefix(message + 1 + length, "\" "))
		return message + length + 3;
	return message;
}

static bool
init_trial_has(const InitTrial *trial, const char *key, const char *name)
{
	for (guint i = 0; i < trial->exceptions->len; i++) {
		const InitException *exception = g_ptr_array_index(trial->exceptions, i);
		if (strcmp(exception->key, key) == 0 && strcmp(exception->name, name) == 0)
			return true;
	}
	return false;
}

static void
init_trial_add(InitTrial *trial, const char *key, const char *name, char *reason)
{
	InitException *exception = g_new0(InitException, 1);

	exception->key = key;
	exception->name = g_strdup(name);
	exception->reason = reason;
	g_ptr_array_add(trial->exceptions, exception);
}

static void
init_trial_except(InitTrial *trial, const char *key, const ReportCase *test_case)
{
	const char *what = init_trial_without_name(test_case);
	char **names = test_case->accepted_names;

	printf("excepted (%s): \"%s\" %s\n", key, test_case->name, what);
	if (names == NULL)
		init_trial_add(trial, key, test_case->name,
		               g_strdup_printf("old, and not changed any more; it %s", what));
	for (; names != NULL && *names != NULL; names++)
		if (!init_trial_has(trial, key, *names))
			init_trial_add(trial, key, *names,
			               g_strdup_printf("the down of \"%s\" writes it anew, and is not changed any more",
			                               test_case->name));
}

/* The kind of a finding such as "view public.sums (view)". */
static const char *
init_trial_finding_kind(const char *finding)
{
	const char *kind = g_strrstr(finding, " (");

	return kind != NULL ? kind + 2 : "";
}

/* Hardly ever right. Of the other kinds ("a function with its owner's rights that anybody may call") some are meant. */
static bool
init_trial_is_hole(const char *finding)
{
	static const char *const kinds[] = { "no policy)",    "not enabled)",    "recursion)",       "view)",
		                             "public write)", "public columns)", "public sequence)", NULL };

	return g_strv_contains(kinds, init_trial_finding_kind(finding));
}

/* The migration that made what the finding is about; NULL: none of them did. */
static const char *
init_trial_finding_since(const ReportDatabase *database, const char *finding)
{
	const char *identity = strchr(finding, ' ');
	const char *kind = init_trial_finding_kind(finding);

	if (identity == NULL || database == NULL || kind - 2 <= identity)
		return NULL;
	g_autofree char *name = g_strndup(identity + 1, (gsize)(kind - 2 - identity - 1));
	return report_database_since(database, name);
}

/* The down of an old migration has no statement, and so it does not restore what the up has changed. */
static void
init_trial_except_empty_down(InitTrial *trial, const ReportCase *test_case)
{
	if (init_trial_has(trial, "irreversible", test_case->name))
		return;
	printf("excepted (irreversible): the down of \"%s\" has no statement\n", test_case->name);
	init_trial_add(trial, "irreversible", test_case->name, g_strdup("old, and its down has no statement"));
}

/* A hole that the newest migration has made stays red; all else is excepted. */
static void
init_trial_take_findings(InitTrial *trial, const ReportSuite *suite, const ReportCase *test_case)
{
	const ReportDatabase *database = report_suite_database(suite, test_case->database);

	for (char **name = test_case->accepted_names; name != NULL && *name != NULL; name++) {
		const char *since = init_trial_finding_since(database, *name);
		g_autofree char *place = since != NULL ? g_strconcat("since ", since, NULL)
		                                       : g_strdup("before the migrations");
		bool old = since == NULL || init_trial_find_old(trial->set, since) != NULL ||
		           !init_trial_is_hole(*name);
		printf("%s (%s): %s, there %s\n", old ? "excepted" : "red", test_case->stage, *name, place);
		if (old)
			init_trial_add(trial, "except", *name, g_strdup_printf("there %s; not judged yet", place));
		else
			trial->n_red++;
	}
}

static void
init_trial_take(InitTrial *trial, const ReportSuite *suite, const ReportCase *test_case)
{
	const Migration *old = init_trial_find_old(trial->set, test_case->name);

	if (g_strcmp0(test_case->accepted_by, "except") == 0) {
		init_trial_take_findings(trial, suite, test_case);
		return;
	}
	if (test_case->status != REPORT_FAILED && test_case->status != REPORT_ERRORED)
		return;
	for (guint i = 0; old != NULL && i < G_N_ELEMENTS(init_trial_keys); i++) {
		if (g_strcmp0(test_case->accepted_by, init_trial_keys[i]) != 0)
			continue;
		init_trial_except(trial, init_trial_keys[i], test_case);
		return;
	}
	if (old != NULL && migration_has_empty_down(old) && strcmp(test_case->stage, "round trip") == 0) {
		init_trial_except_empty_down(trial, test_case);
		return;
	}
	g_autofree char *story = report_case_story(test_case);
	story[strcspn(story, "\n")] = '\0';
	printf("red: %s %s: %s\n", test_case->stage, test_case->name, story);
	trial->n_red++;
	trial->first = old != NULL ? old : trial->first;
}

/* Prints advice on the remaining failures. */
static void
init_trial_propose(const InitTrial *trial)
{
	guint n_findings = 0;

	for (guint i = 0; i < trial->exceptions->len; i++)
		n_findings += strcmp(((const InitException *)g_ptr_array_index(trial->exceptions, i))->key, "except") ==
		              0;
	if (n_findings > 0)
		printf("findings of the check security are excepted until you have judged them, under \"except\"\n");
	if (trial->exceptions->len > n_findings)
		printf("excepted is what others follow on, as files that have run are not changed; \"pgassay run\" "
		       "reports it\n");
	if (trial->first != NULL)
		printf("where every database has run up to \"%s\", \"baseline: { version: %s }\" in the suite begins "
		       "behind it\n",
		       trial->first->name, trial->first->name);
}

static bool
init_trial_run(const char *suite_path, const RunOptions *options, InitTrial *trial, GError **error)
{
	const char *const paths[] = { suite_path, NULL };
	g_autoptr(RunPlan) plan = run_plan_load(paths, error);
	g_auto(RunResult) result = { 0 };
	/* A long history takes its time: on a terminal, only the current migration is shown. */
	g_autoptr(ReportConsole)
	    console = report_console_new(stdout, report_console_flags(stdout) | REPORT_CONSOLE_HOLD);
	RunOptions with_progress = *options;

	with_progress.console = console;
	if (plan == NULL || !run_all(plan, &with_progress, &result, error))
		return false;
	g_clear_pointer(&console, report_console_free);
	if (result.lost)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "the server was lost");
	if (result.interrupted)
		return base_interrupt_check(error);
	trial->set = ((const RunJob *)g_ptr_array_index(plan->jobs, 0))->set;
	for (guint i = 0; i < result.report->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(result.report->suites, i);
		for (guint j = 0; j < suite->cases->len; j++)
			init_trial_take(trial, suite, g_ptr_array_index(suite->cases, j));
	}
	init_trial_propose(trial);
	return true;
}

GPtrArray *
command_init_try(const char *suite_path, const RunOptions *options, GError **error)
{
	InitTrial trial = { .exceptions = g_ptr_array_new_with_free_func(init_trial_exception_free) };

	if (init_trial_run(suite_path, options, &trial, error))
		return trial.exceptions;
	g_ptr_array_unref(trial.exceptions);
	return NULL;
}

/* The mapping of one key: its head, which ends in the key's name and a colon, and a line for each. */
static void
init_trial_append_key(const GPtrArray *exceptions, const char *key, const char *head, GString *yaml)
{
	bool any = false;

	for (guint i = 0; i < exceptions->len; i++) {
		const InitException *exception = g_ptr_array_index(exceptions, i);
		if (strcmp(exception->key, key) != 0)
			continue;
		if (!any)
			g_string_append_printf(yaml, "%s\n", head);
		any = true;
		g_string_append_printf(yaml, "%*s  ", (int)strspn(head, " "), "");
		catalog_yaml_append(yaml, exception->name, false);
		g_string_append(yaml, ": ");
		catalog_yaml_append(yaml, exception->reason, false);
		g_string_append_c(yaml, '\n');
	}
}

void
command_init_append_exceptions(const GPtrArray *exceptions, GString *yaml)
{
	for (guint i = 0; i < G_N_ELEMENTS(init_trial_keys); i++) {
		g_autofree char *head = g_strdup_printf("    %s:", init_trial_keys[i]);
		init_trial_append_key(exceptions, init_trial_keys[i], head, yaml);
	}
}

char *
command_init_checks(const GPtrArray *exceptions)
{
	g_autoptr(GString) listed = g_string_new(NULL);

	if (exceptions != NULL)
		init_trial_append_key(exceptions, "except", "      except:", listed);
	return listed->len > 0 ? g_strconcat("checks:\n  - security:\n", listed->str, NULL)
	                       : g_strdup(COMMAND_FIRST_SUITE_SECURITY);
}
