/* pgassay init: a first suite and fixture for a directory of migrations without a suite. */
#include "command/check/code.h"
#include "command/command.h"
#include "command/init/editor.h"
#include "command/init/first_suite.h"
#include "command/init/ignore.h"
#include "command/init/place.h"
#include "command/init/trial.h"
#include "command/option/timeouts.h"
#include "command/page/ci.h"
#include "migration/detect/formats.h"

#include "base/error.h"
#include "catalog/render.h"
#include "git/repository.h"
#include "migration/format.h"
#include "run/build.h"
#include "suite/loading.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

typedef struct {
	char *bindir;
	char *server;
	gint connect_timeout;
	char *format;
	char *name;
	char *ci;            /* the CI system for which a file is wanted; NULL: none */
	char **placeholders; /* NAME=VALUE */
	gboolean force;
	gboolean loose;
} Options;

/* The suite to be written. */
typedef struct {
	const Options *options;
	char *directory;
	char *name;
	char *suite_path;
	char *fixture_path;
	const char *code;         /* the tool that runs its migrations itself; NULL: none */
	char *commands;           /* of that tool, as lines of the suite; or NULL */
	MigrationSet *set;        /* NULL where a tool runs them itself */
	GHashTable *placeholders; /* char * -> char * */
	GPtrArray *roles;         /* of char *: roles that the migrations mention and nobody creates */
	GPtrArray *exceptions;    /* of InitException *; NULL: not known yet */
} Init;

static void
init_clear(Init *init)
{
	g_free(init->directory);
	g_free(init->name);
	g_free(init->suite_path);
	g_free(init->fixture_path);
	g_free(init->commands);
	migration_set_free(init->set);
	g_clear_pointer(&init->placeholders, g_hash_table_unref);
	g_clear_pointer(&init->roles, g_ptr_array_unref);
	g_clear_pointer(&init->exceptions, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Init, init_clear)

/* --- The migrations --------------------------------------------------------------- */

/* Nobody but the team knows how its own runner works. */
static void
tell_suggestion(const Init *init)
{
	g_autoptr(GPtrArray) names = command_first_suite_settings(init->set);

	for (guint i = 0; i < names->len; i++)
		printf("%s%s: %s", i == 0 ? "proposed settings: " : ", ", (const char *)g_ptr_array_index(names, i),
		       (const char *)g_hash_table_lookup(init->set->suggested, g_ptr_array_index(names, i)));
	if (names->len > 0)
		printf(" (%s); is that what your runner does? see \"pgassay help plain\"\n", init->set->suggestion);
}

static bool
read_placeholders(Init *init, GError **error)
{
	for (char **text = init->options->placeholders; text != NULL && *text != NULL; text++) {
		const char *equals = strchr(*text, '=');
		if (equals == NULL || equals == *text)
			return base_error_set(error, BASE_ERROR_USAGE, "write --placeholder NAME=VALUE",
			                      "\"%s\" is no placeholder with its value", *text);
		g_hash_table_insert(init->placeholders, g_strndup(*text, (gsize)(equals - *text)),
		                    g_strdup(equals + 1));
	}
	return true;
}

static bool
init_load_migrations(Init *init, GError **error)
{
	const MigrationOptions options = {
		.directory = init->directory,
		.format = init->options->format,
		.placeholders = init->placeholders,
		.suggest = true,
	};

	init->set = migration_set_load(&options, error);
	if (init->set == NULL)
		return false;
	guint n_downs = 0;
	for (guint i = 0; i < init->set->migrations->len; i++)
		n_downs += ((const Migration *)g_ptr_array_index(init->set->migrations, i))->down != NULL;
	printf("%s: %s%s%s%s, %u %s, %u of them with a down\n", init->directory, init->set->format->title,
	       init->set->detected != NULL ? " (" : "", init->set->detected != NULL ? init->set->detected : "",
	       init->set->detected != NULL ? ")" : "", init->set->migrations->len,
	       init->set->migrations->len == 1 ? "migration" : "migrations", n_downs);
	g_autoptr(GPtrArray) warnings = migration_set_describe_warnings(init->set);
	for (guint i = 0; i < warnings->len; i++)
		printf("warning: %s\n", (const char *)g_ptr_array_index(warnings, i));
	tell_suggestion(init);
	return true;
}

static void
init_stop_server(gpointer data)
{
	scratch_server_stop(data);
}

static RunOptions
init_run_options(const Init *init)
{
	return (RunOptions){ .bindir = init->options->bindir,
		             .server_url = init->options->server,
		             .connect_timeout = (guint)init->options->connect_timeout };
}

/* Migrations that are code: what the tool is asked to do is tried once, as "pgassay check" does it. */
static bool
init_load_code(Init *init, GError **error)
{
	g_autoptr(MigrationCode) code = migration_code_find(init->code, init->directory);
	g_autoptr(GPtrArray) servers = g_ptr_array_new_with_free_func(init_stop_server);
	RunOptions options = init_run_options(init);
	g_autofree char *reason = NULL;
	GError *cause = NULL;

	options.servers = servers;
	command_code_name_program(code);
	g_autofree char *lines = command_code_try(code, &options, &reason, &cause);
	if (cause != NULL) {
		g_propagate_error(error, cause);
		return false;
	}
	g_autofree char *proposed = lines == NULL ? command_code_lines(code, NULL) : NULL;
	g_autofree char *below = command_code_lines_below(lines != NULL ? lines : proposed);
	if (lines == NULL) {
		g_autofree char *hint = g_strdup_printf(
		    "write %s, with the commands as you run them; \"pgassay help command\" says more:\n"
		    "suite: %s\ndatabases:\n  %s:\n    migrations: ../%s\n%s",
		    init->suite_path, init->name, init->name, init->directory, g_strchomp(below));
		return base_error_set(error, BASE_ERROR_USAGE, hint,
		                      "\"%s\" holds code of %s, which could not be run: %s", init->directory,
		                      init->code, reason);
	}
	init->commands = g_steal_pointer(&below);
	printf("%s: %s (found in %s; its commands reach the scratch database)\n", init->directory, init->code,
	       code->found);
	if (strstr(init->commands, "alembic.ini") != NULL)
		printf("the commands give Alembic a copy of alembic.ini with another URL, because env.py does not take "
		       "it from "
		       "DATABASE_URL\n");
	fflush(stdout);
	return true;
}

/* --- Files ------------------------------------------------------------------------- */

static bool
check_new(const Init *init, const char *path, GError **error)
{
	if (init->options->force || !g_file_test(path, G_FILE_TEST_EXISTS))
		return true;
	return base_error_set(error, BASE_ERROR_USAGE, "take another --name, or say --force to write it anew",
	                      "\"%s\" is there already", path);
}

static bool
write_text(const char *path, const char *text, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autoptr(GError) cause = NULL;

	if (g_mkdir_with_parents(folder, 0777) != 0 || !g_file_set_contents(path, text, -1, &cause))
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not write \"%s\": %s", path,
		                      cause != NULL ? cause->message : g_strerror(errno));
	return true;
}

