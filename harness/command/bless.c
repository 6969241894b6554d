/* pgassay bless: the fixtures of a suite, updated after a wanted change. */
#include "command/bless/edit.h"
#include "command/bless/plans.h"
#include "command/command.h"
#include "command/option/timeouts.h"
#include "command/side/job.h"

#include "base/error.h"
#include "base/file.h"
#include "base/unified.h"
#include "check/fixture/expect.h"
#include "check/fixture/fixture.h"
#include "run/build.h"
#include "run/job/path.h"
#include "run/run.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A change may make another one necessary: an entry that is added has its own expectations. */
#define ROUNDS_MAX 10

typedef struct {
	char *bindir;
	char *server;
	gint connect_timeout;
	gboolean yes;
	gboolean add;
} Options;

typedef struct {
	const Options *options;
	guint n_changed;    /* files */
	guint n_unresolved; /* expectations that are still not met */
	bool declined;
	GHashTable *listed; /* of CatalogObject *: objects that the fixtures of the current database mention */
	guint n_unlisted;   /* objects that stand in none */
} Work;

/* Data of the callbacks for problems. */
typedef struct {
	Work *work;
	BlessRound *round;
} Finding;

static void
on_problem(const CheckProblem *problem, void *data)
{
	const Finding *finding = data;

	if (problem->unlisted)
		finding->work->n_unlisted++;
	if (!problem->unlisted || finding->work->options->add)
		bless_round_take(finding->round, problem);
}

/* The same, but only for objects that no fixture mentions. */
static void
on_unlisted(const CheckProblem *problem, void *data)
{
	if (problem->unlisted)
		on_problem(problem, data);
}

static void
drop_case(ReportCase *test_case, void *data)
{
	(void)data;
	report_case_free(test_case);
}

/* Compares the fixture, in its current state, with the database, and collects the changes: those of its expectations
 * or, with `unlisted`, objects that no fixture mentions. */
static bool
find_changes(Work *work, const CheckContext *database, const SuiteDocument *fixture, bool unlisted, BlessRound *round,
             GError **error)
{
	CheckContext context = *database;
	Finding finding = { work, round };

	bless_round_open(round, database->snapshot);
	context.report = drop_case;
	context.report_data = &finding;
	context.on_problem = unlisted ? on_unlisted : on_problem;
	context.listed = work->listed;
	context.find_unlisted = unlisted;
	if (!check_expect_run(&context, fixture, error))
		return false;
	bless_round_end(round);
	return true;
}

/* Shows what changes; gives the new texts (path -> text), without files that stay as they are. */
static GHashTable *
bless_show_changes(const BlessRound *round)
{
	GHashTable *texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	GHashTableIter iterator;
	gpointer path;
	gpointer edits;

	g_hash_table_iter_init(&iterator, round->edits);
	while (g_hash_table_iter_next(&iterator, &path, &edits)) {
		char *text = suite_edits_apply(edits);
		g_autofree char *shown = base_unified(path, suite_edits_text(edits), text);
		fputs(shown, stdout);
		if (*shown != '\0')
			g_hash_table_insert(texts, g_strdup(path), text);
		else
			g_free(text);
	}
	fflush(stdout);
	return texts;
}

