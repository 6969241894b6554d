/* Reads preconditions: the tables before a migration, and its additions to them. */
#include "catalog/identity.h"
#include "catalog/list.h"
#include "rows/precondition/precondition_private.h"
#include "rows/state/expression.h"
#include "rows/state/queries.h"

#include <stdlib.h>
#include <string.h>

/* --- Constraints and indexes ------------------------------------------------------ */

enum { ADDED_NOT_NULL, ADDED_CONSTRAINTS, ADDED_INDEXES, N_ADDED };

static const char *const added_sql[] = {
	[ADDED_NOT_NULL] = "SELECT a.attrelid, a.attnum, a.attname FROM pg_catalog.pg_attribute a "
			   "JOIN pg_catalog.pg_type t ON t.oid = a.atttypid WHERE a.attrelid = ANY ($TABLES) "
			   "AND a.attnum > 0 AND NOT a.attisdropped AND (a.attnotnull OR t.typnotnull) "
			   "AND " ROWS_NOT_VALID " IS NULL "
			   "ORDER BY a.attrelid, a.attnum",
	/* A NOT VALID constraint does not check existing rows. */
	[ADDED_CONSTRAINTS] =
	    "SELECT k.conrelid, k.conkey::text, k.conname, k.contype, pg_catalog.pg_get_constraintdef(k.oid), "
	    "pg_catalog.pg_get_expr(k.conbin, k.conrelid), k.confrelid::regclass, "
	    "(SELECT to_json(array_agg(f.attname ORDER BY u.o)) FROM unnest(k.confkey) WITH ORDINALITY u(n, o) "
	    "JOIN pg_catalog.pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = u.n), "
	    "(SELECT to_json(array_agg(x.attname ORDER BY u.o)) FROM unnest(k.conkey) WITH ORDINALITY u(n, o) "
	    "JOIN pg_catalog.pg_attribute x ON x.attrelid = k.conrelid AND x.attnum = u.n), "
	    "CASE WHEN k.oid = ANY ($OLD) THEN pg_catalog.quote_ident(k.conname) END, k.confrelid "
	    "FROM pg_catalog.pg_constraint k WHERE k.conrelid = ANY ($TABLES) AND k.oid <> ALL ($CONSTRAINTS) "
	    "AND k.contype IN ('c', 'f', 'x') AND k.convalidated AND k.conparentid = 0 ORDER BY k.conrelid, k.conname",
	[ADDED_INDEXES] =
	    "SELECT i.indrelid, i.indkey::text, c.relname, "
	    "substr(pg_catalog.pg_get_indexdef(i.indexrelid), strpos(pg_catalog.pg_get_indexdef(i.indexrelid), ' USING "
	    "')), "
	    "(SELECT string_agg(pg_catalog.pg_get_indexdef(i.indexrelid, n, true), ', ' ORDER BY n) "
	    "FROM pg_catalog.generate_series(1, i.indnkeyatts) n), "
	    "pg_catalog.pg_get_expr(i.indpred, i.indrelid), "
	    "(SELECT string_agg('(' || pg_catalog.pg_get_indexdef(i.indexrelid, n, true) || ') IS NOT NULL', ' AND ' "
	    "ORDER BY n) FROM pg_catalog.generate_series(1, i.indnkeyatts) n), "
	    "(SELECT to_json(array_agg(x.attname ORDER BY u.o)) FROM unnest(i.indkey) WITH ORDINALITY u(n, o) "
	    "JOIN pg_catalog.pg_attribute x ON x.attrelid = i.indrelid AND x.attnum = u.n) "
	    "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
	    "WHERE i.indrelid = ANY ($TABLES) AND i.indexrelid <> ALL ($INDEXES) AND i.indisunique AND i.indisvalid "
	    "ORDER BY i.indrelid, c.relname",
};

bool
rows_before_knows_columns(const RowsBeforeTable *table, const char *numbers, const char *names)
{
	g_auto(GStrv) now = names != NULL ? catalog_list_parse(names) : g_new0(char *, 1);
	guint n = 0;

	for (const char *at = numbers != NULL ? numbers : ""; *at != '\0';) {
		if (!g_ascii_isdigit(*at)) {
			at++;
			continue;
		}
		char *end = NULL;
		int number = (int)strtol(at, &end, 10);
		const RowsBeforeColumn *column = number > 0 ? rows_before_column(table, number) : NULL;
		at = end;
		if (number == 0)
			continue;
		if (column == NULL || now[n] == NULL || strcmp(now[n], column->name) != 0)
			return false;
		n++;
	}
	return true;
}

