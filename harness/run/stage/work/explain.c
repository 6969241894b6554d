/* Explanations that follow from a case's stage and its migration. */
#include "run/stage/work/explain.h"

#include <string.h>

typedef struct {
	const char *stage;
	ReportKind kind;
	const char *expected; /* the condition that the stage, or the kind of check, proves */
} Meaning;

static const Meaning meanings[] = {
	{ "layout", REPORT_KIND_HISTORY, "Every file in the folder is one that the tool runs." },
	{ "history", REPORT_KIND_HISTORY, "Merged files stay as they are, and new migrations come after them." },
	{ "base", REPORT_KIND_DEPLOY, "The migrations of the base run." },
	{ "baseline", REPORT_KIND_DEPLOY,
	  "The starting state of the database can be created, and equals the result of its migrations." },
	{ "forward", REPORT_KIND_DEPLOY, "The migration runs as the tool runs it." },
	{ "again", REPORT_KIND_DEPLOY, "A second run of the tool changes nothing." },
	{ "session", REPORT_KIND_DEPLOY, "The migration leaves no setting behind in its session." },
	{ "unfinished", REPORT_KIND_SCHEMA, "No sequence, function or table is left without what belongs to it." },
	{ "expect", REPORT_KIND_SCHEMA, "The schema is as the expectations say." },
	{ "owner", REPORT_KIND_DEPLOY, "A role that owns the database can run the migration." },
	{ "round trip", REPORT_KIND_DOWN,
	  "After up and down, the schema, the rows and the sequences are those from before." },
	{ "rows", REPORT_KIND_DEPLOY, "The migration runs on tables that have rows." },
	{ "writes", REPORT_KIND_DEPLOY, "After the migration, an application can still write to the tables." },
	{ "changes", REPORT_KIND_LOSS, "The migration loses no row and no value." },
	{ "after use", REPORT_KIND_DOWN, "The down works once the up was used." },
	{ "restore", REPORT_KIND_DOWN,
	  "A backup from before the migration gives the database from before, and takes the migration again." },
	{ "together", REPORT_KIND_DEPLOY, "All migrations at once, by two runners, end as one by one." },
	{ "from empty", REPORT_KIND_DEPLOY, "A new database ends as one does that comes from the base." },
	{ "upgrade", REPORT_KIND_DEPLOY, "A database that is in use can go on from an earlier version." },
	{ "down to the base", REPORT_KIND_DOWN, "The downs of all new migrations lead back to the base." },
	{ "old release", REPORT_KIND_DEPLOY, "The queries of the old release work on the new schema." },
	{ "new release", REPORT_KIND_DEPLOY, "The queries of the new release work before its migrations have run." },
	{ "impact", REPORT_KIND_DEPLOY, "The migration does not hold up a busy database." },
	{ "environment", REPORT_KIND_DEPLOY,
	  "Neither the schema nor the rows depend on the time zone, the form of dates or the locale." },
	{ "idempotent", REPORT_KIND_CRASH, "The migration's SQL, run twice, changes nothing the second time." },
	{ "crash", REPORT_KIND_CRASH,
	  "Killed on its way, the migration leaves the state before it or after it, or another run gets over it." },
	{ "plan", REPORT_KIND_PLAN, "The query has the plan that the suite asks for." },
	{ "reset", REPORT_KIND_SCHEMA, "Everything dropped and built anew gives the same schema." },
	{ "program", REPORT_KIND_SCHEMA, "The test program passes on the migrated database." },
	{ "query", REPORT_KIND_SCHEMA, "The query gives the rows that the suite says." },
	{ "same_schema", REPORT_KIND_SCHEMA, "The databases have the same schema." },
	{ "reject", REPORT_KIND_ACCESS, "The server refuses the statement." },
	{ "accept", REPORT_KIND_ACCESS, "The server accepts the statement." },
	{ "isolation", REPORT_KIND_ACCESS, "Sessions do not see what belongs to others." },
	{ "row_security", REPORT_KIND_ACCESS, "Each role reaches the rows that the suite says, and no others." },
	{ "security", REPORT_KIND_ACCESS, "Roles have the rights that the suite says, and no others." },
	{ NULL },
};

