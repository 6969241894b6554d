SELECT -- unit: p.oid
       n.nspname AS schema,
       p.proname || '(' || oidvectortypes(p.proargtypes) || ')' AS name,
       CASE p.prokind WHEN 'f' THEN 'function' WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'window' END
         AS kind,
       pg_get_function_arguments(p.oid) AS arguments,
       pg_get_function_result(p.oid) AS returns,
       CASE WHEN p.prokind <> 'a' THEN l.lanname END AS language,
       CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END AS volatility,
       CASE WHEN p.prokind = 'a' THEN NULL WHEN p.prosecdef THEN 'definer' ELSE 'invoker' END AS security,
       CASE WHEN p.prokind IN ('f', 'w') THEN p.proisstrict END AS strict,
       CASE WHEN p.prokind IN ('f', 'w') THEN p.proleakproof END AS leakproof,
       CASE WHEN p.prokind = 'p' THEN NULL
            WHEN p.proparallel = 's' THEN 'safe'
            WHEN p.proparallel = 'r' THEN 'restricted'
            ELSE 'unsafe' END AS parallel,
       CASE WHEN p.prokind IN ('f', 'w') THEN p.procost END AS cost,
       NULLIF(p.prorows, 0) AS rows,
       CASE WHEN p.proconfig IS NOT NULL THEN
         (SELECT to_json(array_agg(s ORDER BY s COLLATE "C")) FROM unnest(p.proconfig) s) END AS settings,
       p.probin AS library,
       g.state_function,
       g.state_type,
       g.final_function,
       g.combine_function,
       g.initial_value,
       -- The text of an SQL-standard body is in no column; since it stands last in the definition and
       -- starts a line, it is cut out there. This needs no pg_get_function_sqlbody, which 13 lacks.
       CASE WHEN p.prokind = 'a' THEN NULL
            WHEN p.prosrc = '' AND l.lanname = 'sql'
            THEN coalesce(rtrim(substring(pg_get_functiondef(p.oid)
                                          FROM '\n((?:BEGIN ATOMIC|RETURN ).*)$'), chr(10)), '')
            ELSE p.prosrc END AS body,
       -- The owner and everybody have it by default; an empty entry says that it is missing.
       CASE WHEN p.proacl IS NOT NULL THEN
         (SELECT to_json(NULLIF(array_agg(g.entry ORDER BY g.entry COLLATE "C"), '{public=execute}'))
          FROM (SELECT CASE x.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(x.grantee)::text END || '='
                       || coalesce(string_agg(DISTINCT lower(x.privilege_type)
                                                       || CASE WHEN x.is_grantable THEN '*' ELSE '' END, '+'),
                                   '') AS entry
                FROM (SELECT grantee, privilege_type COLLATE "C" AS privilege_type, is_grantable
                      FROM aclexplode(p.proacl)
                      UNION ALL
                      SELECT p.proowner, NULL, NULL
                      UNION ALL
                      SELECT 0, NULL, NULL) x
                GROUP BY x.grantee
                HAVING x.grantee <> p.proowner OR count(DISTINCT x.privilege_type) < 1) g) END AS privileges,
       cm.description AS comment
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang
LEFT JOIN (SELECT a.aggfnoid::oid AS oid,
                  a.aggtransfn::text AS state_function,
                  format_type(a.aggtranstype, NULL) AS state_type,
                  CASE WHEN a.aggfinalfn <> 0 THEN a.aggfinalfn::text END AS final_function,
                  CASE WHEN a.aggcombinefn <> 0 THEN a.aggcombinefn::text END AS combine_function,
                  a.agginitval AS initial_value
           FROM pg_aggregate a
           WHERE true
             -- only: a.aggfnoid
          ) g ON g.oid = p.oid
LEFT JOIN pg_description cm
  ON cm.objoid = p.oid AND cm.classoid = 'pg_proc'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE n.nspname !~ '^pg_'
  -- only: p.oid
  AND n.nspname <> 'information_schema'
  AND p.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_proc'::regclass)
  -- The constructors that come with a range type.
  AND NOT EXISTS (SELECT
                  FROM pg_depend i
                  WHERE i.classid = 'pg_proc'::regclass
                    AND i.objid = p.oid
                    AND i.deptype = 'i');