void
rows_precondition_ask_not_null(RowsPrecondition *precondition, const RowsBeforeTable *table,
                               const RowsBeforeColumn *column)
{
	precondition->meaning = g_strdup_printf("no row of %s has NULL in \"%s\"", table->identity, column->name);
	precondition->query = g_strdup_printf("SELECT * FROM %s WHERE %s IS NULL", table->quoted, column->quoted);
}

void
rows_precondition_hold_not_null(RowsPrecondition *precondition, const RowsBeforeTable *table,
                                const RowsBeforeColumn *column)
{
	precondition->hold = g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s SET NOT NULL", table->quoted,
	                                     column->quoted);
	precondition->release = g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL", table->quoted,
	                                        column->quoted);
}

static void
add_not_null(const RowsBefore *before, const DbResult *result, int row, GPtrArray *preconditions)
{
	const RowsBeforeTable *table = g_hash_table_lookup(before->tables, db_result_value(result, row, 0));
	const RowsBeforeColumn *column = rows_before_column(table, atoi(db_result_value(result, row, 1)));

	if (column == NULL || column->not_null)
		return;
	RowsPrecondition *precondition = rows_precondition_add(preconditions, ROWS_PRECONDITION_NOT_NULL, table);
	/* The server's messages use the current name of the column. */
	precondition->column = g_strdup(db_result_value(result, row, 2));
	rows_precondition_ask_not_null(precondition, table, column);
	/* New rows are asked already. */
	if (column->not_valid != NULL) {
		precondition->constraint = g_strdup(column->name);
		precondition->lift = g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL", table->quoted,
		                                     column->quoted);
		precondition->again = g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT %s NOT NULL %s NOT VALID",
		                                      table->quoted, column->not_valid, column->quoted);
		return;
	}
	rows_precondition_hold_not_null(precondition, table, column);
}

/* Held by a constraint of our own that says the same. */
static void
hold_by_constraint(RowsPrecondition *precondition, const RowsBeforeTable *table, const char *definition, guint number)
{
	precondition->hold = g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT pgassay_precondition_%u %s", table->quoted,
	                                     number, definition);
	precondition->release = g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT pgassay_precondition_%u", table->quoted,
	                                        number);
}

/* "a" and "b" of r, compared with those of the target; *ret_known is all of them not NULL. */
static char *
join_key(GStrv columns, GStrv targets, char **ret_known)
{
	GString *join = g_string_new(NULL);
	g_autoptr(GString) known = g_string_new(NULL);

	for (guint i = 0; columns[i] != NULL && targets[i] != NULL; i++) {
		g_autofree char *column = rows_identifier(columns[i]);
		g_autofree char *target = rows_identifier(targets[i]);
		g_string_append_printf(join, "%st.%s = r.%s", i > 0 ? " AND " : "", target, column);
		g_string_append_printf(known, "%sr.%s IS NOT NULL", i > 0 ? " AND " : "", column);
	}
	*ret_known = g_string_free(g_steal_pointer(&known), FALSE);
	return g_string_free(join, FALSE);
}

/* The table that the key points to comes with the migration: no row that is there can point to one of its rows, unless
 * the migration makes that, too. Where a column of the key may be NULL, a row without it is held. */
static void
hold_unknown_target(RowsPrecondition *precondition, const RowsBeforeTable *table, const DbResult *result, int row,
                    guint number)
{
	g_auto(GStrv) numbers = g_strsplit_set(db_result_value(result, row, 1), "{, }", -1);

	for (guint i = 0; numbers[i] != NULL; i++) {
		const RowsBeforeColumn *column = rows_before_column(table, atoi(numbers[i]));
		if (column == NULL || column->not_null)
			continue;
		g_autofree char *definition = g_strdup_printf("CHECK (%s IS NULL)", column->quoted);
		g_free(precondition->hold);
		g_free(precondition->release);
		hold_by_constraint(precondition, table, definition, number);
		return;
	}
}

