/* The servers of a run. */
#include "run/run.h"

#include "base/error.h"
#include "run/job/server.h"

#include <string.h>

/* Behind the hint that there is. */
static void
servers_hint_own(GError *error)
{
	static const char own[] = "leave --server out, and pgassay starts a server of its own";
	const char *between = strstr(error->message, "\nhint: ") != NULL ? "; or " : "\nhint: ";
	char *message = g_strconcat(error->message, between, own, NULL);

	g_free(error->message);
	error->message = message;
}

static ScratchServer *
servers_attach(const RunOptions *options, GError **error)
{
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_conninfo(options->server_url, error);

	if (endpoint == NULL)
		return NULL;
	db_endpoint_set_connect_timeout(endpoint, options->connect_timeout);
	GError *cause = NULL;
	ScratchServer *server = scratch_server_attach(endpoint, &cause);
	if (server == NULL) {
		servers_hint_own(cause);
		g_propagate_error(error, cause);
	}
	return server;
}

ScratchServer *
run_server_start(const Suite *suite, const RunOptions *options, GError **error)
{
	g_autoptr(GArray) versions = g_array_new(TRUE, TRUE, sizeof(guint));
	ScratchOptions scratch = { .bindir = options->bindir,
		                   .suite_directory = suite != NULL ? suite->directory : NULL,
		                   .contents = options->contents,
		                   .tcp = options->tcp || (suite != NULL && suite->tcp),
		                   .lasting = options->keep || options->keep_failed || options->lasting };

	if (options->version > 0)
		g_array_append_val(versions, options->version);
	else if (suite != NULL && suite->versions->len > 0)
		g_array_append_vals(versions, suite->versions->data, suite->versions->len);
	if (versions->len > 0)
		scratch.versions = (const guint *)(gconstpointer)versions->data;
	return scratch_server_start(&scratch, error);
}

static bool
servers_version_fits(const Suite *suite, const ScratchServer *server)
{
	guint major = (guint)scratch_server_version(server) / 10000;

	/* The port of an attached server is fixed. */
	if (suite != NULL && suite->tcp && !scratch_server_has_clients(server))
		return false;
	for (guint i = 0; suite != NULL && i < suite->versions->len; i++)
		if (g_array_index(suite->versions, guint, i) == major)
			return true;
	return suite == NULL || suite->versions->len == 0;
}

ScratchServer *
run_server_for(const Suite *suite, const RunOptions *options, GPtrArray *reuse, GError **error)
{
	ScratchServer *server = NULL;

	for (guint i = 0; i < reuse->len && server == NULL; i++)
		if (options->server_url != NULL || servers_version_fits(suite, g_ptr_array_index(reuse, i)))
			server = g_ptr_array_index(reuse, i);
	if (server == NULL) {
		server = options->server_url != NULL ? servers_attach(options, error)
		                                     : run_server_start(suite, options, error);
		if (server == NULL)
			return NULL;
		g_ptr_array_add(reuse, server);
	}
	return suite == NULL || run_server_prepare(server, suite, error) ? server : NULL;
}
