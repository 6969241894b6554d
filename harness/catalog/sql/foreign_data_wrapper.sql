-- include: privileges_owner
SELECT -- unit: w.oid
       w.fdwname AS name,
       CASE WHEN w.fdwhandler <> 0 THEN w.fdwhandler::regproc::text END AS handler,
       CASE WHEN w.fdwvalidator <> 0 THEN w.fdwvalidator::regproc::text END AS validator,
       -- Of an option that may be a secret, only the name is shown.
       CASE WHEN w.fdwoptions IS NOT NULL THEN
         (SELECT to_json(array_agg(CASE WHEN o ~* '^[^=]*(pass|secret|token|credential|key)'
                                        THEN split_part(o, '=', 1) ELSE o END ORDER BY o COLLATE "C"))
          FROM unnest(w.fdwoptions) o) END AS options,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN w.fdwowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(w.fdwowner)::text END AS owner,
       -- The owner has it by default; an entry of its own says that it is missing.
       CASE WHEN w.fdwacl IS NOT NULL THEN
         privileges_owner(w.fdwacl, w.fdwowner, 1) END AS privileges,
       cm.description AS comment
FROM pg_foreign_data_wrapper w
LEFT JOIN pg_description cm
  ON cm.objoid = w.oid AND cm.classoid = 'pg_foreign_data_wrapper'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE w.oid >= 16384
  AND w.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_foreign_data_wrapper'::regclass);
