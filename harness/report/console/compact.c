/* The result of a run with few new migrations, a line for each migration: the output of a check of a branch. */
#include "report/console/private.h"

#include "report/text.h"

#include <string.h>

/* So much of a remark is read on a terminal; -v shows all of it. */
#define COMPACT_REMARK_MAX 160

typedef struct {
	ReportConsole *console;
	const ReportSuite *suite;
	GHashTable *migrations; /* "database\nname" of each migration that the forward stage ran; owned */
	GHashTable *shown;      /* remarks that stand there already; borrowed */
	GPtrArray *others;      /* stages that passed and had nothing to say; borrowed, ended later by NULL */
	guint n_repeated;       /* skipped cases whose reason stands there already */
} Compact;

static char *
compact_key(const ReportCase *test_case)
{
	return g_strdup_printf("%s\n%s", test_case->database != NULL ? test_case->database : "", test_case->name);
}

static bool
compact_is_of_migration(const Compact *compact, const ReportCase *test_case)
{
	g_autofree char *key = compact_key(test_case);

	return g_hash_table_contains(compact->migrations, key);
}

/* The first line of a message, cut off. The caller frees it. */
static char *
compact_shorten(const char *message)
{
	g_auto(GStrv) lines = g_strsplit(message, "\n", 2);
	g_autofree char *clean = report_console_clean(lines[0]);

	if (strlen(clean) <= COMPACT_REMARK_MAX)
		return g_steal_pointer(&clean);
	return g_strconcat(report_text_cut(clean, COMPACT_REMARK_MAX), " ...", NULL);
}

/* The label of a line. Where a suite has several databases, it starts with the name of the database. */
static char *
compact_label(const Compact *compact, const ReportCase *test_case, const char *text)
{
	bool alone = test_case->database == NULL || strcmp(test_case->database, compact->suite->name) == 0;
	g_autofree char *label = alone ? g_strdup(text) : g_strdup_printf("%s %s", test_case->database, text);

	return report_console_clean(label);
}

static void
compact_put(const Compact *compact, const ReportCase *test_case, ReportStatus status, const char *what,
            const char *text)
{
	g_autofree char *label = compact_label(compact, test_case, what);

	report_console_put_line(compact->console, status, label, text, 0, NULL);
}

/* --- One migration ------------------------------------------------------------------------ */

static bool
compact_is_same(const ReportCase *a, const ReportCase *b)
{
	return g_strcmp0(a->database, b->database) == 0 && strcmp(a->name, b->name) == 0;
}

/* The migration's case of the stage, or NULL. */
static const ReportCase *
compact_find(const Compact *compact, const ReportCase *migration, const char *stage)
{
	for (guint i = 0; i < compact->suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(compact->suite->cases, i);
		if (compact_is_same(test_case, migration) && strcmp(test_case->stage, stage) == 0)
			return test_case;
	}
	return NULL;
}

/* "up 4 ms   down restores schema and rows". The caller frees it. */
static char *
compact_describe(const Compact *compact, const ReportCase *migration)
{
	const ReportCase *trip = compact_find(compact, migration, "round trip");
	const ReportCase *rows = compact_find(compact, migration, "rows");
	g_autofree char *time = report_text_duration(migration->duration);
	bool on_rows = rows != NULL && rows->status == REPORT_PASSED;
	GString *text = g_string_new(NULL);

	g_string_printf(text, "up %s%s", time, on_rows ? " (works on rows)" : "");
	if (trip != NULL && trip->status == REPORT_PASSED)
		g_string_append_printf(text, "   down restores %s", on_rows ? "schema and rows" : "the schema");
	else if (trip != NULL && trip->message != NULL) {
		g_autofree char *reason = compact_shorten(trip->message);
		g_string_append_printf(text, "   down not tested: %s", reason);
	}
	return g_string_free(text, FALSE);
}

/* The messages of cases that are not red, once each. */
static void
compact_put_remarks(const Compact *compact, const ReportCase *migration)
{
	for (guint i = 0; i < compact->suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(compact->suite->cases, i);
		bool stands_above = report_case_is_bad(test_case) || strcmp(test_case->stage, "round trip") == 0;
		if (test_case->message == NULL || stands_above || !compact_is_same(test_case, migration) ||
		    !g_hash_table_add(compact->shown, test_case->message))
			continue;
		g_autofree char *remark = compact_shorten(test_case->message);
		g_autofree char *line = g_strdup_printf("%s: %s", test_case->stage, remark);
		report_console_put_wrapped(compact->console, line);
	}
}

/* The end of the suite says how many more there are that fail alike. */
static void
compact_put_bad(const Compact *compact, const ReportCase *test_case)
{
	if (report_console_group_add(compact->console, test_case))
		report_console_put_case(compact->console, compact->suite, test_case);
}

