#include "command/check/code.h"
#include "command/check/code_tools.h"
#include "command/check/find.h"

#include "base/error.h"
#include "base/file.h"
#include "catalog/yaml.h"
#include "migration/runner/commands.h"

#include <string.h>

/* No alembic.ini is longer. */
#define INI_BYTES ((gsize)1024 * 1024)

/* --- As lines of a suite ---------------------------------------------------------------- */

static char *
code_replace(const char *text, const char *what, const char *by)
{
	g_auto(GStrv) parts = g_strsplit(text, what, -1);

	return g_strjoinv(by, parts);
}

/* "exec PROGRAM upgrade "$1"" without a shell: its words, with {version}, {previous} and {name} in them; NULL: it needs
 * one. */
static char **
code_words(const char *text, char *const *program)
{
	g_auto(GStrv) words = NULL;
	g_autoptr(GStrvBuilder) all = g_strv_builder_new();

	if (!g_str_has_prefix(text, "exec ") || !g_shell_parse_argv(text + strlen("exec "), NULL, &words, NULL))
		return NULL;
	for (char **word = words; *word != NULL; word++) {
		g_autofree char *first = code_replace(*word, "$1", "{version}");
		g_autofree char *second = code_replace(first, "$2", "{previous}");
		g_autofree char *third = code_replace(second, "$3", "{name}");
		if (strchr(third, '$') != NULL)
			return NULL;
		if (strcmp(third, "PROGRAM") == 0)
			g_strv_builder_addv(all, (const char **)program);
		else
			g_strv_builder_add(all, third);
	}
	return g_strv_builder_end(all);
}

static void
code_append_word(GString *yaml, const char *word)
{
	g_string_append(yaml, yaml->str[yaml->len - 1] == '[' ? "" : ", ");
	catalog_yaml_append(yaml, word, true);
}

