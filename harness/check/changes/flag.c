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

/* "t.is_hidden", "NOT t.is_hidden", also in parentheses. */
static const char flag_copy_pattern[] =
    "^[\\s(]*(?<not>NOT\\s+)?[\\s(]*(?:\\w+\\s*\\.\\s*)?\"?(?<flag>[A-Za-z_]\\w*)\"?[\\s)]*$";

/* "CASE WHEN t.active THEN 'on' ELSE 'off' END", with or without a type behind the texts. */
static const char flag_label_pattern[] =
    "^[\\s(]*CASE\\s+WHEN\\s+(?<if>[^']+?)(?:\\s+IS\\s+TRUE|\\s*=\\s*true)?\\s+THEN\\s+'(?<then>\\w+)'[\\w:\".\\s]*"
    "\\bELSE\\s+'(?<else>\\w+)'[\\w:\".\\s]*$";

/* A flag that is set the wrong way round. */
typedef struct {
	char *time;            /* the column with the time, or the other flag; or NULL */
	bool is_flag;          /* it is a flag */
	char *label;           /* what it becomes is no flag, but this text; or NULL */
	char *source;          /* `condition`, where it is not part of the statement as it stands there; or NULL */
	bool value;            /* what the flag becomes */
	bool if_there;         /* where the time is set; or else where it is NULL */
	const char *condition; /* of the statement, which says so */
} FlagMistake;

static void
flag_mistake_clear(FlagMistake *mistake)
{
	g_free(mistake->time);
	g_free(mistake->label);
	g_free(mistake->source);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FlagMistake, flag_mistake_clear)

/* The condition that decides what the flag becomes: the expression, or that of the statement where it sets a constant.
 * NULL: there is none. */
static const char *
flag_find_condition(const char *expression, const char *where, bool *ret_value)
{
	bool is_false = g_ascii_strcasecmp(expression, "false") == 0;

	*ret_value = !is_false;
	return is_false || g_ascii_strcasecmp(expression, "true") == 0 ? where : expression;
}

