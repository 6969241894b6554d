/* Which files changelogs name, and where they are. */
#include "migration/format/liquibase/changelog.h"

#include "base/error.h"
#include "migration/directory.h"
#include "migration/file_names.h"

#include <string.h>

#define MAX_INCLUDES 50 /* one in another */
#define MAX_LEVELS   8  /* above the directory, where a file may be that is missing */

static const char *const other_changelogs[] = { ".yaml", ".yml", ".json", NULL };
static const char *const xml_changelogs[] = { ".xml", NULL };
static const char *const changelogs[] = { ".xml", ".yaml", ".yml", ".json", NULL };

static bool
ends_with(const char *name, const char *const *suffixes)
{
	g_autofree char *lower = g_ascii_strdown(name, -1);

	for (; *suffixes != NULL; suffixes++)
		if (g_str_has_suffix(lower, *suffixes))
			return true;
	return false;
}

/* --- Paths ---------------------------------------------------------------------- */

/* Without "classpath:" and slashes before it. */
static const char *
bare(const char *path)
{
	if (g_str_has_prefix(path, "classpath:"))
		path += strlen("classpath:");
	return path + strspn(path, "/");
}

/* Takes "." and ".." out of it. The caller frees it. */
static char *
normalize(const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", -1);
	g_autoptr(GPtrArray) kept = g_ptr_array_new();

	for (char **part = parts; *part != NULL; part++) {
		const char *last = kept->len > 0 ? g_ptr_array_index(kept, kept->len - 1) : NULL;
		if (**part == '\0' || strcmp(*part, ".") == 0)
			continue;
		if (strcmp(*part, "..") == 0 && last != NULL && strcmp(last, "..") != 0)
			g_ptr_array_set_size(kept, (gint)kept->len - 1);
		else
			g_ptr_array_add(kept, *part);
	}
	g_ptr_array_add(kept, NULL);
	return g_strjoinv("/", (char **)kept->pdata);
}

char *
liquibase_sibling(const LiquibaseChangelog *changelog, const char *name)
{
	const char *path = changelog->path;
	const char *slash = strrchr(path, '/');
	g_autofree char *folder = slash != NULL ? g_strndup(path, (gsize)(slash - path)) : g_strdup("");
	g_autofree char *whole = g_strconcat(folder, "/", name, NULL);

	return normalize(whole);
}

char *
liquibase_file_path(const LiquibaseReading *reading, const char *path)
{
	g_autofree char *name = normalize(bare(path));

	return g_canonicalize_filename(name, reading->root);
}

/* What to do about a file that is not there: often the directory is not the search path of Liquibase, but one below. */
static char *
hint_for(const LiquibaseReading *reading, const char *path)
{
	g_autofree char *above = g_path_get_dirname(reading->root);

	for (guint level = 0; level < MAX_LEVELS; level++) {
		g_autofree char *file = g_build_filename(above, bare(path), NULL);
		if (g_file_test(file, G_FILE_TEST_IS_REGULAR))
			return g_strdup_printf(
			    "give \"%s\" as the directory, which has it, and the changelog as \"config\"", above);
		char *parent = g_path_get_dirname(above);
		g_free(above);
		above = parent;
	}
	return g_strdup_printf("paths begin at \"%s\", or beside the changelog with relativeToChangelogFile=\"true\"",
	                       reading->root);
}

Source *
liquibase_source_load(LiquibaseReading *reading, const char *path, const Source *source, gsize offset, GError **error)
{
	g_autofree char *file = liquibase_file_path(reading, path);

	if (g_file_test(file, G_FILE_TEST_IS_REGULAR)) {
		g_hash_table_add(reading->used, g_strdup(file));
		return migration_source_load(file, error);
	}
	g_autofree char *hint = hint_for(reading, path);
	if (source != NULL)
		migration_error_at(error, source, offset, hint, "there is no file \"%s\"", path);
	else
		base_error_set(error, BASE_ERROR_INPUT, hint, "there is no file \"%s\"", path);
	return NULL;
}

