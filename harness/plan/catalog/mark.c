#include "plan/catalog/mark.h"

#include "plan/catalog/array.h"
#include "plan/catalog/sql.h"

#include <string.h>

struct PlanMark {
	GHashTable *relations;    /* watched */
	GHashTable *names;        /* watched */
	bool is_new;              /* something that is watched has not been looked at */
	char *now;                /* what it was at the last look; NULL: there was none */
	GHashTable *facts;        /* "kind id", to what mark.sql says of it; NULL: nothing is remembered */
	GHashTable *labels;       /* OIDs of values of enums */
	GHashTable *known;        /* by OID, MarkRelation of all relations that are somebody's, and were there once */
	GHashTable *functions;    /* the same of each name */
	const DbSession *session; /* where the query has been planned; or NULL */
};

typedef struct {
	char *name;
	char *detail;
} MarkRelation;

static void
mark_free_relation(gpointer data)
{
	MarkRelation *relation = data;

	g_free(relation->name);
	g_free(relation->detail);
	g_free(relation);
}

static GHashTable *
mark_new_texts(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static GHashTable *
mark_new_names(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

PlanMark *
plan_mark_new(void)
{
	PlanMark *mark = g_new0(PlanMark, 1);

	mark->relations = g_hash_table_new(NULL, NULL);
	mark->names = mark_new_names();
	mark->labels = g_hash_table_new(NULL, NULL);
	mark->known = g_hash_table_new_full(NULL, NULL, NULL, mark_free_relation);
	return mark;
}

void
plan_mark_free(PlanMark *mark)
{
	if (mark == NULL)
		return;
	g_hash_table_unref(mark->relations);
	g_hash_table_unref(mark->names);
	g_hash_table_unref(mark->known);
	g_hash_table_unref(mark->labels);
	g_free(mark->now);
	g_clear_pointer(&mark->facts, g_hash_table_unref);
	g_clear_pointer(&mark->functions, g_hash_table_unref);
	g_free(mark);
}

void
plan_mark_watch(PlanMark *mark, GHashTable *relations)
{
	GHashTableIter iterator;
	gpointer oid;

	g_hash_table_iter_init(&iterator, relations);
	while (g_hash_table_iter_next(&iterator, &oid, NULL))
		mark->is_new |= g_hash_table_add(mark->relations, oid);
}

void
plan_mark_wait(PlanMark *mark, GHashTable *names)
{
	g_hash_table_unref(mark->names);
	mark->names = g_hash_table_ref(names);
}

/* --- Reading ------------------------------------------------------------------------ */

/* The parameter of mark.sql. */
static char *
mark_describe(const PlanMark *mark)
{
	g_autoptr(GString) oids = g_string_new("{");
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	GHashTableIter iterator;
	gpointer key;

	g_hash_table_iter_init(&iterator, mark->relations);
	while (g_hash_table_iter_next(&iterator, &key, NULL))
		g_string_append_printf(oids, "%s%u", oids->len > 1 ? "," : "", GPOINTER_TO_UINT(key));
	g_string_append_c(oids, '}');
	g_ptr_array_add(list, oids->str);
	g_ptr_array_add(list, mark->now != NULL ? mark->now : (char *)"0");
	g_hash_table_iter_init(&iterator, mark->names);
	while (g_hash_table_iter_next(&iterator, &key, NULL))
		g_ptr_array_add(list, key);
	return plan_array_join(list);
}

/* When it is planned, the server may not know yet how large the catalog will be: it has to go by its indexes. */
static bool
mark_ask(PlanMark *mark, DbSession *session, DbResult **ret_rows, GError **error)
{
	static const DbPrepared query = { DB_OWN_STATEMENTS "plan_mark", plan_sql_mark };
	g_autofree char *watched = mark_describe(mark);
	bool plan = mark->session != session && db_session_transaction_state(session) == DB_TRANSACTION_IDLE;
	const DbRequest requests[] = {
		{ .sql = "BEGIN" },
		{ .sql = "SET LOCAL enable_seqscan = off" },
		{ .sql = "SET LOCAL enable_hashjoin = off" },
		{ .prepared = &query, .parameter = watched },
		{ .sql = "COMMIT" },
	};
	DbResult *results[G_N_ELEMENTS(requests)] = { NULL };

	mark->session = session;
	if (!plan)
		return db_session_pipeline_requests(session, 1, &requests[3], ret_rows, error);
	if (!db_session_pipeline_requests(session, G_N_ELEMENTS(requests), requests, results, error))
		return false;
	*ret_rows = results[3];
	results[3] = NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(results); i++)
		db_result_free(results[i]);
	return true;
}

/* Columns of mark.sql. */
enum { MARK_KIND, MARK_ID, MARK_NAME, MARK_DETAIL, MARK_COUNT, MARK_NEWEST };

/* How many rows of the catalog there are of a kind, and the transaction that has made the newest one. */
static void
mark_add_fact(GHashTable *facts, const char *kind, const char *id, const char *count, const char *newest)
{
	g_autofree char *key = g_strconcat(kind, " ", id, NULL);
	const char *other = g_hash_table_lookup(facts, key);
	gint64 n = g_ascii_strtoll(count, NULL, 10);
	gint64 latest = newest != NULL ? g_ascii_strtoll(newest, NULL, 10) : 0;

	if (other != NULL) {
		n += g_ascii_strtoll(other, NULL, 10);
		latest = MAX(latest, g_ascii_strtoll(strchr(other, ' ') + 1, NULL, 10));
	}
	g_hash_table_insert(facts, g_steal_pointer(&key),
	                    g_strdup_printf("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, n, latest));
}

/* The rows that say how things are; the others say what is new. */
static GHashTable *
mark_list_facts(const DbResult *rows)
{
	GHashTable *facts = mark_new_texts();

	for (int i = 0; i < db_result_rows(rows); i++)
		if (db_result_value(rows, i, MARK_COUNT) != NULL)
			mark_add_fact(facts, db_result_value(rows, i, MARK_KIND), db_result_value(rows, i, MARK_ID),
			              db_result_value(rows, i, MARK_COUNT), db_result_value(rows, i, MARK_NEWEST));
	return facts;
}

static GHashTable *
mark_read_functions(DbSession *session, GError **error)
{
	static const DbPrepared query = { DB_OWN_STATEMENTS "plan_mark_functions", plan_sql_mark_functions };
	const DbRequest request = { .prepared = &query };
	g_autoptr(DbResult) rows = NULL;

	if (!db_session_pipeline_requests(session, 1, &request, &rows, error))
		return NULL;
	GHashTable *functions = mark_new_texts();
	for (int i = 0; i < db_result_rows(rows); i++)
		g_hash_table_insert(functions, g_strdup(db_result_value(rows, i, 0)),
		                    g_strdup(db_result_value(rows, i, 1)));
	return functions;
}

static void
mark_remember(GHashTable **old, GHashTable *new)
{
	if (*old != NULL)
		g_hash_table_unref(*old);
	*old = new;
}

bool
plan_mark_set(PlanMark *mark, DbSession *session, GError **error)
{
	g_autoptr(DbResult) rows = NULL;

	if (!mark->is_new)
		return true;
	/* Nothing is new since the last look, which has taken it down: only what is watched now is. */
	if (!mark_ask(mark, session, &rows, error))
		return false;
	mark_remember(&mark->facts, mark_list_facts(rows));
	mark->is_new = false;
	return true;
}

/* --- Changes ------------------------------------------------------------------------ */

void
plan_change_clear(PlanChange *change)
{
	g_clear_pointer(&change->relations, g_hash_table_unref);
	g_clear_pointer(&change->leading, g_hash_table_unref);
	g_clear_pointer(&change->watched, g_hash_table_unref);
	g_clear_pointer(&change->names, g_hash_table_unref);
}

/* Adds the keys that the other one lacks, or has with another text. */
static void
mark_compare(GHashTable *one, GHashTable *other, GHashTable *differ)
{
	GHashTableIter iterator;
	gpointer key;
	gpointer text;

	g_hash_table_iter_init(&iterator, one);
	while (g_hash_table_iter_next(&iterator, &key, &text))
		if (g_strcmp0(g_hash_table_lookup(other, key), text) != 0)
			g_hash_table_add(differ, g_strdup(key));
}

static GHashTable *
mark_list_differences(GHashTable *old, GHashTable *new)
{
	GHashTable *differ = mark_new_names();

	mark_compare(old, new, differ);
	mark_compare(new, old, differ);
	return differ;
}

static void
mark_take_relation(const PlanMark *mark, gpointer oid, bool leads, PlanChange *change)
{
	const MarkRelation *known = g_hash_table_lookup(mark->known, oid);

	g_hash_table_add(change->relations, oid);
	if (leads)
		g_hash_table_add(change->leading, oid);
	/* Queries that the server refuses know it by its name alone. */
	if (known != NULL)
		g_hash_table_add(change->watched, g_strdup(known->name));
}

/* "ra 16385", "f 0", "gt 0": the first letter counts. */
static void
mark_take_fact(const PlanMark *mark, const char *key, PlanChange *change)
{
	const char *id = strchr(key, ' ') + 1;

	if (*key == 'r' || *key == 's')
		mark_take_relation(mark, GUINT_TO_POINTER((guint)g_ascii_strtoull(id, NULL, 10)), *key == 's', change);
	else if (*key == 'g')
		change->all = true;
}

static void
mark_take_facts(const PlanMark *mark, GHashTable *facts, PlanChange *change, bool *ret_functions)
{
	g_autoptr(GHashTable) differ = mark_list_differences(mark->facts, facts);
	GHashTableIter iterator;
	gpointer key;

	*ret_functions = g_hash_table_contains(differ, "f 0");
	g_hash_table_iter_init(&iterator, differ);
	while (g_hash_table_iter_next(&iterator, &key, NULL))
		mark_take_fact(mark, key, change);
}

/* A relation that has come, or whose row is another one; its name before and after. */
static void
mark_take_row(PlanMark *mark, gpointer oid, const char *name, const char *detail, PlanChange *change)
{
	const MarkRelation *known = g_hash_table_lookup(mark->known, oid);

	if (known != NULL && strcmp(known->name, name) == 0 && strcmp(known->detail, detail) == 0)
		return;
	if (known != NULL)
		g_hash_table_add(change->names, g_strdup(known->name));
	g_hash_table_add(change->names, g_strdup(name));
	MarkRelation *relation = g_new0(MarkRelation, 1);
	relation->name = g_strdup(name);
	relation->detail = g_strdup(detail);
	g_hash_table_insert(mark->known, oid, relation);
	if (g_hash_table_contains(mark->relations, oid))
		mark_take_relation(mark, oid, true, change);
}

/* Those that are watched, and are gone. */
static void
mark_take_gone(const PlanMark *mark, const char *there, PlanChange *change)
{
	g_autoptr(GPtrArray) list = plan_array_split(there != NULL ? there : "{}");
	g_autoptr(GHashTable) oids = g_hash_table_new(NULL, NULL);
	GHashTableIter iterator;
	gpointer oid;

	for (guint i = 0; list != NULL && i < list->len; i++)
		g_hash_table_add(oids, GUINT_TO_POINTER((guint)g_ascii_strtoull(list->pdata[i], NULL, 10)));
	g_hash_table_iter_init(&iterator, mark->relations);
	while (g_hash_table_iter_next(&iterator, &oid, NULL))
		if (!g_hash_table_contains(oids, oid))
			mark_take_relation(mark, oid, true, change);
}

static void
mark_take_new(PlanMark *mark, const DbResult *rows, int row, PlanChange *change)
{
	const char *kind = db_result_value(rows, row, MARK_KIND);
	const char *name = db_result_value(rows, row, MARK_NAME);
	const char *detail = db_result_value(rows, row, MARK_DETAIL);
	gpointer oid = GUINT_TO_POINTER((guint)g_ascii_strtoull(db_result_value(rows, row, MARK_ID), NULL, 10));

	if (strcmp(kind, "now") == 0) {
		g_free(mark->now);
		mark->now = g_strdup(db_result_value(rows, row, MARK_NEWEST));
	} else if (strcmp(kind, "there") == 0) {
		mark_take_gone(mark, detail, change);
	} else if (strcmp(kind, "w") == 0) {
		mark_take_row(mark, oid, name, detail, change);
	} else if (strcmp(kind, "e") == 0) {
		/* One that has been there has another name by now. */
		bool is_new = g_hash_table_add(mark->labels, oid);
		change->all |= !is_new;
		change->waiting |= is_new;
	} else if (strcmp(kind, "n") == 0) {
		g_hash_table_add(change->names, g_strdup(name));
	} else if (g_hash_table_contains(mark->relations, oid)) {
		mark_take_relation(mark, oid, false, change);
	}
}

/* Where functions of these names are called, but in queries. */
static bool
mark_take_uses(DbSession *session, GHashTable *names, PlanChange *change, GError **error)
{
	static const DbPrepared query = { DB_OWN_STATEMENTS "plan_mark_uses", plan_sql_mark_uses };
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	GHashTableIter iterator;
	gpointer key;

	g_hash_table_iter_init(&iterator, names);
	while (g_hash_table_iter_next(&iterator, &key, NULL)) {
		g_ptr_array_add(list, key);
		g_hash_table_add(change->names, g_strdup(key));
	}
	g_autofree char *array = plan_array_join(list);
	const DbRequest request = { .prepared = &query, .parameter = array };
	g_autoptr(DbResult) rows = NULL;
	if (!db_session_pipeline_requests(session, 1, &request, &rows, error))
		return false;
	for (int i = 0; i < db_result_rows(rows); i++) {
		const char *oid = db_result_value(rows, i, 0);
		change->all |= oid == NULL;
		if (oid == NULL)
			continue;
		gpointer relation = GUINT_TO_POINTER((guint)g_ascii_strtoull(oid, NULL, 10));
		g_hash_table_add(change->relations, relation);
		g_hash_table_add(change->leading, relation);
	}
	return true;
}

static bool
mark_look_at_functions(PlanMark *mark, DbSession *session, PlanChange *change, GError **error)
{
	GHashTable *functions = mark_read_functions(session, error);

	if (functions == NULL)
		return false;
	g_autoptr(GHashTable) differ = mark->functions != NULL ? mark_list_differences(mark->functions, functions)
	                                                       : mark_new_names();
	mark_remember(&mark->functions, functions);
	return g_hash_table_size(differ) == 0 || mark_take_uses(session, differ, change, error);
}

bool
plan_mark_look(PlanMark *mark, DbSession *session, PlanChange *ret_change, GError **error)
{
	g_autoptr(DbResult) rows = NULL;
	g_auto(PlanChange) change = { .relations = g_hash_table_new(NULL, NULL),
		                      .leading = g_hash_table_new(NULL, NULL),
		                      .watched = mark_new_names(),
		                      .names = mark_new_names() };
	bool functions = mark->facts == NULL;

	if (!mark_ask(mark, session, &rows, error))
		return false;
	GHashTable *facts = mark_list_facts(rows);
	change.all = mark->facts == NULL;
	if (mark->facts != NULL)
		mark_take_facts(mark, facts, &change, &functions);
	mark_remember(&mark->facts, facts);
	for (int i = 0; i < db_result_rows(rows); i++)
		if (db_result_value(rows, i, MARK_COUNT) == NULL)
			mark_take_new(mark, rows, i, &change);
	mark->is_new = false;
	if (functions && !mark_look_at_functions(mark, session, &change, error))
		return false;
	*ret_change = change;
	change = (PlanChange){ 0 };
	return true;
}

/* --- Queries ------------------------------------------------------------------------ */

static bool
mark_have_common(GHashTable *one, GHashTable *other)
{
	GHashTableIter iterator;
	gpointer key;

	g_hash_table_iter_init(&iterator, one);
	while (g_hash_table_iter_next(&iterator, &key, NULL))
		if (g_hash_table_contains(other, key))
			return true;
	return false;
}

bool
plan_change_concerns(const PlanChange *change, GHashTable *relations, GHashTable *names)
{
	return change->all || mark_have_common(change->relations, relations) || mark_have_common(change->names, names);
}

bool
plan_change_concerns_words(const PlanChange *change, GHashTable *words)
{
	return change->all || change->waiting || mark_have_common(change->watched, words) ||
	       mark_have_common(change->names, words);
}

bool
plan_change_leads_elsewhere(const PlanChange *change, GHashTable *relations, GHashTable *names)
{
	return change->all || mark_have_common(change->leading, relations) || mark_have_common(change->names, names);
}

static bool
mark_is_word(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$' || (guchar)c >= 0x80;
}

/* Adds the identifier after a double quote. It may not be one: the quote may be part of a string. */
static void
mark_add_quoted(GHashTable *words, const char *text)
{
	g_autoptr(GString) word = g_string_new(NULL);

	for (; *text != '\0'; text++) {
		if (*text == '"' && *++text != '"')
			break;
		g_string_append_c(word, *text);
	}
	g_hash_table_add(words, g_strdup(word->str));
}

GHashTable *
plan_mark_words(const char *sql)
{
	GHashTable *words = mark_new_names();

	while (*sql != '\0') {
		const char *end = sql;
		if (*sql == '"')
			mark_add_quoted(words, sql + 1);
		while (mark_is_word(*end))
			end++;
		if (end > sql) {
			g_autofree char *word = g_strndup(sql, (gsize)(end - sql));
			g_hash_table_add(words, g_ascii_strdown(word, -1));
		}
		sql = end > sql ? end : sql + 1;
	}
	return words;
}
