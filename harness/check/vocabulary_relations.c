/* Tables, views and what belongs to them. */
#include "check/vocabulary_private.h"

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
static const char *const persistences[] = { "permanent", "unlogged", NULL };
static const char *const table_kinds[] = { "table", "partitioned", "foreign", NULL };
static const char *const only_true[] = { "true", NULL };
static const char *const rule_events[] = { "select", "insert", "update", "delete", NULL };

const CheckAttribute check_table_attributes[] = {
	WORD("kind", table_kinds, "table, partitioned or foreign"),
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
	TABLESPACE,
	TEXT("server", "the server of a foreign table, or none"),
	FOREIGN_OPTIONS,
	OWNER,
	PRIVILEGES,
	COMMENT,
	END,
};

const CheckAttribute check_column_attributes[] = {
	TYPE("type", "the type, with its modifiers"),
	BOOL("nullable", "false: NOT NULL"),
	WORD("not_null_validated", only_false, "false: NOT NULL that is NOT VALID (PostgreSQL 18)"),
	WORD("not_null_no_inherit", only_true, "NOT NULL with NO INHERIT (PostgreSQL 18)"),
	TEXT("not_null_name", "the name of NOT NULL, where it is not TABLE_COLUMN_not_null (PostgreSQL 18)"),
	EXPRESSION("default", CHECK_EXPRESSION_DEFAULT, "the default expression, or none"),
	WORD("identity", identities, "always, by default or none"),
	EXPRESSION("generated", CHECK_EXPRESSION_GENERATED, "the generation expression, or none"),
	WORD("generated_kind", generated_kinds, "stored, virtual or none"),
	IDENTITY("collation", "the collation, where it is not the type's own, or none"),
	WORD("storage", storages, "plain, external, extended or main, where it is not the type's own, or none"),
	WORD("compression", compressions, "pglz, lz4 or none"),
	TEXT("statistics", "the statistics target, or none"),
	SET("options", "n_distinct and the like, as name=value"),
	INHERITED,
	FOREIGN_OPTIONS,
	INT("position", "the place among the table's columns, from 1"),
	PRIVILEGES,
	COMMENT,
	END,
};

const CheckAttribute check_primary_key_attributes[] = {
	LIST("columns", "the columns, in order"),
	SET("include", "the INCLUDE columns"),
	DEFERRABLE,
	BOOL("without_overlaps", "WITHOUT OVERLAPS (PostgreSQL 18)"),
	INHERITED,
	INDEX_OPTIONS,
	INDEX_OF_CONSTRAINT,
	COMMENT,
	END,
};

const CheckAttribute check_unique_attributes[] = {
	LIST("columns", "the columns, in order"),
	SET("include", "the INCLUDE columns"),
	BOOL("nulls_not_distinct", "NULLS NOT DISTINCT (PostgreSQL 15)"),
	DEFERRABLE,
	BOOL("without_overlaps", "WITHOUT OVERLAPS (PostgreSQL 18)"),
	INHERITED,
	INDEX_OPTIONS,
	INDEX_OF_CONSTRAINT,
	COMMENT,
	END,
};

const CheckAttribute check_foreign_key_attributes[] = {
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
	INHERITED,
	COMMENT,
	END,
};

const CheckAttribute check_check_attributes[] = {
	CONDITION("expression", "the condition"),
	BOOL("validated", "false: NOT VALID"),
	BOOL("no_inherit", "NO INHERIT"),
	BOOL("enforced", "false: NOT ENFORCED (PostgreSQL 18)"),
	INHERITED,
	COMMENT,
	END,
};

const CheckAttribute check_exclusion_attributes[] = {
	TEXT("definition", "as pg_get_constraintdef prints it: EXCLUDE USING gist (during WITH &&)"),
	DEFERRABLE,
	INHERITED,
	INDEX_OF_CONSTRAINT,
	COMMENT,
	END,
};

const CheckAttribute check_index_attributes[] = {
	KEYS("columns",
	     "columns or expressions, each with operator class, DESC, NULLS FIRST or LAST where not the default"),
	TEXT("method", "the access method: btree, hash, gin, gist, ..."),
	BOOL("unique", "UNIQUE"),
	BOOL("valid", "false: a CREATE INDEX CONCURRENTLY that failed left it behind"),
	SET("include", "the INCLUDE columns"),
	CONDITION("predicate", "the WHERE clause of a partial index, or none"),
	BOOL("nulls_not_distinct", "NULLS NOT DISTINCT (PostgreSQL 15)"),
	SET("options", "the storage parameters, as name=value"),
	TABLESPACE,
	SET("statistics", "the statistics targets of its expressions, as COLUMN=TARGET"),
	TEXT("partition_of", "the index of the partitioned table that it is part of, or none"),
	COMMENT,
	END,
};

const CheckAttribute check_policy_attributes[] = {
	WORD("command", commands, "select, insert, update, delete or all"),
	BOOL("permissive", "false: RESTRICTIVE"),
	SET("roles", "the roles it is for; public is everybody"),
	CONDITION("using", "the USING expression, or none"),
	CONDITION("check", "the WITH CHECK expression, or none"),
	COMMENT,
	END,
};

const CheckAttribute check_trigger_attributes[] = {
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

const CheckAttribute check_rule_attributes[] = {
	WORD("event", rule_events, "select, insert, update or delete"),
	BOOL("instead", "DO INSTEAD"),
	WORD("enabled", firing, "origin, disabled, replica or always"),
	TEXT("condition", "WHERE and the condition, as pg_get_ruledef prints it, or none"),
	TEXT("actions", "what is done, as pg_get_ruledef prints it"),
	COMMENT,
	END,
};

const CheckAttribute check_view_attributes[] = {
	BOOL("materialized", "a materialized view"),
	EXPRESSION("definition", CHECK_EXPRESSION_QUERY, "the query"),
	LIST("columns", "the columns, each as \"name type\""),
	SET("options", "the options, as name=value: security_invoker=true"),
	BOOL("populated", "false: a materialized view WITH NO DATA"),
	SET("column_defaults", "of columns that have one: \"name: expression\""),
	SET("column_privileges", "of columns that have some: \"name: app=select\""),
	SET("column_comments", "of columns that have one: \"name: text\""),
	SET("column_settings", "of a materialized view: \"name: storage external\""),
	TEXT("clustered_on", "the index of the last CLUSTER, or none"),
	TEXT("access_method", "where it is not heap, or none"),
	TABLESPACE,
	OWNER,
	PRIVILEGES,
	COMMENT,
	END,
};

const CheckAttribute check_statistics_attributes[] = {
	IDENTITY("table", "schema.table"),
	SET("columns", "the columns"),
	TEXT("expressions", "the expressions, as the server prints them, or none (PostgreSQL 14)"),
	SET("kinds", "of dependencies, mcv, ndistinct"),
	INT("target", "the statistics target, or none"),
	OWNER,
	COMMENT,
	END,
};
