#define _GNU_SOURCE /* memfd_create */
#include "command/database/compare.h"

#include "base/error.h"
#include "base/foreground.h"
#include "catalog/diff.h"
#include "check/schema/differences.h"
#include "command/database/program.h"
#include "migration/schema/schema_file.h"
#include "program/compare.h"
#include "report/text.h"
#include "rows/state/state.h"
#include "run/job/server.h"
#include "suite/programs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Maximum of standard output in TAP. */
#define OUTPUT_MAX ((gsize)16 * 1024 * 1024)
#define TEXT_MAX   ((gsize)1024 * 1024)

typedef struct {
	CommandBuilt built;
	const char *label;
	CatalogSnapshot *schema;
	RowsState *rows;
	GPtrArray *outcomes; /* of ProgramOutcome * */
	int code;            /* the program's exit code */
} Side;

static void
side_clear(Side *side)
{
	catalog_snapshot_unref(side->schema);
	rows_state_unref(side->rows);
	g_clear_pointer(&side->outcomes, g_ptr_array_unref);
	command_built_clear(&side->built);
}

/* --- The other database ------------------------------------------------------------- */

static bool
compare_load_sql(const CommandBuiltDatabase *database, const char *path, GError **error)
{
	MigrationStandIns stand_ins = { 0 };
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(MigrationSchemaFile) file = migration_schema_file_load(path, error);
	g_autoptr(DbSession)
	    session = file != NULL ? scratch_database_connect(database->workspace.database, DB_SESSION_MIGRATION, error)
	                           : NULL;

	if (session == NULL ||
	    !run_server_stand_ins(database->workspace.server, database->job->suite, &stand_ins, error))
		return false;
	bool done = migration_schema_file_run(file, session, &stand_ins, &outcome, error);
	g_hash_table_unref(stand_ins.sources);
	return done &&
	       (!outcome.failed || base_error_set(error, BASE_ERROR_INPUT, NULL, "\"%s\" cannot be loaded: %s\n%s",
	                                          path, outcome.message, outcome.details));
}

static bool
compare_run_command(const CommandBuilt *built, const char *command, gint64 timeout, GError **error)
{
	g_auto(GStrv) arguments = NULL;
	g_autoptr(GError) cause = NULL;

	if (!g_shell_parse_argv(command, NULL, &arguments, &cause))
		return base_error_set(error, BASE_ERROR_USAGE, "quotes are those of a shell; no shell is between",
		                      "\"%s\" cannot be run: %s", command, cause->message);
	CommandResult code = command_program_run(built, arguments, timeout);
	return code == COMMAND_OK ||
	       base_error_set(error, BASE_ERROR_INPUT, "it has to fill the empty database that DATABASE_URL names",
	                      "\"%s\" ended with exit code %d", command, (int)code);
}

static bool
compare_make_other(const CommandCompareOptions *options, const CommandBuilt *first, CommandBuilt *ret_built,
                   GError **error)
{
	bool sql = options->other != NULL && g_str_has_suffix(options->other, ".sql");

	if (options->other != NULL && !sql)
		return command_built_make(options->other, options->built, ret_built, error);
	if (!command_built_make_empty(first, options->built, ret_built, error))
		return false;
	return sql ? compare_load_sql(g_ptr_array_index(ret_built->databases, 0), options->other, error)
	           : compare_run_command(ret_built, options->command, options->timeout, error);
}

static bool
compare_check_one(const CommandBuilt *built, const char *place, GError **error)
{
	return built->databases->len == 1 ||
	       base_error_set(error, BASE_ERROR_USAGE, "name the database: suite.yaml:DATABASE",
	                      "\"%s\" has several databases, and one is compared", place);
}

static bool
compare_make(const CommandCompareOptions *options, Side sides[2], GError **error)
{
	if (!command_built_make(options->place, options->built, &sides[0].built, error) ||
	    !compare_check_one(&sides[0].built, options->place, error) ||
	    !compare_make_other(options, &sides[0].built, &sides[1].built, error) ||
	    !compare_check_one(&sides[1].built, options->other, error))
		return false;
	sides[0].label = options->place;
	sides[1].label = options->other != NULL ? options->other : options->command;
	return true;
}

/* --- Schema and rows -------------------------------------------------------------------- */

static const RunJob *
compare_job(const Side *side)
{
	return ((const CommandBuiltDatabase *)g_ptr_array_index(side->built.databases, 0))->job;
}

