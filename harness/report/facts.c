/* The facts of a case that are not texts. */
#include "report/facts.h"

#include <string.h>

/* Longer files are not migrations that a person reads. */
#define FACTS_FILE_MAX ((gsize)4 * 1024 * 1024)
#define FACTS_LINE_MAX 400

static void
difference_free(gpointer data)
{
	ReportDifference *difference = data;

	g_free(difference->what);
	g_free(difference->expected);
	g_free(difference->found);
	g_free(difference);
}

static void
excerpt_free(gpointer data)
{
	ReportExcerpt *excerpt = data;

	g_free(excerpt->text);
	g_free(excerpt);
}

void
report_case_clear_facts(ReportCase *test_case)
{
	g_clear_pointer(&test_case->expected, g_free);
	g_clear_pointer(&test_case->hint, g_free);
	g_clear_pointer(&test_case->remedy, g_free);
	g_clear_pointer(&test_case->since, g_free);
	g_clear_pointer(&test_case->cause, g_free);
	g_clear_pointer(&test_case->reproduce, g_strfreev);
	g_clear_pointer(&test_case->accepted_names, g_strfreev);
	g_clear_pointer(&test_case->differences, g_ptr_array_unref);
	g_clear_pointer(&test_case->excerpts, g_ptr_array_unref);
	g_clear_pointer(&test_case->plans, g_ptr_array_unref);
	g_clear_pointer(&test_case->access, g_ptr_array_unref);
	g_clear_pointer(&test_case->item, report_item_free);
}

static void
take_text(char **to, char **from)
{
	if (*from == NULL)
		return;
	g_free(*to);
	*to = g_steal_pointer(from);
}

static void
take_array(GPtrArray **to, GPtrArray **from)
{
	if (*from == NULL)
		return;
	g_clear_pointer(to, g_ptr_array_unref);
	*to = g_steal_pointer(from);
}

void
report_case_take_facts(ReportCase *test_case, ReportCase *from)
{
	test_case->kind = from->kind != REPORT_KIND_OTHER ? from->kind : test_case->kind;
	take_text(&test_case->expected, &from->expected);
	take_text(&test_case->hint, &from->hint);
	take_text(&test_case->remedy, &from->remedy);
	take_text(&test_case->since, &from->since);
	take_text(&test_case->cause, &from->cause);
	take_array(&test_case->differences, &from->differences);
	take_array(&test_case->excerpts, &from->excerpts);
	take_array(&test_case->plans, &from->plans);
	take_array(&test_case->access, &from->access);
}

void
report_case_add_access(ReportCase *test_case, ReportAccess *access)
{
	if (test_case->access == NULL)
		test_case->access = g_ptr_array_new_with_free_func((GDestroyNotify)report_access_free);
	g_ptr_array_add(test_case->access, access);
}

/* Several findings of a case may have the same hint. */
void
report_case_find_hint(ReportCase *test_case)
{
	g_auto(GStrv) lines = g_strsplit(test_case->details != NULL ? test_case->details : "", "\n", -1);
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
	GString *hint = g_string_new(NULL);

	for (guint i = 0; lines[i] != NULL; i++)
		if (g_str_has_prefix(lines[i], "hint: ") && g_hash_table_add(known, lines[i]))
			g_string_append_printf(hint, "%s%s", hint->len > 0 ? "\n" : "", lines[i] + strlen("hint: "));
	g_free(test_case->hint);
	test_case->hint = hint->len > 0 ? g_strdup(hint->str) : NULL;
	g_string_free(hint, TRUE);
}

void
report_case_add_difference(ReportCase *test_case, const char *what, const char *expected, const char *found)
{
	ReportDifference *difference = g_new0(ReportDifference, 1);

	difference->what = g_strdup(what);
	difference->expected = g_strdup(expected);
	difference->found = g_strdup(found);
	if (test_case->differences == NULL)
		test_case->differences = g_ptr_array_new_with_free_func(difference_free);
	g_ptr_array_add(test_case->differences, difference);
}

/* --- Excerpts ------------------------------------------------------------------ */

/* The lines first to last, which count from 1; NULL when there are none. *ret_last is the last one that there is. */
static char *
facts_take_lines(const char *text, guint first, guint last, guint *ret_last)
{
	GString *lines = g_string_new(NULL);
	guint line = 1;

	for (const char *p = text; *p != '\0' && line <= last; line++) {
		gsize length = strcspn(p, "\n");
		if (line >= first) {
			gsize shown = MIN(length, FACTS_LINE_MAX);
			if (lines->len > 0 || line > first)
				g_string_append_c(lines, '\n');
			g_string_append_len(lines, p, (gssize)shown);
			g_string_append(lines, shown < length ? " ..." : "");
			*ret_last = line;
		}
		p += length + (p[length] == '\n');
	}
	return g_string_free(lines, line <= first);
}

