/* A query about rows, as the target can be asked: with all names in full, and what it reads. */
#include "catalog/list.h"
#include "checklist/change/change_private.h"
#include "rows/state/expression.h"
#include "rows/state/queries.h"

#include <string.h>

/* The text of the view, and the tables and columns that it reads. */
static const char ask_sql[] =
    "SET LOCAL search_path = pg_catalog; SELECT pg_get_viewdef('pg_temp.pgassay_change'::regclass), (SELECT "
    "to_json(coalesce(array_agg(DISTINCT quote_ident(n.nspname) || '.' || quote_ident(c.relname) || x.part), '{}')) "
    "FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = d.refobjid JOIN pg_namespace n "
    "ON n.oid = c.relnamespace LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid, "
    "unnest(ARRAY['', '.' || quote_ident(a.attname)]) x(part) WHERE d.classid = 'pg_rewrite'::regclass AND "
    "d.refclassid = 'pg_class'::regclass AND r.ev_class = 'pg_temp.pgassay_change'::regclass AND c.oid <> r.ev_class "
    "AND x.part IS NOT NULL)";

/* Functions that may do something beside. */
static const char volatile_sql[] =
    "SELECT p.proname FROM pg_catalog.pg_proc p WHERE p.provolatile = 'v' AND p.proname = ANY ($1::text[]) "
    "AND p.proname NOT IN ('random', 'gen_random_uuid', 'uuid_generate_v4', 'clock_timestamp') ORDER BY 1 LIMIT 1";

void
checklist_change_leave(const Change *change, const char *meaning, const char *reason)
{
	RowsPrecondition *precondition = g_new0(RowsPrecondition, 1);

	precondition->kind = ROWS_PRECONDITION_CHECK;
	precondition->meaning = g_strdup_printf("%s, because %s", meaning, reason);
	g_ptr_array_add(change->found, precondition);
}

/* The first function of the query that is volatile; NULL: none, or *error. */
static char *
ask_find_volatile(const Change *change, const char *query, GError **error)
{
	g_auto(MigrationReader) reader = { 0 };
	g_autoptr(GString) names = g_string_new("{");

	if (!migration_reader_begin(&reader, query))
		return g_strdup("?");
	for (guint i = 0; i < reader.tokens->len; i++) {
		g_autofree char *name = migration_reader_is_symbol(&reader, i + 1, '(')
		                            ? migration_reader_name(&reader, i)
		                            : NULL;
		/* Others are no function that anybody calls. */
		if (name != NULL && g_regex_match_simple("^\\w+$", name, G_REGEX_RAW, 0))
			g_string_append_printf(names, "%s%s", names->len > 1 ? "," : "", name);
	}
	g_string_append_c(names, '}');
	g_autoptr(DbResult) rows = db_session_query(change->session, error, volatile_sql, names->str, NULL);
	return rows != NULL && db_result_rows(rows) > 0 ? g_strdup(db_result_value(rows, 0, 0)) : NULL;
}

/* Whether an UPDATE of a column that has got constants before gives it another one, to rows that it does not choose by
 * them. */
static bool
ask_is_other_constant(const Change *change, const char *name)
{
	const MigrationChange *it = change->change;

	if (it->kind != MIGRATION_CHANGE_UPDATE || it->from != NULL || change->calculates ||
	    !checklist_change_sets_constants(change))
		return false;
	for (guint i = 0; i < change->columns->len; i++) {
		const ChangeColumn *column = g_ptr_array_index(change->columns, i);
		g_autofree char *full = g_strconcat(change->table, ".", column->quoted, NULL);
		if (column->set < 0 || strcmp(full, name) != 0)
			continue;
		g_autofree char *constant = checklist_change_constant(change, column);
		return !g_hash_table_contains(change->changes->written, constant) &&
		       (it->condition == NULL || !rows_expression_mentions(it->condition, column->name));
	}
	return false;
}

