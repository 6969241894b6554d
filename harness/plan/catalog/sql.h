/*
 * The queries of plan/catalog/sql, embedded by script/embed-sql: NAME.sql is plan_sql_NAME.
 */
#ifndef PLAN_CATALOG_SQL_H
#define PLAN_CATALOG_SQL_H

extern const char plan_sql_all[];
extern const char plan_sql_columns[];
extern const char plan_sql_extended[];
extern const char plan_sql_extended_13[];
extern const char plan_sql_indexes[];
extern const char plan_sql_mark[];
extern const char plan_sql_mark_functions[];
extern const char plan_sql_mark_uses[];
extern const char plan_sql_tables[];
extern const char plan_sql_these[];

#endif
