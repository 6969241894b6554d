#define _GNU_SOURCE /* O_TMPFILE */
#include "scratch/dump.h"

#include "base/error.h"
#include "base/process.h"
#include "scratch/binaries.h"
#include "scratch/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEBIAN_ROOT "/usr/lib/postgresql"

struct ScratchDump {
	int file;
};

void
scratch_dump_programs_free(ScratchDumpPrograms *programs)
{
	if (programs == NULL)
		return;
	g_free(programs->directory);
	g_free(programs->version_text);
	g_free(programs);
}

void
scratch_dump_free(ScratchDump *dump)
{
	if (dump == NULL)
		return;
	close(dump->file);
	g_free(dump);
}

/* --- Finding -------------------------------------------------------------- */

/* The programs that were found, and the best of them. */
typedef struct {
	int wanted;  /* the server's major version */
	bool newest; /* of those that are not older: the newest one, not the nearest */
	ScratchDumpPrograms *best;
	GString *rejected;
} Search;

static char *
dump_ask_version(const char *program)
{
	const char *const arguments[] = { program, "--version", NULL };
	const BaseProcess process = { .arguments = arguments };
	g_autofree char *output = NULL;
	g_auto(BaseProcessEnd) end = { 0 };
	static const char start[] = "pg_dump (PostgreSQL) ";

	if (!base_process_ask(&process, &output, &end, NULL) || !end.succeeded || !g_str_has_prefix(output, start))
		return NULL;
	return g_strstrip(g_strdup(output + strlen(start)));
}

static void
dump_reject(Search *search, const char *directory, const char *problem)
{
	g_string_append_printf(search->rejected, "\nnot used: \"%s\": %s", directory, problem);
}

static void
take_better(Search *search, ScratchDumpPrograms *found)
{
	int major = found->version / 10000;
	int best = search->best != NULL ? search->best->version / 10000 : 0;

	if (major < search->wanted) {
		g_autofree char *problem = g_strdup_printf("it is %s", found->version_text);
		dump_reject(search, found->directory, problem);
	} else if (best == 0 || (search->newest ? major > best : major < best)) {
		scratch_dump_programs_free(search->best);
		search->best = found;
		return;
	}
	scratch_dump_programs_free(found);
}

static bool
is_executable(const char *directory, const char *name)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);

	return g_file_test(path, G_FILE_TEST_IS_EXECUTABLE);
}

/* Debian's pg_dump in PATH is a script that asks its own configuration which version to run; those versions are in
 * DEBIAN_ROOT. */
static bool
is_wrapper(const char *program)
{
	char *real = realpath(program, NULL);
	bool wrapper = real != NULL && g_str_has_suffix(real, "/pg_wrapper");

	free(real);
	return wrapper;
}

static void
dump_look_at(Search *search, const char *directory)
{
	g_autofree char *program = g_build_filename(directory, "pg_dump", NULL);

	if (!is_executable(directory, "pg_dump") || is_wrapper(program))
		return;
	if (!is_executable(directory, "pg_restore")) {
		dump_reject(search, directory, "there is no pg_restore beside pg_dump");
		return;
	}
	g_autofree char *text = dump_ask_version(program);
	int version = text != NULL ? scratch_binaries_parse_version(text) : 0;
	if (version == 0) {
		dump_reject(search, directory, "\"pg_dump --version\" failed");
		return;
	}
	ScratchDumpPrograms *found = g_new0(ScratchDumpPrograms, 1);
	found->directory = g_strdup(directory);
	found->version = version;
	found->version_text = g_steal_pointer(&text);
	take_better(search, found);
}

static void
look_at_debian(Search *search)
{
	g_autoptr(GDir) folder = g_dir_open(DEBIAN_ROOT, 0, NULL);

	for (const char *name; folder != NULL && (name = g_dir_read_name(folder)) != NULL;) {
		g_autofree char *directory = g_build_filename(DEBIAN_ROOT, name, "bin", NULL);
		dump_look_at(search, directory);
	}
}

static void
look_at_path(Search *search)
{
	const char *path = g_getenv("PATH");
	g_auto(GStrv) directories = g_strsplit(path != NULL ? path : "", ":", -1);

	for (char **directory = directories; *directory != NULL; directory++)
		if (g_path_is_absolute(*directory))
			dump_look_at(search, *directory);
}

static bool
is_exact(const Search *search)
{
	return !search->newest && search->best != NULL && search->best->version / 10000 == search->wanted;
}

/* Looks everywhere. The caller frees the result. */
static ScratchDumpPrograms *
dump_search(Search search, const char *beside, GError **error)
{
	g_autoptr(GString) rejected = g_string_new(NULL);
	const char *named = g_getenv("PGASSAY_PG_BINDIR");

	search.rejected = rejected;
	if (beside != NULL)
		dump_look_at(&search, beside);
	if (!is_exact(&search) && named != NULL)
		dump_look_at(&search, named);
	if (!is_exact(&search))
		look_at_debian(&search);
	if (!is_exact(&search))
		look_at_path(&search);
	if (search.best == NULL)
		base_error_set(
		    error, BASE_ERROR_ENVIRONMENT, NULL,
		    "no pg_dump of PostgreSQL %d or newer was found: install postgresql-client-%d, or name the "
		    "folder of a newer one by PATH\nlooked beside the server's programs, in "
		    "PGASSAY_PG_BINDIR, " DEBIAN_ROOT "/*/bin and PATH%s",
		    search.wanted, search.wanted, rejected->str);
	return search.best;
}