static void
compact_put_migration(const Compact *compact, const ReportCase *migration)
{
	bool bad = false;

	for (guint i = 0; i < compact->suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(compact->suite->cases, i);
		if (!compact_is_same(test_case, migration) || !report_case_is_bad(test_case))
			continue;
		bad = true;
		compact_put_bad(compact, test_case);
	}
	if (!bad && migration->status == REPORT_PASSED) {
		g_autofree char *text = compact_describe(compact, migration);
		compact_put(compact, migration, REPORT_PASSED, migration->name, text);
	} else if (migration->status == REPORT_SKIPPED) {
		report_console_put_case(compact->console, compact->suite, migration);
		g_hash_table_add(compact->shown, migration->message);
	}
	compact_put_remarks(compact, migration);
}

/* --- All others -------------------------------------------------------------------------------- */

/* The text of a case: in the stage history the message continues the name of the case, elsewhere the message is
 * enough. The caller frees it. */
static char *
compact_say(const ReportCase *test_case)
{
	g_autofree char *text = compact_shorten(test_case->message);

	if (strcmp(test_case->stage, "history") != 0)
		return g_steal_pointer(&text);
	return g_strdup_printf("%s%s%s", test_case->name, g_str_has_prefix(text, "and ") ? " " : ", ", text);
}

/* Each reason stands there once; how many more there are for it, compact_put_rest says. */
static void
compact_put_skipped(Compact *compact, const ReportCase *test_case)
{
	if (test_case->message == NULL || g_hash_table_add(compact->shown, test_case->message))
		report_console_put_case(compact->console, compact->suite, test_case);
	else
		compact->n_repeated++;
}

/* True when some case of the stage is red. */
static bool
compact_stage_is_bad(const Compact *compact, const char *stage)
{
	for (guint i = 0; i < compact->suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(compact->suite->cases, i);
		if (report_case_is_bad(test_case) && strcmp(test_case->stage, stage) == 0)
			return true;
	}
	return false;
}

static void
compact_put_passed(const Compact *compact, const ReportCase *test_case)
{
	if (test_case->message == NULL) {
		if (!compact_stage_is_bad(compact, test_case->stage) &&
		    !g_ptr_array_find_with_equal_func(compact->others, test_case->stage, g_str_equal, NULL))
			g_ptr_array_add(compact->others, test_case->stage);
	} else if (g_hash_table_add(compact->shown, test_case->message)) {
		g_autofree char *text = compact_say(test_case);
		compact_put(compact, test_case, REPORT_PASSED, test_case->stage, text);
	}
}

static void
compact_put_other(Compact *compact, const ReportCase *test_case)
{
	if (report_case_is_bad(test_case))
		compact_put_bad(compact, test_case);
	else if (test_case->status == REPORT_SKIPPED)
		compact_put_skipped(compact, test_case);
	else
		compact_put_passed(compact, test_case);
}

static void
compact_put_rest(Compact *compact)
{
	if (compact->n_repeated > 0) {
		g_autofree char *label = g_strdup_printf("%u more", compact->n_repeated);
		report_console_put_line(compact->console, REPORT_SKIPPED, label, "for the reasons above", 0, NULL);
	}
	if (compact->others->len == 0)
		return;
	g_ptr_array_add(compact->others, NULL);
	g_autofree char *list = g_strjoinv(", ", (char **)compact->others->pdata);
	report_console_put_line(compact->console, REPORT_PASSED, "also", list, 0, NULL);
}

static void
compact_put_suite(Compact *compact)
{
	const GPtrArray *cases = compact->suite->cases;

	for (guint i = 0; i < cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(cases, i);
		if (strcmp(test_case->stage, "forward") == 0)
			g_hash_table_add(compact->migrations, compact_key(test_case));
	}
	report_console_begin_suite(compact->console, compact->suite);
	for (guint i = 0; i < cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(cases, i);
		/* The history of a branch has a case with the name of a file, too. */
		if (strcmp(test_case->stage, "history") == 0 || !compact_is_of_migration(compact, test_case))
			compact_put_other(compact, test_case);
		else if (strcmp(test_case->stage, "forward") == 0)
			compact_put_migration(compact, test_case);
	}
	compact_put_rest(compact);
	compact->console->n_migrations += g_hash_table_size(compact->migrations);
	report_console_end_suite(compact->console, compact->suite);
}

void
report_console_replay_compact(ReportConsole *console, const ReportRun *run)
{
	if ((console->flags & (REPORT_CONSOLE_JSON | REPORT_CONSOLE_VERBOSE | REPORT_CONSOLE_QUIET)) != 0) {
		report_console_replay(console, run);
		return;
	}
	console->compact = true;
	console->alone = run->suites->len == 1;
	for (guint i = 0; i < run->suites->len; i++) {
		g_autoptr(GHashTable) migrations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		g_autoptr(GHashTable) shown = g_hash_table_new(g_str_hash, g_str_equal);
		g_autoptr(GPtrArray) others = g_ptr_array_new();
		Compact compact = { .console = console,
			            .suite = g_ptr_array_index(run->suites, i),
			            .migrations = migrations,
			            .shown = shown,
			            .others = others };
		compact_put_suite(&compact);
	}
}
