#include "command/check/roles.h"
#include "command/check/find.h"

#include "run/build.h"

#include <stdio.h>
#include <string.h>

/* --- Whether the migrations speak of roles -------------------------------------------- */

/* Whether the statement names a role that is neither a keyword nor made by the migrations. */
static bool
roles_names_role(const char *sql, GHashTable *made)
{
	static const char *const keywords[] = { "public", "current_user", "session_user", "current_role", "postgres",
		                                "group",  "role",         "default",      "none",         NULL };
	static GRegex *pattern;
	g_autoptr(GMatchInfo) match = NULL;

	if (g_once_init_enter(&pattern))
		g_once_init_leave(&pattern, g_regex_new("\\b(TO|FROM|ROLE|AUTHORIZATION)\\s+\"?(\\w+)",
		                                        G_REGEX_CASELESS | G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL));
	for (g_regex_match(pattern, sql, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *name = g_match_info_fetch(match, 2);
		g_autofree char *folded = g_ascii_strdown(name, -1);
		if (!g_strv_contains(keywords, folded) && !g_hash_table_contains(made, folded))
			return true;
	}
	return false;
}

/* The roles that the text makes. */
static void
roles_add_made_roles(const char *text, GHashTable *made)
{
	static GRegex *pattern;
	g_autoptr(GMatchInfo) match = NULL;

	if (g_once_init_enter(&pattern))
		g_once_init_leave(&pattern, g_regex_new("\\bCREATE\\s+(?:ROLE|USER|GROUP)\\s+\"?(\\w+)",
		                                        G_REGEX_CASELESS | G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL));

	for (g_regex_match(pattern, text, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *name = g_match_info_fetch(match, 1);
		g_hash_table_add(made, g_ascii_strdown(name, -1));
	}
}

static bool
roles_statements_speak(const MigrationScript *script, GHashTable *made)
{
	static GRegex *regex;
	static const char pattern[] = "\\b(GRANT|REVOKE|OWNER\\s+TO|POLICY|DEFAULT\\s+PRIVILEGES|SET\\s+(LOCAL\\s+|"
				      "SESSION\\s+)?ROLE|AUTHORIZATION)\\b";
	const GPtrArray *statements = migration_script_statements(script);

	if (g_once_init_enter(&regex))
		g_once_init_leave(&regex,
		                  g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL));
	for (guint i = 0; i < statements->len; i++) {
		const char *sql = ((const MigrationStatement *)g_ptr_array_index(statements, i))->sql;
		if (g_regex_match(regex, sql, 0, NULL) && roles_names_role(sql, made))
			return true;
	}
	return false;
}

/* True if a statement mentions a role that may be missing: only then is it worth building the database beforehand. */
static bool
roles_are_spoken_of(const MigrationSet *set)
{
	g_autoptr(GHashTable) made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		roles_add_made_roles(base_source_text(migration_script_source(migration->up)), made);
	}
	for (guint i = 0; i < set->migrations->len; i++)
		if (roles_statements_speak(((const Migration *)g_ptr_array_index(set->migrations, i))->up, made))
			return true;
	return false;
}

/* --- Which roles are missing ------------------------------------------------------------ */

static void
roles_stop_server(gpointer data)
{
	scratch_server_stop(data);
}

/* Tries the migrations; sets *ret_cause to their error if they fail. False with *error: it could not be tried. */
static bool
roles_try(const RunOptions *options, const char *yaml, GPtrArray *servers, GError **ret_cause, GError **error)
{
	g_autoptr(RunPlan) plan = run_plan_new();
	CheckWorkspace workspace = { 0 };
	MigrationStandIns stand_ins = { 0 };

	if (!run_plan_add_text(plan, COMMAND_CHECK_MADE, yaml, error))
		return false;
	const RunJob *job = g_ptr_array_index(plan->jobs, 0);
	ScratchServer *server = run_server_for(job->suite, options, servers, error);
	if (server == NULL)
		return false;
	if (!run_build(job, server, &workspace, &stand_ins, ret_cause))
		return true;
	check_workspace_close(&workspace);
	g_clear_pointer(&stand_ins.sources, g_hash_table_unref);
	return true;
}

bool
command_check_roles_learn(const CommandFirstSuite *suite, const RunOptions *options, GPtrArray *roles, GError **error)
{
	if (migration_set_is_external(suite->set) || !roles_are_spoken_of(suite->set))
		return true;
	for (;;) {
		/* Objects that migrations create for the whole server stay on it, so the test must use another
		 * server than the trial. */
		g_autoptr(GPtrArray) servers = g_ptr_array_new_with_free_func(roles_stop_server);
		g_autoptr(GError) cause = NULL;
		g_autofree char *yaml = command_first_suite(suite);
		if (!roles_try(options, yaml, servers, &cause, error))
			return false;
		const char *role = cause != NULL ? command_first_suite_learn_role(roles, cause) : NULL;
		if (role == NULL)
			return true;
		printf("%s: the migrations need the role \"%s\", and do not make it: it is made before them\n",
		       suite->name, role);
	}
}