static void
plan_free(gpointer data)
{
	report_plan_free(data);
}

void
report_case_add_plan(ReportCase *test_case, ReportPlan *plan)
{
	if (test_case->plans == NULL)
		test_case->plans = g_ptr_array_new_with_free_func(plan_free);
	g_ptr_array_add(test_case->plans, plan);
}

static guint
facts_count_lines(const char *text, const char *end)
{
	guint n = 1;

	for (; (text = memchr(text, '\n', (gsize)(end - text))) != NULL; text++)
		n++;
	return n;
}

void
report_case_find_plans(ReportCase *test_case, const char *text)
{
	g_autofree char *whole = g_strchomp(g_strdup(text));
	const char *found = test_case->details != NULL ? strstr(test_case->details, whole) : NULL;

	if (found == NULL)
		return;
	test_case->plans_line = facts_count_lines(test_case->details, found);
	test_case->plans_lines = facts_count_lines(whole, whole + strlen(whole));
}

void
report_case_put_excerpt(ReportCase *test_case, SourcePosition position, guint first_line, guint n_marked,
                        const char *text, const char *note)
{
	if (text == NULL)
		return;
	ReportExcerpt *excerpt = g_new0(ReportExcerpt, 1);
	excerpt->position = position;
	excerpt->first_line = first_line;
	excerpt->n_marked = n_marked;
	excerpt->text = g_strdup(text);
	excerpt->note = note;
	if (test_case->excerpts == NULL)
		test_case->excerpts = g_ptr_array_new_with_free_func(excerpt_free);
	g_ptr_array_add(test_case->excerpts, excerpt);
}

void
report_case_add_excerpt(ReportCase *test_case, SourcePosition position, guint n_marked, const char *note)
{
	guint marked = CLAMP(n_marked, 1, REPORT_EXCERPT_MARKED);
	guint first = position.line > REPORT_EXCERPT_AROUND ? position.line - REPORT_EXCERPT_AROUND : 1;
	guint last = 0;
	g_autoptr(Source)
	    source = position.path != NULL && position.line > 0 && g_file_test(position.path, G_FILE_TEST_IS_REGULAR)
	                 ? base_source_load(position.path, FACTS_FILE_MAX, NULL)
	                 : NULL;
	g_autofree char *text = source != NULL
	                            ? facts_take_lines(base_source_text(source), first,
	                                               position.line + marked - 1 + REPORT_EXCERPT_AROUND, &last)
	                            : NULL;

	if (text == NULL || last < position.line)
		return;
	report_case_put_excerpt(test_case, position, first, marked, text, note);
}

/* --- For writers ------------------------------------------------------------------ */

const char *
report_kind_name(ReportKind kind)
{
	static const char *const names[] = {
		[REPORT_KIND_OTHER] = "other",   [REPORT_KIND_ACCESS] = "access", [REPORT_KIND_LOSS] = "loss",
		[REPORT_KIND_DEPLOY] = "deploy", [REPORT_KIND_DOWN] = "down",     [REPORT_KIND_CRASH] = "crash",
		[REPORT_KIND_PLAN] = "plan",     [REPORT_KIND_SCHEMA] = "schema", [REPORT_KIND_HISTORY] = "history",
		[REPORT_KIND_SUITE] = "suite",
	};

	return names[kind];
}

static bool
facts_is_plain(const char *argument)
{
	return *argument != '\0' &&
	       strspn(argument, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%") ==
	           strlen(argument);
}

char *
report_case_command(const ReportCase *test_case)
{
	return report_command_line((const char *const *)test_case->reproduce);
}

char *
report_command_line(const char *const *arguments)
{
	GString *line = g_string_new(NULL);

	if (arguments == NULL)
		return g_string_free(line, TRUE);
	for (guint i = 0; arguments[i] != NULL; i++) {
		g_autofree char *quoted = facts_is_plain(arguments[i]) ? g_strdup(arguments[i])
		                                                       : g_shell_quote(arguments[i]);
		g_string_append_printf(line, "%s%s", i > 0 ? " " : "", quoted);
	}
	return g_string_free(line, FALSE);
}

bool
report_case_is_bad(const ReportCase *test_case)
{
	return test_case->status == REPORT_FAILED || test_case->status == REPORT_ERRORED;
}
