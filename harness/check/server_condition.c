#include "check/server_condition.h"

#include <string.h>

static const SuiteKey condition_keys[] = {
	{ "server", &suite_shape_text, true, "the server's version: \">= 15\", \">= 14, < 17\", \"15.4\"" },
	{ NULL },
};

const SuiteShape check_server_condition_shape = { .expects = "a mapping with server",
	                                          .accepts = SUITE_ACCEPT_MAPPING,
	                                          .keys = condition_keys };

typedef struct {
	const char *operator;
	bool less;
	bool equal;
	bool greater;
} Operator;

/* The longer ones first. */
static const Operator operators[] = {
	{ ">=", false, true, true }, { "<=", true, true, false }, { "!=", true, false, true },
	{ ">", false, false, true }, { "<", true, false, false }, { "=", false, true, false },
	{ "", false, true, false },
};

/* Reads a number of at most 4 digits; *cursor is left behind it. */
static bool
read_number(const char **cursor, int *ret_number)
{
	gsize digits = strspn(*cursor, "0123456789");
	int number = 0;

	if (digits == 0 || digits > 4)
		return false;
	for (gsize i = 0; i < digits; i++)
		number = number * 10 + ((*cursor)[i] - '0');
	*cursor += digits;
	*ret_number = number;
	return true;
}

/* Reads one comparison and holds it against the version. False when it is none. */
static bool
read_comparison(const char *text, int version, bool *ret_holds)
{
	const Operator *operator= operators;
	int major = 0;
	int minor = 0;

	text += strspn(text, " ");
	while (!g_str_has_prefix(text, operator->operator))
		operator++;
	text += strlen(operator->operator);
	text += strspn(text, " ");
	if (!read_number(&text, &major) || major > 99)
		return false;
	bool whole = *text == '.';
	if (whole) {
		text++;
		if (!read_number(&text, &minor))
			return false;
	}
	if (text[strspn(text, " ")] != '\0')
		return false;
	int wanted = whole ? major * 10000 + minor : major;
	int found = whole ? version : version / 10000;
	*ret_holds = found < wanted ? operator->less : found> wanted ? operator->greater : operator->equal;
	return true;
}

/* False when the text is no condition. */
static bool
evaluate(const char *text, int version, bool *ret_holds)
{
	g_auto(GStrv) parts = g_strsplit(text, ",", -1);
	bool all = true;

	for (guint i = 0; parts[i] != NULL; i++) {
		bool holds = false;
		if (!read_comparison(parts[i], version, &holds))
			return false;
		all &= holds;
	}
	*ret_holds = all;
	return parts[0] != NULL;
}

bool
check_server_condition_validate(const SuiteNode *condition, GError **error)
{
	const SuiteNode *server = suite_node_get(condition, "server");
	bool holds;

	if (evaluate(suite_node_text(server), 0, &holds))
		return true;
	return suite_node_error(server, error, "write \">= 15\", \"< 18\", 15, or several: \">= 14, < 17\"",
	                        "\"%s\" is no condition on the server's version", suite_node_text(server));
}

bool
check_server_condition_holds(const SuiteNode *condition, int server_version)
{
	bool holds = false;

	return evaluate(suite_node_get_text(condition, "server"), server_version, &holds) && holds;
}

char *
check_server_condition_reason(const SuiteNode *condition, int server_version)
{
	return g_strdup_printf("for servers %s; this one is %d.%d", suite_node_get_text(condition, "server"),
	                       server_version / 10000, server_version % 10000);
}
