#include "check/proof/switched_off.h"

#include "catalog/identity.h"
#include "check/workspace/place.h"

#include <string.h>

/* One call. */
typedef struct {
	const CheckAfter *before;
	const CheckAfter *after;
	const MigrationScript *script;
	GPtrArray *found;
} OffSearch;

static void
off_free(gpointer data)
{
	CheckSwitchedOff *off = data;

	g_free(off->text);
	g_free(off);
}

static void
off_add(GPtrArray *found, char *text, const char *hint, SourcePosition place)
{
	CheckSwitchedOff *off = g_new0(CheckSwitchedOff, 1);

	off->text = text;
	off->hint = hint;
	off->place = place;
	g_ptr_array_add(found, off);
}

static bool
off_has_value(const CatalogObject *object, const char *attribute, const char *value)
{
	return g_strcmp0(catalog_object_value(object, attribute), value) == 0;
}

/* --- Statements ------------------------------------------------------------------ */

static const MigrationStatement *
off_statement(const OffSearch *search, guint i)
{
	return g_ptr_array_index(migration_script_statements(search->script), i);
}

/* The number of the last statement with the word and, unless it is NULL, the table; -1: there is none. */
static gint64
off_find_last(const OffSearch *search, const char *word, const char *table)
{
	guint n = migration_script_statements(search->script)->len;

	for (guint i = n; i > 0; i--) {
		const char *sql = off_statement(search, i - 1)->sql;
		if (check_place_has_word(sql, word) && (table == NULL || check_place_has_word(sql, table)))
			return (gint64)i - 1;
	}
	return -1;
}

static SourcePosition
off_place(const OffSearch *search, gint64 statement)
{
	if (statement < 0)
		return migration_script_position(search->script);
	return base_source_position(
	    migration_script_source(search->script),
	    migration_script_source_offset(search->script, off_statement(search, (guint)statement), 0));
}

/* --- Triggers and rules ------------------------------------------------------------ */

/* Where the table has no DISABLE of its own, it is a partition, or the statement was put together by a function. */
static bool
off_is_forgotten(const OffSearch *search, const char *table, gint64 *ret_statement)
{
	gint64 own = off_find_last(search, "DISABLE", table);
	gint64 any = off_find_last(search, "DISABLE", NULL);
	guint n = migration_script_statements(search->script)->len;

	*ret_statement = own >= 0 ? own : any;
	if (own >= 0)
		return off_find_last(search, table, NULL) > own;
	return any + 1 < (gint64)n;
}

static void
off_judge_switch(const OffSearch *search, const CatalogObject *object)
{
	const CatalogObject *now = catalog_snapshot_find(search->after->catalog, object->class_id, object->schema,
	                                                 object->relation, object->name);
	gint64 statement = -1;

	if (now == NULL || off_has_value(object, "enabled", "disabled") || !off_has_value(now, "enabled", "disabled") ||
	    !off_is_forgotten(search, object->relation, &statement))
		return;
	off_add(search->found,
	        g_strdup_printf("%s \"%s\" of table \"%s.%s\" stays disabled: it does nothing on later writes either",
	                        catalog_class(object->class_id)->name, object->name, object->schema, object->relation),
	        "ENABLE it at the end of the migration; where it is to be off, let that be the last statement about "
	        "its table, or drop it",
	        off_place(search, statement));
}

/* --- Unlogged tables ---------------------------------------------------------------- */

static void
off_judge_log(const OffSearch *search, const CatalogObject *table)
{
	const CatalogObject *now = catalog_snapshot_find(search->after->catalog, CATALOG_TABLE, table->schema, NULL,
	                                                 table->name);
	gint64 statement = off_find_last(search, "UNLOGGED", table->name);

	if (now == NULL || statement < 0 || off_has_value(table, "persistence", "unlogged") ||
	    !off_has_value(now, "persistence", "unlogged") || off_find_last(search, table->name, NULL) <= statement)
		return;
	off_add(search->found,
	        g_strdup_printf("table \"%s\" stays unlogged: after a crash of the server it is empty, and a replica "
	                        "has none of its rows",
	                        table->identity),
	        "SET LOGGED at the end of the migration; where it is to be unlogged, let that be the last statement "
	        "about it",
	        off_place(search, statement));
}

/* --- Row security -------------------------------------------------------------------- */

/* How many policies the table has; *ret_n_read: of these, such as let a role read. */
static guint
off_count_policies(const CatalogSnapshot *catalog, const CatalogObject *table, guint *ret_n_read)
{
	guint n = 0;
	guint first = catalog_snapshot_range(catalog, CATALOG_POLICY, table->schema, table->name, &n);

	*ret_n_read = 0;
	for (guint i = first; i < first + n; i++) {
		const CatalogObject *policy = catalog_snapshot_object(catalog, i);
		*ret_n_read += off_has_value(policy, "permissive", "true") &&
		               (off_has_value(policy, "command", "all") || off_has_value(policy, "command", "select"));
	}
	return n;
}

