#include "run/job/ask.h"

#include "migration/runner/commands.h"

#include <string.h>

/* Messages of tools which say that the files contradict the history, whatever the migrations do. */
static const struct {
	const char *tool;
	const char *sign;
} refusals[] = {
	{ "Alembic", "Multiple head revisions" },
	{ "Alembic", "Can't locate revision" },
	{ "Alembic", "overlaps with other requested revisions" },
	{ "Alembic", "is present more than once" },
	{ "Alembic", "Cycle is detected" },
	{ "Django", "Conflicting migrations detected" },
	{ "Django", "InconsistentMigrationHistory" },
	{ "Django", "NodeNotFoundError" },
	{ "Django", "CircularDependencyError" },
	{ "Knex", "The migration directory is corrupt" },
	{ "Sequelize", "Could not find migration" },
};

/* The line of the output with such a message; NULL: there is none. The caller frees it. */
static char *
ask_find_refusal(const char *tool, const char *output)
{
	g_auto(GStrv) lines = g_strsplit(output != NULL ? output : "", "\n", -1);

	for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++)
		for (char **line = lines; g_strcmp0(tool, refusals[i].tool) == 0 && *line != NULL; line++)
			if (strstr(*line, refusals[i].sign) != NULL)
				return g_strstrip(g_strdup(*line));
	return NULL;
}

/* Who has known one head only deploys with "head". */
static char **
ask_command(const MigrationCommands *commands, bool one_head)
{
	char **command = g_strdupv(commands->up != NULL ? commands->up : commands->up_to);

	for (char **word = command; one_head && *word != NULL; word++)
		if (strcmp(*word, "heads") == 0)
			(*word)[strlen("head")] = '\0';
	return command;
}

static bool
ask_run(const MigrationSet *set, DbSession *session, const MigrationStandIns *stand_ins, RunStartingPoint *beginning,
        GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;
	g_autoptr(MigrationRunner) runner = migration_runner_begin(set, session, stand_ins, error);

	if (runner == NULL || !migration_runner_migrate(runner, &applied, &failed, &outcome, error))
		return false;
	beginning->refusal = outcome.failed ? ask_find_refusal(set->tool, outcome.details) : NULL;
	beginning->reached = outcome.failed ? NULL : migration_runner_applied(runner, error);
	return outcome.failed || beginning->reached != NULL;
}

bool
run_ask_tool(const RunJob *job, RunStartingPoint *beginning, const MigrationStandIns *stand_ins, GError **error)
{
	MigrationSet asked = *job->set;
	MigrationCommands commands = *asked.commands;
	g_auto(GStrv) command = ask_command(&commands, job->base->one_head);
	ScratchDatabase *copy = scratch_database_create(beginning->server, "ask", beginning->template, error);
	DbSession *session = copy != NULL ? scratch_database_connect(copy, DB_SESSION_MIGRATION, error) : NULL;
	bool done = false;

	commands.up = command;
	asked.commands = &commands;
	if (session != NULL)
		done = ask_run(&asked, session, stand_ins, beginning, error);
	db_session_close(session);
	scratch_database_drop(copy, scratch_server_is_own(beginning->server));
	return done;
}
