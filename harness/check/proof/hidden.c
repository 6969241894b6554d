#include "check/proof/hidden.h"

#include "db/sqlstate.h"
#include "migration/text/statement.h"

#include <string.h>

bool
check_failure_is_plain(const MigrationOutcome *outcome)
{
	/* Values, constraints, names and types; unsupported features; dependencies. */
	static const char *const plain[] = { DB_SQLSTATE_CLASS_DATA_EXCEPTION, DB_SQLSTATE_CLASS_INTEGRITY_CONSTRAINT,
		                             DB_SQLSTATE_CLASS_SYNTAX_OR_ACCESS_RULE, DB_SQLSTATE_FEATURE_NOT_SUPPORTED,
		                             DB_SQLSTATE_DEPENDENT_OBJECTS_STILL_EXIST };

	/* Without a statement it is the history row, or a constraint that COMMIT would check. */
	if (outcome->statement == NULL || outcome->sqlstate == NULL)
		return false;
	for (guint i = 0; i < G_N_ELEMENTS(plain); i++)
		if (g_str_has_prefix(outcome->sqlstate, plain[i]))
			return true;
	return false;
}

static bool
hidden_has_word(const char *text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strstr(text, *words) != NULL)
			return true;
	return false;
}

static bool
hidden_is_in(const MigrationScript *script, const char *const *words, bool moving_only)
{
	static const char *const moving[] = { "INSERT", "UPDATE", "DELETE", "MERGE", "WITH",
		                              "SELECT", "DO",     "CALL",   "COPY",  NULL };
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		g_autofree char *lower = g_ascii_strdown(statement->sql, -1);
		g_autofree char *first = migration_statement_key_words(statement->sql, 1);
		if ((!moving_only || g_strv_contains(moving, first)) && hidden_has_word(lower, words))
			return true;
	}
	return false;
}

bool
check_transaction_hides_nothing(const Migration *migration)
{
	static const char *const anywhere[] = { "exception", "dblink", "txid_",      "xact_id", "xmin",
		                                "savepoint", "call",   "pg_current", NULL };
	static const char *const times[] = { "now", "current_", "localtime", "transaction_timestamp", NULL };

	return !hidden_is_in(migration->up, anywhere, false) && !hidden_is_in(migration->down, anywhere, false) &&
	       !hidden_is_in(migration->down, times, true);
}

bool
check_script_goes_back(const MigrationScript *script)
{
	const GPtrArray *statements = migration_script_statements(script);
	bool found = false;

	for (guint i = 0; i < statements->len && !found; i++) {
		g_autofree char *sql = g_ascii_strdown(
		    ((const MigrationStatement *)g_ptr_array_index(statements, i))->sql, -1);
		found = strstr(sql, "rollback") != NULL;
	}
	return found;
}
