#include "check/writes/functions.h"

#include "base/interrupt.h"
#include "catalog/diff.h"
#include "catalog/identity.h"
#include "catalog/list.h"
#include "check/workspace/place.h"
#include "check/writes/sql.h"

#include <string.h>

struct CheckFunctions {
	GHashTable *known; /* "FUNCTION" of each checked function, and "FUNCTION: MESSAGE" of their errors */
	CheckFunctionsState state;
	char *declaration;    /* of the extension's function, as one of the session; NULL: not known yet */
	bool needs_extension; /* the function works only where the whole extension is */
	bool all_known;       /* all existing functions have been checked once, and later ones, too */
};

CheckFunctions *
check_functions_new(void)
{
	CheckFunctions *functions = g_new0(CheckFunctions, 1);

	functions->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return functions;
}

void
check_functions_free(CheckFunctions *functions)
{
	if (functions == NULL)
		return;
	g_hash_table_unref(functions->known);
	g_free(functions->declaration);
	g_free(functions);
}

CheckFunctionsState
check_functions_state(const CheckFunctions *functions)
{
	return functions->state;
}

/* --- Which ----------------------------------------------------------------------- */

static void
functions_add_word(GHashTable *words, const char *name)
{
	if (name != NULL)
		g_hash_table_add(words, g_strndup(name, strcspn(name, "(")));
}

/* The names of the changed objects. */
static char *
functions_find_words(const CatalogSnapshot *before, const CatalogSnapshot *after)
{
	g_autoptr(GArray) differences = catalog_diff(before, after, NULL);
	g_autoptr(GHashTable) words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < differences->len; i++) {
		const CatalogDifference *difference = &g_array_index(differences, CatalogDifference, i);
		const CatalogObject *object = difference->found != NULL ? difference->found : difference->expected;
		functions_add_word(words, object->name);
		functions_add_word(words, object->relation);
	}
	g_autofree gpointer *list = g_hash_table_get_keys_as_array(words, NULL);
	return g_hash_table_size(words) > 0 ? catalog_list_format((const char *const *)list) : NULL;
}

static void
functions_append_names(GString *json, const char *key, const GPtrArray *objects)
{
	g_string_append_printf(json, "\"%s\": [", key);
	for (guint i = 0; i < objects->len; i++) {
		const CatalogObject *object = g_ptr_array_index(objects, i);
		gsize length = object->class_id == CATALOG_FUNCTION ? catalog_identity_head(object->name)
		                                                    : strlen(object->name);
		g_autofree char *name = g_strndup(object->name, length);
		const char *const pair[] = { object->schema, name, NULL };
		g_autofree char *text = catalog_list_format(pair);
		g_string_append_printf(json, "%s%s", i > 0 ? "," : "", text);
	}
	g_string_append_c(json, ']');
}

char *
check_functions_choose(const CatalogSnapshot *before, const CatalogSnapshot *after, const CheckAffected *affected,
                       const GPtrArray *list)
{
	if (affected->anything) {
		g_autofree char *words = functions_find_words(before, after);
		return words != NULL ? g_strdup_printf("\"words\": %s", words) : NULL;
	}
	if (list->len == 0)
		return NULL;
	GString *json = g_string_new(NULL);
	functions_append_names(json, "functions", list);
	return g_string_free(json, FALSE);
}

bool
check_functions_are_there(const CatalogSnapshot *catalog, const char *language, const char *other)
{
	guint n = 0;
	guint first = catalog_snapshot_range(catalog, CATALOG_FUNCTION, NULL, NULL, &n);

	for (guint i = first; i < first + n; i++) {
		const CatalogAttribute *found = catalog_object_attribute(catalog_snapshot_object(catalog, i),
		                                                         "language");
		if (found != NULL && (strcmp(found->value, language) == 0 || g_strcmp0(found->value, other) == 0))
			return true;
	}
	return false;
}

/* --- Asking ------------------------------------------------------------------------ */

/* Event triggers of the migrations are not for us. */
#define OWN_RULES "SET LOCAL session_replication_role = replica"

static const char create_extension[] = "CREATE EXTENSION IF NOT EXISTS plpgsql_check";

/* The extension's function as one of the session, and whether it needs the extension. The extension has some thirty
 * functions, which take longer to make than a check takes; and a statement that uses it is planned once only when it
 * stays. But later versions than 2.3 (seen with 2.8) end the server when their function stands in another schema: there
 * ours only calls theirs. */
