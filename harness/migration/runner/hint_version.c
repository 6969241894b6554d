/* Words, functions and types that an older server does not have. */
#include "migration/runner/hint.h"

#include "db/sqlstate.h"

#include <string.h>

/* A name, as in the release notes of PostgreSQL; * stands for any text. */
typedef struct {
	const char *name;
	int since; /* major version */
} Newer;

static const Newer functions[] = {
	{ "date_bin", 14 },
	{ "trim_array", 14 },
	{ "bit_count", 14 },
	{ "string_to_table", 14 },
	{ "unistr", 14 },
	{ "range_agg", 14 },
	{ "*multirange", 14 },
	{ "regexp_count", 15 },
	{ "regexp_instr", 15 },
	{ "regexp_like", 15 },
	{ "regexp_substr", 15 },
	{ "any_value", 16 },
	{ "array_sample", 16 },
	{ "array_shuffle", 16 },
	{ "date_add", 16 },
	{ "date_subtract", 16 },
	{ "pg_input_is_valid", 16 },
	{ "random_normal", 16 },
	{ "json_exists", 17 },
	{ "json_query", 17 },
	{ "json_value", 17 },
	{ "to_bin", 17 },
	{ "to_oct", 17 },
	{ "uuid_extract_*", 17 },
	{ "array_reverse", 18 },
	{ "array_sort", 18 },
	{ "casefold", 18 },
	{ "crc32*", 18 },
	{ "uuidv4", 18 },
	{ "uuidv7", 18 },
	{ NULL, 0 },
};

static const Newer types[] = {
	{ "*multirange", 14 },
	{ NULL, 0 },
};

static const Newer parameters[] = {
	{ "security_invoker", 15 },
	{ NULL, 0 },
};

/* The text from the place of the syntax error on; one blank between words. */
static const Newer words[] = {
	{ "atomic*", 14 },
	{ "compression *", 14 },
	{ "trigger *", 14 },
	{ "merge into *", 15 },
	{ "nulls not distinct*", 15 },
	{ "nulls distinct*", 15 },
	{ "json_table*", 17 },
	{ "virtual*", 18 },
	{ "without overlaps*", 18 },
	{ "period *", 18 },
	{ "not enforced*", 18 },
	{ NULL, 0 },
};

static const struct {
	const char *sqlstate;
	const char *pattern; /* its group is the name */
	const Newer *newer;
} messages[] = {
	{ DB_SQLSTATE_UNDEFINED_FUNCTION, "^function (?:pg_catalog\\.)?(\\w+)\\(.*\\) does not exist", functions },
	{ DB_SQLSTATE_UNDEFINED_OBJECT, "^type \"(?:pg_catalog\\.)?(\\w+)\" does not exist", types },
	{ DB_SQLSTATE_INVALID_PARAMETER_VALUE, "^unrecognized parameter \"(\\w+)\"", parameters },
};

static const Newer *
hint_version_match(const Newer *newer, const char *name)
{
	for (; newer->name != NULL; newer++)
		if (g_pattern_match_simple(newer->name, name))
			return newer;
	return NULL;
}

/* The first words of the text, in small letters. The caller frees it. */
static char *
hint_version_words(const char *text)
{
	enum { LENGTH = 40 };
	g_autofree char *head = g_strndup(text, LENGTH);
	g_autofree char *small = g_ascii_strdown(head, -1);
	g_auto(GStrv) parts = g_strsplit_set(small, " \t\r\n", -1);
	GString *all = g_string_new(NULL);

	for (char **part = parts; *part != NULL; part++)
		if (**part != '\0')
			g_string_append_printf(all, "%s%s", all->len > 0 ? " " : "", *part);
	return g_string_free(all, FALSE);
}

/* *ret_name is the name for the hint; the caller frees it. */
static const Newer *
hint_version_find(const DbDiagnostic *diagnostic, const char *text, char **ret_name)
{
	if (g_strcmp0(diagnostic->sqlstate, DB_SQLSTATE_SYNTAX_ERROR) == 0 && text != NULL) {
		g_autofree char *head = hint_version_words(text);
		const Newer *found = hint_version_match(words, head);
		if (found != NULL)
			*ret_name = g_ascii_strup(found->name, (gssize)strcspn(found->name, "*"));
		return found;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
		g_autoptr(GRegex) regex = g_regex_new(messages[i].pattern, 0, 0, NULL);
		g_autoptr(GMatchInfo) match = NULL;
		if (g_strcmp0(diagnostic->sqlstate, messages[i].sqlstate) != 0 ||
		    !g_regex_match(regex, diagnostic->message, 0, &match))
			continue;
		g_autofree char *name = g_match_info_fetch(match, 1);
		const Newer *found = hint_version_match(messages[i].newer, name);
		if (found != NULL)
			*ret_name = g_steal_pointer(&name);
		return found;
	}
	return NULL;
}

char *
migration_hint_find_newer(const DbDiagnostic *diagnostic, const char *text, int server_version)
{
	g_autofree char *name = NULL;
	const Newer *found = hint_version_find(diagnostic, text, &name);
	int major = server_version / 10000;

	if (found == NULL || found->since <= major)
		return NULL;
	return g_strdup_printf(
	    "\"%s\" came with PostgreSQL %d, and this server is %d: install a newer one (Debian: "
	    "postgresql-%d), and choose it by --pg-bindir, or by \"server: { version: %d }\" in the suite",
	    g_strchomp(name), found->since, major, found->since, found->since);
}
