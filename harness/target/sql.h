/*
 * The queries of target/sql, embedded by script/embed-sql: NAME.sql is target_sql_NAME.
 */
#ifndef TARGET_SQL_H
#define TARGET_SQL_H

extern const char target_sql_contents[];
extern const char target_sql_identity[];
extern const char target_sql_ordinary[];
extern const char target_sql_tables[];
extern const char target_sql_target[];

#endif