/* As the suite, which is one folder below the working directory, names it. */
static char *
from_suite(const char *path)
{
	return g_path_is_absolute(path) ? g_strdup(path) : g_build_filename("..", path, NULL);
}

static bool
init_write_suite(const Init *init, bool fixture, GError **error)
{
	g_autofree char *directory = from_suite(init->directory);
	g_autofree char *expect = from_suite(init->fixture_path);
	g_autofree char *config = init->set != NULL && init->set->suggested_config != NULL
	                              ? from_suite(init->set->suggested_config)
	                              : NULL;
	g_autofree char *checks = command_init_checks(init->exceptions);
	const CommandFirstSuite suite = { .name = init->name,
		                          .migrations = directory,
		                          .set = init->set,
		                          .config = config,
		                          .commands = init->commands,
		                          .placeholders = init->placeholders,
		                          .roles = init->roles,
		                          .checks = checks,
		                          .expect = fixture ? expect : NULL };
	g_autofree char *yaml = command_first_suite(&suite);
	g_autofree char *line = command_init_editor_line("suite");
	g_autoptr(GString) text = g_string_new(line);

	g_string_append(text, "# Made by \"pgassay init\". What else can be said here: \"pgassay help suites\".\n");
	g_string_append(text, yaml);
	if (init->exceptions != NULL)
		command_init_append_exceptions(init->exceptions, text);
	return write_text(init->suite_path, text->str, error);
}

/* --- The database ------------------------------------------------------------------ */

/* True if a schema, table or function is missing. */
static bool
misses_something(const GError *cause)
{
	return g_regex_match_simple("SQLSTATE (3F000|42P01|42883)", cause->message, 0, 0);
}

