#include "command/command.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "base/nearest.h"
#include "db/mask.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const Command commands[] = {
	{ "run", "[SUITE...]", COMMAND_ANY,
	  "run suites: migrations forward and backward, expectations, checks; write the reports", command_run },
	{ "check", "[DIR...]", COMMAND_ANY,
	  "check the migrations of a repository, of any tool, with nothing written first", command_check },
	{ "init", "[DIR]", 1, "write a first suite and fixture for a folder of migrations", command_init },
	{ "snapshot", "SUITE [DATABASE]", 2,
	  "write the schema that a suite's migrations build as an expectation fixture", command_snapshot },
	{ "bless", "[SUITE [DATABASE]]", 2, "update the fixtures of a suite after a wanted change", command_bless },
	{ "diff", "A B", 2, "compare two schemas: suites, versions of them, databases, snapshots, SQL files",
	  command_diff },
	{ "drift", "SUITE[@VERSION] [DATABASE]", 2,
	  "compare a database that runs with the end of the migrations, and its history", command_drift },
	{ "checklist", "SUITE", 3,
	  "tick what has to be so before, while and after a release, by what a database and services show",
	  command_checklist },
	{ "sign", "SUITE ITEM", 2, "sign an item of a checklist that only people can tick", command_sign },
	{ "inspect", "--target URL", 0, "show growth, unused objects and slow statements in a live database",
	  command_inspect },
	{ "report", "merge FILE...", COMMAND_ANY, "join the reports of a run on several machines, into all formats",
	  command_report },
	{ "reset", "SUITE [DATABASE]", 2,
	  "empty a development database, and build it anew by the migrations of a suite", command_reset },
	{ "exec", "SUITE -- COMMAND", 1, "run a program on databases that the migrations of a suite build",
	  command_exec },
	{ "serve", "SUITE", 1, "lease such databases to the workers of test programs, until you end it",
	  command_serve },
	{ "shell", "SUITE", 1, "open psql on a database that the migrations of a suite build", command_shell },
	{ "repro", "BUNDLE", 1, "run a case that failed elsewhere again, and open psql on its database",
	  command_repro },
	{ "plan", "SUITE [DATABASE]", 2,
	  "show the plans of queries, what changed them, their times, and which indexes would help", command_plan },
	{ "stats", "export", 1, "write the statistics of a database as a fixture, for plans at its size",
	  command_stats },
	{ "queries", "export", 1, "write the queries that a database is asked as a file, for rolling deploys and plans",
	  command_queries },
	{ "explain", "[CODE...]", COMMAND_ANY, "say what a finding about a migration means, and what to do",
	  command_explain },
	{ "schema", "suite|fixture", 1, "write what suites or fixtures may hold as JSON Schema, for editors",
	  command_schema },
	{ "doctor", "", 0, "show which PostgreSQL is found, and what would keep a run from working", command_doctor },
	{ "help", "[TOPIC]", COMMAND_ANY,
	  "print a page of the documentation, or the part of one that is about a command or key", command_help },
	{ NULL },
};

const Command *
command_table(void)
{
	return commands;
}

void
command_print_summary(void)
{
	printf("Usage: pgassay COMMAND [OPTION...] [ARGUMENT...]\n\n"
	       "Tests PostgreSQL schema migrations on scratch databases.\n\nCommands:\n");
	for (const Command *command = commands; command->name != NULL; command++)
		printf("  %-9s %-27s %s\n", command->name, command->synopsis, command->summary);
	printf("\n\"pgassay COMMAND --help\" explains a command, \"pgassay help\" lists what there is to read.\n"
	       "Exit codes: 0 all passed; 1 a case or migration failed, schemas differ, or nothing was tested;\n"
	       "2 wrong usage, suite, fixture or migration file; 3 no server, no permission, or no time left;\n"
	       "130 interrupted.\n");
}

static const Command *
find_command(const char *name)
{
	for (const Command *command = commands; command->name != NULL; command++)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}

static CommandResult
refuse_command(const char *name)
{
	const char *names[G_N_ELEMENTS(commands)];

	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
		names[i] = commands[i].name;
	const char *nearest = base_nearest(name, names);
	g_autofree char *shown = db_mask(name);
	if (name[0] == '-') {
		fprintf(stderr,
		        "pgassay: the option \"%s\" stands before the command\n"
		        "hint: options come after it: pgassay run %s\n",
		        shown, shown);
		return COMMAND_USAGE;
	}
	fprintf(stderr, "pgassay: there is no command \"%s\"\n", shown);
	if (nearest != NULL)
		fprintf(stderr, "hint: did you mean \"%s\"?\n", nearest);
	else
		fprintf(stderr, "hint: \"pgassay --help\" lists the commands\n");
	return COMMAND_USAGE;
}

CommandResult
command_main(int n_arguments, char **arguments)
{
	if (n_arguments < 2 || strcmp(arguments[1], "--help") == 0 || strcmp(arguments[1], "-h") == 0) {
		command_print_summary();
		return n_arguments < 2 ? COMMAND_USAGE : COMMAND_OK;
	}
	if (strcmp(arguments[1], "--version") == 0) {
		printf("pgassay " PGASSAY_VERSION "\n");
		return COMMAND_OK;
	}
	const Command *command = find_command(arguments[1]);
	return command != NULL ? command->run(n_arguments - 1, arguments + 1) : refuse_command(arguments[1]);
}

