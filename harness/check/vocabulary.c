#include "check/vocabulary.h"

static const char *const actions[] = { "no action", "restrict", "cascade", "set null", "set default", NULL };
static const char *const generated_kinds[] = { "stored", "virtual", "none", NULL };
static const char *const storages[] = { "plain", "external", "extended", "main", "none", NULL };
static const char *const compressions[] = { "pglz", "lz4", "none", NULL };
static const char *const only_false[] = { "false", NULL };
static const char *const matches[] = { "simple", "full", "partial", NULL };
static const char *const commands[] = { "select", "insert", "update", "delete", "all", NULL };
static const char *const identities[] = { "always", "by default", "none", NULL };
static const char *const timings[] = { "before", "after", "instead of", NULL };
static const char *const levels[] = { "row", "statement", NULL };
static const char *const firing[] = { "origin", "disabled", "replica", "always", NULL };
static const char *const function_kinds[] = { "function", "procedure", "aggregate", "window", NULL };
static const char *const volatilities[] = { "immutable", "stable", "volatile", NULL };
static const char *const securities[] = { "invoker", "definer", NULL };
static const char *const parallels[] = { "unsafe", "restricted", "safe", NULL };
static const char *const persistences[] = { "permanent", "unlogged", NULL };
static const char *const table_kinds[] = { "table", "partitioned", NULL };

/* clang-format off */
#define TEXT(key, help) { key, NULL, CHECK_COMPARE_TEXT, NULL, CHECK_EXPRESSION_NONE, help }
#define WORD(key, words, help) { key, NULL, CHECK_COMPARE_TEXT, words, CHECK_EXPRESSION_NONE, help }
#define BOOL(key, help) { key, NULL, CHECK_COMPARE_BOOL, NULL, CHECK_EXPRESSION_NONE, help }
#define INT(key, help) { key, NULL, CHECK_COMPARE_INT, NULL, CHECK_EXPRESSION_NONE, help }
#define LIST(key, help) { key, NULL, CHECK_COMPARE_LIST, NULL, CHECK_EXPRESSION_NONE, help }
#define KEYS(key, help) { key, NULL, CHECK_COMPARE_KEYS, NULL, CHECK_EXPRESSION_NONE, help }
#define SET(key, help) { key, NULL, CHECK_COMPARE_SET, NULL, CHECK_EXPRESSION_NONE, help }
#define IDENTITY(key, help) { key, NULL, CHECK_COMPARE_IDENTITY, NULL, CHECK_EXPRESSION_NONE, help }
#define TYPE(key, help) { key, NULL, CHECK_COMPARE_TYPE, NULL, CHECK_EXPRESSION_NONE, help }
#define CONDITION(key, help) { key, NULL, CHECK_COMPARE_EXPRESSION, NULL, CHECK_EXPRESSION_CONDITION, help }
#define EXPRESSION(key, kind, help) { key, NULL, CHECK_COMPARE_EXPRESSION, NULL, kind, help }
#define DEFERRABLE BOOL("deferrable", "DEFERRABLE"), BOOL("initially_deferred", "INITIALLY DEFERRED")
#define PRIVILEGES SET("privileges", "who has been granted what, where it is not the default: app=insert+select")
#define COMMENT TEXT("comment", "the comment, or none")
#define END { NULL }
/* clang-format on */

static const CheckAttribute schema_attributes[] = { PRIVILEGES, COMMENT, END };

static const CheckAttribute extension_attributes[] = {
	TEXT("schema", "the schema it is installed in"),
	TEXT("version", "its version"),
	END,
};

static const CheckAttribute enum_attributes[] = { LIST("labels", "the labels, in order"), PRIVILEGES, COMMENT, END };

static const CheckAttribute sequence_attributes[] = {
	TYPE("type", "smallint, integer or bigint"),
	INT("start", "the start value"),
	INT("minimum", "the minimum value"),
	INT("maximum", "the maximum value"),
	INT("increment", "the increment"),
	INT("cache", "how many values are cached"),
	BOOL("cycle", "whether it starts again"),
	IDENTITY("owned_by", "schema.table.column, or none"),
	BOOL("identity", "whether it belongs to an identity column"),
	PRIVILEGES,
	COMMENT,
	END,
};

