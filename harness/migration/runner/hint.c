#include "migration/runner/hint.h"

#include "base/nearest.h"
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
	{ "gin_trgm_ops", "pg_trgm" },       { "gist_trgm_ops", "pg_trgm" },
	{ "vector_*_ops", "vector" },        { "halfvec_*_ops", "vector" },
	{ "gin_hstore_ops", "hstore" },      { "gist_ltree_ops", "ltree" },
	{ "gin__int_ops", "intarray" },      { "gist__int_ops", "intarray" },
	{ "gist_geometry_ops*", "postgis" }, { NULL, NULL },
};

/* The types of the server itself that migrations use, and the names of the grammar for them. */
static const char *const own_types[] = {
	"bigint",  "bigserial", "bit",       "boolean",     "bytea",    "char", "character", "cidr",     "date",
	"decimal", "float",     "inet",      "int",         "int2",     "int4", "int8",      "integer",  "interval",
	"json",    "jsonb",     "macaddr",   "money",       "numeric",  "real", "serial",    "smallint", "smallserial",
	"text",    "time",      "timestamp", "timestamptz", "tsvector", "uuid", "varchar",   "xml",      NULL,
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

static const struct {
	const char *sqlstate;
	const char *pattern; /* its group is the name */
	const Brought *brought;
} messages[] = {
	{ DB_SQLSTATE_UNDEFINED_OBJECT, "^type \"([^\"]+)\" does not exist", types },
	{ DB_SQLSTATE_UNDEFINED_OBJECT, "^operator class \"([^\"]+)\" does not exist", operator_classes },
	{ DB_SQLSTATE_UNDEFINED_FUNCTION, "^function ([^(]+)\\(.*\\) does not exist", functions },
};

const char *
migration_hint_extension(const DbDiagnostic *diagnostic, char **ret_name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
		if (g_strcmp0(diagnostic->sqlstate, messages[i].sqlstate) != 0)
			continue;
		g_autofree char *name = hint_match(messages[i].pattern, diagnostic->message);
		const char *extension = name != NULL ? hint_find_extension(messages[i].brought, name) : NULL;
		if (extension != NULL) {
			*ret_name = g_steal_pointer(&name);
			return extension;
		}
	}
	return NULL;
}

static char *
hint_extension(const DbDiagnostic *diagnostic)
{
	g_autofree char *name = NULL;
	const char *extension = migration_hint_extension(diagnostic, &name);

	if (extension == NULL)
		return NULL;
	return g_strdup_printf(
	    "the extension \"%s\" brings \"%s\": write CREATE EXTENSION \"%s\" before this statement, or "
	    "add the extension's schema to the search_path. Where somebody else creates it before the first migration, "
	    "write that into a file, and name the file in the suite: \"baseline: { schema: FILE }\"",
	    extension, name, extension);
}

static char *
hint_undefined_object(const DbDiagnostic *diagnostic)
{
	const char *message = diagnostic->message;
	g_autofree char *role = hint_match("^role \"([^\"]+)\" does not exist", message);
	g_autofree char *method = hint_match("^(?:data type .* has no default operator class|operator class "
	                                     "\"[^\"]+\" does not exist) for access method \"(gin|gist)\"",
	                                     message);
	g_autofree char *type = hint_match("^type \"([^\"]+)\" does not exist", message);
	const char *nearest = type != NULL ? base_nearest(type, own_types) : NULL;
	char *brought = hint_extension(diagnostic);

	if (role != NULL)
		return g_strdup_printf(
		    "a role belongs to the server, not to a database: name \"%s\" in the suite under "
		    "\"server: { roles: [%s] }\", and pgassay creates it first",
		    role, role);
	if (brought == NULL && nearest != NULL)
		return g_strdup_printf("did you mean \"%s\"?", nearest);
	if (brought != NULL || method == NULL)
		return brought;
	return g_strdup_printf(
	    "the extension \"btree_%s\" brings operator classes for plain types: write CREATE EXTENSION "
	    "\"btree_%s\" before this statement",
	    method, method);
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
		return g_strdup(
		    "another program fills in \"{{ ... }}\" before it runs this file: give pgassay the file that "
		    "it makes, or let pgassay run that program, with \"format: command\"");
	if (g_str_has_prefix(text, "\\restrict") || g_str_has_prefix(text, "\\unrestrict"))
		return g_strdup("pg_dump writes \\restrict and \\unrestrict for psql, and your tool sends them to the "
		                "server as SQL: "
		                "remove both lines from the file");
	if (*text == '\\')
		return g_strdup(
		    "this is a command of psql, and your tool does not run files by psql: remove the line, or "
		    "write it as SQL");
	if (*text == ':')
		name = strspn(text + 1 + length, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");
	if (name == 0 || g_ascii_isdigit(text[1 + length]))
		return NULL;
	return g_strdup_printf(
	    "\":%.*s\" is a variable of psql, and your tool does not run files by psql: write its value into the "
	    "file, or let pgassay run your program, with \"format: command\"",
	    (int)name, text + 1 + length);
}

char *
migration_hint_find(const DbDiagnostic *diagnostic, const char *text)
{
	const char *sqlstate = diagnostic->sqlstate;

	if (g_strcmp0(sqlstate, DB_SQLSTATE_UNDEFINED_OBJECT) == 0)
		return hint_undefined_object(diagnostic);
	if (g_strcmp0(sqlstate, DB_SQLSTATE_UNDEFINED_FUNCTION) == 0)
		return hint_extension(diagnostic);
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

bool
migration_hint_adds_label(const char *text)
{
	return g_regex_match_simple("\\bALTER\\s+TYPE\\b[^;]*\\bADD\\s+VALUE\\b", text, G_REGEX_CASELESS, 0);
}
