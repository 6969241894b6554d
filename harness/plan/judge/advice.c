#include "plan/judge/advice.h"

#include "plan/judge/choice.h"
#include "plan/judge/verdict.h"
#include "plan/tree/normal.h"
#include "plan/volume/sql.h"

#include <string.h>

/* A table of fewer rows may be read as a whole. */
#define ADVICE_ROWS_MIN 10000

static void
advice_free(gpointer data)
{
	PlanAdvice *advice = data;

	g_free(advice->text);
	g_free(advice->sql);
	g_free(advice);
}

static void advice_add(GPtrArray *all, char *sql, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void
advice_add(GPtrArray *all, char *sql, const char *format, ...)
{
	PlanAdvice *advice = g_new0(PlanAdvice, 1);
	va_list arguments;

	va_start(arguments, format);
	advice->text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	advice->sql = sql;
	g_ptr_array_add(all, advice);
}

/* --- Foreign keys ---------------------------------------------------------------- */

typedef struct {
	const PlanTable *table;
	const PlanTable *target;
	GPtrArray *columns; /* of const PlanColumn * */
	GString *list;      /* their names as SQL: "a, b" */
} AdviceKey;

static void
advice_free_key(gpointer data)
{
	AdviceKey *key = data;

	g_ptr_array_unref(key->columns);
	g_string_free(key->list, TRUE);
	g_free(key);
}

static const PlanColumn *
advice_find_column(const PlanTable *table, guint number)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const PlanColumn *column = g_ptr_array_index(table->columns, i);
		if (column->number == number)
			return column;
	}
	return NULL;
}

static guint
advice_number(const DbResult *rows, int row, int column)
{
	return (guint)g_ascii_strtoull(db_result_value(rows, row, column), NULL, 10);
}

/* The rows come key by key. */
static GPtrArray *
advice_read_keys(PlanFrame *frame, GError **error)
{
	const PlanCatalog *catalog = plan_frame_catalog(frame);
	g_autoptr(DbResult) rows = db_session_query(plan_frame_session(frame), error, plan_sql_volume_keys, NULL);
	GPtrArray *keys = rows != NULL ? g_ptr_array_new_with_free_func(advice_free_key) : NULL;
	AdviceKey *last = NULL;

	for (int i = 0; rows != NULL && i < db_result_rows(rows); i++) {
		const PlanTable *table = g_hash_table_lookup(catalog->by_oid,
		                                             GUINT_TO_POINTER(advice_number(rows, i, 0)));
		const PlanTable *target = g_hash_table_lookup(catalog->by_oid,
		                                              GUINT_TO_POINTER(advice_number(rows, i, 2)));
		bool same = i > 0 && strcmp(db_result_value(rows, i, 4), db_result_value(rows, i - 1, 4)) == 0 &&
		            strcmp(db_result_value(rows, i, 0), db_result_value(rows, i - 1, 0)) == 0;
		const PlanColumn *column = table != NULL ? advice_find_column(table, advice_number(rows, i, 1)) : NULL;
		if (column == NULL || target == NULL)
			continue;
		if (!same || last == NULL) {
			last = g_new0(AdviceKey, 1);
			last->table = table;
			last->target = target;
			last->columns = g_ptr_array_new();
			last->list = g_string_new(NULL);
			g_ptr_array_add(keys, last);
		}
		g_ptr_array_add(last->columns, (gpointer)column);
		g_string_append_printf(last->list, "%s%s", last->list->len > 0 ? ", " : "",
		                       db_result_value(rows, i, 5));
	}
	return keys;
}

/* The look-up that the server itself makes when a row goes that others may point to. */
static Query *
advice_lookup(PlanFrame *frame, const AdviceKey *key, GError **error)
{
	DbSession *session = plan_frame_session(frame);
	g_autofree char *schema = db_session_quote_identifier(session, key->table->schema);
	g_autofree char *name = db_session_quote_identifier(session, key->table->name);
	g_autoptr(GString) sql = g_string_new(NULL);

	g_string_append_printf(sql, "SELECT 1 FROM %s%s.%s x WHERE", key->table->kind == 'p' ? "" : "ONLY ", schema,
	                       name);
	for (guint i = 0; i < key->columns->len; i++) {
		const PlanColumn *column = g_ptr_array_index(key->columns, i);
		g_autofree char *quoted = db_session_quote_identifier(session, column->name);
		g_string_append_printf(sql, "%s x.%s = $%u", i > 0 ? " AND" : "", quoted, i + 1);
	}
	return query_new("foreign key", sql->str, (SourcePosition){ .path = "foreign key" }, error);
}

static bool
advice_look_at_key(PlanFrame *frame, const AdviceKey *key, GPtrArray *all, GError **error)
{
	g_autoptr(Query) query = advice_lookup(frame, key, error);
	const PlanAsk ask = { .query = query };
	g_auto(PlanAnswer) answer = { 0 };

	if (query == NULL || !plan_frame_explain(frame, &ask, &answer, error))
		return false;
	const PlanTableSize *size = plan_frame_table_size(frame, key->table);
	if (answer.tree == NULL || size == NULL || size->rows < ADVICE_ROWS_MIN)
		return true;
	g_autoptr(GPtrArray) accesses = plan_accesses(answer.tree, plan_frame_catalog(frame));
	for (guint i = 0; i < accesses->len; i++) {
		const PlanAccess *access = g_ptr_array_index(accesses, i);
		const char *columns = key->list->str;
		if (strcmp(access->node->type, "Seq Scan") != 0)
			continue;
		advice_add(all, g_strdup_printf("CREATE INDEX ON %s (%s)", key->table->identity, columns),
		           "a DELETE from %s reads all of %s for each row, to look for its foreign key (%s): cost %.0f",
		           key->target->identity, key->table->identity, columns,
		           plan_tree_root(answer.tree)->total_cost);
		break;
	}
	return true;
}

