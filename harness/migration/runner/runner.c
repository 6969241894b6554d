#include "migration/runner/runner_private.h"

#include "base/error.h"
#include "migration/format.h"
#include "migration/runner/access.h"
#include "migration/text/script.h"

#include <string.h>

/* --- For the formats ------------------------------------------------------- */

const MigrationSet *
migration_runner_set(const MigrationRunner *runner)
{
	return runner->set;
}

DbSession *
migration_runner_session(const MigrationRunner *runner)
{
	return runner->session;
}

const char *
migration_runner_history(const MigrationRunner *runner)
{
	return runner->history;
}

bool
migration_runner_is_within(const MigrationRunner *runner)
{
	return runner->within;
}

bool
migration_runner_is_brief(const MigrationRunner *runner)
{
	return runner->brief;
}

static bool
runner_script_has(const MigrationScript *script, const char *name)
{
	const GPtrArray *statements = script != NULL ? migration_script_statements(script) : NULL;

	for (guint i = 0; statements != NULL && i < statements->len; i++)
		if (strstr(((const MigrationStatement *)g_ptr_array_index(statements, i))->sql, name) != NULL)
			return true;
	return false;
}

static bool
runner_set_names_history(const MigrationRunner *runner)
{
	const char *last = g_strrstr(runner->history, ".\"");
	g_autofree char *name = last != NULL ? g_strndup(last + 2, strlen(last + 2) - 1) : g_strdup(runner->history);

	for (guint i = 0; i < runner->set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(runner->set->migrations, i);
		if (runner_script_has(migration->up, name) || runner_script_has(migration->down, name))
			return true;
	}
	return false;
}

void
migration_runner_set_brief(MigrationRunner *runner)
{
	runner->brief = runner->history != NULL && !runner_set_names_history(runner);
}

const char *
migration_runner_history_schema(const MigrationRunner *runner)
{
	return runner->schema;
}

bool
migration_runner_is_baseline(const MigrationRunner *runner)
{
	return runner->baseline;
}

gpointer
migration_runner_state(const MigrationRunner *runner)
{
	return runner->state;
}

void
migration_runner_set_state(MigrationRunner *runner, gpointer state, GDestroyNotify free_state)
{
	runner->state = state;
	runner->free_state = free_state;
}

bool
migration_runner_has_history(MigrationRunner *runner, bool *ret_has, GError **error)
{
	g_autofree char *has = db_session_query_value(
	    runner->session, error, "SELECT pg_catalog.to_regclass($1) IS NOT NULL", runner->history, NULL);

	if (has == NULL)
		return false;
	*ret_has = *has == 't';
	return true;
}

/* --- Begin and end --------------------------------------------------------- */

static bool
runner_name_history(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = runner->set;

	runner->schema = set->history_schema != NULL
	                     ? g_strdup(set->history_schema)
	                     : db_session_query_value(runner->session, error, "SELECT pg_catalog.current_schema()",
	                                              NULL);
	if (runner->schema == NULL)
		return false;
	if (*runner->schema == '\0')
		return base_error_set(error, BASE_ERROR_INPUT, "name one with \"history_table\": \"schema.table\"",
		                      "there is no schema for the history table \"%s\": no schema of the search_path "
		                      "exists",
		                      set->history_table);
	g_autofree char *schema = db_session_quote_identifier(runner->session, runner->schema);
	g_autofree char *table = db_session_quote_identifier(runner->session, set->history_table);
	runner->history = g_strconcat(schema, ".", table, NULL);
	return true;
}

static bool
read_stand_ins(MigrationRunner *runner, GError **error)
{
	GHashTableIter iter;
	gpointer source;

	if (runner->stand_ins == NULL || runner->stand_ins->sources == NULL)
		return true;
	g_hash_table_iter_init(&iter, runner->stand_ins->sources);
	while (g_hash_table_iter_next(&iter, NULL, &source)) {
		if (!migration_source_check(source, error))
			return false;
		MigrationScript *script = migration_script_new(source, migration_source_text(source), error);
		if (script == NULL)
			return false;
		g_hash_table_insert(runner->stand_in_scripts, source, script);
	}
	return true;
}

/* A history that a dump has brought has to be known before the tool makes one. */
static bool
find_history(MigrationRunner *runner, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT EXISTS (SELECT FROM %s)", runner->history);
	bool has = false;

	if (!runner->baseline)
		return true;
	if (!migration_runner_has_history(runner, &has, error))
		return false;
	if (!has)
		return true;
	g_autofree char *rows = db_session_query_value(runner->session, error, sql, NULL);
	runner->brings_history = g_strcmp0(rows, "t") == 0;
	return rows != NULL;
}

