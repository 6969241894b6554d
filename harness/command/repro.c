/* pgassay repro: a case that failed elsewhere, run again from the bundle of that run. */
#include "command/command.h"
#include "command/database/program.h"
#include "command/database/showing.h"
#include "command/option/timeouts.h"
#include "command/repro/load.h"

#include "base/error.h"
#include "run/reproduce.h"
#include "scratch/binaries.h"

#include <stdio.h>
#include <string.h>

#define BUNDLE_SUFFIX ".tar.zst"

typedef struct {
	char *bindir;
	char *server;
	gint connect_timeout;
	char *test_case;
	gboolean list;
	gboolean keep;
	gboolean print_url;
} ReproOptions;

/* --- Which bundle ----------------------------------------------------------------------- */

static int
repro_compare_paths(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The bundles in the folder beside a report. */
static GPtrArray *
repro_list_bundles(const char *report)
{
	g_autofree char *directory = g_path_get_dirname(report);
	g_autofree char *folder = g_build_filename(directory, "repro", NULL);
	g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

	for (const char *name; entries != NULL && (name = g_dir_read_name(entries)) != NULL;)
		if (g_str_has_suffix(name, BUNDLE_SUFFIX))
			g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
	g_ptr_array_sort(paths, repro_compare_paths);
	return paths;
}

/* A bundle by its name, or the one of the run that has written the report. The caller frees it. */
static char *
repro_find_bundle(const char *path, GError **error)
{
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		base_error_set(error, BASE_ERROR_USAGE,
		               "name a bundle, build/reports/repro/SUITE.tar.zst, or a report beside such a folder",
		               "there is no file \"%s\"", path);
		return NULL;
	}
	if (g_str_has_suffix(path, BUNDLE_SUFFIX))
		return g_strdup(path);
	g_autoptr(GPtrArray) paths = repro_list_bundles(path);
	if (paths->len == 1)
		return g_strdup(g_ptr_array_index(paths, 0));
	if (paths->len == 0) {
		base_error_set(error, BASE_ERROR_USAGE,
		               "a run writes one when a case fails, unless it has \"--repro off\"",
		               "\"%s\" is no bundle, and there is none beside it", path);
		return NULL;
	}
	g_ptr_array_add(paths, NULL);
	g_autofree char *all = g_strjoinv("\n", (char **)paths->pdata);
	base_error_set(error, BASE_ERROR_USAGE, NULL, "\"%s\" is of several suites: name the bundle of one\n%s", path,
	               all);
	return NULL;
}

/* --- Which case --------------------------------------------------------------------------- */

static char *
repro_case_name(const BundleCase *test_case)
{
	return g_strdup_printf("%s/%s/%s", test_case->database, test_case->stage, test_case->name);
}

static void
repro_print_cases(const Bundle *bundle)
{
	for (guint i = 0; i < bundle->cases->len; i++) {
		const BundleCase *test_case = g_ptr_array_index(bundle->cases, i);
		g_autofree char *name = repro_case_name(test_case);
		printf("%s: %s\n", name, test_case->message != NULL ? test_case->message : "");
	}
}

static const BundleCase *
repro_find_case(const Bundle *bundle, const char *pattern, GError **error)
{
	for (guint i = 0; i < bundle->cases->len; i++) {
		const BundleCase *test_case = g_ptr_array_index(bundle->cases, i);
		g_autofree char *name = repro_case_name(test_case);
		if (pattern == NULL || g_pattern_match_simple(pattern, name) || strcmp(pattern, test_case->name) == 0)
			return test_case;
	}
	base_error_set(error, BASE_ERROR_USAGE, "--list prints the cases of a bundle",
	               pattern != NULL ? "no case of the bundle fits \"%s\"" : "the bundle has no case%s",
	               pattern != NULL ? pattern : "");
	return NULL;
}

