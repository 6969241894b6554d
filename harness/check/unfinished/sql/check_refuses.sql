-- Values that one check of a column names, and an older one, whose list they are not on, refuses: what a DROP CONSTRAINT IF
-- EXISTS of another name leaves. One row for each pair of checks; columns as unfinished.c has them. $1 is an array of the
-- schemas that the platform creates.
WITH several AS MATERIALIZED (
  SELECT c.oid, c.conname, c.conrelid, c.conkey
  FROM (SELECT k.*, pg_catalog.count(*) OVER (PARTITION BY k.conrelid, k.conkey) AS n
        FROM pg_catalog.pg_constraint k
        WHERE k.contype = 'c'
          AND k.conrelid <> 0
          AND k.conparentid = 0
          AND k.coninhcount = 0
          AND pg_catalog.cardinality(k.conkey) = 1) c
  WHERE c.n > 1
),
lists AS (
  SELECT k.oid, k.conname, k.conrelid, k.conkey,
         ARRAY(SELECT m[1] FROM pg_catalog.regexp_matches(d.text, '''((?:[^'']|'''')*)''::', 'g') m) AS items
  FROM several k
  CROSS JOIN LATERAL pg_catalog.pg_get_constraintdef(k.oid) d(text)
  -- A list and nothing else.
  WHERE pg_catalog.regexp_replace(d.text, '''([^'']|'''')*''', '''''', 'g') ~ '^CHECK \(\([^=]* = ANY \(+ARRAY\[[^]]*\]\)*(::[a-z ]*\[\])?\)*$'
)
SELECT format('%s %s', o.oid, w.oid) AS key,
       '' AS convention,
       false AS good,
       format('check "%s" of table "%s" is still there, and refuses %s, which check "%s" names', o.conname,
              format('%I.%I', n.nspname, t.relname), v.missing, w.conname) AS finding,
       format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, t.relname,
              o.conname) AS hint,
       w.conname AS part,
       t.relname AS relation
FROM lists o
JOIN lists w ON w.conrelid = o.conrelid AND w.conkey = o.conkey AND w.oid > o.oid
JOIN pg_catalog.pg_class t ON t.oid = o.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.string_agg(format('''%s''', i), ', ') AS missing
                    FROM pg_catalog.unnest(w.items) i WHERE i <> ALL (o.items)) v
WHERE v.missing IS NOT NULL
  AND n.nspname <> ALL ($1::pg_catalog.text[])
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
                  WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = t.oid AND x.deptype = 'e')
ORDER BY n.nspname, t.relname, o.conname, w.conname;
