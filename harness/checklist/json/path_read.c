/* Reading JSONPath: section 2 of RFC 9535. */
#include "checklist/json/path_private.h"

#include <string.h>

/* Filters inside of filters, and parentheses. */
#define PATH_DEPTH_MAX 50

static ChecklistPath *path_read_query(PathReader *reader);
static PathExpression *path_read_or(PathReader *reader);

/* --- Freeing ------------------------------------------------------------------------- */

static void
path_expression_free(PathExpression *expression)
{
	if (expression == NULL)
		return;
	path_expression_free(expression->left);
	path_expression_free(expression->right);
	if (expression->literal != NULL)
		json_node_unref(expression->literal);
	checklist_path_free(expression->query);
	g_free(expression);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PathExpression, path_expression_free)

static void
path_selector_free(gpointer data)
{
	PathSelector *selector = data;

	g_free(selector->name);
	path_expression_free(selector->filter);
	g_free(selector);
}

static void
path_segment_free(gpointer data)
{
	PathSegment *segment = data;

	g_ptr_array_unref(segment->selectors);
	g_free(segment);
}

void
checklist_path_free(ChecklistPath *path)
{
	if (path == NULL)
		return;
	g_ptr_array_unref(path->segments);
	g_free(path);
}

/* --- Expressions --------------------------------------------------------------------------- */

static PathExpression *
path_expression_new(PathExpressionKind kind)
{
	PathExpression *expression = g_new0(PathExpression, 1);

	expression->kind = kind;
	return expression;
}

static PathExpression *
path_read_number(PathReader *reader)
{
	const char *start = reader->at;
	gsize n = strspn(start, "-+0123456789.eE");
	g_autofree char *text = g_strndup(start, n);
	char *end = NULL;
	bool whole = strpbrk(text, ".eE") == NULL;
	double number = g_ascii_strtod(text, &end);

	if (n == 0 || *end != '\0')
		return checklist_path_fail(reader, "this is neither a value nor a query");
	PathExpression *expression = path_expression_new(PATH_LITERAL);
	expression->literal = json_node_alloc();
	if (whole)
		json_node_init_int(expression->literal, g_ascii_strtoll(text, NULL, 10));
	else
		json_node_init_double(expression->literal, number);
	reader->at += n;
	return expression;
}

static PathExpression *
path_read_word(PathReader *reader)
{
	static const char *const words[] = { "true", "false", "null" };

	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		if (!checklist_path_take(reader, words[i]))
			continue;
		PathExpression *expression = path_expression_new(PATH_LITERAL);
		expression->literal = i == 2 ? json_node_new(JSON_NODE_NULL)
		                             : json_node_init_boolean(json_node_alloc(), i == 0);
		return expression;
	}
	return NULL;
}

static PathExpression *path_read_value(PathReader *reader);

static const char *const function_names[] = { "length", "count", "value", "match", "search", NULL };

/* length and match take values; count and value take queries. */
static bool
path_check_arguments(PathReader *reader, const PathExpression *function)
{
	bool two = function->function == PATH_MATCH || function->function == PATH_SEARCH;
	bool nodes = function->function == PATH_COUNT || function->function == PATH_VALUE;

	if (two != (function->right != NULL))
		return checklist_path_fail(reader,
		                           two ? "the function has two arguments" : "the function has one argument");
	if (nodes && function->left->kind != PATH_QUERY)
		return checklist_path_fail(reader, "the argument of the function is a query");
	if (!nodes && function->left->kind == PATH_QUERY && !checklist_path_is_singular(function->left->query))
		return checklist_path_fail(reader, "the argument of the function is a query for one value");
	return true;
}

static PathExpression *
path_read_function(PathReader *reader, PathFunction which)
{
	g_autoptr(PathExpression) expression = path_expression_new(PATH_FUNCTION);

	expression->function = which;
	checklist_path_skip_blanks(reader);
	expression->left = path_read_value(reader);
	checklist_path_skip_blanks(reader);
	if (expression->left != NULL && checklist_path_take(reader, ",")) {
		checklist_path_skip_blanks(reader);
		expression->right = path_read_value(reader);
		checklist_path_skip_blanks(reader);
	}
	if (reader->problem != NULL)
		return NULL;
	if (!checklist_path_take(reader, ")"))
		return checklist_path_fail(reader, "\")\" is missing");
	return path_check_arguments(reader, expression) ? g_steal_pointer(&expression) : NULL;
}

