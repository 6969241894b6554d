#include "migration/runner/psql.h"
#include "migration/runner/runner.h"

#include "base/error.h"
#include "base/process.h"

#include <string.h>

/* :name, :'name' or :"name"; not a cast, nor a slice of an array that has the name in it. */
static bool
uses_variable(const char *text, const char *name)
{
	static const char *const forms[] = { ":%s", ":'%s'", ":\"%s\"", ":{?%s}" };

	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_auto(GStrv) parts = g_strsplit(forms[i], "%s", 2);
		g_autofree char *use = g_strjoin(name, parts[0], parts[1], NULL);
		gsize length = strlen(use);
		for (const char *found = strstr(text, use); found != NULL; found = strstr(found + 1, use)) {
			bool cast = found > text && found[-1] == ':';
			bool longer = i == 0 && (g_ascii_isalnum(found[length]) || found[length] == '_');
			if (!cast && !longer)
				return true;
		}
	}
	return false;
}

bool
migration_psql_is_needed(const Source *source, GHashTable *variables)
{
	const char *text = base_source_text(source);
	GHashTableIter iter;
	gpointer name;

	if (g_regex_match_simple("^\\s*\\\\[A-Za-z!?]", text, G_REGEX_MULTILINE, 0))
		return true;
	if (variables == NULL)
		return false;
	g_hash_table_iter_init(&iter, variables);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		if (uses_variable(text, name))
			return true;
	return false;
}

static GPtrArray *
make_arguments(const char *program, const char *file, GHashTable *variables)
{
	static const char *const fixed[] = { "--quiet", "--no-psqlrc",     "--no-align", "--tuples-only",
		                             "--set",   "ON_ERROR_STOP=1", "--set",      "VERBOSITY=verbose" };
	GPtrArray *arguments = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer name;
	gpointer value;

	g_ptr_array_add(arguments, g_strdup(program));
	for (gsize i = 0; i < G_N_ELEMENTS(fixed); i++)
		g_ptr_array_add(arguments, g_strdup(fixed[i]));
	if (variables != NULL) {
		g_hash_table_iter_init(&iter, variables);
		while (g_hash_table_iter_next(&iter, &name, &value)) {
			g_ptr_array_add(arguments, g_strdup("--set"));
			g_ptr_array_add(arguments, g_strdup_printf("%s=%s", (char *)name, (char *)value));
		}
	}
	g_ptr_array_add(arguments, g_strdup("--file"));
	g_ptr_array_add(arguments, g_canonicalize_filename(file, NULL));
	g_ptr_array_add(arguments, NULL);
	return arguments;
}

/* "psql:FILE:7: ERROR:  42P01: relation "x" does not exist" */
static void
psql_tell_failure(const MigrationScript *script, const char *output, MigrationOutcome *outcome)
{
	g_autoptr(GRegex) pattern = g_regex_new("^psql:(.*):(\\d+): (?:ERROR|FATAL):  (?:([0-9A-Z]{5}): )?(.*)$",
	                                        G_REGEX_MULTILINE, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	outcome->failed = true;
	outcome->position = migration_script_position(script);
	if (g_regex_match(pattern, output, 0, &match)) {
		g_autofree char *line = g_match_info_fetch(match, 2);
		g_autofree char *state = g_match_info_fetch(match, 3);
		outcome->position.line = (guint)g_ascii_strtoull(line, NULL, 10);
		outcome->position.column = 1;
		outcome->sqlstate = *state != '\0' ? g_steal_pointer(&state) : NULL;
		outcome->message = g_match_info_fetch(match, 4);
	} else {
		const char *end = strrchr(output, '\n');
		outcome->message = g_strdup(end != NULL ? end + 1 : output);
	}
	outcome->details = g_strdup(output);
}

bool
migration_psql_run(DbSession *session, const MigrationScript *script, const char *directory, GHashTable *variables,
                   MigrationOutcome *outcome, GError **error)
{
	g_autofree char *program = g_find_program_in_path("psql");
	g_autofree char *folder = g_canonicalize_filename(directory, NULL);
	g_auto(GStrv) environment = db_session_client_environment(session);
	g_auto(BaseProcessEnd) end = { 0 };

	if (program == NULL)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, "install the package postgresql-client",
		                      "there is no psql, which \"%s\" needs",
		                      base_source_path(migration_script_source(script)));
	g_autoptr(GPtrArray)
	    arguments = make_arguments(program, base_source_path(migration_script_source(script)), variables);
	const BaseProcess process = { .arguments = (const char *const *)arguments->pdata,
		                      .environment = (const char *const *)environment,
		                      .input = -1,
		                      .output = -1,
		                      .merge_stdout = true,
		                      .directory = folder };
	if (!base_process_run(&process, &end, error))
		return false;
	if (!end.succeeded)
		psql_tell_failure(script, end.stderr_text, outcome);
	else if (*end.stderr_text != '\0')
		outcome->notices = g_steal_pointer(&end.stderr_text);
	return true;
}
