#include "command/database/built.h"

#include "base/error.h"
#include "command/database/store.h"
#include "command/side/job.h"
#include "command/side/side.h"
#include "run/run.h"

#include <stdio.h>

/* The parsed place. */
typedef struct {
	char *path;
	char *database;
	char *version;
} Place;

static void
place_clear(Place *place)
{
	g_free(place->path);
	g_free(place->database);
	g_free(place->version);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

void
command_built_options_clear(CommandBuiltOptions *options)
{
	g_free(options->bindir);
	g_free(options->server);
	g_strfreev(options->seeds);
	g_free(options->before);
}

/* --- Options and seeds -------------------------------------------------------- */

static void
built_seed_free(gpointer data)
{
	SuiteData *seed = data;

	g_free(seed->path);
	g_free(seed);
}

static GPtrArray *
built_load_seeds(const CommandBuiltOptions *options, GError **error)
{
	g_autoptr(GPtrArray) seeds = g_ptr_array_new_with_free_func(built_seed_free);

	for (char **path = options->seeds; path != NULL && *path != NULL; path++) {
		if (!g_file_test(*path, G_FILE_TEST_IS_REGULAR)) {
			base_error_set(error, BASE_ERROR_USAGE, "--seed names a file of SQL", "there is no file \"%s\"",
			               *path);
			return NULL;
		}
		SuiteData *seed = g_new0(SuiteData, 1);
		seed->path = g_strdup(*path);
		g_ptr_array_add(seeds, seed);
	}
	return g_steal_pointer(&seeds);
}

bool
command_built_check_tcp(bool tcp, const char *server, GError **error)
{
	return !tcp || server == NULL ||
	       base_error_set(error, BASE_ERROR_USAGE, "leave one of them out",
	                      "--tcp is for a server of pgassay's own, and --server names another one");
}

static bool
built_check_options(const CommandBuiltOptions *options, const Place *place, GError **error)
{
	if (options->rows < 0)
		return base_error_set(error, BASE_ERROR_USAGE, "--rows takes a number of rows for each table",
		                      "%d is no number of rows", options->rows);
	if (options->rows > SUITE_ROWS_MAX)
		return base_error_set(error, BASE_ERROR_USAGE, "--seed loads a file with more of them",
		                      "more than %d generated rows per table are not supported", SUITE_ROWS_MAX);
	if (options->workers < 0)
		return base_error_set(error, BASE_ERROR_USAGE, "--workers takes the number of workers",
		                      "%d is no number of workers", options->workers);
	if (options->port < 0 || options->port > G_MAXUINT16)
		return base_error_set(error, BASE_ERROR_USAGE, "a port is a number from 1 to 65535", "%d is no port",
		                      options->port);
	if (!command_built_check_tcp(options->tcp, options->server, error))
		return false;
	if (options->before != NULL && place->version != NULL)
		return base_error_set(error, BASE_ERROR_USAGE, "leave one of them out",
		                      "\"@%s\" and --before both say where to stop", place->version);
	return true;
}

/* The jobs that are wanted: one, or all of the suite. */
static GPtrArray *
built_choose_jobs(const CommandBuilt *built, const Place *place, GError **error)
{
	g_autoptr(GPtrArray) jobs = g_ptr_array_new();

	if (built->plan->suites->len != 1) {
		base_error_set(error, BASE_ERROR_USAGE, "name the file of one of them",
		               "\"%s\" has %u suites, and the databases of one can be built", place->path,
		               built->plan->suites->len);
		return NULL;
	}
	if (place->database != NULL || place->version != NULL) {
		const RunJob *job = command_find_job(built->plan, place->database, error);
		if (job == NULL)
			return NULL;
		g_ptr_array_add(jobs, (gpointer)job);
		return g_steal_pointer(&jobs);
	}
	for (guint i = 0; i < built->plan->jobs->len; i++)
		g_ptr_array_add(jobs, g_ptr_array_index(built->plan->jobs, i));
	return g_steal_pointer(&jobs);
}

/* The last migration to run; *ret_until stays NULL if none is given. */
static bool
built_find_end(const CommandBuiltOptions *options, const Place *place, const GPtrArray *jobs,
               const Migration **ret_until, GError **error)
{
	const char *name = options->before != NULL ? options->before : place->version;

	if (name == NULL)
		return true;
	if (jobs->len > 1)
		return base_error_set(error, BASE_ERROR_USAGE, "name the database: suite.yaml:DATABASE",
		                      "\"%s\" is a migration of one database, and the suite has several", name);
	const RunJob *job = g_ptr_array_index(jobs, 0);
	*ret_until = migration_set_find(job->set, name);
	return *ret_until != NULL ||
	       base_error_set(error, BASE_ERROR_USAGE, "write its version, or the name of its file",
	                      "there is no migration \"%s\" in \"%s\"", name, job->set->directory);
}

/* --- Building ------------------------------------------------------------------ */

static void
built_stop_server(gpointer data)
{
	scratch_server_stop(data);
}

static void
built_database_free(gpointer data)
{
	CommandBuiltDatabase *database = data;

	db_session_close(database->session);
	scratch_database_drop(database->copy, true);
	check_workspace_close_last(&database->workspace);
	g_clear_pointer(&database->stand_ins.sources, g_hash_table_unref);
	g_free(database);
}

static void
built_report(const CommandBuiltDatabase *database, const RunBuildOptions *build)
{
	const RunJob *job = database->job;
	gint64 milliseconds = database->duration / G_TIME_SPAN_MILLISECOND;
	guint n = job->set->migrations->len;

	if (build->until != NULL)
		fprintf(stderr, "%s: migrations %s %s in %" G_GINT64_FORMAT " ms\n", job->database->name,
		        build->before ? "before" : "up to", build->until->name, milliseconds);
	else
		fprintf(stderr, "%s: %u %s in %" G_GINT64_FORMAT " ms\n", job->database->name, n,
		        n == 1 ? "migration" : "migrations", milliseconds);
}

static bool
built_build(CommandBuilt *built, const RunJob *job, const RunBuildOptions *build, GError **error)
{
	gint64 start = g_get_monotonic_time();
	ScratchServer *server = g_ptr_array_index(built->servers, 0);
	CommandBuiltDatabase *database = g_new0(CommandBuiltDatabase, 1);

	database->job = job;
	if (!run_build_with(job, build, server, &database->workspace, &database->stand_ins, error)) {
		g_free(database);
		return false;
	}
	g_ptr_array_add(built->databases, database);
	database->duration = g_get_monotonic_time() - start;
	check_workspace_disconnect(&database->workspace);
	database->session = scratch_database_connect_client(database->workspace.database, error);
	return database->session != NULL;
}

static bool
built_build_each(CommandBuilt *built, const GPtrArray *jobs, const RunBuildOptions *build, GError **error)
{
	for (guint i = 0; i < jobs->len; i++)
		if (!built_build(built, g_ptr_array_index(jobs, i), build, error))
			return false;
	return true;
}

/* --- Databases built by an earlier command --------------------------------------- */

static bool
built_take_stored(CommandBuilt *built, const GPtrArray *jobs, const GPtrArray *names, GError **error)
{
	ScratchServer *server = g_ptr_array_index(built->servers, 0);

	for (guint i = 0; i < jobs->len; i++) {
		gint64 start = g_get_monotonic_time();
		CommandBuiltDatabase *database = g_new0(CommandBuiltDatabase, 1);
		database->job = g_ptr_array_index(jobs, i);
		database->workspace.server = server;
		g_ptr_array_add(built->databases, database);
		database->workspace.database = scratch_database_take_stored(server, database->job->database->name,
		                                                            g_ptr_array_index(names, i), error);
		if (database->workspace.database != NULL)
			database->session = scratch_database_connect_client(database->workspace.database, error);
		if (database->session == NULL)
			return false;
		database->duration = g_get_monotonic_time() - start;
	}
	return true;
}

/* Stores the server before a program has connected to it, and ends it; the next one starts with its contents. A
 * failure to store it is not an error. */
static void
built_store(CommandBuilt *built, const GPtrArray *names)
{
	bool stored = true;

	for (guint i = 0; i < built->databases->len; i++) {
		CommandBuiltDatabase *database = g_ptr_array_index(built->databases, i);
		g_clear_pointer(&database->session, db_session_close);
		stored = stored &&
		         scratch_database_store(database->workspace.database, g_ptr_array_index(names, i), NULL);
	}
	if (stored)
		scratch_server_store(g_ptr_array_index(built->servers, 0));
	g_ptr_array_set_size(built->databases, 0);
	g_ptr_array_set_size(built->servers, 0);
}

/* Built here, and kept where that took a while. */
static bool
built_build_new(CommandBuilt *built, const GPtrArray *jobs, const GPtrArray *names, const RunOptions *run,
                const RunBuildOptions *build, GError **error)
{
	const RunJob *first = g_ptr_array_index(jobs, 0);
	gint64 start = g_get_monotonic_time();

	if (!built_build_each(built, jobs, build, error))
		return false;
	if (names == NULL || g_get_monotonic_time() - start < SCRATCH_STORE_WORTH ||
	    !command_store_fits_server(g_ptr_array_index(built->servers, 0), first->suite))
		return true;
	built_store(built, names);
	ScratchServer *server = run_server_for(first->suite, run, built->servers, error);
	if (server == NULL)
		return false;
	return names != NULL && scratch_server_has_contents(server) ? built_take_stored(built, jobs, names, error)
	                                                            : built_build_each(built, jobs, build, error);
}

static bool
built_build_all(CommandBuilt *built, const GPtrArray *jobs, const CommandBuiltOptions *options,
                const RunBuildOptions *build, GError **error)
{
	g_autoptr(GPtrArray) names = NULL;
	g_autofree char *key = options->server == NULL && !options->no_cache ? command_store_key(jobs, build, &names)
	                                                                     : NULL;
	const RunOptions run = { .bindir = options->bindir,
		                 .server_url = options->server,
		                 .connect_timeout = (guint)options->connect_timeout,
		                 .contents = key,
		                 .tcp = options->tcp,
		                 .keep = options->keep };
	const RunJob *first = g_ptr_array_index(jobs, 0);
	ScratchServer *server = run_server_for(first->suite, &run, built->servers, error);

	if (server == NULL ||
	    !(names != NULL && scratch_server_has_contents(server) && command_store_fits_server(server, first->suite)
	          ? built_take_stored(built, jobs, names, error)
	          : built_build_new(built, jobs, names, &run, build, error)))
		return false;
	for (guint i = 0; i < built->databases->len; i++)
		built_report(g_ptr_array_index(built->databases, i), build);
	return true;
}

/* --- Lending -------------------------------------------------------------------- */

/* Each worker needs at least one connection, and what lends needs some, too. */
static bool
built_check_connections(const CommandBuilt *built, const CommandBuiltOptions *options, GError **error)
{
	const CommandBuiltDatabase *first = g_ptr_array_index(built->databases, 0);
	g_autofree char *text = db_session_query_value(first->session, error,
	                                               "SELECT current_setting('max_connections')::int"
	                                               " - current_setting('superuser_reserved_connections')::int - 5",
	                                               NULL);

	if (text == NULL)
		return false;
	gint64 most = g_ascii_strtoll(text, NULL, 10);
	return options->workers <= most ||
	       base_error_set(error, BASE_ERROR_USAGE, "start fewer, or take a server with more by --server",
	                      "%d workers are more than the server has connections for (%" G_GINT64_FORMAT ")",
	                      options->workers, most);
}

/* A database that others are copied from has no sessions, so that its own user gets a copy, too. */
static bool
built_make_template(CommandBuiltDatabase *database, GError **error)
{
	ScratchServer *server = database->workspace.server;

	g_clear_pointer(&database->session, db_session_close);
	database->copy = scratch_database_create(server, database->job->database->name, database->workspace.database,
	                                         error);
	if (database->copy != NULL)
		database->session = scratch_database_connect_client(database->copy, error);
	return database->session != NULL;
}

static bool
built_lend(CommandBuilt *built, const CommandBuiltOptions *options, GError **error)
{
	if (options->workers == 0)
		return true;
	if (!built_check_connections(built, options, error))
		return false;
	for (guint i = 0; i < built->databases->len; i++)
		if (!built_make_template(g_ptr_array_index(built->databases, i), error))
			return false;
	const CommandBuiltDatabase *first = g_ptr_array_index(built->databases, 0);
	built->pool = lease_pool_new(g_ptr_array_index(built->servers, 0), first->session, (guint)options->workers);
	for (guint i = 0; i < built->databases->len; i++) {
		const CommandBuiltDatabase *database = g_ptr_array_index(built->databases, i);
		if (!lease_pool_add(built->pool, database->job->database->name, database->workspace.database, error))
			return false;
	}
	lease_pool_start(built->pool);
	g_autofree char *socket = scratch_server_file(g_ptr_array_index(built->servers, 0), "leases");
	built->service = lease_service_start(built->pool, (guint16)options->port, socket, error);
	if (built->service == NULL)
		return false;
	fprintf(stderr, "leases at %s (pgassay help databases)\n", lease_service_url(built->service));
	return true;
}

bool
command_built_make(const char *text, const CommandBuiltOptions *options, CommandBuilt *ret_built, GError **error)
{
	g_auto(Place) place = { 0 };
	g_auto(CommandBuilt) built = { .servers = g_ptr_array_new_with_free_func(built_stop_server),
		                       .databases = g_ptr_array_new_with_free_func(built_database_free) };
	const Migration *until = NULL;

	command_side_split(text, &place.path, &place.database, &place.version);
	const char *const paths[] = { place.path, NULL };
	g_autoptr(GPtrArray) seeds = built_check_options(options, &place, error) ? built_load_seeds(options, error)
	                                                                         : NULL;
	built.plan = seeds != NULL ? run_plan_load(paths, error) : NULL;
	g_autoptr(GPtrArray) jobs = built.plan != NULL ? built_choose_jobs(&built, &place, error) : NULL;
	if (jobs == NULL || !built_find_end(options, &place, jobs, &until, error))
		return false;
	const RunBuildOptions build = { .until = until,
		                        .before = options->before != NULL,
		                        .data = !options->no_data && seeds->len == 0,
		                        .seeds = seeds,
		                        .rows = (guint)options->rows };
	if (!built_build_all(&built, jobs, options, &build, error) || !built_lend(&built, options, error))
		return false;
	*ret_built = built;
	built = (CommandBuilt){ 0 };
	return true;
}

bool
command_built_make_empty(const CommandBuilt *built, const CommandBuiltOptions *options, CommandBuilt *ret_built,
                         GError **error)
{
	const RunJob *job = ((const CommandBuiltDatabase *)g_ptr_array_index(built->databases, 0))->job;
	const RunOptions run = { .bindir = options->bindir,
		                 .server_url = options->server,
		                 .connect_timeout = (guint)options->connect_timeout,
		                 .tcp = options->tcp,
		                 .keep = options->keep };
	g_auto(CommandBuilt) empty = { .servers = g_ptr_array_new_with_free_func(built_stop_server),
		                       .databases = g_ptr_array_new_with_free_func(built_database_free) };
	ScratchServer *server = run_server_for(job->suite, &run, empty.servers, error);

	if (server == NULL)
		return false;
	CommandBuiltDatabase *database = g_new0(CommandBuiltDatabase, 1);
	g_ptr_array_add(empty.databases, database);
	database->job = job;
	database->workspace.server = server;
	database->workspace.database = scratch_database_create(server, job->database->name, NULL, error);
	if (database->workspace.database != NULL)
		database->session = scratch_database_connect_client(database->workspace.database, error);
	if (database->session == NULL)
		return false;
	*ret_built = empty;
	empty = (CommandBuilt){ 0 };
	return true;
}

/* --- Using ----------------------------------------------------------------------- */

static const CommandBuiltDatabase *
built_find(const CommandBuilt *built, const SuiteDatabase *wanted)
{
	for (guint i = 0; i < built->databases->len; i++) {
		const CommandBuiltDatabase *database = g_ptr_array_index(built->databases, i);
		if (database->job->database == wanted)
			return database;
	}
	return NULL;
}

char **
command_built_environment(const CommandBuilt *built)
{
	const CommandBuiltDatabase *first = g_ptr_array_index(built->databases, 0);
	char **environment = db_session_client_environment(first->session);
	const GPtrArray *variables = first->job->suite->variables;

	for (guint i = 0; i < variables->len; i++) {
		const SuiteVariable *variable = g_ptr_array_index(variables, i);
		const CommandBuiltDatabase *database = built_find(built, variable->database);
		if (database == NULL)
			continue;
		g_autofree char *url = db_session_url(database->session);
		environment = g_environ_setenv(environment, variable->name, url, TRUE);
	}
	if (built->service != NULL)
		environment = g_environ_setenv(environment, "PGASSAY_LEASES", lease_service_url(built->service), TRUE);
	if (built->service != NULL && lease_service_socket(built->service) != NULL)
		environment = g_environ_setenv(environment, "PGASSAY_LEASES_SOCKET",
		                               lease_service_socket(built->service), TRUE);
	return environment;
}

char *
command_built_url(const CommandBuilt *built)
{
	const CommandBuiltDatabase *first = g_ptr_array_index(built->databases, 0);

	return db_session_url(first->session);
}

/* The copies that are still lent. */
static void
built_keep_lent(const CommandBuilt *built)
{
	g_autoptr(GPtrArray) commands = lease_pool_keep(built->pool);

	for (guint i = 0; i < commands->len; i++)
		fprintf(stderr, "kept, lent: %s\n", (const char *)g_ptr_array_index(commands, i));
}

void
command_built_keep(CommandBuilt *built)
{
	for (guint i = 0; i < built->databases->len; i++) {
		CommandBuiltDatabase *database = g_ptr_array_index(built->databases, i);
		g_autofree char *command = scratch_database_keep(database->copy != NULL ? database->copy
		                                                                        : database->workspace.database);
		fprintf(stderr, "kept %s: %s\n", database->job->database->name, command);
	}
	if (built->pool != NULL)
		built_keep_lent(built);
	g_autofree char *end = scratch_server_keep(g_ptr_array_index(built->servers, 0));
	if (end != NULL)
		fprintf(stderr, "kept server: end and remove it with: %s\n", end);
}

/* The service first, which uses the pool, which uses the databases. */
void
command_built_clear(CommandBuilt *built)
{
	g_clear_pointer(&built->service, lease_service_stop);
	g_clear_pointer(&built->pool, lease_pool_free);
	g_clear_pointer(&built->databases, g_ptr_array_unref);
	g_clear_pointer(&built->servers, g_ptr_array_unref);
	g_clear_pointer(&built->plan, run_plan_free);
}
