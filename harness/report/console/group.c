/* The cases of one database at one stage, of which the console shows a line: how many passed. */
#include "report/console/private.h"

#include <string.h>

/* Several cases with the same message; the first one has had a line of its own. */
typedef struct {
	char *text;
	ReportStatus status;
	guint more; /* cases after the first one */
} Remark;

/* Cases that failed alike. */
typedef struct {
	char *key;
	ReportStatus status;
	guint shown;      /* those that have been shown in full */
	GPtrArray *names; /* of char *: the others */
} Same;

/* Maximum number of passed cases of a group that have a line of their own because of a remark: more of them would
 * hide the failures. "-v" shows all. */
enum { GROUP_REMARKS = 10 };

struct ReportConsoleGroup {
	char *database; /* or NULL */
	char *stage;
	char *name;         /* of the first passed case */
	GPtrArray *remarks; /* of Remark * */
	GPtrArray *same;    /* of Same * */
	guint hidden;       /* passed cases whose remarks are too many to be shown */
	ReportCounts counts;
	gint64 duration;
};

static void
group_free_remark(gpointer data)
{
	Remark *remark = data;

	g_free(remark->text);
	g_free(remark);
}

static void
group_free_same(gpointer data)
{
	Same *same = data;

	g_ptr_array_unref(same->names);
	g_free(same->key);
	g_free(same);
}

void
report_console_group_free(ReportConsoleGroup *group)
{
	g_free(group->database);
	g_free(group->stage);
	g_free(group->name);
	g_ptr_array_unref(group->remarks);
	g_ptr_array_unref(group->same);
	g_free(group);
}

static ReportConsoleGroup *
group_find(const ReportConsole *console, const ReportCase *test_case)
{
	for (guint i = 0; i < console->groups->len; i++) {
		ReportConsoleGroup *group = g_ptr_array_index(console->groups, i);
		if (g_strcmp0(group->database, test_case->database) == 0 && strcmp(group->stage, test_case->stage) == 0)
			return group;
	}
	ReportConsoleGroup *group = g_new0(ReportConsoleGroup, 1);
	group->database = g_strdup(test_case->database);
	group->stage = g_strdup(test_case->stage);
	group->remarks = g_ptr_array_new_with_free_func(group_free_remark);
	group->same = g_ptr_array_new_with_free_func(group_free_same);
	g_ptr_array_add(console->groups, group);
	return group;
}

static guint
group_count_remarks(const ReportConsoleGroup *group, ReportStatus status)
{
	guint n = 0;

	for (guint i = 0; i < group->remarks->len; i++)
		n += ((const Remark *)g_ptr_array_index(group->remarks, i))->status == status;
	return n;
}

/* True when no case of the group has said that, and there is room for it. */
static bool
group_add_remark(ReportConsoleGroup *group, const ReportCase *test_case)
{
	for (guint i = 0; i < group->remarks->len; i++) {
		Remark *remark = g_ptr_array_index(group->remarks, i);
		if (remark->status == test_case->status && strcmp(remark->text, test_case->message) == 0) {
			remark->more++;
			return false;
		}
	}
	if (test_case->status == REPORT_PASSED && group_count_remarks(group, REPORT_PASSED) >= GROUP_REMARKS) {
		group->hidden++;
		return false;
	}
	Remark *remark = g_new0(Remark, 1);
	remark->text = g_strdup(test_case->message);
	remark->status = test_case->status;
	g_ptr_array_add(group->remarks, remark);
	return true;
}

static Same *
group_find_same(ReportConsoleGroup *group, ReportStatus status, const char *key)
{
	for (guint i = 0; i < group->same->len; i++) {
		Same *same = g_ptr_array_index(group->same, i);
		if (strcmp(same->key, key) == 0)
			return same;
	}
	Same *same = g_new0(Same, 1);
	same->key = g_strdup(key);
	same->status = status;
	same->names = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(group->same, same);
	return same;
}