/* Without the history of either side. */
static bool
database_compare_read(Side sides[2], GError **error)
{
	const char *histories[] = { compare_job(&sides[0])->history, compare_job(&sides[1])->history, NULL };
	const CatalogExclusions exclusions = { .tables = histories };

	for (int i = 0; i < 2; i++) {
		const CommandBuiltDatabase *database = g_ptr_array_index(sides[i].built.databases, 0);
		const ScratchDatabase *place = database->copy != NULL ? database->copy : database->workspace.database;
		g_autoptr(DbSession) session = scratch_database_connect(place, DB_SESSION_INTERNAL, error);
		sides[i].schema = session != NULL ? catalog_snapshot_read(session, &exclusions, error) : NULL;
		sides[i].rows = sides[i].schema != NULL ? rows_state_read(session, &exclusions, error) : NULL;
		if (sides[i].rows == NULL)
			return false;
	}
	return true;
}

/* --- The program -------------------------------------------------------------------------- */

static bool
compare_reads(const CommandCompareOptions *options, const char *report)
{
	return g_strcmp0(options->report, report) == 0;
}

/* The arguments, with the path in them. */
static char **
compare_put_report(char **program, const char *path)
{
	GPtrArray *arguments = g_ptr_array_new();

	for (char **argument = program; *argument != NULL; argument++) {
		GString *put = g_string_new(*argument);
		if (path != NULL)
			g_string_replace(put, SUITE_PROGRAM_REPORT_PLACE, path, 0);
		g_ptr_array_add(arguments, g_string_free(put, FALSE));
	}
	g_ptr_array_add(arguments, NULL);
	return (char **)g_ptr_array_free(arguments, FALSE);
}

/* Its output goes on to where it would have gone. */
static bool
compare_read_tap(int output, GPtrArray *outcomes, GError **error)
{
	struct stat status;
	gsize length = fstat(output, &status) == 0 ? MIN((gsize)status.st_size, OUTPUT_MAX) : 0;
	g_autofree char *text = g_malloc(length + 1);
	ssize_t n = pread(output, text, length, 0);

	text[MAX(n, 0)] = '\0';
	fputs(text, stdout);
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	return program_tap_read(valid, outcomes, error);
}

/* A report that cannot be read is a difference between the two sides, not an error of the comparison: the program
 * may not have got so far on this side. */
static bool
compare_run_in(const CommandCompareOptions *options, Side *side, const char *report, int output, GError **error)
{
	g_auto(GStrv) environment = command_built_environment(&side->built);
	g_auto(GStrv) arguments = compare_put_report(options->program, report);
	const BaseForeground foreground = { .arguments = (const char *const *)arguments,
		                            .environment = (const char *const *)environment,
		                            .timeout = options->timeout,
		                            .output = output };
	g_autoptr(GError) unreadable = NULL;

	fflush(NULL);
	if (!base_foreground_run(&foreground, &side->code, error))
		return false;
	side->outcomes = program_outcomes_new();
	if (compare_reads(options, "tap"))
		compare_read_tap(output, side->outcomes, &unreadable);
	else if (report != NULL)
		program_junit_read(report, side->outcomes, &unreadable);
	if (unreadable != NULL)
		fprintf(stderr, "%s: %s\n", side->label, unreadable->message);
	return true;
}

static bool
compare_run(const CommandCompareOptions *options, Side *side, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autofree char *folder = compare_reads(options, "junit") ? g_dir_make_tmp("pgassay-compare-XXXXXX", &cause)
	                                                          : NULL;
	g_autofree char *report = folder != NULL ? g_build_filename(folder, "report.xml", NULL) : NULL;
	int output = compare_reads(options, "tap") ? memfd_create("output", MFD_CLOEXEC) : 0;

	if (cause != NULL || output < 0)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not make a file: %s",
		                      cause != NULL ? cause->message : g_strerror(errno));
	bool done = compare_run_in(options, side, report, output, error);
	if (output > 0)
		close(output);
	if (report != NULL)
		unlink(report);
	if (folder != NULL)
		rmdir(folder);
	return done;
}

/* --- Differences ----------------------------------------------------------------------------- */

static void
compare_print_line(const char *text)
{
	g_autofree char *cleaned = report_text_clean(text, TEXT_MAX, REPORT_TEXT_LINE);

	printf("  %s\n", cleaned);
}

static bool
compare_tests(const CommandCompareOptions *options, const Side sides[2])
{
	guint n = 0;

	if (options->report == NULL)
		return false;
	g_autoptr(GPtrArray) differences = program_outcomes_compare(sides[0].outcomes, sides[1].outcomes, &n);
	printf("tests: %u of %u %s\n", differences->len, n, differences->len == 1 ? "differs" : "differ");
	for (guint i = 0; i < differences->len; i++) {
		const ProgramDifference *difference = g_ptr_array_index(differences, i);
		const ProgramOutcome *one = difference->first != NULL ? difference->first : difference->second;
		g_autofree char *first = program_outcome_describe(difference->first);
		g_autofree char *second = program_outcome_describe(difference->second);
		g_autofree char *line = g_strdup_printf("%s: %s | %s", one->name, first, second);
		compare_print_line(line);
	}
	return differences->len > 0;
}

