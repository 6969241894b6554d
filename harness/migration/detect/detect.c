#include "migration/detect/detect.h"
#include "migration/detect/project.h"

#include "base/reads.h"
#include "migration/directory.h"

#include <string.h>

/* How many files are looked at. */
#define MAX_HEADS 50

typedef enum {
	MARK_FILE,         /* a file of that name in the directory */
	MARK_FOLDER,       /* a folder of that name */
	MARK_FILE_ABOVE,   /* ... or in the one above */
	MARK_FILE_BELOW,   /* ... in one of its sub-directories */
	MARK_PATH,         /* the directory's path ends with it */
	MARK_SUFFIX,       /* a file whose name ends with it */
	MARK_LINE,         /* a .sql file with a line that the pattern matches */
	MARK_LINE_BELOW,   /* ... in one of its sub-directories */
	MARK_CHANGELOG,    /* a file of XML, YAML or JSON with that word; below the directory, too */
	MARK_NUMBERED_UPS, /* 0001_name.up.sql */
	MARK_NUMBERED,     /* 0001_name.sql */
	MARK_VERSIONED,    /* V1__name.sql or U1__name.sql, or .rs; also in sub-directories */
} MarkKind;

/* In this order: an earlier mark says more than a later one. `formats` are the formats that the mark may mean, with one
 * blank between them; they need not be there yet. */
static const struct {
	const char *formats;
	const char *title;
	MarkKind kind;
	const char *text;
} marks[] = {
	{ "atlas", "Atlas", MARK_FILE, "atlas.sum" },
	{ "sqitch", "Sqitch", MARK_FILE, "sqitch.plan" },
	{ "sqitch", "Sqitch", MARK_FILE_ABOVE, "sqitch.plan" },
	{ "prisma", "Prisma", MARK_FILE, "migration_lock.toml" },
	{ "drizzle", "Drizzle", MARK_FILE_BELOW, "snapshot.json" },
	{ "drizzle", "Drizzle", MARK_FILE_BELOW, "_journal.json" },
	{ "prisma", "Prisma", MARK_FILE_BELOW, "migration.sql" },
	{ "diesel", "Diesel", MARK_FOLDER, "00000000000000_diesel_initial_setup" },
	{ "diesel hasura", "Diesel or Hasura", MARK_FILE_BELOW, "up.sql" },
	{ "supabase", "Supabase", MARK_PATH, "/supabase/migrations" },
	{ "goose", "goose", MARK_LINE, "^--.*\\+goose\\b" },
	{ "dbmate", "dbmate", MARK_LINE, "^--\\s*migrate:up(\\s|$)" },
	{ "sql-migrate", "sql-migrate", MARK_LINE, "^-- \\+migrate " },
	{ "liquibase", "Liquibase", MARK_CHANGELOG, "databaseChangeLog" },
	{ "liquibase", "Liquibase", MARK_LINE, "^\\s*--\\s*liquibase\\s*formatted" },
	{ "tern", "tern", MARK_LINE, "^---- create above / drop below ----" },
	{ "graphile-migrate", "graphile-migrate", MARK_LINE, "^--! (Previous|Hash):" },
	{ "graphile-migrate", "graphile-migrate", MARK_LINE_BELOW, "^--! (Previous|Hash):" },
	{ "node-pg-migrate", "node-pg-migrate", MARK_LINE, "^\\s*--[\\s-]*up\\s+migration" },
	{ "golang-migrate sqlx node-pg-migrate", "golang-migrate, sqlx or node-pg-migrate", MARK_NUMBERED_UPS,
	  ".up.sql" },
};

/* Code: the tool has to be run itself. Only looked at when there is no SQL. */
static const struct {
	const char *title;
	const char *suffix;
} code_marks[] = {
	{ "Ecto", ".exs" },
	{ "Rails", ".rb" },
	{ "Alembic or Django", ".py" },
	{ "Knex, TypeORM or Sequelize", ".ts" },
	{ "Knex, TypeORM or Sequelize", ".js" },
	{ "Laravel or Phinx", ".php" },
	{ "Entity Framework", ".cs" },
};

static bool
detect_has_line(const MigrationFile *file, GRegex *pattern)
{
	g_autofree char *head = g_str_has_suffix(file->name, ".sql") ? migration_project_read_head(file->path) : NULL;

	return head != NULL && g_regex_match(pattern, head, 0, NULL);
}

static const char *
detect_find_line(const GPtrArray *files, const char *text, bool below)
{
	g_autoptr(GRegex) pattern = g_regex_new(text, G_REGEX_MULTILINE | G_REGEX_CASELESS, 0, NULL);
	guint heads = 0;

	for (guint i = 0; i < files->len && heads < MAX_HEADS; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		if ((strchr(file->name, '/') != NULL) != below)
			continue;
		if (detect_has_line(file, pattern))
			return file->name;
		heads += !file->is_directory;
	}
	return NULL;
}

