/*
 * The queries of target/sql, embedded by script/embed-sql: NAME.sql is target_sql_NAME.
 */
#ifndef TARGET_SQL_H
#define TARGET_SQL_H

extern const char target_sql_condition_advisory_locks[];
extern const char target_sql_condition_blocked_sessions[];
extern const char target_sql_condition_checksum_failures[];
extern const char target_sql_condition_collation_version[];
extern const char target_sql_condition_collation_version_14[];
extern const char target_sql_condition_connections[];
extern const char target_sql_condition_disk[];
extern const char target_sql_condition_event_triggers[];
extern const char target_sql_condition_idle_in_transaction[];
extern const char target_sql_condition_inactive_slots[];
extern const char target_sql_condition_invalid_indexes[];
extern const char target_sql_condition_lock_timeout[];
extern const char target_sql_condition_long_transactions[];
extern const char target_sql_condition_maintenance[];
extern const char target_sql_condition_prepared_transactions[];
extern const char target_sql_condition_primary[];
extern const char target_sql_condition_replication_bytes[];
extern const char target_sql_condition_replication_lag[];
extern const char target_sql_condition_rights[];
extern const char target_sql_condition_sequences[];
extern const char target_sql_condition_stale_statistics[];
extern const char target_sql_condition_standbys[];
extern const char target_sql_condition_transaction_age[];
extern const char target_sql_condition_unvalidated_constraints[];
extern const char target_sql_condition_wal_size[];
extern const char target_sql_condition_wraparound_vacuum[];
extern const char target_sql_contents[];
extern const char target_sql_extension[];
extern const char target_sql_identity[];
extern const char target_sql_inspect_bloat[];
extern const char target_sql_inspect_dead_rows[];
extern const char target_sql_inspect_duplicate_indexes[];
extern const char target_sql_inspect_index_use[];
extern const char target_sql_inspect_keys_without_index[];
extern const char target_sql_inspect_old_rows[];
extern const char target_sql_inspect_sizes[];
extern const char target_sql_inspect_slow_statements[];
extern const char target_sql_inspect_stale_statistics[];
extern const char target_sql_inspect_unused_indexes[];
extern const char target_sql_inspect_without_primary_key[];
extern const char target_sql_ordinary[];
extern const char target_sql_tables[];
extern const char target_sql_target[];
extern const char target_sql_watch[];

#endif
