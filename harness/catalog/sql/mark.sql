-- Where the next update starts: a row version that somebody sees later, and not now, was written by a transaction that
-- is not older than the horizon. And whether there is anything to look for: nobody else is connected ("alone") and the
-- server's counts of rows inserted, updated and deleted in the catalogs of a branch (see branches.sql) are what they
-- were; rows deleted are told once more, apart. Nothing that was counted goes away, whatever is rolled back; a reset of
-- the statistics shows in the last one.
-- Whoever is not connected any more has reported what he did; so the counts must be taken after "alone".
-- Of pg_attribute (17), what is inserted and deleted comes and goes with rows of pg_class; and each default that comes
-- or goes (15) updates one row. Only other updates need to be looked for, which would take longest of all.
WITH others AS MATERIALIZED (
  -- A standby does not count what it replays.
  SELECT CASE WHEN current_setting('server_version_num')::integer < 150000 OR pg_is_in_recovery() THEN NULL
              -- What was seen of other sessions earlier in the transaction would be seen again.
              WHEN pg_stat_clear_snapshot() IS NOT NULL THEN NOT EXISTS (
                SELECT
                FROM pg_stat_get_activity(NULL) a
                WHERE a.datid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
                  AND a.pid <> pg_backend_pid()
                  AND a.backend_type IS DISTINCT FROM 'autovacuum worker') END AS alone)
SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon,
       pg_snapshot_xmax(pg_current_snapshot()) AS latest,
       coalesce(pg_current_xact_id_if_assigned(), '0') AS own,
       -- What objects of the database are not told of stands here, too: whose it is, and the names of tablespaces.
       (SELECT concat_ws(' ', d.oid, pg_postmaster_start_time(), d.datdba,
                         (SELECT sum(hashtext(s.oid || ' ' || s.spcname)) FROM pg_tablespace s))
        FROM pg_database d
        WHERE d.datname = current_database()) AS database,
       (SELECT count(*) || ' ' || sum(hashtext(a.oid || ' ' || a.rolname)) FROM pg_roles a) AS roles,
       current_setting('transaction_isolation') = 'read committed' AS fresh,
       o.alone,
       -- Before 15 the counts of other sessions come late, and cost a file.
       CASE WHEN o.alone IS NOT NULL AND current_setting('track_counts') = 'on' THEN
         (SELECT array_agg(t.total ORDER BY t.branch) || array_agg(t.deleted ORDER BY t.branch)
          FROM (SELECT w.branch,
                       sum(pg_stat_get_tuples_inserted(w.catalog) + pg_stat_get_tuples_updated(w.catalog)
                           + pg_stat_get_tuples_deleted(w.catalog) + pg_stat_get_xact_tuples_inserted(w.catalog)
                           + pg_stat_get_xact_tuples_updated(w.catalog) + pg_stat_get_xact_tuples_deleted(w.catalog))
                         AS total,
                       sum(pg_stat_get_tuples_deleted(w.catalog) + pg_stat_get_xact_tuples_deleted(w.catalog))
                         AS deleted
                FROM (VALUES (1, 'pg_class'::regclass), (2, 'pg_constraint'), (3, 'pg_index'), (4, 'pg_policy'),
                             (5, 'pg_trigger'), (6, 'pg_rewrite'), (7, 'pg_proc'), (8, 'pg_inherits'),
                             (9, 'pg_namespace'), (10, 'pg_enum'), (11, 'pg_type'), (12, 'pg_collation'),
                             (12, 'pg_opclass'), (12, 'pg_operator'), (12, 'pg_am'), (12, 'pg_language'),
                             (12, 'pg_ts_config'), (12, 'pg_ts_dict'), (12, 'pg_foreign_server'),
                             (13, 'pg_extension'), (13, 'pg_depend'), (15, 'pg_attrdef'), (16, 'pg_description'),
                             (18, 'pg_sequence'), (19, 'pg_aggregate'), (20, 'pg_opfamily'), (20, 'pg_cast'),
                             (20, 'pg_transform'), (20, 'pg_ts_parser'), (20, 'pg_ts_template'),
                             (20, 'pg_foreign_data_wrapper'), (20, 'pg_statistic_ext'), (20, 'pg_event_trigger'),
                             (20, 'pg_publication'), (20, 'pg_default_acl'), (20, 'pg_foreign_table'),
                             (20, 'pg_user_mapping')) w(branch, catalog)
                GROUP BY w.branch
                UNION ALL
                SELECT 14, 0, 0
                UNION ALL
                SELECT 17, pg_stat_get_tuples_updated('pg_attribute'::regclass)
                           + pg_stat_get_xact_tuples_updated('pg_attribute'::regclass)
                           - pg_stat_get_tuples_inserted('pg_attrdef'::regclass)
                           - pg_stat_get_xact_tuples_inserted('pg_attrdef'::regclass)
                           - pg_stat_get_tuples_deleted('pg_attrdef'::regclass)
                           - pg_stat_get_xact_tuples_deleted('pg_attrdef'::regclass), 0
                UNION ALL
                SELECT 21, r.reset, r.reset
                FROM (SELECT coalesce((extract(epoch FROM pg_stat_get_db_stat_reset_time(d.oid)) * 1000000)::bigint, 0)
                               AS reset
                      FROM pg_database d
                      WHERE d.datname = current_database()) r) t) END AS totals
FROM others o;