static void
off_judge_reading(const OffSearch *search, const CatalogObject *table)
{
	guint n_read = 0;

	off_count_policies(search->after->catalog, table, &n_read);
	if (n_read > 0)
		return;
	off_add(search->found,
	        g_strdup_printf("no policy of table \"%s\" lets a role read any more, and row security is on: only its "
	                        "owner sees its %" G_GINT64_FORMAT " rows, everybody else sees none, without an error",
	                        table->identity, MAX(rows_state_rows(search->after->rows, table->identity), 0)),
	        "make a policy FOR SELECT in the same migration",
	        off_place(search, off_find_last(search, "POLICY", table->name)));
}

static void
off_judge_table(const OffSearch *search, const CatalogObject *table)
{
	const CatalogObject *now = catalog_snapshot_find(search->after->catalog, CATALOG_TABLE, table->schema, NULL,
	                                                 table->name);
	guint n_read = 0;

	if (now == NULL || !off_has_value(table, "row_security_enabled", "true"))
		return;
	guint n = off_count_policies(search->before->catalog, table, &n_read);
	if (off_has_value(now, "row_security_enabled", "true")) {
		if (n_read > 0)
			off_judge_reading(search, table);
		return;
	}
	/* A table that was made anew is the business of unnamed.c. */
	if (n == 0 || g_strcmp0(rows_state_oid(search->before->rows, table->identity),
	                        rows_state_oid(search->after->rows, table->identity)) != 0)
		return;
	off_add(search->found,
	        g_strdup_printf("row security of table \"%s\" is switched off, and its %s nothing any more: each role "
	                        "with SELECT on it sees all of its %" G_GINT64_FORMAT " rows",
	                        table->identity, n == 1 ? "policy does" : "policies do",
	                        MAX(rows_state_rows(search->after->rows, table->identity), 0)),
	        "ENABLE ROW LEVEL SECURITY at the end of the migration",
	        off_place(search, off_find_last(search, "SECURITY", table->name)));
}

GPtrArray *
check_switched_off_find(const CheckAfter *before, const CheckAfter *after, const MigrationScript *script)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(off_free);
	const OffSearch search = { before, after, script, found };

	for (guint i = 0; i < catalog_snapshot_size(before->catalog); i++) {
		const CatalogObject *object = catalog_snapshot_object(before->catalog, i);
		if (object->class_id == CATALOG_TRIGGER || object->class_id == CATALOG_RULE)
			off_judge_switch(&search, object);
		else if (object->class_id == CATALOG_TABLE) {
			off_judge_table(&search, object);
			off_judge_log(&search, object);
		}
	}
	return found;
}

/* --- Foreign keys ------------------------------------------------------------------------ */

/* Their triggers are the server's own: no catalog of ours has them. */
static const char off_keys_sql[] =
    "SELECT c.conrelid::pg_catalog.regclass, c.conname, r.relname FROM pg_catalog.pg_constraint c"
    " JOIN pg_catalog.pg_class r ON r.oid = c.conrelid WHERE c.contype = 'f' AND EXISTS (SELECT FROM "
    "pg_catalog.pg_trigger t WHERE t.tgconstraint = c.oid AND t.tgisinternal AND t.tgenabled = 'D')"
    " ORDER BY r.relname, c.conname";

bool
check_switched_off_add_keys(DbSession *session, const MigrationScript *script, GPtrArray *found, GError **error)
{
	const OffSearch search = { NULL, NULL, script, found };
	gint64 disables = off_find_last(&search, "DISABLE", "ALL");
	gint64 statement = -1;

	if (disables < 0)
		return true;
	g_autoptr(DbResult) keys = db_session_query(session, error, off_keys_sql, NULL);
	for (int row = 0; keys != NULL && row < db_result_rows(keys); row++) {
		const char *table = db_result_value(keys, row, 2);
		/* The triggers of one key are on two tables. */
		if (!off_is_forgotten(&search, table, &statement))
			continue;
		off_add(
		    found,
		    g_strdup_printf("foreign key \"%s\" of table \"%s\" is not checked any more, because the triggers "
		                    "that check it stay disabled",
		                    db_result_value(keys, row, 1), db_result_value(keys, row, 0)),
		    "ALTER TABLE ... ENABLE TRIGGER ALL at the end of the migration", off_place(&search, statement));
	}
	return keys != NULL;
}
