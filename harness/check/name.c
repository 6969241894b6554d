#include "check/name.h"

#include "catalog/identity.h"

#include <string.h>

/* What stands for a wildcard once a key is taken to pieces, and its quotes with it. */
#define ANY   '\x01'
#define ANY_S "\x01"

void
check_name_clear(CheckName *name)
{
	g_free(name->schema);
	g_free(name->relation);
	g_free(name->name);
	*name = (CheckName){ 0 };
}

/* The key with ANY in the place of each wildcard. The caller frees it. */
static char *
mark_wildcards(const char *key, bool part)
{
	char *marked = g_strdup(key);
	bool quoted = false;

	if (part && key[0] == '"')
		return marked;
	for (char *p = marked; *p != '\0'; p++) {
		if (*p == '"' && !part)
			quoted = !quoted;
		else if (*p == '*' && !quoted)
			*p = ANY;
	}
	return marked;
}

bool
check_name_is_pattern(const char *key, bool part)
{
	g_autofree char *marked = mark_wildcards(key, part);

	return strchr(marked, ANY) != NULL;
}

/* "f(varchar,int)" as the server names it: "f(character varying, integer)". The caller frees it. */
static char *
function_name(CheckMeaning *meaning, const char *name)
{
	const char *open = strchr(name, '(');
	g_autofree char *types = g_strndup(open + 1, strlen(open + 1) - 1);
	GString *full = g_string_new_len(name, open - name + 1);
	gsize length;

	for (const char *type = types; *type != '\0'; type += length) {
		type += strspn(type, ", ");
		length = 0;
		for (int depth = 0; type[length] != '\0' && (type[length] != ',' || depth > 0); length++)
			depth += (type[length] == '(') - (type[length] == ')');
		g_autofree char *one = g_strndup(type, length);
		CheckMeaningAnswer answer = { .text = strcmp(one, ANY_S) == 0 ? one : NULL };
		if (answer.text == NULL)
			answer = check_meaning_type(meaning, one);
		g_string_append_printf(full, "%s%s", full->str[full->len - 1] == '(' ? "" : ", ",
		                       answer.text != NULL ? answer.text : one);
	}
	g_string_append_c(full, ')');
	return g_string_free(full, FALSE);
}

/* The name that a key of one part means: quotes are taken off, so that "\"count\"" is an object named count. */
static char *
plain_name(const char *key)
{
	g_auto(GStrv) parts = key[0] == '"' ? catalog_identity_split(key) : NULL;

	return parts != NULL && g_strv_length(parts) == 1 ? g_strdup(parts[0]) : g_strdup(key);
}

void
check_name_parse(CheckMeaning *meaning, CatalogClassId class_id, const char *key, CheckName *ret_name)
{
	bool part = catalog_class(class_id)->scope != CATALOG_SCOPE_SCHEMA;
	g_autofree char *marked = mark_wildcards(key, part);
	g_auto(GStrv) parts = part ? NULL : catalog_identity_split(marked);

	*ret_name = (CheckName){ .is_pattern = strchr(marked, ANY) != NULL };
	if (parts == NULL || g_strv_length(parts) != 2) {
		ret_name->name = plain_name(marked);
		return;
	}
	ret_name->schema = g_strdup(parts[0]);
	bool typed = class_id == CATALOG_FUNCTION || class_id == CATALOG_OPERATOR;
	ret_name->name = typed && g_str_has_suffix(parts[1], ")") && strchr(parts[1], '(') != NULL
	                     ? function_name(meaning, parts[1])
	                     : g_strdup(parts[1]);
}

bool
check_name_parse_any(const char *text, CheckName *ret_name)
{
	g_autofree char *marked = mark_wildcards(text, false);
	g_auto(GStrv) parts = catalog_identity_split(marked);
	guint n = parts != NULL ? g_strv_length(parts) : 0;

	if (n == 0 || n > 3)
		return false;
	*ret_name = (CheckName){ .is_pattern = strchr(marked, ANY) != NULL };
	ret_name->schema = g_strdup(parts[0]);
	ret_name->relation = n > 1 ? g_strdup(parts[1]) : NULL;
	ret_name->name = n > 2 ? g_strdup(parts[2]) : NULL;
	return true;
}

/* NULL matches everything. */
static bool
matches(const char *pattern, const char *text)
{
	if (pattern == NULL)
		return true;
	if (text == NULL)
		return false;
	const char *any = NULL; /* behind the last wildcard */
	const char *from = text;
	while (*text != '\0' || *pattern != '\0') {
		if (*pattern == ANY) {
			any = ++pattern;
			from = text;
		} else if (*pattern != '\0' && *pattern == *text) {
			pattern++;
			text++;
		} else if (any != NULL && *from != '\0') {
			pattern = any;
			text = ++from;
		} else {
			return false;
		}
	}
	return true;
}

bool
check_name_matches(const CheckName *name, const CatalogObject *object)
{
	if (object->schema == NULL && name->name == NULL && name->relation == NULL)
		return matches(name->schema, object->name);
	if (!matches(name->schema, object->schema))
		return false;
	/* "kb.orders" without a name is the table itself as well as what belongs to it. */
	if (name->relation != NULL && object->relation == NULL)
		return name->name == NULL && matches(name->relation, object->name);
	return matches(name->relation, object->relation) && matches(name->name, object->name);
}
