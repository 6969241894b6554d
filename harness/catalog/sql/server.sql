-- include: privileges_owner
SELECT -- unit: s.oid
       s.srvname AS name,
       w.fdwname AS wrapper,
       s.srvtype AS type,
       s.srvversion AS version,
       -- Of an option that may be a secret, only the name is shown.
       CASE WHEN s.srvoptions IS NOT NULL THEN
         (SELECT to_json(array_agg(CASE WHEN o ~* '^[^=]*(pass|secret|token|credential|key)'
                                        THEN split_part(o, '=', 1) ELSE o END ORDER BY o COLLATE "C"))
          FROM unnest(s.srvoptions) o) END AS options,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN s.srvowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(s.srvowner)::text END AS owner,
       -- The owner has it by default; an entry of its own says that it is missing.
       CASE WHEN s.srvacl IS NOT NULL THEN
         privileges_owner(s.srvacl, s.srvowner, 1) END AS privileges,
       cm.description AS comment
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
LEFT JOIN pg_description cm
  ON cm.objoid = s.oid AND cm.classoid = 'pg_foreign_server'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE s.oid >= 16384
  AND s.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_foreign_server'::regclass);
