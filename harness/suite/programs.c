#include "suite/programs.h"

#include "suite/commands.h"
#include "suite/loading.h"

#include <string.h>

#define TIMEOUT_DEFAULT 600
#define TIMEOUT_MAX     86400

/* Each worker needs a connection, and max_connections is 100 by default. */
#define WORKERS_MAX 90

/* In the order of SuiteProgramReport. */
static const char *const report_choices[] = { "exit", "tap", "junit", NULL };
static const SuiteShape report_shape = { .expects = "exit, tap or junit",
	                                 .accepts = SUITE_ACCEPT_TEXT,
	                                 .choices = report_choices };

static const SuiteKey program_keys[] = {
	{ "name", &suite_shape_text, true, "the case's name" },
	{ "database", &suite_shape_text, false, "the database; needed when the suite has several" },
	{ "run", &suite_shape_text_list, true, "the program and its arguments; no shell is between" },
	{ "report", &report_shape, false,
	  "where its result is: exit (default): in its exit code; tap: in its standard output, in the Test Anything "
	  "Protocol; junit: in JUnit XML, at the path that replaces {report}" },
	{ "directory", &suite_shape_text, false, "where it runs, relative to the suite; default: the suite's" },
	{ "environment", &suite_shape_text_mapping, false, "more variables of its environment" },
	{ "workers", &suite_shape_count, false,
	  "lease copies of the database to the program's workers, and keep this number ready; default: none" },
	{ "timeout", &suite_shape_count, false, "seconds after which it is ended and has failed; default: 600" },
	{ NULL },
};
static const SuiteShape program_shape = { .expects = "a mapping",
	                                  .accepts = SUITE_ACCEPT_MAPPING,
	                                  .keys = program_keys };
const SuiteShape suite_programs_shape = { .expects = "a list of programs",
	                                  .accepts = SUITE_ACCEPT_LIST,
	                                  .item = &program_shape };

void
suite_program_free(gpointer data)
{
	SuiteProgram *program = data;

	g_free(program->name);
	g_strfreev(program->run);
	g_free(program->directory);
	g_clear_pointer(&program->environment, g_hash_table_unref);
	g_free(program);
}

static bool
program_load_timeout(SuiteProgram *program, GError **error)
{
	const SuiteNode *node = suite_node_get(program->node, "timeout");
	gint64 timeout = TIMEOUT_DEFAULT;

	if (node != NULL)
		suite_node_is_int(node, &timeout);
	if (timeout < 1 || timeout > TIMEOUT_MAX)
		return suite_node_error(node, error, "write seconds, at most a day",
		                        "\"%s\" is no time that a program may take", suite_node_text(node));
	program->timeout = (guint)timeout;
	return true;
}

static bool
program_load_workers(SuiteProgram *program, GError **error)
{
	const SuiteNode *node = suite_node_get(program->node, "workers");
	gint64 workers = 0;

	if (node != NULL)
		suite_node_is_int(node, &workers);
	if (workers < 0 || workers > WORKERS_MAX)
		return suite_node_error(node, error, "write how many databases are wanted at the same time",
		                        "\"%s\" is no number of workers from 0 to %d", suite_node_text(node),
		                        WORKERS_MAX);
	program->workers = (guint)workers;
	return true;
}

static bool
program_names_report(const SuiteProgram *program)
{
	GHashTableIter iter;
	gpointer value;

	for (char **argument = program->run; *argument != NULL; argument++)
		if (strstr(*argument, SUITE_PROGRAM_REPORT_PLACE) != NULL)
			return true;
	if (program->environment == NULL)
		return false;
	g_hash_table_iter_init(&iter, program->environment);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (strstr(value, SUITE_PROGRAM_REPORT_PLACE) != NULL)
			return true;
	return false;
}

static bool
program_load_report(SuiteProgram *program, GError **error)
{
	const SuiteNode *node = suite_node_get(program->node, "report");

	for (guint i = 0; node != NULL && report_choices[i] != NULL; i++)
		if (strcmp(report_choices[i], suite_node_text(node)) == 0)
			program->report = (SuiteProgramReport)i;
	return program->report != SUITE_PROGRAM_JUNIT || program_names_report(program) ||
	       suite_node_error(node, error, "write it as in run: [pytest, \"--junit-xml={report}\"]",
	                        "the program does not know where to write its report: nothing says {report}");
}

static bool
program_check_name(const Suite *suite, const SuiteProgram *program, GError **error)
{
	const SuiteNode *node = suite_node_get(program->node, "name");

	if (program->name[0] == '\0' || strpbrk(program->name, "\n\r\t") != NULL)
		return suite_node_error(node, error, "say in a few words what it tests",
		                        "the name of a program must be one line that is not empty");
	for (guint i = 0; i < suite->programs->len; i++)
		if (strcmp(((const SuiteProgram *)g_ptr_array_index(suite->programs, i))->name, program->name) == 0)
			return suite_node_error(node, error, "give each program a name of its own",
			                        "another program is named \"%s\" too", program->name);
	return true;
}

static bool
program_load(Suite *suite, const SuiteNode *node, GError **error)
{
	SuiteProgram *program = g_new0(SuiteProgram, 1);
	const SuiteNode *environment = suite_node_get(node, "environment");

	program->node = node;
	program->name = g_strdup(suite_node_get_text(node, "name"));
	program->environment = environment != NULL ? suite_load_texts(environment) : NULL;
	bool done = program_check_name(suite, program, error) && suite_load_vector(node, "run", &program->run, error) &&
	            suite_load_directory(suite, node, &program->directory, error) &&
	            program_load_timeout(program, error) && program_load_workers(program, error) &&
	            program_load_report(program, error) &&
	            suite_find_its_database(suite, node, "program", program->name, &program->database, error);
	g_ptr_array_add(suite->programs, program);
	return done;
}

bool
suite_load_programs(Suite *suite, const SuiteNode *list, GError **error)
{
	for (guint i = 0; list != NULL && i < suite_node_size(list); i++)
		if (!program_load(suite, suite_node_item(list, i), error))
			return false;
	return true;
}
