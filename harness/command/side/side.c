#include "command/side/side.h"

#include "base/error.h"
#include "check/schema/schema_file.h"
#include "check/schema/snapshot_file.h"
#include "command/side/job.h"
#include "command/side/split.h"
#include "run/build.h"
#include "run/job/server.h"

#include <string.h>

void
command_side_clear(CommandSide *side)
{
	g_free(side->label);
	run_plan_free(side->plan);
	db_endpoint_unref(side->endpoint);
	g_clear_pointer(&side->paths, g_ptr_array_unref);
	migration_schema_file_free(side->file);
	*side = (CommandSide){ 0 };
}

/* --- Loading ------------------------------------------------------------------- */

static bool
load_database(const char *text, CommandSide *side, GError **error)
{
	side->kind = COMMAND_SIDE_DATABASE;
	side->endpoint = db_endpoint_new_conninfo(text, error);
	if (side->endpoint == NULL)
		return false;
	side->label = g_strdup(db_endpoint_describe(side->endpoint));
	return true;
}

static bool
load_suite(const char *path, const char *database, const char *version, CommandSide *side, GError **error)
{
	const char *const paths[] = { path, NULL };

	side->kind = COMMAND_SIDE_SUITE;
	side->plan = run_plan_load(paths, error);
	side->job = side->plan != NULL ? command_find_job(side->plan, database, error) : NULL;
	if (side->job == NULL || version == NULL)
		return side->job != NULL;
	side->last = migration_set_find(side->job->set, version);
	return side->last != NULL ||
	       base_error_set(error, BASE_ERROR_USAGE, "write its version, or the name of its file",
	                      "there is no migration \"%s\" in \"%s\"", version, side->job->set->directory);
}

/* A suite has the key "suite", a snapshot has not. */
static bool
load_yaml(const char *path, const char *database, const char *version, CommandSide *side, GError **error)
{
	g_autoptr(SuiteDocument) document = suite_document_load(path, error);

	if (document == NULL)
		return false;
	if (database != NULL || version != NULL || suite_node_get(suite_document_root(document), "suite") != NULL)
		return load_suite(path, database, version, side, error);
	side->kind = COMMAND_SIDE_SNAPSHOT;
	side->paths = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(side->paths, g_strdup(path));
	g_ptr_array_add(side->paths, NULL);
	return true;
}

static bool
side_load_file(const char *path, CommandSide *side, GError **error)
{
	if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
		side->kind = COMMAND_SIDE_SNAPSHOT;
		side->paths = command_split_files(path, error);
		return side->paths != NULL;
	}
	if (!g_str_has_suffix(path, ".sql"))
		return load_yaml(path, NULL, NULL, side, error);
	side->kind = COMMAND_SIDE_SQL;
	side->file = migration_schema_file_load(path, error);
	return side->file != NULL;
}

/* Cuts the text after the last `mark` off, if the rest may be a file name; NULL when there is no mark. */
static char *
side_cut(char *text, char mark)
{
	char *found = strrchr(text, mark);

	if (found == NULL || strchr(found, '/') != NULL)
		return NULL;
	*found = '\0';
	return g_strdup(found + 1);
}

void
command_side_split(const char *text, char **ret_path, char **ret_database, char **ret_version)
{
	char *path = g_strdup(text);
	bool whole = g_file_test(path, G_FILE_TEST_EXISTS);

	*ret_version = whole ? NULL : side_cut(path, '@');
	*ret_database = g_file_test(path, G_FILE_TEST_EXISTS) ? NULL : side_cut(path, ':');
	*ret_path = path;
}

