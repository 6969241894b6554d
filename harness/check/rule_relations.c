/* Rules on tables, their columns and their policies, and on names. */
#include "check/rule.h"

#include <string.h>

char *
check_rule_primary_key(const CheckRuleWork *work, const CatalogObject *table)
{
	guint count;

	catalog_snapshot_range(work->snapshot, CATALOG_PRIMARY_KEY, table->schema, table->name, &count);
	if (count > 0)
		return NULL;
	bool id = catalog_snapshot_find(work->snapshot, CATALOG_COLUMN, table->schema, table->name, "id") != NULL;
	g_autofree char *name = check_rule_quote_object(work, table);
	return g_strdup_printf("has no primary key: ALTER TABLE %s ADD PRIMARY KEY (%s)", name, id ? "id" : "...");
}

/* --- Row security -------------------------------------------------------- */

static const char *const commands[] = { "select", "insert", "update", "delete", NULL };

static const SuiteShape command_shape = { .expects = "select, insert, update or delete",
	                                  .accepts = SUITE_ACCEPT_TEXT,
	                                  .choices = commands };
static const SuiteShape commands_shape = { .expects = "a list of commands",
	                                   .accepts = SUITE_ACCEPT_LIST,
	                                   .item = &command_shape };

const SuiteKey check_rule_row_security_parameters[] = {
	{ "commands", &commands_shape, false,
	  "those that need a policy (default: select, insert, update, delete); [] for none" },
	{ "forced", &suite_shape_bool, false, "true: for the owner, too" },
	{ NULL },
};

/* A restrictive policy lets nobody in. */
static bool
has_policy(const CheckRuleWork *work, const CatalogObject *table, const char *command)
{
	guint count;
	guint first = catalog_snapshot_range(work->snapshot, CATALOG_POLICY, table->schema, table->name, &count);

	for (guint i = 0; i < count; i++) {
		const CatalogObject *policy = catalog_snapshot_object(work->snapshot, first + i);
		const char *of = check_rule_text(policy, "command");
		if (g_strcmp0(check_rule_text(policy, "permissive"), "true") == 0 &&
		    (g_strcmp0(of, command) == 0 || g_strcmp0(of, "all") == 0))
			return true;
	}
	return false;
}

/* The commands that need a policy, which the caller frees, but not the texts. */
static GPtrArray *
wanted_commands(const CheckRuleWork *work)
{
	GPtrArray *wanted = g_ptr_array_new();
	const SuiteNode *stated = suite_node_get(work->stated, "commands");

	for (guint i = 0; stated == NULL && commands[i] != NULL; i++)
		g_ptr_array_add(wanted, (gpointer)commands[i]);
	for (guint i = 0; stated != NULL && i < suite_node_size(stated); i++)
		g_ptr_array_add(wanted, (gpointer)suite_node_text(suite_node_item(stated, i)));
	return wanted;
}

/* `missing`: commands; the caller frees the text. */
static char *
describe_missing_policies(GPtrArray *missing, const char *table)
{
	g_autoptr(GString) list = g_string_new(NULL);
	bool one = missing->len == 1;
	bool all = missing->len + 1 == G_N_ELEMENTS(commands);

	for (guint i = 0; i < missing->len; i++) {
		g_autofree char *command = g_ascii_strup(g_ptr_array_index(missing, i), -1);
		g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", command);
	}
	const char *clause = one && strcmp(list->str, "INSERT") == 0 ? " WITH CHECK (...)"
	                     : one || all                            ? " USING (...)"
	                                                             : "";
	return g_strdup_printf("has no policy for %s: CREATE POLICY ... ON %s FOR %s%s", list->str, table,
	                       one   ? list->str
	                       : all ? "ALL"
	                             : "...",
	                       clause);
}

char *
check_rule_row_security(const CheckRuleWork *work, const CatalogObject *table)
{
	g_autoptr(GPtrArray) wanted = wanted_commands(work);
	g_autoptr(GPtrArray) wrong = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *name = NULL;
	const SuiteNode *forced = suite_node_get(work->stated, "forced");
	bool force = false;

	bool enabled = g_strcmp0(check_rule_text(table, "row_security_enabled"), "true") == 0;
	bool is_forced = g_strcmp0(check_rule_text(table, "row_security_forced"), "true") == 0;
	bool unforced = forced != NULL && suite_node_is_bool(forced, &force) && force && !is_forced;
	for (guint i = wanted->len; i-- > 0;)
		if (has_policy(work, table, g_ptr_array_index(wanted, i)))
			g_ptr_array_remove_index(wanted, i);
	if (enabled && !unforced && wanted->len == 0)
		return NULL;
	name = check_rule_quote_object(work, table);
	if (!enabled)
		g_ptr_array_add(
		    wrong, g_strdup_printf("has row security off: ALTER TABLE %s ENABLE ROW LEVEL SECURITY", name));
	if (unforced)
		g_ptr_array_add(wrong, g_strdup_printf("does not force row security on its owner: "
		                                       "ALTER TABLE %s FORCE ROW LEVEL SECURITY",
		                                       name));
	if (wanted->len > 0)
		g_ptr_array_add(wrong, describe_missing_policies(wanted, name));
	g_ptr_array_add(wrong, NULL);
	return g_strjoinv("; ", (char **)wrong->pdata);
}

char *
check_rule_policy(const CheckRuleWork *work, const CatalogObject *policy)
{
	g_auto(GStrv) roles = check_rule_list(policy, "roles");

	if (!g_strv_contains((const char *const *)roles, "public"))
		return NULL;
	g_autofree char *table = check_rule_quote_table(work, policy);
	g_autofree char *name = check_rule_quote(work, policy->name);
	return g_strdup_printf("is for everybody: ALTER POLICY %s ON %s TO ROLE", name, table);
}

/* --- Columns -------------------------------------------------------------- */

char *
check_rule_timestamp(const CheckRuleWork *work, const CatalogObject *column)
{
	static const char without[] = " without time zone";
	const char *type = check_rule_text(column, "type");
	const char *rest = type != NULL && g_str_has_prefix(type, "timestamp") ? strstr(type, without) : NULL;

	if (rest == NULL)
		return NULL;
	g_autofree char *table = check_rule_quote_table(work, column);
	g_autofree char *name = check_rule_quote(work, column->name);
	/* timestamp(3) without time zone[] */
	g_autofree char *precision = g_strndup(type + strlen("timestamp"), (gsize)(rest - type) - strlen("timestamp"));
	const char *array = rest + strlen(without);
	g_autofree char *values = array[0] == '\0' ? g_strdup_printf(" USING %s AT TIME ZONE 'UTC'", name)
	                                           : g_strdup("");
	return g_strdup_printf("is %s: ALTER TABLE %s ALTER COLUMN %s TYPE timestamptz%s%s%s", type, table, name,
	                       precision, array, values);
}

/* --- Names ---------------------------------------------------------------- */

char *
check_rule_plain_name(const CheckRuleWork *work, const CatalogObject *object)
{
	gsize length = object->class_id == CATALOG_FUNCTION ? strcspn(object->name, "(") : strlen(object->name);
	bool plain = g_ascii_islower(object->name[0]) || object->name[0] == '_';

	for (gsize i = 1; i < length; i++)
		plain &= g_ascii_islower(object->name[i]) || g_ascii_isdigit(object->name[i]) || object->name[i] == '_';
	if (plain)
		return NULL;
	(void)work;
	return g_strdup("needs double quotes wherever it is used: give it a name of lower-case letters, digits and _");
}
