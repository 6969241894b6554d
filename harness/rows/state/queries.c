#include "rows/state/queries.h"

#include "base/error.h"
#include "catalog/identity.h"
#include "rows/state/expression.h"

#define SETTINGS                                                                                                       \
	"(VALUES ('search_path', ''), ('client_encoding', 'UTF8'), ('DateStyle', 'ISO, YMD'),"                         \
	" ('IntervalStyle', 'postgres'), ('TimeZone', 'UTC'), ('extra_float_digits', '1'), ('bytea_output', 'hex'),"   \
	" ('lc_monetary', 'C'), ('quote_all_identifiers', 'off'), ('standard_conforming_strings', 'on'),"              \
	" ('role', 'none'), ('row_security', 'off'), ('statement_timeout', '0'), ('lock_timeout', '0'),"               \
	" ('jit', 'off'), ('enable_nestloop', 'off'), ('work_mem', '64MB'),"                                           \
	" ('plan_cache_mode', 'force_generic_plan'))"                                                                  \
	" AS s(name, setting)"

const char rows_query_settings[] = "SELECT pg_catalog.set_config(s.name, s.setting, true) FROM " SETTINGS;

DbResult *
rows_settings_remember(DbSession *session, GError **error)
{
	return db_session_query(session, error, "SELECT s.name, pg_catalog.current_setting(s.name) FROM " SETTINGS,
	                        NULL);
}

bool
rows_settings_restore(DbSession *session, const DbResult *settings, GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT ");

	for (int row = 0; row < db_result_rows(settings); row++) {
		g_autofree char *value = rows_literal(db_result_value(settings, row, 1));
		g_string_append_printf(sql, "%spg_catalog.set_config('%s', %s, true)", row > 0 ? ", " : "",
		                       db_result_value(settings, row, 0), value);
	}
	return db_session_execute(session, sql->str, error);
}

static const DbPrepared query_settings = { DB_OWN_STATEMENTS "rows_settings", rows_query_settings };

static void
rows_queries_append(GArray *all, DbRequest request)
{
	g_array_append_val(all, request);
}

/* The messages of one round trip. */
static GArray *
queries_collect(const CatalogTransaction *transaction, bool first, bool last, guint n, const DbRequest *requests)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(DbRequest));

	if (first) {
		rows_queries_append(all, (DbRequest){ .sql = transaction->begin });
		rows_queries_append(all, (DbRequest){ .prepared = &query_settings });
	}
	if (n > 0)
		g_array_append_vals(all, requests, n);
	for (gsize i = 0; last && i < G_N_ELEMENTS(transaction->end) && transaction->end[i] != NULL; i++)
		rows_queries_append(all, (DbRequest){ .sql = transaction->end[i] });
	return all;
}

static bool
queries_send(DbSession *session, const CatalogTransaction *transaction, bool first, const GArray *all,
             DbResult **results, GError **error)
{
	const DbRequest *requests = (const DbRequest *)(const void *)all->data;
	GError *cause = NULL;

	if (db_session_pipeline_requests(session, (int)all->len, requests, results, &cause))
		return true;
	/* A script may have deallocated them. */
	bool lacks_prepared = first && db_session_lacks_prepared(session);
	catalog_transaction_abort(session, transaction, !first);
	if (!lacks_prepared) {
		g_propagate_error(error, cause);
		return false;
	}
	g_clear_error(&cause);
	if (!db_session_forget_prepared(session, error))
		return false;
	if (db_session_pipeline_requests(session, (int)all->len, requests, results, error))
		return true;
	catalog_transaction_abort(session, transaction, false);
	return false;
}

bool
rows_transaction_send(DbSession *session, const CatalogTransaction *transaction, bool first, bool last, guint n,
                      const DbRequest *requests, GPtrArray *ret_results, GError **error)
{
	guint skip = first ? 2 : 0;
	g_autoptr(GArray) all = queries_collect(transaction, first, last, n, requests);
	g_autofree DbResult **results = g_new0(DbResult *, all->len + 1);

	if (!queries_send(session, transaction, first, all, results, error))
		return false;
	for (guint i = 0; i < all->len; i++) {
		if (i >= skip && i < skip + n)
			g_ptr_array_add(ret_results, results[i]);
		else
			db_result_free(results[i]);
	}
	return true;
}

bool
rows_transaction_run(DbSession *session, const CatalogTransaction *transaction, bool first, bool last, guint n,
                     const char *const *statements, GPtrArray *ret_results, GError **error)
{
	g_autofree DbRequest *requests = g_new0(DbRequest, n + 1);

	for (guint i = 0; i < n; i++)
		requests[i].sql = statements[i];
	return rows_transaction_send(session, transaction, first, last, n, requests, ret_results, error);
}

