#include "check/changes/flag.h"

#include "check/changes/changes_private.h"
#include "rows/state/queries.h"

#include <string.h>

/* --- Names --------------------------------------------------------------------- */

/* What a thing is while it is in use, and what ends that. */
static const char *const flag_good[] = { "active",    "activated", "enabled",   "visible",   "open",
	                                 "live",      "valid",     "available", "published", "subscribed",
	                                 "confirmed", "approved",  NULL };
static const char *const flag_bad[] = { "inactive",  "deactivated", "disabled",   "hidden",      "closed",
	                                "invalid",   "invalidated", "deleted",    "removed",     "archived",
	                                "revoked",   "suspended",   "blocked",    "banned",      "rejected",
	                                "cancelled", "canceled",    "terminated", "unpublished", "unsubscribed",
	                                NULL };

/* The first word of the name that is one of them; NULL: it has none. */
static const char *
flag_find_word(const char *name, const char *const *words)
{
	g_auto(GStrv) parts = g_strsplit(name, "_", -1);

	for (guint i = 0; parts[i] != NULL; i++)
		for (const char *const *word = words; *word != NULL; word++)
			if (g_ascii_strcasecmp(parts[i], *word) == 0)
				return *word;
	return NULL;
}

/* "active" and "activated": 5 letters in common. */
static bool
flag_is_same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strncmp(a, b, 5) == 0;
}

/* Whether the flag says the same as the time that is there, or the opposite. False: the names do not tell. */
static bool
flag_compare(const char *flag, const char *time, bool *ret_opposite)
{
	const char *good = flag_find_word(flag, flag_good);
	const char *bad = flag_find_word(flag, flag_bad);
	const char *good_time = flag_find_word(time, flag_good);
	const char *bad_time = flag_find_word(time, flag_bad);

	*ret_opposite = (good != NULL && bad_time != NULL) || (bad != NULL && good_time != NULL);
	return (good != NULL) != (bad != NULL) && (good_time != NULL) != (bad_time != NULL) &&
	       (*ret_opposite || flag_is_same(good, good_time) || flag_is_same(bad, bad_time));
}

/* --- The statement ------------------------------------------------------------- */

/* "t.removed_at IS NOT NULL", also in parentheses. */
static const char flag_pattern[] =
    "^[\\s(]*(?:\\w+\\s*\\.\\s*)?\"?(?<time>\\w+)\"?\\s+IS\\s+(?<not>NOT\\s+)?NULL[\\s)]*$";

/* The time of which the expression asks whether it is there, if that is the wrong way round for the flag; or NULL. The
 * caller frees it. */
static char *
flag_find_time(const char *flag, const char *expression)
{
	g_autoptr(GRegex) regex = g_regex_new(flag_pattern, G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	bool opposite = false;

	if (!g_regex_match(regex, expression, 0, &match))
		return NULL;
	g_autofree char *time = g_match_info_fetch_named(match, "time");
	g_autofree char *not = g_match_info_fetch_named(match, "not");
	bool if_there = not != NULL && not [0] != '\0';
	if (!flag_compare(flag, time, &opposite) || opposite != if_there)
		return NULL;
	return g_steal_pointer(&time);
}

bool
check_flag_suspects(const CheckUpdate *update)
{
	for (guint i = 0; update->columns[i] != NULL; i++) {
		g_autofree char *time = flag_find_time(update->columns[i], update->expressions[i]);
		if (time != NULL)
			return true;
	}
	return false;
}

/* --- Asking -------------------------------------------------------------------- */

enum { FLAG_ROWS, FLAG_SET, FLAG_TABLE };

static void
flag_note(GPtrArray *changes, const MigrationStatement *statement, const char *flag, const char *time,
          const DbResult *found)
{
	const char *table = db_result_value(found, 0, FLAG_TABLE);
	bool opposite = false;

	if (table == NULL)
		return;
	flag_compare(flag, time, &opposite);
	CheckChange *change = check_change_new(changes, CHECK_CHANGE_BACKWARDS, table, flag, NULL);
	change->statement = statement;
	change->text = g_strdup_printf("column \"%s\" of table \"%s\" becomes true where \"%s\" is %s (%s of %s rows): "
	                               "by their names it is the other way round",
	                               flag, table, time, opposite ? "set" : "NULL",
	                               db_result_value(found, 0, FLAG_SET), db_result_value(found, 0, FLAG_ROWS));
	change->hint = opposite ? "write IS NULL in the place of IS NOT NULL"
	                        : "write IS NOT NULL in the place of IS NULL";
}

bool
check_flag_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement, GPtrArray *changes,
               GError **error)
{
	for (guint i = 0; update->columns[i] != NULL; i++) {
		g_autofree char *time = flag_find_time(update->columns[i], update->expressions[i]);
		g_auto(RowsRefusal) refusal = { 0 };
		g_autoptr(DbResult) found = NULL;
		if (time == NULL)
			continue;
		g_autofree char *sql = g_strdup_printf(
		    "SELECT count(*), count(*) FILTER (WHERE x.e), (SELECT pg_catalog.quote_ident(s.nspname) || '.' || "
		    "pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON "
		    "s.oid = "
		    "c.relnamespace WHERE c.oid = min(x.t)) FROM (SELECT %s.tableoid AS t, (%s) AS e FROM %s%s%s%s%s) "
		    "x",
		    update->alias, update->expressions[i], update->target, update->from != NULL ? ", " : "",
		    update->from != NULL ? update->from : "", update->where != NULL ? " WHERE " : "",
		    update->where != NULL ? update->where : "");
		if (!rows_try(session, sql, &found, &refusal, error))
			return false;
		if (found != NULL && db_result_rows(found) == 1)
			flag_note(changes, statement, update->columns[i], time, found);
	}
	return true;
}
