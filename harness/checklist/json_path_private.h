/* What json_path.c and json_path_read.c share. */
#ifndef CHECKLIST_JSON_PATH_PRIVATE_H
#define CHECKLIST_JSON_PATH_PRIVATE_H

#include "checklist/json_path.h"

typedef enum {
	PATH_NAME,
	PATH_INDEX,
	PATH_SLICE,
	PATH_WILDCARD,
	PATH_FILTER,
} PathSelectorKind;

typedef enum {
	PATH_OR,
	PATH_AND,
	PATH_NOT,
	PATH_EXISTS,  /* left: a query */
	PATH_COMPARE, /* left, right: values */
	PATH_TRUE,    /* left: a function that is true or false */
	/* Values. */
	PATH_LITERAL,
	PATH_QUERY,
	PATH_FUNCTION,
} PathExpressionKind;

typedef enum {
	PATH_EQUAL,
	PATH_UNEQUAL,
	PATH_LESS,
	PATH_AT_MOST,
	PATH_GREATER,
	PATH_AT_LEAST,
} PathOperator;

typedef enum {
	PATH_LENGTH,
	PATH_COUNT,
	PATH_VALUE,
	PATH_MATCH,
	PATH_SEARCH,
} PathFunction;

typedef struct PathExpression PathExpression;
struct PathExpression {
	PathExpressionKind kind;
	PathOperator compare;
	PathFunction function;
	PathExpression *left;
	PathExpression *right;
	JsonNode *literal;
	ChecklistPath *query;
};

typedef struct {
	PathSelectorKind kind;
	char *name;
	gint64 index; /* or where a slice begins */
	gint64 end;
	gint64 step;
	bool has_start;
	bool has_end;
	PathExpression *filter;
} PathSelector;

typedef struct {
	bool descendant;
	GPtrArray *selectors; /* of PathSelector * */
} PathSegment;

struct ChecklistPath {
	bool relative;       /* begins with @ */
	GPtrArray *segments; /* of PathSegment * */
};

/* At most one value can be found. */
bool checklist_path_is_singular(const ChecklistPath *path);

#endif