static const char find_declaration[] =
    "SELECT CASE WHEN v.is_later THEN pg_catalog.format("
    "'CREATE FUNCTION pg_temp.%I(%s) RETURNS %s LANGUAGE sql AS %L', p.proname,"
    " pg_catalog.pg_get_function_arguments(p.oid), pg_catalog.pg_get_function_result(p.oid),"
    " pg_catalog.format('SELECT * FROM %s(%s)', p.oid::regproc,"
    " (SELECT pg_catalog.string_agg('$' || i, ', ' ORDER BY i) FROM pg_catalog.generate_series(1, p.pronargs) i)))"
    " ELSE 'CREATE FUNCTION pg_temp.' || pg_catalog.substr(d, pg_catalog.strpos(d, p.proname)) END,"
    " v.is_later FROM (SELECT e.oid, pg_catalog.string_to_array(e.extversion, '.')::int[] > '{2,3}' AS is_later"
    " FROM pg_catalog.pg_extension e WHERE e.extname = 'plpgsql_check') v"
    " CROSS JOIN pg_catalog.pg_proc p CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_functiondef(p.oid) AS d OFFSET 0) x"
    " WHERE p.proname = 'plpgsql_check_function_tb'"
    " AND p.proargtypes[0] = 'pg_catalog.regprocedure'::pg_catalog.regtype AND EXISTS (SELECT FROM pg_catalog.pg_depend"
    " e WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid AND e.deptype = 'e')";

/* An application may have any search_path: only a name that no schema has is missing. */
static const DbPrepared all_schemas = {
	DB_OWN_STATEMENTS "all_schemas",
	"SELECT pg_catalog.set_config('search_path', pg_catalog.concat_ws(', ', NULLIF(pg_catalog.current_setting("
	"'search_path'), ''), (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(n.nspname), ', ' ORDER BY n.nspname)"
	" FROM pg_catalog.pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')), true)"
};

static const DbPrepared give_words = { DB_OWN_STATEMENTS "words",
	                               "SELECT pg_catalog.set_config('pgassay.words', $1, true)" };
static const DbPrepared check_chosen = { DB_OWN_STATEMENTS "functions", check_sql_functions };

/* Columns of sql/functions.sql. */
enum { FUNCTION, LINE, STATE, MESSAGE, STATEMENT, RELATION };

/* *ret_result is the result of the request `wanted`; NULL if the server lacks the extension that it needs. */
static bool
functions_send(CheckFunctions *functions, DbSession *session, int n, const DbRequest *requests, int wanted,
               DbResult **ret_result, GError **error)
{
	g_autofree DbResult **results = g_new0(DbResult *, n);
	g_autoptr(GError) refusal = NULL;

	*ret_result = NULL;
	if (db_session_pipeline_requests(session, n, requests, results, &refusal)) {
		for (int i = 0; i < n; i++)
			if (i != wanted)
				db_result_free(results[i]);
		*ret_result = results[wanted];
		return true;
	}
	if (base_interrupted() || db_session_transaction_state(session) == DB_TRANSACTION_LOST) {
		g_propagate_error(error, g_steal_pointer(&refusal));
		return false;
	}
	functions->state = CHECK_FUNCTIONS_MISSING;
	db_session_run_cleanup(session, "ROLLBACK");
	return true;
}

/* Finds out how the function is declared. */
static bool
functions_learn(CheckFunctions *functions, DbSession *session, GError **error)
{
	enum { FOUND = 6 };
	const DbRequest requests[] = { { .sql = "BEGIN" },
		                       { .sql = "SET LOCAL statement_timeout = 30000" },
		                       { .sql = "SET LOCAL client_min_messages = error" },
		                       { .sql = OWN_RULES },
		                       { .sql = create_extension },
		                       { .sql = "SET LOCAL search_path = ''" },
		                       { .sql = find_declaration },
		                       { .sql = "ROLLBACK" } };
	g_autoptr(DbResult) found = NULL;

	if (functions->declaration != NULL)
		return true;
	if (!functions_send(functions, session, G_N_ELEMENTS(requests), requests, FOUND, &found, error))
		return false;
	if (found == NULL || db_result_rows(found) == 0) {
		functions->state = CHECK_FUNCTIONS_MISSING;
		return true;
	}
	functions->declaration = g_strdup(db_result_value(found, 0, 0));
	functions->needs_extension = g_strcmp0(db_result_value(found, 0, 1), "t") == 0;
	return true;
}

