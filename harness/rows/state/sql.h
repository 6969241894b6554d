/*
 * The statements of rows/state/sql, embedded by script/embed-sql: NAME.sql is rows_sql_NAME.
 */
#ifndef ROWS_STATE_SQL_H
#define ROWS_STATE_SQL_H

extern const char rows_sql_trigger_code[];

#endif
