#include "scratch/server_private.h"

#include "base/error.h"
#include "scratch/cache.h"
#include "scratch/tcp.h"

#include <string.h>

#define USER "postgres"

/* The parts of a start. */
typedef struct {
	ScratchSupervisor *supervisor;
	const ScratchAccount *account;
	ScratchCache *cache;
	unsigned port; /* on TCP; 0: none */
} Start;

/* --- The data directory -------------------------------------------------- */

typedef struct {
	const ScratchUnpacking *unpacking;
	GError *error;
} Later;

static gpointer
write_later_part(gpointer data)
{
	Later *later = data;

	return GINT_TO_POINTER(scratch_unpacking_write(later->unpacking, SCRATCH_PACK_NEEDED_LATER, &later->error));
}

/* Nobody comes in without a password from the first moment on. */
static bool
start_server(const Start *start, GError **error)
{
	return (start->port == 0 || scratch_tcp_write_rules(scratch_supervisor_data(start->supervisor), error)) &&
	       scratch_supervisor_launch(start->supervisor, error);
}

/* Fills the data directory from the template and starts the server, while files that are not needed yet are still
 * being written. Nobody can access them, because only we know the socket. */
static bool
launch_from_pack(const Start *start, const ScratchPack *pack, GError **error)
{
	g_autoptr(ScratchUnpacking) unpacking = scratch_unpacking_begin(
	    pack, scratch_supervisor_data(start->supervisor), start->account, error);

	if (unpacking == NULL)
		return false;
	Later later = { .unpacking = unpacking };
	GThread *thread = g_thread_new("unpack", write_later_part, &later);
	bool launched = scratch_unpacking_write(unpacking, SCRATCH_PACK_NEEDED_FIRST, error) &&
	                start_server(start, error);
	bool written = GPOINTER_TO_INT(g_thread_join(thread)) != 0;

	if (launched && !written)
		g_propagate_error(error, g_steal_pointer(&later.error));
	g_clear_error(&later.error);
	return launched && written;
}

/* Makes the data directory anew, keeps a copy of it as the template, and starts the server. */
static bool
launch_from_initdb(const Start *start, GError **error)
{
	if (!scratch_supervisor_initdb(start->supervisor, error))
		return false;
	scratch_cache_store(start->cache, scratch_supervisor_data(start->supervisor));
	return start_server(start, error);
}

/* The template; NULL without *error when there is none and the caller, who then has the lock,
 * makes it. */
static ScratchPack *
get_pack(const Start *start, GError **error)
{
	ScratchPack *pack = scratch_cache_load(start->cache);

	if (pack != NULL || !scratch_cache_lock(start->cache, error))
		return pack;
	/* Another run may have made it while we waited. */
	return scratch_cache_load(start->cache);
}

/* Starts the server with the contents of an earlier one. *ret_ready is false if there are none, or if it does not
 * start; then they are forgotten. */
static bool
start_with_contents(const Start *start, ScratchCache *contents, bool *ret_ready, GError **error)
{
	g_autoptr(ScratchPack) pack = scratch_cache_load(contents);
	g_autoptr(GError) cause = NULL;

	*ret_ready = false;
	if (pack == NULL)
		return true;
	if (!launch_from_pack(start, pack, error))
		return false;
	switch (scratch_supervisor_wait(start->supervisor, &cause)) {
	case SCRATCH_WAIT_READY:
		*ret_ready = true;
		return true;
	case SCRATCH_WAIT_FAILED:
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	case SCRATCH_WAIT_EXITED:
	default:
		scratch_cache_discard(contents);
		return scratch_supervisor_clear(start->supervisor, error);
	}
}

/* A template whose server does not start is thrown away, and made again once. */
static bool
start_launch(const Start *start, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(ScratchPack) pack = get_pack(start, &cause);

	if (cause != NULL) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	if (pack != NULL) {
		if (!launch_from_pack(start, pack, error))
			return false;
		switch (scratch_supervisor_wait(start->supervisor, &cause)) {
		case SCRATCH_WAIT_READY:
			return true;
		case SCRATCH_WAIT_FAILED:
			g_propagate_error(error, g_steal_pointer(&cause));
			return false;
		case SCRATCH_WAIT_EXITED:
			break;
		}
		scratch_cache_discard(start->cache);
		if (!scratch_supervisor_clear(start->supervisor, error) || !scratch_cache_lock(start->cache, error))
			return false;
	}
	return launch_from_initdb(start, error) &&
	       scratch_supervisor_wait(start->supervisor, error) == SCRATCH_WAIT_READY;
}

/* --- The server ---------------------------------------------------------- */

static ScratchSupervisor *
start_supervisor(const ScratchBinaries *binaries, const ScratchAccount *account, const char *locale, const char *parent,
                 unsigned port, GError **error)
{
	const ScratchSupervisorOptions options = {
		.parent = parent,
		.bindir = binaries->directory,
		.locale = locale,
		.account = account,
		.port = port,
	};

	return scratch_supervisor_start(&options, error);
}

bool
scratch_start(ScratchServer *server, const ScratchOptions *options, GError **error)
{
	static const ScratchOptions none = { 0 };
	ScratchAccount account;
	const char *locale = scratch_cache_locale();
	bool lasting = options != NULL && options->lasting;
	g_autofree char *parent = scratch_folder_parent(lasting ? SCRATCH_FOLDER_LASTING : SCRATCH_FOLDER_BRIEF);
	g_autofree char *cached = scratch_folder_parent(SCRATCH_FOLDER_LASTING);

	if (!scratch_account_find(&account, error))
		return false;
	g_autoptr(ScratchBinaries) binaries = scratch_binaries_find(options != NULL ? options : &none, error);
	if (binaries == NULL)
		return false;
	scratch_folder_reap_all(parent);
	unsigned port = 0;
	if (options != NULL && options->tcp && !scratch_tcp_find_port(&port, error))
		return false;
	server->supervisor = start_supervisor(binaries, &account, locale, parent, port, error);
	if (server->supervisor == NULL)
		return false;
	g_autoptr(ScratchCache) cache = scratch_cache_open(binaries, locale, cached);
	const Start start = { .supervisor = server->supervisor, .account = &account, .cache = cache, .port = port };
	if (options != NULL && options->contents != NULL)
		server->contents = scratch_cache_open_contents(binaries, locale, cached, options->contents);
	if (server->contents != NULL && !start_with_contents(&start, server->contents, &server->has_contents, error))
		return false;
	if (!server->has_contents && !start_launch(&start, error))
		return false;
	server->origin = g_strdup(binaries->directory);
	server->endpoint = db_endpoint_new_socket(scratch_supervisor_data(server->supervisor),
	                                          port != 0 ? port : SCRATCH_PORT, USER);
	if (port != 0)
		server->clients = scratch_tcp_endpoint(port, USER);
	return true;
}
