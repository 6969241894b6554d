/*
 * The queries of plan/export/sql, embedded by script/embed-sql: NAME.sql is plan_sql_NAME.
 */
#ifndef PLAN_EXPORT_SQL_H
#define PLAN_EXPORT_SQL_H

extern const char plan_sql_export_columns[];
extern const char plan_sql_export_expressions[];
extern const char plan_sql_export_extended[];
extern const char plan_sql_export_relations[];

#endif
