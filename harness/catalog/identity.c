#include "catalog/identity.h"

#include <string.h>

static bool
identity_is_plain(const char *name, gsize length)
{
	if (length == 0 || !(g_ascii_islower(name[0]) || name[0] == '_'))
		return false;
	for (gsize i = 1; i < length; i++)
		if (!(g_ascii_islower(name[i]) || g_ascii_isdigit(name[i]) || name[i] == '_' || name[i] == '$'))
			return false;
	return true;
}

/* True if the name cannot be confused with a separator, an argument list or a wildcard. */
static bool
identity_is_readable(const char *name, gsize length)
{
	if (length == 0)
		return false;
	for (gsize i = 0; i < length; i++)
		if (strchr(".\"()*", name[i]) != NULL)
			return false;
	return true;
}

static void
identity_append_quoted(GString *text, const char *name, gsize length)
{
	g_string_append_c(text, '"');
	for (gsize i = 0; i < length; i++) {
		if (name[i] == '"')
			g_string_append_c(text, '"');
		g_string_append_c(text, name[i]);
	}
	g_string_append_c(text, '"');
}

/* The length of the name without the argument list that it may end with. Read from the end, because the
 * name of a function may itself hold parentheses while the types in the list quote theirs. */
static gsize
identity_head_length(const char *name)
{
	gsize length = strlen(name);
	bool quoted = false;

	if (length == 0 || name[length - 1] != ')')
		return length;
	for (gsize i = length; i-- > 1;) {
		if (name[i] == '"')
			quoted = !quoted;
		else if (name[i] == '(' && !quoted)
			return i;
	}
	return length;
}

gsize
catalog_identity_head(const char *name)
{
	return identity_head_length(name);
}

typedef bool Bare(const char *name, gsize length);

/* The name of an operator with its types. As a key it may have to be quoted: "*" is a wildcard there. */
static bool
identity_is_operator(const char *name, gsize head)
{
	return name[head] == '(' && head > 0 && strspn(name, "+-*/<>=~!@#%^&|`?") == head;
}

static void
identity_append_part(GString *text, const char *name, bool may_have_arguments, Bare *bare)
{
	gsize length = strlen(name);
	gsize head = may_have_arguments ? identity_head_length(name) : length;

	if (bare(name, head) || (bare == identity_is_plain && may_have_arguments && identity_is_operator(name, head)))
		g_string_append_len(text, name, (gssize)head);
	else
		identity_append_quoted(text, name, head);
	g_string_append_len(text, name + head, (gssize)(length - head));
}

static void
identity_append_parts(GString *text, const char *schema, const char *relation, const char *name, Bare *bare)
{
	const char *const parts[] = { schema, relation, name };
	bool any = false;

	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
		if (parts[i] == NULL)
			continue;
		if (any)
			g_string_append_c(text, '.');
		identity_append_part(text, parts[i], i == 2, bare);
		any = true;
	}
}

void
catalog_identity_append_parts(GString *text, const char *schema, const char *relation, const char *name)
{
	identity_append_parts(text, schema, relation, name, identity_is_plain);
}

char *
catalog_identity_join(const char *schema, const char *relation, const char *name)
{
	GString *text = g_string_new(NULL);

	identity_append_parts(text, schema, relation, name, identity_is_plain);
	return g_string_free(text, FALSE);
}

char *
catalog_identity_key(const char *schema, const char *name)
{
	GString *text = g_string_new(NULL);

	identity_append_parts(text, schema, NULL, name, identity_is_readable);
	return g_string_free(text, FALSE);
}

/* Reads a quoted name; *cursor stands on its opening quote and is left behind its closing one. */
static bool
identity_read_quoted(const char **cursor, GString *part)
{
	const char *p = *cursor + 1;

	for (; *p != '\0'; p++) {
		if (*p == '"' && *++p != '"') {
			*cursor = p;
			return part->len > 0;
		}
		g_string_append_c(part, *p);
	}
	return false;
}

/* Reads one part, up to a dot or the end; an argument list takes all the rest with it. */
static bool
identity_read_part(const char **cursor, GString *part)
{
	if (**cursor == '"') {
		if (!identity_read_quoted(cursor, part))
			return false;
	} else {
		gsize length = strcspn(*cursor, ".\"(");
		g_string_append_len(part, *cursor, (gssize)length);
		*cursor += length;
		if (length == 0 || **cursor == '"')
			return false;
	}
	if (**cursor == '(') {
		g_string_append(part, *cursor);
		*cursor += strlen(*cursor);
	}
	return **cursor == '.' || **cursor == '\0';
}

char **
catalog_identity_split(const char *identity)
{
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
	const char *cursor = identity;

	for (;;) {
		g_autoptr(GString) part = g_string_new(NULL);
		if (!identity_read_part(&cursor, part))
			return NULL;
		g_ptr_array_add(parts, g_strndup(part->str, part->len));
		if (*cursor == '\0')
			break;
		cursor++;
	}
	g_ptr_array_add(parts, NULL);
	return (char **)g_ptr_array_steal(parts, NULL);
}