static bool
compare_schemas(const Side sides[2])
{
	const CatalogDiffOptions options = { .ignore_column_position = true };
	g_autoptr(GArray) differences = catalog_diff(sides[0].schema, sides[1].schema, &options);

	check_differences_normalise_array_casts(differences);
	printf("schema: %u %s\n", differences->len, differences->len == 1 ? "difference" : "differences");
	for (guint i = 0; i < differences->len; i++) {
		g_autofree char *line = catalog_difference_describe(&g_array_index(differences, CatalogDifference, i));
		compare_print_line(line);
	}
	return differences->len > 0;
}

/* NULL: the schema already shows it. */
static char *
compare_describe_rows(const RowsDifference *difference)
{
	if (difference->kind == ROWS_NUMBER)
		return g_strdup_printf("%s: %" G_GINT64_FORMAT " | %" G_GINT64_FORMAT " rows", difference->table,
		                       difference->rows_before, difference->rows_after);
	if (difference->kind != ROWS_CONTENT)
		return NULL;
	g_autofree char *columns = g_strjoinv(", ", difference->columns_differ);
	return g_strdup_printf("%s: %" G_GINT64_FORMAT " rows, other values%s%s", difference->table,
	                       difference->rows_before, *columns != '\0' ? " of " : " in a row", columns);
}

static bool
database_compare_rows(const Side sides[2])
{
	g_autoptr(GPtrArray) differences = rows_state_compare(sides[0].rows, sides[1].rows);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < differences->len; i++) {
		char *line = compare_describe_rows(g_ptr_array_index(differences, i));
		if (line != NULL)
			g_ptr_array_add(lines, line);
	}
	printf("rows: %u of %u tables %s\n", lines->len, rows_state_size(sides[0].rows),
	       lines->len == 1 ? "differs" : "differ");
	for (guint i = 0; i < lines->len; i++)
		compare_print_line(g_ptr_array_index(lines, i));
	return lines->len > 0;
}

static bool
compare_print(const CommandCompareOptions *options, const Side sides[2])
{
	g_autofree char *first = report_text_clean(sides[0].label, TEXT_MAX, REPORT_TEXT_LINE);
	g_autofree char *second = report_text_clean(sides[1].label, TEXT_MAX, REPORT_TEXT_LINE);

	printf("%s | %s\nexit code: %d | %d\n", first, second, sides[0].code, sides[1].code);
	bool differ = sides[0].code != sides[1].code;
	differ |= compare_tests(options, sides);
	differ |= compare_schemas(sides);
	differ |= database_compare_rows(sides);
	return differ;
}

/* --- All of it --------------------------------------------------------------------------------- */

static bool
compare_check(const CommandCompareOptions *options, GError **error)
{
	bool junit = compare_reads(options, "junit");
	bool says = false;

	for (char **argument = options->program; *argument != NULL; argument++)
		says |= strstr(*argument, SUITE_PROGRAM_REPORT_PLACE) != NULL;
	if (options->other != NULL && options->command != NULL)
		return base_error_set(error, BASE_ERROR_USAGE, "leave one of them out",
		                      "--compare and --compare-command both name the other database");
	if (options->report != NULL && !junit && !compare_reads(options, "tap"))
		return base_error_set(error, BASE_ERROR_USAGE, "write tap or junit", "there is no report \"%s\"",
		                      options->report);
	return !junit || says ||
	       base_error_set(error, BASE_ERROR_USAGE, "write it as in: -- pytest --junit-xml={report}",
	                      "the program does not know where to write its report: nothing says {report}");
}

/* The exit code for a program that cannot be run, like a shell's. */
static CommandResult
compare_fail(const Side sides[2], const GError *error)
{
	CommandResult result = command_error(error);

	for (int i = 0; i < 2; i++)
		if (g_error_matches(error, BASE_ERROR, BASE_ERROR_USAGE) &&
		    (sides[i].code == BASE_FOREGROUND_NOT_FOUND || sides[i].code == BASE_FOREGROUND_NOT_RUNNABLE))
			return (CommandResult)sides[i].code;
	return result;
}

CommandResult
command_compare(const CommandCompareOptions *options, GError **error)
{
	Side sides[2] = { 0 };

	bool done = compare_check(options, error) && compare_make(options, sides, error) &&
	            database_compare_read(sides, error) && compare_run(options, &sides[0], error) &&
	            compare_run(options, &sides[1], error);
	bool differ = done && compare_print(options, sides);
	CommandResult result = !done ? compare_fail(sides, *error) : differ ? COMMAND_FAILED : COMMAND_OK;
	side_clear(&sides[1]); /* may look at the plan of the first one */
	side_clear(&sides[0]);
	return result;
}
