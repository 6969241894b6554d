/*
 * Rules: what must hold for every object of a kind. Adding one = one function and one row in rule.c.
 */
#ifndef CHECK_RULE_H
#define CHECK_RULE_H

#include "check/problem.h"

typedef struct {
	CheckExpect *expect;
	const CatalogSnapshot *snapshot;
	const SuiteNode *stated; /* the rule's parameters, a mapping; or a scalar */
} CheckRuleWork;

typedef struct {
	const char *name;              /* NULL ends the table */
	const CatalogClassId *classes; /* of the objects it looks at, ended by CATALOG_N_CLASSES */
	const SuiteKey *parameters;    /* beside those that all rules have; or NULL */
	/* What is wrong with the object, and what to do about it: `has no primary key: ALTER TABLE ...`; NULL when it
	 * keeps the rule. The caller frees it. */
	char *(*find)(const CheckRuleWork *work, const CatalogObject *object);
	const char *help;
} CheckRule;

/* All rules. */
const CheckRule *check_rules(void);

/* The shape of `rules:` in a fixture. Lives as long as the program. */
const SuiteShape *check_rules_shape(void);

/* What the shape cannot say. */
bool check_rules_validate(const SuiteNode *rules, GError **error);

/* Holds the rules against the snapshot: a case for each. */
void check_rules_run(CheckExpect *expect, const SuiteNode *rules);

/* --- For the rules' own code ---------------------------------------------- */

/* The attribute's text, or NULL. */
const char *check_rule_text(const CatalogObject *object, const char *attribute);
/* The items of a list attribute; of one that the object lacks none. The caller frees them with g_strfreev. */
char **check_rule_list(const CatalogObject *object, const char *attribute);
/* The name as SQL writes it; of an object of a table, that table's. The caller frees them. */
char *check_rule_quote(const CheckRuleWork *work, const char *name);
char *check_rule_quote_object(const CheckRuleWork *work, const CatalogObject *object);
char *check_rule_quote_table(const CheckRuleWork *work, const CatalogObject *object);
/* The names as SQL writes them, joined by ", ". The caller frees it. */
char *check_rule_quote_list(const CheckRuleWork *work, const char *const *names);

/* rule_relations.c */
extern const SuiteKey check_rule_row_security_parameters[];
char *check_rule_primary_key(const CheckRuleWork *work, const CatalogObject *table);
char *check_rule_row_security(const CheckRuleWork *work, const CatalogObject *table);
char *check_rule_policy(const CheckRuleWork *work, const CatalogObject *policy);
char *check_rule_timestamp(const CheckRuleWork *work, const CatalogObject *column);
char *check_rule_plain_name(const CheckRuleWork *work, const CatalogObject *object);

/* rule_constraints.c */
extern const SuiteKey check_rule_foreign_key_parameters[];
char *check_rule_foreign_key_index(const CheckRuleWork *work, const CatalogObject *foreign_key);
char *check_rule_validated(const CheckRuleWork *work, const CatalogObject *object);
char *check_rule_index_valid(const CheckRuleWork *work, const CatalogObject *index);
char *check_rule_duplicate_index(const CheckRuleWork *work, const CatalogObject *index);

#endif
