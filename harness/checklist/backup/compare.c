/* Compares the restored copy with the target. */
#include "checklist/backup/backup.h"

#include "checklist/item/limit.h"
#include "checklist/item/select.h"

#include <math.h>
#include <string.h>

/* Names that a line has at most. */
#define COMPARE_TABLES 5

typedef struct {
	DbSession *target;
	DbSession *copy;
	ChecklistResult *result;
	GPtrArray *grants; /* of char *: what the role lacks on the target, each once */
} Sides;

static void compare_open(Sides *sides, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The first difference is the line, the others are details. */
static void
compare_open(Sides *sides, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	if (sides->result->state == CHECKLIST_TICKED)
		checklist_set(sides->result, CHECKLIST_OPEN, "%s", text);
	else
		checklist_add_details(sides->result, "%s", text);
}

/* What lets the role read it. */
static void
compare_note_denied(Sides *sides, const char *why)
{
	g_autofree char *grant = checklist_select_grant(why, db_session_user(sides->target));

	if (!g_ptr_array_find_with_equal_func(sides->grants, grant, g_str_equal, NULL))
		g_ptr_array_add(sides->grants, g_steal_pointer(&grant));
}

static void
compare_set_grants(Sides *sides)
{
	if (sides->grants->len == 0)
		return;
	g_ptr_array_add(sides->grants, NULL);
	g_autofree char *hint = g_strjoinv("; ", (char **)sides->grants->pdata);
	checklist_set_hint(sides->result, hint);
}

/* --- Rows ---------------------------------------------------------------------------------- */

/* -1: it cannot be counted; *ret_why says why, and *ret_denied whether the role lacks a right. The name is the suite's;
 * the server quotes it. */
static gint64
compare_count(DbSession *session, const char *table, char **ret_why, bool *ret_denied, GError **error)
{
	static const char find[] = "SELECT pg_catalog.to_regclass($1)::pg_catalog.text";
	g_autoptr(DbResult) rows = NULL;
	ChecklistRefusal why = CHECKLIST_REFUSAL_OTHER;
	g_autofree char *name = db_session_query_value(session, error, find, table, NULL);

	*ret_denied = false;
	if (name == NULL)
		return -2;
	if (name[0] == '\0') {
		*ret_why = g_strdup("there is no such table");
		return -1;
	}
	g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.count(*) FROM %s", name);
	if (!checklist_select(session, sql, &rows, ret_why, &why, error))
		return -2;
	*ret_denied = rows == NULL && why == CHECKLIST_REFUSAL_RIGHT;
	return rows != NULL ? g_ascii_strtoll(db_result_value(rows, 0, 0), NULL, 10) : -1;
}

static bool
compare_table(Sides *sides, const char *table, double percent, GError **error)
{
	g_autofree char *why = NULL;
	bool denied = false;
	gint64 restored = compare_count(sides->copy, table, &why, &denied, error);

	if (restored == -2)
		return false;
	if (restored < 0) {
		compare_open(sides, "the rows of %s in the backup cannot be counted: %s", table, why);
		return true;
	}
	gint64 live = compare_count(sides->target, table, &why, &denied, error);
	if (live == -2)
		return false;
	if (live < 0) {
		compare_open(sides, "the rows of %s on the target cannot be counted: %s", table, why);
		if (denied)
			compare_note_denied(sides, why);
		return true;
	}
	double off = live == restored ? 0 : 100.0 * fabs((double)(live - restored)) / (double)MAX(live, 1);
	g_autofree char *found = g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, restored, live);
	g_autofree char *limit = g_strdup_printf("%g %%", percent);
	checklist_add_fact(sides->result, table, found, limit);
	if (off > percent)
		compare_open(sides, "the backup has %s rows of %s: %.1f %% off, limit %s", found, table, off, limit);
	return true;
}

static bool
compare_rows(Sides *sides, const SuiteNode *rows, GError **error)
{
	for (guint i = 0; rows != NULL && i < suite_node_size(rows); i++) {
		double percent = 0;
		if (!checklist_limit_read(suite_node_item(rows, i), TARGET_UNIT_PERCENT, &percent, error) ||
		    !compare_table(sides, suite_node_key(rows, i), percent, error))
			return false;
	}
	return true;
}

/* --- Tables ---------------------------------------------------------------------------------- */

/* Those of extensions are not in a backup. Everybody may see names. */
static const char compare_sql_tables[] =
    "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384 AND n.nspname !~ '^pg_' AND NOT EXISTS "
    "(SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') ORDER BY "
    "1";

static char *
compare_list_tables(const GPtrArray *tables)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < MIN(tables->len, COMPARE_TABLES); i++)
		g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index(tables, i));
	if (tables->len > COMPARE_TABLES)
		g_string_append_printf(text, " and %u more", tables->len - COMPARE_TABLES);
	return g_string_free(text, FALSE);
}

/* Plain SQL does not say of which database it is. *ret_other: of another one, by its tables. */
static bool
compare_tables(Sides *sides, bool *ret_other, char **ret_lacks, GError **error)
{
	g_autoptr(DbResult) live = db_session_query(sides->target, error, compare_sql_tables, NULL);
	g_autoptr(DbResult) restored = live != NULL ? db_session_query(sides->copy, error, compare_sql_tables, NULL)
	                                            : NULL;
	g_autoptr(GHashTable) there = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) lacks = g_ptr_array_new();

	if (restored == NULL)
		return false;
	for (int i = 0; i < db_result_rows(restored); i++)
		g_hash_table_add(there, (gpointer)db_result_value(restored, i, 0));
	for (int i = 0; i < db_result_rows(live); i++)
		if (!g_hash_table_contains(there, db_result_value(live, i, 0)))
			g_ptr_array_add(lacks, (gpointer)db_result_value(live, i, 0));
	*ret_other = lacks->len > 0 && lacks->len == (guint)db_result_rows(live);
	if (lacks->len == 0)
		return true;
	g_autofree char *names = compare_list_tables(lacks);
	checklist_add_fact(sides->result, "tables of the target that it lacks", names, NULL);
	*ret_lacks = g_strdup_printf("without %s", names);
	if (*ret_other)
		compare_open(sides, "the backup has no table of the target: is it of another database? (%s)", names);
	return true;
}

