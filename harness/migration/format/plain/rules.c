#include "migration/format/plain/plain.h"

#include "base/error.h"

#include <string.h>

void
plain_rules_free(PlainRules *rules)
{
	if (rules == NULL)
		return;
	g_clear_pointer(&rules->pattern, g_regex_unref);
	g_clear_pointer(&rules->ignore, g_regex_unref);
	g_clear_pointer(&rules->down_line, g_regex_unref);
	g_clear_pointer(&rules->no_transaction, g_regex_unref);
	g_clear_pointer(&rules->columns, g_ptr_array_unref);
	g_free(rules->order_file);
	g_free(rules);
}

void
plain_name_clear(PlainName *name)
{
	g_clear_pointer(&name->version, g_free);
	g_clear_pointer(&name->name, g_free);
}

/* --- Patterns ------------------------------------------------------------------ */

/* True with *ret_regex NULL when the setting is not there. A `whole` one has to match from the first byte to the last.
 */
static bool
read_regex(const MigrationSet *set, const char *setting, bool whole, GRegex **ret_regex, GError **error)
{
	const char *text = migration_set_get(set, setting);
	g_autoptr(GError) cause = NULL;

	if (text == NULL)
		return true;
	g_autoptr(GRegex) alone = g_regex_new(text, G_REGEX_OPTIMIZE, 0, &cause);
	if (alone == NULL) {
		const char *why = strstr(cause->message, "at char ");
		return base_error_set(error, BASE_ERROR_INPUT,
		                      "patterns are those of Perl; in YAML, single quotes keep their backslashes",
		                      "the setting \"%s\" is no regular expression: \"%s\", %s", setting, text,
		                      why != NULL ? why : cause->message);
	}
	g_autofree char *anchored = g_strdup_printf("\\A(?:%s)\\z", text);
	*ret_regex = whole ? g_regex_new(anchored, G_REGEX_OPTIMIZE, 0, NULL) : g_steal_pointer(&alone);
	/* A comment that the extended syntax lets run to the end of the pattern takes the anchor with it. */
	return *ret_regex != NULL ||
	       base_error_set(error, BASE_ERROR_INPUT, "take comments out of it",
	                      "the setting \"%s\" cannot be held against a whole path: \"%s\"", setting, text);
}

static bool
read_patterns(const MigrationSet *set, PlainRules *rules, GError **error)
{
	if (!read_regex(set, PLAIN_PATTERN, true, &rules->pattern, error) ||
	    !read_regex(set, PLAIN_IGNORE, true, &rules->ignore, error) ||
	    !read_regex(set, PLAIN_DOWN_LINE, false, &rules->down_line, error) ||
	    !read_regex(set, PLAIN_NO_TRANSACTION, false, &rules->no_transaction, error))
		return false;
	const char *pattern = migration_set_get(set, PLAIN_PATTERN);
	if (g_regex_get_string_number(rules->pattern, "version") < 0)
		return base_error_set(error, BASE_ERROR_INPUT,
		                      "put what tells the migrations apart into one: '(?<version>\\d+)_.*\\.sql'",
		                      "the pattern \"%s\" has no group \"version\"", pattern);
	/* A pattern with folders is only useful if sub-folders are searched. */
	rules->recursive = migration_set_has(set, PLAIN_RECURSIVE) || strchr(pattern, '/') != NULL;
	return true;
}

bool
plain_rules_match(const PlainRules *rules, const char *path, PlainName *ret_name)
{
	g_autoptr(GMatchInfo) match = NULL;

	if (!g_regex_match(rules->pattern, path, 0, &match))
		return false;
	g_autofree char *version = g_match_info_fetch_named(match, "version");
	g_autofree char *name = g_match_info_fetch_named(match, "name");
	g_autofree char *down = g_match_info_fetch_named(match, "down");
	if (version == NULL || *version == '\0')
		return false;
	ret_name->down = down != NULL && *down != '\0';
	ret_name->version = g_steal_pointer(&version);
	ret_name->name = name != NULL && *name != '\0' ? g_steal_pointer(&name) : NULL;
	return true;
}

