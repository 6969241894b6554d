/* The few things of Go's templates that migrations are written with. */
#include "migration/format/tern/tern.h"

#include "base/error.h"

#include <string.h>

/* A shared file may include another one. */
#define MAX_DEPTH 8

typedef struct {
	const char *directory;
	GHashTable *placeholders;
	MigrationMappedText *result;
	guint depth;
	GError **error;
} Template;

static bool tern_template_fill_in(Template *work, const Source *source, gsize start, gsize end);

static bool
fill_in_value(Template *work, const Source *source, gsize offset, const char *name)
{
	const char *value = work->placeholders != NULL ? g_hash_table_lookup(work->placeholders, name) : NULL;

	if (value == NULL)
		return migration_error_at(work->error, source, offset,
		                          "give it one under \"placeholders\" in the suite: tern.conf is not read",
		                          "no value for \"%s\"", name);
	migration_mapped_text_append_replacement(work->result, value, offset);
	return true;
}

static bool
fill_in_file(Template *work, const Source *source, gsize offset, const char *name)
{
	g_autofree char *path = g_build_filename(work->directory, name, NULL);

	if (strchr(name, '/') == NULL || strstr(name, "..") != NULL || !g_str_has_suffix(name, ".sql") ||
	    !g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return migration_error_at(work->error, source, offset, "name a .sql file of a sub-directory",
		                          "there is no template \"%s\"", name);
	if (work->depth == MAX_DEPTH)
		return migration_error_at(work->error, source, offset, "does a file include itself?",
		                          "templates are nested too deeply");
	g_autoptr(Source) shared = migration_source_load_exact(path, "tern", work->error);
	if (shared == NULL)
		return false;
	/* An error in it has its place there; the text maps to the place that it is included at. */
	Template inner = *work;
	inner.result = migration_mapped_text_new();
	inner.depth++;
	bool done = tern_template_fill_in(&inner, shared, 0, base_source_length(shared));
	if (done)
		migration_mapped_text_append_replacement(work->result, inner.result->text->str, offset);
	migration_mapped_text_free(inner.result);
	return done;
}

static bool
fill_in_action(Template *work, const Source *source, gsize offset, const char *action)
{
	static const char value[] = "^\\.([A-Za-z_][A-Za-z0-9_]*)$";
	static const char file[] = "^template\\s+[\"`]([^\"`]+)[\"`](\\s+\\.)?$";
	g_autoptr(GRegex) values = g_regex_new(value, 0, 0, NULL);
	g_autoptr(GRegex) files = g_regex_new(file, 0, 0, NULL);
	g_autoptr(GMatchInfo) value_match = NULL;
	g_autoptr(GMatchInfo) file_match = NULL;

	if (g_regex_match(values, action, 0, &value_match)) {
		g_autofree char *name = g_match_info_fetch(value_match, 1);
		return fill_in_value(work, source, offset, name);
	}
	if (g_regex_match(files, action, 0, &file_match)) {
		g_autofree char *name = g_match_info_fetch(file_match, 1);
		return fill_in_file(work, source, offset, name);
	}
	return migration_error_at(
	    work->error, source, offset,
	    "pgassay knows {{.NAME}} and {{template \"FOLDER/FILE.sql\" .}}; run tern itself with "
	    "\"format: command\"",
	    "\"{{%s}}\" is more than pgassay knows of templates", action);
}

static bool
tern_template_fill_in(Template *work, const Source *source, gsize start, gsize end)
{
	const char *text = base_source_text(source);

	while (start < end) {
		const char *open = g_strstr_len(text + start, (gssize)(end - start), "{{");
		gsize plain = open != NULL ? (gsize)(open - text) : end;
		migration_mapped_text_append(work->result, text + start, plain - start, start);
		if (open == NULL)
			return true;
		const char *close = g_strstr_len(open, (gssize)(end - plain), "}}");
		if (close == NULL)
			return migration_error_at(work->error, source, plain, "write \"}}\"",
			                          "this template has no end");
		g_autofree char *action = g_strndup(open + 2, (gsize)(close - open) - 2);
		if (!fill_in_action(work, source, plain, g_strstrip(action)))
			return false;
		start = (gsize)(close - text) + 2;
	}
	return true;
}

MigrationMappedText *
tern_template(const Source *source, gsize start, gsize end, const char *directory, GHashTable *placeholders,
              GError **error)
{
	const char *text = base_source_text(source);
	g_autoptr(MigrationMappedText) result = migration_mapped_text_new();
	Template work = { .directory = directory, .placeholders = placeholders, .result = result, .error = error };

	while (start < end && g_ascii_isspace(text[start]))
		start++;
	while (end > start && g_ascii_isspace(text[end - 1]))
		end--;
	return tern_template_fill_in(&work, source, start, end) ? g_steal_pointer(&result) : NULL;
}
