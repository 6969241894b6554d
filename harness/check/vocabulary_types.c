/* Schemas, types, functions and operators. */
#include "check/vocabulary_private.h"

static const char *const function_kinds[] = { "function", "procedure", "aggregate", "window", NULL };
static const char *const volatilities[] = { "immutable", "stable", "volatile", NULL };
static const char *const securities[] = { "invoker", "definer", NULL };
static const char *const parallels[] = { "unsafe", "restricted", "safe", NULL };
static const char *const unlogged[] = { "unlogged", "none", NULL };
static const char *const access_method_kinds[] = { "table", "index", NULL };
static const char *const providers[] = { "libc", "icu", "builtin", "default", NULL };
static const char *const alignments[] = { "char", "int2", "int4", "double", NULL };
static const char *const type_storages[] = { "plain", "external", "extended", "main", NULL };
static const char *const aggregate_kinds[] = { "ordered set", "hypothetical set", "none", NULL };
static const char *const modifications[] = { "read only", "shareable", "read write", "none", NULL };
static const char *const cast_methods[] = { "function", "inout", "binary", NULL };
static const char *const cast_contexts[] = { "explicit", "assignment", "implicit", NULL };

const CheckAttribute check_schema_attributes[] = { OWNER, PRIVILEGES, COMMENT, END };

const CheckAttribute check_extension_attributes[] = {
	TEXT("schema", "the schema it is installed in"),
	TEXT("version", "its version"),
	END,
};

const CheckAttribute check_language_attributes[] = {
	BOOL("trusted", "TRUSTED"),
	IDENTITY("handler", "HANDLER"),
	IDENTITY("inline_handler", "INLINE, or none"),
	IDENTITY("validator", "VALIDATOR, or none"),
	OWNER,
	PRIVILEGES,
	COMMENT,
	END,
};

const CheckAttribute check_access_method_attributes[] = {
	WORD("kind", access_method_kinds, "table or index"),
	IDENTITY("handler", "HANDLER"),
	COMMENT,
	END,
};

const CheckAttribute check_collation_attributes[] = {
	WORD("provider", providers, "libc, icu, builtin (PostgreSQL 17) or default"),
	TEXT("locale", "LOCALE, or none where lc_collate and lc_ctype differ"),
	TEXT("lc_collate", "LC_COLLATE, where it is not LC_CTYPE, or none"),
	TEXT("lc_ctype", "LC_CTYPE, where it is not LC_COLLATE, or none"),
	BOOL("deterministic", "DETERMINISTIC"),
	TEXT("rules", "RULES, or none (PostgreSQL 16)"),
	OWNER,
	COMMENT,
	END,
};

const CheckAttribute check_enum_attributes[] = {
	LIST("labels", "the labels, in order"), OWNER, PRIVILEGES, COMMENT, END,
};

const CheckAttribute check_domain_attributes[] = {
	TYPE("type", "the type that it is made of"),
	BOOL("nullable", "false: NOT NULL"),
	TEXT("default", "the default expression, as the server prints it, or none"),
	IDENTITY("collation", "the collation, where it is not the type's own, or none"),
	SET("checks", "the constraints: \"positive CHECK ((VALUE > 0))\""),
	SET("check_comments", "the comments on them: \"positive: text\""),
	OWNER,
	PRIVILEGES,
	COMMENT,
	END,
};

const CheckAttribute check_composite_attributes[] = {
	LIST("attributes", "the attributes, each as \"name type\", in order"),
	LIST("attribute_comments", "the comments on them: \"name: text\""),
	OWNER,
	PRIVILEGES,
	COMMENT,
	END,
};

const CheckAttribute check_range_attributes[] = {
	TYPE("subtype", "SUBTYPE"),
	IDENTITY("operator_class", "SUBTYPE_OPCLASS, where it is not the default one, or none"),
	IDENTITY("collation", "COLLATION, where it is not the type's own, or none"),
	IDENTITY("canonical", "CANONICAL, or none"),
	IDENTITY("subtype_diff", "SUBTYPE_DIFF, or none"),
	IDENTITY("multirange", "the multirange type (PostgreSQL 14)"),
	OWNER,
	PRIVILEGES,
	COMMENT,
	END,
};

const CheckAttribute check_base_type_attributes[] = {
	BOOL("defined", "false: a shell, only a name so far"),
	IDENTITY("input", "INPUT"),
	IDENTITY("output", "OUTPUT"),
	IDENTITY("receive", "RECEIVE, or none"),
	IDENTITY("send", "SEND, or none"),
	IDENTITY("typmod_in", "TYPMOD_IN, or none"),
	IDENTITY("typmod_out", "TYPMOD_OUT, or none"),
	IDENTITY("analyze", "ANALYZE, or none"),
	IDENTITY("subscript", "SUBSCRIPT, or none (PostgreSQL 14)"),
	TEXT("length", "INTERNALLENGTH: a number of bytes, or variable"),
	BOOL("by_value", "PASSEDBYVALUE"),
	WORD("alignment", alignments, "char, int2, int4 or double"),
	WORD("storage", type_storages, "plain, external, extended or main"),
	TEXT("category", "CATEGORY, a letter"),
	BOOL("preferred", "PREFERRED"),
	TEXT("default", "DEFAULT, or none"),
	TYPE("element", "ELEMENT, or none"),
	TEXT("delimiter", "DELIMITER"),
	BOOL("collatable", "COLLATABLE"),
	OWNER,
	PRIVILEGES,
	COMMENT,
	END,
};

