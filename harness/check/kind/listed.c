#include "check/kind/listed.h"

void
check_listed_open(CheckListed *listed, const SuiteNode *node)
{
	*listed = (CheckListed){ .node = node };
	if (node != NULL)
		listed->found = g_new0(bool, (gsize)suite_node_size(node) + 1);
}

void
check_listed_close(CheckListed *listed)
{
	g_clear_pointer(&listed->found, g_free);
}

bool
check_listed_covers(CheckListed *listed, const char *subject)
{
	bool covered = false;

	/* All that fit are noted: a wide one must not make a narrow one look useless. */
	for (guint i = 0; listed->node != NULL && i < suite_node_size(listed->node); i++) {
		if (!g_pattern_match_simple(suite_node_key(listed->node, i), subject))
			continue;
		listed->found[i] = true;
		covered = true;
	}
	return covered;
}

bool
check_listed_covers_kind(CheckListed *listed, const char *subject, const char *kind, bool only)
{
	g_autofree char *whole = g_strdup_printf("%s (%s)", subject, kind);
	bool by_kind = check_listed_covers(listed, whole);
	bool by_name = check_listed_covers(listed, subject);

	return by_kind || (by_name && only);
}

void
check_listed_report(const CheckListed *listed, CheckFindings *findings)
{
	for (guint i = 0; listed->node != NULL && i < suite_node_size(listed->node); i++) {
		if (listed->found[i])
			continue;
		const SuiteNode *key = suite_node_key_node(listed->node, i);
		g_autofree char *place = base_position_format(suite_node_position(key));
		g_autofree char *summary = g_strdup_printf("%s: the exception \"%s\" is not needed", place,
		                                           suite_node_text(key));
		g_autofree char *details = g_strdup_printf("%s: nothing of that name is found\nhint: remove it, or "
		                                           "correct the name",
		                                           summary);
		check_findings_add(findings, summary, details);
	}
}

bool
check_listed_validate(const SuiteNode *node, GError **error)
{
	for (guint i = 0; node != NULL && i < suite_node_size(node); i++)
		if (suite_node_text(suite_node_item(node, i))[0] == '\0')
			return suite_node_error(suite_node_item(node, i), error, "say why it is right as it is",
			                        "the reason is empty");
	return true;
}
