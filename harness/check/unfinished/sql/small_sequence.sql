-- Sequences that end before their column does: what ALTER COLUMN ... TYPE bigint leaves, because it does not touch the
-- sequence of a serial column. One row for each; columns as unfinished.c has them. $1 is an array of the schemas
-- that the platform creates.
SELECT format('%s.%s %s', a.attrelid, a.attnum, s.seqrelid) AS key,
       '' AS convention,
       false AS good,
       format('sequence "%s" is %s: it gives out no number after %s, while column "%s" of table "%s" is %s; the next INSERT '
              'fails then', format('%I.%I', n.nspname, q.relname), pg_catalog.format_type(s.seqtypid, NULL), s.seqmax,
              a.attname, format('%I.%I', m.nspname, t.relname), pg_catalog.format_type(a.atttypid, NULL)) AS finding,
       format('ALTER SEQUENCE %I.%I AS %s', n.nspname, q.relname, pg_catalog.format_type(a.atttypid, NULL)) AS hint,
       a.attname AS part,
       t.relname AS relation
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class q ON q.oid = s.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid = q.relnamespace
JOIN pg_catalog.pg_depend e ON e.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.refobjid = s.seqrelid
                               AND e.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
JOIN pg_catalog.pg_attrdef d ON d.oid = e.objid
JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
JOIN pg_catalog.pg_class t ON t.oid = a.attrelid
JOIN pg_catalog.pg_namespace m ON m.oid = t.relnamespace
-- A sequence with a bound of its own is meant to end there, and one that cycles does not end.
WHERE (s.seqtypid, s.seqmax) IN (('int2'::pg_catalog.regtype, 32767), ('int4'::pg_catalog.regtype, 2147483647))
  AND a.atttypid IN ('int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype)
  AND (s.seqtypid, a.atttypid) <> ('int4'::pg_catalog.regtype, 'int4'::pg_catalog.regtype)
  AND s.seqincrement > 0
  AND NOT s.seqcycle
  AND pg_catalog.pg_get_expr(d.adbin, d.adrelid) ~ '^nextval\('
  AND NOT t.relispartition
  AND m.nspname <> ALL ($1::pg_catalog.text[])
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
                  WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = t.oid AND x.deptype = 'e')
ORDER BY t.relname, a.attnum, s.seqrelid;
