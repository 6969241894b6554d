/*
 * The statements of check/writes/sql, embedded by script/embed-sql: NAME.sql is check_sql_NAME.
 */
#ifndef CHECK_WRITES_SQL_H
#define CHECK_WRITES_SQL_H

extern const char check_sql_functions[];
extern const char check_sql_writes[];
extern const char check_sql_writes_code[];
extern const char check_sql_writes_relations[];

#endif
