/*
 * The queries of plan/sql, embedded by script/embed-sql: NAME.sql is plan_sql_NAME.
 */
#ifndef PLAN_SQL_H
#define PLAN_SQL_H

extern const char plan_sql_all[];
extern const char plan_sql_columns[];
extern const char plan_sql_dense[];
extern const char plan_sql_empty[];
extern const char plan_sql_export_columns[];
extern const char plan_sql_export_expressions[];
extern const char plan_sql_export_extended[];
extern const char plan_sql_export_relations[];
extern const char plan_sql_extended[];
extern const char plan_sql_extended_13[];
extern const char plan_sql_extended_types[];
extern const char plan_sql_forget[];
extern const char plan_sql_forget_13[];
extern const char plan_sql_import_dense[];
extern const char plan_sql_import_expressions[];
extern const char plan_sql_import_extended[];
extern const char plan_sql_import_extended_14[];
extern const char plan_sql_import_sizes[];
extern const char plan_sql_import_statistic[];
extern const char plan_sql_indexes[];
extern const char plan_sql_locks[];
extern const char plan_sql_mark[];
extern const char plan_sql_mark_functions[];
extern const char plan_sql_mark_uses[];
extern const char plan_sql_operators[];
extern const char plan_sql_pin[];
extern const char plan_sql_restore_statistic[];
extern const char plan_sql_tables[];
extern const char plan_sql_these[];
extern const char plan_sql_volume_columns[];
extern const char plan_sql_volume_end[];
extern const char plan_sql_volume_keys[];

#endif
