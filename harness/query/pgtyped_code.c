/* PgTyped in TypeScript: const getUsers = sql<IGetUsersQuery>`SELECT * FROM users WHERE id IN $$ids`; */
#include "query/formats.h"

#include <string.h>

typedef struct {
	const Source *source;
	const char *text; /* the whole file */
	MigrationMappedText *result;
	GPtrArray *names; /* of char *: the number is the place */
} PgtypedCode;

static guint
pgtyped_code_number(PgtypedCode *work, const char *name)
{
	guint number = 0;

	while (number < work->names->len && strcmp(g_ptr_array_index(work->names, number), name) != 0)
		number++;
	if (number == work->names->len)
		g_ptr_array_add(work->names, g_strdup(name));
	return number + 1;
}

static gsize
pgtyped_code_word(const char *text)
{
	gsize length = 0;

	while (g_ascii_isalnum(text[length]) || text[length] == '_')
		length++;
	return g_ascii_isdigit(*text) ? 0 : length;
}

/* "(name!, age)" behind the parameter: a value for each. Gives its length; 0: there is none. */
static gsize
pgtyped_code_fields(PgtypedCode *work, const char *text, const char *name, GString *place)
{
	gsize end = strcspn(text, ")`");
	g_autofree char *inside = *text == '(' && text[end] == ')' ? g_strndup(text + 1, end - 1) : NULL;
	g_auto(GStrv) fields = g_strsplit(inside != NULL ? inside : "", ",", -1);

	if (inside == NULL)
		return 0;
	for (guint i = 0; fields[i] != NULL; i++) {
		g_autofree char *full = g_strdup_printf("%s.%s", name, g_strstrip(g_strdelimit(fields[i], "!", ' ')));
		g_string_append_printf(place, "%s$%u", i > 0 ? ", " : "", pgtyped_code_number(work, full));
	}
	return end + 1;
}

/* $name, $name!, $$names, $user(name, age), $$users(name, age): one of each list. Gives where the parameter ends; where
 * it begins when it is none. */
static const char *
pgtyped_code_parameter(PgtypedCode *work, const char *start)
{
	bool list = start[1] == '$';
	const char *word = start + (list ? 2 : 1);
	gsize length = pgtyped_code_word(word);
	const char *end = word + length;
	g_autofree char *name = g_strndup(word, length);
	g_autoptr(GString) place = g_string_new("(");

	if (length == 0)
		return start;
	gsize fields = pgtyped_code_fields(work, end, name, place);
	if (fields == 0)
		g_string_append_printf(place, "$%u", pgtyped_code_number(work, name));
	g_string_append_c(place, ')');
	end += fields;
	if (fields == 0 && *end == '!' && end[1] != '=')
		end++;
	if (fields == 0 && !list) {
		g_string_erase(place, 0, 1);
		g_string_truncate(place, place->len - 1);
	}
	migration_mapped_text_append_replacement(work->result, place->str, (gsize)(start - work->text));
	return end;
}

/* The template's text, from `at` to `end`; strings and comments of SQL stay as they are. */
static void
pgtyped_code_read(PgtypedCode *work, const char *at, const char *end)
{
	const char *copied = at;

	while (at < end) {
		if (*at == '\'') {
			const char *quote = memchr(at + 1, '\'', (gsize)(end - at - 1));
			at = quote != NULL ? quote + 1 : end;
		} else if (g_str_has_prefix(at, "--")) {
			at += strcspn(at, "\n`");
		} else if (*at == '$') {
			migration_mapped_text_append(work->result, copied, (gsize)(at - copied),
			                             (gsize)(copied - work->text));
			copied = at;
			at = pgtyped_code_parameter(work, at);
			at += at == copied;
			copied = at == copied + 1 ? copied : at;
		} else {
			at++;
		}
	}
	migration_mapped_text_append(work->result, copied, (gsize)(end - copied), (gsize)(copied - work->text));
}

static Query *
pgtyped_code_query(const Source *source, const char *name, const char *start, const char *end)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	Query *query = g_new0(Query, 1);
	const char *text = base_source_text(source);

	while (start < end && g_ascii_isspace(*start))
		start++;
	while (end > start && (g_ascii_isspace(end[-1]) || end[-1] == ';'))
		end--;
	query->name = g_strdup(name);
	query->source = base_source_ref((Source *)source);
	query->position = base_source_position(source, (gsize)(start - text));
	query->text = migration_mapped_text_new();
	PgtypedCode work = { .source = source, .text = text, .result = query->text, .names = names };
	pgtyped_code_read(&work, start, end);
	query->sql = query->text->text->str;
	query->n_parameters = names->len;
	return query;
}

GPtrArray *
query_pgtyped_load_code(const char *path, GError **error)
{
	g_autoptr(Source) source = base_source_load(path, QUERY_MAX_FILE_BYTES, error);
	g_autoptr(GRegex) pattern = g_regex_new("\\b(\\w+)\\s*=\\s*sql\\s*(?:<[^`;]*>)?\\s*`((?:[^`\\\\]|\\\\.)*)`",
	                                        G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (source == NULL)
		return NULL;
	GPtrArray *queries = g_ptr_array_new_with_free_func((GDestroyNotify)query_free);
	const char *text = base_source_text(source);
	/* Others have templates of that name, which are put together when they run. */
	if (strstr(text, "@pgtyped/") == NULL)
		return queries;
	for (g_regex_match(pattern, text, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *name = g_match_info_fetch(match, 1);
		int start = 0;
		int end = 0;
		g_match_info_fetch_pos(match, 2, &start, &end);
		if (g_strstr_len(text + start, end - start, "${") == NULL)
			g_ptr_array_add(queries, pgtyped_code_query(source, name, text + start, text + end));
	}
	return queries;
}
