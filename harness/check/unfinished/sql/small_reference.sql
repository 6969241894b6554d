-- Columns of foreign keys with the column that they point to, where both are whole numbers: `good` where the first has room
-- for all that the second can be. Each is a CONVENTION of its own, so that only one that was good is ever open. Columns as
-- unfinished.c has them. $1 is an array of the schemas that the platform creates.
SELECT pg_catalog.concat_ws(' ', a.attrelid, a.attnum, b.attrelid, b.attnum) AS key,
       pg_catalog.concat_ws(' ', a.attrelid, a.attnum, b.attrelid, b.attnum) AS convention,
       bool_and(a.attlen >= b.attlen) AS good,
       -- Most are good, and formatting is what costs.
       CASE WHEN NOT bool_and(a.attlen >= b.attlen)
            THEN format('column "%s" of table "%s" is still %s, and points to "%s" of "%s", which is %s now: rows with larger '
                        'numbers there cannot be pointed to', a.attname, format('%I.%I', n.nspname, t.relname),
                        pg_catalog.format_type(a.atttypid, NULL), b.attname, format('%I.%I', m.nspname, r.relname),
                        pg_catalog.format_type(b.atttypid, NULL)) END AS finding,
       CASE WHEN NOT bool_and(a.attlen >= b.attlen)
            THEN format('ALTER TABLE %I.%I ALTER COLUMN %I TYPE %s', n.nspname, t.relname, a.attname,
                        pg_catalog.format_type(b.atttypid, NULL)) END AS hint,
       b.attname AS part,
       r.relname AS relation
FROM pg_catalog.pg_constraint k
CROSS JOIN LATERAL pg_catalog.generate_subscripts(k.conkey, 1) AS i
JOIN pg_catalog.pg_class t ON t.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
JOIN pg_catalog.pg_namespace m ON m.oid = r.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[i]
JOIN pg_catalog.pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[i]
WHERE k.contype = 'f'
  AND k.conparentid = 0
  AND a.atttypid IN ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype)
  AND b.atttypid IN ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype)
  AND n.nspname <> ALL ($1::pg_catalog.text[])
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
                  WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = t.oid AND x.deptype = 'e')
GROUP BY a.attrelid, a.attnum, a.attname, a.atttypid, b.attrelid, b.attnum, b.attname, b.atttypid, n.nspname, t.relname,
         m.nspname, r.relname
ORDER BY n.nspname, t.relname, a.attnum, m.nspname, r.relname, b.attnum;
