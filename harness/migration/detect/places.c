#include "migration/detect/places.h"

#include "base/error.h"
#include "base/file.h"
#include "migration/detect/formats.h"
#include "migration/detect/javascript.h"
#include "migration/detect/other_server.h"
#include "migration/detect/other_use.h"

#include <string.h>

/* Both are far above what projects have. */
#define DEPTH_MAX   12
#define ENTRIES_MAX 500000

/* How much of how many files is read to see for which server they are. */
#define HEAD_BYTES ((gsize)8 * 1024)
#define HEADS_MAX  20

/* --- Names -------------------------------------------------------------------- */

const char *const *
migration_places_usual(void)
{
	static const char *const places[] = { "migrations",
		                              "db/migrations",
		                              "db/migration",
		                              "database/migrations",
		                              "prisma/migrations",
		                              "supabase/migrations",
		                              "src/main/resources/db/migration",
		                              "drizzle",
		                              "sql/migrations",
		                              "sql",
		                              NULL };

	return places;
}

/* Names of folders that every project has, and that do not identify this one. */
static bool
places_is_generic(const char *name)
{
	static const char *const names[] = { "migrate",   "schema",    "schemas", "postgres",  "postgresql",
		                             "pgsql",     "server",    "backend", "database",  "migrations",
		                             "migration", "db",        "prisma",  "drizzle",   "sql",
		                             "supabase",  "resources", "main",    "src",       "deploy",
		                             "versions",  "repo",      "priv",    "changelog", NULL };
	g_autofree char *small = g_ascii_strdown(name, -1);

	return g_strv_contains(names, small);
}

char *
migration_place_name(const char *directory)
{
	g_autofree char *path = g_canonicalize_filename(directory, NULL);
	g_autofree char *name = g_path_get_basename(path);

	while (places_is_generic(name)) {
		char *parent = g_path_get_dirname(path);
		g_free(path);
		path = parent;
		g_free(name);
		name = g_path_get_basename(path);
	}
	for (char *p = name; *p != '\0'; p++)
		if (!g_ascii_isalnum(*p) && *p != '_' && *p != '-')
			*p = '_';
	return g_ascii_isalnum(*name) ? g_steal_pointer(&name) : g_strdup("database");
}

/* --- Properties of a directory -------------------------------------------------- */

/* True for folders that belong to another project, or that are not released. */
static bool
places_is_foreign(const char *name)
{
	static const char *const names[] = { "node_modules", "vendor",    "testdata", "tests", "test", "spec",
		                             "specs",        "examples",  "example",  "docs",  "doc",  "fixtures",
		                             "third_party",  "target",    "build",    "dist",  "venv", "samples",
		                             "sample",       "__tests__", "e2e",      "mocks", "mock", "stubs",
		                             "stub",         "benchmark", NULL };
	g_autofree char *small = g_ascii_strdown(name, -1);

	return *name == '.' || g_strv_contains(names, small);
}

/* "0001_x.sql", "20260101120000-x.sql", "V2__x.sql", "x.up.sql". */
static bool
places_is_migration_name(const char *name)
{
	gsize digits = strspn(name, "0123456789");

	if (!g_str_has_suffix(name, ".sql"))
		return false;
	return (digits >= 1 && strchr("_-.", name[digits]) != NULL) || g_str_has_suffix(name, ".up.sql") ||
	       ((name[0] == 'V' || name[0] == 'v') && g_ascii_isdigit(name[1]) && strstr(name, "__") != NULL);
}

static bool
places_is_migrations(const char *directory)
{
	g_autofree char *name = g_path_get_basename(directory);

	return strcmp(name, "migrations") == 0 || strcmp(name, "migration") == 0 || strcmp(name, "migrate") == 0;
}

typedef struct {
	guint n_sql;      /* files of SQL */
	guint n_named;    /* of them, with the names of migrations */
	bool has_mark;    /* a file that only a tool makes */
	bool has_log;     /* a changelog of Liquibase, by its text */
	bool has_steps;   /* a sub-directory with migration.sql or up.sql */
	const char *code; /* the tool whose code it holds, or NULL */
	bool code_beside; /* that tool runs SQL beside its code, too */
} PlacesLook;

