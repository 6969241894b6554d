#include "query/formats.h"

#include "base/error.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Digits of the hash in the name. */
#define NAME_LENGTH 14

static const char *
sqlx_find_query(JsonParser *parser)
{
	JsonNode *root = json_parser_get_root(parser);
	JsonObject *object = root != NULL && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;
	JsonNode *query = object != NULL ? json_object_get_member(object, "query") : NULL;

	return query != NULL && json_node_get_value_type(query) == G_TYPE_STRING ? json_node_get_string(query) : NULL;
}

/* The place of the text in the file. */
static SourcePosition
sqlx_position(const Source *source)
{
	const char *text = base_source_text(source);
	const char *at = strstr(text, "\"query\"");

	return base_source_position(source, at != NULL ? (gsize)(at - text) : 0);
}

/* "query-3f2c1a9b" */
static char *
sqlx_name(const char *path)
{
	g_autofree char *file = g_path_get_basename(path);
	char *dot = strrchr(file, '.');

	if (dot != NULL)
		*dot = '\0';
	return g_strndup(file, NAME_LENGTH);
}

Query *
query_sqlx_load(const char *path, GError **error)
{
	g_autoptr(Source) source = base_source_load(path, QUERY_MAX_FILE_BYTES, error);
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GError) cause = NULL;

	if (source == NULL)
		return NULL;
	if (!json_parser_load_from_data(parser, base_source_text(source), (gssize)base_source_length(source), &cause)) {
		base_error_set(error, BASE_ERROR_INPUT, "cargo sqlx prepare writes it anew", "\"%s\" is no JSON: %s",
		               path, cause->message);
		return NULL;
	}
	const char *sql = sqlx_find_query(parser);
	if (sql == NULL) {
		base_error_set(error, BASE_ERROR_INPUT, "cargo sqlx prepare writes .sqlx/query-*.json",
		               "\"%s\" has no \"query\"", path);
		return NULL;
	}
	g_autofree char *name = sqlx_name(path);
	Query *query = query_new(name, sql, sqlx_position(source), error);
	if (query != NULL)
		query->file = g_steal_pointer(&source);
	return query;
}
