#include "check/rule.h"

#include "catalog/list.h"
#include "check/except.h"
#include "check/server_condition.h"

#include <string.h>

static const CatalogClassId checks_and_foreign_keys[] = { CATALOG_COLUMN, CATALOG_FOREIGN_KEY, CATALOG_CHECK,
	                                                  CATALOG_N_CLASSES };
static const CatalogClassId columns[] = { CATALOG_COLUMN, CATALOG_N_CLASSES };
static const CatalogClassId foreign_keys[] = { CATALOG_FOREIGN_KEY, CATALOG_N_CLASSES };
static const CatalogClassId indexes[] = { CATALOG_INDEX, CATALOG_N_CLASSES };
static const CatalogClassId named[] = { CATALOG_SCHEMA, CATALOG_ENUM, CATALOG_SEQUENCE, CATALOG_FUNCTION,
	                                CATALOG_TABLE,  CATALOG_VIEW, CATALOG_COLUMN,   CATALOG_N_CLASSES };
static const CatalogClassId policies[] = { CATALOG_POLICY, CATALOG_N_CLASSES };
static const CatalogClassId tables[] = { CATALOG_TABLE, CATALOG_N_CLASSES };

static const CheckRule rules[] = {
	{ "tables_have_primary_key", tables, NULL, check_rule_primary_key, "every table has a primary key" },
	{ "foreign_keys_have_index", foreign_keys, check_rule_foreign_key_parameters, check_rule_foreign_key_index,
	  "every foreign key has an index that begins with its columns" },
	{ "row_security_enabled", tables, check_rule_row_security_parameters, check_rule_row_security,
	  "every table has row security enabled, and a policy for every command" },
	{ "no_policy_for_public", policies, NULL, check_rule_policy, "no policy is for everybody" },
	{ "timestamps_have_time_zone", columns, NULL, check_rule_timestamp,
	  "no column is a timestamp without time zone" },
	{ "indexes_are_valid", indexes, NULL, check_rule_index_valid, "no index is invalid" },
	{ "no_duplicate_indexes", indexes, NULL, check_rule_duplicate_index,
	  "no index is the same as another one, or as that of a constraint" },
	{ "constraints_are_validated", checks_and_foreign_keys, NULL, check_rule_validated,
	  "no foreign key, check or NOT NULL is NOT VALID or NOT ENFORCED" },
	{ "names_are_plain", named, NULL, check_rule_plain_name,
	  "every name is of lower-case letters, digits and _, so that it needs no quotes" },
	{ NULL },
};

const CheckRule *
check_rules(void)
{
	return rules;
}

/* --- Shape --------------------------------------------------------------- */

static const char *const only_true[] = { "true", NULL };

static const SuiteKey common_keys[] = {
	{ "schemas", &suite_shape_text_list, false, "only in these schemas" },
	{ "except", &suite_shape_text_mapping, false, "objects that need not keep it, each with the reason" },
	{ "if", &check_server_condition_shape, false, "on which servers it holds; on others it is not there" },
};

static const SuiteShape *
rule_shape(const CheckRule *rule)
{
	GArray *keys = g_array_new(TRUE, TRUE, sizeof(SuiteKey));
	SuiteShape *mapping = g_new0(SuiteShape, 1);
	SuiteShape *shape = g_new0(SuiteShape, 1);

	g_array_append_vals(keys, common_keys, G_N_ELEMENTS(common_keys));
	for (const SuiteKey *key = rule->parameters; key != NULL && key->name != NULL; key++)
		g_array_append_val(keys, *key);
	mapping->expects = "a mapping";
	mapping->accepts = SUITE_ACCEPT_MAPPING;
	mapping->keys = (const SuiteKey *)(gpointer)g_array_free(keys, FALSE);
	*shape = *mapping;
	shape->expects = "true, a mapping, or a list of mappings";
	shape->accepts |= SUITE_ACCEPT_NULL | SUITE_ACCEPT_TEXT | SUITE_ACCEPT_LIST;
	shape->choices = only_true;
	shape->item = mapping;
	shape->adds = true;
	return shape;
}