const CheckAttribute check_sequence_attributes[] = {
	TYPE("type", "smallint, integer or bigint"),
	INT("start", "the start value"),
	INT("minimum", "the minimum value"),
	INT("maximum", "the maximum value"),
	INT("increment", "the increment"),
	INT("cache", "how many values are cached"),
	BOOL("cycle", "whether it starts again"),
	IDENTITY("owned_by", "schema.table.column, or none"),
	BOOL("identity", "whether it belongs to an identity column"),
	WORD("persistence", unlogged, "unlogged (PostgreSQL 15), or none"),
	OWNER,
	PRIVILEGES,
	COMMENT,
	END,
};

const CheckAttribute check_function_attributes[] = {
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
	IDENTITY("support", "SUPPORT, or none"),
	LIST("transform_types", "the types of TRANSFORM"),
	TEXT("library", "the library of a C function"),
	WORD("aggregate_kind", aggregate_kinds, "ordered set or hypothetical set, or none"),
	IDENTITY("state_function", "SFUNC of an aggregate"),
	TYPE("state_type", "STYPE of an aggregate"),
	INT("state_space", "SSPACE of an aggregate"),
	IDENTITY("final_function", "FINALFUNC of an aggregate, or none"),
	BOOL("final_extra", "FINALFUNC_EXTRA"),
	WORD("final_modify", modifications, "FINALFUNC_MODIFY, where it is not the default, or none"),
	IDENTITY("combine_function", "COMBINEFUNC of an aggregate, or none"),
	IDENTITY("serial_function", "SERIALFUNC of an aggregate, or none"),
	IDENTITY("deserial_function", "DESERIALFUNC of an aggregate, or none"),
	TEXT("initial_value", "INITCOND of an aggregate, or none"),
	IDENTITY("moving_state_function", "MSFUNC of an aggregate, or none"),
	IDENTITY("moving_inverse_function", "MINVFUNC of an aggregate, or none"),
	TYPE("moving_state_type", "MSTYPE of an aggregate, or none"),
	INT("moving_state_space", "MSSPACE of an aggregate"),
	IDENTITY("moving_final_function", "MFINALFUNC of an aggregate, or none"),
	BOOL("moving_final_extra", "MFINALFUNC_EXTRA"),
	WORD("moving_final_modify", modifications, "MFINALFUNC_MODIFY, where it is not the default, or none"),
	TEXT("moving_initial_value", "MINITCOND of an aggregate, or none"),
	IDENTITY("sort_operator", "SORTOP of an aggregate, or none"),
	TEXT("body", "the body, letter by letter"),
	OWNER,
	PRIVILEGES,
	COMMENT,
	END,
};

const CheckAttribute check_operator_attributes[] = {
	IDENTITY("function", "FUNCTION"),
	TYPE("returns", "the result type"),
	IDENTITY("commutator", "COMMUTATOR, or none"),
	IDENTITY("negator", "NEGATOR, or none"),
	IDENTITY("restrict", "RESTRICT, or none"),
	IDENTITY("join", "JOIN, or none"),
	BOOL("hashes", "HASHES"),
	BOOL("merges", "MERGES"),
	OWNER,
	COMMENT,
	END,
};

const CheckAttribute check_operator_family_attributes[] = {
	SET("members", "what belongs to no class of it: \"OPERATOR 1 <(integer,bigint)\""),
	OWNER,
	COMMENT,
	END,
};

const CheckAttribute check_operator_class_attributes[] = {
	TYPE("type", "FOR TYPE"),
	BOOL("default", "DEFAULT"),
	IDENTITY("family", "its family"),
	TYPE("storage", "STORAGE, or none"),
	SET("members",
	    "\"OPERATOR 1 <(integer,integer)\", \"FUNCTION 1 (integer, integer) btint4cmp(integer,integer)\""),
	OWNER,
	COMMENT,
	END,
};

const CheckAttribute check_cast_attributes[] = {
	WORD("method", cast_methods, "function, inout or binary"),
	IDENTITY("function", "WITH FUNCTION, or none"),
	WORD("context", cast_contexts, "explicit, assignment or implicit"),
	COMMENT,
	END,
};

const CheckAttribute check_transform_attributes[] = {
	IDENTITY("from_sql", "FROM SQL WITH FUNCTION, or none"),
	IDENTITY("to_sql", "TO SQL WITH FUNCTION, or none"),
	COMMENT,
	END,
};
