#include "query/query.h"

#include "base/error.h"
#include "migration/text/script.h"
#include "migration/text/splitter.h"
#include "query/formats.h"
#include "query/parameters.h"

#include <string.h>

void
query_free(Query *query)
{
	if (query == NULL)
		return;
	g_free(query->name);
	base_source_unref(query->source);
	base_source_unref(query->file);
	migration_mapped_text_free(query->text);
	g_free(query);
}

static void
query_free_item(gpointer data)
{
	query_free(data);
}

/* --- Files -------------------------------------------------------------------- */

/* The name in the last comment of the form "-- name: x" in the text before a statement; or NULL. */
static char *
query_find_name(const char *before)
{
	g_autoptr(GRegex) regex = g_regex_new("^[ \\t]*--[ \\t]*name:[ \\t]*([^\\s]+)", G_REGEX_MULTILINE, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	char *name = NULL;

	for (g_regex_match(regex, before, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_free(name);
		name = g_match_info_fetch(match, 1);
	}
	return name;
}

static char *
query_default_name(const Source *source, const MigrationPiece *piece, bool alone)
{
	g_autofree char *stem = g_path_get_basename(base_source_path(source));
	char *dot = strrchr(stem, '.');

	if (dot != NULL && dot != stem)
		*dot = '\0';
	return alone ? g_steal_pointer(&stem)
	             : g_strdup_printf("%s:%u", stem, base_source_position(source, piece->start).line);
}

/* One statement of a file. */
typedef struct {
	Source *source;
	const MigrationPiece *piece;
	char *name;          /* taken over */
	GHashTable *spreads; /* of PgTyped; or NULL */
} QueryText;

static Query *
query_read(const QueryText *text, GError **error)
{
	const MigrationPiece *piece = text->piece;
	const char *sql = base_source_text(text->source) + piece->start;
	g_autoptr(Query) query = g_new0(Query, 1);

	query->name = text->name;
	query->source = base_source_ref(text->source);
	query->position = base_source_position(text->source, piece->start);
	query->text = query_parameters_number(sql, piece->end - piece->start, piece->start, text->spreads,
	                                      &query->n_parameters);
	if (query->text == NULL) {
		migration_error_at(error, text->source, piece->start, "write either $1 or names",
		                   "the query \"%s\" has parameters with numbers and with names", query->name);
		return NULL;
	}
	query->sql = query->text->text->str;
	return g_steal_pointer(&query);
}

/* `before` is the end of the previous statement: the text from there on is comments. */
static Query *
query_read_piece(Source *source, const MigrationPiece *piece, gsize before, bool alone, GError **error)
{
	g_autofree char *comments = g_strndup(base_source_text(source) + before, piece->start - before);
	g_autoptr(GHashTable) spreads = NULL;
	QueryText text = { .source = source, .piece = piece };

	text.name = query_pgtyped_read(comments, &spreads);
	text.spreads = spreads;
	if (text.name == NULL)
		text.name = query_find_name(comments);
	if (text.name == NULL)
		text.name = query_default_name(source, piece, alone);
	return query_read(&text, error);
}

static GPtrArray *
query_load_sql(const char *path, GError **error)
{
	g_autoptr(Source) source = base_source_load(path, QUERY_MAX_FILE_BYTES, error);
	MigrationSplitProblem problem = { 0 };
	g_autoptr(GPtrArray) queries = g_ptr_array_new_with_free_func(query_free_item);
	gsize before = 0;

	if (source == NULL || !migration_source_check(source, error))
		return NULL;
	g_autoptr(GArray) pieces = migration_split(base_source_text(source), base_source_length(source), &problem);
	if (pieces == NULL) {
		migration_error_at(error, source, problem.offset, problem.hint, "%s", problem.message);
		return NULL;
	}
	for (guint i = 0; i < pieces->len; i++) {
		const MigrationPiece *piece = &g_array_index(pieces, MigrationPiece, i);
		Query *query = query_read_piece(source, piece, before, pieces->len == 1, error);
		if (query == NULL)
			return NULL;
		g_ptr_array_add(queries, query);
		before = piece->end;
	}
	return g_steal_pointer(&queries);
}

GPtrArray *
query_load_file(const char *path, GError **error)
{
	if (g_str_has_suffix(path, ".ts") || g_str_has_suffix(path, ".tsx"))
		return query_pgtyped_load_code(path, error);
	if (!g_str_has_suffix(path, ".json"))
		return query_load_sql(path, error);
	Query *query = query_sqlx_load(path, error);
	GPtrArray *queries = query != NULL ? g_ptr_array_new_with_free_func(query_free_item) : NULL;
	if (query != NULL)
		g_ptr_array_add(queries, query);
	return queries;
}

/* --- In a suite ----------------------------------------------------------------- */

Query *
query_new(const char *name, const char *sql, SourcePosition position, GError **error)
{
	MigrationSplitProblem problem = { 0 };
	g_autoptr(GArray) pieces = migration_split(sql, strlen(sql), &problem);
	g_autofree char *place = base_position_format(position);
	g_autoptr(Query) query = g_new0(Query, 1);

	if (pieces == NULL) {
		base_error_set(error, BASE_ERROR_INPUT, problem.hint, "%s: the query cannot be read: %s", place,
		               problem.message);
		return NULL;
	}
	if (pieces->len != 1) {
		base_error_set(error, BASE_ERROR_INPUT, "write one plan for each statement",
		               "%s: the query must be one statement, not %u", place, pieces->len);
		return NULL;
	}
	const MigrationPiece *piece = &g_array_index(pieces, MigrationPiece, 0);
	query->name = g_strdup(name);
	query->position = position;
	query->text = query_parameters_number(sql + piece->start, piece->end - piece->start, piece->start, NULL,
	                                      &query->n_parameters);
	if (query->text == NULL) {
		base_error_set(error, BASE_ERROR_INPUT, "write either $1 or names",
		               "%s: the query has parameters with numbers and with names", place);
		return NULL;
	}
	query->sql = query->text->text->str;
	return g_steal_pointer(&query);
}

/* --- Places --------------------------------------------------------------------- */

static gsize
query_offset_of(const Query *query, guint character)
{
	const char *at = query->sql;

	for (guint i = 1; i < character && *at != '\0'; i++)
		at = g_utf8_next_char(at);
	return (gsize)(at - query->sql);
}

SourcePosition
query_position(const Query *query, guint character)
{
	if (query->source == NULL || character == 0)
		return query->position;
	return base_source_position(
	    query->source, migration_mapped_text_source_offset(query->text, query_offset_of(query, character)));
}

char *
query_show(const Query *query, guint character)
{
	gsize offset = character > 0 ? query_offset_of(query, character) : 0;

	if (query->source != NULL)
		return base_source_excerpt(query->source, migration_mapped_text_source_offset(query->text, offset));
	g_autoptr(Source) alone = base_source_new("", query->sql, -1);
	return base_source_excerpt(alone, offset);
}
