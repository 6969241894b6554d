#include "check/changes/untouched.h"

#include "migration/runner/access.h"
#include "migration/text/script.h"
#include "migration/text/statement.h"

#include <string.h>

/* Characters of a statement that are shown. */
#define SHOWN 60

/* True for statements that change existing rows, or may insert rows. */
static bool
untouched_can_be(const MigrationStatement *statement)
{
	static const char *const first[] = { "UPDATE", "DELETE", "INSERT", "MERGE", NULL };
	g_autofree char *word = migration_statement_key_words(statement->sql, 1);

	return statement->data == NULL && g_strv_contains(first, word);
}

static bool
untouched_note(MigrationRunner *runner, MigrationPoint point, guint n_executed, void *data, GError **error)
{
	CheckUntouched *untouched = data;
	const GPtrArray *statements = migration_script_statements(untouched->script);
	bool one = n_executed == untouched->n_seen + 1;

	(void)error;
	if (point != MIGRATION_POINT_STATEMENT)
		return true;
	untouched->n_seen = n_executed;
	/* For several statements in one message the server reports the rows of the last one only. */
	if (one && n_executed <= statements->len && untouched_can_be(g_ptr_array_index(statements, n_executed - 1)) &&
	    db_session_affected(migration_runner_session(runner)) == 0)
		g_ptr_array_add(untouched->statements, g_ptr_array_index(statements, n_executed - 1));
	return true;
}

void
check_untouched_begin(CheckUntouched *untouched, MigrationRunner *runner, const MigrationScript *script)
{
	const GPtrArray *statements = migration_script_statements(script);
	bool any = false;

	for (guint i = 0; i < statements->len && !any; i++)
		any = untouched_can_be(g_ptr_array_index(statements, i));
	if (!any)
		return;
	*untouched = (CheckUntouched){ .runner = runner, .script = script, .statements = g_ptr_array_new() };
	migration_runner_set_hook(runner, untouched_note, untouched);
}

void
check_untouched_end(CheckUntouched *untouched)
{
	if (untouched->runner != NULL)
		migration_runner_set_hook(untouched->runner, NULL, NULL);
	untouched->runner = NULL;
}

char *
check_untouched_describe(const GPtrArray *statements, const MigrationScript *script)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; statements != NULL && i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		g_autofree char *start = g_strndup(statement->sql, strcspn(statement->sql, "\n"));
		g_autofree char *shown = g_utf8_strlen(start, -1) > SHOWN ? g_utf8_substring(start, 0, SHOWN)
		                                                          : g_strdup(start);
		g_autofree char *place = base_position_format(base_source_position(
		    migration_script_source(script), migration_script_source_offset(script, statement, 0)));
		g_string_append_printf(text, "%s%s: no row is there that it changes, so that it is not proved: %s%s",
		                       text->len > 0 ? "\n" : "", place, shown,
		                       strlen(shown) < strlen(statement->sql) ? "..." : "");
	}
	if (text->len > 0)
		return g_string_free(text, FALSE);
	g_string_free(text, TRUE);
	return NULL;
}
