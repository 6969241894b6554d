/*
 * The queries of plan/frame/sql, embedded by script/embed-sql: NAME.sql is plan_sql_NAME.
 */
#ifndef PLAN_FRAME_SQL_H
#define PLAN_FRAME_SQL_H

extern const char plan_sql_locks[];
extern const char plan_sql_pin[];

#endif
