#include "check/release/arguments.h"

#include "base/error.h"

#include <string.h>

/* Rows of a table that values are taken from. */
#define SAMPLE_ROWS 3

typedef struct {
	char *schema;
	char *relation;
	char *name;
	char *type;
	bool is_unique; /* some unique index has it */
	bool is_key;    /* some foreign key has it */
} ArgumentsColumn;

/* The properties of a type. */
typedef struct {
	char category; /* pg_type.typcategory */
	char *label;   /* the first one of an enum; or NULL */
} ArgumentsType;

struct CheckArguments {
	DbSession *session;
	GPtrArray *columns;    /* of ArgumentsColumn *, in the order of the catalog */
	GHashTable *relations; /* name -> GPtrArray * of ArgumentsColumn *, of all relations of that name */
	GHashTable *names;     /* of columns, as a set */
	GHashTable *samples;   /* "schema.relation" -> DbResult *, whose columns are those of the relation */
	GHashTable *types;     /* regtype -> ArgumentsType * */
};

static void
arguments_free_column(gpointer data)
{
	ArgumentsColumn *column = data;

	g_free(column->schema);
	g_free(column->relation);
	g_free(column->name);
	g_free(column->type);
	g_free(column);
}

static void
arguments_free_list(gpointer data)
{
	g_ptr_array_unref(data);
}

static void
arguments_free_sample(gpointer data)
{
	db_result_free(data);
}

static void
arguments_free_type(gpointer data)
{
	ArgumentsType *type = data;

	g_free(type->label);
	g_free(type);
}

void
check_arguments_free(CheckArguments *arguments)
{
	if (arguments == NULL)
		return;
	g_hash_table_unref(arguments->types);
	g_hash_table_unref(arguments->samples);
	g_hash_table_unref(arguments->names);
	g_hash_table_unref(arguments->relations);
	g_ptr_array_unref(arguments->columns);
	g_free(arguments);
}

/* --- Columns ---------------------------------------------------------------------- */

static const char arguments_columns[] =
    "SELECT n.nspname, c.relname, a.attname, pg_catalog.format_type(a.atttypid, NULL),"
    " EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisunique"
    " AND a.attnum = ANY (i.indkey)),"
    " EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'"
    " AND a.attnum = ANY (k.conkey))"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
    " ORDER BY n.nspname, c.relname, a.attnum";

static bool
arguments_is_true(const DbResult *result, int row, int column)
{
	return g_strcmp0(db_result_value(result, row, column), "t") == 0;
}

static void
arguments_add_column(CheckArguments *arguments, const DbResult *result, int row)
{
	ArgumentsColumn *column = g_new0(ArgumentsColumn, 1);

	column->schema = g_strdup(db_result_value(result, row, 0));
	column->relation = g_strdup(db_result_value(result, row, 1));
	column->name = g_strdup(db_result_value(result, row, 2));
	column->type = g_strdup(db_result_value(result, row, 3));
	column->is_unique = arguments_is_true(result, row, 4);
	column->is_key = arguments_is_true(result, row, 5);
	g_ptr_array_add(arguments->columns, column);
	GPtrArray *same = g_hash_table_lookup(arguments->relations, column->relation);
	if (same == NULL) {
		same = g_ptr_array_new();
		g_hash_table_insert(arguments->relations, column->relation, same);
	}
	g_ptr_array_add(same, column);
	g_hash_table_add(arguments->names, column->name);
}

CheckArguments *
check_arguments_read(DbSession *session, GError **error)
{
	g_autoptr(DbResult) result = db_session_query(session, error, arguments_columns, NULL);

	if (result == NULL)
		return NULL;
	CheckArguments *arguments = g_new0(CheckArguments, 1);
	arguments->session = session;
	arguments->columns = g_ptr_array_new_with_free_func(arguments_free_column);
	arguments->relations = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, arguments_free_list);
	arguments->names = g_hash_table_new(g_str_hash, g_str_equal);
	arguments->samples = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, arguments_free_sample);
	arguments->types = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, arguments_free_type);
	for (int row = 0; row < db_result_rows(result); row++)
		arguments_add_column(arguments, result, row);
	return arguments;
}

