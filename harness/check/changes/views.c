#include "check/changes/views.h"

#include "check/changes/update.h"
#include "check/workspace/place.h"
#include "db/array.h"
#include "rows/state/queries.h"

#include <string.h>

struct CheckViews {
	char *sql;        /* counts the values of each column; NULL: there are no such views */
	DbResult *before; /* what it gave; or NULL */
};

void
check_views_free(CheckViews *views)
{
	if (views == NULL)
		return;
	g_free(views->sql);
	db_result_free(views->before);
	g_free(views);
}

/* Whether the statement writes JSON whose members it names. */
static bool
views_may_rename(const CheckUpdate *update)
{
	for (guint i = 0; update->columns[i] != NULL; i++)
		if (strchr(update->expressions[i], '\'') != NULL &&
		    (strchr(update->expressions[i], '-') != NULL || strstr(update->expressions[i], "jsonb_") != NULL))
			return true;
	return false;
}

/* The names of the tables of such UPDATEs, as the text of an array; NULL: there are none. The caller frees it. */
static char *
views_find_tables(const MigrationScript *script)
{
	const GPtrArray *statements = migration_script_statements(script);
	g_autoptr(GPtrArray) tables = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < statements->len; i++) {
		g_auto(CheckUpdate) update = { 0 };
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		if (check_update_parse(statement->sql, &update) && views_may_rename(&update))
			g_ptr_array_add(tables, g_strdup(update.table));
	}
	if (tables->len == 0)
		return NULL;
	g_ptr_array_add(tables, NULL);
	return db_array_from_texts((const char *const *)tables->pdata);
}

bool
check_views_suspected(const MigrationScript *script)
{
	g_autofree char *tables = views_find_tables(script);

	return tables != NULL;
}

/* One query for all the views: how many values each of their columns has. The views come with the table. */
static const char views_sql[] =
    "SELECT string_agg(pg_catalog.format('SELECT %L, %L, c.key, count(c.value), %L FROM %s x CROSS JOIN LATERAL "
    "pg_catalog.jsonb_each_text(pg_catalog.to_jsonb(x)) c GROUP BY c.key', v.t, v.v, v.name, v.v), ' UNION ALL ') FROM "
    "("
    "SELECT DISTINCT ON (v.oid) pg_catalog.format('%I.%I', m.nspname, t.relname) AS t, pg_catalog.format('%I.%I', "
    "n.nspname, v.relname) AS v, v.relname AS name FROM pg_catalog.pg_class t "
    "JOIN pg_catalog.pg_namespace m ON m.oid = t.relnamespace "
    "JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = t.oid "
    "AND d.classid = 'pg_catalog.pg_rewrite'::regclass "
    "JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid JOIN pg_catalog.pg_class v ON v.oid = r.ev_class AND v.relkind = "
    "'v' "
    "JOIN pg_catalog.pg_namespace n ON n.oid = v.relnamespace "
    "WHERE t.relkind IN ('r', 'p') AND t.oid >= 16384 AND t.relname = ANY ($1::text[]) "
    "AND pg_catalog.pg_get_viewdef(v.oid) ~ '->' ORDER BY v.oid LIMIT 50) v";

CheckViews *
check_views_read(DbSession *session, const MigrationScript *script, GError **error)
{
	g_autofree char *tables = views_find_tables(script);
	g_autoptr(CheckViews) views = g_new0(CheckViews, 1);
	g_auto(RowsRefusal) refusal = { 0 };

	if (tables == NULL)
		return g_steal_pointer(&views);
	g_autoptr(DbResult) found = db_session_query(session, error, views_sql, tables, NULL);
	if (found == NULL)
		return NULL;
	views->sql = g_strdup(db_result_value(found, 0, 0));
	if (views->sql != NULL && !rows_try(session, views->sql, &views->before, &refusal, error))
		return NULL;
	return g_steal_pointer(&views);
}

enum { VIEWS_TABLE, VIEWS_VIEW, VIEWS_COLUMN, VIEWS_VALUES, VIEWS_NAME };

static const char *
views_values_now(const DbResult *now, const DbResult *before, int row)
{
	for (int i = 0; i < db_result_rows(now); i++)
		if (strcmp(db_result_value(now, i, VIEWS_VIEW), db_result_value(before, row, VIEWS_VIEW)) == 0 &&
		    strcmp(db_result_value(now, i, VIEWS_COLUMN), db_result_value(before, row, VIEWS_COLUMN)) == 0)
			return db_result_value(now, i, VIEWS_VALUES);
	return NULL;
}

/* A view that the script makes again is meant as it is. */
static bool
views_is_named(const MigrationScript *script, const char *name)
{
	const char *const words[] = { name, NULL };

	return check_place_find_statement(script, words) != NULL;
}

/* The UPDATE, by the name of its table. */
static const MigrationStatement *
views_find_statement(const MigrationScript *script, const char *table)
{
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = 0; i < statements->len; i++) {
		g_auto(CheckUpdate) update = { 0 };
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		if (check_update_parse(statement->sql, &update) && views_may_rename(&update) &&
		    check_place_has_word(table, update.table))
			return statement;
	}
	return NULL;
}

bool
check_views_find(const CheckChangeSearch *search, const CheckViews *views, GError **error)
{
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) now = NULL;

	if (views->before == NULL)
		return true;
	if (!rows_try(search->session, views->sql, &now, &refusal, error))
		return false;
	for (int row = 0; now != NULL && row < db_result_rows(views->before); row++) {
		const char *values = db_result_value(views->before, row, VIEWS_VALUES);
		const char *table = db_result_value(views->before, row, VIEWS_TABLE);
		if (strcmp(values, "0") == 0 || g_strcmp0(views_values_now(now, views->before, row), "0") != 0 ||
		    views_is_named(search->script, db_result_value(views->before, row, VIEWS_NAME)))
			continue;
		CheckChange *change = check_change_new(search->changes, CHECK_CHANGE_VIEW, table, NULL,
		                                       db_result_value(views->before, row, VIEWS_VIEW));
		change->statement = views_find_statement(search->script, table);
		change->text = g_strdup_printf(
		    "column \"%s\" of view \"%s\" has given values in %s rows, and gives NULL in "
		    "all of them: the JSON that it reads in table \"%s\" has other members",
		    db_result_value(views->before, row, VIEWS_COLUMN), db_result_value(views->before, row, VIEWS_VIEW),
		    values, table);
		change->hint = "CREATE OR REPLACE VIEW with the new name of the member, in the same migration";
	}
	return true;
}