/* Whether the function lives for one transaction only. */
static bool
functions_are_brief(const CheckFunctions *functions, const CheckFunctionsStep *step)
{
	return step->leaves_no_trace || functions->needs_extension;
}

/* Creates the function for the duration of the session; or begins a transaction, to which it belongs. */
static bool
functions_make(CheckFunctions *functions, const CheckFunctionsStep *step, DbSession *session, GError **error)
{
	bool is_brief = functions_are_brief(functions, step);
	const DbRequest requests[] = { { .sql = "BEGIN" },
		                       { .sql = OWN_RULES },
		                       { .sql = functions->needs_extension ? create_extension : "SELECT" },
		                       { .sql = functions->declaration },
		                       { .sql = is_brief ? "SET LOCAL session_replication_role = origin" : "COMMIT" } };
	g_autoptr(DbResult) made = NULL;

	if (functions->state == CHECK_FUNCTIONS_MISSING || step->workspace->checker_has_function)
		return true;
	if (!functions_send(functions, session, G_N_ELEMENTS(requests), requests, 0, &made, error))
		return false;
	step->workspace->checker_has_function = made != NULL && !is_brief;
	return true;
}

/* *ret_result is NULL when the server does not have it. */
static bool
functions_ask(CheckFunctions *functions, const CheckFunctionsStep *step, const char *words, DbResult **ret_result,
              GError **error)
{
	const DbRequest requests[] = { { .sql = "BEGIN" },
		                       { .sql = "SET LOCAL statement_timeout = 30000" },
		                       { .sql = "SET LOCAL client_min_messages = error" },
		                       { .sql = "SET LOCAL jit = off" },
		                       { .sql = "SET LOCAL plan_cache_mode = force_generic_plan" },
		                       { .prepared = &all_schemas },
		                       { .prepared = &give_words, .parameter = words },
		                       { .prepared = &check_chosen },
		                       { .sql = "ROLLBACK" } };
	DbSession *session = check_workspace_checker(step->workspace, error);

	*ret_result = NULL;
	if (session == NULL || !functions_learn(functions, session, error) ||
	    !functions_make(functions, step, session, error))
		return false;
	if (functions->state == CHECK_FUNCTIONS_MISSING)
		return true;
	const int begun = functions_are_brief(functions, step) ? 1 : 0;
	const int n = G_N_ELEMENTS(requests) - begun;
	if (!functions_send(functions, session, n, requests + begun, n - 2, ret_result, error))
		return false;
	if (*ret_result != NULL)
		functions->state = CHECK_FUNCTIONS_CHECKED;
	return true;
}

/* --- Where it is ------------------------------------------------------------------------ */

/* Whether the statement creates the function: its name stands before the parameters, and no trigger executes it. */
static bool
functions_is_made_by(const MigrationStatement *statement, const char *name)
{
	g_autofree char *head = g_strndup(statement->sql, strcspn(statement->sql, "("));

	return check_place_has_word(head, "create") && check_place_has_word(head, name) &&
	       !check_place_has_word(head, "execute") &&
	       (check_place_has_word(head, "function") || check_place_has_word(head, "procedure"));
}

/* The last part of a name, without quotes. The caller frees it. */
static char *
functions_last_part(const char *name, gsize length)
{
	g_autofree char *whole = g_strndup(name, length);
	const char *dot = strrchr(whole, '.');
	g_auto(GStrv) parts = g_strsplit(dot != NULL ? dot + 1 : whole, "\"", -1);

	return g_strjoinv("", parts);
}

/* The statement that creates the function ("schema.name(types)"), or else the last one with what the message names:
 * `relation "a.b" does not exist`, `column a.b does not exist`. */