bool
check_arguments_is_relation(const CheckArguments *arguments, const char *name)
{
	return g_hash_table_contains(arguments->relations, name);
}

bool
check_arguments_is_column(const CheckArguments *arguments, const char *name)
{
	return g_hash_table_contains(arguments->names, name);
}

/* The column of the first relation of the query that has it; a schema in the query decides between relations of the
 * same name. */
static const ArgumentsColumn *
arguments_find_column(const CheckArguments *arguments, const QueryGuesses *guesses, const char *name)
{
	for (guint i = 0; name != NULL && i < guesses->names->len; i++) {
		const GPtrArray *columns = g_hash_table_lookup(arguments->relations,
		                                               g_ptr_array_index(guesses->names, i));
		const ArgumentsColumn *found = NULL;
		for (guint j = 0; columns != NULL && j < columns->len; j++) {
			const ArgumentsColumn *column = g_ptr_array_index(columns, j);
			bool named = g_ptr_array_find_with_equal_func(guesses->names, column->schema, g_str_equal,
			                                              NULL);
			if (strcmp(column->name, name) == 0 && (found == NULL || named))
				found = column;
		}
		if (found != NULL)
			return found;
	}
	return NULL;
}

/* --- Rows ---------------------------------------------------------------------------- */

static char *
arguments_sample_query(const CheckArguments *arguments, const ArgumentsColumn *wanted)
{
	const GPtrArray *columns = g_hash_table_lookup(arguments->relations, wanted->relation);
	g_autofree char *schema = db_session_quote_identifier(arguments->session, wanted->schema);
	g_autofree char *relation = db_session_quote_identifier(arguments->session, wanted->relation);
	GString *sql = g_string_new("SELECT ");
	bool any = false;

	for (guint i = 0; i < columns->len; i++) {
		const ArgumentsColumn *column = g_ptr_array_index(columns, i);
		g_autofree char *name = db_session_quote_identifier(arguments->session, column->name);
		if (strcmp(column->schema, wanted->schema) != 0)
			continue;
		g_string_append_printf(sql, "%s%s::pg_catalog.text AS %s", any ? ", " : "", name, name);
		any = true;
	}
	g_string_append_printf(sql, " FROM %s.%s LIMIT %d", schema, relation, SAMPLE_ROWS);
	return g_string_free(sql, FALSE);
}

/* Some rows of the column's relation; NULL without *error: it cannot be read (a view whose function fails). */
static const DbResult *
arguments_sample(CheckArguments *arguments, const ArgumentsColumn *column, GError **error)
{
	g_autofree char *key = g_strdup_printf("%s.%s", column->schema, column->relation);
	gpointer known = NULL;
	DbResult *rows = NULL;

	if (g_hash_table_lookup_extended(arguments->samples, key, NULL, &known))
		return known;
	g_autofree char *query = arguments_sample_query(arguments, column);
	g_autoptr(GError) refusal = NULL;
	if (!db_session_execute(arguments->session, "BEGIN READ ONLY", error))
		return NULL;
	db_session_execute_rows(arguments->session, query, &rows, &refusal);
	if (rows == NULL && db_session_diagnostic(arguments->session) == NULL) {
		g_propagate_error(error, g_steal_pointer(&refusal));
		return NULL;
	}
	db_session_run_cleanup(arguments->session, "ROLLBACK");
	g_hash_table_insert(arguments->samples, g_steal_pointer(&key), rows);
	return rows;
}

/* --- Types ---------------------------------------------------------------------------- */

