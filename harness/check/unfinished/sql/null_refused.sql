-- Foreign keys that set a column to NULL which is NOT NULL: PostgreSQL takes them, and refuses each DELETE (or UPDATE of the
-- key) of a row that is pointed to. One row for each column; columns as unfinished.c has them. $1 is an array of the
-- schemas that the platform creates.
WITH actions AS (
  SELECT k.oid, k.conrelid, k.confrelid, k.conname, k.conkey, 'deleted' AS event, 'ON DELETE' AS clause, k.confdeltype AS action,
         -- Since PostgreSQL 15 ON DELETE may name some of the columns.
         coalesce((SELECT pg_catalog.array_agg(c::pg_catalog.int2)
                   FROM pg_catalog.jsonb_array_elements_text(pg_catalog.to_jsonb(k) -> 'confdelsetcols') c
                   WHERE pg_catalog.jsonb_typeof(pg_catalog.to_jsonb(k) -> 'confdelsetcols') = 'array'), k.conkey) AS columns
  FROM pg_catalog.pg_constraint k
  WHERE k.contype = 'f' AND k.conparentid = 0 AND k.confdeltype IN ('n', 'd')
  UNION ALL
  SELECT k.oid, k.conrelid, k.confrelid, k.conname, k.conkey, 'given another key', 'ON UPDATE', k.confupdtype, k.conkey
  FROM pg_catalog.pg_constraint k
  WHERE k.contype = 'f' AND k.conparentid = 0 AND k.confupdtype IN ('n', 'd')
)
SELECT format('%s.%s %s %s', k.conrelid, a.attnum, k.conname, k.clause) AS key,
       '' AS convention,
       false AS good,
       format('foreign key "%s" sets column "%s" of table "%s" to NULL when a row of "%s" is %s, and the column is NOT NULL: that '
              'fails', k.conname, a.attname, format('%I.%I', n.nspname, t.relname), format('%I.%I', m.nspname, r.relname),
              k.event) AS finding,
       format('ALTER TABLE %I.%I ALTER COLUMN %I DROP NOT NULL, or another %s in the key', n.nspname, t.relname, a.attname,
              k.clause) AS hint,
       a.attname AS part,
       t.relname AS relation
FROM actions k
JOIN pg_catalog.pg_class t ON t.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
JOIN pg_catalog.pg_namespace m ON m.oid = r.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.columns)
WHERE a.attnotnull
  AND (k.action = 'n' OR NOT a.atthasdef)
  AND n.nspname <> ALL ($1::pg_catalog.text[])
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
                  WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = t.oid AND x.deptype = 'e')
ORDER BY n.nspname, t.relname, k.conname, a.attnum, k.clause;
