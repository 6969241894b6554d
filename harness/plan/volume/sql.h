/*
 * The queries of plan/volume/sql, embedded by script/embed-sql: NAME.sql is plan_sql_NAME.
 */
#ifndef PLAN_VOLUME_SQL_H
#define PLAN_VOLUME_SQL_H

extern const char plan_sql_volume_columns[];
extern const char plan_sql_volume_end[];
extern const char plan_sql_volume_keys[];

#endif