static bool
places_has(const char *directory, const char *entry, const char *name)
{
	g_autofree char *path = g_build_filename(directory, entry, name, NULL);

	return g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

/* Its migrations may be code beside SQL, which no other goose than the project's own can run. */
static bool
places_is_goose_code(const char *directory, const char *entry)
{
	g_autofree char *path = g_build_filename(directory, entry, NULL);
	char head[HEAD_BYTES];

	return g_ascii_isdigit(*entry) && g_str_has_suffix(entry, ".go") && !g_str_has_suffix(entry, "_test.go") &&
	       base_file_read_start(path, BASE_FILE_FOLLOW, head, sizeof(head)) > 0 && strstr(head, "/goose") != NULL;
}

/* The tool of migrations that are code; the names of its directories are unique. */
static const char *
places_code(const char *directory, const char *entry)
{
	static const struct {
		const char *ending;
		const char *prefix;
		const char *suffix;
		const char *title;
		const char *beside[2]; /* a folder and a file that has to be there, too */
	} kinds[] = {
		{ "versions", "", ".py", "Alembic", { "..", "env.py" } },
		{ "migrations", "0001_", ".py", "Django", { ".", "__init__.py" } },
		{ "db/migrate", "", ".rb", "Rails", { NULL } },
		{ "repo/migrations", "", ".exs", "Ecto", { NULL } },
		{ "database/migrations", "", ".php", "Laravel", { NULL } },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_str_has_suffix(directory, kinds[i].ending) && g_str_has_prefix(entry, kinds[i].prefix) &&
		    g_str_has_suffix(entry, kinds[i].suffix) &&
		    (kinds[i].beside[0] == NULL || places_has(directory, kinds[i].beside[0], kinds[i].beside[1])))
			return kinds[i].title;
	return NULL;
}

/* The tool of a file of code that may stand beside SQL. */
static const char *
places_code_beside(const char *directory, const char *entry)
{
	return places_is_goose_code(directory, entry) ? "goose" : migration_javascript_tool(directory, entry);
}

/* Its name may be any; looked into are files whose path speaks of it, or that are on a classpath. */
static bool
places_is_changelog(const char *directory, const char *entry)
{
	g_autofree char *path = g_build_filename(directory, entry, NULL);
	char head[HEAD_BYTES];

	return g_regex_match_simple("\\.(xml|ya?ml|json)$", entry, G_REGEX_CASELESS, 0) &&
	       g_regex_match_simple("changelog|liquibase|(^|/)src/main/resources/", path, G_REGEX_CASELESS, 0) &&
	       base_file_read_start(path, BASE_FILE_FOLLOW, head, sizeof(head)) > 0 &&
	       strstr(head, "databaseChangeLog") != NULL;
}

static void
places_look_at(const char *directory, const char *entry, PlacesLook *look)
{
	static const char *const marks[] = { "atlas.sum", "sqitch.plan", "migration_lock.toml",
		                             "db.changelog-master.sql", NULL };

	look->n_sql += g_str_has_suffix(entry, ".sql");
	look->n_named += places_is_migration_name(entry);
	look->has_mark = look->has_mark || (g_strv_contains(marks, entry) && places_has(directory, ".", entry)) ||
	                 (strcmp(entry, "meta") == 0 && places_has(directory, entry, "_journal.json"));
	look->has_log = look->has_log || places_is_changelog(directory, entry);
	look->has_steps = look->has_steps || places_has(directory, entry, "migration.sql") ||
	                  places_has(directory, entry, "up.sql");
	if (look->code == NULL)
		look->code = places_code(directory, entry);
	if (look->code == NULL) {
		look->code = places_code_beside(directory, entry);
		look->code_beside = look->code != NULL;
	}
}

static bool
places_is_candidate(const char *directory, const PlacesLook *look)
{
	return look->has_mark || look->has_steps || (look->n_sql > 0 && places_is_migrations(directory)) ||
	       (look->n_named > 0 && 2 * look->n_named >= look->n_sql);
}

/* --- Loading ------------------------------------------------------------------------ */

void
migration_place_free(gpointer data)
{
	MigrationPlace *place = data;

	if (place == NULL)
		return;
	g_free(place->directory);
	migration_set_free(place->set);
	g_free(place->ignored);
	g_clear_error(&place->error);
	g_free(place);
}

static MigrationPlace *
places_read(const char *directory, const MigrationPlaceHints *hints)
{
	MigrationPlace *place = g_new0(MigrationPlace, 1);

	place->directory = g_strdup(directory);
	const MigrationOptions options = { .directory = place->directory,
		                           .format = hints->format,
		                           .placeholders = hints->placeholders,
		                           .suggest = true };
	place->set = migration_set_load(&options, &place->error);
	/* The tool's paths may begin above it. */
	if (place->set != NULL && strcmp(place->set->directory, directory) != 0) {
		g_free(place->directory);
		place->directory = g_strdup(place->set->directory);
	}
	return place;
}

static void
places_pass_over(MigrationPlace *place, char *reason)
{
	g_clear_pointer(&place->set, migration_set_free);
	g_clear_error(&place->error);
	place->ignored = reason;
}

/* The place of migrations that are code; NULL: they are not. */
static MigrationPlace *
places_load_code(const char *directory, const PlacesLook *look)
{
	if (look->code == NULL || (look->n_sql > 0 && !look->code_beside))
		return NULL;
	MigrationPlace *place = g_new0(MigrationPlace, 1);
	place->directory = g_strdup(directory);
	place->code = look->code;
	places_pass_over(place, g_strdup_printf("holds code of %s, which the tool has to run itself", look->code));
	return place;
}

MigrationPlace *
migration_place_load(const char *directory, const MigrationPlaceHints *hints)
{
	g_autofree char *versions = g_build_filename(directory, "versions", NULL);

	/* Alembic's folder, and not that of its migrations. */
	if (hints->format == NULL && places_has(directory, ".", "env.py") && g_file_test(versions, G_FILE_TEST_IS_DIR))
		return migration_place_load(versions, hints);
	g_autoptr(GDir) entries = hints->format == NULL ? g_dir_open(directory, 0, NULL) : NULL;
	PlacesLook look = { 0 };

	for (const char *name; entries != NULL && (name = g_dir_read_name(entries)) != NULL;)
		places_look_at(directory, name, &look);
	MigrationPlace *place = places_load_code(directory, &look);
	return place != NULL ? place : places_read(directory, hints);
}

static MigrationPlace *
places_load(const char *directory, const PlacesLook *look, const MigrationPlaceHints *hints)
{
	MigrationPlace *code = places_load_code(directory, look);

	if (code != NULL)
		return code;
	MigrationPlace *place = places_read(directory, hints);
	char *other = migration_other_server(place);
	if (other == NULL && !places_is_migrations(directory))
		other = migration_other_use(place);
	if (other != NULL)
		places_pass_over(place, other);
	return place;
}

/* --- Looking through the project ------------------------------------------------------ */

typedef struct {
	const MigrationPlaceHints *hints;
	GPtrArray *places;
	char *changelogs; /* the last folder of changelogs: what is below it is a part of it */
	guint n_entries;
} PlacesWalk;

static int
places_compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *
places_list(PlacesWalk *walk, const char *directory, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(GDir) entries = g_dir_open(directory, 0, &cause);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	/* Folders that we may not read are skipped. */
	for (const char *name; entries != NULL && (name = g_dir_read_name(entries)) != NULL;) {
		g_ptr_array_add(names, g_strdup(name));
		if (++walk->n_entries <= ENTRIES_MAX)
			continue;
		g_ptr_array_unref(names);
		base_error_set(error, BASE_ERROR_USAGE, "name the folders: pgassay check DIR...",
		               "there are more than %d files to look through", ENTRIES_MAX);
		return NULL;
	}
	g_ptr_array_sort(names, places_compare_names);
	return names;
}

static bool
places_is_directory(const char *path)
{
	/* A link may lead back up, and its target is found elsewhere anyway. */
	return g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK);
}

