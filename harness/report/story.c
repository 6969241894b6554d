#include "report/story.h"

#include <string.h>

/* The first ": " that does not stand between double quotes; NULL: none. */
static const char *
story_find_colon(const char *message)
{
	bool quoted = false;

	/* A place is no sentence. */
	if (strcspn(message, " ") > 0 && message[strcspn(message, " ") - 1] == ':')
		message += strcspn(message, " ") + 1;
	for (const char *p = message; *p != '\0'; p++) {
		quoted = *p == '"' ? !quoted : quoted;
		if (!quoted && p[0] == ':' && p[1] == ' ')
			return p;
	}
	return NULL;
}

/* "12 | SELECT", "   |    ^". */
static bool
story_is_source(const char *line)
{
	const char *rest = line + strspn(line, " 0123456789");

	return g_str_has_prefix(rest, "| ") && rest > line;
}

static bool
story_is_wanted(const ReportCase *test_case, const char *line, const char *place)
{
	return !g_str_has_prefix(line, "hint: ") && !g_str_has_prefix(line, "works only if ") &&
	       (test_case->message == NULL || *line == '\0' || strstr(test_case->message, line) == NULL) &&
	       g_strcmp0(line, place) != 0 && (test_case->excerpts == NULL || !story_is_source(line));
}

/* True if the line names the object of one of the differences. */
static bool
story_is_a_difference(const ReportCase *test_case, const char *line)
{
	for (guint i = 0; test_case->differences != NULL && i < test_case->differences->len; i++) {
		const ReportDifference *difference = g_ptr_array_index(test_case->differences, i);
		const char *name = difference->what != NULL ? strrchr(difference->what, ' ') : NULL;
		if (name != NULL && strstr(line, name + 1) != NULL)
			return true;
	}
	return false;
}

static bool
story_is_of_plans(const ReportCase *test_case, guint line)
{
	return line >= test_case->plans_line && line - test_case->plans_line < test_case->plans_lines;
}

static char *
story_make_rest(const ReportCase *test_case, bool with_plans)
{
	g_auto(GStrv) lines = g_strsplit(test_case->details != NULL ? test_case->details : "", "\n", -1);
	g_autofree char *place = base_position_format(test_case->position);
	g_autoptr(GString) rest = g_string_new(NULL);

	for (guint i = 0; lines[i] != NULL; i++)
		if (story_is_wanted(test_case, lines[i], place) && !story_is_a_difference(test_case, lines[i]) &&
		    (with_plans || !story_is_of_plans(test_case, i + 1)))
			g_string_append_printf(rest, "%s%s", rest->len > 0 ? "\n" : "", lines[i]);
	g_strchomp(rest->str);
	return *rest->str != '\0' ? g_strdup(rest->str) : NULL;
}

static bool
story_is_of_check(const ReportCase *test_case)
{
	return (test_case->item != NULL || test_case->kind == REPORT_KIND_SCHEMA ||
	        test_case->kind == REPORT_KIND_ACCESS || test_case->kind == REPORT_KIND_PLAN) &&
	       (test_case->message == NULL || strstr(test_case->message, test_case->name) == NULL);
}

/* "lock_order: holds ACCESS EXCLUSIVE ...": the text behind the code of a finding of the stage impact; NULL: none. */
static const char *
story_find_finding(const ReportCase *test_case, const char *message)
{
	gsize length = strspn(message, "abcdefghijklmnopqrstuvwxyz_");

	return strcmp(test_case->stage, "impact") == 0 && length > 0 && g_str_has_prefix(message + length, ": ")
	           ? message + length + 2
	           : NULL;
}

ReportStory
report_story_make(const ReportCase *test_case)
{
	const char *message = test_case->message != NULL ? test_case->message : test_case->name;
	const char *colon = story_find_colon(message);
	ReportStory story = { .rest = story_make_rest(test_case, true),
		              .short_rest = story_make_rest(test_case, false) };

	/* The message of a check does not contain the name of the check; the message of a migration names the
	 * migration. */
	if (story_is_of_check(test_case)) {
		story.headline = g_strdup_printf("%s: %s", test_case->name, message);
		story.title = g_strdup(test_case->name);
		story.found = g_strdup(message);
		return story;
	}
	const char *finding = story_find_finding(test_case, message);
	if (finding != NULL) {
		story.headline = g_strdup_printf("%s (%.*s)", finding, (int)(finding - 2 - message), message);
		story.title = g_strdup_printf("\"%s\": %.*s", test_case->name, (int)(finding - 2 - message), message);
		story.found = g_strdup(finding);
		return story;
	}
	story.headline = g_strdup(message);
	story.title = colon != NULL ? g_strndup(message, (gsize)(colon - message)) : g_strdup(message);
	story.found = g_strdup(colon != NULL ? colon + 2 : message);
	return story;
}

void
report_story_clear(ReportStory *story)
{
	g_free(story->headline);
	g_free(story->title);
	g_free(story->found);
	g_free(story->rest);
	g_free(story->short_rest);
}
