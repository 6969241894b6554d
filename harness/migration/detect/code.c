#include "migration/detect/code.h"

#include "base/file.h"
#include "base/process.h"

#include <string.h>

/* How far above the migrations the project and its environment are looked for. */
#define LEVELS 6

/* How much of a file is looked at. */
#define HEAD_BYTES ((gsize)64 * 1024)

static const struct {
	const char *title;
	const char *configuration; /* the file that makes a folder its project */
	const char *program;
	const char *module; /* the module that the right Python must have; NULL: the program is the tool's own */
} tools[] = {
	{ "Alembic", "alembic.ini", "alembic", NULL }, { "Django", "manage.py", "python", "django" },
	{ "Rails", "Gemfile", "bin/rails", NULL },     { "Ecto", "mix.exs", "mix", NULL },
	{ "Laravel", "artisan", "php", NULL },         { "goose", "go.mod", "./goose", NULL },
	{ "Knex", "package.json", "npx", NULL },       { "node-pg-migrate", "package.json", "npx", NULL },
	{ "Sequelize", "package.json", "npx", NULL },  { "TypeORM", "package.json", "npx", NULL },
	{ "MikroORM", "package.json", "npx", NULL },   { "Kysely", "package.json", "npx", NULL },
};

static gsize
code_tool(const char *title)
{
	gsize i = 0;

	while (i + 1 < G_N_ELEMENTS(tools) && strcmp(tools[i].title, title) != 0)
		i++;
	return i;
}

const char *
migration_code_configuration(const MigrationCode *code)
{
	return tools[code_tool(code->title)].configuration;
}

void
migration_code_free(MigrationCode *code)
{
	if (code == NULL)
		return;
	g_free(code->directory);
	g_free(code->project);
	g_strfreev(code->program);
	g_free(code->found);
	g_free(code);
}

/* --- The project ---------------------------------------------------------------- */