static SourcePosition
functions_place(const MigrationScript *up, const char *function, const char *message)
{
	const GPtrArray *statements = migration_script_statements(up);
	g_autofree char *name = functions_last_part(function, strcspn(function, "("));
	g_autoptr(GRegex)
	    regex = g_regex_new("\"([^\"]+)\"|\\bcolumn (\\S+)|\\bfunction ([^\\s(]+)", G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_autofree char *missing = NULL;

	for (guint i = statements->len; i > 0; i--)
		if (functions_is_made_by(g_ptr_array_index(statements, i - 1), name))
			return check_place_of(up, g_ptr_array_index(statements, i - 1));
	if (g_regex_match(regex, message, 0, &match)) {
		g_autofree char *found = g_match_info_fetch(match, g_match_info_get_match_count(match) - 1);
		missing = functions_last_part(found, strlen(found));
	}
	const char *const words[] = { missing, NULL };
	return check_place_find(up, words);
}

/* --- Judging ------------------------------------------------------------------------- */

static void
functions_judge(CheckFunctions *functions, const CheckFunctionsStep *step, const DbResult *result,
                CheckFindings *findings, GString *reported)
{
	g_autoptr(GPtrArray) seen = g_ptr_array_new_with_free_func(g_free);

	for (int row = 0; row < db_result_rows(result); row++) {
		const char *function = db_result_value(result, row, FUNCTION);
		const char *message = db_result_value(result, row, MESSAGE);
		const char *relation = db_result_value(result, row, RELATION);
		bool was_there = g_hash_table_contains(functions->known, function);
		g_ptr_array_add(seen, g_strdup(function));
		if (message == NULL)
			continue;
		char *key = g_strdup_printf("%s: %s", function, message);
		g_ptr_array_add(seen, key);
		/* An error that a trial with rows has shown is not reported again. */
		if (findings == NULL || g_hash_table_contains(functions->known, key) ||
		    (findings->all != NULL && strstr(findings->all->str, message) != NULL))
			continue;
		g_autofree char *on = relation != NULL ? g_strdup_printf(", as trigger of \"%s\"", relation)
		                                       : g_strdup("");
		g_autofree char *text = g_strdup_printf("function \"%s\"%s, line %s, %s: %s (SQLSTATE %s)", function,
		                                        on, db_result_value(result, row, LINE),
		                                        db_result_value(result, row, STATEMENT), message,
		                                        db_result_value(result, row, STATE));
		if (!was_there && relation == NULL) {
			g_string_append_printf(reported, "\nplpgsql_check: %s", text);
			continue;
		}
		g_autofree char *summary = g_strdup_printf("after \"%s\" function \"%s\" cannot work: %s",
		                                           step->migration->name, function, message);
		g_autofree char *details = g_strdup_printf("%s\nfound by plpgsql_check\nhint: change the function in "
		                                           "the same migration; or say under \"changes\" why "
		                                           "it is wanted",
		                                           text);
		if (step->position != NULL && findings->n == 0)
			*step->position = functions_place(step->migration->up, function, message);
		check_findings_add(findings, summary, details);
	}
	for (guint i = 0; i < seen->len; i++)
		g_hash_table_add(functions->known, g_strdup(g_ptr_array_index(seen, i)));
}

/* The input of sql/functions.sql; NULL when there is nothing to check. The caller frees it. */
static char *
functions_choose(const CheckFunctionsStep *step)
{
	const CheckAffected *affected = step->affected;

	if (step->before == NULL)
		return g_strdup("{\"words\": [\"\"]}");
	if (!check_functions_are_there(step->after, "plpgsql", NULL))
		return NULL;
	g_autofree char *chosen = check_functions_choose(step->before, step->after, affected, affected->declarations);
	GString *json = g_string_new("{");
	if (chosen != NULL)
		g_string_append(json, chosen);
	if (!affected->anything && affected->triggered->len > 0) {
		g_string_append(json, chosen != NULL ? ", " : "");
		functions_append_names(json, "relations", affected->triggered);
	}
	g_string_append_c(json, '}');
	bool is_empty = json->len == 2;
	char *text = g_string_free(json, FALSE);
	return is_empty ? (g_free(text), NULL) : text;
}

bool
check_functions(CheckFunctions *functions, const CheckFunctionsStep *step, CheckFindings *findings, GString *reported,
                GError **error)
{
	g_autofree char *chosen = NULL;
	g_autoptr(DbResult) result = NULL;

	/* No row makes a difference to it. */
	if (functions->state != CHECK_FUNCTIONS_MISSING && (step->before != NULL || !functions->all_known))
		chosen = functions_choose(step);
	if (chosen == NULL)
		return true;
	if (!functions_ask(functions, step, chosen, &result, error))
		return false;
	functions->all_known |= step->before == NULL && result != NULL;
	if (result != NULL)
		functions_judge(functions, step, result, step->before != NULL ? findings : NULL, reported);
	return true;
}
