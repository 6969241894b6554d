-- Relations whose writes run code of the database's own, as the list of their OIDs in the setting pgassay.code; where the
-- setting pgassay.writes (sql/writes.sql) asks for them, else an empty one.
WITH RECURSIVE code(oid) AS (
  -- Relations whose writes run code of the database's own.
  SELECT t.tgrelid FROM pg_catalog.pg_trigger t WHERE NOT t.tgisinternal
  UNION SELECT w.ev_class FROM pg_catalog.pg_rewrite w WHERE w.rulename <> '_RETURN'
  UNION SELECT y.polrelid FROM pg_catalog.pg_policy y
  UNION SELECT d.adrelid FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_depend e
    ON e.classid = 'pg_catalog.pg_attrdef'::regclass AND e.objid = d.oid
    AND e.refclassid = 'pg_catalog.pg_proc'::regclass AND e.refobjid >= 16384
  UNION SELECT k.conrelid FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_depend e
    ON e.classid = 'pg_catalog.pg_constraint'::regclass AND e.objid = k.oid
    AND e.refclassid = 'pg_catalog.pg_proc'::regclass AND e.refobjid >= 16384
  UNION SELECT i.indrelid FROM pg_catalog.pg_index i JOIN pg_catalog.pg_depend e
    ON e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = i.indexrelid
    AND e.refclassid = 'pg_catalog.pg_proc'::regclass AND e.refobjid >= 16384
  UNION SELECT w.ev_class FROM pg_catalog.pg_rewrite w JOIN pg_catalog.pg_depend e
    ON e.classid = 'pg_catalog.pg_rewrite'::regclass AND e.objid = w.oid
    AND e.refclassid = 'pg_catalog.pg_proc'::regclass AND e.refobjid >= 16384
  UNION SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relkind = 'm'
  -- A row that goes takes rows of other tables with it.
  UNION SELECT k.confrelid FROM code JOIN pg_catalog.pg_constraint k
    ON k.conrelid = code.oid AND k.contype = 'f' AND (k.confdeltype NOT IN ('a', 'r') OR k.confupdtype NOT IN ('a', 'r'))
)
SELECT pg_catalog.set_config('pgassay.code', coalesce(pg_catalog.string_agg(code.oid::text, ','), ''), true)
FROM code
WHERE (pg_catalog.current_setting('pgassay.writes')::jsonb ->> 'code')::boolean;