bool
plain_rules_ignore(const PlainRules *rules, const char *path)
{
	if (rules->order_file != NULL && strcmp(path, rules->order_file) == 0)
		return true;
	for (const char *slash = path; rules->ignore != NULL && slash != NULL;) {
		slash = strchr(slash + 1, '/');
		g_autofree char *part = slash != NULL ? g_strndup(path, (gsize)(slash - path)) : g_strdup(path);
		if (g_regex_match(rules->ignore, part, 0, NULL))
			return true;
	}
	return false;
}

/* --- Transactions and the order --------------------------------------------------- */

static bool
read_transaction(const MigrationSet *set, PlainRules *rules, GError **error)
{
	static const char *const values[] = { "auto", "file", "all", "none", NULL };
	const char *value = migration_set_get(set, PLAIN_TRANSACTION);

	while (strcmp(values[rules->transaction], value) != 0)
		rules->transaction++;
	rules->whole_files = strcmp(migration_set_get(set, PLAIN_SEND), "file") == 0;
	if (rules->no_transaction != NULL && rules->transaction == PLAIN_TRANSACTION_ALL)
		return base_error_set(error, BASE_ERROR_INPUT, "take one of them out",
		                      "\"no-transaction\" leaves files outside of the one transaction of "
		                      "\"transaction: all\"");
	return true;
}

static void
read_order(const MigrationSet *set, PlainRules *rules)
{
	static const char *const words[] = { PLAIN_ORDER_NAME, PLAIN_ORDER_NUMBER, PLAIN_ORDER_NATURAL, NULL };
	const char *order = migration_set_get(set, PLAIN_ORDER);

	rules->order_file = g_strv_contains(words, order) ? NULL : g_strdup(order);
}

/* --- The columns of the history --------------------------------------------------- */

static void
plain_rules_column_free(gpointer data)
{
	PlainColumn *column = data;

	g_free(column->name);
	g_free(column->type);
	g_free(column->value);
	g_free(column);
}

/* "NAME = VALUE" or "NAME TYPE = VALUE". */
static bool
plain_rules_add_column(PlainRules *rules, const char *text, GError **error)
{
	const char *equals = strchr(text, '=');
	g_autofree char *left = g_strstrip(g_strndup(text, equals != NULL ? (gsize)(equals - text) : 0));
	g_autofree char *value = g_strstrip(g_strdup(equals != NULL ? equals + 1 : ""));
	gsize length = strcspn(left, " \t");
	g_autofree char *type = g_strstrip(g_strdup(left + length));

	if (length == 0 || *value == '\0')
		return base_error_set(error, BASE_ERROR_INPUT,
		                      "write it like \"id int = version, script = file, at timestamptz = now()\"",
		                      "the setting \"history\" has a column that is not NAME = VALUE: \"%s\"", text);
	PlainColumn *column = g_new0(PlainColumn, 1);
	column->name = g_strndup(left, length);
	column->type = *type != '\0' ? g_steal_pointer(&type) : g_strdup("text");
	column->value = g_steal_pointer(&value);
	g_ptr_array_add(rules->columns, column);
	return true;
}

static bool
plain_rules_read_history(const MigrationSet *set, PlainRules *rules, GError **error)
{
	const char *text = migration_set_get(set, PLAIN_HISTORY);

	rules->without_history = g_strcmp0(text, "none") == 0;
	if (text == NULL || rules->without_history)
		return true;
	g_auto(GStrv) columns = g_strsplit(text, ",", -1);
	bool found = false;
	rules->columns = g_ptr_array_new_with_free_func(plain_rules_column_free);
	for (char **column = columns; *column != NULL; column++) {
		if (!plain_rules_add_column(rules, g_strstrip(*column), error))
			return false;
		const PlainColumn *last = g_ptr_array_index(rules->columns, rules->columns->len - 1);
		found = found || strcmp(last->value, "version") == 0 || strcmp(last->value, "file") == 0;
	}
	return found || base_error_set(error, BASE_ERROR_INPUT, "add one that is version or file",
	                               "no column of the setting \"history\" tells the migrations apart: \"%s\"", text);
}

PlainRules *
plain_rules_new(const MigrationSet *set, GError **error)
{
	g_autoptr(PlainRules) rules = g_new0(PlainRules, 1);

	read_order(set, rules);
	if (!read_patterns(set, rules, error) || !read_transaction(set, rules, error) ||
	    !plain_rules_read_history(set, rules, error))
		return NULL;
	return g_steal_pointer(&rules);
}