CommandResult
command_end_output(CommandResult result)
{
	bool lost = ferror(stdout) != 0;

	errno = 0;
	/* It may have been closed from the start, which loses nothing where nothing was written. */
	if (fclose(stdout) != 0 && errno != EBADF)
		lost = true;
	if (!lost)
		return result;
	fprintf(stderr, "pgassay: could not write to standard output%s%s\nhint: check the free space where it goes\n",
	        errno != 0 ? ": " : "", errno != 0 ? g_strerror(errno) : "");
	return result == COMMAND_OK || result == COMMAND_FAILED ? COMMAND_ENVIRONMENT : result;
}

/* The known option most similar to the unknown one; NULL if none is similar, or if the error is another one. */
static const char *
command_find_option(const GError *error, const GOptionEntry *entries)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	const char *typed = strstr(error->message, "--");

	if (!g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION) || typed == NULL)
		return NULL;
	for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
		g_ptr_array_add(names, (gpointer)entry->long_name);
	g_ptr_array_add(names, NULL);
	g_autofree char *name = g_strndup(typed + 2, strcspn(typed + 2, "= "));
	return base_nearest(name, (const char *const *)names->pdata);
}

/* GLib's texts begin with a capital letter. */
static void
command_refuse_option(const GError *error, const char *name, const GOptionEntry *entries)
{
	g_autofree char *message = db_mask(error->message);
	const char *nearest = command_find_option(error, entries);

	message[0] = g_ascii_tolower(message[0]);
	if (nearest != NULL)
		fprintf(stderr, "pgassay: %s\nhint: did you mean \"--%s\"?\n", message, nearest);
	else
		fprintf(stderr, "pgassay: %s\nhint: \"pgassay %s --help\" lists the options\n", message, name);
}

/* The first argument that is too many. */
static void
command_refuse_argument(const Command *command, const char *argument)
{
	g_autofree char *shown = db_mask(argument);

	fprintf(stderr, "pgassay: \"%s\" is one argument too many\nhint: write it as: pgassay %s%s%s\n", shown,
	        command->name, command->synopsis[0] != '\0' ? " " : "", command->synopsis);
}

/* It counts more than the variables, which say the same for all programs. */
gboolean
command_take_colour(const char *option, const char *value, gpointer data, GError **error)
{
	(void)data;
	if (strcmp(value, "always") == 0 || strcmp(value, "never") == 0) {
		g_unsetenv("NO_COLOR");
		g_setenv("FORCE_COLOR", strcmp(value, "always") == 0 ? "1" : "0", TRUE);
	} else if (strcmp(value, "auto") != 0) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		            "%s takes auto, always or never, not \"%s\"", option, value);
		return FALSE;
	}
	return TRUE;
}

/* The number that an argument such as "-j2" has behind the letter of an option that takes one; NULL: it is no such. */
static const char *
command_attached_number(const char *argument, const GOptionEntry *entries)
{
	if (argument[0] != '-' || argument[1] == '\0' || !g_ascii_isdigit(argument[2]))
		return NULL;
	for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
		if (entry->short_name == argument[1] && entry->arg == G_OPTION_ARG_INT)
			return argument + 2;
	return NULL;
}

/* GLib takes the next argument as the number of "-j2", so that "-j" and "2" have to stand apart. */
static void
command_split_numbers(const GOptionEntry *entries, int *n_arguments, char ***arguments)
{
	g_autoptr(GStrvBuilder) all = g_strv_builder_new();
	bool options = true;

	for (int i = 0; i < *n_arguments; i++) {
		const char *argument = (*arguments)[i];
		const char *number = options ? command_attached_number(argument, entries) : NULL;
		g_autofree char *letter = number != NULL ? g_strndup(argument, 2) : NULL;
		g_strv_builder_add(all, letter != NULL ? letter : argument);
		if (number != NULL)
			g_strv_builder_add(all, number);
		options = options && strcmp(argument, "--") != 0;
	}
	/* They live as long as the process, as the ones that it was started with; GLib takes some out of the second
	 * list. */
	static GStrv kept;
	static char **list;
	g_strfreev(kept);
	g_free(list);
	kept = g_strv_builder_end(all);
	list = g_memdup2(kept, (g_strv_length(kept) + 1) * sizeof *kept);
	*arguments = list;
	*n_arguments = (int)g_strv_length(kept);
}

bool
command_parse(const char *name, const GOptionEntry *entries, int *n_arguments, char ***arguments,
              CommandResult *ret_result)
{
	const Command *command = find_command(name);
	g_autoptr(GOptionContext) context = g_option_context_new(command->synopsis);
	g_autoptr(GError) error = NULL;
	g_autofree char *program = g_strdup_printf("pgassay %s", name);
	gboolean help = FALSE;
	const GOptionEntry help_entries[] = {
		{ "help", 'h', 0, G_OPTION_ARG_NONE, &help, "show this help", NULL },
		{ NULL },
	};

	/* GLib's own --help exits the process; only main may. */
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_set_summary(context, command->summary);
	g_option_context_add_main_entries(context, help_entries, NULL);
	g_option_context_add_main_entries(context, entries, NULL);
	g_set_prgname(program);
	command_split_numbers(entries, n_arguments, arguments);
	if (!g_option_context_parse(context, n_arguments, arguments, &error)) {
		command_refuse_option(error, name, entries);
		*ret_result = COMMAND_USAGE;
		return false;
	}
	if (help) {
		g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);
		fputs(text, stdout);
		*ret_result = COMMAND_OK;
		return false;
	}
	if (command->most != COMMAND_ANY && *n_arguments > command->most + 1) {
		command_refuse_argument(command, (*arguments)[command->most + 1]);
		*ret_result = COMMAND_USAGE;
		return false;
	}
	return true;
}