/* The catalog at the end of the migrations. NULL with *error: a migration fails, or there is no server. */
static CatalogSnapshot *
init_build(const Init *init, GError **error)
{
	const char *const paths[] = { init->suite_path, NULL };
	g_autoptr(RunPlan) plan = run_plan_load(paths, error);
	g_autoptr(GPtrArray) servers = g_ptr_array_new_with_free_func(init_stop_server);
	const RunOptions options = init_run_options(init);
	CheckWorkspace workspace = { 0 };
	MigrationStandIns stand_ins = { 0 };

	if (plan == NULL)
		return NULL;
	const RunJob *job = g_ptr_array_index(plan->jobs, 0);
	ScratchServer *server = run_server_for(job->suite, &options, servers, error);
	if (server == NULL || !run_build(job, server, &workspace, &stand_ins, error))
		return NULL;
	CatalogSnapshot *snapshot = check_workspace_snapshot(&workspace, error);
	check_workspace_close_last(&workspace);
	g_hash_table_unref(stand_ins.sources);
	return snapshot;
}

/* The same, with all the roles that it takes. */
static CatalogSnapshot *
build_with_roles(Init *init, GError **error)
{
	for (;;) {
		g_autoptr(GError) cause = NULL;
		if (!init_write_suite(init, false, error))
			return NULL;
		CatalogSnapshot *snapshot = init_build(init, &cause);
		if (snapshot != NULL)
			return snapshot;
		const char *role = command_first_suite_learn_role(init->roles, cause);
		if (role == NULL) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return NULL;
		}
		printf("the migrations need the role \"%s\", and do not make it: it is made before them\n", role);
	}
}

static bool
write_fixture(const Init *init, const CatalogSnapshot *snapshot, GError **error)
{
	const CatalogRenderOptions render = { .any_extension_version = true, .exact = !init->options->loose };
	g_autofree char *yaml = catalog_render_yaml(snapshot, &render);
	g_autofree char *line = command_init_editor_line("fixture");
	g_autofree char *text = g_strconcat(line,
	                                    "# Made by \"pgassay init\": everything that is there now. After a change "
	                                    "that you want: \"pgassay bless\"; "
	                                    "all else: \"pgassay help fixtures\".\n",
	                                    yaml, NULL);

	return write_text(init->fixture_path, text, error);
}

/* The suite and the fixture, and what to do next. */
static bool
init_write_first(Init *init, GError **error)
{
	g_autoptr(CatalogSnapshot) snapshot = build_with_roles(init, error);

	if (snapshot == NULL) {
		if (g_file_test(init->suite_path, G_FILE_TEST_EXISTS))
			printf("written: %s\n", init->suite_path);
		if (error != NULL && *error != NULL && misses_something(*error))
			printf(
			    "where others make that before the first migration, give it as \"baseline: schema\" in the "
			    "suite\n");
		fflush(stdout);
		return false;
	}
	const RunOptions options = init_run_options(init);
	if (!write_fixture(init, snapshot, error) || !init_write_suite(init, true, error))
		return false;
	fflush(stdout);
	init->exceptions = command_init_try(init->suite_path, &options, error);
	if (init->exceptions == NULL || !init_write_suite(init, true, error))
		return false;
	bool ignored = false;
	if (!command_init_write_schemas(error) || !command_init_ignore_reports(&ignored, error))
		return false;
	printf("written: %s, %s, " COMMAND_INIT_SCHEMAS " (for editors)%s\n", init->suite_path, init->fixture_path,
	       ignored ? "; a line for " COMMAND_INIT_REPORTS " in .gitignore" : "");
	return true;
}

static bool
init_check_ci(const Init *init, const char *path, GError **error)
{
	g_autofree char *hint = g_strdup_printf(
	    "take what it needs from \"pgassay help %s\", or say --force to write it anew", init->options->ci);

	if (init->options->force || !g_file_test(path, G_FILE_TEST_EXISTS))
		return true;
	return base_error_set(error, BASE_ERROR_USAGE, hint, "\"%s\" is there already", path);
}

/* The files speak of "main": a repository whose branch has another of the usual names gets that one. The caller frees
 * it. */
static char *
init_for_branch(const char *text)
{
	static const char *const names[] = { "master", "trunk", "develop", NULL };
	g_autoptr(GitRepository) repository = git_repository_open(".", NULL);

	if (repository == NULL || repository->branch == NULL || !g_strv_contains(names, repository->branch))
		return g_strdup(text);
	g_autoptr(GRegex) main = g_regex_new("(\\[|^ +- |^ +)main(\\]|:?$)", G_REGEX_MULTILINE, 0, NULL);
	g_autofree char *with = g_strdup_printf("\\1%s\\2", repository->branch);
	return g_regex_replace(main, text, -1, 0, with, 0, NULL);
}

