#include "command/repro/collect.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "command/repro/files.h"
#include "report/secrets.h"
#include "run/job/server.h"
#include "run/reproduce.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define SUFFIX ".tar.zst"

/* The settings from the server's configuration file, except those that concern its own machine. */
static const char settings_query[] =
    "SELECT name, pg_catalog.current_setting(name) FROM pg_catalog.pg_settings"
    " WHERE (source NOT IN ('default', 'client', 'override', 'session') OR name IN ('TimeZone', 'DateStyle',"
    " 'lc_messages', 'lc_monetary', 'lc_numeric', 'lc_time', 'server_encoding', 'shared_preload_libraries'))"
    " AND name !~ '(directory|_file|socket|^port$|listen|command|ssl|krb|log_|password|passphrase|cluster_name)'"
    " ORDER BY 1";

static const char extension_query[] = "SELECT default_version FROM pg_catalog.pg_available_extensions WHERE name = $1";

/* --- The server ---------------------------------------------------------------------- */

/* Leaves out values that can no longer be queried. */
static void
collect_ask(Bundle *bundle, DbSession *session, const Suite *suite)
{
	g_autoptr(DbResult) rows = db_session_query(session, NULL, settings_query, NULL);

	for (int i = 0; rows != NULL && i < db_result_rows(rows); i++)
		bundle_add_pair(bundle->settings, db_result_value(rows, i, 0), db_result_value(rows, i, 1));
	for (guint i = 0; i < suite->extensions->len; i++) {
		const char *name = g_ptr_array_index(suite->extensions, i);
		g_autofree char *version = db_session_query_value(session, NULL, extension_query, name, NULL);
		if (version != NULL)
			bundle_add_pair(bundle->extensions, name, version);
	}
}

static void
collect_stand_ins(Bundle *bundle, ScratchServer *server, const Suite *suite)
{
	MigrationStandIns stand_ins = { 0 };

	if (!run_server_stand_ins(server, suite, &stand_ins, NULL))
		return;
	g_autoptr(GHashTable) sources = stand_ins.sources;
	g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(sources), (GCompareFunc)strcmp);
	for (GList *name = names; name != NULL; name = name->next)
		g_ptr_array_add(bundle->stand_ins, g_strdup(name->data));
}

/* A suite without versions uses the first server. */
static ScratchServer *
collect_find_server(const GPtrArray *servers, const Suite *suite)
{
	for (guint i = 0; i < servers->len; i++) {
		ScratchServer *server = g_ptr_array_index(servers, i);
		guint major = (guint)scratch_server_version(server) / 10000;
		for (guint j = 0; j < suite->versions->len; j++)
			if (g_array_index(suite->versions, guint, j) == major)
				return server;
	}
	return servers->len > 0 ? g_ptr_array_index(servers, 0) : NULL;
}

static void
collect_server(Bundle *bundle, const GPtrArray *servers, const Suite *suite)
{
	ScratchServer *server = collect_find_server(servers, suite);

	if (server == NULL)
		return;
	bundle->server_version = scratch_server_version(server);
	bundle->server = g_strdup(scratch_server_version_text(server));
	if (base_interrupted())
		return;
	g_autoptr(DbSession)
	    session = db_session_open(scratch_server_endpoint(server), NULL, DB_SESSION_INTERNAL, NULL);
	if (session != NULL)
		collect_ask(bundle, session, suite);
	collect_stand_ins(bundle, server, suite);
}

/* --- Cases ---------------------------------------------------------------------------- */

static bool
collect_is_script(const MigrationScript *script, const char *path)
{
	return script != NULL && g_strcmp0(migration_script_position(script).path, path) == 0;
}

static void
collect_state_of(BundleCase *noted, const MigrationSet *set, const ReportCase *test_case)
{
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		bool up = collect_is_script(migration->up, test_case->position.path);
		bool down = collect_is_script(migration->down, test_case->position.path);
		if (!up && !down && strcmp(migration->name, test_case->name) != 0)
			continue;
		noted->migration = g_strdup(migration->name);
		noted->direction = up || down ? g_strdup(up ? "up" : "down") : NULL;
		return;
	}
}