static void
describe_key(RowsPrecondition *precondition, const RowsBeforeTable *table, const DbResult *result, int row)
{
	const char *target = db_result_value(result, row, 6);
	g_auto(GStrv) targets = catalog_list_parse(db_result_value(result, row, 7));
	g_auto(GStrv) columns = catalog_list_parse(db_result_value(result, row, 8));
	g_autofree char *names = g_strjoinv(", ", columns);
	g_autofree char *known = NULL;
	g_autofree char *join = join_key(columns, targets, &known);

	/* A table that is new cannot be asked. */
	if (precondition->target == NULL) {
		g_auto(GStrv) parts = catalog_identity_split(target);
		precondition->new_target = parts != NULL ? g_strdup(parts[g_strv_length(parts) - 1]) : NULL;
		precondition->meaning = g_strdup_printf("no row of %s has a value in (%s), because %s, to which it "
		                                        "would point, is new",
		                                        table->identity, names, target);
		precondition->query = g_strdup_printf("SELECT * FROM %s r WHERE %s", table->quoted, known);
		return;
	}
	precondition->meaning = g_strdup_printf("no row of %s points with (%s) to a row that %s does not have",
	                                        table->identity, names, target);
	precondition->query = g_strdup_printf("SELECT * FROM %s r WHERE %s AND NOT EXISTS (SELECT FROM %s t WHERE %s)",
	                                      table->quoted, known, target, join);
}

static void
add_constraint(const RowsBefore *before, const DbResult *result, int row, GPtrArray *preconditions)
{
	const RowsBeforeTable *table = g_hash_table_lookup(before->tables, db_result_value(result, row, 0));
	char type = db_result_value(result, row, 3)[0];
	const char *definition = db_result_value(result, row, 4);

	if (!rows_before_knows_columns(table, db_result_value(result, row, 1), db_result_value(result, row, 8)))
		return;
	RowsPreconditionKind kind = type == 'f'   ? ROWS_PRECONDITION_KEY
	                            : type == 'c' ? ROWS_PRECONDITION_CHECK
	                                          : ROWS_PRECONDITION_UNIQUE;
	RowsPrecondition *precondition = rows_precondition_add(preconditions, kind, table);
	precondition->constraint = g_strdup(db_result_value(result, row, 2));
	hold_by_constraint(precondition, table, definition, preconditions->len);
	if (db_result_value(result, row, 9) != NULL) {
		precondition->lift = g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT %s", table->quoted,
		                                     db_result_value(result, row, 9));
		precondition->again = g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID", table->quoted,
		                                      db_result_value(result, row, 9), definition);
	}
	if (kind == ROWS_PRECONDITION_KEY) {
		const RowsBeforeTable *target = g_hash_table_lookup(before->tables, db_result_value(result, row, 10));
		precondition->target = target != NULL ? g_strdup(target->identity) : NULL;
		if (target == NULL)
			hold_unknown_target(precondition, table, result, row, preconditions->len);
		describe_key(precondition, table, result, row);
	} else if (kind == ROWS_PRECONDITION_CHECK) {
		precondition->meaning = g_strdup_printf("no row of %s breaks %s", table->identity, definition);
		precondition->query = g_strdup_printf("SELECT * FROM %s WHERE NOT (%s)", table->quoted,
		                                      db_result_value(result, row, 5));
	} else {
		precondition->meaning = g_strdup_printf("no two rows of %s exclude each other by %s", table->identity,
		                                        definition);
	}
}

/* The columns of the index's key that existed before the migration, if the key has new columns, too: those have the
 * same value in all rows, or any. NULL: there are none, or the key has an expression or a condition. The caller
 * frees it. */
static char *
known_key(const RowsBeforeTable *table, const DbResult *result, int row)
{
	g_auto(GStrv) numbers = g_strsplit(db_result_value(result, row, 1), " ", -1);
	GString *key = g_string_new(NULL);

	for (guint i = 0; numbers[i] != NULL; i++) {
		const RowsBeforeColumn *column = rows_before_column(table, atoi(numbers[i]));
		if (strcmp(numbers[i], "0") == 0) {
			g_string_truncate(key, 0);
			break;
		}
		if (column != NULL)
			g_string_append_printf(key, "%s%s", key->len > 0 ? ", " : "", column->quoted);
	}
	if (key->len > 0 && db_result_value(result, row, 5) == NULL)
		return g_string_free(key, FALSE);
	g_string_free(key, TRUE);
	return NULL;
}