static bool
bless_ask(Work *work)
{
	char answer[8] = "";

	if (work->options->yes)
		return true;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return false;
	printf("change these files? [y/N] ");
	fflush(stdout);
	return fgets(answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y');
}

static bool
write_texts(GHashTable *texts, GError **error)
{
	GHashTableIter iterator;
	gpointer path;
	gpointer text;

	g_hash_table_iter_init(&iterator, texts);
	while (g_hash_table_iter_next(&iterator, &path, &text))
		if (!base_file_write(path, "fixture", text, strlen(text), error))
			return false;
	return true;
}

static void
tell_unresolved(Work *work, const BlessRound *round)
{
	for (guint i = 0; i < round->unresolved->len; i++)
		printf("%s\n", (const char *)g_ptr_array_index(round->unresolved, i));
	work->n_unresolved += round->unresolved->len;
}

/* Changes the file until it holds, or until nothing more can be done by itself. */
static bool
bless_bless(Work *work, const CheckContext *database, const char *path, GError **error)
{
	for (int i = 0; i < ROUNDS_MAX; i++) {
		g_autoptr(SuiteDocument) fixture = check_fixture_load(path, error);
		g_auto(BlessRound) round = { 0 };
		if (fixture == NULL || !find_changes(work, database, fixture, false, &round, error))
			return false;
		g_autoptr(GHashTable) texts = bless_show_changes(&round);
		bool changes = g_hash_table_size(texts) > 0;
		if (!changes || !bless_ask(work)) {
			tell_unresolved(work, &round);
			work->declined = work->declined || changes;
			return true;
		}
		if (!write_texts(texts, error))
			return false;
		work->n_changed += g_hash_table_size(texts);
	}
	printf("%s: still does not hold; look at it\n", path);
	work->n_unresolved++;
	return true;
}

/* Counts the objects that no fixture mentions or, with --add, adds them to this one. */
static bool
bless_unlisted(Work *work, const CheckContext *database, const char *path, GError **error)
{
	g_autoptr(SuiteDocument) fixture = check_fixture_load(path, error);
	g_auto(BlessRound) round = { 0 };

	if (fixture == NULL || !find_changes(work, database, fixture, true, &round, error))
		return false;
	if (!work->options->add)
		return true;
	g_autoptr(GHashTable) texts = bless_show_changes(&round);
	tell_unresolved(work, &round);
	if (g_hash_table_size(texts) == 0)
		return true;
	if (!bless_ask(work)) {
		work->declined = true;
		return true;
	}
	work->n_changed += g_hash_table_size(texts);
	return write_texts(texts, error) && bless_bless(work, database, path, error);
}

/* --- Databases --------------------------------------------------------------------------- */

/* The fixtures that hold after the migration; NULL: at the end. */
static bool
bless_at(Work *work, const RunJob *job, const Migration *migration, ScratchServer *server, const GPtrArray *paths,
         GError **error)
{
	CheckWorkspace workspace = { 0 };
	MigrationStandIns stand_ins = { 0 };

	if (paths->len == 0)
		return true;
	if (!run_build_with(job, &(RunBuildOptions){ .until = migration }, server, &workspace, &stand_ins, error))
		return false;
	CatalogSnapshot *snapshot = check_workspace_snapshot(&workspace, error);
	const CheckContext database = {
		.suite_database = job->database, .server = server, .session = workspace.session, .snapshot = snapshot
	};
	bool done = snapshot != NULL && db_session_reset(workspace.session, error);
	work->listed = g_hash_table_new(NULL, NULL);
	for (guint i = 0; done && i < paths->len; i++)
		done = bless_bless(work, &database, g_ptr_array_index(paths, i), error);
	/* A fixture for a state between migrations is incomplete on purpose, so unlisted objects count only at the
	 * end. */
	for (guint i = 0; done && migration == NULL && !work->declined && i < paths->len; i++)
		done = bless_unlisted(work, &database, g_ptr_array_index(paths, i), error);
	g_hash_table_unref(work->listed);
	catalog_snapshot_unref(snapshot);
	check_workspace_close(&workspace);
	g_hash_table_unref(stand_ins.sources);
	return done;
}

/* The file of plans is written as a whole. */
static bool
bless_plans(Work *work, const RunJob *job, ScratchServer *server, GError **error)
{
	g_autoptr(GPtrArray) refused = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;

	if (!command_bless_plans(job, server, refused, &before, &after, error))
		return false;
	for (guint i = 0; i < refused->len; i++)
		printf("%s\n", (const char *)g_ptr_array_index(refused, i));
	work->n_unresolved += refused->len;
	if (after == NULL || strcmp(before, after) == 0)
		return true;
	const char *path = plan_blessed_path(job->blessed);
	g_autofree char *shown = base_unified(path, before, after);
	fputs(shown, stdout);
	if (!bless_ask(work)) {
		work->declined = true;
		return true;
	}
	work->n_changed++;
	return base_file_write(path, "file of plans", after, strlen(after), error);
}

static bool
bless_job(Work *work, const RunJob *job, ScratchServer *server, GError **error)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new();

	for (guint i = 0; i < job->fixtures->len; i++)
		g_ptr_array_add(paths, (gpointer)suite_document_path(g_ptr_array_index(job->fixtures, i)));
	for (guint i = 0; i < job->schema_files->len; i++) {
		const MigrationSchemaFile *file = g_ptr_array_index(job->schema_files, i);
		printf("%s is SQL, and stays: dump or write it anew\n", migration_script_position(file->script).path);
	}
	if (!bless_at(work, job, NULL, server, paths, error))
		return false;
	for (guint i = 0; i < job->at->len; i++) {
		const RunAt *at = g_ptr_array_index(job->at, i);
		if (at->fixture == NULL)
			continue;
		g_ptr_array_set_size(paths, 0);
		g_ptr_array_add(paths, (gpointer)suite_document_path(at->fixture));
		if (!bless_at(work, job, at->migration, server, paths, error))
			return false;
	}
	return bless_plans(work, job, server, error);
}

