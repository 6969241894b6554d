#include "db/session_private.h"

/* Type OIDs of the server (catalog/pg_type.dat); fixed for all versions. */
#define OID_BOOL 16
#define OID_INT8 20
#define OID_INT2 21
#define OID_INT4 23
#define OID_OID  26
#define OID_JSON 114

/* A DbResult is libpq's result itself: thousands of them cost nothing more. */
static PGresult *
db_result_unwrap(const DbResult *result)
{
	return (PGresult *)result;
}

DbResult *
db_result_take(PGresult *result)
{
	return (DbResult *)result;
}

void
db_result_free(DbResult *result)
{
	PQclear(db_result_unwrap(result));
}

int
db_result_rows(const DbResult *result)
{
	return PQntuples(db_result_unwrap(result));
}

int
db_result_columns(const DbResult *result)
{
	return PQnfields(db_result_unwrap(result));
}

const char *
db_result_column_name(const DbResult *result, int column)
{
	return PQfname(db_result_unwrap(result), column);
}

DbType
db_result_column_type(const DbResult *result, int column)
{
	switch (PQftype(db_result_unwrap(result), column)) {
	case OID_BOOL:
		return DB_TYPE_BOOL;
	case OID_INT2:
	case OID_INT4:
	case OID_INT8:
	case OID_OID:
		return DB_TYPE_INT;
	case OID_JSON:
		return DB_TYPE_JSON;
	default:
		return DB_TYPE_OTHER;
	}
}

guint32
db_result_column_oid(const DbResult *result, int column)
{
	return PQftype(db_result_unwrap(result), column);
}

int
db_result_column_modifier(const DbResult *result, int column)
{
	return PQfmod(db_result_unwrap(result), column);
}

const char *
db_result_value(const DbResult *result, int row, int column)
{
	if (PQgetisnull(db_result_unwrap(result), row, column))
		return NULL;
	return PQgetvalue(db_result_unwrap(result), row, column);
}

int
db_result_value_length(const DbResult *result, int row, int column)
{
	return PQgetlength(db_result_unwrap(result), row, column);
}
