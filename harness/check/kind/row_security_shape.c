/* The shape of a row_security check. */
#include "check/kind/condition.h"
#include "check/kind/kind.h"
#include "check/kind/row_security_private.h"

#include <string.h>

/* --- Shape --------------------------------------------------------------- */

static const char *const rejected_choices[] = { "rejected", NULL };
static const SuiteShape rows_shape = { .expects = "a number of rows, or the word rejected",
	                               .accepts = SUITE_ACCEPT_COUNT | SUITE_ACCEPT_TEXT,
	                               .choices = rejected_choices };
static const SuiteShape cell_shape = { .expects = "a text, a number, true, false or null",
	                               .accepts = SUITE_ACCEPT_TEXT | SUITE_ACCEPT_NULL };
static const SuiteShape row_shape = { .expects = "a mapping of columns to values",
	                              .accepts = SUITE_ACCEPT_MAPPING,
	                              .values = &cell_shape };
static const SuiteShape inserts_shape = { .expects = "a mapping of columns to values, or a list of them",
	                                  .accepts = SUITE_ACCEPT_MAPPING | SUITE_ACCEPT_LIST,
	                                  .item = &row_shape,
	                                  .values = &cell_shape };

/* The keys of one line of the table; also those of a check that is a single line. */
#define LINE_KEYS                                                                                                      \
	{ "role", &suite_shape_text, false, "the role that runs the statements" },                                     \
	    { "set", &suite_shape_text_mapping, false, "the settings that it has" },                                   \
	    { "table", &suite_shape_text, false, "the table or view" },                                                \
	    { "where", &suite_shape_text, false, "the rows that it is about, as an SQL condition" },                   \
	    { "sees", &rows_shape, false, "how many rows SELECT gives" },                                              \
	    { "updates", &rows_shape, false, "how many rows UPDATE changes" },                                         \
	    { "to", &row_shape, false, "what UPDATE sets; a column to itself when left out" },                         \
	    { "deletes", &rows_shape, false, "how many rows DELETE removes" },                                         \
	    { "inserts", &inserts_shape, false, "rows that INSERT takes, each alone" },                                \
	{                                                                                                              \
		"rejected", &suite_shape_text, false,                                                                  \
		    "the SQLSTATE or condition name with which inserts, and what says rejected, are refused"           \
	}

static const SuiteKey line_keys[] = { LINE_KEYS, { NULL } };
static const SuiteShape line_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = line_keys };
static const SuiteShape cases_shape = { .expects = "a list of cases",
	                                .accepts = SUITE_ACCEPT_LIST,
	                                .item = &line_shape };

static const SuiteKey keys[] = {
	{ "name", &suite_shape_text, false, "the case's name; made of role and table when left out" },
	{ "database", &suite_shape_text, false, "the database; needed when the suite has several" },
	{ "setup", &suite_shape_text, false, "SQL that runs first, in the same transaction: rows, roles, privileges" },
	LINE_KEYS,
	{ "cases", &cases_shape, false, "several of them; what a case leaves out is taken from the check" },
	{ NULL },
};

const SuiteShape check_row_security_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = keys };

guint
check_row_line_count(const SuiteNode *check)
{
	const SuiteNode *cases = suite_node_get(check, "cases");

	return cases != NULL ? suite_node_size(cases) : 1;
}

const SuiteNode *
check_row_line_at(const SuiteNode *check, guint index)
{
	const SuiteNode *cases = suite_node_get(check, "cases");

	return cases != NULL ? suite_node_item(cases, index) : check;
}

const char *
check_row_line_text(const SuiteNode *check, const SuiteNode *line, const char *key)
{
	const char *own = suite_node_get_text(line, key);

	return own != NULL ? own : suite_node_get_text(check, key);
}

/* The keys that have a number of rows. */
static const char *const counted[] = { "sees", "updates", "deletes" };

/* --- Validation ---------------------------------------------------------- */

static bool
validate_settings(const SuiteNode *line, GError **error)
{
	const SuiteNode *settings = suite_node_get(line, "set");

	for (guint i = 0; settings != NULL && i < suite_node_size(settings); i++)
		if (g_ascii_strcasecmp(suite_node_key(settings, i), "role") == 0)
			return suite_node_error(suite_node_key_node(settings, i), error,
			                        "it has a key of its own: role", "the role is no setting here");
	return true;
}

static bool
validate_rejected(const SuiteNode *line, GError **error)
{
	const SuiteNode *rejected = suite_node_get(line, "rejected");
	bool used = suite_node_get(line, "inserts") != NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(counted); i++)
		used |= g_strcmp0(suite_node_get_text(line, counted[i]), "rejected") == 0;
	if (rejected == NULL)
		return true;
	if (!used)
		return suite_node_error(rejected, error,
		                        "give it the rows under inserts:, or write \"updates: rejected\"",
		                        "nothing is said to be rejected here");
	return check_condition_validate(rejected, error);
}

static bool
validate_line(const SuiteNode *check, const SuiteNode *line, GError **error)
{
	bool commanded = suite_node_get(line, "inserts") != NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(counted); i++)
		commanded |= suite_node_get(line, counted[i]) != NULL;
	if (check_row_line_text(check, line, "role") == NULL)
		return suite_node_error(line, error, "the role that runs the statements", "there is no role here");
	if (check_row_line_text(check, line, "table") == NULL)
		return suite_node_error(line, error, "the table that row security is on", "there is no table here");
	if (!commanded)
		return suite_node_error(line, error,
		                        "add sees:, updates:, deletes: or inserts:", "nothing is stated here");
	const SuiteNode *to = suite_node_get(line, "to");
	if (to != NULL && suite_node_get(line, "updates") == NULL)
		return suite_node_error(to, error, "add updates: with a number of rows",
		                        "\"to\" belongs to \"updates\"");
	if (to != NULL && suite_node_size(to) == 0)
		return suite_node_error(to, error, "name a column and its value", "\"to\" is empty");
	const SuiteNode *inserts = suite_node_get(line, "inserts");
	if (inserts != NULL && suite_node_kind(inserts) == SUITE_NODE_LIST && suite_node_size(inserts) == 0)
		return suite_node_error(inserts, error, "write a row, or remove the key", "\"inserts\" has no row");
	return validate_settings(line, error) && validate_rejected(line, error);
}

bool
check_row_security_validate(const SuiteNode *node, GError **error)
{
	static const char *const line_only[] = { "sees", "updates", "to", "deletes", "inserts", "rejected" };
	const SuiteNode *cases = suite_node_get(node, "cases");

	if (cases != NULL && suite_node_size(cases) == 0)
		return suite_node_error(cases, error, "write a case, or remove the check",
		                        "the list of cases is empty");
	for (gsize i = 0; cases != NULL && i < G_N_ELEMENTS(line_only); i++) {
		const SuiteNode *value = suite_node_get(node, line_only[i]);
		if (value != NULL)
			return suite_node_error(value, error, "make it a case",
			                        "\"%s\" must stand in a case when there are cases", line_only[i]);
	}
	if (!validate_settings(node, error))
		return false;
	for (guint i = 0; i < check_row_line_count(node); i++)
		if (!validate_line(node, check_row_line_at(node, i), error))
			return false;
	return true;
}

char *
check_row_security_name(const SuiteNode *node)
{
	const SuiteNode *line = check_row_line_at(node, 0);

	return g_strdup_printf("%s on %s", check_row_line_text(node, line, "role"),
	                       check_row_line_text(node, line, "table"));
}