/* What is below a folder of changelogs is what they include; the root of a classpath holds other things, too. */
static bool
places_is_included(const PlacesWalk *walk, const char *directory)
{
	return walk->changelogs != NULL && g_str_has_prefix(directory, walk->changelogs) &&
	       directory[strlen(walk->changelogs)] == '/' && !g_str_has_suffix(walk->changelogs, "src/main/resources");
}

static void
places_add(PlacesWalk *walk, const char *directory, const PlacesLook *look)
{
	if (look->has_log) {
		g_free(walk->changelogs);
		walk->changelogs = g_strdup(directory);
	}
	g_ptr_array_add(walk->places, places_load(directory, look, walk->hints));
}

static bool
places_walk(PlacesWalk *walk, const char *directory, guint depth, GError **error)
{
	g_autoptr(GPtrArray) names = places_list(walk, directory, error);
	PlacesLook look = { 0 };

	if (names == NULL)
		return false;
	for (guint i = 0; i < names->len; i++)
		places_look_at(directory, g_ptr_array_index(names, i), &look);
	if ((look.code != NULL || look.has_log || places_is_candidate(directory, &look)) &&
	    !places_is_included(walk, directory))
		places_add(walk, directory, &look);
	for (guint i = 0; i < names->len && depth < DEPTH_MAX; i++) {
		g_autofree char *below = strcmp(directory, ".") == 0
		                             ? g_strdup(g_ptr_array_index(names, i))
		                             : g_build_filename(directory, g_ptr_array_index(names, i), NULL);
		if (!places_is_foreign(g_ptr_array_index(names, i)) && places_is_directory(below) &&
		    !places_walk(walk, below, depth + 1, error))
			return false;
	}
	return true;
}

