#include "run/job/selection.h"

#include "base/error.h"
#include "base/nearest.h"

#include <string.h>

/* Stages whose failures are reported whether they are wanted or not: nothing of the others can be judged then. */
static const char *const ground[] = { "run", "forward", "baseline", NULL };

typedef struct {
	char *text; /* as it was typed */
	char *database;
	char *stage;        /* or NULL: any */
	char *name;         /* of a case, or NULL: any */
	bool stage_or_case; /* `stage` may be the name of a case, too */
} Pattern;

struct RunSelection {
	const char *option; /* static: where `only` was written; or NULL */
	GPtrArray *only;    /* of Pattern *; empty: all */
	GPtrArray *stages;  /* of char *; empty: all */
	char *text;
};

static void
selection_free_pattern(gpointer data)
{
	Pattern *pattern = data;

	g_free(pattern->text);
	g_free(pattern->database);
	g_free(pattern->stage);
	g_free(pattern->name);
	g_free(pattern);
}

static Pattern *
selection_read_pattern(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "/", 3);
	Pattern *pattern = g_new0(Pattern, 1);
	guint n_parts = g_strv_length(parts);

	pattern->text = g_strdup(text);
	pattern->database = g_strdup(n_parts > 0 ? parts[0] : "");
	pattern->stage = n_parts > 1 ? g_strdup(parts[1]) : NULL;
	pattern->name = n_parts > 2 ? g_strdup(parts[2]) : NULL;
	pattern->stage_or_case = n_parts == 2;
	return pattern;
}

static bool
selection_pattern_is_whole(const Pattern *pattern)
{
	return *pattern->database != '\0' && (pattern->stage == NULL || *pattern->stage != '\0') &&
	       (pattern->name == NULL || *pattern->name != '\0');
}

static bool
selection_check_whole(const RunSelection *selection, const Pattern *pattern, GError **error)
{
	const char *option = selection->option != NULL ? selection->option : "";

	return selection_pattern_is_whole(pattern) ||
	       base_error_set(error, BASE_ERROR_USAGE,
	                      "write DATABASE, DATABASE/STAGE or DATABASE/STAGE/CASE; * stands for any text",
	                      "%s%s\"%s\" has an empty part", option, *option != '\0' ? " " : "", pattern->text);
}

/* "forward, rows" are two. */
static void
selection_add_stages(RunSelection *selection, const char *text)
{
	g_auto(GStrv) stages = g_strsplit(text, ",", -1);

	for (char **stage = stages; *stage != NULL; stage++)
		g_ptr_array_add(selection->stages, g_strdup(g_strstrip(*stage)));
}

RunSelection *
run_selection_new(const char *option, const char *const *only, const char *const *stages, GError **error)
{
	g_autoptr(RunSelection) selection = g_new0(RunSelection, 1);
	g_autoptr(GString) text = g_string_new(NULL);

	selection->option = option;
	selection->only = g_ptr_array_new_with_free_func(selection_free_pattern);
	selection->stages = g_ptr_array_new_with_free_func(g_free);
	for (; only != NULL && *only != NULL; only++) {
		Pattern *pattern = selection_read_pattern(*only);
		g_ptr_array_add(selection->only, pattern);
		g_string_append_printf(text, "%s--only %s", text->len > 0 ? " " : "", *only);
		if (!selection_check_whole(selection, pattern, error))
			return NULL;
	}
	for (; stages != NULL && *stages != NULL; stages++) {
		selection_add_stages(selection, *stages);
		g_string_append_printf(text, "%s--stage %s", text->len > 0 ? " " : "", *stages);
	}
	selection->text = text->len > 0 ? g_strdup(text->str) : NULL;
	return g_steal_pointer(&selection);
}

void
run_selection_free(RunSelection *selection)
{
	if (selection == NULL)
		return;
	g_ptr_array_unref(selection->only);
	g_ptr_array_unref(selection->stages);
	g_free(selection->text);
	g_free(selection);
}

const char *
run_selection_text(const RunSelection *selection)
{
	return selection != NULL ? selection->text : NULL;
}

/* --- Matching --------------------------------------------------------------- */

static bool
selection_fits(const char *pattern, const char *text)
{
	return pattern == NULL || g_pattern_match_simple(pattern, text);
}

static bool
selection_stages_fit(const RunSelection *selection, const char *stage)
{
	bool fits = selection->stages->len == 0;

	for (guint i = 0; i < selection->stages->len && !fits; i++)
		fits = g_pattern_match_simple(g_ptr_array_index(selection->stages, i), stage);
	return fits;
}

bool
run_selection_has_stage(const RunSelection *selection, const char *database, const char *stage)
{
	if (selection == NULL)
		return true;
	bool fits = selection->only->len == 0;
	for (guint i = 0; i < selection->only->len && !fits; i++) {
		const Pattern *pattern = g_ptr_array_index(selection->only, i);
		fits = selection_fits(pattern->database, database) &&
		       (pattern->stage_or_case || selection_fits(pattern->stage, stage));
	}
	return fits && selection_stages_fit(selection, stage);
}

