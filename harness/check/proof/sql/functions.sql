-- What plpgsql_check says of the functions in PL/pgSQL that have one of the words (the setting pgassay.words, a JSON list)
-- in their name or text, and of trigger functions for each of their tables: one row for each error, or one without.
SELECT p.oid::regprocedure::text AS function,
       r.lineno,
       r.sqlstate,
       r.message,
       r.statement,
       t.tgrelid::regclass::text AS relation
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_language l ON l.oid = p.prolang AND l.lanname = 'plpgsql'
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
LEFT JOIN (SELECT DISTINCT tgfoid, tgrelid FROM pg_catalog.pg_trigger WHERE NOT tgisinternal) t ON t.tgfoid = p.oid
LEFT JOIN LATERAL (
  SELECT f.lineno, f.sqlstate, f.message, f.statement
  FROM plpgsql_check_function_tb(funcoid => p.oid, relid => coalesce(t.tgrelid, 0)::regclass, other_warnings => false,
                                 performance_warnings => false, extra_warnings => false, fatal_errors => false) f
  -- A temporary table is made by the function itself.
  WHERE f.level = 'error'
    AND NOT (f.sqlstate = '42P01' AND p.prosrc ~* '\mtemp(orary)?\M')
) r ON true
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND (t.tgrelid IS NOT NULL OR p.prorettype <> 'pg_catalog.trigger'::regtype)
  -- What has no types before it is called cannot be checked.
  AND NOT EXISTS (SELECT FROM pg_catalog.unnest(p.proargtypes::oid[] || p.prorettype) a
                  JOIN pg_catalog.pg_type y ON y.oid = a WHERE y.typtype = 'p' AND y.typname LIKE 'any%')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
  AND EXISTS (SELECT FROM pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('pgassay.words')::jsonb) w
              WHERE p.proname = w OR pg_catalog.strpos(pg_catalog.lower(p.prosrc), pg_catalog.lower(w)) > 0)
ORDER BY 1, 2, 6;
