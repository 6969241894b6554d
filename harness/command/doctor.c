/* pgassay doctor: the programs and servers found, and obstacles to a run. */
#include "command/command.h"

#include "scratch/binaries.h"
#include "scratch/folder.h"
#include "scratch/memory_room.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

static void
print_user(void)
{
	const struct passwd *user = getpwuid(geteuid());

	printf("user: %s%s\n", user != NULL ? user->pw_name : "(unknown)",
	       geteuid() == 0 ? " (the server itself runs as an unprivileged user)" : "");
}

static void
print_binaries(const ScratchOptions *options)
{
	g_autoptr(GPtrArray) all = scratch_binaries_find_all(options);

	printf("PostgreSQL programs, best first:%s\n", all->len == 0 ? " none" : "");
	for (guint i = 0; i < all->len; i++) {
		const ScratchBinaries *binaries = g_ptr_array_index(all, i);
		if (binaries->problem != NULL)
			printf("  %s: cannot be used: %s (found by %s)\n", binaries->directory, binaries->problem,
			       binaries->found_by);
		else
			printf("  %s: %s (found by %s)\n", binaries->directory, binaries->version_text,
			       binaries->found_by);
	}
}

static void
print_folder(void)
{
	g_autofree char *parent = scratch_folder_parent(SCRATCH_FOLDER_BRIEF);

	printf("scratch folder: %s%s\n", parent, scratch_memory_has_room(parent) ? " (in memory)" : "");
}

/* Starts and stops a scratch server, which proves that everything needed is installed. */
static bool
try_server(const ScratchOptions *options, GError **error)
{
	gint64 start = g_get_monotonic_time();
	g_autoptr(ScratchServer) server = scratch_server_start(options, error);

	if (server == NULL)
		return false;
	printf("scratch server: PostgreSQL %s from %s answers after %" G_GINT64_FORMAT " ms\n",
	       scratch_server_version_text(server), scratch_server_origin(server),
	       (g_get_monotonic_time() - start) / 1000);
	static const char *const extensions[] = { "pgcrypto", "pg_trgm", "vector" };
	for (gsize i = 0; i < G_N_ELEMENTS(extensions); i++) {
		bool has = false;
		if (!scratch_server_has_extension(server, extensions[i], &has, error))
			return false;
		printf("extension %s: %s\n", extensions[i], has ? "available" : "not available on this server");
	}
	return true;
}

CommandResult
command_doctor(int n_arguments, char **arguments)
{
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	char *bindir = NULL;
	const GOptionEntry entries[] = {
		{ "pg-bindir", 0, 0, G_OPTION_ARG_FILENAME, &bindir, "the folder of the PostgreSQL programs to use",
		  "DIR" },
		{ NULL },
	};

	if (command_parse("doctor", entries, &n_arguments, &arguments, &result)) {
		const ScratchOptions options = { .bindir = bindir };
		printf("pgassay " PGASSAY_VERSION "\n");
		print_user();
		print_binaries(&options);
		print_folder();
		fflush(stdout);
		if (!try_server(&options, &error))
			result = command_error(error);
	}
	g_free(bindir);
	return result;
}
