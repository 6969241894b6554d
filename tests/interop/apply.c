/*
 * pgassay's runner as a program, for script/interop: interop-apply [OPTION...] CONNINFO DIRECTORY up|down [N]
 * "up" runs everything that is pending, "down" takes the last N (1) applied migrations back. Exit 0: done; 1: refused
 * or failed, and said why; 2: usage.
 */
#include "migration/detect/formats.h"
#include "migration/runner/runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
	char *format;
	char *config;
	char *history_table;
	char **settings;     /* NAME=VALUE */
	char **placeholders; /* NAME=VALUE */
	char **rest;
} Arguments;

static int
say(const Migration *failed, const MigrationOutcome *outcome)
{
	if (failed != NULL)
		fprintf(stderr, "%s: %s\n", failed->name, outcome->details);
	return failed != NULL;
}

static int
up(MigrationRunner *runner, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;

	if (!migration_runner_migrate(runner, &applied, &failed, &outcome, error))
		return 1;
	return say(failed, &outcome);
}

static int
down(const MigrationSet *set, MigrationRunner *runner, guint count, GError **error)
{
	g_autoptr(GHashTable) applied = migration_runner_applied(runner, error);
	int status = applied == NULL;

	for (guint i = set->migrations->len; status == 0 && i > 0 && count > 0; i--) {
		g_auto(MigrationOutcome) outcome = { 0 };
		const Migration *migration = g_ptr_array_index(set->migrations, i - 1);
		if (!g_hash_table_contains(applied, migration->name))
			continue;
		if (!migration_runner_apply(runner, migration, MIGRATION_DOWN, &outcome, error))
			return 1;
		status = say(outcome.failed ? migration : NULL, &outcome);
		count--;
	}
	return status;
}

static int
run(const Arguments *arguments, const MigrationSet *set, GError **error)
{
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_conninfo(arguments->rest[0], error);
	g_autoptr(DbSession) session = endpoint != NULL ? db_session_open(endpoint, NULL, DB_SESSION_MIGRATION, error)
	                                                : NULL;
	g_autoptr(MigrationRunner) runner = session != NULL ? migration_runner_begin(set, session, NULL, error) : NULL;
	const char *count = g_strv_length(arguments->rest) > 3 ? arguments->rest[3] : "1";

	if (runner == NULL)
		return 1;
	return strcmp(arguments->rest[2], "down") == 0 ? down(set, runner, (guint)strtoul(count, NULL, 10), error)
	                                               : up(runner, error);
}

/* The table of NAME=VALUE texts. */
static GHashTable *
read_pairs(char *const *texts)
{
	GHashTable *pairs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (; texts != NULL && *texts != NULL; texts++) {
		char **parts = g_strsplit(*texts, "=", 2);
		g_hash_table_insert(pairs, parts[0], parts[1] != NULL ? parts[1] : g_strdup(""));
		g_free(parts);
	}
	return pairs;
}

static bool
parse(int *argc, char ***argv, Arguments *ret_arguments)
{
	const GOptionEntry entries[] = {
		{ "format", 0, 0, G_OPTION_ARG_STRING, &ret_arguments->format, NULL, NULL },
		{ "config", 0, 0, G_OPTION_ARG_FILENAME, &ret_arguments->config, NULL, NULL },
		{ "history-table", 0, 0, G_OPTION_ARG_STRING, &ret_arguments->history_table, NULL, NULL },
		{ "setting", 0, 0, G_OPTION_ARG_STRING_ARRAY, &ret_arguments->settings, NULL, NULL },
		{ "placeholder", 0, 0, G_OPTION_ARG_STRING_ARRAY, &ret_arguments->placeholders, NULL, NULL },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &ret_arguments->rest, NULL, NULL },
		{ NULL },
	};
	g_autoptr(GOptionContext) context = g_option_context_new("CONNINFO DIRECTORY up|down [N]");

	g_option_context_add_main_entries(context, entries, NULL);
	return g_option_context_parse(context, argc, argv, NULL) && ret_arguments->rest != NULL &&
	       g_strv_length(ret_arguments->rest) >= 3;
}

int
main(int argc, char **argv)
{
	Arguments arguments = { 0 };
	g_autoptr(GError) error = NULL;

	if (!parse(&argc, &argv, &arguments)) {
		fputs("usage: interop-apply [OPTION...] CONNINFO DIRECTORY up|down [N]\n", stderr);
		return 2;
	}
	g_autoptr(GHashTable) settings = read_pairs(arguments.settings);
	g_autoptr(GHashTable) placeholders = read_pairs(arguments.placeholders);
	const MigrationOptions options = { .directory = arguments.rest[1],
		                           .format = arguments.format,
		                           .config = arguments.config,
		                           .history_table = arguments.history_table,
		                           .placeholders = placeholders,
		                           .settings = settings };
	g_autoptr(MigrationSet) set = migration_set_load(&options, &error);
	int status = set != NULL ? run(&arguments, set, &error) : 1;

	for (guint i = 0; set != NULL && i < set->warnings->len; i++)
		fprintf(stderr, "warning: %s\n", (const char *)g_ptr_array_index(set->warnings, i));
	if (error != NULL)
		fprintf(stderr, "%s\n", error->message);
	g_strfreev(arguments.settings);
	g_strfreev(arguments.placeholders);
	g_strfreev(arguments.rest);
	g_free(arguments.format);
	g_free(arguments.config);
	g_free(arguments.history_table);
	return status;
}
