-- include: privileges_owner, quoted
SELECT -- unit: c.oid
       n.nspname AS schema,
       c.relname AS name,
       CASE c.relkind WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign' ELSE 'table' END AS kind,
       CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END AS persistence,
       c.relrowsecurity AS row_security_enabled,
       c.relforcerowsecurity AS row_security_forced,
       CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
       CASE WHEN c.relispartition THEN h.parents[1] END AS partition_of,
       CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, 0) END AS partition_bound,
       CASE WHEN NOT c.relispartition THEN to_json(h.parents) END AS inherits,
       CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS of_type,
       CASE c.relreplident WHEN 'd' THEN 'default' WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full'
            ELSE 'index ' || coalesce(ri.relname, '') END AS replica_identity,
       cl.relname AS clustered_on,
       -- Those that do the work of foreign keys and of deferrable keys: ALTER TABLE ... DISABLE TRIGGER ALL.
       (SELECT to_json(array_agg(DISTINCT k.conname || ' '
                                 || CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' ELSE 'always' END))
        FROM pg_trigger g
        JOIN pg_constraint k ON k.oid = g.tgconstraint
        WHERE g.tgrelid = c.oid AND g.tgisinternal AND g.tgenabled <> 'O') AS constraint_triggers,
       CASE WHEN c.reloptions IS NOT NULL OR t.reloptions IS NOT NULL THEN
         (SELECT to_json(array_agg(o ORDER BY o COLLATE "C"))
          FROM (SELECT unnest(c.reloptions)
                UNION ALL
                SELECT 'toast.' || u FROM unnest(t.reloptions) u) l(o)) END AS options,
       CASE WHEN am.amname <> 'heap' THEN am.amname END AS access_method,
       CASE WHEN c.reltablespace <> 0 THEN (SELECT ts.spcname FROM pg_tablespace ts WHERE ts.oid = c.reltablespace) END
         AS tablespace,
       CASE WHEN c.relkind = 'f' THEN
         (SELECT fs.srvname
          FROM pg_foreign_server fs
          WHERE fs.oid = (SELECT ft.ftserver FROM pg_foreign_table ft WHERE ft.ftrelid = c.oid)) END AS server,
       -- Of an option that may be a secret, only the name is shown.
       CASE WHEN c.relkind = 'f' THEN
         (SELECT to_json(array_agg(CASE WHEN u.o ~* '^[^=]*(pass|secret|token|credential|key)'
                                        THEN split_part(u.o, '=', 1) ELSE u.o END ORDER BY u.o COLLATE "C"))
          FROM (SELECT unnest(ft.ftoptions) AS o FROM pg_foreign_table ft WHERE ft.ftrelid = c.oid) u) END
         AS foreign_options,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN c.relowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(c.relowner)::text END AS owner,
       -- The owner has all of them by default; an entry of its own says that some are missing.
       CASE WHEN c.relacl IS NOT NULL THEN
         privileges_owner(c.relacl, c.relowner, (SELECT count(*) FROM aclexplode(acldefault('r', 10))))
       END AS privileges,
       cm.description AS comment
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_am am ON am.oid = c.relam
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid AND t.reloptions IS NOT NULL
LEFT JOIN (SELECT i.inhrelid,
                  array_agg(quoted(pn.nspname)
                            || '.' || quoted(p.relname)
                            ORDER BY i.inhseqno) AS parents
           FROM pg_inherits i
           JOIN pg_class p ON p.oid = i.inhparent AND p.relkind IN ('r', 'p', 'f')
           JOIN pg_namespace pn ON pn.oid = p.relnamespace
           WHERE true
             -- only: i.inhrelid
           GROUP BY i.inhrelid) h ON h.inhrelid = c.oid
LEFT JOIN (SELECT i.indrelid, ic.relname
           FROM pg_index i
           JOIN pg_class ic ON ic.oid = i.indexrelid
           WHERE i.indisreplident
             -- only: i.indrelid
          ) ri ON ri.indrelid = c.oid AND c.relreplident = 'i'
LEFT JOIN (SELECT i.indrelid, ic.relname
           FROM pg_index i
           JOIN pg_class ic ON ic.oid = i.indexrelid
           WHERE i.indisclustered
             -- only: i.indrelid
          ) cl ON cl.indrelid = c.oid
LEFT JOIN pg_description cm
  ON cm.objoid = c.oid AND cm.classoid = 'pg_class'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE c.relkind IN ('r', 'p', 'f')
  -- only: c.oid
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  -- reads only
  AND c.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_class'::regclass);