static PathExpression *
path_read_value(PathReader *reader)
{
	PathExpression *expression = path_read_word(reader);

	if (expression != NULL)
		return expression;
	if (*reader->at == '"' || *reader->at == '\'') {
		g_autofree char *text = checklist_path_read_text(reader);
		if (text == NULL)
			return NULL;
		expression = path_expression_new(PATH_LITERAL);
		expression->literal = json_node_init_string(json_node_alloc(), text);
		return expression;
	}
	if (*reader->at == '$' || *reader->at == '@') {
		ChecklistPath *query = path_read_query(reader);
		if (query == NULL)
			return NULL;
		expression = path_expression_new(PATH_QUERY);
		expression->query = query;
		return expression;
	}
	for (guint i = 0; function_names[i] != NULL; i++) {
		gsize n = strlen(function_names[i]);
		if (strncmp(reader->at, function_names[i], n) != 0 || reader->at[n] != '(')
			continue;
		reader->at += n + 1;
		return path_read_function(reader, (PathFunction)i);
	}
	return path_read_number(reader);
}

static bool
path_is_boolean(const PathExpression *value)
{
	return value->kind == PATH_FUNCTION && (value->function == PATH_MATCH || value->function == PATH_SEARCH);
}

static bool
path_can_compare(const PathExpression *value)
{
	if (value->kind == PATH_QUERY)
		return checklist_path_is_singular(value->query);
	return !path_is_boolean(value);
}

static bool
path_read_operator(PathReader *reader, PathOperator *ret_operator)
{
	static const char *const operators[] = { "==", "!=", "<=", ">=", "<", ">" };
	static const PathOperator meanings[] = { PATH_EQUAL,    PATH_UNEQUAL, PATH_AT_MOST,
		                                 PATH_AT_LEAST, PATH_LESS,    PATH_GREATER };

	checklist_path_skip_blanks(reader);
	for (guint i = 0; i < G_N_ELEMENTS(operators); i++)
		if (checklist_path_take(reader, operators[i])) {
			*ret_operator = meanings[i];
			checklist_path_skip_blanks(reader);
			return true;
		}
	return false;
}

/* A value alone is a test: a query that finds something, a function that is true. */
static PathExpression *
path_read_test(PathReader *reader)
{
	g_autoptr(PathExpression) left = path_read_value(reader);
	PathOperator compare = PATH_EQUAL;

	if (left == NULL)
		return NULL;
	bool compares = path_read_operator(reader, &compare);
	if (!compares && left->kind != PATH_QUERY && !path_is_boolean(left))
		return checklist_path_fail(reader, "a value alone is no test: compare it");
	if (compares && !path_can_compare(left))
		return checklist_path_fail(reader, "only single values can be compared");
	g_autoptr(PathExpression) test = path_expression_new(compares                   ? PATH_COMPARE
	                                                     : left->kind == PATH_QUERY ? PATH_EXISTS
	                                                                                : PATH_TRUE);
	test->left = g_steal_pointer(&left);
	test->compare = compare;
	test->right = compares ? path_read_value(reader) : NULL;
	if (reader->problem != NULL)
		return NULL;
	if (compares && !path_can_compare(test->right))
		return checklist_path_fail(reader, "only single values can be compared");
	return g_steal_pointer(&test);
}

static PathExpression *
path_read_basic(PathReader *reader)
{
	bool not = checklist_path_take(reader, "!");
	g_autoptr(PathExpression) inner = NULL;

	checklist_path_skip_blanks(reader);
	if (checklist_path_take(reader, "(")) {
		inner = path_read_or(reader);
		checklist_path_skip_blanks(reader);
		if (inner != NULL && !checklist_path_take(reader, ")"))
			return checklist_path_fail(reader, "\")\" is missing");
	} else {
		inner = path_read_test(reader);
		if (inner != NULL && not &&inner->kind == PATH_COMPARE)
			return checklist_path_fail(reader, "\"!\" before a comparison needs parentheses");
	}
	if (inner == NULL || !not )
		return g_steal_pointer(&inner);
	PathExpression *expression = path_expression_new(PATH_NOT);
	expression->left = g_steal_pointer(&inner);
	return expression;
}

static PathExpression *
path_read_chain(PathReader *reader, PathExpressionKind kind, const char *word,
                PathExpression *(*read_inner)(PathReader *reader))
{
	checklist_path_skip_blanks(reader);
	g_autoptr(PathExpression) chain = read_inner(reader);

	for (checklist_path_skip_blanks(reader); chain != NULL && checklist_path_take(reader, word);
	     checklist_path_skip_blanks(reader)) {
		checklist_path_skip_blanks(reader);
		PathExpression *longer = path_expression_new(kind);
		longer->left = g_steal_pointer(&chain);
		longer->right = read_inner(reader);
		chain = longer;
		if (reader->problem != NULL)
			return NULL;
	}
	return g_steal_pointer(&chain);
}

static PathExpression *
path_read_and(PathReader *reader)
{
	return path_read_chain(reader, PATH_AND, "&&", path_read_basic);
}

static PathExpression *
path_read_or(PathReader *reader)
{
	if (++reader->depth > PATH_DEPTH_MAX)
		return checklist_path_fail(reader, "too many filters inside of each other");
	PathExpression *expression = path_read_chain(reader, PATH_OR, "||", path_read_and);
	reader->depth--;
	return expression;
}

