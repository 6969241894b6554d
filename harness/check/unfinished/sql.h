/*
 * The queries of check/unfinished/sql, embedded by script/embed-sql: NAME.sql is check_sql_NAME.
 */
#ifndef CHECK_UNFINISHED_SQL_H
#define CHECK_UNFINISHED_SQL_H

extern const char check_sql_call_ambiguous[];
extern const char check_sql_caller_path[];
extern const char check_sql_check_of_null[];
extern const char check_sql_check_refuses[];
extern const char check_sql_generated_refuses[];
extern const char check_sql_not_valid[];
extern const char check_sql_null_refused[];
extern const char check_sql_old_overload[];
extern const char check_sql_open_definer[];
extern const char check_sql_open_table[];
extern const char check_sql_role_left_out[];
extern const char check_sql_sequence_denied[];
extern const char check_sql_small_reference[];
extern const char check_sql_small_sequence[];
extern const char check_sql_trigger_twice[];

#endif
