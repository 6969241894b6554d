SELECT -- unit: l.oid
       l.lanname AS name,
       l.lanpltrusted AS trusted,
       CASE WHEN l.lanplcallfoid <> 0 THEN l.lanplcallfoid::regproc::text END AS handler,
       CASE WHEN l.laninline <> 0 THEN l.laninline::regproc::text END AS inline_handler,
       CASE WHEN l.lanvalidator <> 0 THEN l.lanvalidator::regproc::text END AS validator,
       -- Whoever owns the database owns what is in it; only others are told.
       CASE WHEN l.lanowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(l.lanowner)::text END AS owner,
       -- The owner and everybody have it by default; an empty entry says that it is missing.
       CASE WHEN l.lanacl IS NOT NULL THEN
         (SELECT to_json(NULLIF(array_agg(g.entry ORDER BY g.entry COLLATE "C"), '{public=usage}'))
          FROM (SELECT CASE x.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(x.grantee)::text END || '='
                       || coalesce(string_agg(DISTINCT lower(x.privilege_type)
                                                       || CASE WHEN x.is_grantable THEN '*' ELSE '' END, '+'),
                                   '') AS entry
                FROM (SELECT grantee, privilege_type COLLATE "C" AS privilege_type, is_grantable
                      FROM aclexplode(l.lanacl)
                      UNION ALL
                      SELECT l.lanowner, NULL, NULL
                      UNION ALL
                      SELECT 0, NULL, NULL) x
                GROUP BY x.grantee
                HAVING x.grantee <> l.lanowner OR count(DISTINCT x.privilege_type) < 1) g) END AS privileges,
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