static gpointer
make_shape(gpointer data)
{
	GArray *keys = g_array_new(TRUE, TRUE, sizeof(SuiteKey));
	SuiteShape *shape = g_new0(SuiteShape, 1);

	(void)data;
	for (const CheckRule *rule = rules; rule->name != NULL; rule++) {
		SuiteKey key = { .name = rule->name, .shape = rule_shape(rule), .help = rule->help };
		g_array_append_val(keys, key);
	}
	shape->expects = "a mapping of rules";
	shape->accepts = SUITE_ACCEPT_MAPPING;
	shape->keys = (const SuiteKey *)(gpointer)g_array_free(keys, FALSE);
	return shape;
}

const SuiteShape *
check_rules_shape(void)
{
	static GOnce once = G_ONCE_INIT;

	return g_once(&once, make_shape, NULL);
}

static bool
validate(const SuiteNode *stated, GError **error)
{
	const SuiteNode *schemas = suite_node_get(stated, "schemas");

	if (schemas != NULL && suite_node_size(schemas) == 0)
		return suite_node_error(schemas, error, "without the key, all are meant",
		                        "\"schemas\" names no schema");
	return check_exceptions_validate(suite_node_get(stated, "except"), CATALOG_N_CLASSES, error);
}

bool
check_rules_validate(const SuiteNode *all, GError **error)
{
	for (guint i = 0; all != NULL && i < suite_node_size(all); i++) {
		const SuiteNode *stated = suite_node_item(all, i);
		bool list = suite_node_kind(stated) == SUITE_NODE_LIST;
		if (list && suite_node_size(stated) == 0)
			return suite_node_error(stated, error, "write true, or remove it", "\"%s\" states nothing",
			                        suite_node_key(all, i));
		if (!list && !validate(stated, error))
			return false;
		for (guint j = 0; list && j < suite_node_size(stated); j++)
			if (!validate(suite_node_item(stated, j), error))
				return false;
	}
	return true;
}

/* --- Running ------------------------------------------------------------- */

/* `schemas: [...]`, taken to pieces. */
typedef struct {
	CheckName *names; /* NULL: any schema */
	guint n;
} Scope;

static void
open_scope(Scope *scope, const CheckRuleWork *work)
{
	const SuiteNode *list = suite_node_get(work->stated, "schemas");
	guint count;
	guint first = catalog_snapshot_range(work->snapshot, CATALOG_SCHEMA, NULL, NULL, &count);

	*scope = (Scope){ .n = list != NULL ? suite_node_size(list) : 0 };
	scope->names = list != NULL ? g_new0(CheckName, scope->n) : NULL;
	for (guint i = 0; i < scope->n; i++) {
		const SuiteNode *item = suite_node_item(list, i);
		bool found = false;
		check_name_parse(work->expect->meaning, CATALOG_SCHEMA, suite_node_text(item), &scope->names[i]);
		for (guint j = 0; j < count; j++)
			found |= check_name_matches(&scope->names[i],
			                            catalog_snapshot_object(work->snapshot, first + j));
		if (!found)
			check_problem(work->expect, item, "schema \"%s\" is missing", suite_node_text(item));
	}
}

static void
close_scope(Scope *scope)
{
	for (guint i = 0; i < scope->n; i++)
		check_name_clear(&scope->names[i]);
	g_free(scope->names);
}

static bool
in_scope(const Scope *scope, const CatalogObject *object)
{
	const CatalogObject schema = { .class_id = CATALOG_SCHEMA,
		                       .name = object->schema != NULL ? object->schema : object->name };

	for (guint i = 0; i < scope->n; i++)
		if (check_name_matches(&scope->names[i], &schema))
			return true;
	return scope->names == NULL;
}

static void
look_at_class(const CheckRule *rule, const CheckRuleWork *work, CatalogClassId class_id, const Scope *scope,
              CheckExceptions *exceptions, const SuiteNode *place)
{
	guint count;
	guint first = catalog_snapshot_range(work->snapshot, class_id, NULL, NULL, &count);

	for (guint i = 0; i < count; i++) {
		const CatalogObject *object = catalog_snapshot_object(work->snapshot, first + i);
		if (!in_scope(scope, object))
			continue;
		g_autofree char *wrong = rule->find(work, object);
		if (!check_exceptions_cover(exceptions, object, wrong == NULL) && wrong != NULL)
			check_problem(work->expect, place, "%s \"%s\" %s", catalog_class(class_id)->name,
			              object->identity, wrong);
	}
}

