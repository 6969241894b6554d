-- The errors that plpgsql_check finds in PL/pgSQL functions, and in trigger functions for each of their tables: one row
-- for each error, or one without. The setting pgassay.words is a JSON object of lists: functions that have one of
-- "words" in their name or text, "functions" as [schema, name], and the trigger functions of "relations".
-- The extension's function is in the session's own schema.
WITH chosen AS MATERIALIZED (
  SELECT p.oid, p.prosrc, t.tgrelid, t.tgoldtable, t.tgnewtable
  FROM (SELECT pg_catalog.current_setting('pgassay.words')::jsonb AS input) i
  -- Those of the server are many.
  CROSS JOIN (SELECT * FROM pg_catalog.pg_proc WHERE oid >= 16384 OFFSET 0) p
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang AND l.lanname = 'plpgsql'
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  LEFT JOIN (SELECT DISTINCT g.tgfoid, g.tgrelid, g.tgoldtable, g.tgnewtable, pg_catalog.jsonb_build_array(gn.nspname, gc.relname) AS pair
             FROM pg_catalog.pg_trigger g
             JOIN pg_catalog.pg_class gc ON gc.oid = g.tgrelid
             JOIN pg_catalog.pg_namespace gn ON gn.oid = gc.relnamespace
             WHERE NOT g.tgisinternal) t ON t.tgfoid = p.oid
  WHERE n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND (t.tgrelid IS NOT NULL OR p.prorettype <> 'pg_catalog.trigger'::regtype)
    -- Polymorphic functions have no types before a call, so they cannot be checked.
    AND NOT EXISTS (SELECT FROM pg_catalog.unnest(p.proargtypes::oid[] || p.prorettype) a
                    JOIN pg_catalog.pg_type y ON y.oid = a WHERE y.typtype = 'p' AND y.typname LIKE 'any%')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
    AND (i.input -> 'functions' @> pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_array(n.nspname, p.proname))
         OR i.input -> 'relations' @> pg_catalog.jsonb_build_array(t.pair)
         OR EXISTS (SELECT FROM pg_catalog.jsonb_array_elements_text(i.input -> 'words') w
                    WHERE p.proname = w OR pg_catalog.strpos(pg_catalog.lower(p.prosrc), pg_catalog.lower(w)) > 0))
)
SELECT c.oid::regprocedure::text AS function,
       r.lineno,
       r.sqlstate,
       r.message,
       r.statement,
       c.tgrelid::regclass::text AS relation
FROM chosen c
LEFT JOIN LATERAL (
  SELECT f.lineno, f.sqlstate, f.message, f.statement
  FROM pg_temp.plpgsql_check_function_tb(funcoid => c.oid, relid => coalesce(c.tgrelid, 0)::regclass,
                                 oldtable => c.tgoldtable, newtable => c.tgnewtable, other_warnings => false,
                                 performance_warnings => false, extra_warnings => false, fatal_errors => false) f
  -- A temporary table is made by the function itself.
  WHERE f.level = 'error'
    AND NOT (f.sqlstate = '42P01' AND c.prosrc ~* '\mtemp(orary)?\M')
) r ON true
ORDER BY 1, 2, 6;
