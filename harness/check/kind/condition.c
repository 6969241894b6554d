#include "check/kind/condition.h"

#include "base/nearest.h"
#include "db/sqlstate.h"

#include <string.h>

const char *
check_condition_state(const char *text)
{
	bool is_state = strlen(text) == 5 && strspn(text, G_CSET_A_2_Z G_CSET_DIGITS) == 5;

	return is_state ? text : db_sqlstate_of(text);
}

bool
check_condition_is(const char *expected, const char *found)
{
	bool restricted = strcmp(expected, DB_SQLSTATE_FOREIGN_KEY_VIOLATION) == 0 &&
	                  strcmp(found, DB_SQLSTATE_RESTRICT_VIOLATION) == 0;

	return restricted || strcmp(expected, found) == 0;
}

bool
check_condition_validate(const SuiteNode *node, GError **error)
{
	if (check_condition_state(suite_node_text(node)) != NULL)
		return true;
	const char *nearest = base_nearest(suite_node_text(node), db_sqlstate_names());
	g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
	                                        : g_strdup("see \"PostgreSQL Error Codes\" in its documentation");
	return suite_node_error(node, error, hint, "\"%s\" is neither an SQLSTATE nor a condition name",
	                        suite_node_text(node));
}

char *
check_condition_describe(const char *state)
{
	const char *name = db_sqlstate_name(state);

	return g_strdup_printf("%s (%s)", state, name != NULL ? name : "no condition name");
}
