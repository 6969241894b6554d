#include "check/workspace/sequences.h"

#include <string.h>

enum { NAME, LAST_VALUE, ASCENDING, START };

#define READ(sequences)                                                                                                \
	"SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), pg_catalog.pg_sequence_last_value(c.oid), "          \
	"s.seqincrement > 0, s.seqstart "                                                                              \
	"FROM " sequences " s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid "                                       \
	"JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "                                                    \
	"WHERE c.relpersistence <> 't' "                                                                               \
	"ORDER BY pg_catalog.format('%I.%I', n.nspname, c.relname) COLLATE \"C\""

DbResult *
check_sequences_read(DbSession *session, GError **error)
{
	return db_session_query(session, error, READ("pg_catalog.pg_sequence"), NULL);
}

/* Without OFFSET the server would look at pg_class first. */
static const DbPrepared used = { DB_OWN_STATEMENTS "sequences",
	                         READ("(SELECT * FROM pg_catalog.pg_sequence u "
	                              "WHERE pg_catalog.pg_sequence_last_value(u.seqrelid) IS NOT NULL OFFSET 0)") };

static DbResult *
read_used(DbSession *session, bool begin, GError **error)
{
	const DbRequest requests[] = { { .prepared = &used }, { .sql = "BEGIN" } };
	DbResult *results[G_N_ELEMENTS(requests)] = { NULL };

	if (!db_session_pipeline_requests(session, begin ? 2 : 1, requests, results, error))
		return NULL;
	db_result_free(results[1]);
	return results[0];
}

DbResult *
check_sequences_read_used(DbSession *session, GError **error)
{
	return read_used(session, false, error);
}

DbResult *
check_sequences_read_used_and_begin(DbSession *session, GError **error)
{
	return read_used(session, true, error);
}

static bool
has_gone_back(const char *before, const char *now, bool ascending)
{
	if (before == NULL)
		return false;
	if (now == NULL)
		return true;
	gint64 was = g_ascii_strtoll(before, NULL, 10);
	gint64 is = g_ascii_strtoll(now, NULL, 10);
	return ascending ? is < was : is > was;
}

/* For a sequence that has given out no number since it was made or restarted: whether its first number lies behind
 * the numbers given out before. */
static bool
starts_behind(DbSession *session, const char *name, const char *was, bool ascending)
{
	g_autofree char *sql = g_strdup_printf("SELECT last_value FROM %s", name);
	g_autofree char *first = session != NULL ? db_session_query_value(session, NULL, sql, NULL) : NULL;

	if (first == NULL)
		return true;
	gint64 last = g_ascii_strtoll(was, NULL, 10);
	gint64 next = g_ascii_strtoll(first, NULL, 10);
	return ascending ? next <= last : next >= last;
}

char *
check_sequences_compare(DbSession *session, const DbResult *before, const DbResult *now)
{
	GString *problems = g_string_new(NULL);
	int j = 0;

	for (int i = 0; i < db_result_rows(before); i++) {
		const char *name = db_result_value(before, i, NAME);
		const char *was = db_result_value(before, i, LAST_VALUE);
		while (j < db_result_rows(now) && strcmp(db_result_value(now, j, NAME), name) < 0)
			j++;
		if (j == db_result_rows(now) || strcmp(db_result_value(now, j, NAME), name) != 0)
			continue;
		const char *is = db_result_value(now, j, LAST_VALUE);
		bool ascending = strcmp(db_result_value(before, i, ASCENDING), "t") == 0;
		if (!has_gone_back(was, is, ascending) || (is == NULL && !starts_behind(session, name, was, ascending)))
			continue;
		g_string_append_printf(problems, "%ssequence \"%s\" stood at %s, and ", problems->len > 0 ? "\n" : "",
		                       name, was);
		if (is != NULL)
			g_string_append_printf(problems, "stands at %s", is);
		else
			g_string_append(problems, "starts anew");
	}
	if (problems->len > 0)
		return g_string_free(problems, FALSE);
	g_string_free(problems, TRUE);
	return NULL;
}

bool
check_sequences_are_same(const DbResult *before, const DbResult *now)
{
	if (db_result_rows(before) != db_result_rows(now))
		return false;
	for (int i = 0; i < db_result_rows(before); i++)
		if (strcmp(db_result_value(before, i, NAME), db_result_value(now, i, NAME)) != 0 ||
		    g_strcmp0(db_result_value(before, i, LAST_VALUE), db_result_value(now, i, LAST_VALUE)) != 0)
			return false;
	return true;
}

/* The sequences of the tables: a set of names. The caller unrefs it. NULL with *error. */
static GHashTable *
sequences_of_tables(DbSession *session, const char *const *tables, GError **error)
{
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (; tables != NULL && *tables != NULL; tables++) {
		g_autoptr(DbResult) found = db_session_query(
		    session, error,
		    "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_depend d"
		    " JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S'"
		    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
		    " WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = d.classid"
		    " AND d.refobjid = pg_catalog.to_regclass($1)",
		    *tables, NULL);
		if (found == NULL)
			return NULL;
		for (int row = 0; row < db_result_rows(found); row++)
			g_hash_table_add(names, g_strdup(db_result_value(found, row, 0)));
	}
	return g_steal_pointer(&names);
}

bool
check_sequences_restore_others(DbSession *session, const DbResult *before, const char *const *tables, GError **error)
{
	g_autoptr(DbResult) now = check_sequences_read(session, error);
	g_autoptr(GHashTable) left_out = now != NULL ? sequences_of_tables(session, tables, error) : NULL;
	int i = 0;

	if (left_out == NULL)
		return false;
	for (int j = 0; j < db_result_rows(now); j++) {
		const char *name = db_result_value(now, j, NAME);
		while (i < db_result_rows(before) && strcmp(db_result_value(before, i, NAME), name) < 0)
			i++;
		bool known = i < db_result_rows(before) && strcmp(db_result_value(before, i, NAME), name) == 0;
		const char *was = known ? db_result_value(before, i, LAST_VALUE) : NULL;
		if (g_strcmp0(was, db_result_value(now, j, LAST_VALUE)) == 0 || g_hash_table_contains(left_out, name))
			continue;
		/* Without a last value it has not been called yet. */
		g_autoptr(DbResult) set = db_session_query(
		    session, error, "SELECT pg_catalog.setval($1::regclass, $2::bigint, $3::boolean)", name,
		    was != NULL ? was : db_result_value(now, j, START), was != NULL ? "true" : "false", NULL);
		if (set == NULL)
			return false;
	}
	return true;
}

bool
check_sequences_restore(DbSession *session, const DbResult *before, GError **error)
{
	return check_sequences_restore_others(session, before, NULL, error);
}
