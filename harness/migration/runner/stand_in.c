#include "migration/runner/stand_in.h"

#include "base/error.h"
#include "migration/runner/runner.h"
#include "migration/text/lexer.h"

#include <string.h>

#define VERSION "0-stand-in"

/* The catalogs whose objects can be members, each with a filter for its members. Indexes, row types, array types and
 * the like belong to another object already, by an internal dependency. */
static const char *const member_catalogs[][2] = {
	{ "pg_proc", "true" },
	{ "pg_type", "true" },
	{ "pg_class", "c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')" },
	{ "pg_operator", "true" },
	{ "pg_opclass", "true" },
	{ "pg_opfamily", "true" },
	{ "pg_cast", "true" },
	{ "pg_am", "true" },
	{ "pg_namespace", "c.nspname !~ '^pg_'" },
	{ "pg_collation", "true" },
	{ "pg_conversion", "true" },
	{ "pg_language", "true" },
	{ "pg_transform", "true" },
	{ "pg_event_trigger", "true" },
	{ "pg_foreign_data_wrapper", "true" },
	{ "pg_foreign_server", "true" },
	{ "pg_ts_config", "true" },
	{ "pg_ts_dict", "true" },
	{ "pg_ts_parser", "true" },
	{ "pg_ts_template", "true" },
};

Source *
migration_stand_in_find(const MigrationStandIns *stand_ins, const MigrationStatement *statement)
{
	if (stand_ins == NULL || stand_ins->sources == NULL || statement->extension == NULL)
		return NULL;
	return g_hash_table_lookup(stand_ins->sources, statement->extension);
}

void
migration_stand_in_clear(MigrationStandInState *state)
{
	g_clear_pointer(&state->search_path, g_free);
	g_clear_pointer(&state->extension, g_free);
}

/* CREATE EXTENSION [IF NOT EXISTS] name [WITH] [SCHEMA s] [VERSION v] [CASCADE] */
typedef struct {
	bool if_not_exists;
	char *schema;
} Clauses;

static Clauses
read_clauses(const char *sql)
{
	MigrationLexer lexer = { .text = sql, .length = strlen(sql) };
	MigrationToken token = { 0 };
	const char *problem;
	Clauses clauses = { 0 };

	while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
		if (migration_token_is(sql, &token, "EXISTS"))
			clauses.if_not_exists = true;
		if (!migration_token_is(sql, &token, "SCHEMA") || clauses.schema != NULL)
			continue;
		if (migration_lexer_next(&lexer, &token, &problem))
			clauses.schema = migration_token_name(sql, &token);
	}
	return clauses;
}

/* The server's own words for the two ways in which CREATE EXTENSION meets one that exists. */
static bool
meet_existing(DbSession *session, const char *extension, bool if_not_exists, GError **error)
{
	g_autofree char *name = db_session_quote_literal(session, extension);
	g_autofree char *sql =
	    if_not_exists
		? g_strdup_printf("DO $$ BEGIN RAISE NOTICE 'extension \"%%\" already exists, skipping', %s; END $$",
	                          name)
		: g_strdup_printf("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'duplicate_object', MESSAGE = "
	                          "pg_catalog.format('extension \"%%s\" already exists', %s); END $$",
	                          name);

	return db_session_execute(session, sql, error);
}

static bool
set_local(DbSession *session, const char *setting, const char *value, GError **error)
{
	g_autofree char *done = db_session_query_value(session, error, "SELECT pg_catalog.set_config($1, $2, true)",
	                                               setting, value, NULL);

	return done != NULL;
}

/* Writing to a catalog by hand is allowed as long as this is on. */
static bool
write_catalog(DbSession *session, const char *sql, GError **error)
{
	return db_session_execute(session, "SET LOCAL allow_system_table_mods = on", error) &&
	       db_session_execute(session, sql, error) &&
	       db_session_execute(session, "SET LOCAL allow_system_table_mods = off", error);
}

