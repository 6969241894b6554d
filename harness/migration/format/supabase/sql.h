/*
 * The SQL of migration/sql, embedded by script/embed-sql: NAME.sql is migration_sql_NAME.
 */
#ifndef MIGRATION_FORMAT_SUPABASE_SQL_H
#define MIGRATION_FORMAT_SUPABASE_SQL_H

/* Several statements, for db_session_execute. */
extern const char migration_sql_supabase[];

#endif
