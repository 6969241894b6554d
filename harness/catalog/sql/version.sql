-- The version of the catalog that a transaction sees: a row that becomes visible only later was written by a transaction
-- that is not older than the oldest one running (xmin). The query also shows whether there can be changes at all: there
-- are none if no other session is connected ("only_session") and the server's counters of rows inserted and updated, and
-- of rows deleted, in the system catalogs (see system_catalogs.sql) are unchanged. "counts" has the numbers of these
-- catalogs there, first the inserts and updates, then the deletes, and then two numbers more. Counts are kept even if a
-- transaction is rolled back; a reset of the statistics shows in the last number.
-- A session that has ended has reported its counts; so the counts must be taken after "only_session".
-- Rows of pg_attribute (17, the last number but one) are inserted and deleted together with rows of pg_class; and each
-- default that is added or removed (15) updates one row. So only other updates need to be searched, which would take
-- longest of all.
WITH base AS MATERIALIZED (
  SELECT d.oid, d.datdba,
         -- A standby does not count replayed changes.
         CASE WHEN current_setting('server_version_num')::integer < 150000 OR pg_is_in_recovery() THEN NULL
              -- Otherwise the transaction would see the sessions as they were at an earlier look.
              WHEN pg_stat_clear_snapshot() IS NOT NULL THEN NOT EXISTS (
                SELECT
                FROM pg_stat_get_activity(NULL) a
                WHERE a.datid = d.oid
                  AND a.pid <> pg_backend_pid()
                  -- Ours, and idle: it makes nothing in the catalog that stays (db/session.h).
                  AND a.application_name IS DISTINCT FROM 'pgassay beside'
                  AND a.backend_type IS DISTINCT FROM 'autovacuum worker') END AS only_session
  FROM pg_database d
  WHERE d.datname = current_database())
SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xmin,
       pg_snapshot_xmax(pg_current_snapshot()) AS xmax,
       coalesce(pg_current_xact_id_if_assigned(), '0') AS xid,
       -- Properties that no row of a system catalog shows: the owner of the database, and the names of tablespaces.
       concat_ws(' ', b.oid, pg_postmaster_start_time(), b.datdba,
                 (SELECT sum(hashtext(s.oid || ' ' || s.spcname)) FROM pg_tablespace s)) AS database,
       (SELECT count(*) || ' ' || sum(hashtext(a.oid || ' ' || a.rolname)) FROM pg_roles a) AS roles,
       current_setting('transaction_isolation') = 'read committed' AS read_committed,
       b.only_session,
       -- Before 15 the counts of other sessions come late, and cost a file.
       CASE WHEN b.only_session IS NOT NULL AND current_setting('track_counts') = 'on' THEN
         (SELECT array_agg(w.number)
                 || array_agg(pg_stat_get_tuples_inserted(w.catalog) + pg_stat_get_tuples_updated(w.catalog)
                              + pg_stat_get_xact_tuples_inserted(w.catalog)
                              + pg_stat_get_xact_tuples_updated(w.catalog))
                 || array_agg(pg_stat_get_tuples_deleted(w.catalog) + pg_stat_get_xact_tuples_deleted(w.catalog))
          FROM unnest('{1, 2, 3, 4, 5, 6,
                        7, 8, 9, 10, 11, 12,
                        12, 12, 12, 12, 12, 12,
                        12, 13, 13, 15, 16,
                        18, 19, 20, 20, 20,
                        20, 20, 20, 20,
                        20, 20, 20, 20, 20}'::bigint[],
                      '{pg_class, pg_constraint, pg_index, pg_policy, pg_trigger, pg_rewrite,
                        pg_proc, pg_inherits, pg_namespace, pg_enum, pg_type, pg_collation,
                        pg_opclass, pg_operator, pg_am, pg_language, pg_ts_config, pg_ts_dict,
                        pg_foreign_server, pg_extension, pg_depend, pg_attrdef, pg_description,
                        pg_sequence, pg_aggregate, pg_opfamily, pg_cast, pg_transform,
                        pg_ts_parser, pg_ts_template, pg_foreign_data_wrapper, pg_statistic_ext,
                        pg_event_trigger, pg_publication, pg_default_acl, pg_foreign_table, pg_user_mapping}'::regclass[])
                 w(number, catalog))
         || ARRAY[pg_stat_get_tuples_updated('pg_attribute'::regclass)
                  + pg_stat_get_xact_tuples_updated('pg_attribute'::regclass)
                  - pg_stat_get_tuples_inserted('pg_attrdef'::regclass)
                  - pg_stat_get_xact_tuples_inserted('pg_attrdef'::regclass)
                  - pg_stat_get_tuples_deleted('pg_attrdef'::regclass)
                  - pg_stat_get_xact_tuples_deleted('pg_attrdef'::regclass),
                  coalesce((extract(epoch FROM pg_stat_get_db_stat_reset_time(b.oid)) * 1000000)::bigint, 0)]
         END AS counts
FROM base b;
