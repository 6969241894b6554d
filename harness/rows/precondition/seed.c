/* Rows that a migration inserts into a table that it found: their keys must be free. */
#include "rows/precondition/precondition_private.h"
#include "rows/state/expression.h"

#include <stdlib.h>
#include <string.h>

/* Keys of one table that are looked at. */
#define KEYS_MAX 500
/* Distance between the migration's keys and the sequences: larger than for a sequence that a migration leaves behind
 * its rows (sql/writes.sql), because they are set back. */
#define AHEAD 2000

/* Unique indexes that there were before, with their columns. */
static const char keys_sql[] =
    "SELECT i.indrelid, c.relname, (SELECT to_json(array_agg(k ORDER BY o)) FROM unnest(i.indkey::int2[]) "
    "WITH ORDINALITY u(k, o) WHERE o <= i.indnkeyatts) FROM pg_catalog.pg_index i "
    "JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = ANY (%s) AND i.indexrelid = ANY (%s) "
    "AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL AND pg_catalog.pg_relation_size(i.indrelid) > 0 "
    "ORDER BY i.indrelid, c.relname";

typedef struct {
	DbSession *session;
	const RowsBeforeTable *table;
	GPtrArray *columns; /* of const RowsBeforeColumn * */
	char *names;        /* of the columns, quoted */
	char *plain;        /* for people */
	GString *keys;      /* "('1'), ('2')" */
	gint64 largest;     /* of a key that is one number */
	guint n;
} Seeds;

/* The numbers of the columns, "[1,2]"; false when one of them was not there before. */
static bool
find_columns(Seeds *seeds, const char *numbers)
{
	for (const char *at = numbers; *at != '\0';) {
		if (!g_ascii_isdigit(*at)) {
			at++;
			continue;
		}
		char *end = NULL;
		const RowsBeforeColumn *column = rows_before_column(seeds->table, (int)strtol(at, &end, 10));
		if (column == NULL)
			return false;
		g_ptr_array_add(seeds->columns, (gpointer)column);
		at = end;
	}
	return seeds->columns->len > 0;
}

static bool
read_keys(Seeds *seeds, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);
	g_autoptr(GString) plain = g_string_new(NULL);

	for (guint i = 0; i < seeds->columns->len; i++) {
		const RowsBeforeColumn *column = g_ptr_array_index(seeds->columns, i);
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", column->quoted);
		g_string_append_printf(plain, "%s%s", i > 0 ? ", " : "", column->name);
	}
	seeds->names = g_strdup(names->str);
	seeds->plain = g_strdup(plain->str);
	g_autofree char *sql = g_strdup_printf("SELECT %s FROM %s ORDER BY %s LIMIT %d", seeds->names,
	                                       seeds->table->quoted, seeds->names, KEYS_MAX);
	/* A column or the table may have another name by now: then nothing is known. */
	if (!db_session_execute(seeds->session, "SAVEPOINT pgassay_seeds", error))
		return false;
	g_autoptr(DbResult) result = db_session_query(seeds->session, NULL, sql, NULL);
	if (result == NULL)
		return db_session_execute(seeds->session, "ROLLBACK TO SAVEPOINT pgassay_seeds", error);
	for (int row = 0; row < db_result_rows(result); row++) {
		g_string_append(seeds->keys, seeds->n++ > 0 ? ", (" : "(");
		for (int i = 0; i < db_result_columns(result); i++) {
			const char *value = db_result_value(result, row, i);
			g_autofree char *literal = value != NULL ? rows_literal(value) : g_strdup("NULL");
			g_string_append_printf(seeds->keys, "%s%s", i > 0 ? ", " : "", literal);
			if (value != NULL)
				seeds->largest = MAX(seeds->largest, g_ascii_strtoll(value, NULL, 10));
		}
		g_string_append_c(seeds->keys, ')');
	}
	return true;
}

char *
rows_precondition_find_sequence(DbSession *session, const RowsBeforeTable *table, const RowsBeforeColumn *column)
{
	const char *value = column->default_sql;

	if (!column->identity && (value == NULL || !g_str_has_prefix(value, "nextval(")))
		return NULL;
	if (column->identity)
		return db_session_query_value(session, NULL, "SELECT pg_catalog.pg_get_serial_sequence($1, $2)",
		                              table->quoted, column->name, NULL);
	const char *end = strrchr(value, ')');
	g_autofree char *argument = g_strndup(value + strlen("nextval("), (gsize)(end - value) - strlen("nextval("));
	g_autofree char *sql = g_strdup_printf("SELECT (%s)::regclass", argument);
	return db_session_query_value(session, NULL, sql, NULL);
}

static void
add_seeds(Seeds *seeds, const char *index, GPtrArray *preconditions)
{
	RowsPrecondition *precondition = rows_precondition_add(preconditions, ROWS_PRECONDITION_SEED, seeds->table);
	guint number = preconditions->len;

	precondition->constraint = g_strdup(index);
	precondition->meaning = g_strdup_printf("no row of %s has the same (%s) as one that the migration inserts",
	                                        seeds->table->identity, seeds->plain);
	precondition->query = g_strdup_printf("SELECT * FROM %s WHERE (%s) IN (%s)", seeds->table->quoted, seeds->names,
	                                      seeds->keys->str);
	/* Of a key that is one number. */
	precondition->sequence = seeds->columns->len > 1
	                             ? NULL
	                             : rows_precondition_find_sequence(seeds->session, seeds->table,
	                                                               g_ptr_array_index(seeds->columns, 0));
	precondition->ahead = seeds->largest + AHEAD;
	if (precondition->sequence != NULL)
		return;
	precondition->hold = g_strdup_printf(
	    "ALTER TABLE %s ADD CONSTRAINT pgassay_precondition_%u CHECK ((%s) NOT IN (%s))", seeds->table->quoted,
	    number, seeds->names, seeds->keys->str);
	precondition->release = g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT pgassay_precondition_%u",
	                                        seeds->table->quoted, number);
}

bool
rows_precondition_read_seeds(const RowsBefore *before, DbSession *session, GPtrArray *preconditions, GError **error)
{
	g_autofree char *sql = g_strdup_printf(keys_sql, before->oids, before->indexes);
	g_autoptr(DbResult) indexes = db_session_query(session, error, sql, NULL);

	for (int row = 0; indexes != NULL && row < db_result_rows(indexes); row++) {
		const RowsBeforeTable *table = g_hash_table_lookup(before->tables, db_result_value(indexes, row, 0));
		g_autoptr(GPtrArray) columns = g_ptr_array_new();
		g_autoptr(GString) keys = g_string_new(NULL);
		Seeds seeds = { .session = session, .table = table, .columns = columns, .keys = keys };
		if (!table->empty || !find_columns(&seeds, db_result_value(indexes, row, 2)))
			continue;
		bool done = read_keys(&seeds, error);
		if (done && seeds.n > 0)
			add_seeds(&seeds, db_result_value(indexes, row, 1), preconditions);
		g_free(seeds.names);
		g_free(seeds.plain);
		if (!done)
			return false;
	}
	return indexes != NULL;
}