static void
add_unique_known(const RowsBeforeTable *table, const DbResult *result, int row, GPtrArray *preconditions)
{
	g_autofree char *key = known_key(table, result, row);

	if (key == NULL)
		return;
	RowsPrecondition *precondition = rows_precondition_add(preconditions, ROWS_PRECONDITION_UNIQUE, table);
	precondition->constraint = g_strdup(db_result_value(result, row, 2));
	precondition->meaning = g_strdup_printf("no two rows of %s have the same (%s)", table->identity, key);
	precondition->query = g_strdup_printf(
	    "SELECT %s, pg_catalog.count(*) FROM %s GROUP BY %s HAVING pg_catalog.count(*) > 1", key, table->quoted,
	    key);
	precondition->hold = g_strdup_printf("CREATE UNIQUE INDEX pgassay_precondition_%u ON %s (%s)",
	                                     preconditions->len, table->quoted, key);
	precondition->release = g_strdup_printf("DROP INDEX %s.pgassay_precondition_%u", table->schema,
	                                        preconditions->len);
}

static void
add_unique(const RowsBefore *before, const DbResult *result, int row, GPtrArray *preconditions)
{
	const RowsBeforeTable *table = g_hash_table_lookup(before->tables, db_result_value(result, row, 0));
	const char *keys = db_result_value(result, row, 4);
	const char *predicate = db_result_value(result, row, 5);

	if (!rows_before_knows_columns(table, db_result_value(result, row, 1), db_result_value(result, row, 7))) {
		add_unique_known(table, result, row, preconditions);
		return;
	}
	RowsPrecondition *precondition = rows_precondition_add(preconditions, ROWS_PRECONDITION_UNIQUE, table);
	precondition->constraint = g_strdup(db_result_value(result, row, 2));
	precondition->meaning = g_strdup_printf("no two rows of %s%s%s have the same (%s)", table->identity,
	                                        predicate != NULL ? " with " : "", predicate != NULL ? predicate : "",
	                                        keys);
	precondition->query = g_strdup_printf(
	    "SELECT %s, pg_catalog.count(*) FROM %s WHERE %s%s%s GROUP BY %s HAVING pg_catalog.count(*) > 1", keys,
	    table->quoted, db_result_value(result, row, 6), predicate != NULL ? " AND " : "",
	    predicate != NULL ? predicate : "", keys);
	precondition->hold = g_strdup_printf("CREATE UNIQUE INDEX pgassay_precondition_%u ON %s%s", preconditions->len,
	                                     table->quoted, db_result_value(result, row, 3));
	precondition->release = g_strdup_printf("DROP INDEX %s.pgassay_precondition_%u", table->schema,
	                                        preconditions->len);
}

/* --- All --------------------------------------------------------------------------- */

typedef void (*AddPrecondition)(const RowsBefore *before, const DbResult *result, int row, GPtrArray *preconditions);

static char *
with_before(const RowsBefore *before, const char *query)
{
	GString *sql = g_string_new(query);

	g_string_replace(sql, "$TABLES", before->oids, 0);
	g_string_replace(sql, "$CONSTRAINTS", before->constraints, 0);
	g_string_replace(sql, "$INDEXES", before->indexes, 0);
	g_string_replace(sql, "$OLD", before->not_valid, 0);
	return g_string_free(sql, FALSE);
}

static bool
read_added(const RowsBefore *before, DbSession *session, GPtrArray *preconditions, GError **error)
{
	static const AddPrecondition takes[] = { add_not_null, add_constraint, add_unique };
	char *queries[N_ADDED];
	DbRequest requests[N_ADDED] = { 0 };
	DbResult *results[N_ADDED] = { NULL };

	for (int i = 0; i < N_ADDED; i++)
		requests[i].sql = queries[i] = with_before(before, added_sql[i]);
	bool done = rows_savepoint_send(session, N_ADDED, requests, results, error);
	for (int i = 0; i < N_ADDED; i++) {
		for (int row = 0; done && row < db_result_rows(results[i]); row++)
			takes[i](before, results[i], row, preconditions);
		db_result_free(results[i]);
		g_free(queries[i]);
	}
	return done;
}

GPtrArray *
rows_before_learn(const RowsBefore *before, DbSession *session, GError **error)
{
	g_autoptr(GPtrArray) preconditions = g_ptr_array_new_with_free_func((GDestroyNotify)rows_precondition_free);

	if (!db_session_execute(session, rows_query_settings, error) ||
	    !rows_precondition_read_types(before, session, preconditions, error) ||
	    !read_added(before, session, preconditions, error) ||
	    !rows_precondition_read_calculated(before, session, preconditions, error) ||
	    !rows_precondition_read_domains(before, session, preconditions, error) ||
	    !rows_precondition_read_seeds(before, session, preconditions, error))
		return NULL;
	return g_steal_pointer(&preconditions);
}