static char *
repro_pattern(const BundleCase *wanted)
{
	g_autoptr(ReportCase)
	    test_case = report_case_new(wanted->database, wanted->stage, wanted->name, (SourcePosition){ 0 });

	return run_reproduce_pattern(test_case);
}

/* --- Which server ----------------------------------------------------------------------------- */

/* The major version of then, where this machine has it. */
static void
repro_choose_version(const ReproOptions *options, const CommandReproLoaded *loaded)
{
	Suite *suite = g_ptr_array_index(loaded->plan->suites, 0);
	const ScratchOptions where = { .bindir = options->bindir, .suite_directory = suite->directory };
	g_autoptr(GPtrArray) all = scratch_binaries_find_all(&where);
	guint major = (guint)loaded->bundle->server_version / 10000;

	for (guint i = 0; i < all->len; i++) {
		const ScratchBinaries *binaries = g_ptr_array_index(all, i);
		if (binaries->problem != NULL || (guint)binaries->version / 10000 != major)
			continue;
		g_array_set_size(suite->versions, 0);
		g_array_append_val(suite->versions, major);
	}
}

static void
repro_print_server(const Bundle *bundle, const ScratchServer *server)
{
	const char *now = scratch_server_version_text(server);

	if (g_strcmp0(bundle->server, now) == 0)
		fprintf(stderr, "PostgreSQL %s, as then\n", now);
	else
		fprintf(stderr, "PostgreSQL %s; then it was PostgreSQL %s\n", now,
		        bundle->server != NULL ? bundle->server : "of a version that is not known");
	if (scratch_server_version(server) / 10000 != bundle->server_version / 10000)
		fprintf(stderr, "another major version: it may well find something else\n");
}

static const char *
repro_find_pair(const GPtrArray *pairs, const char *name)
{
	for (guint i = 0; i < pairs->len; i++) {
		const BundlePair *pair = g_ptr_array_index(pairs, i);
		if (g_strcmp0(pair->name, name) == 0)
			return pair->value;
	}
	return NULL;
}

static void
repro_print_pairs(DbSession *session, const GPtrArray *pairs, const char *query, const char *what)
{
	for (guint i = 0; i < pairs->len; i++) {
		const BundlePair *pair = g_ptr_array_index(pairs, i);
		g_autofree char *now = db_session_query_value(session, NULL, query, pair->name, NULL);
		if (g_strcmp0(now, repro_find_pair(pairs, pair->name)) != 0)
			fprintf(stderr, "%s %s: %s (then: %s)\n", what, pair->name, now != NULL ? now : "none",
			        pair->value);
	}
}

/* Prints the differences between the server and the one of the original run. */
static void
repro_print_differences(const Bundle *bundle, const CommandReproAgain *again)
{
	const ScratchServer *server = g_ptr_array_index(again->servers, 0);
	g_autoptr(DbSession)
	    session = db_session_open(scratch_server_endpoint(server), NULL, DB_SESSION_INTERNAL, NULL);

	repro_print_server(bundle, server);
	if (session == NULL)
		return;
	repro_print_pairs(session, bundle->settings, "SELECT pg_catalog.current_setting($1, true)", "setting");
	repro_print_pairs(session, bundle->extensions,
	                  "SELECT default_version FROM pg_catalog.pg_available_extensions WHERE name = $1",
	                  "extension");
}

/* --- All of it --------------------------------------------------------------------------------- */

static void
repro_print_what(const Bundle *bundle, const BundleCase *wanted)
{
	g_autofree char *name = repro_case_name(wanted);

	fprintf(stderr, "%s, of the suite \"%s\"\n", name, bundle->suite);
	if (wanted->seed != NULL)
		fprintf(stderr, "drawn with PGASSAY_SEED=%s\n", wanted->seed);
	if (g_strcmp0(bundle->program, PGASSAY_VERSION) != 0)
		fprintf(stderr, "pgassay %s (then: %s)\n", PGASSAY_VERSION, bundle->program);
	if (bundle->cases->len > 1)
		fprintf(stderr, "one of %u cases that failed; --list prints them, --case chooses\n",
		        bundle->cases->len);
}