static void
bless_stop_server(gpointer data)
{
	scratch_server_stop(data);
}

static void
tell_unlisted(const Work *work, const char *path)
{
	if (work->n_unlisted > 0 && !work->options->add)
		printf("%u object%s in no fixture: pgassay bless --add %s\n", work->n_unlisted,
		       work->n_unlisted == 1 ? " stands" : "s stand", path);
}

static bool
bless_run(const Options *options, int n_arguments, char **arguments, CommandResult *ret_result, GError **error)
{
	const char *const paths[] = { n_arguments > 1 ? arguments[1] : NULL, NULL };
	const RunOptions run_options = { .bindir = options->bindir,
		                         .server_url = options->server,
		                         .connect_timeout = (guint)options->connect_timeout };
	Work work = { .options = options };

	if (!command_check_seconds("--connect-timeout", options->connect_timeout, error))
		return false;
	g_autoptr(GPtrArray) servers = g_ptr_array_new_with_free_func(bless_stop_server);
	g_autoptr(RunPlan) plan = run_plan_load(paths, error);
	const RunJob *only = plan != NULL && n_arguments > 2 ? command_find_job(plan, arguments[2], error) : NULL;
	if (plan == NULL || (n_arguments > 2 && only == NULL))
		return false;
	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (only != NULL && job != only)
			continue;
		ScratchServer *server = run_server_for(job->suite, &run_options, servers, error);
		if (server == NULL || !bless_job(&work, job, server, error))
			return false;
	}
	if (work.declined)
		printf("nothing is changed%s; --yes changes it\n", work.n_changed > 0 ? " any more" : "");
	else if (work.n_changed == 0 && work.n_unresolved == 0)
		printf("all fixtures hold\n");
	tell_unlisted(&work, paths[0] != NULL ? paths[0] : run_path_default("."));
	*ret_result = work.declined || work.n_unresolved > 0 ? COMMAND_FAILED : COMMAND_OK;
	return true;
}

CommandResult
command_bless(int n_arguments, char **arguments)
{
	Options options = { .connect_timeout = DB_CONNECT_TIMEOUT };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "yes", 'y', 0, G_OPTION_ARG_NONE, &options.yes, "change the files; otherwise it asks, on a terminal",
		  NULL },
		{ "add", 0, 0, G_OPTION_ARG_NONE, &options.add, "add the objects that stand in no fixture, too", NULL },
		{ "pg-bindir", 0, 0, G_OPTION_ARG_FILENAME, &options.bindir,
		  "the folder of the PostgreSQL programs to use", "DIR" },
		{ "server", 0, 0, G_OPTION_ARG_STRING, &options.server,
		  "build on this running server instead of one of our own", "URL" },
		COMMAND_CONNECT_TIMEOUT(options.connect_timeout),
		{ NULL },
	};

	if (command_parse("bless", entries, &n_arguments, &arguments, &result) &&
	    !bless_run(&options, n_arguments, arguments, &result, &error)) {
		result = command_error(error);
	}
	g_free(options.bindir);
	g_free(options.server);
	return result;
}