static bool
places_is_below(const MigrationScript *script, const char *prefix)
{
	return script != NULL && g_str_has_prefix(base_source_path(migration_script_source(script)), prefix);
}

/* True when the set reads files of the other place's directory, which is a part of its place then; a place below the
 * directory is none of those, nor one that begins with another file. */
static bool
places_holds(const MigrationPlace *place, const MigrationPlace *other)
{
	const char *directory = other->directory;
	g_autofree char *prefix = g_strconcat(directory, "/", NULL);

	if (place->set != NULL && other->set != NULL &&
	    g_strcmp0(place->set->suggested_config, other->set->suggested_config) != 0)
		return false;

	if (g_str_has_prefix(place->directory, prefix))
		return false;
	for (guint i = 0; place->set != NULL && i < place->set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(place->set->migrations, i);
		if (places_is_below(migration->up, prefix) || places_is_below(migration->down, prefix) ||
		    places_is_below(migration->verify, prefix))
			return true;
	}
	return false;
}

/* graphile-migrate keeps what is not committed yet in "current", beside "committed"; both belong to the folder above,
 * which may be a place that cannot be read. */
static bool
places_is_of_graphile_migrate(const GPtrArray *places, const char *directory)
{
	g_autofree char *name = g_path_get_basename(directory);
	g_autofree char *above = g_path_get_dirname(directory);
	g_autofree char *committed = g_build_filename(above, "committed", NULL);

	if (strcmp(name, "current") == 0)
		return g_file_test(committed, G_FILE_TEST_IS_DIR);
	for (guint i = 0; i < places->len && strcmp(name, "committed") == 0; i++)
		if (strcmp(((const MigrationPlace *)g_ptr_array_index(places, i))->directory, above) == 0)
			return true;
	return false;
}

GPtrArray *
migration_places_find(const MigrationPlaceHints *hints, GError **error)
{
	g_autoptr(GPtrArray) places = g_ptr_array_new_with_free_func(migration_place_free);
	PlacesWalk walk = { .hints = hints, .places = places };

	bool walked = places_walk(&walk, ".", 0, error);
	g_free(walk.changelogs);
	if (!walked)
		return NULL;
	for (guint i = places->len; i > 0; i--) {
		const MigrationPlace *place = g_ptr_array_index(places, i - 1);
		bool held = places_is_of_graphile_migrate(places, place->directory);
		for (guint j = 0; j < places->len && !held; j++)
			held = j != i - 1 && strcmp(place->directory, ".") != 0 &&
			       places_holds(g_ptr_array_index(places, j), place);
		if (held)
			g_ptr_array_remove_index(places, i - 1);
	}
	return g_steal_pointer(&places);
}
