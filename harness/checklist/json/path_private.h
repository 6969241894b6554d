/* Declarations for path.c, path_read.c and path_text.c. */
#ifndef CHECKLIST_JSON_PATH_PRIVATE_H
#define CHECKLIST_JSON_PATH_PRIVATE_H

#include "checklist/json/path.h"

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

/* Where a query is being read. */
typedef struct {
	const char *start;
	const char *at;
	char *problem;
	gsize offset; /* of the problem */
	guint depth;
} PathReader;

/* The first problem counts. Always NULL. */
gpointer checklist_path_fail(PathReader *reader, const char *problem);
void checklist_path_skip_blanks(PathReader *reader);
/* True when the text comes next: it is skipped. */
bool checklist_path_take(PathReader *reader, const char *text);
/* A text in single or double quotes, a name after a dot; the caller frees it. NULL: a problem is noted. */
char *checklist_path_read_text(PathReader *reader);
char *checklist_path_read_name(PathReader *reader);
/* 0, -1, 42; neither 01 nor -0. False: a problem is noted. */
bool checklist_path_read_int(PathReader *reader, gint64 *ret_number);

/* At most one value can be found. */
bool checklist_path_is_singular(const ChecklistPath *path);

#endif
