/* One statement after the other, and what they write. */
#include "checklist/change/change_private.h"
#include "rows/state/expression.h"
#include "rows/state/queries.h"

#include <string.h>

static const char tables_sql[] =
    "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)" ROWS_TABLES_FROM
    " OR c.relkind = 'p'";

/* Functions of people whose names the statement has, with their bodies. */
static const char functions_sql[] =
    "SELECT p.proname, p.prosrc FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang WHERE "
    "p.oid >= 16384 AND l.lanname NOT IN ('c', 'internal') AND p.prorettype <> 'pg_catalog.trigger'::regtype ORDER BY "
    "p.proname";

ChecklistChanges *
checklist_changes_new(DbSession *session, GError **error)
{
	g_autoptr(DbResult) rows = db_session_query(session, error, tables_sql, NULL);

	if (rows == NULL)
		return NULL;
	ChecklistChanges *changes = g_new0(ChecklistChanges, 1);
	changes->tables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	changes->written = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (int row = 0; row < db_result_rows(rows); row++)
		g_hash_table_add(changes->tables, g_strdup(db_result_value(rows, row, 0)));
	return changes;
}

void
checklist_changes_free(ChecklistChanges *changes)
{
	if (changes == NULL)
		return;
	g_hash_table_unref(changes->tables);
	g_hash_table_unref(changes->written);
	g_free(changes);
}

/* --- Writes ------------------------------------------------------------------------------------ */

static void
change_touch(ChecklistChanges *changes, char *name, ChangeTouch touch)
{
	ChangeTouch before = GPOINTER_TO_INT(g_hash_table_lookup(changes->written, name));

	g_hash_table_replace(changes->written, name, GINT_TO_POINTER(MAX(before, touch)));
}

static void
change_note(const Change *change)
{
	const MigrationChange *it = change->change;
	bool same = it->kind == MIGRATION_CHANGE_UPDATE && change->within == NULL &&
	            checklist_change_sets_constants(change);
	bool constants = it->query == NULL || g_ascii_strncasecmp(it->query, "VALUES", strlen("VALUES")) == 0;

	if (it->kind == MIGRATION_CHANGE_UPDATE) {
		for (guint i = 0; i < change->columns->len; i++) {
			const ChangeColumn *column = g_ptr_array_index(change->columns, i);
			if (column->set < 0 && column->generated == NULL)
				continue;
			bool constant = same && column->set >= 0;
			change_touch(change->changes, g_strconcat(change->table, ".", column->quoted, NULL),
			             constant ? CHANGE_CONSTANT : CHANGE_OTHER);
			if (constant)
				change_touch(change->changes, checklist_change_constant(change, column),
				             CHANGE_CONSTANT);
		}
		return;
	}
	change_touch(change->changes, g_strdup(change->table),
	             it->kind == MIGRATION_CHANGE_DELETE || (constants && !it->conflict) ? CHANGE_FEWER : CHANGE_OTHER);
}

/* --- Statements ----------------------------------------------------------------------------------- */

static bool
change_look(ChecklistChanges *changes, DbSession *session, const MigrationChange *it, const char *within,
            GPtrArray *found, GError **error)
{
	static bool (*const asks[])(Change * change, GError * *error) = {
		[MIGRATION_CHANGE_UPDATE] = checklist_change_update,
		[MIGRATION_CHANGE_DELETE] = checklist_change_delete,
		[MIGRATION_CHANGE_INSERT] = checklist_change_insert,
	};
	g_auto(Change)
	    change = { .session = session, .changes = changes, .change = it, .within = within, .found = found };

	if (!checklist_change_read(&change, error))
		return false;
	if (change.oid == NULL)
		return true;
	if (change.view) {
		g_autofree char *reason = g_strdup_printf("%s is no table", change.table);
		g_autofree char *meaning = g_strdup_printf("rows of the target fit %s", checklist_change_name(&change));
		if (it->kind != MIGRATION_CHANGE_INSERT)
			checklist_change_leave(&change, meaning, reason);
		change_touch(changes, g_strdup("*"), CHANGE_OTHER);
		return true;
	}
	if (!asks[it->kind](&change, error))
		return false;
	change_note(&change);
	return true;
}

static bool
change_look_within(ChecklistChanges *changes, DbSession *session, const char *sql, const char *within, GPtrArray *found,
                   GError **error)
{
	bool complex = false;
	g_autoptr(GPtrArray) statements = migration_change_find_within(sql, &complex);

	for (guint i = 0; i < statements->len; i++)
		if (!change_look(changes, session, g_ptr_array_index(statements, i), within, found, error))
			return false;
	if (complex) {
		const Change change = { .found = found };
		checklist_change_leave(&change, "rows of the target fit the UPDATE, DELETE or MERGE",
		                       "it is too complex, or made as a text");
		change_touch(changes, g_strdup("*"), CHANGE_OTHER);
	}
	return true;
}

static bool
change_look_at_functions(ChecklistChanges *changes, DbSession *session, const char *sql, GPtrArray *found,
                         GError **error)
{
	g_autoptr(DbResult) functions = db_session_query(session, error, functions_sql, NULL);

	for (int row = 0; functions != NULL && row < db_result_rows(functions); row++) {
		const char *name = db_result_value(functions, row, 0);
		g_autofree char *within = g_strdup_printf("the function \"%s\" does it", name);
		if (rows_expression_mentions(sql, name) &&
		    !change_look_within(changes, session, db_result_value(functions, row, 1), within, found, error))
			return false;
	}
	return functions != NULL;
}

bool
checklist_changes_look(ChecklistChanges *changes, DbSession *session, const char *sql, GPtrArray *found, GError **error)
{
	static const char *const calls[] = { "SELECT", "CALL", NULL };
	g_autoptr(MigrationChange) change = migration_change_parse(sql);
	g_auto(MigrationReader) reader = { 0 };

	if (change != NULL)
		return change_look(changes, session, change, NULL, found, error);
	if (!migration_reader_begin(&reader, sql))
		return true;
	if (migration_reader_is_word(&reader, 0, "DO"))
		return change_look_within(changes, session, sql, "it is inside of a DO block", found, error) &&
		       change_look_at_functions(changes, session, sql, found, error);
	if (migration_reader_is_any(&reader, 0, calls))
		return change_look_at_functions(changes, session, sql, found, error);
	static const char *const complex[] = { "WITH", "UPDATE", "DELETE", "INSERT", "MERGE", NULL };
	if (migration_reader_is_any(&reader, 0, complex))
		return change_look_within(changes, session, sql, "the statement is too complex", found, error);
	return true;
}
