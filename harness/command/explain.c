/* pgassay explain: the meaning of a finding about a migration, and its remedy. */
#include "command/command.h"

#include "base/error.h"
#include "base/nearest.h"
#include "impact/finding.h"

#include <stdio.h>
#include <string.h>

static void
explain_list(void)
{
	printf("Findings about the impact of a migration; \"pgassay explain CODE\" explains one:\n\n");
	for (const ImpactFindingKind *kind = impact_finding_kinds(); kind->code != NULL; kind++)
		printf("  %-18s  %s\n", kind->code, kind->title);
}

static void
explain_indented(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++)
		printf("  %s\n", lines[i]);
}

static bool
explain_one(const char *code, GError **error)
{
	const ImpactFindingKind *kind = impact_finding_kind(code);

	if (kind == NULL) {
		const char *nearest = base_nearest(code, impact_finding_codes());
		g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
		                                        : g_strdup("\"pgassay explain\" lists the codes");
		return base_error_set(error, BASE_ERROR_USAGE, hint, "there is no finding with the code \"%s\"", code);
	}
	printf("%s: %s\n\n", kind->code, kind->title);
	explain_indented(kind->danger);
	printf("\nThe safe way\n\n");
	explain_indented(kind->safe);
	printf("\nExample\n\n");
	explain_indented(kind->example);
	printf("\n\"pgassay help impact\" says how a suite accepts it.\n");
	return true;
}

CommandResult
command_explain(int n_arguments, char **arguments)
{
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = { { NULL } };

	if (!command_parse("explain", entries, &n_arguments, &arguments, &result))
		return result;
	if (n_arguments == 1)
		explain_list();
	for (int i = 1; i < n_arguments; i++) {
		if (i > 1)
			putchar('\n');
		if (!explain_one(arguments[i], &error))
			return command_error(error);
	}
	return result;
}