/* The command for the shell, whose $1, $2 and $3 are {version}, {previous} and {name}. */
static void
code_append_shell(GString *yaml, const MigrationCode *code, const char *key, const char *text)
{
	g_autoptr(GString) program = g_string_new(NULL);

	for (char **word = code->program; *word != NULL; word++) {
		bool plain = strspn(*word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./") ==
		             strlen(*word);
		g_autofree char *quoted = plain ? g_strdup(*word) : g_shell_quote(*word);
		g_string_append_printf(program, "%s%s", program->len > 0 ? " " : "", quoted);
	}
	g_autofree char *whole = code_replace(text, "PROGRAM", program->str);
	code_append_word(yaml, "sh");
	code_append_word(yaml, "-c");
	code_append_word(yaml, whole);
	if (!g_str_has_suffix(key, "_to"))
		return;
	code_append_word(yaml, "sh");
	code_append_word(yaml, "{version}");
	code_append_word(yaml, "{previous}");
	if (strstr(text, "$3") != NULL)
		code_append_word(yaml, "{name}");
}

/* The directory of the migrations, as the project's commands name it. The caller frees it. */
static char *
code_directory(const MigrationCode *code)
{
	g_autofree char *directory = g_canonicalize_filename(code->directory, NULL);
	gsize length = code->project != NULL ? strlen(code->project) : 0;

	if (length == 0 || !g_str_has_prefix(directory, code->project) || directory[length] != '/')
		return g_strdup(code->directory);
	return g_strdup(directory + length + 1);
}

/* The text with what it says of the project's files. The caller frees it. */
static char *
code_place(const MigrationCode *code, const char *pattern)
{
	const char *const *files = command_code_tool(code->title)->files;
	g_autofree char *directory = code_directory(code);
	g_autofree char *text = code_replace(pattern, "DIRECTORY", directory);

	if (files == NULL)
		return g_steal_pointer(&text);
	g_autofree char *found = migration_code_find_file(code, files);
	const char *file = found != NULL ? found : files[0];
	bool typescript = g_str_has_suffix(file, "ts");
	g_autofree char *with_file = code_replace(text, "FILE", file);
	g_autofree char *with_node = code_replace(with_file, "NODE", typescript ? "PROGRAM ts-node -T" : "node");
	return code_replace(with_node, "TYPEORM",
	                    typescript ? "env TS_NODE_TRANSPILE_ONLY=1 PROGRAM typeorm-ts-node-commonjs"
	                               : "PROGRAM typeorm");
}

static void
code_append_command(GString *yaml, const MigrationCode *code, const char *key, const char *pattern)
{
	g_autofree char *text = pattern != NULL ? code_place(code, pattern) : NULL;
	g_auto(GStrv) words = text != NULL ? code_words(text, code->program) : NULL;

	if (text == NULL)
		return;
	g_string_append_printf(yaml, "      %s: [", key);
	for (char **word = words; words != NULL && *word != NULL; word++)
		code_append_word(yaml, *word);
	if (words == NULL)
		code_append_shell(yaml, code, key, text);
	g_string_append(yaml, "]\n");
}

void
command_code_name_program(MigrationCode *code)
{
	gsize length = code->project != NULL ? strlen(code->project) : 0;
	char *path = code->program[0];

	if (g_strcmp0(code->found, "PATH") == 0)
		code->program[0] = g_path_get_basename(path);
	else if (length > 0 && g_str_has_prefix(path, code->project) && path[length] == '/')
		code->program[0] = g_strdup(path + length + 1);
	else
		return;
	g_free(path);
}

/* The folder in which the commands run, relative to a suite in the working directory. */
static char *
code_project(const MigrationCode *code)
{
	g_autofree char *here = g_get_current_dir();
	gsize length = strlen(here);

	if (code->project == NULL || strcmp(code->project, here) == 0)
		return g_strdup(".");
	return g_strdup(g_str_has_prefix(code->project, here) && code->project[length] == '/'
	                    ? code->project + length + 1
	                    : code->project);
}

char *
command_code_lines(const MigrationCode *code, const char *environment)
{
	const CommandCodeTool *tool = command_code_tool(code->title);
	GString *yaml = g_string_new(NULL);
	g_autofree char *project = code_project(code);

	g_string_append_printf(yaml, "    history_table: %s\n", tool->history_table);
	if (tool->settings != NULL)
		g_string_append_printf(yaml, "    settings: %s\n", tool->settings);
	g_string_append(yaml, "    commands:\n");
	code_append_command(yaml, code, "list", tool->list);
	code_append_command(yaml, code, "up", tool->up);
	code_append_command(yaml, code, "up_to", tool->up_to);
	code_append_command(yaml, code, "down_to", tool->down_to);
	if (strcmp(project, ".") != 0) {
		g_string_append(yaml, "      directory: ");
		catalog_yaml_append(yaml, project, false);
		g_string_append_c(yaml, '\n');
	}
	if (environment != NULL && *environment != '\0')
		g_string_append_printf(yaml, "      environment: { %s }\n", environment);
	return g_string_free(yaml, FALSE);
}

char *
command_code_lines_below(const char *lines)
{
	static const char directory[] = "      directory: ";
	static const char commands[] = "    commands:\n";

	if (strstr(lines, directory) == NULL)
		return code_replace(lines, commands, "    commands:\n      directory: ..\n");
	/* An absolute path is the same from anywhere. */
	return strstr(lines, "      directory: /") != NULL ? g_strdup(lines)
	                                                   : code_replace(lines, directory, "      directory: ../");
}

/* --- Whether they reach the database ------------------------------------------------------ */

/* The last line that says something. The caller frees it. */
static char *
code_last_line(const char *text)
{
	g_autofree char *all = g_strstrip(g_strdup(text));
	const char *line = strrchr(all, '\n');

	return g_strdup(line != NULL ? line + 1 : all);
}

/* Several ways are tried. The one that did not even load the project's modules says less than the others. Takes the
 * new reason. */
static void
code_take_reason(char **reason, char *found)
{
	static const char early[] = "No module named";

	if (*reason != NULL && strstr(found, early) != NULL && strstr(*reason, early) == NULL) {
		g_free(found);
		return;
	}
	g_free(*reason);
	*reason = found;
}

/* The commands of a suite with the probe as its "up". */
static RunPlan *
code_load(const MigrationCode *code, const char *environment, GError **error)
{
	const CommandCodeTool *tool = command_code_tool(code->title);
	g_autofree char *lines = command_code_lines(code, environment);
	g_autoptr(GString) yaml = g_string_new("suite: probe\ndatabases:\n  probe:\n    migrations: ");
	g_autoptr(GString) probe = g_string_new(NULL);
	g_autoptr(RunPlan) plan = run_plan_new();

	catalog_yaml_append(yaml, code->directory, false);
	code_append_command(probe, code, "up", tool->probe);
	g_auto(GStrv) all = g_strsplit(lines, "\n", -1);
	g_string_append_c(yaml, '\n');
	for (char **line = all; *line != NULL; line++)
		if (!g_str_has_prefix(*line, "      up: "))
			g_string_append_printf(yaml, "%s\n", *line);
		else
			g_string_append(yaml, probe->str);
	return run_plan_add_text(plan, COMMAND_CHECK_MADE, yaml->str, error) ? g_steal_pointer(&plan) : NULL;
}

/* True in *ret_reached if the probe has reached this very database; *ret_reason is its output otherwise. */
static bool
code_reaches(const MigrationCode *code, const RunJob *job, const ScratchDatabase *database, bool *ret_reached,
             char **ret_reason, GError **error)
{
	const CommandCodeTool *tool = command_code_tool(code->title);
	const MigrationCommands *commands = job->set->commands;
	g_auto(BaseProcessEnd) end = { 0 };
	g_autoptr(DbSession) session = scratch_database_connect(database, DB_SESSION_MIGRATION, error);

	if (session == NULL || (tool->probe_sql != NULL && !db_session_execute(session, tool->probe_sql, error)))
		return false;
	g_autoptr(GHashTable) values = migration_commands_values(session);
	if (!migration_commands_run(commands, commands->up, session, values, &end, error))
		return false;
	const char *answer = tool->probe_answer != NULL ? tool->probe_answer : scratch_database_name(database);
	*ret_reached = strstr(end.stderr_text, answer) != NULL;
	if (*ret_reached)
		g_clear_pointer(ret_reason, g_free);
	else
		code_take_reason(ret_reason, code_last_line(end.stderr_text));
	return true;
}

/* Migrations of installed packages are not to be tested: the version of the last one of these that come first. */
static const char *
code_baseline(const MigrationSet *set)
{
	const char *version = NULL;

	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (strstr(base_source_path(migration_script_source(migration->up)), "/site-packages/") == NULL)
			return version;
		version = migration->version;
	}
	return NULL;
}

