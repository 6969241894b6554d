#include "run/stage/leftover.h"

#include "check/workspace/place.h"
#include "migration/format.h"

#include <string.h>

/* Settings that the session itself has set. A role is not listed as a setting. Settings that only affect the display
 * of values or messages are left out, because they do not change the effect of later files. */
static const char leftover_sql[] =
    "SELECT s.name, s.setting, s.name = 'search_path'"
    " FROM pg_catalog.pg_settings s"
    " WHERE s.source = 'session' AND s.setting IS DISTINCT FROM s.reset_val AND s.name NOT LIKE '%.%'"
    " AND s.name <> ALL ('{application_name, client_encoding, client_min_messages, extra_float_digits, bytea_output,"
    " xmloption, seed, DateStyle, IntervalStyle, transaction_isolation, transaction_read_only, transaction_deferrable,"
    " idle_session_timeout, tcp_user_timeout}'::pg_catalog.text[])"
    " UNION ALL "
    "SELECT 'role', pg_catalog.current_setting('role'), false WHERE current_user <> session_user"
    " ORDER BY 1";

enum { LEFTOVER_NAME, LEFTOVER_VALUE, LEFTOVER_PROVED };

/* pg_dump writes them at the head of each dump, so that it can be loaded: functions before their tables, rows in spite
 * of policies. Later files are run with them; that all ends the same is proved where they are run together. */
static bool
leftover_is_of_dump(const Migration *migration, const char *name, const char *value)
{
	const char *text = base_source_text(migration_script_source(migration->up));

	if (strcmp(value, "off") != 0 ||
	    (strcmp(name, "check_function_bodies") != 0 && strcmp(name, "row_security") != 0))
		return false;
	/* Comments may have been taken out. */
	return strstr(text, "-- PostgreSQL database dump") != NULL ||
	       strstr(text, "set_config('search_path', '', false)") != NULL;
}

/* Sets the tool's own settings before each script; *ret_path: the search_path is one of them. */
static bool
leftover_prepare_next(const RunStage *stage, bool *ret_path, GError **error)
{
	const CheckWorkspace *workspace = &stage->workspace;
	const MigrationFormat *format = workspace->set->format;

	*ret_path = format->prepare != NULL;
	return format->prepare == NULL || format->prepare(workspace->runner, error);
}

/* A script without these letters sets nothing, unless a function of an earlier one does. Asking costs a millisecond. */
static bool
may_set(const Migration *migration)
{
	const Source *source = migration_script_source(migration->up);
	g_autofree char *text = g_ascii_strdown(base_source_text(source), -1);

	return strstr(text, "set") != NULL;
}

static const char *
leftover_find_reason(RunStage *stage, const Migration *migration)
{
	const SuiteDeclaration *declaration = suite_declaration_find(stage->job->database->layout, migration->name);

	return declaration != NULL ? declaration->reason : NULL;
}

static ReportCase *
left_case_new(RunStage *stage, const Migration *migration, const char *name, const char *left)
{
	const char *reason = leftover_find_reason(stage, migration);
	/* The last statement that sets it is the one that counts. */
	const char *const words[] = { name, NULL };
	ReportCase *test_case = run_stage_case(stage, "session", migration->name,
	                                       check_place_find(migration->up, words));

	if (reason != NULL)
		report_case_set(test_case, REPORT_SKIPPED, "\"%s\" leaves %s behind; it is meant: %s", migration->name,
		                left, reason);
	else
		report_case_set(
		    test_case, REPORT_FAILED,
		    "\"%s\" leaves %s behind in the session: all later files run with it\n"
		    "hint: write SET LOCAL in a transaction, or RESET at the end of the file; if you mean it, "
		    "name the file under \"layout\" in the suite with the reason",
		    migration->name, left);
	run_progress_note_odd(stage->history, migration->name);
	return test_case;
}

static void
append_leftover(GString *text, const char *name, const char *value)
{
	g_string_append_printf(text, "%s%s = \"%s\"", text->len > 0 ? ", " : "", name, value);
}

bool
run_leftover_find(RunStage *stage, const Migration *migration, ReportCase *test_case, ReportCase **ret_case,
                  GError **error)
{
	static const DbPrepared query = { DB_OWN_STATEMENTS "leftover", leftover_sql };
	const DbRequest request = { .prepared = &query };
	g_autoptr(GString) left = g_string_new(NULL);
	g_autoptr(GString) proved = g_string_new(NULL);
	const char *first = NULL; /* of those in `left` */

	*ret_case = NULL;
	if (!may_set(migration))
		return true;
	bool own_path = false;
	if (!leftover_prepare_next(stage, &own_path, error))
		return false;
	g_autoptr(DbResult) found = NULL;
	if (!db_session_pipeline_requests(stage->workspace.session, 1, &request, &found, error))
		return false;
	for (int i = 0; i < db_result_rows(found); i++) {
		const char *name = db_result_value(found, i, LEFTOVER_NAME);
		const char *value = db_result_value(found, i, LEFTOVER_VALUE);
		bool path = db_result_value(found, i, LEFTOVER_PROVED)[0] == 't';
		bool passes = path || leftover_is_of_dump(migration, name, value);
		if (path && own_path)
			continue;
		if (!passes && first == NULL)
			first = name;
		append_leftover(passes ? proved : left, name, value);
	}
	if (proved->len > 0)
		report_case_note(test_case, "%s is left behind in the session", proved->str);
	if (left->len > 0)
		*ret_case = left_case_new(stage, migration, first, left->str);
	return true;
}