static bool
enter_extension(DbSession *session, const char *extension, const char *schema, MigrationStandInState *state,
                GError **error)
{
	g_autofree char *name = db_session_quote_literal(session, extension);
	g_autofree char *place = schema != NULL ? db_session_quote_literal(session, schema)
	                                        : g_strdup("pg_catalog.current_schema()");

	state->extension = db_session_query_value(
	    session, error,
	    "SELECT pg_catalog.pg_nextoid('pg_catalog.pg_extension', 'oid', 'pg_catalog.pg_extension_oid_index')",
	    NULL);
	if (state->extension == NULL)
		return false;
	g_autofree char *sql = g_strdup_printf(
	    "INSERT INTO pg_catalog.pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion) "
	    "SELECT %s, %s, r.oid, pg_catalog.quote_ident(%s)::regnamespace, false, '" VERSION "' "
	    "FROM pg_catalog.pg_roles r WHERE r.rolname = current_user;"
	    "INSERT INTO pg_catalog.pg_depend (classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype) "
	    "SELECT 'pg_catalog.pg_extension'::regclass, oid, 0, 'pg_catalog.pg_namespace'::regclass, extnamespace, 0, "
	    "'n' "
	    "FROM pg_catalog.pg_extension WHERE oid = %s",
	    state->extension, name, place, state->extension);
	return write_catalog(session, sql, error);
}

static bool
enter_schema(DbSession *session, const char *schema, MigrationStandInState *state, GError **error)
{
	g_autofree char *quoted = db_session_quote_identifier(session, schema);

	state->search_path = db_session_query_value(session, error, "SHOW search_path", NULL);
	if (state->search_path == NULL)
		return false;
	g_autofree char *search_path = g_strjoin(*state->search_path != '\0' ? ", " : "", quoted, state->search_path,
	                                         NULL);
	return set_local(session, "search_path", search_path, error);
}

bool
migration_stand_in_begin(DbSession *session, const MigrationStatement *statement, MigrationStandInState *state,
                         GError **error)
{
	Clauses clauses = read_clauses(statement->sql);
	g_autofree char *schema = clauses.schema;

	if (db_session_transaction_state(session) == DB_TRANSACTION_IDLE) {
		if (!db_session_execute(session, "BEGIN", error))
			return false;
		state->transaction = true;
	}
	g_autofree char *exists = db_session_query_value(
	    session, error, "SELECT pg_catalog.count(*) FROM pg_catalog.pg_extension WHERE extname = $1",
	    statement->extension, NULL);
	if (exists == NULL)
		return false;
	if (*exists != '0') {
		state->exists = true;
		return meet_existing(session, statement->extension, clauses.if_not_exists, error);
	}
	return enter_extension(session, statement->extension, schema, state, error) &&
	       (schema == NULL || enter_schema(session, schema, state, error));
}

/* OIDs are handed out in ascending order, and one was taken for the extension before its members were made. */
static bool
enter_members(DbSession *session, const MigrationStandInState *state, GError **error)
{
	g_autoptr(GString) sql = g_string_new(
	    "INSERT INTO pg_catalog.pg_depend (classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype) ");

	for (gsize i = 0; i < G_N_ELEMENTS(member_catalogs); i++) {
		const char *catalog = member_catalogs[i][0];
		g_string_append_printf(sql,
		                       "%sSELECT 'pg_catalog.%s'::regclass, c.oid, 0, "
		                       "'pg_catalog.pg_extension'::regclass, %s::oid, 0, 'e'::\"char\" "
		                       "FROM pg_catalog.%s c WHERE c.oid > %s::oid AND %s AND NOT EXISTS (SELECT FROM "
		                       "pg_catalog.pg_depend d "
		                       "WHERE d.classid = 'pg_catalog.%s'::regclass AND d.objid = c.oid AND d.objsubid "
		                       "= 0 AND d.deptype = 'i')",
		                       i > 0 ? " UNION ALL " : "", catalog, state->extension, catalog, state->extension,
		                       member_catalogs[i][1], catalog);
	}
	return write_catalog(session, sql->str, error);
}

bool
migration_stand_in_end(DbSession *session, MigrationStandInState *state, GError **error)
{
	if (!state->exists) {
		if (!enter_members(session, state, error) ||
		    (state->search_path != NULL && !set_local(session, "search_path", state->search_path, error)))
			return false;
	}
	return !state->transaction || db_session_execute(session, "COMMIT", error);
}
