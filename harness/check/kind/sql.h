/*
 * The queries of check/sql, embedded by script/embed-sql: NAME.sql is check_sql_NAME.
 */
#ifndef CHECK_KIND_SQL_H
#define CHECK_KIND_SQL_H

extern const char check_sql_access[];
extern const char check_sql_doors[];
extern const char check_sql_policies[];
extern const char check_sql_reached[];
extern const char check_sql_roles[];
extern const char check_sql_security[];

#endif