static bool
code_has(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static bool
code_says(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *head = g_malloc(HEAD_BYTES);

	return base_file_read_start(path, BASE_FILE_FOLLOW, head, HEAD_BYTES) >= 0 && strstr(head, text) != NULL;
}

static bool
code_is_project(gsize tool, const char *folder)
{
	/* Alembic reads this one, too. */
	return code_has(folder, tools[tool].configuration) ||
	       (tool == 0 && code_says(folder, "pyproject.toml", "[tool.alembic]"));
}

/* The folder itself, the ones above it up to the root of the repository; NULL-terminated. */
static char **
code_list_above(const char *directory)
{
	GPtrArray *folders = g_ptr_array_new();
	char *folder = g_canonicalize_filename(directory, NULL);

	for (guint level = 0; level < LEVELS; level++) {
		char *parent = g_path_get_dirname(folder);
		bool last = code_has(folder, ".git") || strcmp(parent, folder) == 0;
		g_ptr_array_add(folders, folder);
		folder = parent;
		if (last)
			break;
	}
	g_free(folder);
	g_ptr_array_add(folders, NULL);
	return (char **)g_ptr_array_free(folders, FALSE);
}

static char *
code_find_project(gsize tool, const char *directory)
{
	g_auto(GStrv) folders = code_list_above(directory);

	for (char **folder = folders; *folder != NULL; folder++)
		if (code_is_project(tool, *folder))
			return g_strdup(*folder);
	return NULL;
}

/* --- The program ------------------------------------------------------------------ */

static bool
code_knows(const char *python, const char *module)
{
	g_autofree char *text = g_strdup_printf("import %s", module);
	const char *const arguments[] = { python, "-c", text, NULL };
	const BaseProcess process = { .arguments = arguments };
	g_autofree char *output = NULL;
	g_auto(BaseProcessEnd) end = { 0 };

	return base_process_ask(&process, &output, &end, NULL) && end.succeeded;
}

/* It finds the project's own tool itself. */
static bool
code_is_npx(gsize tool)
{
	return strcmp(tools[tool].program, "npx") == 0;
}

/* The path when the program is there, and is the one; it is freed where not. */
static char *
code_accept(gsize tool, char *path)
{
	if (path != NULL && g_file_test(path, G_FILE_TEST_IS_EXECUTABLE) &&
	    (tools[tool].module == NULL || code_knows(path, tools[tool].module)))
		return path;
	g_free(path);
	return NULL;
}

static bool
code_take(MigrationCode *code, char *path, const char *where)
{
	const char *const program[] = { path, NULL };

	if (path == NULL)
		return false;
	code->program = g_strdupv((char **)program);
	code->found = g_strdup(where);
	g_free(path);
	return true;
}

static bool
code_find_venv(MigrationCode *code, gsize tool, const char *folder)
{
	static const char *const names[] = { ".venv", "venv", "env" };
	bool found = false;

	for (gsize i = 0; i < G_N_ELEMENTS(names) && !found; i++)
		found = code_take(
		    code, code_accept(tool, g_build_filename(folder, names[i], "bin", tools[tool].program, NULL)),
		    names[i]);
	return found;
}

/* Poetry keeps its environments elsewhere. */
static bool
code_find_poetry(MigrationCode *code, gsize tool, const char *folder)
{
	g_autofree char *poetry = code_has(folder, "poetry.lock") ? g_find_program_in_path("poetry") : NULL;
	const char *const arguments[] = { poetry, "env", "info", "--path", "--directory", folder, NULL };
	const BaseProcess process = { .arguments = arguments };
	g_autofree char *output = NULL;
	g_auto(BaseProcessEnd) end = { 0 };

	if (poetry == NULL || !base_process_ask(&process, &output, &end, NULL) || !end.succeeded)
		return false;
	return code_take(
	    code, code_accept(tool, g_build_filename(g_strstrip(output), "bin", tools[tool].program, NULL)), "poetry");
}

/* uv's environment is .venv, or UV_PROJECT_ENVIRONMENT. "uv run" must not be used to find it, because it would
 * create a missing one. */
static bool
code_find_uv(MigrationCode *code, gsize tool, const char *folder)
{
	const char *environment = code_has(folder, "uv.lock") ? g_getenv("UV_PROJECT_ENVIRONMENT") : NULL;
	g_autofree char *path = environment != NULL ? g_canonicalize_filename(environment, folder) : NULL;

	return path != NULL &&
	       code_take(code, code_accept(tool, g_build_filename(path, "bin", tools[tool].program, NULL)), "uv");
}

static bool
code_find_in_path(MigrationCode *code, gsize tool)
{
	const char *environment = g_getenv("VIRTUAL_ENV");
	char *path = environment != NULL ? g_build_filename(environment, "bin", tools[tool].program, NULL) : NULL;

	if (code_take(code, code_accept(tool, path), "VIRTUAL_ENV") ||
	    code_take(code, code_accept(tool, g_find_program_in_path(tools[tool].program)), "PATH"))
		return true;
	return tools[tool].module != NULL &&
	       code_take(code, code_accept(tool, g_find_program_in_path("python3")), "PATH");
}

static void
code_find_program(MigrationCode *code, gsize tool)
{
	const char *const typed[] = { tools[tool].program, NULL };
	g_auto(GStrv) folders = code_list_above(code->project);

	for (char **folder = folders; *folder != NULL; folder++)
		if (code_find_venv(code, tool, *folder) || code_find_uv(code, tool, *folder) ||
		    code_find_poetry(code, tool, *folder))
			return;
	if (!code_find_in_path(code, tool))
		code->program = g_strdupv((char **)typed);
}

MigrationCode *
migration_code_find(const char *title, const char *directory)
{
	gsize tool = code_tool(title);
	MigrationCode *code = g_new0(MigrationCode, 1);

	code->title = tools[tool].title;
	code->directory = g_strdup(directory);
	code->project = code_find_project(tool, directory);
	if (code->project != NULL && !code_is_npx(tool)) {
		code_find_program(code, tool);
	} else {
		const char *const typed[] = { tools[tool].program, NULL };
		code->program = g_strdupv((char **)typed);
	}
	return code;
}

char *
migration_code_find_file(const MigrationCode *code, const char *const *names)
{
	static const char *const usual[] = { "src", "src/config", "config", "src/database", "src/db", "db", NULL };
	g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) above = code_list_above(code->directory);

	if (code->project == NULL)
		return NULL;
	gsize length = strlen(code->project);
	for (char **folder = above; *folder != NULL && g_str_has_prefix(*folder, code->project); folder++)
		g_ptr_array_add(folders, g_strdup(*folder));
	for (const char *const *folder = usual; *folder != NULL; folder++)
		g_ptr_array_add(folders, g_build_filename(code->project, *folder, NULL));
	for (guint i = 0; i < folders->len; i++)
		for (const char *const *name = names; *name != NULL; name++) {
			g_autofree char *path = g_build_filename(g_ptr_array_index(folders, i), *name, NULL);
			if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
				return g_strdup(path + length + 1);
		}
	return NULL;
}
