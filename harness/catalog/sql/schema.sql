-- include: acl_entry, acl_rows
SELECT -- unit: n.oid
       n.nspname AS name,
       -- Objects belong to the owner of the database by default; only other owners are reported. "public" belongs to the
       -- database owner since 15, and before that to the role that ran initdb.
       CASE WHEN n.nspowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
             AND (n.nspname <> 'public'
                  OR (n.nspowner <> 10 AND pg_get_userbyid(n.nspowner) <> 'pg_database_owner'))
            THEN pg_get_userbyid(n.nspowner)::text END AS owner,
       -- The owner has both of them by default, and on "public" everybody what initdb grants.
       CASE WHEN n.nspacl IS NOT NULL OR n.nspname = 'public' THEN
         (SELECT to_json(NULLIF(array_agg(g.entry ORDER BY g.entry COLLATE "C"),
                                CASE WHEN n.nspname <> 'public' THEN NULL
                                     WHEN current_setting('server_version_num')::integer < 150000
                                     THEN '{public=create+usage}'::text[]
                                     ELSE '{public=usage}' END))
          FROM (SELECT acl_entry(x) AS entry
                FROM (acl_rows(coalesce(n.nspacl, acldefault('n', n.nspowner)))
                      UNION ALL
                      SELECT n.nspowner, NULL, NULL
                      UNION ALL
                      SELECT 0, NULL, NULL WHERE n.nspname = 'public') x
                GROUP BY x.grantee
                HAVING x.grantee <> n.nspowner OR count(DISTINCT x.privilege_type) < 2) g) END AS privileges,
       -- The comment of initdb on "public" was written by nobody.
       CASE WHEN n.nspname <> 'public' OR cm.description <> 'standard public schema' THEN cm.description END AS comment
FROM pg_namespace n
LEFT JOIN pg_description cm
  ON cm.objoid = n.oid AND cm.classoid = 'pg_namespace'::regclass AND cm.objsubid = 0
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND n.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_namespace'::regclass);
