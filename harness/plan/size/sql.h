/*
 * The queries of plan/size/sql, embedded by script/embed-sql: NAME.sql is plan_sql_NAME.
 */
#ifndef PLAN_SIZE_SQL_H
#define PLAN_SIZE_SQL_H

extern const char plan_sql_dense[];
extern const char plan_sql_empty[];
extern const char plan_sql_extended_types[];
extern const char plan_sql_forget[];
extern const char plan_sql_forget_13[];
extern const char plan_sql_import_dense[];
extern const char plan_sql_import_expressions[];
extern const char plan_sql_import_extended[];
extern const char plan_sql_import_extended_14[];
extern const char plan_sql_import_sizes[];
extern const char plan_sql_import_statistic[];
extern const char plan_sql_operators[];
extern const char plan_sql_restore_statistic[];

#endif