bool
run_selection_names_stage(const RunSelection *selection, const char *stage)
{
	bool named = false;

	for (guint i = 0; selection != NULL && i < selection->stages->len && !named; i++)
		named = strcmp(g_ptr_array_index(selection->stages, i), stage) == 0;
	for (guint i = 0; selection != NULL && i < selection->only->len && !named; i++)
		named = g_strcmp0(((const Pattern *)g_ptr_array_index(selection->only, i))->stage, stage) == 0;
	return named;
}

static bool
selection_pattern_has(const Pattern *pattern, const ReportCase *test_case)
{
	if (!selection_fits(pattern->database, test_case->database != NULL ? test_case->database : ""))
		return false;
	if (pattern->stage_or_case)
		return selection_fits(pattern->stage, test_case->stage) ||
		       selection_fits(pattern->stage, test_case->name);
	return selection_fits(pattern->stage, test_case->stage) && selection_fits(pattern->name, test_case->name);
}

/* True when the patterns fit it. */
static bool
selection_names(const RunSelection *selection, const ReportCase *test_case)
{
	bool fits = selection->only->len == 0;

	for (guint i = 0; i < selection->only->len && !fits; i++)
		fits = selection_pattern_has(g_ptr_array_index(selection->only, i), test_case);
	return fits && selection_stages_fit(selection, test_case->stage);
}

bool
run_selection_has(const RunSelection *selection, const ReportCase *test_case)
{
	bool bad = test_case->status == REPORT_FAILED || test_case->status == REPORT_ERRORED;

	return selection == NULL || selection_names(selection, test_case) ||
	       (bad && g_strv_contains(ground, test_case->stage));
}

/* --- Unknown names ------------------------------------------------------------- */

static bool
selection_find(const char *pattern, const char *const *names)
{
	for (; *names != NULL; names++)
		if (g_pattern_match_simple(pattern, *names))
			return true;
	return false;
}

static bool
selection_refuse(const char *option, const char *what, const char *pattern, const char *const *names, GError **error)
{
	const char *nearest = base_nearest(pattern, names);
	g_autofree char *all = g_strjoinv(", ", (char **)names);
	g_autofree char *hint = nearest != NULL
	                            ? g_strdup_printf("did you mean \"%s\"?", nearest)
	                            : g_strdup_printf("there %s %s",
	                                              names[0] != NULL && names[1] == NULL ? "is only" : "are", all);

	return base_error_set(error, BASE_ERROR_USAGE, hint, "%s%sthere is no %s \"%s\"", option != NULL ? option : "",
	                      option != NULL ? ": " : "", what, pattern);
}

bool
run_selection_check(const RunSelection *selection, const RunPlan *plan, const char *const *stages, GError **error)
{
	g_autoptr(GPtrArray) databases = g_ptr_array_new();

	for (guint i = 0; i < plan->jobs->len; i++)
		g_ptr_array_add(databases, ((const RunJob *)g_ptr_array_index(plan->jobs, i))->database->name);
	g_ptr_array_add(databases, NULL);
	const char *const *names = (const char *const *)databases->pdata;
	for (guint i = 0; i < selection->only->len; i++) {
		const Pattern *pattern = g_ptr_array_index(selection->only, i);
		if (!selection_find(pattern->database, names))
			return selection_refuse(selection->option, "database", pattern->database, names, error);
		if (pattern->stage != NULL && !pattern->stage_or_case && !selection_find(pattern->stage, stages))
			return selection_refuse(selection->option, "stage", pattern->stage, stages, error);
	}
	for (guint i = 0; i < selection->stages->len; i++)
		if (!selection_find(g_ptr_array_index(selection->stages, i), stages))
			return selection_refuse("--stage", "stage", g_ptr_array_index(selection->stages, i), stages,
			                        error);
	return true;
}

static bool
selection_is_used(const RunSelection *selection, const Pattern *pattern, const ReportRun *report)
{
	for (guint i = 0; i < report->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(report->suites, i);
		for (guint j = 0; j < suite->cases->len; j++) {
			const ReportCase *test_case = g_ptr_array_index(suite->cases, j);
			if (selection_pattern_has(pattern, test_case) &&
			    selection_stages_fit(selection, test_case->stage))
				return true;
		}
	}
	return false;
}

const char *
run_selection_find_unused(const RunSelection *selection, const ReportRun *report)
{
	for (guint i = 0; selection != NULL && i < selection->only->len; i++) {
		const Pattern *pattern = g_ptr_array_index(selection->only, i);
		if (!selection_is_used(selection, pattern, report))
			return pattern->text;
	}
	return NULL;
}