static CommandResult
repro_show(const ReproOptions *options, const CommandReproLoaded *loaded, const BundleCase *wanted, char **rest,
           GError **error)
{
	const RunOptions run = { .bindir = options->bindir,
		                 .server_url = options->server,
		                 .connect_timeout = (guint)options->connect_timeout,
		                 .keep = options->keep || options->print_url };
	const CommandShowing showing = {
		.message = wanted->message, .print_url = options->print_url, .keep = options->keep, .rest = rest
	};
	g_auto(CommandReproAgain) again = { 0 };
	g_autofree char *pattern = repro_pattern(wanted);

	repro_print_what(loaded->bundle, wanted);
	if (wanted->seed != NULL)
		g_setenv("PGASSAY_SEED", wanted->seed, TRUE);
	if (!command_repro_again(loaded->plan, &run, pattern, &again, error))
		return command_error(*error);
	repro_print_differences(loaded->bundle, &again);
	return command_show_again(&again, &showing, error);
}

static bool
repro_check(const ReproOptions *options, int n_arguments, char **rest, GError **error)
{
	if (n_arguments != 2)
		return base_error_set(error, BASE_ERROR_USAGE, "pgassay repro build/reports/repro/shop.tar.zst",
		                      "name one bundle, or one report");
	return !options->print_url || rest == NULL ||
	       base_error_set(error, BASE_ERROR_USAGE, "leave one of them out",
	                      "--print-url opens no psql, which could take \"%s\"", rest[0]);
}

static CommandResult
repro_run(const ReproOptions *options, int n_arguments, char **arguments, char **rest, GError **error)
{
	g_auto(CommandReproLoaded) loaded = { 0 };
	g_autofree char *path = repro_check(options, n_arguments, rest, error) ? repro_find_bundle(arguments[1], error)
	                                                                       : NULL;

	if (path == NULL || !command_repro_load(path, &loaded, error))
		return command_error(*error);
	if (options->list) {
		repro_print_cases(loaded.bundle);
		return COMMAND_OK;
	}
	const BundleCase *wanted = repro_find_case(loaded.bundle, options->test_case, error);
	if (wanted == NULL)
		return command_error(*error);
	repro_choose_version(options, &loaded);
	return repro_show(options, &loaded, wanted, rest, error);
}

CommandResult
command_repro(int n_arguments, char **arguments)
{
	ReproOptions options = { .connect_timeout = DB_CONNECT_TIMEOUT };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	char **rest = command_program_split(&n_arguments, arguments);
	const GOptionEntry entries[] = {
		{ "case", 0, 0, G_OPTION_ARG_STRING, &options.test_case,
		  "the case: DATABASE/STAGE/CASE, with * for any text (default: the first one)", "GLOB" },
		{ "list", 0, 0, G_OPTION_ARG_NONE, &options.list, "print the cases of the bundle, and run nothing",
		  NULL },
		{ "keep", 0, 0, G_OPTION_ARG_NONE, &options.keep, "keep the database and say how to open it again",
		  NULL },
		{ "print-url", 0, 0, G_OPTION_ARG_NONE, &options.print_url,
		  "print the URL of the database, and keep it, instead of opening psql", NULL },
		{ "pg-bindir", 0, 0, G_OPTION_ARG_FILENAME, &options.bindir,
		  "the folder of the PostgreSQL programs to use", "DIR" },
		{ "server", 0, 0, G_OPTION_ARG_STRING, &options.server,
		  "build on this running server instead of one of our own", "URL" },
		COMMAND_CONNECT_TIMEOUT(options.connect_timeout),
		{ NULL },
	};

	if (command_parse("repro", entries, &n_arguments, &arguments, &result))
		result = repro_run(&options, n_arguments, arguments, rest, &error);
	g_free(options.bindir);
	g_free(options.server);
	g_free(options.test_case);
	return result;
}
