-- include: privileges_public
SELECT -- unit: l.oid
       l.lanname AS name,
       l.lanpltrusted AS trusted,
       CASE WHEN l.lanplcallfoid <> 0 THEN l.lanplcallfoid::regproc::text END AS handler,
       CASE WHEN l.laninline <> 0 THEN l.laninline::regproc::text END AS inline_handler,
       CASE WHEN l.lanvalidator <> 0 THEN l.lanvalidator::regproc::text END AS validator,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN l.lanowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(l.lanowner)::text END AS owner,
       -- The owner and everybody have it by default; an empty entry says that it is missing.
       CASE WHEN l.lanacl IS NOT NULL THEN
         privileges_public(l.lanacl, l.lanowner, '{public=usage}') END AS privileges,
       cm.description AS comment
FROM pg_language l
LEFT JOIN pg_description cm
  ON cm.objoid = l.oid AND cm.classoid = 'pg_language'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE l.oid >= 16384
  AND l.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_language'::regclass);