/* --- Existing indexes ---------------------------------------------------------------- */

static bool
advice_begins_with(const PlanIndex *index, const AdviceKey *key)
{
	for (guint i = 0; i < key->columns->len; i++) {
		const PlanColumn *column = g_ptr_array_index(key->columns, i);
		bool found = false;
		for (guint j = 0; j < key->columns->len && j < index->numbers->len; j++)
			found |= g_array_index(index->numbers, guint, j) == column->number;
		if (!found)
			return false;
	}
	return index->predicate == NULL;
}

static bool
advice_serves_key(const PlanIndex *index, const GPtrArray *keys)
{
	for (guint i = 0; i < keys->len; i++) {
		const AdviceKey *key = g_ptr_array_index(keys, i);
		if (key->table == index->table && advice_begins_with(index, key))
			return true;
	}
	return false;
}

/* Another one that begins with all of its keys; of two that are equal, the older one. */
static const PlanIndex *
advice_find_longer(const PlanIndex *index)
{
	guint n = g_strv_length(index->keys);

	for (guint i = 0; i < index->table->indexes->len; i++) {
		const PlanIndex *other = g_ptr_array_index(index->table->indexes, i);
		guint m = g_strv_length(other->keys);
		guint same = 0;
		if (other == index || m < n || strcmp(other->method, index->method) != 0 ||
		    g_strcmp0(other->predicate, index->predicate) != 0 || strcmp(index->method, "btree") != 0)
			continue;
		while (same < n && strcmp(index->keys[same], other->keys[same]) == 0)
			same++;
		/* Columns of INCLUDE are only in one of them. */
		if (same == n && index->numbers->len == n && (m > n || other->oid < index->oid || other->is_unique))
			return other;
	}
	return NULL;
}

/* The largest ratio by which the cost of a query would grow without the index; 1 if none uses it. */
static bool
advice_find_ratio(PlanFrame *frame, const GPtrArray *cases, const PlanIndex *index, double *ret_ratio, GError **error)
{
	g_autofree char *hide = g_strdup_printf(
	    "UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = %u", index->oid);

	*ret_ratio = 1;
	for (guint i = 0; i < cases->len; i++) {
		const PlanCase *plan_case = g_ptr_array_index(cases, i);
		for (guint j = 0; j < plan_case_count(plan_case); j++) {
			const PlanQuestion question = { frame, plan_case, j, NULL };
			g_auto(PlanAnswer) with = { 0 };
			g_auto(PlanAnswer) without = { 0 };
			if (!plan_question_ask(&question, &with, error) ||
			    !plan_question_ask_after(&question, hide, &without, error))
				return false;
			if (with.tree != NULL && without.tree != NULL)
				*ret_ratio = MAX(*ret_ratio, plan_tree_root(without.tree)->total_cost /
				                                 MAX(plan_tree_root(with.tree)->total_cost, 0.01));
		}
	}
	return true;
}

static bool
advice_look_at_index(PlanFrame *frame, const GPtrArray *cases, const PlanIndex *index, const GPtrArray *keys,
                     GPtrArray *all, GError **error)
{
	g_autofree char *described = plan_index_describe(index);
	const PlanIndex *longer = advice_find_longer(index);
	double ratio = 1;

	if (index->is_unique || index->table->root != NULL || plan_frame_table_size(frame, index->table) == NULL)
		return true;
	if (longer != NULL) {
		g_autofree char *other = plan_index_describe(longer);
		advice_add(all, g_strdup_printf("DROP INDEX %s.%s", index->table->schema, index->name),
		           "the index \"%s\" of %s %s is the beginning of \"%s\" %s", index->name,
		           index->table->identity, described, longer->name, other);
		return true;
	}
	if (advice_serves_key(index, keys))
		return true;
	if (!advice_find_ratio(frame, cases, index, &ratio, error))
		return false;
	if (ratio <= PLAN_TIE)
		advice_add(all, NULL, "the index \"%s\" of %s %s: no query of the suite is dearer without it",
		           index->name, index->table->identity, described);
	return true;
}

GPtrArray *
plan_advise(PlanFrame *frame, const GPtrArray *cases, GError **error)
{
	const PlanCatalog *catalog = plan_frame_catalog(frame);
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(advice_free);
	g_autoptr(GPtrArray) keys = advice_read_keys(frame, error);

	if (keys == NULL)
		return NULL;
	for (guint i = 0; i < keys->len; i++)
		if (!advice_look_at_key(frame, g_ptr_array_index(keys, i), all, error))
			return NULL;
	for (guint i = 0; i < catalog->tables->len; i++) {
		const PlanTable *table = g_ptr_array_index(catalog->tables, i);
		for (guint j = 0; j < table->indexes->len; j++)
			if (!advice_look_at_index(frame, cases, g_ptr_array_index(table->indexes, j), keys, all, error))
				return NULL;
	}
	return g_steal_pointer(&all);
}
