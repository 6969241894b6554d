#include "check/changes/updates.h"

#include "check/changes/batch.h"
#include "check/changes/chance.h"
#include "check/changes/division.h"
#include "check/changes/flag.h"
#include "check/changes/lookup.h"
#include "check/changes/members.h"
#include "check/changes/merged.h"
#include "check/changes/not_in.h"
#include "check/changes/nulls.h"
#include "check/changes/numbers.h"
#include "check/changes/pairs.h"
#include "check/changes/pick.h"
#include "check/changes/rounded.h"
#include "migration/runner/access.h"

/* What is asked before an UPDATE. */
typedef struct {
	bool (*suspects)(const CheckUpdate *update);
	bool (*ask)(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement,
	            GPtrArray *changes, GError **error);
} UpdateQuestion;

static const UpdateQuestion update_questions[] = {
	{ check_chance_suspects, check_chance_ask },   { check_pick_suspects, check_pick_ask },
	{ check_nulls_suspects, check_nulls_ask },     { check_division_suspects, check_division_ask },
	{ check_flag_suspects, check_flag_ask },       { check_members_suspects, check_members_ask },
	{ check_merged_suspects, check_merged_ask },   { check_rounded_suspects, check_rounded_ask },
	{ check_numbers_suspects, check_numbers_ask }, { check_lookup_suspects, check_lookup_ask },
	{ check_batch_suspects, check_batch_ask },
};

/* Questions before other statements. */
typedef struct {
	bool (*suspects)(const char *sql);
	bool (*ask)(DbSession *session, const MigrationStatement *statement, GPtrArray *changes, GError **error);
} StatementQuestion;

static const StatementQuestion statement_questions[] = {
	{ check_pairs_suspects, check_pairs_ask },
	{ check_not_in_suspects, check_not_in_ask },
};

/* What the statement writes into rows that are there. */
static bool
updates_parse(const char *sql, CheckUpdate *ret_update)
{
	return check_update_parse(sql, ret_update) || check_update_parse_using(sql, ret_update);
}

bool
check_updates_suspected(const MigrationScript *script)
{
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = 0; i < statements->len; i++) {
		g_auto(CheckUpdate) update = { 0 };
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		for (gsize j = 0; j < G_N_ELEMENTS(statement_questions); j++)
			if (statement_questions[j].suspects(statement->sql))
				return true;
		if (!updates_parse(statement->sql, &update))
			continue;
		update.script = script;
		for (gsize j = 0; j < G_N_ELEMENTS(update_questions); j++)
			if (update_questions[j].suspects(&update))
				return true;
	}
	return false;
}

/* --- The watch ------------------------------------------------------------------- */

static bool
updates_before(MigrationRunner *runner, const MigrationScript *script, const MigrationStatement *statement, void *data,
               GError **error)
{
	const CheckUpdates *updates = data;
	DbSession *session = migration_runner_session(runner);
	g_auto(CheckUpdate) update = { 0 };

	if (db_session_transaction_state(session) != DB_TRANSACTION_OPEN)
		return true;
	for (gsize i = 0; i < G_N_ELEMENTS(statement_questions); i++)
		if (statement_questions[i].suspects(statement->sql) &&
		    !statement_questions[i].ask(session, statement, updates->changes, error))
			return false;
	if (!updates_parse(statement->sql, &update))
		return true;
	update.script = script;
	update.closed = updates->closed;
	for (gsize i = 0; i < G_N_ELEMENTS(update_questions); i++)
		if (update_questions[i].suspects(&update) &&
		    !update_questions[i].ask(session, &update, statement, updates->changes, error))
			return false;
	return true;
}

static bool
updates_after(MigrationRunner *runner, const MigrationScript *script, const MigrationStatement *statement, void *data,
              GError **error)
{
	(void)runner;
	(void)script;
	(void)statement;
	(void)data;
	(void)error;
	return true;
}

static bool
updates_ended(MigrationRunner *runner, void *data, GError **error)
{
	(void)runner;
	(void)data;
	(void)error;
	return true;
}

bool
check_updates_begin(CheckUpdates *updates, MigrationRunner *runner, GPtrArray *changes, GError **error)
{
	updates->closed = check_merged_read_closed(migration_runner_session(runner), error);
	if (updates->closed == NULL)
		return false;
	updates->runner = runner;
	updates->changes = changes;
	updates->watch = (MigrationWatch){
		.before = updates_before, .after = updates_after, .ended = updates_ended, .data = updates
	};
	migration_runner_set_watch(runner, &updates->watch);
	return true;
}

void
check_updates_end(CheckUpdates *updates)
{
	if (updates->runner != NULL)
		migration_runner_set_watch(updates->runner, NULL);
	updates->runner = NULL;
	g_clear_pointer(&updates->closed, g_free);
}