/* Which migration was at work. */
static void
collect_state(BundleCase *noted, const RunPlan *plan, const Suite *suite, const ReportCase *test_case)
{
	for (guint i = 0; i < plan->jobs->len && noted->migration == NULL; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (job->suite == suite && g_strcmp0(job->database->name, test_case->database) == 0)
			collect_state_of(noted, job->set, test_case);
	}
}

static void
collect_case(Bundle *bundle, const RunPlan *plan, const Suite *suite, const ReportSuite *report,
             const ReportCase *test_case)
{
	BundleCase *noted = g_new0(BundleCase, 1);

	noted->database = g_strdup(test_case->database);
	noted->stage = g_strdup(test_case->stage);
	noted->name = g_strdup(test_case->name);
	noted->status = g_strdup(report_status_name(test_case->status));
	noted->message = g_strdup(test_case->message);
	noted->seed = g_strdup(run_reproduce_seed(report, test_case));
	if (test_case->position.line > 0) {
		noted->file = report_path_relative(test_case->position.path);
		noted->line = test_case->position.line;
	}
	collect_state(noted, plan, suite, test_case);
	g_ptr_array_add(bundle->cases, noted);
}

/* Cases about no database, and stages that were aborted, have no state to go back to. */
static void
collect_cases(Bundle *bundle, const RunPlan *plan, const Suite *suite, const ReportSuite *report)
{
	for (guint i = 0; i < report->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(report->cases, i);
		if (report_case_is_bad(test_case) && test_case->database != NULL &&
		    strcmp(test_case->stage, "run") != 0)
			collect_case(bundle, plan, suite, report, test_case);
	}
}

/* --- All of it ------------------------------------------------------------------------- */

/* The name of the suite is anything. The caller frees it. */
static char *
collect_path(const char *folder, const Suite *suite)
{
	g_autofree char *name = g_strconcat(suite->name, SUFFIX, NULL);

	for (char *p = name; *p != '\0'; p++)
		if (*p == '/' || g_ascii_iscntrl(*p) || (p == name && *p == '.'))
			*p = '_';
	return g_build_filename(folder, name, NULL);
}

static const ReportSuite *
collect_find_report(const ReportRun *report, const Suite *suite)
{
	for (guint i = 0; i < report->suites->len; i++) {
		const ReportSuite *found = g_ptr_array_index(report->suites, i);
		if (strcmp(found->name, suite->name) == 0)
			return found;
	}
	return NULL;
}

static bool
collect_suite(const RunPlan *plan, const Suite *suite, const ReportSuite *report, const GPtrArray *servers,
              const char *path, GError **error)
{
	g_autoptr(Bundle) bundle = bundle_new();

	bundle->program = g_strdup(PGASSAY_VERSION);
	bundle->suite = g_strdup(suite->name);
	collect_cases(bundle, plan, suite, report);
	if (bundle->cases->len == 0)
		return true;
	collect_server(bundle, servers, suite);
	return command_repro_add_files(bundle, plan, suite, error) && bundle_write(bundle, path, error);
}

GPtrArray *
command_repro_collect(const RunPlan *plan, const ReportRun *report, const GPtrArray *servers, const char *folder,
                      GError **error)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < plan->suites->len; i++) {
		const Suite *suite = g_ptr_array_index(plan->suites, i);
		const ReportSuite *found = collect_find_report(report, suite);
		g_autofree char *path = collect_path(folder, suite);
		if (g_unlink(path) != 0 && errno != ENOENT && errno != ENOTDIR) {
			base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not remove \"%s\": %s", path,
			               g_strerror(errno));
			return NULL;
		}
		if (found != NULL && !collect_suite(plan, suite, found, servers, path, error))
			return NULL;
		if (g_file_test(path, G_FILE_TEST_EXISTS))
			g_ptr_array_add(paths, g_steal_pointer(&path));
	}
	return g_steal_pointer(&paths);
}