/* --- Values ---------------------------------------------------------------------------------- */

/* The first value that differs. Of results of another size: of the first row that one of them lacks. */
static bool
compare_find_difference(const DbResult *a, const DbResult *b, int *ret_row, int *ret_column)
{
	int rows = MIN(db_result_rows(a), db_result_rows(b));

	*ret_column = 0;
	if (db_result_columns(a) != db_result_columns(b))
		rows = 0;
	for (*ret_row = 0; *ret_row < rows; (*ret_row)++)
		for (*ret_column = 0; *ret_column < db_result_columns(a); (*ret_column)++)
			if (g_strcmp0(db_result_value(a, *ret_row, *ret_column),
			              db_result_value(b, *ret_row, *ret_column)) != 0)
				return true;
	*ret_column = 0;
	return db_result_rows(a) != db_result_rows(b) || db_result_columns(a) != db_result_columns(b);
}

static const char *
compare_value(const DbResult *rows, int row, int column)
{
	const char *value = NULL;

	if (row >= db_result_rows(rows) || column >= db_result_columns(rows))
		return "nothing";
	value = db_result_value(rows, row, column);
	return value != NULL ? value : "NULL";
}

static void
compare_results(Sides *sides, const char *sql, const DbResult *restored, const DbResult *live)
{
	int row = 0;
	int column = 0;
	bool differ = compare_find_difference(restored, live, &row, &column);
	g_autofree char *place = row + column > 0 ? g_strdup_printf(" in row %d, column %d", row + 1, column + 1)
	                                          : g_strdup("");

	checklist_add_fact(sides->result, sql, compare_value(restored, differ ? row : 0, column),
	                   compare_value(live, differ ? row : 0, column));
	if (differ)
		compare_open(sides, "\"%s\" gives %s%s on the restored copy, and %s on the target", sql,
		             compare_value(restored, row, column), place, compare_value(live, row, column));
	else if (db_result_rows(live) >= CHECKLIST_SELECT_MAX)
		compare_open(sides,
		             "\"%s\" gives %d rows or more, of which only so many are compared: compare a number "
		             "and a sum of them",
		             sql, CHECKLIST_SELECT_MAX);
}

static bool
compare_query(Sides *sides, const char *sql, GError **error)
{
	g_autoptr(DbResult) live = NULL;
	g_autoptr(DbResult) restored = NULL;
	g_autofree char *refused = NULL;
	g_autofree char *also_refused = NULL;
	ChecklistRefusal why = CHECKLIST_REFUSAL_OTHER;
	ChecklistRefusal also = CHECKLIST_REFUSAL_OTHER;

	if (!checklist_select(sides->target, sql, &live, &refused, &why, error) ||
	    !checklist_select(sides->copy, sql, &restored, &also_refused, &also, error))
		return false;
	if (live == NULL || restored == NULL) {
		compare_open(sides, "\"%s\" fails on the %s: %s", sql, live == NULL ? "target" : "restored copy",
		             live == NULL ? refused : also_refused);
		if (live == NULL && why == CHECKLIST_REFUSAL_RIGHT)
			compare_note_denied(sides, refused);
		return true;
	}
	compare_results(sides, sql, restored, live);
	return true;
}

/* --- Both sides ------------------------------------------------------------------------------- */

/* Databases and roles have settings of their own, by which the same value is another text. */
static bool
compare_settle(DbSession *session, GError **error)
{
	static const char settle[] =
	    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres'; "
	    "SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL lc_monetary = 'C'; "
	    "SET LOCAL xmlbinary = 'base64'";

	return checklist_select_set_path(session, error) && db_session_execute(session, settle, error);
}

static bool
compare_copy(Sides *sides, const SuiteNode *rows, const SuiteNode *same, char **ret_lacks, GError **error)
{
	bool other = false;

	if (!compare_tables(sides, &other, ret_lacks, error))
		return false;
	if (other)
		return true;
	if (!compare_settle(sides->copy, error) || !compare_settle(sides->target, error) ||
	    !compare_rows(sides, rows, error))
		return false;
	for (guint i = 0; same != NULL && i < suite_node_size(same); i++)
		if (!compare_query(sides, suite_node_text(suite_node_item(same, i)), error))
			return false;
	compare_set_grants(sides);
	return true;
}

bool
backup_compare(const BackupWanted *wanted, const ChecklistContext *context, const ScratchDatabase *copy,
               ChecklistResult *result, char **ret_lacks, GError **error)
{
	const SuiteNode *rows = suite_node_get(wanted->node, "rows");
	const SuiteNode *same = suite_node_get(wanted->node, "same");

	g_autoptr(DbSession) target = checklist_open(context, error);
	g_autoptr(DbSession) ours = target != NULL ? scratch_database_connect(copy, DB_SESSION_READ_ONLY, error) : NULL;
	g_autoptr(GPtrArray) grants = g_ptr_array_new_with_free_func(g_free);
	Sides sides = { target, ours, result, grants };
	return ours != NULL && db_session_execute(ours, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error) &&
	       compare_copy(&sides, rows, same, ret_lacks, error);
}
