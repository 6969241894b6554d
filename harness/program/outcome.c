#include "program/outcome.h"

static void
outcome_free(gpointer data)
{
	ProgramOutcome *outcome = data;

	g_free(outcome->name);
	g_free(outcome->message);
	g_free(outcome->details);
	g_free(outcome);
}

GPtrArray *
program_outcomes_new(void)
{
	return g_ptr_array_new_with_free_func(outcome_free);
}

/* NULL for nothing. */
static char *
outcome_copy(const char *text)
{
	char *copy = text != NULL ? g_strstrip(g_utf8_make_valid(text, -1)) : NULL;

	if (copy != NULL && copy[0] == '\0')
		g_clear_pointer(&copy, g_free);
	return copy;
}

ProgramOutcome *
program_outcomes_add(GPtrArray *outcomes, const char *name, ProgramStatus status, const char *message)
{
	ProgramOutcome *outcome = g_new0(ProgramOutcome, 1);

	outcome->name = outcome_copy(name);
	if (outcome->name == NULL)
		outcome->name = g_strdup_printf("test %u", outcomes->len + 1);
	outcome->status = status;
	outcome->message = outcome_copy(message);
	g_ptr_array_add(outcomes, outcome);
	return outcome;
}