/* One of the directory itself, and else one below it. */
static const char *
find_changelog(const GPtrArray *files, const char *text)
{
	const char *found = NULL;
	guint heads = 0;

	for (guint i = 0; i < files->len && heads < MAX_HEADS; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		g_autofree char *lower = g_ascii_strdown(file->name, -1);
		if (file->is_directory || !(g_str_has_suffix(lower, ".xml") || g_str_has_suffix(lower, ".yaml") ||
		                            g_str_has_suffix(lower, ".yml") || g_str_has_suffix(lower, ".json")))
			continue;
		g_autofree char *head = migration_project_read_head(file->path);
		heads++;
		if (head == NULL || strstr(head, text) == NULL)
			continue;
		if (strchr(file->name, '/') == NULL)
			return file->name;
		if (found == NULL)
			found = file->name;
	}
	return found;
}

/* 0001_name and the suffix. */
static bool
is_numbered(const MigrationFile *file, const char *suffix)
{
	gsize digits = strspn(file->name, "0123456789");

	return digits > 0 && file->name[digits] == '_' && g_str_has_suffix(file->name, suffix);
}

static bool
is_versioned(const char *name)
{
	gsize digits = strspn(name + (*name != '\0'), "0123456789");

	return (*name == 'V' || *name == 'U') && digits > 0 && g_str_has_prefix(name + 1 + digits, "__") &&
	       (g_str_has_suffix(name, ".sql") || g_str_has_suffix(name, ".rs"));
}

/* The name of the file with the mark, or NULL. */
static const char *
detect_find_file(const GPtrArray *files, MarkKind kind, const char *text)
{
	for (guint i = 0; i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		bool below = strchr(file->name, '/') != NULL;
		bool found = false;
		if (kind == MARK_FILE || kind == MARK_FOLDER)
			found = strcmp(file->name, text) == 0;
		else if (kind == MARK_FILE_BELOW)
			found = below && strcmp(migration_file_base(file), text) == 0;
		else if (kind == MARK_SUFFIX)
			found = !below && g_str_has_suffix(file->name, text);
		else if (kind == MARK_VERSIONED)
			found = is_versioned(migration_file_base(file));
		else
			found = !below && is_numbered(file, text);
		if (found && file->is_directory == (kind == MARK_FOLDER))
			return file->name;
	}
	return NULL;
}

static bool
ends_with_path(const char *directory, const char *suffix)
{
	g_autofree char *path = g_canonicalize_filename(directory, NULL);

	return g_str_has_suffix(path, suffix);
}

static bool
is_above(const char *directory, const char *name)
{
	g_autofree char *path = g_build_filename(directory, "..", name, NULL);

	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return false;
	base_reads_add(path);
	return true;
}

static char *
find_mark(const char *directory, const GPtrArray *files, MarkKind kind, const char *text)
{
	const char *file = NULL;

	if (kind == MARK_PATH)
		return ends_with_path(directory, text) ? g_strdup_printf("its path ends with \"%s\"", text) : NULL;
	if (kind == MARK_FILE_ABOVE)
		return is_above(directory, text) ? g_strdup_printf("there is \"../%s\"", text) : NULL;
	if (kind == MARK_LINE || kind == MARK_LINE_BELOW) {
		file = detect_find_line(files, text, kind == MARK_LINE_BELOW);
		return file != NULL ? g_strdup_printf("of a line in \"%s\"", file) : NULL;
	}
	if (kind == MARK_CHANGELOG) {
		file = find_changelog(files, text);
		return file != NULL ? g_strdup_printf("\"%s\" is a changelog", file) : NULL;
	}
	file = detect_find_file(files, kind, text);
	return file != NULL ? g_strdup_printf("there is \"%s\"", file) : NULL;
}

/* --- Several formats with the same look -------------------------------------- */

/* A mark of one tool, in a project that has the tool's language and does not name the tool. */
static void
detect_doubt(const char *directory, MigrationDetection *detection)
{
	g_autofree char *strong = migration_project_find(directory, detection->formats[0], false);
	g_autofree char *weak = strong == NULL ? migration_project_find(directory, detection->formats[0], true) : NULL;
	g_autofree char *before = weak != NULL ? detection->reason : NULL;

	if (weak == NULL)
		return;
	detection->guess = true;
	detection->reason = g_strdup_printf("%s, and \"%s\" does not name %s: a guess", before, weak, detection->title);
}

/* True when the files are a tool's that no format is for. */
static bool
detect_look_alike(const char *directory, MigrationDetection *detection)
{
	const char *title = g_strv_contains((const char *const *)detection->formats, "golang-migrate")
	                        ? migration_project_look_alike(directory)
	                        : NULL;

	if (title == NULL)
		return false;
	g_autofree char *before = detection->reason;
	detection->reason = g_strdup_printf("%s, and go.mod names it", before);
	g_free(detection->title);
	detection->title = g_strdup(title);
	g_strfreev(detection->formats);
	detection->formats = g_strsplit(title, "\n", -1);
	return true;
}

