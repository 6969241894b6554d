/*
 * The queries of impact/sql, embedded by script/embed-sql: NAME.sql is impact_sql_NAME.
 */
#ifndef IMPACT_SQL_H
#define IMPACT_SQL_H

extern const char impact_sql_counters[];
extern const char impact_sql_invalid[];
extern const char impact_sql_locked[];
extern const char impact_sql_queue[];
extern const char impact_sql_records[];
extern const char impact_sql_relations[];
extern const char impact_sql_sizes[];
extern const char impact_sql_state[];
extern const char impact_sql_temporary[];
extern const char impact_sql_transactions[];
extern const char impact_sql_visited[];
extern const char impact_sql_waiting[];

#endif
