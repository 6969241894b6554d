#include "migration/detect/project.h"

#include "base/file.h"
#include "base/reads.h"

#include <string.h>

#define HEAD_BYTES ((gsize)64 * 1024)

/* A file of the project around the directory that shows which of several formats it is. */
static const struct {
	const char *format;
	const char *file;
	const char *text; /* required text in it; NULL: the file alone is enough */
	bool weak;        /* counts only if no other row applies */
} projects[] = {
	{ "golang-migrate", "go.mod", "github.com/golang-migrate/migrate" },
	/* Atlas supports only this one of the tools with such files. */
	{ "golang-migrate", "atlas.sum", NULL },
	/* Its command line tool is started by these. */
	{ "golang-migrate", "Makefile", "migrate create -ext sql" },
	{ "golang-migrate", "Makefile", "migrate -path" },
	{ "golang-migrate", "Makefile", "golang-migrate" },
	{ "golang-migrate", "Dockerfile", "golang-migrate/migrate" },
	{ "golang-migrate", "docker-compose.yml", "migrate/migrate" },
	{ "golang-migrate", "compose.yaml", "migrate/migrate" },
	/* The other tools are not for Go. Programs with a runner of their own use such names, too. */
	{ "golang-migrate", "go.mod", NULL, .weak = true },
	/* Programs with a runner of their own have taken its marks over. */
	{ "sql-migrate", "go.mod", "github.com/rubenv/sql-migrate" },
	{ "sql-migrate", "dbconfig.yml", NULL },
	{ "sql-migrate", "go.mod", NULL, .weak = true },
	{ "sqlx", "Cargo.toml", "sqlx" },
	{ "sqlx", "sqlx.toml", NULL },
	{ "tern", "go.mod", "github.com/jackc/tern" },
	{ "node-pg-migrate", "package.json", "\"node-pg-migrate\"" },
	{ "diesel", "diesel.toml", NULL },
	{ "diesel", "Cargo.toml", "diesel" },
	{ "hasura", "hasura.yaml", NULL },
	{ "refinery", "refinery.toml", NULL },
	{ "refinery", "Cargo.toml", "refinery" },
	{ "flyway", "flyway.toml", NULL },
	{ "flyway", "flyway.conf", NULL },
	{ "flyway", "pom.xml", "flyway" },
	{ "flyway", "build.gradle", "flyway" },
	{ "flyway", "build.gradle.kts", "flyway" },
};

/* How far above the directory a project's files are looked for: a module's migrations may lie deep in its tree. */
#define PROJECT_LEVELS 12

char *
migration_project_read_head(const char *path)
{
	g_autofree char *text = g_malloc(HEAD_BYTES);
	gssize length = base_file_read_start(path, BASE_FILE_FOLLOW, text, HEAD_BYTES);

	if (length < 0)
		return NULL;
	base_reads_add(path);
	return g_utf8_make_valid(text, length);
}

/* Ignores a module of go.mod that only other modules need. */
static bool
project_has_text(const char *directory, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	g_autofree char *head = migration_project_read_head(path);
	const char *found = head != NULL && text != NULL ? strstr(head, text) : head;

	while (found != NULL && text != NULL) {
		g_autofree char *line = g_strndup(found, strcspn(found, "\n"));
		if (strstr(line, "// indirect") == NULL)
			break;
		found = strstr(found + 1, text);
	}
	return found != NULL;
}

static char *
project_find_in(const char *directory, const char *format, bool weak)
{
	for (gsize i = 0; i < G_N_ELEMENTS(projects); i++)
		if (strcmp(projects[i].format, format) == 0 && projects[i].weak == weak &&
		    project_has_text(directory, projects[i].file, projects[i].text))
			return g_build_filename(directory, projects[i].file, NULL);
	return NULL;
}

/* The same in the folders of a repository, because its modules may lie beside its migrations. */
static char *
project_find_beside(const char *root, const char *format)
{
	g_autofree char *repository = g_build_filename(root, ".git", NULL);
	g_autoptr(GDir) folders = g_file_test(repository, G_FILE_TEST_EXISTS) ? g_dir_open(root, 0, NULL) : NULL;
	char *found = NULL;

	for (const char *name = NULL; folders != NULL && (name = g_dir_read_name(folders)) != NULL;) {
		g_autofree char *folder = g_build_filename(root, name, NULL);
		char *file = *name != '.' ? project_find_in(folder, format, false) : NULL;
		/* The order of a folder is not the same everywhere. */
		if (found == NULL || (file != NULL && strcmp(file, found) < 0)) {
			g_free(found);
			found = file;
		} else {
			g_free(file);
		}
	}
	return found;
}

char *
migration_project_find(const char *directory, const char *format, bool weak)
{
	g_autofree char *above = g_canonicalize_filename(directory, NULL);

	for (guint level = 0; level < PROJECT_LEVELS; level++) {
		char *file = project_find_in(above, format, weak);
		if (file == NULL && !weak)
			file = project_find_beside(above, format);
		if (file != NULL)
			return base_file_shorten(file);
		char *parent = g_path_get_dirname(above);
		g_free(above);
		above = parent;
	}
	return NULL;
}

/* Tools for Go that have the names of golang-migrate's files, and other rules: `.tx.` or a server in a name, marks
 * that cut a file. */
static const struct {
	const char *module;
	const char *title;
} look_alikes[] = {
	{ "github.com/mattermost/morph", "morph" },
	{ "github.com/go-pg/migrations", "go-pg's migrations" },
	{ "github.com/uptrace/bun", "bun" },
	{ "github.com/gobuffalo/pop", "Pop" },
	{ "github.com/ory/pop", "Pop" },
};

const char *
migration_project_look_alike(const char *directory)
{
	g_autofree char *above = g_canonicalize_filename(directory, NULL);

	for (guint level = 0; level < PROJECT_LEVELS; level++) {
		if (project_has_text(above, "go.mod", "github.com/golang-migrate/migrate"))
			return NULL;
		for (gsize i = 0; i < G_N_ELEMENTS(look_alikes); i++)
			if (project_has_text(above, "go.mod", look_alikes[i].module))
				return look_alikes[i].title;
		char *parent = g_path_get_dirname(above);
		g_free(above);
		above = parent;
	}
	return NULL;
}
