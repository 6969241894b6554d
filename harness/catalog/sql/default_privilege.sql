-- include: acl_entry, acl_rows
-- The privileges of objects that a role will create: "tables in kb", "functions of app". The owner of the database is not
-- named.
SELECT -- unit: f.oid
       CASE f.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
            WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE 'large objects' END
         || CASE WHEN f.defaclrole = (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database()) THEN ''
                 ELSE ' of ' || pg_get_userbyid(f.defaclrole) END
         || coalesce(' in ' || n.nspname, '') AS name,
       -- For all schemas they take the place of the built-in ones, of which those of the owner are left out; for one
       -- schema they are added to them.
       coalesce((SELECT to_json(array_agg(g.entry ORDER BY g.entry COLLATE "C"))
                 FROM (SELECT acl_entry(x) AS entry
                       FROM (acl_rows(f.defaclacl)
                             UNION ALL
                             SELECT f.defaclrole, NULL, NULL WHERE f.defaclnamespace = 0) x
                       GROUP BY x.grantee
                       HAVING f.defaclnamespace <> 0
                              OR x.grantee <> f.defaclrole
                              OR count(DISTINCT x.privilege_type)
                                 < (SELECT count(*)
                                    FROM aclexplode(acldefault(CASE f.defaclobjtype WHEN 'S' THEN 's'
                                                                    ELSE f.defaclobjtype END, f.defaclrole)) o
                                    WHERE o.grantee = f.defaclrole)) g),
                '[]') AS privileges
FROM pg_default_acl f
LEFT JOIN pg_namespace n ON n.oid = f.defaclnamespace;
