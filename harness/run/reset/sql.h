/*
 * The queries of run/sql, embedded by script/embed-sql: NAME.sql is run_sql_NAME.
 */
#ifndef RUN_RESET_SQL_H
#define RUN_RESET_SQL_H

extern const char run_sql_others[];
extern const char run_sql_reset_holder[];
extern const char run_sql_lock_holders[];
extern const char run_sql_left[];

#endif
