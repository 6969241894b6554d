/* A changelog and all that it includes. */
#include "migration/format/liquibase/changelog.h"

#include "base/error.h"
#include "migration/directory.h"
#include "migration/file_names.h"

#include <string.h>

#define MAX_INCLUDES 50 /* one in another */

static const char *const other_changelogs[] = { ".yaml", ".yml", ".json", NULL };
static const char *const xml_changelogs[] = { ".xml", NULL };

/* --- One file --------------------------------------------------------------------- */

static bool
refuse_changelog(const char *name, GError **error)
{
	return base_error_set(error, BASE_ERROR_INPUT,
	                      "write it in XML or as formatted SQL, or run Liquibase itself: \"format: command\", see "
	                      "\"pgassay help command\"",
	                      "the changelog \"%s\" is neither XML nor formatted SQL, which is all that pgassay reads",
	                      name);
}

static bool
liquibase_include_is_blank(const Source *source)
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

/* Reads one file or directory at a time, because an include may need the properties before it. */
static bool
read_xml(LiquibaseReading *reading, LiquibaseChangelog *changelog, GError **error)
{
	g_autoptr(LiquibaseXmlChangelog) xml = liquibase_xml_changelog_open(reading, changelog, error);
	const LiquibaseInclude *include = NULL;

	if (xml == NULL)
		return false;
	do {
		if (!liquibase_xml_changelog_next(xml, &include, error) ||
		    (include != NULL && !liquibase_include(reading, changelog, include, error)))
			return false;
	} while (include != NULL);
	return true;
}

static bool
read_changelog(LiquibaseReading *reading, LiquibaseChangelog *changelog, GError **error)
{
	if (liquibase_path_ends_with(changelog->path, xml_changelogs))
		return read_xml(reading, changelog, error);
	if (liquibase_include_is_blank(changelog->source))
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
liquibase_include_check_chain(const LiquibaseChangelog *parent, const char *path, gsize offset, GError **error)
{
	guint depth = 0;

	for (const LiquibaseChangelog *above = parent; above != NULL; above = above->parent, depth++)
		if (strcmp(above->path, path) == 0)
			return migration_error_at(error, parent->source, offset, "take the include out",
			                          "the changelog \"%s\" includes itself", path);
	if (depth > MAX_INCLUDES)
		return migration_error_at(
		    error, parent->source, offset, "include it from a changelog further up",
		    "the changelog \"%s\" is included by one that is included, and so on, %u times", path, depth);
	return true;
}

static bool
has_format(const LiquibaseReading *reading, const LiquibaseChangelog *changelog, const char *path,
           const LiquibaseInclude *how, bool *ret_has, GError **error)
{
	*ret_has = liquibase_path_ends_with(path, xml_changelogs) || g_str_has_suffix(path, ".sql");
	if (*ret_has)
		return true;
	if (liquibase_path_ends_with(path, other_changelogs))
		return refuse_changelog(path, error);
	if (!how->any_format)
		return migration_error_at(error, changelog->source, how->offset,
		                          "Liquibase knows files by the ends of their names: .xml, .sql",
		                          "\"%s\" is no changelog", path);
	if (strstr(path, ".sql") != NULL)
		migration_set_warn(reading->set, "\"%s\" is not run: its name does not end with .sql", path);
	return true;
}

static bool
include_file(LiquibaseReading *reading, LiquibaseChangelog *changelog, const char *name, const LiquibaseInclude *how,
             GError **error)
{
	g_autoptr(GPtrArray) changesets = g_ptr_array_new();
	g_autofree char *path = liquibase_history_path(name);
	bool known = false;

	if (!liquibase_include_check_chain(changelog, path, how->offset, error) ||
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
is_found(const MigrationFile *file, const LiquibaseInclude *search)
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

/* All files of the directory that are wanted, in byte order of their paths. *ret_n is how many there are. */
static bool
include_files(LiquibaseReading *reading, LiquibaseChangelog *changelog, const LiquibaseInclude *how, guint *ret_n,
              GError **error)
{
	g_autofree char *directory = liquibase_file_path(reading, how->path);
	const MigrationFile *before = NULL;
	guint n = 0;

	*ret_n = 0;
	if (!g_file_test(directory, G_FILE_TEST_IS_DIR))
		return true;
	g_autoptr(GPtrArray) files = migration_directory_list_hidden(directory, how->max_depth > 1, error);
	for (guint i = 0; files != NULL && i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		g_autofree char *path = g_strconcat(how->path, "/", file->name, NULL);
		if (!is_found(file, how))
			continue;
		warn_of_order(reading, before, file);
		before = file;
		n++;
		if (!include_file(reading, changelog, path, how, error))
			return false;
	}
	*ret_n = n;
	return files != NULL;
}

bool
liquibase_include(LiquibaseReading *reading, LiquibaseChangelog *changelog, const LiquibaseInclude *include,
                  GError **error)
{
	guint n = 0;

	if (!include->is_directory)
		return include_file(reading, changelog, include->path, include, error);
	if (!include_files(reading, changelog, include, &n, error))
		return false;
	return n > 0 || include->may_be_missing ||
	       migration_error_at(error, changelog->source, include->offset,
	                          "correct the path, or set errorIfMissingOrEmpty=\"false\"",
	                          "there are no changelogs in \"%s\"", include->path);
}
