#include "migration/runner/hint.h"

#include "db/sqlstate.h"

#include <string.h>

/* Objects of extensions, by the name that the server does not find. * stands for any text. */
typedef struct {
	const char *name;
	const char *extension;
} Brought;

static const Brought types[] = {
	{ "citext", "citext" },
	{ "hstore", "hstore" },
	{ "ltree", "ltree" },
	{ "lquery", "ltree" },
	{ "geometry*", "postgis" },
	{ "geography*", "postgis" },
	{ "raster", "postgis_raster" },
	{ "vector*", "vector" },
	{ "halfvec*", "vector" },
	{ "sparsevec*", "vector" },
	{ "cube", "cube" },
	{ "earth", "earthdistance" },
	{ "seg", "seg" },
	{ "isbn*", "isn" },
	{ "ean13", "isn" },
	{ "lo", "lo" },
	{ "query_int", "intarray" },
	{ NULL, NULL },
};

static const Brought functions[] = {
	{ "uuid_generate_v*", "uuid-ossp" },
	{ "uuid_ns_*", "uuid-ossp" },
	{ "gen_random_bytes", "pgcrypto" },
	{ "gen_salt", "pgcrypto" },
	{ "crypt", "pgcrypto" },
	{ "digest", "pgcrypto" },
	{ "hmac", "pgcrypto" },
	{ "pgp_*", "pgcrypto" },
	{ "similarity", "pg_trgm" },
	{ "word_similarity", "pg_trgm" },
	{ "show_trgm", "pg_trgm" },
	{ "unaccent", "unaccent" },
	{ "crosstab*", "tablefunc" },
	{ "levenshtein*", "fuzzystrmatch" },
	{ "soundex", "fuzzystrmatch" },
	{ "metaphone", "fuzzystrmatch" },
	{ "dmetaphone", "fuzzystrmatch" },
	{ "hstore", "hstore" },
	{ "st_*", "postgis" },
	{ "ll_to_earth", "earthdistance" },
	{ "earth_distance", "earthdistance" },
	{ "dblink*", "dblink" },
	{ "moddatetime", "moddatetime" },
	{ NULL, NULL },
};

static const Brought operator_classes[] = {
	{ "gin_trgm_ops", "pg_trgm" },
	{ "gist_trgm_ops", "pg_trgm" },
	{ "vector_*_ops", "vector" },
	{ "halfvec_*_ops", "vector" },
	{ "gin_hstore_ops", "hstore" },
	{ "gist_ltree_ops", "ltree" },
	{ "gin__int_ops", "intarray" },
	{ "gist__int_ops", "intarray" },
	{ "gist_geometry_ops*", "postgis" },
	{ "*", "btree_gin\" or \"btree_gist" },
	{ NULL, NULL },
};

static const char *
hint_find_extension(const Brought *brought, const char *name)
{
	for (; brought->name != NULL; brought++)
		if (g_pattern_match_simple(brought->name, name))
			return brought->extension;
	return NULL;
}

/* The part of the message that the expression has a group for, without a schema; NULL when it does not match. */
static char *
hint_match(const char *pattern, const char *message)
{
	g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (!g_regex_match(regex, message, 0, &match))
		return NULL;
	g_autofree char *found = g_match_info_fetch(match, 1);
	const char *dot = strrchr(found, '.');
	return g_strdup(dot != NULL ? dot + 1 : found);
}

static char *
hint_extension(const char *message, const char *pattern, const Brought *brought)
{
	g_autofree char *name = hint_match(pattern, message);
	const char *extension = name != NULL ? hint_find_extension(brought, name) : NULL;

	if (extension == NULL)
		return NULL;
	return g_strdup_printf(
	    "\"%s\" is of the extension \"%s\": either no migration makes it (CREATE EXTENSION, or a "
	    "baseline that has it), or its schema is not in the search_path (Supabase keeps "
	    "extensions in the schema \"extensions\")",
	    name, extension);
}

static char *
hint_undefined_object(const DbDiagnostic *diagnostic)
{
	const char *message = diagnostic->message;
	g_autofree char *role = hint_match("^role \"([^\"]+)\" does not exist", message);
	g_autofree char *method = hint_match(
	    "^data type .* has no default operator class for access method \"(gin|gist)\"", message);

	if (role != NULL)
		return g_strdup_printf(
		    "roles belong to the server: under \"server: roles\" in the suite, \"%s\" is made "
		    "before the migrations",
		    role);
	if (method != NULL)
		return g_strdup_printf("the extension \"btree_%s\" has one: CREATE EXTENSION btree_%s", method, method);
	char *hint = hint_extension(message, "^type \"([^\"]+)\" does not exist", types);
	return hint != NULL ? hint
	                    : hint_extension(message, "^operator class \"([^\"]+)\" does not exist", operator_classes);
}

/* A hint for syntax that another program removes or replaces before the server sees it. */
static char *
hint_syntax_error(const char *text)
{
	gsize length = text != NULL && *text == ':' ? strspn(text + 1, "\"'") : 0;
	gsize name = 0;

	if (text == NULL)
		return NULL;
	if (g_str_has_prefix(text, "{{"))
		return g_strdup("\"{{ ... }}\" is filled in by the program that runs this file: give pgassay what the "
		                "program makes of it, or let it run, with \"format: command\"");
	if (g_str_has_prefix(text, "\\restrict") || g_str_has_prefix(text, "\\unrestrict"))
		return g_strdup(
		    "pg_dump writes \\restrict and \\unrestrict for psql, and no migration tool knows them: "
		    "take these two lines out of the file");
	if (*text == '\\')
		return g_strdup("this is a command of psql, and the tool does not run files by psql");
	if (*text == ':')
		name = strspn(text + 1 + length, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");
	if (name == 0 || g_ascii_isdigit(text[1 + length]))
		return NULL;
	return g_strdup_printf(
	    "\":%.*s\" is a variable of psql, and the tool does not run files by psql: give pgassay the "
	    "file with its value, or let your program run it, with \"format: command\"",
	    (int)name, text + 1 + length);
}

char *
migration_hint_find(const DbDiagnostic *diagnostic, const char *text)
{
	const char *sqlstate = diagnostic->sqlstate;

	if (g_strcmp0(sqlstate, DB_SQLSTATE_UNDEFINED_OBJECT) == 0)
		return hint_undefined_object(diagnostic);
	if (g_strcmp0(sqlstate, DB_SQLSTATE_UNDEFINED_FUNCTION) == 0)
		return hint_extension(diagnostic->message, "^function ([^(]+)\\(.*\\) does not exist", functions);
	if (g_strcmp0(sqlstate, DB_SQLSTATE_SYNTAX_ERROR) == 0)
		return hint_syntax_error(text);
	return NULL;
}

bool
migration_hint_empties_path(const char *text)
{
	return g_regex_match_simple("set_config\\s*\\(\\s*'search_path'\\s*,\\s*''\\s*,\\s*false\\s*\\)|"
	                            "^\\s*SET\\s+search_path\\s*(=|TO)\\s*''\\s*;",
	                            text, G_REGEX_CASELESS | G_REGEX_MULTILINE, 0);
}