/* Reads the types that are not known yet. */
static bool
arguments_read_types(CheckArguments *arguments, const char *const *types, GError **error)
{
	for (guint i = 0; types[i] != NULL; i++) {
		if (g_hash_table_contains(arguments->types, types[i]))
			continue;
		g_autoptr(DbResult) result = db_session_query(
		    arguments->session, error,
		    "SELECT b.typcategory, (SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = b.oid"
		    " ORDER BY e.enumsortorder LIMIT 1) FROM pg_catalog.pg_type t JOIN pg_catalog.pg_type b"
		    " ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END"
		    " WHERE t.oid = $1::pg_catalog.regtype",
		    types[i], NULL);
		if (result == NULL)
			return false;
		ArgumentsType *type = g_new0(ArgumentsType, 1);
		if (db_result_rows(result) > 0) {
			type->category = db_result_value(result, 0, 0)[0];
			type->label = g_strdup(db_result_value(result, 0, 1));
		}
		g_hash_table_insert(arguments->types, g_strdup(types[i]), type);
	}
	return true;
}

/* A value of the type that rows hardly have; NULL: none is known. The caller frees it. */
static char *
arguments_fresh(const CheckArguments *arguments, const char *type, guint number)
{
	const ArgumentsType *known = g_hash_table_lookup(arguments->types, type);

	if (strcmp(type, "uuid") == 0)
		return g_strdup_printf("00000000-0000-4000-8000-0000009%05u", number);
	if (strcmp(type, "json") == 0 || strcmp(type, "jsonb") == 0)
		return g_strdup("{}");
	if (known == NULL || known->label != NULL)
		return known != NULL ? g_strdup(known->label) : NULL;
	switch (known->category) {
	case 'N':
		return g_strdup_printf("%u", strcmp(type, "smallint") == 0 ? 32000 - number : 900000 + number);
	case 'S':
		return g_strdup_printf("pgassay %u", number);
	case 'D':
		return strncmp(type, "time ", 5) == 0 || strcmp(type, "time") == 0
		           ? g_strdup_printf("12:00:%02u", number % 60)
		           : g_strdup_printf("2031-02-%02u 12:00:00", 1 + number % 28);
	case 'B':
		return g_strdup("true");
	case 'T':
		return g_strdup("1 day");
	case 'A':
		return g_strdup("{}");
	case 'I':
		return g_strdup("127.0.0.1");
	case 'R':
		return g_strdup("empty");
	default:
		return NULL;
	}
}

/* --- Sets ------------------------------------------------------------------------------- */

/* Which written columns get a value that no row has. */
typedef enum {
	ARGUMENTS_OF_A_ROW,
	ARGUMENTS_FRESH_KEYS, /* those of unique indexes */
	ARGUMENTS_FRESH,      /* all but foreign keys */
} ArgumentsFreshness;

typedef struct {
	int row;
	ArgumentsFreshness freshness;
} ArgumentsWay;

static bool
arguments_wants_fresh(const QueryGuess *guess, const ArgumentsColumn *column, ArgumentsFreshness freshness)
{
	if (guess->place != QUERY_PLACE_WRITTEN || freshness == ARGUMENTS_OF_A_ROW || column->is_key)
		return false;
	return freshness == ARGUMENTS_FRESH || column->is_unique;
}

static int
arguments_index_of(const DbResult *rows, const char *name)
{
	for (int i = 0; i < db_result_columns(rows); i++)
		if (strcmp(db_result_column_name(rows, i), name) == 0)
			return i;
	return -1;
}

/* The value of the column in that row; one that is NULL in it is left to the next. The caller frees it. */
static char *
arguments_from_row(const DbResult *rows, const char *name, int row)
{
	int index = rows != NULL ? arguments_index_of(rows, name) : -1;

	if (index < 0 || db_result_rows(rows) == 0)
		return NULL;
	return g_strdup(db_result_value(rows, row % db_result_rows(rows), index));
}