/* Gives the suite's lines in *ret_lines when the probe has reached the database. */
static bool
code_probe(const MigrationCode *code, const char *environment, const RunOptions *options, char **ret_lines,
           char **ret_reason, GError **error)
{
	GError *cause = NULL;
	bool reached = false;
	g_autoptr(RunPlan) plan = code_load(code, environment, &cause);

	if (plan == NULL && g_error_matches(cause, BASE_ERROR, BASE_ERROR_INTERRUPTED)) {
		g_propagate_error(error, cause);
		return false;
	}
	if (plan == NULL) {
		code_take_reason(ret_reason, g_strdup(cause->message));
		g_error_free(cause);
		return true;
	}
	const RunJob *job = g_ptr_array_index(plan->jobs, 0);
	ScratchServer *server = run_server_for(job->suite, options, options->servers, error);
	ScratchDatabase *database = server != NULL ? scratch_database_create(server, "probe", NULL, error) : NULL;
	if (database == NULL)
		return false;
	bool done = code_reaches(code, job, database, &reached, ret_reason, error);
	scratch_database_drop(database, false);
	if (!done || !reached)
		return done;
	const char *version = code_baseline(job->set);
	g_autofree char *lines = command_code_lines(code, environment);
	*ret_lines = version != NULL ? g_strdup_printf("    baseline: { version: %s }\n%s", version, lines)
	                             : g_steal_pointer(&lines);
	return true;
}