/* How much of what the query reads was written before, by the migrations. */
static ChangeTouch
ask_touch(const Change *change, const char *json)
{
	g_auto(GStrv) names = catalog_list_parse(json);
	ChangeTouch touch = GPOINTER_TO_INT(g_hash_table_lookup(change->changes->written, "*"));

	for (guint i = 0; names[i] != NULL; i++) {
		ChangeTouch one = GPOINTER_TO_INT(g_hash_table_lookup(change->changes->written, names[i]));
		if (one == CHANGE_CONSTANT)
			one = ask_is_other_constant(change, names[i]) ? CHANGE_FEWER : CHANGE_OTHER;
		touch = MAX(touch, one);
	}
	return touch;
}

/* Whether the query is only about rows that the migrations make, none of the target's. */
static bool
ask_is_of_ours(const Change *change)
{
	return !g_hash_table_contains(change->changes->tables, change->table) &&
	       GPOINTER_TO_INT(g_hash_table_lookup(change->changes->written, change->table)) < CHANGE_OTHER;
}

static bool
ask_view(const Change *change, const char *query, DbResult **ret_view, RowsRefusal *refusal, GError **error)
{
	g_autofree char *sql = g_strdup_printf("CREATE TEMPORARY VIEW pgassay_change AS %s; %s", query, ask_sql);

	return db_session_execute(change->session, "SAVEPOINT pgassay_change", error) &&
	       rows_try(change->session, sql, ret_view, refusal, error) &&
	       db_session_execute(change->session,
	                          "ROLLBACK TO SAVEPOINT pgassay_change; RELEASE SAVEPOINT pgassay_change", error);
}

/* In one line, without the semicolon. The caller frees it. */
static char *
ask_flatten(const char *sql)
{
	g_auto(MigrationReader) reader = { 0 };
	GString *text = g_string_new(NULL);

	migration_reader_begin(&reader, sql);
	for (guint i = 0; i < reader.tokens->len; i++) {
		const MigrationToken *token = migration_reader_token(&reader, i);
		if (i > 0 && token->start > migration_reader_token(&reader, i - 1)->end)
			g_string_append_c(text, ' ');
		g_string_append_len(text, sql + token->start, (gssize)(token->end - token->start));
	}
	return g_string_free(text, FALSE);
}

static void
ask_add(const Change *change, const char *meaning, const DbResult *view, ChangeAnswer answer)
{
	ChangeTouch touch = ask_touch(change, db_result_value(view, 0, 1));
	RowsPrecondition *precondition = NULL;

	if (touch == CHANGE_OTHER) {
		checklist_change_leave(change, meaning, "a statement before it changes what it reads");
		return;
	}
	precondition = g_new0(RowsPrecondition, 1);
	precondition->kind = ROWS_PRECONDITION_CHECK;
	precondition->meaning = g_strdup(meaning);
	precondition->query = ask_flatten(db_result_value(view, 0, 0));
	precondition->refuses = answer == CHANGE_ANSWER_REFUSAL;
	precondition->unsure = answer == CHANGE_ANSWER_UNSURE || touch == CHANGE_FEWER || change->guarded;
	g_ptr_array_add(change->found, precondition);
}

static bool
ask_one(const Change *change, const char *meaning, const char *query, ChangeAnswer answer, GError **error)
{
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) view = NULL;
	GError *cause = NULL;

	if (ask_is_of_ours(change))
		return true;
	if (change->within != NULL || query == NULL) {
		checklist_change_leave(change, meaning,
		                       change->within != NULL ? change->within : "the statement is too complex");
		return true;
	}
	g_autofree char *function = ask_find_volatile(change, query, &cause);
	if (cause != NULL) {
		g_propagate_error(error, cause);
		return false;
	}
	if (function != NULL) {
		g_autofree char *reason = g_strdup_printf("%s() is not called on the target", function);
		checklist_change_leave(change, meaning, reason);
		return true;
	}
	if (!ask_view(change, query, &view, &refusal, error))
		return false;
	if (view != NULL)
		ask_add(change, meaning, view, answer);
	else
		checklist_change_leave(change, meaning,
		                       refusal.message != NULL ? refusal.message : "the server refuses to say");
	return true;
}

bool
checklist_change_ask(Change *change, char *meaning, const char *query, ChangeAnswer answer, GError **error)
{
	bool done = ask_one(change, meaning, query, answer, error);

	g_free(meaning);
	return done;
}