/* "{\"a\"}" */
static char *
arguments_wrap(const char *value)
{
	g_auto(GStrv) slashes = g_strsplit(value, "\\", -1);
	g_autofree char *escaped = g_strjoinv("\\\\", slashes);
	g_auto(GStrv) quotes = g_strsplit(escaped, "\"", -1);
	g_autofree char *quoted = g_strjoinv("\\\"", quotes);

	return g_strdup_printf("{\"%s\"}", quoted);
}

/* The value as text; NULL is NULL. False with *error. */
static bool
arguments_value(CheckArguments *arguments, const QueryGuesses *guesses, guint index, const char *type,
                const ArgumentsWay *way, char **ret_value, GError **error)
{
	const QueryGuess *guess = &g_array_index(guesses->parameters, QueryGuess, index);
	const ArgumentsColumn *column = arguments_find_column(arguments, guesses, guess->column);
	GError *cause = NULL;

	*ret_value = NULL;
	if (guess->place == QUERY_PLACE_LIMIT || guess->place == QUERY_PLACE_OFFSET) {
		*ret_value = g_strdup(guess->place == QUERY_PLACE_LIMIT ? "10" : "0");
		return true;
	}
	if (column == NULL) {
		*ret_value = arguments_fresh(arguments, type, index);
		return true;
	}
	const DbResult *rows = arguments_sample(arguments, column, &cause);
	if (cause != NULL) {
		g_propagate_error(error, cause);
		return false;
	}
	g_autofree char *value = arguments_from_row(rows, column->name, way->row);
	bool empty = rows == NULL || db_result_rows(rows) == 0;
	if (empty || arguments_wants_fresh(guess, column, way->freshness)) {
		char *fresh = arguments_fresh(arguments, type, index + 100 * (guint)way->row);
		g_free(value);
		value = fresh;
	}
	bool wraps = value != NULL && g_str_has_suffix(type, "[]") && !g_str_has_suffix(column->type, "[]") && !empty;
	*ret_value = wraps ? arguments_wrap(value) : g_steal_pointer(&value);
	return true;
}

static char *
arguments_make_set(CheckArguments *arguments, const QueryGuesses *guesses, const char *const *types,
                   const ArgumentsWay *way, GError **error)
{
	g_autoptr(GString) list = g_string_new("(");

	for (guint i = 0; types[i] != NULL && i < guesses->parameters->len; i++) {
		g_autofree char *value = NULL;
		if (!arguments_value(arguments, guesses, i, types[i], way, &value, error))
			return NULL;
		g_autofree char *quoted = value != NULL ? db_session_quote_literal(arguments->session, value)
		                                        : g_strdup("NULL");
		g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", quoted);
	}
	g_string_append_c(list, ')');
	return g_string_free(g_steal_pointer(&list), FALSE);
}

GPtrArray *
check_arguments_make(CheckArguments *arguments, const QueryGuesses *guesses, const char *const *types, GError **error)
{
	static const ArgumentsWay ways[] = { { 0, ARGUMENTS_OF_A_ROW },
		                             { 1, ARGUMENTS_FRESH_KEYS },
		                             { 1, ARGUMENTS_OF_A_ROW },
		                             { 2, ARGUMENTS_FRESH },
		                             { 2, ARGUMENTS_OF_A_ROW } };
	g_autoptr(GPtrArray) sets = g_ptr_array_new_with_free_func(g_free);

	if (types[0] == NULL) {
		g_ptr_array_add(sets, g_strdup(""));
		return g_steal_pointer(&sets);
	}
	if (!arguments_read_types(arguments, types, error))
		return NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autofree char *set = arguments_make_set(arguments, guesses, types, &ways[i], error);
		if (set == NULL)
			return NULL;
		if (!g_ptr_array_find_with_equal_func(sets, set, g_str_equal, NULL))
			g_ptr_array_add(sets, g_steal_pointer(&set));
	}
	return g_steal_pointer(&sets);
}