/* --- One file --------------------------------------------------------------------- */

static bool
refuse_changelog(const char *name, GError **error)
{
	return base_error_set(error, BASE_ERROR_INPUT,
	                      "write it in XML or as formatted SQL, or run Liquibase itself: \"format: command\", see "
	                      "docs/formats/command.md",
	                      "the changelog \"%s\" is neither XML nor formatted SQL, which is all that pgassay reads",
	                      name);
}

static bool
is_blank(const Source *source)
{
	return strspn(base_source_text(source), " \t\r\n") == base_source_length(source);
}

/* A file of SQL without Liquibase's comments: one changeset, which is sent as a whole. */
static bool
read_plain(LiquibaseReading *reading, LiquibaseChangelog *changelog)
{
	LiquibaseChangeset *changeset = liquibase_changeset_new(reading, changelog, 0);
	LiquibaseChange *change = liquibase_change_new(reading->changes, LIQUIBASE_SQL, changelog->source, 0);

	changeset->id = g_strdup("raw");
	changeset->author = g_strdup("includeAll");
	changeset->has_own_path = true;
	changeset->in_transaction = true;
	g_ptr_array_add(changeset->changes, change);
	liquibase_change_set_text(change, liquibase_trim(migration_source_text(changelog->source)));
	liquibase_changeset_add(changelog->changesets, changeset);
	return true;
}

static bool
read_changelog(LiquibaseReading *reading, LiquibaseChangelog *changelog, GError **error)
{
	if (ends_with(changelog->path, xml_changelogs))
		return liquibase_read_xml(reading, changelog, error);
	if (is_blank(changelog->source))
		return base_error_set(error, BASE_ERROR_INPUT, "write a changeset into it, or take it out",
		                      "the changelog \"%s\" is empty, at which Liquibase stops", changelog->path);
	if (!liquibase_is_formatted(changelog->source))
		return read_plain(reading, changelog);
	return liquibase_read_sql(reading, changelog, error);
}

/* The path that a changeset gets that names none itself: of the nearest changelog that names one, or of the include. */
static const char *
find_logical_path(const LiquibaseChangelog *changelog, const LiquibaseInclude *how)
{
	for (; changelog != NULL; changelog = changelog->parent)
		if (changelog->logical_path != NULL && *changelog->logical_path != '\0')
			return changelog->logical_path;
	return how->logical_path;
}

static bool
check_chain(const LiquibaseChangelog *parent, const char *path, gsize offset, GError **error)
{
	guint depth = 0;

	for (const LiquibaseChangelog *above = parent; above != NULL; above = above->parent, depth++)
		if (depth > MAX_INCLUDES || strcmp(above->path, path) == 0)
			return migration_error_at(error, parent->source, offset, "take the include out",
			                          "the changelog \"%s\" includes itself", path);
	return true;
}

static bool
has_format(const LiquibaseReading *reading, const LiquibaseChangelog *changelog, const char *path,
           const LiquibaseInclude *how, bool *ret_has, GError **error)
{
	*ret_has = ends_with(path, xml_changelogs) || g_str_has_suffix(path, ".sql");
	if (*ret_has)
		return true;
	if (ends_with(path, other_changelogs))
		return refuse_changelog(path, error);
	if (!how->any_format)
		return migration_error_at(error, changelog->source, how->offset,
		                          "Liquibase knows files by the ends of their names: .xml, .sql",
		                          "\"%s\" is no changelog", path);
	if (strstr(path, ".sql") != NULL)
		migration_set_warn(reading->set, "\"%s\" is not run: its name does not end with .sql", path);
	return true;
}