/* Leaves the one format that a file of the project means, where there is exactly one. */
static bool
detect_narrow(const char *directory, MigrationDetection *detection, bool weak)
{
	const char *found = NULL;
	g_autofree char *file = NULL;
	guint n = 0;

	for (char **format = detection->formats; *format != NULL; format++) {
		char *one = migration_project_find(directory, *format, weak);
		if (one == NULL)
			continue;
		n++;
		found = *format;
		g_free(file);
		file = one;
	}
	if (n != 1)
		return n > 0;
	g_autofree char *before = detection->reason;
	char **formats = detection->formats;
	detection->reason = g_strdup_printf(weak ? "%s, and there is \"%s\", which does not name its tool: a guess"
	                                         : "%s, and \"%s\" names %s",
	                                    before, file, found);
	detection->formats = g_strsplit(found, " ", -1);
	detection->guess = weak;
	g_free(detection->title);
	detection->title = g_strdup(found);
	g_strfreev(formats);
	return true;
}

/* --- Formats without a mark of their own --------------------------------------- */

/* Atlas keeps sums for the directories of other tools, too, which run them. */
static bool
is_of_another_tool(const char *directory, const GPtrArray *files)
{
	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
		g_autofree char *reason = marks[i].kind == MARK_LINE || marks[i].kind == MARK_NUMBERED_UPS
		                              ? find_mark(directory, files, marks[i].kind, marks[i].text)
		                              : NULL;
		if (reason != NULL)
			return true;
	}
	return false;
}

/* Numbered files of plain SQL in a project that has the tool. */
static bool
detect_numbered(const char *format, const char *directory, const GPtrArray *files, MigrationDetection *ret_detection)
{
	const char *name = detect_find_file(files, MARK_NUMBERED, ".sql");
	g_autofree char *project = name != NULL ? migration_project_find(directory, format, false) : NULL;

	if (project == NULL)
		return false;
	ret_detection->title = g_strdup(format);
	ret_detection->reason = g_strdup_printf("there is \"%s\", and \"%s\" names %s", name, project, format);
	ret_detection->formats = g_strsplit(format, " ", -1);
	return true;
}

/* Flyway uses the same names, and had them first: the format is refinery only if the project mentions refinery. */
static bool
detect_refinery(const char *directory, const GPtrArray *files, MigrationDetection *ret_detection)
{
	const char *name = detect_find_file(files, MARK_VERSIONED, NULL);
	g_autofree char *project = name != NULL ? migration_project_find(directory, "refinery", false) : NULL;

	if (project == NULL)
		return false;
	ret_detection->title = g_strdup("refinery or Flyway");
	ret_detection->reason = g_strdup_printf("there is \"%s\"", name);
	ret_detection->formats = g_strsplit("refinery flyway", " ", -1);
	return detect_narrow(directory, ret_detection, false);
}

/* --- All of it ---------------------------------------------------------------- */

void
migration_detection_clear(MigrationDetection *detection)
{
	g_free(detection->title);
	g_free(detection->reason);
	g_strfreev(detection->formats);
	*detection = (MigrationDetection){ 0 };
}

static bool
detect_code(const char *directory, const GPtrArray *files, MigrationDetection *ret_detection)
{
	if (detect_find_file(files, MARK_SUFFIX, ".sql") != NULL)
		return false;
	for (gsize i = 0; i < G_N_ELEMENTS(code_marks); i++) {
		ret_detection->reason = find_mark(directory, files, MARK_SUFFIX, code_marks[i].suffix);
		if (ret_detection->reason == NULL)
			continue;
		ret_detection->title = g_strdup(code_marks[i].title);
		ret_detection->formats = g_new0(char *, 1);
		return true;
	}
	return false;
}

bool
migration_detect(const char *directory, MigrationDetection *ret_detection)
{
	g_autoptr(GPtrArray) files = migration_directory_list(directory, true, NULL);

	*ret_detection = (MigrationDetection){ 0 };
	if (files == NULL)
		return false;
	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
		if (strcmp(marks[i].formats, "atlas") == 0 && is_of_another_tool(directory, files))
			continue;
		ret_detection->reason = find_mark(directory, files, marks[i].kind, marks[i].text);
		if (ret_detection->reason == NULL)
			continue;
		ret_detection->title = g_strdup(marks[i].title);
		ret_detection->formats = g_strsplit(marks[i].formats, " ", -1);
		if (ret_detection->formats[1] != NULL)
			(void)(detect_look_alike(directory, ret_detection) ||
			       detect_narrow(directory, ret_detection, false) ||
			       detect_narrow(directory, ret_detection, true));
		else
			detect_doubt(directory, ret_detection);
		return true;
	}
	return detect_numbered("sqlx", directory, files, ret_detection) ||
	       detect_numbered("tern", directory, files, ret_detection) ||
	       detect_refinery(directory, files, ret_detection) || detect_code(directory, files, ret_detection);
}
