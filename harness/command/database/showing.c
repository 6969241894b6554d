#include "command/database/showing.h"

#include "base/error.h"
#include "command/database/psql.h"

#include <stdio.h>
#include <string.h>

/* The state of the kept database after a failed case, by the stage of the case. */
static const struct {
	const char *stage;
	const char *state; /* with the name of the case */
} states[] = {
	{ "forward", "before \"%s\"" },
	{ "owner", "before \"%s\"" },
	{ "rows", "before \"%s\", with the rows that it fails on" },
	{ "round trip", "behind the up of \"%s\"" },
	{ "writes", "behind the up of \"%s\", with rows" },
	{ "changes", "behind the up of \"%s\", with rows" },
	{ "after use", "behind the up of \"%s\", with rows" },
	{ "crash", "as the crash in \"%s\" has left it" },
};

static char *
showing_state(const ReportCase *test_case)
{
	if (!report_case_is_bad(test_case))
		return g_strdup("as its stage has left it");
	for (gsize i = 0; i < G_N_ELEMENTS(states); i++)
		if (strcmp(states[i].stage, test_case->stage) == 0) {
			g_auto(GStrv) parts = g_strsplit(states[i].state, "%s", 2);
			return g_strjoin(test_case->name, parts[0], parts[1], NULL);
		}
	return g_strdup("as the case has found it");
}

/* --- The verdict ---------------------------------------------------------------------- */

static void
showing_print_place(const ReportCase *test_case)
{
	if (test_case->position.line == 0)
		return;
	g_autofree char *place = base_position_format(test_case->position);
	fprintf(stderr, "at %s\n", place);
}

static CommandResult
showing_judge(const ReportCase *test_case, const char *before)
{
	if (test_case == NULL || test_case->status == REPORT_SKIPPED) {
		fprintf(stderr, "the case was not run%s%s\n", test_case != NULL ? ": " : "",
		        test_case != NULL ? test_case->message : "");
		return COMMAND_USAGE;
	}
	if (!report_case_is_bad(test_case)) {
		fprintf(stderr, "the case passes now\n");
		return COMMAND_OK;
	}
	bool same = before == NULL || g_strcmp0(before, test_case->message) == 0;
	fprintf(stderr, "the case fails%s: %s\n",
	        before == NULL ? ""
	        : same         ? " again"
	                       : ", but otherwise",
	        test_case->message);
	if (!same)
		fprintf(stderr, "it was: %s\n", before);
	showing_print_place(test_case);
	return COMMAND_FAILED;
}

/* --- The database ------------------------------------------------------------------------ */

static void
showing_keep(const CommandReproAgain *again)
{
	g_autofree char *command = scratch_database_keep(again->database);

	fprintf(stderr, "kept: %s\n", command);
	for (guint i = 0; i < again->servers->len; i++) {
		g_autofree char *end = scratch_server_keep(g_ptr_array_index(again->servers, i));
		if (end != NULL)
			fprintf(stderr, "kept server: end and remove it with: %s\n", end);
	}
}

static CommandResult
showing_open(const CommandReproAgain *again, const CommandShowing *showing, GError **error)
{
	g_autoptr(DbSession) session = scratch_database_connect_client(again->database, error);

	if (session == NULL)
		return command_error(*error);
	if (showing->print_url) {
		g_autofree char *url = db_session_url(session);
		printf("%s\n", url);
		return COMMAND_OK;
	}
	g_auto(GStrv) environment = db_session_client_environment(session);
	g_clear_pointer(&session, db_session_close);
	return command_psql_open(g_ptr_array_index(again->servers, 0), environment, showing->rest, error);
}

CommandResult
command_show_again(const CommandReproAgain *again, const CommandShowing *showing, GError **error)
{
	CommandResult result = showing_judge(again->test_case, showing->message);

	if (again->database == NULL || result == COMMAND_USAGE) {
		fprintf(stderr, "there is no database to look at\n");
		return result;
	}
	g_autofree char *state = showing_state(again->test_case);
	fprintf(stderr, "the database: %s\n", state);
	CommandResult opened = showing_open(again, showing, error);
	if (showing->keep || showing->print_url)
		showing_keep(again);
	return opened != COMMAND_OK ? opened : result;
}