MigrationRunner *
migration_runner_open(const MigrationSet *set, DbSession *session, const MigrationStandIns *stand_ins, bool baseline,
                      GError **error)
{
	MigrationRunner *runner = g_new0(MigrationRunner, 1);

	runner->set = set;
	runner->session = session;
	runner->stand_ins = stand_ins;
	runner->baseline = baseline;
	runner->stand_in_scripts = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)migration_script_free);
	if (runner_name_history(runner, error) && find_history(runner, error) && read_stand_ins(runner, error)) {
		runner->begun = true;
		if (set->format->begin(runner, error))
			return runner;
	}
	migration_runner_end(runner);
	return NULL;
}

MigrationRunner *
migration_runner_begin(const MigrationSet *set, DbSession *session, const MigrationStandIns *stand_ins, GError **error)
{
	return migration_runner_open(set, session, stand_ins, false, error);
}

void
migration_runner_end(MigrationRunner *runner)
{
	if (runner == NULL)
		return;
	if (runner->begun) {
		if (db_session_transaction_state(runner->session) == DB_TRANSACTION_FAILED)
			db_session_run_cleanup(runner->session, "ROLLBACK");
		if (runner->set->format->end != NULL)
			runner->set->format->end(runner);
	}
	if (runner->free_state != NULL)
		runner->free_state(runner->state);
	g_hash_table_unref(runner->stand_in_scripts);
	g_free(runner->schema);
	g_free(runner->history);
	g_free(runner);
}

void
migration_runner_set_hook(MigrationRunner *runner, MigrationHook hook, void *data)
{
	runner->hook = hook;
	runner->hook_data = data;
}

void
migration_runner_set_watch(MigrationRunner *runner, const MigrationWatch *watch)
{
	runner->watch = watch;
}

void
migration_runner_set_limit(MigrationRunner *runner, guint seconds)
{
	runner->limit = seconds;
}

GHashTable *
migration_runner_applied(MigrationRunner *runner, GError **error)
{
	return runner->set->format->applied(runner, error);
}

bool
migration_runner_validate(MigrationRunner *runner, GError **error)
{
	const MigrationFormat *format = runner->set->format;

	return format->validate == NULL || format->validate(runner, error);
}

const char *
migration_runner_repair_command(const MigrationRunner *runner)
{
	return runner->set->format->repair != NULL ? runner->set->format->repair_command : NULL;
}

bool
migration_runner_repair(MigrationRunner *runner, const Migration *migration, GError **error)
{
	return runner->set->format->repair(runner, migration, error);
}

bool
migration_runner_can_repair_again(const MigrationRunner *runner)
{
	return runner->set->format->repair_again != NULL;
}

bool
migration_runner_repair_again(MigrationRunner *runner, const Migration *migration, GError **error)
{
	return runner->set->format->repair_again(runner, migration, error);
}

/* --- One migration ---------------------------------------------------------- */

static bool
check_direction(const Migration *migration, MigrationDirection direction, GError **error)
{
	if (direction == MIGRATION_UP || migration->down != NULL)
		return true;
	return base_error_set(error, BASE_ERROR_INPUT, "give it one, or say \"rollback: restore\" in the suite",
	                      "the migration \"%s\" has no way down", migration->name);
}

bool
migration_runner_apply(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                       MigrationOutcome *ret_outcome, GError **error)
{
	if (!check_direction(migration, direction, error))
		return false;
	return migration_run_script(runner, migration, direction,
	                            migration_script_scope(direction == MIGRATION_UP ? migration->up : migration->down),
	                            ret_outcome, error);
}

static bool
runner_can_verify_within(const Migration *migration)
{
	const MigrationScript *verify = migration->verify;

	return verify == NULL || migration_script_own_transaction(verify) != MIGRATION_OWN_TRANSACTION_NONE ||
	       migration_script_find(verify, MIGRATION_STATEMENT_NO_TRANSACTION |
	                                         MIGRATION_STATEMENT_TRANSACTION_CONTROL) == NULL;
}

bool
migration_runner_can_apply_within(const Migration *migration, MigrationDirection direction)
{
	const MigrationScript *script = direction == MIGRATION_UP ? migration->up : migration->down;
	bool fits = migration_script_fits_transaction(script) ||
	            migration_script_own_transaction(script) == MIGRATION_OWN_TRANSACTION_COMMITS;

	return fits && (direction == MIGRATION_DOWN || runner_can_verify_within(migration));
}

bool
migration_runner_apply_within(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                              MigrationOutcome *ret_outcome, GError **error)
{
	if (!check_direction(migration, direction, error))
		return false;
	if (!migration_runner_can_apply_within(migration, direction))
		return base_error_set(error, BASE_ERROR_INPUT, NULL,
		                      "the migration \"%s\" cannot run inside a transaction", migration->name);
	return migration_run_script(runner, migration, direction, MIGRATION_SCOPE_OPEN_CHECKED, ret_outcome, error);
}
