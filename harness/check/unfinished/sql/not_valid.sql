-- Constraints that are NOT VALID: new rows are checked, those that were there are not, until a statement validates them.
-- Columns as unfinished.c has them. $1 is an array of the schemas that the platform creates.
SELECT k.oid::pg_catalog.text AS key,
       '' AS convention,
       false AS good,
       format('%s "%s" of table "%s" is NOT VALID, and no migration validates it: rows that were there before may break it',
              CASE k.contype WHEN 'f' THEN 'foreign key' WHEN 'c' THEN 'check' ELSE 'constraint' END, k.conname,
              format('%I.%I', n.nspname, t.relname)) AS finding,
       format('ALTER TABLE %I.%I VALIDATE CONSTRAINT %I', n.nspname, t.relname, k.conname) AS hint,
       k.conname AS part,
       t.relname AS relation
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class t ON t.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
WHERE NOT k.convalidated
  -- NOT ENFORCED, from PostgreSQL 18 on, is never valid, and means it.
  AND coalesce(pg_catalog.to_jsonb(k) ->> 'conenforced', 'true') = 'true'
  AND k.conparentid = 0
  AND k.coninhcount = 0
  AND n.nspname <> ALL ($1::pg_catalog.text[])
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
                  WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = t.oid AND x.deptype = 'e')
ORDER BY n.nspname, t.relname, k.conname;