/* One rule with its parameters. */
static void
run(const CheckRule *rule, CheckExpect *expect, const SuiteNode *place, const SuiteNode *stated)
{
	gint64 start = g_get_monotonic_time();
	const CheckRuleWork work = { .expect = expect, .snapshot = expect->context->snapshot, .stated = stated };
	g_autoptr(GString) name = g_string_new("rule ");
	const SuiteNode *schemas = suite_node_get(stated, "schemas");
	CheckExceptions exceptions;
	Scope scope;

	g_string_append(name, rule->name);
	for (guint i = 0; schemas != NULL && i < suite_node_size(schemas); i++)
		g_string_append_printf(name, "%s%s", i == 0 ? " in " : ", ",
		                       suite_node_text(suite_node_item(schemas, i)));
	open_scope(&scope, &work);
	check_exceptions_open(&exceptions, expect, suite_node_get(stated, "except"), CATALOG_N_CLASSES);
	for (const CatalogClassId *id = rule->classes; *id != CATALOG_N_CLASSES; id++)
		look_at_class(rule, &work, *id, &scope, &exceptions, place);
	check_exceptions_close(&exceptions);
	close_scope(&scope);
	check_expect_report(expect, name->str, place, start);
}

void
check_rules_run(CheckExpect *expect, const SuiteNode *all)
{
	for (guint i = 0; i < suite_node_size(all); i++) {
		const SuiteNode *stated = suite_node_item(all, i);
		const CheckRule *rule = rules;
		while (strcmp(rule->name, suite_node_key(all, i)) != 0)
			rule++;
		if (suite_node_kind(stated) != SUITE_NODE_LIST)
			run(rule, expect, suite_node_key_node(all, i), stated);
		for (guint j = 0; suite_node_kind(stated) == SUITE_NODE_LIST && j < suite_node_size(stated); j++)
			run(rule, expect, suite_node_item(stated, j), suite_node_item(stated, j));
	}
}

/* --- For the rules' own code ---------------------------------------------- */

const char *
check_rule_text(const CatalogObject *object, const char *attribute)
{
	const CatalogAttribute *found = catalog_object_attribute(object, attribute);

	return found != NULL ? found->value : NULL;
}

char **
check_rule_list(const CatalogObject *object, const char *attribute)
{
	const char *text = check_rule_text(object, attribute);

	return text != NULL ? catalog_list_parse(text) : g_new0(char *, 1);
}

char *
check_rule_quote(const CheckRuleWork *work, const char *name)
{
	/* The server knows which words are keywords. */
	char *quoted = db_session_query_value(work->expect->context->session, NULL, "SELECT pg_catalog.quote_ident($1)",
	                                      name, NULL);

	return quoted != NULL ? quoted : db_session_quote_identifier(work->expect->context->session, name);
}

char *
check_rule_quote_list(const CheckRuleWork *work, const char *const *names)
{
	GString *list = g_string_new(NULL);

	for (guint i = 0; names[i] != NULL; i++) {
		g_autofree char *quoted = check_rule_quote(work, names[i]);
		g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", quoted);
	}
	return g_string_free(list, FALSE);
}

static char *
quote_pair(const CheckRuleWork *work, const char *schema, const char *name)
{
	g_autofree char *quoted_schema = check_rule_quote(work, schema);
	g_autofree char *quoted_name = check_rule_quote(work, name);

	return g_strdup_printf("%s.%s", quoted_schema, quoted_name);
}

char *
check_rule_quote_object(const CheckRuleWork *work, const CatalogObject *object)
{
	return quote_pair(work, object->schema, object->name);
}

char *
check_rule_quote_table(const CheckRuleWork *work, const CatalogObject *object)
{
	return quote_pair(work, object->schema, object->relation);
}
