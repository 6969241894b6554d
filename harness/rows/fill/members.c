#include "rows/fill/members.h"

#include "rows/state/expression.h"

#include <string.h>

/* Objects of each kind. */
#define OBJECTS 2

/* The column by itself, with its table before it and a cast behind it: as an argument of a function that is not known
 * here, its member would have to fit that. */
#define MEMBER                                                                                                         \
	"(?:[=,]|(?<!\\w)\\(|\\b(?:select|where|and|or|not|when)\\b|\\b(?:coalesce|nullif|lower|upper|trim|btrim)"     \
	"\\s*\\()\\s*(?:\"?\\w+\"?\\s*\\.\\s*)?\"?\\b%s\\b\"?(?:\\s*::\\s*jsonb?)?\\s*(?:->>|-|\\?)\\s*'(?<name>[^']+" \
	")'"                                                                                                           \
	"(?:[\\s)]*::\\s*(?<type>\\w+))?"

/* Two values of a type, as JSON; "" is no cast. */
static const char *const member_types[][1 + OBJECTS] = {
	{ "", "\"one\"", "\"two\"" },
	{ "text", "\"one\"", "\"two\"" },
	{ "varchar", "\"one\"", "\"two\"" },
	{ "int", "1", "2" },
	{ "integer", "1", "2" },
	{ "int4", "1", "2" },
	{ "bigint", "1", "2" },
	{ "int8", "1", "2" },
	{ "smallint", "1", "2" },
	{ "numeric", "1.5", "2" },
	{ "decimal", "1.5", "2" },
	{ "real", "1.5", "2" },
	{ "float", "1.5", "2" },
	{ "double", "1.5", "2" },
	{ "boolean", "true", "false" },
	{ "bool", "true", "false" },
	{ "date", "\"2024-02-29\"", "\"2000-01-01\"" },
	{ "timestamp", "\"2024-02-29 12:00:00\"", "\"2000-01-01 00:00:00\"" },
	{ "timestamptz", "\"2024-02-29 12:00:00Z\"", "\"2000-01-01 00:00:00Z\"" },
	{ "uuid", "\"00000000-0000-4000-8000-000000000001\"", "\"00000000-0000-4000-8000-000000000002\"" },
};

bool
rows_members_suspected(const char *statement)
{
	return strstr(statement, "->>") != NULL || g_regex_match_simple("[-?]\\s*'", statement, G_REGEX_RAW, 0);
}

/* The number of the type in the table; below 0: it is not there. */
static int
members_find_type(const char *type)
{
	for (guint i = 0; i < G_N_ELEMENTS(member_types); i++)
		if (g_ascii_strcasecmp(type, member_types[i][0]) == 0)
			return (int)i;
	return -1;
}

typedef struct {
	int type; /* in the table; below 0: nothing is known of it */
	bool cast;
	bool written; /* a statement that writes names it */
} Member;

struct RowsMembers {
	GRegex *regex;
	GHashTable *found; /* name -> Member */
};

RowsMembers *
rows_members_new(const char *column)
{
	RowsMembers *members = g_new0(RowsMembers, 1);
	g_autofree char *escaped = g_regex_escape_string(column, -1);
	g_autofree char *pattern = g_strdup_printf(MEMBER, escaped);

	members->regex = g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);
	members->found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return members;
}

void
rows_members_free(RowsMembers *members)
{
	if (members == NULL)
		return;
	g_clear_pointer(&members->regex, g_regex_unref);
	g_hash_table_unref(members->found);
	g_free(members);
}

static void
members_add(RowsMembers *members, const GMatchInfo *match, bool writes)
{
	g_autofree char *name = g_match_info_fetch_named(match, "name");
	g_autofree char *type = g_match_info_fetch_named(match, "type");
	bool cast = type != NULL && type[0] != '\0';
	Member *member = g_hash_table_lookup(members->found, name);

	if (strpbrk(name, "\"\\") != NULL)
		return;
	if (member == NULL) {
		member = g_new0(Member, 1);
		g_hash_table_insert(members->found, g_steal_pointer(&name), member);
	}
	if (cast || !member->cast)
		member->type = members_find_type(cast ? type : "");
	member->cast |= cast;
	member->written |= writes;
}

void
rows_members_learn(RowsMembers *members, const char *statement, bool writes)
{
	g_autoptr(GMatchInfo) match = NULL;

	if (members->regex == NULL)
		return;
	for (g_regex_match(members->regex, statement, 0, &match); g_match_info_matches(match);
	     g_match_info_next(match, NULL))
		members_add(members, match, writes);
}

void
rows_members_append(const RowsMembers *members, GPtrArray *values)
{
	g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(members->found), (GCompareFunc)strcmp);

	for (guint i = 1; i <= OBJECTS; i++) {
		g_autoptr(GString) object = g_string_new(NULL);
		for (const GList *name = names; name != NULL; name = name->next) {
			const Member *member = g_hash_table_lookup(members->found, name->data);
			if (member->type >= 0 && member->written)
				g_string_append_printf(object, "%s\"%s\": %s", object->len > 0 ? ", " : "",
				                       (const char *)name->data, member_types[member->type][i]);
		}
		if (object->len == 0)
			return;
		g_string_prepend_c(object, '{');
		g_string_append_c(object, '}');
		g_ptr_array_add(values, rows_literal(object->str));
	}
}