bool
liquibase_include(LiquibaseReading *reading, LiquibaseChangelog *changelog, const char *name,
                  const LiquibaseInclude *how, GError **error)
{
	g_autoptr(GPtrArray) changesets = g_ptr_array_new();
	g_autofree char *path = normalize(bare(name));
	bool known = false;

	if (!check_chain(changelog, path, how->offset, error) ||
	    !has_format(reading, changelog, path, how, &known, error))
		return false;
	if (!known)
		return true;
	g_autoptr(Source) source = liquibase_source_load(reading, path, changelog->source, how->offset, error);
	if (source == NULL)
		return false;
	LiquibaseChangelog included = {
		.parent = changelog,
		.path = path,
		.source = source,
		.include_contexts = how->contexts,
		.include_labels = how->labels,
		.include_ignored = how->ignored,
		.changesets = changesets,
	};
	bool done = read_changelog(reading, &included, error);
	const char *logical = how->first ? NULL : find_logical_path(&included, how);
	for (guint i = 0; done && i < changesets->len; i++) {
		LiquibaseChangeset *changeset = g_ptr_array_index(changesets, i);
		if (!changeset->has_own_path)
			liquibase_changeset_set_path(changeset, logical, true);
		liquibase_changeset_add(changelog->changesets, changeset);
	}
	g_free(included.logical_path);
	g_free(included.contexts);
	return done;
}

/* --- Directories -------------------------------------------------------------------- */

static guint
depth_of(const char *name)
{
	guint depth = 1;

	for (; *name != '\0'; name++)
		depth += *name == '/';
	return depth;
}

static bool
is_found(const MigrationFile *file, const LiquibaseSearch *search)
{
	guint depth = depth_of(file->name);
	g_autofree char *name = g_utf8_strdown(file->name, -1);
	g_autofree char *end = g_utf8_strdown(search->ends_with != NULL ? search->ends_with : "", -1);

	return !file->is_directory && depth >= search->min_depth && depth <= search->max_depth &&
	       g_str_has_suffix(name, g_strstrip(end));
}

/* "9.sql" after "10.sql" is nearly always a mistake. */
static void
warn_of_order(const LiquibaseReading *reading, const MigrationFile *before, const MigrationFile *file)
{
	const char *one = before != NULL ? migration_file_base(before) : "";
	const char *other = migration_file_base(file);

	if (g_ascii_isdigit(*one) && g_ascii_isdigit(*other) &&
	    g_ascii_strtoull(one, NULL, 10) > g_ascii_strtoull(other, NULL, 10) && before != NULL &&
	    one - before->name == other - file->name &&
	    strncmp(before->name, file->name, (gsize)(one - before->name)) == 0)
		migration_set_warn(
		    reading->set,
		    "\"%s\" runs before \"%s\": file names are compared letter by letter, not by their numbers",
		    before->name, file->name);
}

bool
liquibase_include_all(LiquibaseReading *reading, LiquibaseChangelog *changelog, const LiquibaseSearch *search,
                      const LiquibaseInclude *how, guint *ret_n, GError **error)
{
	g_autofree char *directory = liquibase_file_path(reading, search->path);
	const MigrationFile *before = NULL;
	guint n = 0;

	*ret_n = 0;
	if (!g_file_test(directory, G_FILE_TEST_IS_DIR))
		return true;
	g_autoptr(GPtrArray) files = migration_directory_list_hidden(directory, search->max_depth > 1, error);
	for (guint i = 0; files != NULL && i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		g_autofree char *path = g_strconcat(search->path, "/", file->name, NULL);
		if (!is_found(file, search))
			continue;
		warn_of_order(reading, before, file);
		before = file;
		n++;
		if (!liquibase_include(reading, changelog, path, how, error))
			return false;
	}
	*ret_n = n;
	return files != NULL;
}

/* --- Which changelog is the first ----------------------------------------------------- */

static bool
is_changelog(const char *path)
{
	g_autofree char *text = NULL;

	return ends_with(path, changelogs) && g_file_get_contents(path, &text, NULL, NULL) &&
	       strstr(text, "databaseChangeLog") != NULL;
}