static bool
load_part(const char *text, CommandSide *side, GError **error)
{
	g_autofree char *path = NULL;
	g_autofree char *version = NULL;
	g_autofree char *database = NULL;

	command_side_split(text, &path, &database, &version);
	if ((version != NULL || database != NULL) && g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return load_yaml(path, database, version, side, error);
	return base_error_set(
	    error, BASE_ERROR_USAGE,
	    "name a suite (suite.yaml, suite.yaml:database, suite.yaml@version), a connection string, a "
	    "snapshot (file or folder), or an SQL file",
	    "there is no \"%s\"", text);
}

bool
command_side_load(const char *text, CommandSide *ret_side, GError **error)
{
	g_auto(CommandSide) side = { 0 };
	bool done = false;

	/* A mistyped scheme is a scheme, too, and the text after it must not be shown. */
	if (strstr(text, "://") != NULL)
		done = load_database(text, &side, error);
	else if (g_file_test(text, G_FILE_TEST_EXISTS))
		done = side_load_file(text, &side, error);
	else
		done = strchr(text, '=') != NULL ? load_database(text, &side, error) : load_part(text, &side, error);
	if (!done)
		return false;
	if (side.label == NULL)
		side.label = g_strdup(text);
	*ret_side = side;
	side = (CommandSide){ 0 };
	return true;
}

/* --- Reading ------------------------------------------------------------------- */

/* The work on one side, on a thread of its own. */
typedef struct {
	const CommandSide *side;
	const Suite *suite; /* whose stand-ins there are; or NULL */
	ScratchServer *server;
	const TargetReadingOptions *limits;
	const CatalogExclusions *exclusions;
	CatalogSnapshot *snapshot;
	GError *error;
} Reading;

static CatalogSnapshot *
side_read_suite(const Reading *reading, GError **error)
{
	const CommandSide *side = reading->side;
	CheckWorkspace workspace = { 0 };
	MigrationStandIns stand_ins = { 0 };

	if (!run_build_with(side->job, &(RunBuildOptions){ .until = side->last }, reading->server, &workspace,
	                    &stand_ins, error))
		return NULL;
	CatalogSnapshot *snapshot = catalog_snapshot_read(workspace.session, reading->exclusions, error);
	check_workspace_close_last(&workspace);
	g_hash_table_unref(stand_ins.sources);
	return snapshot;
}

static CatalogSnapshot *
side_read_database(const Reading *reading, GError **error)
{
	g_autoptr(DbSession) session = target_reading_open(reading->side->endpoint, reading->limits, error);

	if (session == NULL)
		return NULL;
	CatalogSnapshot *snapshot = catalog_snapshot_read(session, reading->exclusions, error);
	if (snapshot == NULL)
		target_reading_explain(session, error);
	return snapshot;
}

static CatalogSnapshot *
side_read_sql(const Reading *reading, GError **error)
{
	MigrationStandIns stand_ins = { 0 };
	g_auto(MigrationOutcome) outcome = { 0 };

	if (reading->suite != NULL && !run_server_stand_ins(reading->server, reading->suite, &stand_ins, error))
		return NULL;
	CatalogSnapshot *snapshot = check_schema_file_build(reading->side->file, reading->server, &stand_ins,
	                                                    reading->exclusions, &outcome, error);
	g_clear_pointer(&stand_ins.sources, g_hash_table_unref);
	if (snapshot == NULL && outcome.failed)
		base_error_set(error, BASE_ERROR_INPUT, NULL, "\"%s\" fails: %s\n%s", reading->side->label,
		               outcome.message, outcome.details);
	return snapshot;
}

static gpointer
read_side(gpointer data)
{
	Reading *reading = data;

	switch (reading->side->kind) {
	case COMMAND_SIDE_SUITE:
		reading->snapshot = side_read_suite(reading, &reading->error);
		break;
	case COMMAND_SIDE_DATABASE:
		reading->snapshot = side_read_database(reading, &reading->error);
		break;
	case COMMAND_SIDE_SQL:
		reading->snapshot = side_read_sql(reading, &reading->error);
		break;
	case COMMAND_SIDE_SNAPSHOT:
	default:
		reading->snapshot = check_snapshot_file_read((const char *const *)reading->side->paths->pdata,
		                                             &reading->error);
	}
	return NULL;
}

static void
side_stop_server(gpointer data)
{
	scratch_server_stop(data);
}

/* All servers are there before there are threads. */
static bool
start_servers(Reading readings[2], const RunOptions *options, GPtrArray *servers, GError **error)
{
	for (int i = 0; i < 2; i++) {
		CommandSideKind kind = readings[i].side->kind;
		if (kind != COMMAND_SIDE_SUITE && kind != COMMAND_SIDE_SQL)
			continue;
		readings[i].server = run_server_for(readings[i].suite, options, servers, error);
		if (readings[i].server == NULL)
			return false;
	}
	return true;
}

static bool
take_results(Reading readings[2], CatalogSnapshot *ret_snapshots[2], GError **error)
{
	bool done = true;

	for (int i = 0; i < 2; i++) {
		if (readings[i].snapshot != NULL)
			continue;
		if (done)
			g_propagate_error(error, readings[i].error);
		else
			g_error_free(readings[i].error);
		done = false;
	}
	for (int i = 0; i < 2; i++) {
		if (done)
			ret_snapshots[i] = readings[i].snapshot;
		else
			catalog_snapshot_unref(readings[i].snapshot);
	}
	return done;
}

bool
command_sides_read(const CommandSide sides[2], const RunOptions *options, const TargetReadingOptions *limits,
                   CatalogSnapshot *ret_snapshots[2], GError **error)
{
	g_autoptr(GPtrArray) servers = g_ptr_array_new_with_free_func(side_stop_server);
	g_autoptr(GPtrArray) tables = g_ptr_array_new();
	Reading readings[2] = { 0 };

	for (int i = 0; i < 2; i++)
		if (sides[i].job != NULL)
			g_ptr_array_add(tables, sides[i].job->history);
	g_ptr_array_add(tables, NULL);
	const CatalogExclusions exclusions = { .tables = (const char *const *)tables->pdata };
	for (int i = 0; i < 2; i++) {
		const CommandSide *other = &sides[1 - i];
		readings[i] = (Reading){ .side = &sides[i],
			                 .limits = limits,
			                 .exclusions = &exclusions,
			                 .suite = sides[i].job != NULL ? sides[i].job->suite
			                          : other->job != NULL ? other->job->suite
			                                               : NULL };
	}
	if (!start_servers(readings, options, servers, error))
		return false;
	GThread *thread = g_thread_new("side", read_side, &readings[1]);
	read_side(&readings[0]);
	g_thread_join(thread);
	return take_results(readings, ret_snapshots, error);
}