/* True when the failure has to be shown in full. */
static bool
group_add_failure(ReportConsoleGroup *group, const ReportCase *test_case)
{
	g_autofree char *key = report_console_same_key(test_case);
	Same *same = key != NULL ? group_find_same(group, test_case->status, key) : NULL;

	if (same == NULL || same->shown++ < REPORT_CONSOLE_SAME)
		return true;
	g_ptr_array_add(same->names, g_strdup(test_case->name));
	return false;
}

bool
report_console_group_add(ReportConsole *console, const ReportCase *test_case)
{
	ReportConsoleGroup *group = group_find(console, test_case);

	report_counts_add(&group->counts, test_case->status);
	group->duration += MAX(test_case->duration, 0);
	if (report_case_is_bad(test_case))
		return group_add_failure(group, test_case);
	if (test_case->status == REPORT_PASSED && group->name == NULL)
		group->name = g_strdup(test_case->name);
	return test_case->message != NULL && group_add_remark(group, test_case);
}

static char *
group_describe(const ReportConsoleGroup *group)
{
	const ReportCounts *counts = &group->counts;

	if (counts->passed == 1 && counts->failed + counts->errored + counts->skipped == 0)
		return report_console_clean(group->name);
	GString *text = g_string_new(NULL);
	g_string_append_printf(text, "%u passed", counts->passed);
	if (counts->failed > 0)
		g_string_append_printf(text, ", %u failed", counts->failed);
	if (counts->errored > 0)
		g_string_append_printf(text, ", %u %s", counts->errored, counts->errored == 1 ? "error" : "errors");
	if (counts->skipped > 0)
		g_string_append_printf(text, ", %u skipped", counts->skipped);
	return g_string_free(text, FALSE);
}

/* A case that is alone and had something to say has had its line. */
static bool
group_is_shown(const ReportConsoleGroup *group)
{
	const ReportCounts *counts = &group->counts;
	guint others = counts->failed + counts->errored + counts->skipped;

	return counts->passed > 0 && !(counts->passed == 1 && others == 0 && group->remarks->len == 1);
}

static void
group_put_same(ReportConsole *console, const ReportConsoleGroup *group, const char *label)
{
	for (guint i = 0; i < group->same->len; i++) {
		const Same *same = g_ptr_array_index(group->same, i);
		if (same->names->len == 0)
			continue;
		g_autofree char *more = g_strdup_printf("%u more", same->names->len);
		g_autofree char *list = report_console_same_list(same->names);
		report_console_put_line(console, same->status, label, more, 0, list);
	}
}

static void
group_put(ReportConsole *console, const ReportConsoleGroup *group)
{
	const ReportCounts *counts = &group->counts;
	ReportStatus status = counts->failed > 0 ? REPORT_FAILED : counts->errored > 0 ? REPORT_ERRORED : REPORT_PASSED;
	g_autofree char *label = report_console_label(group->database, group->stage);

	group_put_same(console, group, label);
	for (guint i = 0; i < group->remarks->len; i++) {
		const Remark *remark = g_ptr_array_index(group->remarks, i);
		if (remark->more == 0)
			continue;
		g_autofree char *more = g_strdup_printf("%u more", remark->more);
		g_autofree char *text = report_console_clean(remark->text);
		report_console_put_line(console, remark->status, label, more, 0, text);
	}
	if (group->hidden > 0) {
		g_autofree char *more = g_strdup_printf("%u more", group->hidden);
		report_console_put_line(console, REPORT_PASSED, label, more, 0, "with other remarks; -v shows them");
	}
	if (!group_is_shown(group))
		return;
	g_autofree char *text = group_describe(group);
	report_console_put_line(console, status, label, text, group->duration, NULL);
}

void
report_console_group_end(ReportConsole *console, const char *database, const char *stage)
{
	for (guint i = 0; i < console->groups->len;) {
		const ReportConsoleGroup *group = g_ptr_array_index(console->groups, i);
		if (stage != NULL && (g_strcmp0(group->database, database) != 0 || strcmp(group->stage, stage) != 0)) {
			i++;
			continue;
		}
		report_console_clear_progress(console);
		group_put(console, group);
		g_ptr_array_remove_index(console->groups, i);
	}
}
