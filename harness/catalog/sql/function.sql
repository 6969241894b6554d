-- include: privileges_public
SELECT -- unit: p.oid
       n.nspname AS schema,
       p.proname || '(' || oidvectortypes(p.proargtypes) || ')' AS name,
       CASE p.prokind WHEN 'f' THEN 'function' WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'window' END
         AS kind,
       -- Since 14 those of procedures say IN.
       CASE WHEN p.prokind = 'p' THEN regexp_replace(pg_get_function_arguments(p.oid), '(^|, )IN ', '\1', 'g')
            ELSE pg_get_function_arguments(p.oid) END AS arguments,
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
       CASE WHEN p.prosupport <> 0 THEN p.prosupport::text END AS support,
       CASE WHEN p.protrftypes IS NOT NULL THEN
         (SELECT to_json(array_agg(format_type(u, NULL))) FROM unnest(p.protrftypes) u) END AS transform_types,
       p.probin AS library,
       g.aggregate_kind,
       g.state_function,
       g.state_type,
       g.state_space,
       g.final_function,
       g.final_extra,
       g.final_modify,
       g.combine_function,
       g.serial_function,
       g.deserial_function,
       g.initial_value,
       g.moving_state_function,
       g.moving_inverse_function,
       g.moving_state_type,
       g.moving_state_space,
       g.moving_final_function,
       g.moving_final_extra,
       g.moving_final_modify,
       g.moving_initial_value,
       g.sort_operator,
       -- The text of an SQL-standard body is in no column; since it stands last in the definition and
       -- starts a line, it is cut out there. This needs no pg_get_function_sqlbody, which 13 lacks.
       CASE WHEN p.prokind = 'a' THEN NULL
            WHEN p.prosrc = '' AND l.lanname = 'sql'
            THEN coalesce(rtrim(substring(pg_get_functiondef(p.oid)
                                          FROM '\n((?:BEGIN ATOMIC|RETURN ).*)$'), chr(10)), '')
            ELSE p.prosrc END AS body,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN p.proowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(p.proowner)::text END AS owner,
       -- The owner and everybody have it by default; an empty entry says that it is missing.
       CASE WHEN p.proacl IS NOT NULL THEN
         privileges_public(p.proacl, p.proowner, '{public=execute}') END AS privileges,
       cm.description AS comment
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang
LEFT JOIN (SELECT a.aggfnoid::oid AS oid,
                  CASE a.aggkind WHEN 'o' THEN 'ordered set' WHEN 'h' THEN 'hypothetical set' END AS aggregate_kind,
                  a.aggtransfn::text AS state_function,
                  format_type(a.aggtranstype, NULL) AS state_type,
                  NULLIF(a.aggtransspace, 0) AS state_space,
                  CASE WHEN a.aggfinalfn <> 0 THEN a.aggfinalfn::text END AS final_function,
                  NULLIF(a.aggfinalextra, false) AS final_extra,
                  -- The default depends on the kind of the aggregate.
                  CASE WHEN a.aggfinalfn <> 0 AND a.aggfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN
                    CASE a.aggfinalmodify WHEN 'r' THEN 'read only' WHEN 's' THEN 'shareable' ELSE 'read write' END
                  END AS final_modify,
                  CASE WHEN a.aggcombinefn <> 0 THEN a.aggcombinefn::text END AS combine_function,
                  CASE WHEN a.aggserialfn <> 0 THEN a.aggserialfn::text END AS serial_function,
                  CASE WHEN a.aggdeserialfn <> 0 THEN a.aggdeserialfn::text END AS deserial_function,
                  a.agginitval AS initial_value,
                  CASE WHEN a.aggmtransfn <> 0 THEN a.aggmtransfn::text END AS moving_state_function,
                  CASE WHEN a.aggminvtransfn <> 0 THEN a.aggminvtransfn::text END AS moving_inverse_function,
                  CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, NULL) END AS moving_state_type,
                  NULLIF(a.aggmtransspace, 0) AS moving_state_space,
                  CASE WHEN a.aggmfinalfn <> 0 THEN a.aggmfinalfn::text END AS moving_final_function,
                  NULLIF(a.aggmfinalextra, false) AS moving_final_extra,
                  CASE WHEN a.aggmfinalfn <> 0
                        AND a.aggmfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN
                    CASE a.aggmfinalmodify WHEN 'r' THEN 'read only' WHEN 's' THEN 'shareable' ELSE 'read write' END
                  END AS moving_final_modify,
                  a.aggminitval AS moving_initial_value,
                  CASE WHEN a.aggsortop <> 0 THEN a.aggsortop::regoperator::text END AS sort_operator
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
