-- Objects that belong to the database but to no schema, so that they outlive a reset. Objects of initdb have OIDs below
-- 16384.
SELECT kind || ' ' || quote_ident(name) AS description
FROM (SELECT 'pg_event_trigger'::regclass, oid, 'event trigger', evtname::text FROM pg_event_trigger
      UNION ALL
      SELECT 'pg_publication'::regclass, oid, 'publication', pubname::text FROM pg_publication
      UNION ALL
      SELECT 'pg_foreign_server'::regclass, oid, 'foreign server', srvname::text FROM pg_foreign_server
      UNION ALL
      SELECT 'pg_foreign_data_wrapper'::regclass, oid, 'foreign-data wrapper', fdwname::text FROM pg_foreign_data_wrapper
      UNION ALL
      SELECT 'pg_language'::regclass, oid, 'language', lanname::text FROM pg_language
      UNION ALL
      SELECT 'pg_am'::regclass, oid, 'access method', amname::text FROM pg_am) o(class, oid, kind, name)
WHERE oid >= 16384
  AND NOT EXISTS (SELECT
                  FROM pg_depend d
                  WHERE (d.classid, d.objid, d.deptype, d.refclassid) = (o.class, o.oid, 'e', 'pg_extension'::regclass))
UNION ALL
SELECT 'cast (' || format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL) || ')'
FROM pg_cast c
WHERE c.oid >= 16384
  AND NOT EXISTS (SELECT
                  FROM pg_depend d
                  WHERE (d.classid, d.objid, d.deptype) = ('pg_cast'::regclass, c.oid, 'e'))
UNION ALL
SELECT DISTINCT 'default privileges of the role ' || quote_ident(pg_get_userbyid(a.defaclrole))
FROM pg_default_acl a
WHERE a.defaclnamespace = 0
UNION ALL
SELECT 'setting ' || split_part(s.setting, '=', 1)
       || CASE WHEN r.setrole <> 0 THEN ' of the role ' || quote_ident(pg_get_userbyid(r.setrole)) ELSE '' END
FROM pg_db_role_setting r, unnest(r.setconfig) s(setting)
WHERE r.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND s.setting NOT LIKE 'pgassay.%'
UNION ALL
SELECT count(*) || CASE count(*) WHEN 1 THEN ' large object' ELSE ' large objects' END
FROM pg_largeobject_metadata
HAVING count(*) > 0
ORDER BY 1;