static const Meaning *
explain_find(const char *stage)
{
	for (const Meaning *meaning = meanings; meaning->stage != NULL; meaning++)
		if (strcmp(meaning->stage, stage) == 0)
			return meaning;
	return NULL;
}

static bool
explain_has_file(const Migration *migration, const char *path)
{
	return path != NULL &&
	       (g_strcmp0(migration_script_position(migration->up).path, path) == 0 ||
	        (migration->down != NULL && g_strcmp0(migration_script_position(migration->down).path, path) == 0));
}

/* The migration that the case is about, by its name or its file. */
static const Migration *
explain_find_migration(const RunStage *stage, const ReportCase *test_case)
{
	const GPtrArray *migrations = stage->job->set->migrations;

	for (guint i = 0; i < migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(migrations, i);
		if (strcmp(migration->name, test_case->name) == 0 ||
		    explain_has_file(migration, test_case->position.path))
			return migration;
	}
	return NULL;
}

/* "PATH:LINE:COLUMN" at the start of a line of the details, of a file of a migration. */
static bool
explain_read_place(const Migration *migration, const char *line, ReportCase *test_case)
{
	const char *path = migration_script_position(migration->up).path;
	guint64 number = 0;

	if (path == NULL || !g_str_has_prefix(line, path) || line[strlen(path)] != ':')
		return false;
	g_auto(GStrv) parts = g_strsplit(line + strlen(path) + 1, ":", 3);
	if (parts[0] == NULL || !g_ascii_string_to_unsigned(parts[0], 10, 1, G_MAXINT, &number, NULL))
		return false;
	test_case->position = (SourcePosition){ .path = path, .line = (guint)number };
	if (parts[1] != NULL && g_ascii_string_to_unsigned(parts[1], 10, 1, G_MAXINT, &number, NULL))
		test_case->position.column = (guint)number;
	return true;
}

/* A file of the folder after which the case is named: one that the tool passes over is no migration's. */
static void
explain_find_file(ReportCase *test_case)
{
	const char *folder = test_case->position.path;

	if (folder == NULL || test_case->position.line > 0 || strcmp(test_case->stage, "layout") != 0)
		return;
	g_autofree char *path = g_build_filename(folder, test_case->name, NULL);
	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return;
	if (test_case->since == NULL)
		test_case->since = g_strdup(test_case->name);
	test_case->position = (SourcePosition){ .path = g_intern_string(path), .line = 1, .column = 1 };
}

/* A case about all migrations gets the position of the one at which it fails. */
static void
explain_find_place(const RunStage *stage, ReportCase *test_case)
{
	const GPtrArray *migrations = stage->job->set->migrations;
	g_auto(GStrv) lines = g_strsplit(test_case->details != NULL ? test_case->details : "", "\n", -1);

	for (char **line = lines; test_case->position.line == 0 && *line != NULL; line++)
		for (guint i = 0; i < migrations->len; i++)
			if (explain_read_place(g_ptr_array_index(migrations, i), *line, test_case))
				break;
}

/* The lines of the statement that was sent. */
static guint
explain_count_lines(const ReportCase *test_case)
{
	guint n = 1;

	for (const char *p = test_case->statement; p != NULL && (p = strchr(p, '\n')) != NULL; p++)
		n++;
	return n;
}

void
run_stage_explain(const RunStage *stage, ReportCase *test_case)
{
	if (!report_case_is_bad(test_case))
		return;
	explain_find_file(test_case);
	explain_find_place(stage, test_case);
	const Meaning *meaning = explain_find(test_case->stage);
	const Migration *migration = explain_find_migration(stage, test_case);
	bool is_script = migration != NULL && explain_has_file(migration, test_case->position.path);

	if (meaning != NULL && test_case->kind == REPORT_KIND_OTHER)
		test_case->kind = meaning->kind;
	if (meaning != NULL && test_case->expected == NULL)
		test_case->expected = g_strdup(meaning->expected);
	if (migration != NULL && test_case->since == NULL)
		test_case->since = g_strdup(migration->name);
	if (test_case->excerpts == NULL)
		report_case_add_excerpt(test_case, test_case->position, is_script ? explain_count_lines(test_case) : 1,
		                        NULL);
}