static const CheckAttribute function_attributes[] = {
	WORD("kind", function_kinds, "function, procedure, aggregate or window"),
	TEXT("arguments", "argument names, types and defaults, as pg_get_function_arguments prints them"),
	TYPE("returns", "the result type"),
	TEXT("language", "the language"),
	WORD("volatility", volatilities, "immutable, stable or volatile"),
	WORD("security", securities, "invoker or definer"),
	BOOL("strict", "whether NULL arguments give NULL"),
	BOOL("leakproof", "whether it is leakproof"),
	WORD("parallel", parallels, "unsafe, restricted or safe"),
	TEXT("cost", "COST; a C function's default is 1, that of others 100"),
	TEXT("rows", "ROWS, of a function that returns a set"),
	SET("settings", "the SET clauses, as name=value"),
	TEXT("library", "the library of a C function"),
	IDENTITY("state_function", "SFUNC of an aggregate"),
	TYPE("state_type", "STYPE of an aggregate"),
	IDENTITY("final_function", "FINALFUNC of an aggregate, or none"),
	IDENTITY("combine_function", "COMBINEFUNC of an aggregate, or none"),
	TEXT("initial_value", "INITCOND of an aggregate, or none"),
	TEXT("body", "the body, letter by letter"),
	PRIVILEGES,
	COMMENT,
	END,
};

static const CheckAttribute table_attributes[] = {
	WORD("kind", table_kinds, "table or partitioned"),
	WORD("persistence", persistences, "permanent or unlogged"),
	TEXT("partition_key", "PARTITION BY, as pg_get_partkeydef prints it: RANGE (created_at)"),
	IDENTITY("partition_of", "schema.table of which it is a partition, or none"),
	TEXT("partition_bound", "of a partition, as pg_get_expr prints it: FOR VALUES FROM (1) TO (10)"),
	LIST("inherits", "the tables it inherits from, each as schema.table, in order"),
	TYPE("of_type", "the composite type of a typed table, or none"),
	TEXT("replica_identity", "default, nothing, full, or index NAME"),
	TEXT("clustered_on", "the index of the last CLUSTER, or none"),
	SET("options", "the storage parameters, as name=value"),
	TEXT("access_method", "where it is not heap, or none"),
	PRIVILEGES,
	COMMENT,
	END,
};

static const CheckAttribute column_attributes[] = {
	TYPE("type", "the type, with its modifiers"),
	BOOL("nullable", "false: NOT NULL"),
	WORD("not_null_validated", only_false, "false: NOT NULL that is NOT VALID (PostgreSQL 18)"),
	EXPRESSION("default", CHECK_EXPRESSION_DEFAULT, "the default expression, or none"),
	WORD("identity", identities, "always, by default or none"),
	EXPRESSION("generated", CHECK_EXPRESSION_GENERATED, "the generation expression, or none"),
	WORD("generated_kind", generated_kinds, "stored, virtual or none"),
	IDENTITY("collation", "the collation, where it is not the type's own, or none"),
	WORD("storage", storages, "plain, external, extended or main, where it is not the type's own, or none"),
	WORD("compression", compressions, "pglz, lz4 or none"),
	TEXT("statistics", "the statistics target, or none"),
	SET("options", "n_distinct and the like, as name=value"),
	INT("position", "the place among the table's columns, from 1"),
	PRIVILEGES,
	COMMENT,
	END,
};

static const CheckAttribute primary_key_attributes[] = {
	LIST("columns", "the columns, in order"),
	SET("include", "the INCLUDE columns"),
	DEFERRABLE,
	BOOL("without_overlaps", "WITHOUT OVERLAPS (PostgreSQL 18)"),
	COMMENT,
	END,
};

static const CheckAttribute unique_attributes[] = {
	LIST("columns", "the columns, in order"),
	SET("include", "the INCLUDE columns"),
	BOOL("nulls_not_distinct", "NULLS NOT DISTINCT (PostgreSQL 15)"),
	DEFERRABLE,
	BOOL("without_overlaps", "WITHOUT OVERLAPS (PostgreSQL 18)"),
	COMMENT,
	END,
};

static const CheckAttribute foreign_key_attributes[] = {
	LIST("columns", "the referencing columns, in order"),
	IDENTITY("references", "schema.table(columns)"),
	WORD("on_delete", actions, "no action, restrict, cascade, set null or set default"),
	SET("on_delete_columns", "the columns that SET NULL or SET DEFAULT is limited to (PostgreSQL 15)"),
	WORD("on_update", actions, "no action, restrict, cascade, set null or set default"),
	WORD("match", matches, "simple, full or partial"),
	DEFERRABLE,
	BOOL("validated", "false: NOT VALID"),
	BOOL("enforced", "false: NOT ENFORCED (PostgreSQL 18)"),
	BOOL("period", "PERIOD (PostgreSQL 18)"),
	COMMENT,
	END,
};

static const CheckAttribute check_attributes[] = {
	CONDITION("expression", "the condition"),
	BOOL("validated", "false: NOT VALID"),
	BOOL("no_inherit", "NO INHERIT"),
	BOOL("enforced", "false: NOT ENFORCED (PostgreSQL 18)"),
	COMMENT,
	END,
};

static const CheckAttribute exclusion_attributes[] = {
	TEXT("definition", "as pg_get_constraintdef prints it: EXCLUDE USING gist (during WITH &&)"),
	DEFERRABLE,
	COMMENT,
	END,
};

