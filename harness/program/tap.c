#include "program/outcome.h"

#include "base/error.h"

#include <string.h>

typedef struct {
	GPtrArray *outcomes;
	ProgramOutcome *last; /* the test that the following comments and YAML belong to; NULL: none yet */
	GString *details;     /* of it */
	gint64 planned;       /* -1: there was no plan */
	char *bailed_out;     /* the reason; or NULL */
} Tap;

static void
tap_end_test(Tap *tap)
{
	if (tap->last != NULL && tap->details->len > 0)
		tap->last->details = g_strchomp(g_strdup(tap->details->str));
	g_string_truncate(tap->details, 0);
	tap->last = NULL;
}

/* Cuts "# SKIP reason" or "# TODO reason" off the description; gives the word's rest, or NULL. */
static char *
tap_cut_directive(char *description, const char *word)
{
	for (char *mark = strchr(description, '#'); mark != NULL; mark = strchr(mark + 1, '#')) {
		char *directive = mark + 1 + strspn(mark + 1, " \t");
		if (g_ascii_strncasecmp(directive, word, strlen(word)) != 0)
			continue;
		*mark = '\0';
		return directive + strlen(word);
	}
	return NULL;
}

/* "ok 3 - it works # SKIP no server", behind "ok" or "not ok". */
static void
tap_take_test(Tap *tap, bool ok, const char *rest)
{
	g_autofree char *text = g_strdup(rest);
	char *description = text + strspn(text, " \t");

	tap_end_test(tap);
	description += strspn(description, "0123456789");
	description += strspn(description, " \t");
	if (description[0] == '-' && (description[1] == ' ' || description[1] == '\0'))
		description++;
	const char *skip = tap_cut_directive(description, "SKIP");
	const char *todo = skip == NULL ? tap_cut_directive(description, "TODO") : NULL;
	if (skip != NULL)
		tap->last = program_outcomes_add(tap->outcomes, description, PROGRAM_SKIPPED, skip);
	else if (todo != NULL && !ok)
		tap->last = program_outcomes_add(tap->outcomes, description, PROGRAM_SKIPPED, "not done yet (TODO)");
	else
		tap->last = program_outcomes_add(tap->outcomes, description, ok ? PROGRAM_PASSED : PROGRAM_FAILED,
		                                 NULL);
}

/* "1..4", and "1..0 # SKIP reason" for nothing. */
static bool
tap_take_plan(Tap *tap, const char *line)
{
	char *end = NULL;

	if (!g_str_has_prefix(line, "1.."))
		return false;
	tap->planned = g_ascii_strtoll(line + 3, &end, 10);
	g_autofree char *rest = g_strdup(end);
	const char *reason = tap_cut_directive(rest, "SKIP");
	if (tap->planned == 0 && reason != NULL)
		program_outcomes_add(tap->outcomes, "all tests", PROGRAM_SKIPPED, reason);
	return true;
}

/* True for "ok" or "not ok" as a word of its own. */
static bool
tap_is_result(const char *line, const char *word)
{
	gsize length = strlen(word);

	return strncmp(line, word, length) == 0 && (line[length] == '\0' || g_ascii_isspace(line[length]));
}

/* Indented lines are subtests and YAML; both explain the test that they stand at. */
static void
tap_take_line(Tap *tap, const char *line)
{
	if (tap_is_result(line, "ok")) {
		tap_take_test(tap, true, line + strlen("ok"));
	} else if (tap_is_result(line, "not ok")) {
		tap_take_test(tap, false, line + strlen("not ok"));
	} else if (g_str_has_prefix(line, "Bail out!")) {
		g_free(tap->bailed_out);
		tap->bailed_out = g_strstrip(g_strdup(line + strlen("Bail out!")));
	} else if (!tap_take_plan(tap, line) && tap->last != NULL && line[0] != '\0') {
		const char *text = line[0] == '#' ? line + 1 + (line[1] == ' ') : line;
		g_string_append_printf(tap->details, "%s\n", text);
	}
}

static bool
tap_judge(const Tap *tap, GError **error)
{
	guint n = tap->outcomes->len;

	if (tap->bailed_out != NULL)
		return base_error_set(error, BASE_ERROR_INPUT, NULL, "it has bailed out: %s",
		                      tap->bailed_out[0] != '\0' ? tap->bailed_out : "without a reason");
	if (tap->planned < 0)
		return base_error_set(
		    error, BASE_ERROR_INPUT,
		    "its standard output has to be in the Test Anything Protocol, as that of pg_prove "
		    "--verbose is",
		    n == 0 ? "there is no test in what it writes"
			   : "it ended before it had said how many tests there are (1..N)");
	if (tap->planned > 0 && tap->planned != n)
		return base_error_set(error, BASE_ERROR_INPUT, NULL,
		                      "its plan is of %" G_GINT64_FORMAT " tests, and there are %u", tap->planned, n);
	return true;
}

bool
program_tap_read(const char *text, GPtrArray *outcomes, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	Tap tap = { .outcomes = outcomes, .details = g_string_new(NULL), .planned = -1 };

	for (char **line = lines; *line != NULL; line++)
		tap_take_line(&tap, g_strchomp(*line));
	tap_end_test(&tap);
	bool done = tap_judge(&tap, error);
	g_string_free(tap.details, TRUE);
	g_free(tap.bailed_out);
	return done;
}
