-- The roles that own or may access something in this database, besides the migrating role; with one such object.
SELECT r.rolname,
       min(pg_describe_object(d.classid, d.objid, d.objsubid))
FROM pg_shdepend d
JOIN pg_database b ON b.datname = current_database()
JOIN pg_roles r ON r.oid = d.refobjid
WHERE d.refclassid = 'pg_authid'::regclass
  AND (d.dbid = b.oid OR (d.dbid = 0 AND d.classid = 'pg_database'::regclass AND d.objid = b.oid))
  AND r.rolname <> session_user
GROUP BY r.rolname
ORDER BY r.rolname COLLATE "C";
