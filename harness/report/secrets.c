#include "report/secrets.h"

#include <string.h>

/* Names of options, settings and words of SQL that may hold a secret. */
#define WORD    "\\b\\w*(?:password|passwd|passphrase|pwd|secret|token|api_?key|access_?key|private_?key)\\w*"
#define LITERAL "E?'(?:[^'\\\\]|''|\\\\.)*'?"

static const struct {
	const char *pattern;
	const char *replacement;
} rules[] = {
	/* PASSWORD 'x', OPTIONS (password 'x'); not token = 'x', which is a condition */
	{ "(" WORD "\\s+)" LITERAL, "\\1'***'" },
	/* SET app.secret = 'x', SET app.secret TO 'x' */
	{ "(\\bSET\\s+(?:LOCAL\\s+|SESSION\\s+)?[\\w.]*" WORD "\\s*(?:=|TO)\\s*)(?:" LITERAL "|[^\\s;]+)", "\\1'***'" },
	/* set_config('app.secret', 'x' */
	{ "(set_config\\s*\\(\\s*'[\\w.]*" WORD "'\\s*,\\s*)" LITERAL, "\\1'***'" },
	/* scheme://user:x@host */
	{ "(\\w://[^:@/\\s'\"]*):[^\\s'\"]*@", "\\1:***@" },
	/* password=x, ?password=x&; not password = x, which is SQL */
	{ "(" WORD "=)(?:'(?:[^'\\\\]|\\\\.)*'|[^\\s&;,'\"()]+)", "\\1***" },
};

/* Most texts hold nothing of the kind, and no expression has to look at them. */
static bool
secrets_are_possible(const char *text)
{
	static const char *const marks[] = { "pass", "pwd", "secret", "token", "key", "://" };
	g_autofree char *lower = g_ascii_strdown(text, -1);

	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++)
		if (strstr(lower, marks[i]) != NULL)
			return true;
	return false;
}

char *
report_secrets_hide(const char *text)
{
	if (!secrets_are_possible(text))
		return g_strdup(text);
	/* GRegex needs valid UTF-8. A text that is not valid stays unchanged if nothing is found. */
	char *hidden = g_utf8_make_valid(text, -1);
	bool changed = false;
	for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
		g_autoptr(GRegex) regex = g_regex_new(rules[i].pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
		char *next = g_regex_replace(regex, hidden, -1, 0, rules[i].replacement, 0, NULL);
		changed |= next == NULL || strcmp(next, hidden) != 0;
		g_free(hidden);
		hidden = next != NULL ? next : g_strdup("(not shown)");
	}
	if (changed)
		return hidden;
	g_free(hidden);
	return g_strdup(text);
}

static void
secrets_hide_in(char **text)
{
	if (*text == NULL || !secrets_are_possible(*text))
		return;
	char *hidden = report_secrets_hide(*text);
	g_free(*text);
	*text = hidden;
}

static void
secrets_hide_in_plan(const ReportPlan *plan)
{
	for (guint i = 0; i < plan->nodes->len; i++)
		secrets_hide_in(&((ReportPlanNode *)g_ptr_array_index(plan->nodes, i))->details);
}

static void
secrets_hide_in_observation(const ReportObservation *observation)
{
	for (guint i = 0; i < observation->statements->len; i++)
		secrets_hide_in(&((ReportStatement *)g_ptr_array_index(observation->statements, i))->text);
	for (guint i = 0; i < observation->findings->len; i++)
		secrets_hide_in(&((ReportFinding *)g_ptr_array_index(observation->findings, i))->message);
}

static void
secrets_hide_in_access(const GPtrArray *accesses)
{
	for (guint i = 0; accesses != NULL && i < accesses->len; i++) {
		ReportAccess *access = g_ptr_array_index(accesses, i);
		secrets_hide_in(&access->settings);
		secrets_hide_in(&access->where);
		secrets_hide_in(&access->values);
	}
}

static void
secrets_hide_in_item(ReportItem *item)
{
	secrets_hide_in(&item->details);
	secrets_hide_in(&item->shows);
	for (guint i = 0; i < item->facts->len; i++)
		secrets_hide_in(&((ReportFact *)g_ptr_array_index(item->facts, i))->found);
}

void
report_case_hide_secrets(ReportCase *test_case)
{
	secrets_hide_in(&test_case->message);
	secrets_hide_in(&test_case->details);
	secrets_hide_in(&test_case->statement);
	secrets_hide_in(&test_case->notes);
	secrets_hide_in(&test_case->output);
	secrets_hide_in(&test_case->hint);
	secrets_hide_in(&test_case->remedy);
	for (guint i = 0; test_case->differences != NULL && i < test_case->differences->len; i++) {
		ReportDifference *difference = g_ptr_array_index(test_case->differences, i);
		secrets_hide_in(&difference->expected);
		secrets_hide_in(&difference->found);
	}
	for (guint i = 0; test_case->excerpts != NULL && i < test_case->excerpts->len; i++)
		secrets_hide_in(&((ReportExcerpt *)g_ptr_array_index(test_case->excerpts, i))->text);
	for (guint i = 0; test_case->plans != NULL && i < test_case->plans->len; i++)
		secrets_hide_in_plan(g_ptr_array_index(test_case->plans, i));
	for (guint i = 0; test_case->preconditions != NULL && i < test_case->preconditions->len; i++)
		secrets_hide_in(&((ReportPrecondition *)g_ptr_array_index(test_case->preconditions, i))->query);
	if (test_case->observation != NULL)
		secrets_hide_in_observation(test_case->observation);
	secrets_hide_in_access(test_case->access);
	if (test_case->item != NULL)
		secrets_hide_in_item(test_case->item);
}