ScratchDumpPrograms *
scratch_dump_find_for(int version, const char *beside, GError **error)
{
	return dump_search((Search){ .wanted = version / 10000 }, beside, error);
}

ScratchDumpPrograms *
scratch_dump_find_newest(const char *beside, GError **error)
{
	return dump_search((Search){ .wanted = SCRATCH_VERSION_MIN / 10000, .newest = true }, beside, error);
}

ScratchDumpPrograms *
scratch_dump_find(const ScratchServer *server, GError **error)
{
	return scratch_dump_find_for(scratch_server_version(server),
	                             scratch_server_is_own(server) ? scratch_server_origin(server) : NULL, error);
}

/* --- Running -------------------------------------------------------------- */

/* A run of one of the two programs on a database. */
typedef struct {
	const ScratchDumpPrograms *programs;
	const char *name; /* pg_dump or pg_restore */
	const char *options[3];
	ScratchServer *server;
	const ScratchDatabase *database;
	int input;
	int output;
} Call;

static bool
dump_call(const Call *call, BaseProcessEnd *ret_end, GError **error)
{
	const DbEndpoint *endpoint = scratch_server_endpoint(call->server);
	g_autofree char *program = g_build_filename(call->programs->directory, call->name, NULL);
	g_autofree char *conninfo = db_endpoint_client_conninfo(endpoint, scratch_database_name(call->database));
	g_autofree char *dbname = g_strconcat("--dbname=", conninfo, NULL);
	char **environment = db_endpoint_client_environment(endpoint);
	/* A prompt would wait for ever. */
	const char *arguments[] = { program,          "--no-password",  dbname, call->options[0],
		                    call->options[1], call->options[2], NULL };

	/* Messages as everybody knows and searches them. */
	environment = g_environ_setenv(environment, "LC_ALL", "C", TRUE);
	environment = g_environ_unsetenv(environment, "LANGUAGE");
	const BaseProcess process = { .arguments = arguments,
		                      .environment = (const char *const *)environment,
		                      .input = call->input,
		                      .output = call->output };
	bool done = base_process_run(&process, ret_end, error);
	g_strfreev(environment);
	return done;
}

/* A file without a name; on a file system that has no such it has one for a moment. */
static int
open_nameless(const char *parent)
{
	int file = open(parent, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	g_autofree char *path = g_build_filename(parent, "pgassay-dump-XXXXXX", NULL);

	if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
		return file;
	file = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);
	if (file >= 0)
		unlink(path);
	return file;
}

static ScratchDump *
dump_new(GError **error)
{
	g_autofree char *parent = scratch_folder_parent(SCRATCH_FOLDER_BRIEF);
	int file = open_nameless(parent);

	if (file < 0) {
		base_error_set(error, BASE_ERROR_ENVIRONMENT, "free some space, or name another folder by TMPDIR",
		               "could not make a file for a backup in \"%s\": %s", parent, g_strerror(errno));
		return NULL;
	}
	ScratchDump *dump = g_new0(ScratchDump, 1);
	dump->file = file;
	return dump;
}

bool
scratch_dump_take(const ScratchDumpPrograms *programs, ScratchServer *server, const ScratchDatabase *database,
                  ScratchDump **ret_dump, char **ret_stderr_text, GError **error)
{
	g_autoptr(ScratchDump) dump = dump_new(error);
	g_auto(BaseProcessEnd) end = { 0 };

	if (dump == NULL)
		return false;
	/* It is read again at once: compressing it costs more than it saves. */
	const Call take = { .programs = programs,
		            .name = "pg_dump",
		            .options = { "--format=custom", "--compress=0" },
		            .server = server,
		            .database = database,
		            .input = -1,
		            .output = dump->file };
	if (!dump_call(&take, &end, error))
		return false;
	*ret_stderr_text = g_steal_pointer(&end.stderr_text);
	*ret_dump = end.succeeded ? g_steal_pointer(&dump) : NULL;
	return true;
}

bool
scratch_dump_restore(const ScratchDumpPrograms *programs, ScratchServer *server, const ScratchDatabase *database,
                     ScratchDump *dump, bool *ret_restored, char **ret_stderr_text, GError **error)
{
	g_auto(BaseProcessEnd) end = { 0 };
	const Call restore = { .programs = programs,
		               .name = "pg_restore",
		               .server = server,
		               .database = database,
		               .input = dump->file,
		               .output = -1 };

	if (lseek(dump->file, 0, SEEK_SET) != 0)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not read a backup: %s",
		                      g_strerror(errno));
	if (!dump_call(&restore, &end, error))
		return false;
	*ret_stderr_text = g_steal_pointer(&end.stderr_text);
	*ret_restored = end.succeeded;
	return true;
}