static bool
init_write_ci(const Init *init, const char *path, GError **error)
{
	if (path == NULL)
		return true;
	g_autofree char *text = init_for_branch(command_ci_text(init->options->ci));
	if (!write_text(path, text, error))
		return false;
	bool installs = strstr(text, "PGASSAY_URL") != NULL;
	printf("written: %s; %s, see \"pgassay help ci\"\n", path,
	       installs ? "it installs pgassay from the address in the variable PGASSAY_URL"
	                : "its first lines say what it needs");
	if (init->code != NULL)
		printf("%s runs these migrations: let the job install it before \"pgassay run\"\n", init->code);
	return true;
}

static bool
init_run(const Options *options, int n_arguments, char **arguments, GError **error)
{
	const char *ci_path = options->ci != NULL ? command_ci_path(options->ci, error) : NULL;
	g_auto(Init) init = {
		.options = options,
		.placeholders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
		.roles = g_ptr_array_new_with_free_func(g_free),
	};

	if (options->ci != NULL && ci_path == NULL)
		return false;
	if (n_arguments > 2)
		return base_error_set(error, BASE_ERROR_USAGE, "\"pgassay init --help\" explains it",
		                      "name one folder of migrations");
	if (!command_check_seconds("--connect-timeout", options->connect_timeout, error))
		return false;
	const MigrationPlaceHints hints = { .format = options->format, .placeholders = init.placeholders };
	if (!read_placeholders(&init, error) ||
	    !command_init_find_place(n_arguments > 1 ? arguments[1] : NULL, &hints, &init.directory, &init.code, error))
		return false;
	if (options->name != NULL && !suite_name_is_valid(options->name))
		return base_error_set(error, BASE_ERROR_USAGE, SUITE_NAME_HINT, "\"%s\" cannot be the name of a suite",
		                      options->name);
	init.name = options->name != NULL ? g_strdup(options->name) : migration_place_name(init.directory);
	init.suite_path = g_strdup_printf("suites/%s.yaml", init.name);
	init.fixture_path = g_strdup_printf("fixtures/%s.yaml", init.name);
	if (ci_path != NULL && !init_check_ci(&init, ci_path, error))
		return false;
	/* A project that has its suite gets the CI file alone. */
	if (ci_path != NULL && !options->force && g_file_test(init.suite_path, G_FILE_TEST_EXISTS))
		return init_write_ci(&init, ci_path, error);
	if (!check_new(&init, init.suite_path, error) || !check_new(&init, init.fixture_path, error) ||
	    !(init.code != NULL ? init_load_code(&init, error) : init_load_migrations(&init, error)) ||
	    !init_write_first(&init, error) || !init_write_ci(&init, ci_path, error))
		return false;
	printf("next: pgassay run %s\n", init.suite_path);
	return true;
}

CommandResult
command_init(int n_arguments, char **arguments)
{
	Options options = { .connect_timeout = DB_CONNECT_TIMEOUT };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "name", 0, 0, G_OPTION_ARG_STRING, &options.name, "the suite's name (default: the project's)",
		  "NAME" },
		{ "format", 0, 0, G_OPTION_ARG_STRING, &options.format,
		  "the migration tool's format (default: detected)", "FORMAT" },
		{ "placeholder", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.placeholders,
		  "the value of a placeholder of the migrations; may be given several times", "NAME=VALUE" },
		{ "ci", 0, 0, G_OPTION_ARG_STRING, &options.ci,
		  "write a file for this CI system, too: github, gitlab, jenkins, bitbucket, azure, buildkite, "
		  "circleci, "
		  "kubernetes or pre-commit",
		  "SYSTEM" },
		{ "loose", 0, 0, G_OPTION_ARG_NONE, &options.loose,
		  "let the fixture allow what it does not state: without \"exact: true\"", NULL },
		{ "force", 0, 0, G_OPTION_ARG_NONE, &options.force, "write files anew that are there already", NULL },
		{ "pg-bindir", 0, 0, G_OPTION_ARG_FILENAME, &options.bindir,
		  "the folder of the PostgreSQL programs to use", "DIR" },
		{ "server", 0, 0, G_OPTION_ARG_STRING, &options.server,
		  "build on this running server instead of one of our own", "URL" },
		COMMAND_CONNECT_TIMEOUT(options.connect_timeout),
		{ NULL },
	};

	if (command_parse("init", entries, &n_arguments, &arguments, &result) &&
	    !init_run(&options, n_arguments, arguments, &error)) {
		result = command_error(error);
	}
	g_free(options.bindir);
	g_free(options.server);
	g_free(options.format);
	g_free(options.name);
	g_free(options.ci);
	g_strfreev(options.placeholders);
	return result;
}