/* Where the URL stands in alembic.ini, the tool gets a copy of it with another URL; the driver stays. */
static MigrationCode *
code_with_ini(const MigrationCode *code)
{
	static const char wrapper[] =
	    "c=$(mktemp) && sed -e \"s|%%(here)s|$PWD|g\" -e \"s|^\\(sqlalchemy\\.url *= *[a-z0-9+]*\\)://.*|"
	    "\\1://$PGUSER@localhost:$PGPORT/$PGDATABASE?host=$PGHOST|\" alembic.ini >\"$c\" && %s -c \"$c\" \"$@\"; "
	    "s=$?; rm -f \"$c\"; exit $s";
	g_autofree char *name = g_path_get_basename(code->program[0]);
	MigrationCode *copy = g_new0(MigrationCode, 1);
	g_autofree char *path = g_build_filename(code->project, "alembic.ini", NULL);
	g_autofree char *text = NULL;
	gsize length = 0;

	if (base_file_read(path, INI_BYTES, &text, &length, NULL) && strstr(text, "sqlalchemy.url") != NULL) {
		g_autofree char *program = g_strjoinv(" ", code->program);
		g_autofree char *script = g_strdup_printf(wrapper, program);
		const char *const words[] = { "sh", "-c", script, name, NULL };
		copy->program = g_strdupv((char **)words);
	}
	copy->title = code->title;
	copy->directory = g_strdup(code->directory);
	copy->project = g_strdup(code->project);
	copy->found = g_strdup(code->found);
	return copy;
}

/* As the tool is called first, then with a configuration of its own. */
static char *
code_try_all(const MigrationCode *code, const RunOptions *options, char **ret_reason, GError **error)
{
	char *lines = NULL;

	for (const char *const *environment = command_code_tool(code->title)->tried;
	     *environment != NULL && lines == NULL; environment++)
		if (!code_probe(code, *environment, options, &lines, ret_reason, error))
			return NULL;
	if (lines != NULL || strcmp(code->title, "Alembic") != 0)
		return lines;
	g_autoptr(MigrationCode) with = code_with_ini(code);
	g_autofree char *first = g_steal_pointer(ret_reason);
	if (with->program != NULL && !code_probe(with, "", options, &lines, ret_reason, error))
		return NULL;
	if (lines == NULL) {
		g_free(*ret_reason);
		*ret_reason = g_steal_pointer(&first);
	}
	return lines;
}

char *
command_code_try(const MigrationCode *code, const RunOptions *options, char **ret_reason, GError **error)
{
	const CommandCodeTool *tool = command_code_tool(code->title);

	*ret_reason = NULL;
	if (tool->tried == NULL || code->found == NULL || code->project == NULL) {
		*ret_reason = code->project == NULL
		                  ? g_strdup_printf("there is no %s at or above it", migration_code_configuration(code))
		              : tool->tried == NULL
		                  ? g_strdup("its commands are not tried without a suite")
		                  : g_strdup_printf("there is no %s%s in .venv, venv, env, uv, "
		                                    "poetry or PATH",
		                                    code->program[0],
		                                    strcmp(code->title, "Django") == 0 ? " with Django" : "");
		return NULL;
	}
	char *lines = code_try_all(code, options, ret_reason, error);
	if (lines != NULL || *ret_reason == NULL)
		return lines;
	g_autofree char *said = *ret_reason;
	*ret_reason = g_strdup_printf("%s was run with the URL of a scratch database, and did not get there: %s",
	                              code->title, said);
	return NULL;
}