/* Whether the flag is set from another one, and that is the wrong way round by their names. */
static bool
flag_find_copy(const char *flag, const char *expression, FlagMistake *ret_mistake)
{
	bool opposite = false;
	g_autoptr(GRegex) regex = g_regex_new(flag_copy_pattern, G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (!g_regex_match(regex, expression, 0, &match))
		return false;
	g_autofree char *other = g_match_info_fetch_named(match, "flag");
	g_autofree char *not = g_match_info_fetch_named(match, "not");
	bool as_it_is = not == NULL || not [0] == '\0';
	if (!flag_compare(flag, other, &opposite) || opposite != as_it_is)
		return false;
	*ret_mistake = (FlagMistake){ .time = g_steal_pointer(&other),
		                      .is_flag = true,
		                      .value = true,
		                      .if_there = as_it_is,
		                      .condition = expression };
	return true;
}

/* Whether the label, which is set where the flag is true, contradicts it; the names tell. */
static bool
flag_contradicts(const char *flag, const char *label, bool *ret_known)
{
	bool opposite = false;

	*ret_known = flag_compare(flag, label, &opposite);
	return *ret_known && opposite;
}

/* Whether a flag becomes a label, and that is the wrong way round by their names. */
static bool
flag_find_label(const char *expression, FlagMistake *ret_mistake)
{
	g_autoptr(GRegex) regex = g_regex_new(flag_label_pattern, G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);
	g_autoptr(GRegex) copy = g_regex_new(flag_copy_pattern, G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_autoptr(GMatchInfo) copied = NULL;
	bool known = false;
	bool known_else = false;

	if (!g_regex_match(regex, expression, 0, &match))
		return false;
	g_autofree char *condition = g_match_info_fetch_named(match, "if");
	if (!g_regex_match(copy, condition, 0, &copied))
		return false;
	g_autofree char *flag = g_match_info_fetch_named(copied, "flag");
	g_autofree char *not = g_match_info_fetch_named(copied, "not");
	bool if_true = not == NULL || not [0] == '\0';
	g_autofree char *then = g_match_info_fetch_named(match, if_true ? "then" : "else");
	g_autofree char *other = g_match_info_fetch_named(match, if_true ? "else" : "then");
	bool wrong = flag_contradicts(flag, then, &known);
	bool right = flag_contradicts(flag, other, &known_else);
	if (!wrong || (known_else && right))
		return false;
	*ret_mistake = (FlagMistake){ .time = g_strdup(flag),
		                      .is_flag = true,
		                      .label = g_steal_pointer(&then),
		                      .value = true,
		                      .if_there = true };
	ret_mistake->source = if_true ? g_steal_pointer(&condition) : g_strdup_printf("NOT (%s)", condition);
	ret_mistake->condition = ret_mistake->source;
	return true;
}

/* Whether the flag is set from another one, or from a time, and that is the wrong way round by their names. */
static bool
flag_find_mistake(const char *flag, const char *expression, const char *where, FlagMistake *ret_mistake)
{
	bool value = true;
	bool opposite = false;
	const char *condition = flag_find_condition(expression, where, &value);
	g_autoptr(GRegex) regex = g_regex_new(flag_pattern, G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (flag_find_copy(flag, expression, ret_mistake) || flag_find_label(expression, ret_mistake))
		return true;
	if (condition == NULL || !g_regex_match(regex, condition, 0, &match))
		return false;
	g_autofree char *time = g_match_info_fetch_named(match, "time");
	g_autofree char *not = g_match_info_fetch_named(match, "not");
	bool if_there = not != NULL && not [0] != '\0';
	if (!flag_compare(flag, time, &opposite) || opposite != (if_there == value))
		return false;
	*ret_mistake = (FlagMistake){
		.time = g_steal_pointer(&time), .value = value, .if_there = if_there, .condition = condition
	};
	return true;
}

bool
check_flag_suspects(const CheckUpdate *update)
{
	for (guint i = 0; update->columns[i] != NULL; i++) {
		g_auto(FlagMistake) mistake = { 0 };
		if (flag_find_mistake(update->columns[i], update->expressions[i], update->where, &mistake))
			return true;
	}
	return false;
}

/* --- Asking -------------------------------------------------------------------- */

enum { FLAG_ROWS, FLAG_SET, FLAG_TABLE };

static const char *
flag_describe_state(const FlagMistake *mistake)
{
	if (mistake->is_flag)
		return mistake->if_there ? "true" : "false";
	return mistake->if_there ? "set" : "NULL";
}

static void
flag_note(GPtrArray *changes, const MigrationStatement *statement, const char *flag, const FlagMistake *mistake,
          const DbResult *found)
{
	const char *table = db_result_value(found, 0, FLAG_TABLE);

	if (table == NULL)
		return;
	CheckChange *change = check_change_new(changes, CHECK_CHANGE_BACKWARDS, table, flag, NULL);
	change->statement = statement;
	g_autofree char *label = mistake->label != NULL ? g_strdup_printf("'%s'", mistake->label) : NULL;
	change->text = g_strdup_printf("column \"%s\" of table \"%s\" becomes %s where \"%s\" is %s (%s of %s rows): "
	                               "by their names it is the other way round",
	                               flag, table,
	                               label != NULL    ? label
	                               : mistake->value ? "true"
	                                                : "false",
	                               mistake->time, flag_describe_state(mistake), db_result_value(found, 0, FLAG_SET),
	                               db_result_value(found, 0, FLAG_ROWS));
	if (mistake->label != NULL)
		change->hint = "exchange the values behind THEN and ELSE";
	else if (mistake->is_flag)
		change->hint = mistake->if_there ? "write NOT before the other flag" : "leave out the NOT";
	else
		change->hint = mistake->if_there ? "write IS NULL in the place of IS NOT NULL"
		                                 : "write IS NOT NULL in the place of IS NULL";
}

bool
check_flag_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement, GPtrArray *changes,
               GError **error)
{
	for (guint i = 0; update->columns[i] != NULL; i++) {
		g_auto(FlagMistake) mistake = { 0 };
		g_auto(RowsRefusal) refusal = { 0 };
		g_autoptr(DbResult) found = NULL;
		if (!flag_find_mistake(update->columns[i], update->expressions[i], update->where, &mistake))
			continue;
		const char *where = mistake.condition == update->where ? NULL : update->where;
		g_autofree char *sql = g_strdup_printf(
		    "SELECT count(*), count(*) FILTER (WHERE x.e), (SELECT pg_catalog.quote_ident(s.nspname) || '.' || "
		    "pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON "
		    "s.oid = "
		    "c.relnamespace WHERE c.oid = min(x.t)) FROM (SELECT %s.tableoid AS t, (%s) AS e FROM %s%s%s%s%s) "
		    "x",
		    update->alias, mistake.condition, update->target, update->from != NULL ? ", " : "",
		    update->from != NULL ? update->from : "", where != NULL ? " WHERE " : "",
		    where != NULL ? where : "");
		if (!rows_try(session, sql, &found, &refusal, error))
			return false;
		if (found != NULL && db_result_rows(found) == 1)
			flag_note(changes, statement, update->columns[i], &mistake, found);
	}
	return true;
}
