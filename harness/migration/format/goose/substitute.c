/* ENVSUB: variables of a line. */
#include "migration/format/goose/goose.h"

#include <string.h>

typedef struct {
	const Source *source;
	const char *text; /* of the source */
	gsize position;
	gsize end;
	GHashTable *placeholders;
	MigrationMappedText *result;
	GError **error;
} Substitution;

static bool
goose_substitute_fail(const Substitution *work, gsize offset, const char *message)
{
	return migration_error_at(work->error, work->source, offset,
	                          "write $NAME, ${NAME}, ${NAME:-DEFAULT} or ${NAME-DEFAULT}; a dollar sign is $$",
	                          "%s", message);
}

/* The name at the position, or NULL. The caller frees it. */
static char *
goose_substitute_read_name(Substitution *work)
{
	gsize start = work->position;

	if (start < work->end && (g_ascii_isalpha(work->text[start]) || work->text[start] == '_'))
		while (work->position < work->end &&
		       (g_ascii_isalnum(work->text[work->position]) || work->text[work->position] == '_'))
			work->position++;
	return work->position > start ? g_strndup(work->text + start, work->position - start) : NULL;
}

static bool
goose_substitute_append_value(Substitution *work, gsize offset, const char *name, const char *default_value,
                              bool also_empty)
{
	const char *value = work->placeholders != NULL ? g_hash_table_lookup(work->placeholders, name) : NULL;

	if (value == NULL || (also_empty && *value == '\0'))
		value = default_value;
	if (value == NULL)
		return migration_error_at(work->error, work->source, offset,
		                          "give it one under \"placeholders\" in the suite: the environment is not "
		                          "looked at",
		                          "no value for the variable \"%s\"", name);
	migration_mapped_text_append_replacement(work->result, value, offset);
	return true;
}

/* Behind "${". */
static bool
substitute_braces(Substitution *work, gsize offset)
{
	g_autofree char *name = goose_substitute_read_name(work);
	const char *close = memchr(work->text + work->position, '}', work->end - work->position);

	if (name == NULL || close == NULL)
		return goose_substitute_fail(work, offset, "this is no variable that goose replaces");
	g_autofree char *rest = g_strndup(work->text + work->position, (gsize)(close - work->text) - work->position);
	work->position = (gsize)(close - work->text) + 1;
	if (*rest == '\0')
		return goose_substitute_append_value(work, offset, name, NULL, false);
	bool also_empty = g_str_has_prefix(rest, ":-");
	if ((!also_empty && *rest != '-') || strpbrk(rest, "$\\") != NULL)
		return goose_substitute_fail(work, offset, "this way of writing a variable is not supported");
	return goose_substitute_append_value(work, offset, name, rest + (also_empty ? 2 : 1), also_empty);
}

/* At a dollar sign. */
static bool
substitute_variable(Substitution *work)
{
	gsize offset = work->position++;

	if (work->position == work->end || work->text[work->position] == '(') {
		migration_mapped_text_append(work->result, "$", 1, offset);
		return true;
	}
	if (work->text[work->position] == '$') {
		work->position++;
		migration_mapped_text_append_replacement(work->result, "$", offset);
		return true;
	}
	if (work->text[work->position] == '{') {
		work->position++;
		return substitute_braces(work, offset);
	}
	g_autofree char *name = goose_substitute_read_name(work);
	if (name == NULL)
		return goose_substitute_fail(work, offset, "this is no variable that goose replaces");
	return goose_substitute_append_value(work, offset, name, NULL, false);
}

bool
goose_substitute(const Source *source, gsize start, gsize end, GHashTable *placeholders, MigrationMappedText *text,
                 GError **error)
{
	Substitution work = { .source = source,
		              .text = base_source_text(source),
		              .position = start,
		              .end = end,
		              .placeholders = placeholders,
		              .result = text,
		              .error = error };

	while (work.position < end) {
		const char *here = work.text + work.position;
		gsize plain = 1;
		if (*here == '$') {
			if (!substitute_variable(&work))
				return false;
			continue;
		}
		if (*here == '\\' && work.position + 1 < end && here[1] == '$') {
			migration_mapped_text_append_replacement(text, "$", work.position);
			work.position += 2;
			continue;
		}
		if (*here == '\\' && work.position + 1 < end && here[1] == '\\')
			plain = 2;
		migration_mapped_text_append(text, here, plain, work.position);
		work.position += plain;
	}
	return true;
}
