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

const char *
run_ask_hint(const char *refusal)
{
	static const struct {
		const char *sign;
		const char *hint;
	} hints[] = {
		{ "Multiple head revisions", "let the new one come after what is merged: set its down_revision to the "
		                             "other head; or alembic merge heads -m \"merge\"" },
		{ "Conflicting migrations detected",
		  "python manage.py makemigrations --merge; or make the new one anew, after what is merged" },
	};

	for (gsize i = 0; refusal != NULL && i < G_N_ELEMENTS(hints); i++)
		if (strstr(refusal, hints[i].sign) != NULL)
			return hints[i].hint;
	return NULL;
}

/* Such a message, to the end of its line; NULL: there is none. The caller frees it. */
static char *
ask_find_refusal(const char *tool, const char *output)
{
	g_auto(GStrv) lines = g_strsplit(output != NULL ? output : "", "\n", -1);

	for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++)
		for (char **line = lines; g_strcmp0(tool, refusals[i].tool) == 0 && *line != NULL; line++)
			if (strstr(*line, refusals[i].sign) != NULL)
				return g_strchomp(g_strdup(strstr(*line, refusals[i].sign)));
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

bool
run_ask_refusal(const MigrationSet *set, bool one_head, DbSession *session, const MigrationStandIns *stand_ins,
                char **ret_refusal, GHashTable **ret_reached, GError **error)
{
	MigrationSet asked = *set;
	MigrationCommands commands = *set->commands;
	g_auto(GStrv) command = ask_command(&commands, one_head);
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;

	commands.up = command;
	asked.commands = &commands;
	g_autoptr(MigrationRunner) runner = migration_runner_begin(&asked, session, stand_ins, error);
	if (runner == NULL || !migration_runner_migrate(runner, &applied, &failed, &outcome, error))
		return false;
	*ret_refusal = outcome.failed ? ask_find_refusal(set->tool, outcome.details) : NULL;
	*ret_reached = outcome.failed ? NULL : migration_runner_applied(runner, error);
	return outcome.failed || *ret_reached != NULL;
}

bool
run_ask_tool(const RunJob *job, RunStartingPoint *beginning, const MigrationStandIns *stand_ins, GError **error)
{
	ScratchDatabase *copy = scratch_database_create(beginning->server, "ask", beginning->template, error);
	DbSession *session = copy != NULL ? scratch_database_connect(copy, DB_SESSION_MIGRATION, error) : NULL;
	bool done = session != NULL && run_ask_refusal(job->set, job->base->one_head, session, stand_ins,
	                                               &beginning->refusal, &beginning->reached, error);

	db_session_close(session);
	scratch_database_drop(copy, scratch_server_is_own(beginning->server));
	return done;
}