bool
rows_savepoint_send(DbSession *session, guint n, const DbRequest *requests, DbResult **ret_results, GError **error)
{
	static const CatalogTransaction savepoint = {
		.begin = "SAVEPOINT pgassay_rows",
		.end = { "ROLLBACK TO SAVEPOINT pgassay_rows", "RELEASE SAVEPOINT pgassay_rows" },
		.abort = "ROLLBACK TO SAVEPOINT pgassay_rows; RELEASE SAVEPOINT pgassay_rows",
		.in_open_transaction = true,
	};
	g_autoptr(GPtrArray) results = g_ptr_array_new();

	if (!rows_transaction_send(session, &savepoint, true, true, n, requests, results, error))
		return false;
	for (guint i = 0; i < n; i++)
		ret_results[i] = g_ptr_array_index(results, i);
	return true;
}

void
rows_refusal_clear(RowsRefusal *refusal)
{
	g_clear_pointer(&refusal->message, g_free);
	g_clear_pointer(&refusal->context, g_free);
	refusal->sqlstate[0] = '\0';
}

static void
queries_take_refusal(DbSession *session, RowsRefusal *refusal)
{
	const DbDiagnostic *diagnostic = db_session_diagnostic(session);

	rows_refusal_clear(refusal);
	refusal->message = g_strdup(diagnostic != NULL ? diagnostic->message : "the server refuses it");
	g_strdelimit(refusal->message, "\n", ' ');
	if (diagnostic != NULL) {
		refusal->context = g_strdup(diagnostic->context);
		g_strlcpy(refusal->sqlstate, diagnostic->sqlstate, sizeof refusal->sqlstate);
	}
}

bool
rows_try(DbSession *session, const char *sql, DbResult **ret_result, RowsRefusal *ret_refusal, GError **error)
{
	g_autofree char *all = g_strdup_printf("SAVEPOINT pgassay_try; %s; RELEASE SAVEPOINT pgassay_try", sql);
	g_autoptr(GError) refused = NULL;

	*ret_result = NULL;
	rows_refusal_clear(ret_refusal);
	if (db_session_execute_rows(session, all, ret_result, &refused))
		return true;
	/* Only the server's own refusal leaves a failed transaction, and a savepoint to go back to. */
	if (db_session_transaction_state(session) != DB_TRANSACTION_FAILED ||
	    g_error_matches(refused, BASE_ERROR, BASE_ERROR_INTERRUPTED)) {
		g_propagate_error(error, g_steal_pointer(&refused));
		return false;
	}
	queries_take_refusal(session, ret_refusal);
	return db_session_execute(session, "ROLLBACK TO SAVEPOINT pgassay_try; RELEASE SAVEPOINT pgassay_try", error);
}

static bool
queries_exclude(const char *const *excluded, GHashTable *tables, GError **error)
{
	for (const char *const *text = excluded; text != NULL && *text != NULL; text++) {
		g_auto(GStrv) names = catalog_identity_split(*text);
		if (names == NULL || g_strv_length(names) != 2)
			return base_error_set(error, BASE_ERROR_INPUT, "write it as schema.table",
			                      "the excluded table \"%s\" is not named in full", *text);
		g_hash_table_add(tables, catalog_identity_join(names[0], NULL, names[1]));
	}
	return true;
}

GHashTable *
rows_excluded_tables(const CatalogExclusions *exclusions, GError **error)
{
	g_autoptr(GHashTable) tables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	if (exclusions != NULL && (!queries_exclude(exclusions->tables, tables, error) ||
	                           !queries_exclude(exclusions->without_rows, tables, error)))
		return NULL;
	return g_steal_pointer(&tables);
}

bool
rows_is_excluded(const CatalogExclusions *exclusions, GHashTable *tables, const char *schema, const char *identity)
{
	if (exclusions != NULL && exclusions->schemas != NULL && g_strv_contains(exclusions->schemas, schema))
		return true;
	return g_hash_table_contains(tables, identity);
}

bool
rows_is_excluded_column(const CatalogExclusions *exclusions, const char *schema, const char *table, const char *column)
{
	if (exclusions == NULL || exclusions->columns == NULL)
		return false;
	g_autofree char *identity = catalog_identity_join(schema, table, column);
	for (const char *const *pattern = exclusions->columns; *pattern != NULL; pattern++)
		if (g_pattern_match_simple(*pattern, identity))
			return true;
	return false;
}