static const CheckAttribute index_attributes[] = {
	KEYS("columns",
	     "columns or expressions, each with operator class, DESC, NULLS FIRST or LAST where not the default"),
	TEXT("method", "the access method: btree, hash, gin, gist, ..."),
	BOOL("unique", "UNIQUE"),
	BOOL("valid", "false: a CREATE INDEX CONCURRENTLY that failed left it behind"),
	SET("include", "the INCLUDE columns"),
	CONDITION("predicate", "the WHERE clause of a partial index, or none"),
	BOOL("nulls_not_distinct", "NULLS NOT DISTINCT (PostgreSQL 15)"),
	SET("options", "the storage parameters, as name=value"),
	COMMENT,
	END,
};

static const CheckAttribute policy_attributes[] = {
	WORD("command", commands, "select, insert, update, delete or all"),
	BOOL("permissive", "false: RESTRICTIVE"),
	SET("roles", "the roles it is for; public is everybody"),
	CONDITION("using", "the USING expression, or none"),
	CONDITION("check", "the WITH CHECK expression, or none"),
	COMMENT,
	END,
};

static const CheckAttribute trigger_attributes[] = {
	WORD("timing", timings, "before, after or instead of"),
	SET("events", "insert, update, delete, truncate"),
	SET("update_columns", "the columns of UPDATE OF"),
	WORD("level", levels, "row or statement"),
	IDENTITY("function", "schema.name of the trigger function"),
	LIST("arguments", "the arguments"),
	EXPRESSION("when", CHECK_EXPRESSION_TRIGGER, "the WHEN condition, or none"),
	WORD("enabled", firing, "origin, disabled, replica or always"),
	BOOL("constraint", "CREATE CONSTRAINT TRIGGER"),
	DEFERRABLE,
	TEXT("old_table", "REFERENCING OLD TABLE AS, or none"),
	TEXT("new_table", "REFERENCING NEW TABLE AS, or none"),
	COMMENT,
	END,
};

static const CheckAttribute view_attributes[] = {
	BOOL("materialized", "a materialized view"),
	EXPRESSION("definition", CHECK_EXPRESSION_QUERY, "the query"),
	LIST("columns", "the columns, each as \"name type\""),
	SET("options", "the options, as name=value: security_invoker=true"),
	BOOL("populated", "false: a materialized view WITH NO DATA"),
	PRIVILEGES,
	COMMENT,
	END,
};

static const CheckVocabulary vocabularies[] = {
	{ CATALOG_SCHEMA, NULL, schema_attributes },      { CATALOG_EXTENSION, NULL, extension_attributes },
	{ CATALOG_ENUM, "labels", enum_attributes },      { CATALOG_SEQUENCE, NULL, sequence_attributes },
	{ CATALOG_FUNCTION, NULL, function_attributes },  { CATALOG_TABLE, NULL, table_attributes },
	{ CATALOG_COLUMN, NULL, column_attributes },      { CATALOG_PRIMARY_KEY, "columns", primary_key_attributes },
	{ CATALOG_UNIQUE, "columns", unique_attributes }, { CATALOG_FOREIGN_KEY, NULL, foreign_key_attributes },
	{ CATALOG_CHECK, NULL, check_attributes },        { CATALOG_EXCLUSION, NULL, exclusion_attributes },
	{ CATALOG_INDEX, NULL, index_attributes },        { CATALOG_POLICY, NULL, policy_attributes },
	{ CATALOG_TRIGGER, NULL, trigger_attributes },    { CATALOG_VIEW, NULL, view_attributes },
};

static const CatalogClassId table_classes[] = {
	CATALOG_COLUMN,    CATALOG_PRIMARY_KEY, CATALOG_UNIQUE, CATALOG_FOREIGN_KEY, CATALOG_CHECK,
	CATALOG_EXCLUSION, CATALOG_INDEX,       CATALOG_POLICY, CATALOG_TRIGGER,     CATALOG_N_CLASSES,
};

static const CatalogClassId view_classes[] = { CATALOG_INDEX, CATALOG_TRIGGER, CATALOG_N_CLASSES };

static const CatalogClassId top_classes[] = {
	CATALOG_EXTENSION, CATALOG_ENUM, CATALOG_SEQUENCE,  CATALOG_FUNCTION,
	CATALOG_TABLE,     CATALOG_VIEW, CATALOG_N_CLASSES,
};

const CheckVocabulary *
check_vocabulary(CatalogClassId class_id)
{
	for (gsize i = 0; i < G_N_ELEMENTS(vocabularies); i++)
		if (vocabularies[i].class_id == class_id)
			return &vocabularies[i];
	return NULL;
}

const CatalogClassId *
check_fixture_table_classes(void)
{
	return table_classes;
}

const CatalogClassId *
check_fixture_view_classes(void)
{
	return view_classes;
}

const CatalogClassId *
check_fixture_top_classes(void)
{
	return top_classes;
}
