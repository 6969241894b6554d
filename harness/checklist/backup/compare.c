/* Compares the restored copy with the target. */
#include "checklist/backup/backup.h"

#include "checklist/item/limit.h"
#include "checklist/item/select.h"

#include <math.h>
#include <string.h>

typedef struct {
	DbSession *target;
	DbSession *copy;
	ChecklistResult *result;
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

/* --- Rows ---------------------------------------------------------------------------------- */

/* -1: it cannot be counted; *ret_why says why. The name is the suite's; the server quotes it. */
static gint64
compare_count(DbSession *session, const char *table, char **ret_why, GError **error)
{
	static const char find[] = "SELECT pg_catalog.to_regclass($1)::pg_catalog.text";
	g_autoptr(DbResult) rows = NULL;
	ChecklistRefusal why = CHECKLIST_REFUSAL_OTHER;
	g_autofree char *name = db_session_query_value(session, error, find, table, NULL);

	if (name == NULL)
		return -2;
	if (name[0] == '\0') {
		*ret_why = g_strdup("there is no such table");
		return -1;
	}
	g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.count(*) FROM %s", name);
	if (!checklist_select(session, sql, &rows, ret_why, &why, error))
		return -2;
	return rows != NULL ? g_ascii_strtoll(db_result_value(rows, 0, 0), NULL, 10) : -1;
}

static bool
compare_table(Sides *sides, const char *table, double percent, GError **error)
{
	g_autofree char *why = NULL;
	gint64 restored = compare_count(sides->copy, table, &why, error);

	if (restored == -2)
		return false;
	if (restored < 0) {
		compare_open(sides, "the backup has no rows of %s: %s", table, why);
		return true;
	}
	gint64 live = compare_count(sides->target, table, &why, error);
	if (live == -2)
		return false;
	if (live < 0) {
		compare_open(sides, "the rows of %s on the target cannot be counted: %s", table, why);
		g_autofree char *grant = checklist_select_grant(why, db_session_user(sides->target));
		if (strstr(why, "denied") != NULL)
			checklist_set_hint(sides->result, grant);
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

/* --- Values ---------------------------------------------------------------------------------- */

static bool
compare_results_equal(const DbResult *a, const DbResult *b)
{
	if (db_result_rows(a) != db_result_rows(b) || db_result_columns(a) != db_result_columns(b))
		return false;
	for (int i = 0; i < db_result_rows(a); i++)
		for (int j = 0; j < db_result_columns(a); j++)
			if (g_strcmp0(db_result_value(a, i, j), db_result_value(b, i, j)) != 0)
				return false;
	return true;
}

static const char *
compare_first_value(const DbResult *rows)
{
	const char *value = db_result_rows(rows) > 0 && db_result_columns(rows) > 0 ? db_result_value(rows, 0, 0)
	                                                                            : NULL;

	return value != NULL ? value : "nothing";
}

static bool
compare_query(Sides *sides, const char *sql, GError **error)
{
	g_autoptr(DbResult) live = NULL;
	g_autoptr(DbResult) restored = NULL;
	g_autofree char *refused = NULL;
	g_autofree char *also_refused = NULL;
	ChecklistRefusal why = CHECKLIST_REFUSAL_OTHER;

	if (!checklist_select(sides->target, sql, &live, &refused, &why, error) ||
	    !checklist_select(sides->copy, sql, &restored, &also_refused, &why, error))
		return false;
	if (live == NULL || restored == NULL) {
		compare_open(sides, "\"%s\" fails on the %s: %s", sql, live == NULL ? "target" : "restored copy",
		             live == NULL ? refused : also_refused);
		return true;
	}
	checklist_add_fact(sides->result, sql, compare_first_value(restored), compare_first_value(live));
	if (!compare_results_equal(live, restored))
		compare_open(sides, "\"%s\" gives %s on the restored copy, and %s on the target", sql,
		             compare_first_value(restored), compare_first_value(live));
	return true;
}

bool
backup_compare(const BackupWanted *wanted, const ChecklistContext *context, const ScratchDatabase *copy,
               ChecklistResult *result, GError **error)
{
	const SuiteNode *rows = suite_node_get(wanted->node, "rows");
	const SuiteNode *same = suite_node_get(wanted->node, "same");

	if (rows == NULL && same == NULL)
		return true;
	g_autoptr(DbSession) target = checklist_open(context, error);
	g_autoptr(DbSession) ours = target != NULL ? scratch_database_connect(copy, DB_SESSION_READ_ONLY, error) : NULL;
	Sides sides = { target, ours, result };
	if (ours == NULL || !db_session_execute(ours, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error) ||
	    !checklist_select_set_path(ours, error) || !checklist_select_set_path(target, error) ||
	    !compare_rows(&sides, rows, error))
		return false;
	for (guint i = 0; same != NULL && i < suite_node_size(same); i++)
		if (!compare_query(&sides, suite_node_text(suite_node_item(same, i)), error))
			return false;
	return true;
}