/* --- Selectors and segments ------------------------------------------------------------------ */

static bool
path_starts_number(const PathReader *reader)
{
	return *reader->at == '-' || g_ascii_isdigit(*reader->at);
}

static bool
path_read_rest_of_slice(PathReader *reader, PathSelector *selector)
{
	selector->kind = PATH_SLICE;
	selector->step = 1;
	checklist_path_skip_blanks(reader);
	if (path_starts_number(reader)) {
		selector->has_end = true;
		if (!checklist_path_read_int(reader, &selector->end))
			return false;
		checklist_path_skip_blanks(reader);
	}
	if (!checklist_path_take(reader, ":"))
		return true;
	checklist_path_skip_blanks(reader);
	return !path_starts_number(reader) || checklist_path_read_int(reader, &selector->step);
}

static bool
path_read_index(PathReader *reader, PathSelector *selector)
{
	selector->kind = PATH_INDEX;
	if (path_starts_number(reader)) {
		selector->has_start = true;
		if (!checklist_path_read_int(reader, &selector->index))
			return false;
	}
	const char *before = reader->at;
	checklist_path_skip_blanks(reader);
	if (checklist_path_take(reader, ":"))
		return path_read_rest_of_slice(reader, selector);
	reader->at = before;
	return selector->has_start ||
	       checklist_path_fail(reader, "a name in quotes, an index, *, : or ? is missing") != NULL;
}

static bool
path_read_selector(PathReader *reader, PathSelector *selector)
{
	checklist_path_skip_blanks(reader);
	if (*reader->at == '"' || *reader->at == '\'') {
		selector->kind = PATH_NAME;
		selector->name = checklist_path_read_text(reader);
		return selector->name != NULL;
	}
	if (checklist_path_take(reader, "*")) {
		selector->kind = PATH_WILDCARD;
		return true;
	}
	if (checklist_path_take(reader, "?")) {
		selector->kind = PATH_FILTER;
		selector->filter = path_read_or(reader);
		return selector->filter != NULL;
	}
	return path_read_index(reader, selector);
}

static bool
path_read_brackets(PathReader *reader, PathSegment *segment)
{
	do {
		PathSelector *selector = g_new0(PathSelector, 1);
		g_ptr_array_add(segment->selectors, selector);
		if (!path_read_selector(reader, selector))
			return false;
		checklist_path_skip_blanks(reader);
	} while (checklist_path_take(reader, ","));
	return checklist_path_take(reader, "]") || checklist_path_fail(reader, "\"]\" is missing") != NULL;
}

static bool
path_read_segment(PathReader *reader, PathSegment *segment)
{
	segment->descendant = checklist_path_take(reader, "..");
	if (checklist_path_take(reader, "["))
		return path_read_brackets(reader, segment);
	if (!segment->descendant && !checklist_path_take(reader, "."))
		return checklist_path_fail(reader, "\".\" or \"[\" is missing") != NULL;
	PathSelector *selector = g_new0(PathSelector, 1);
	g_ptr_array_add(segment->selectors, selector);
	if (checklist_path_take(reader, "*")) {
		selector->kind = PATH_WILDCARD;
		return true;
	}
	selector->kind = PATH_NAME;
	selector->name = checklist_path_read_name(reader);
	return selector->name != NULL;
}

/* Blanks may stand before a segment, and not at the end. */
static ChecklistPath *
path_read_query(PathReader *reader)
{
	g_autoptr(ChecklistPath) path = g_new0(ChecklistPath, 1);

	path->segments = g_ptr_array_new_with_free_func(path_segment_free);
	path->relative = *reader->at == '@';
	if (!path->relative && *reader->at != '$')
		return checklist_path_fail(reader, "a query begins with $");
	reader->at++;
	for (;;) {
		const char *before = reader->at;
		checklist_path_skip_blanks(reader);
		if (*reader->at != '.' && *reader->at != '[') {
			reader->at = before;
			return g_steal_pointer(&path);
		}
		PathSegment *segment = g_new0(PathSegment, 1);
		segment->selectors = g_ptr_array_new_with_free_func(path_selector_free);
		g_ptr_array_add(path->segments, segment);
		if (!path_read_segment(reader, segment))
			return NULL;
	}
}

ChecklistPath *
checklist_path_parse(const char *text, char **ret_problem, gsize *ret_offset)
{
	PathReader reader = { .start = text, .at = text };
	g_autoptr(ChecklistPath) path = *text == '@' ? checklist_path_fail(&reader, "a query begins with $")
	                                             : path_read_query(&reader);

	if (path != NULL && *reader.at != '\0')
		checklist_path_fail(&reader, "something stands behind the query");
	*ret_problem = reader.problem;
	*ret_offset = reader.offset;
	return reader.problem == NULL ? g_steal_pointer(&path) : NULL;
}