/* True when people call the one file by such a name that includes all others. */
static bool
is_master(const char *name)
{
	static const char *const names[] = { "changelog.", "db.changelog.", "dbchangelog.", "root.", "index." };
	g_autofree char *lower = g_ascii_strdown(name, -1);

	if (strstr(lower, "master") != NULL || strstr(lower, "root") != NULL)
		return true;
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_str_has_prefix(lower, names[i]) && strchr(lower + strlen(names[i]), '.') == NULL)
			return true;
	return false;
}

/* The changelog of the directory itself, and else one below it that is called a master; *ret_name (the caller frees it)
 * is NULL where there is none. */
static bool
find_master(const char *directory, char **ret_name, GError **error)
{
	g_autoptr(GPtrArray) files = migration_directory_list(directory, true, error);
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	g_autoptr(GPtrArray) masters = g_ptr_array_new();
	g_autoptr(GPtrArray) below = g_ptr_array_new();

	if (files == NULL)
		return false;
	for (guint i = 0; i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		bool deep = strchr(file->name, '/') != NULL;
		bool named = is_master(migration_file_base(file));
		if (file->is_directory || (deep && !named) || !is_changelog(file->path))
			continue;
		g_ptr_array_add(deep ? below : found, file->name);
		if (named && !deep)
			g_ptr_array_add(masters, file->name);
	}
	GPtrArray *choice = masters->len == 1 ? masters : found->len > 0 ? found : below;
	if (choice->len <= 1) {
		*ret_name = choice->len == 1 ? g_strdup(g_ptr_array_index(choice, 0)) : NULL;
		return true;
	}
	g_ptr_array_add(choice, NULL);
	g_autofree char *names = g_strjoinv("\", \"", (char **)choice->pdata);
	return base_error_set(error, BASE_ERROR_INPUT, "name the one that includes the others under \"config\"",
	                      "there are several changelogs: \"%s\"", names);
}

/* The name of the configured changelog as the history has it. */
static bool
find_configured(const LiquibaseReading *reading, const char *config, char **ret_name, GError **error)
{
	g_autofree char *path = g_canonicalize_filename(config, NULL);
	gsize length = strlen(reading->root);

	if (!g_str_has_prefix(path, reading->root) || path[length] != '/')
		return base_error_set(
		    error, BASE_ERROR_INPUT,
		    "the directory is what Liquibase calls its search path: name one above the changelog",
		    "the changelog \"%s\" is not below the directory \"%s\"", config, reading->root);
	*ret_name = g_strdup(path + length + 1);
	return true;
}

bool
liquibase_read_all(LiquibaseReading *reading, const MigrationOptions *options, GPtrArray *ordered, GError **error)
{
	const LiquibaseSearch everything = { .path = "", .max_depth = G_MAXUINT };
	const LiquibaseInclude how = { .any_format = true };
	LiquibaseChangelog nothing = { .path = "", .changesets = ordered };
	const LiquibaseInclude one = { .first = true };
	guint n = 0;

	if (options->config != NULL ? !find_configured(reading, options->config, &reading->master, error)
	                            : !find_master(options->directory, &reading->master, error))
		return false;
	if (reading->master == NULL)
		return liquibase_include_all(reading, &nothing, &everything, &how, &n, error);
	return liquibase_include(reading, &nothing, reading->master, &one, error);
}

/* --- What is not included --------------------------------------------------------------- */

bool
liquibase_find_passed_over(LiquibaseReading *reading, GError **error)
{
	if (reading->master == NULL || g_str_has_suffix(reading->master, ".sql"))
		return true;
	g_autofree char *path = liquibase_file_path(reading, reading->master);
	g_autofree char *directory = g_path_get_dirname(path);
	gsize root = strlen(reading->root);
	g_autoptr(GPtrArray) files = migration_directory_list(directory, true, error);
	for (guint i = 0; files != NULL && i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		if (!file->is_directory && !g_hash_table_contains(reading->used, file->path) &&
		    (g_str_has_suffix(file->name, ".sql") || is_changelog(file->path)))
			migration_set_pass_over(reading->set, bare(file->path + root),
			                        "is not run: no changelog names it");
	}
	return files != NULL;
}
