/* Values of types, as the server has them in memory: the server is asked. */
#include "plan/catalog/array.h"
#include "plan/size/extended.h"
#include "plan/size/sql.h"

#include <string.h>

/* The columns of extended_types.sql. */
enum {
	VALUES_WAY = 1,
	VALUES_LENGTH,
	VALUES_BY_VALUE,
	VALUES_TYPE,
	VALUES_SEND,
};

void
plan_packed_column_clear(PlanPackedColumn *column)
{
	g_clear_pointer(&column->values, g_ptr_array_unref);
}

static void
values_free(gpointer bytes)
{
	if (bytes != NULL)
		g_byte_array_unref(bytes);
}

/* The SELECT of an array of the values in hexadecimal. */
static char *
values_sql(DbSession *session, const DbResult *type, const GPtrArray *texts)
{
	const char *way = db_result_value(type, 0, VALUES_WAY);
	const char *name = db_result_value(type, 0, VALUES_TYPE);
	g_autofree char *array = plan_array_join(texts);
	g_autofree char *literal = db_session_quote_literal(session, array);
	g_autofree char *bytes = NULL;

	if (strcmp(way, "label") == 0)
		bytes = g_strdup_printf(
		    "pg_catalog.oidsend((SELECT e.oid FROM pg_catalog.pg_enum e WHERE e.enumtypid = %s AND e.enumlabel "
		    "= v::text))",
		    db_result_value(type, 0, 0));
	else if (strcmp(way, "cast") == 0)
		bytes = g_strdup("v::pg_catalog.bytea");
	else
		bytes = g_strdup_printf("%s(v)", db_result_value(type, 0, VALUES_SEND));
	return g_strdup_printf("SELECT pg_catalog.array_agg(pg_catalog.encode(%s, 'hex') ORDER BY n)::text FROM "
	                       "pg_catalog.unnest(%s::text::%s[]) WITH ORDINALITY AS u (v, n)",
	                       bytes, literal, name);
}

static void
values_reverse(GByteArray *bytes, guint from, guint n)
{
	for (guint i = 0; i < n / 2; i++) {
		guint8 byte = bytes->data[from + i];
		bytes->data[from + i] = bytes->data[from + n - 1 - i];
		bytes->data[from + n - 1 - i] = byte;
	}
}

/* The binary form of numbers has the highest byte first, wherever the server runs. */
static void
values_turn(GByteArray *bytes, const char *way)
{
	if (G_BYTE_ORDER == G_BIG_ENDIAN)
		return;
	if (strcmp(way, "interval") == 0 && bytes->len == 16) {
		values_reverse(bytes, 0, 8);
		values_reverse(bytes, 8, 4);
		values_reverse(bytes, 12, 4);
	} else if (strcmp(way, "reversed") == 0 || strcmp(way, "label") == 0) {
		values_reverse(bytes, 0, bytes->len);
	}
}

static GByteArray *
values_read(const char *hex)
{
	GByteArray *bytes = g_byte_array_new();

	for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
		guint8 byte = (guint8)(g_ascii_xdigit_value(hex[0]) * 16 + g_ascii_xdigit_value(hex[1]));
		g_byte_array_append(bytes, &byte, 1);
	}
	return bytes;
}

/* False when a value has another length than its type. */
static bool
values_take(const DbResult *type, const char *array, PlanPackedColumn *column)
{
	g_autoptr(GPtrArray) texts = plan_array_split(array);

	column->length = (gint)g_ascii_strtoll(db_result_value(type, 0, VALUES_LENGTH), NULL, 10);
	column->by_value = db_result_value(type, 0, VALUES_BY_VALUE)[0] == 't';
	column->values = g_ptr_array_new_with_free_func(values_free);
	for (guint i = 0; i < texts->len; i++) {
		const char *text = g_ptr_array_index(texts, i);
		GByteArray *bytes = text != NULL ? values_read(text) : NULL;
		g_ptr_array_add(column->values, bytes);
		if (bytes == NULL)
			continue;
		values_turn(bytes, db_result_value(type, 0, VALUES_WAY));
		if (column->length >= 0 && bytes->len != (guint)column->length)
			return false;
	}
	return true;
}

/* Text values are their own bytes; values of other types are, too, after a cast to bytea without a function. The
 * cast is rolled back afterwards. */
static bool
values_ask(DbSession *session, const DbResult *type, const GPtrArray *texts, char **ret_array, GError **error)
{
	const char *name = db_result_value(type, 0, VALUES_TYPE);
	bool cast = strcmp(db_result_value(type, 0, VALUES_WAY), "cast") == 0 && strcmp(name, "bytea") != 0;
	g_autofree char *create = g_strdup_printf("CREATE CAST (%s AS pg_catalog.bytea) WITHOUT FUNCTION", name);
	g_autofree char *sql = values_sql(session, type, texts);

	if (cast && !db_session_execute(session, create, error))
		return false;
	*ret_array = db_session_query_value(session, error, sql, NULL);
	return *ret_array != NULL;
}

bool
plan_extended_values(PlanImport *import, const PlanColumn *column, const GPtrArray *texts, PlanPackedColumn *ret_column,
                     char **ret_reason, GError **error)
{
	DbSession *session = import->session;
	g_autofree char *oid = g_strdup_printf("{%u}", column->type_oid);
	g_autoptr(DbResult) type = db_session_query(session, error, plan_sql_extended_types, oid, NULL);
	g_autofree char *array = NULL;
	g_autoptr(GError) cause = NULL;

	if (type == NULL)
		return false;
	if (db_result_value(type, 0, VALUES_WAY) == NULL) {
		*ret_reason = g_strdup_printf("it is not known what values of type %s are in memory", column->type);
		return true;
	}
	if (!db_session_execute(session, "SAVEPOINT pgassay_values", error))
		return false;
	if (!values_ask(session, type, texts, &array, &cause)) {
		if (db_session_transaction_state(session) != DB_TRANSACTION_FAILED) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return false;
		}
		*ret_reason = g_strdup(db_session_diagnostic(session)->message);
	}
	if (!db_session_execute(session, "ROLLBACK TO SAVEPOINT pgassay_values; RELEASE SAVEPOINT pgassay_values",
	                        error))
		return false;
	if (*ret_reason == NULL && !values_take(type, array, ret_column))
		*ret_reason = g_strdup_printf("it is not known what values of type %s are in memory", column->type);
	ret_column->type = column->type_oid;
	return true;
}
