-- Columns that may be NULL, and yet cannot: a generated column is NOT NULL, and NULL as soon as one of them is, because its
-- expression has nothing but operators and functions that make NULL of NULL. One row for each pair; columns as
-- unfinished.c has them. $1 is an array of the schemas that the platform creates.
SELECT format('%s.%s %s', g.attrelid, g.attnum, b.attnum) AS key,
       '' AS convention,
       false AS good,
       format('column "%s" of table "%s" may be NULL, and no row can have NULL there: "%s", which is NOT NULL, is generated from it '
              'and becomes NULL with it', b.attname, format('%I.%I', n.nspname, t.relname), g.attname) AS finding,
       format('GENERATED ALWAYS AS (... coalesce(%I, ...) ...) for %I, or leave out its NOT NULL; or ALTER TABLE %I.%I ALTER COLUMN '
              '%I SET NOT NULL if that is what you want', b.attname, g.attname, n.nspname, t.relname, b.attname) AS hint,
       g.attname AS part,
       t.relname AS relation
FROM pg_catalog.pg_attribute g
JOIN pg_catalog.pg_class t ON t.oid = g.attrelid AND t.relkind IN ('r', 'p') AND NOT t.relispartition
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
JOIN pg_catalog.pg_attrdef d ON d.adrelid = g.attrelid AND d.adnum = g.attnum
JOIN pg_catalog.pg_attribute b ON b.attrelid = g.attrelid AND b.attnum > 0 AND b.attnum <> g.attnum AND NOT b.attisdropped
CROSS JOIN LATERAL (SELECT pg_catalog.regexp_replace(pg_catalog.pg_get_expr(d.adbin, d.adrelid), 'coalesce\([^()]*\)', '', 'gi')
                    AS rest) e
JOIN pg_catalog.pg_type y ON y.oid = b.atttypid
WHERE g.attgenerated <> ''
  AND g.attnotnull
  AND NOT b.attnotnull
  AND NOT y.typnotnull
  -- "||" of arrays and of JSON documents made for it is something else.
  AND y.typcategory <> 'A'
  AND EXISTS (SELECT FROM pg_catalog.pg_depend p
              WHERE (p.classid, p.objid, p.objsubid) IN (('pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid, 0),
                                                         ('pg_catalog.pg_class'::pg_catalog.regclass, g.attrelid, g.attnum))
                AND p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                AND p.refobjid = g.attrelid
                AND p.refobjsubid = b.attnum)
  -- Outside of coalesce(), and of whatever else may make something of NULL.
  AND e.rest ~ ('(^|[^A-Za-z0-9_"])' || pg_catalog.regexp_replace(pg_catalog.quote_ident(b.attname), '([^A-Za-z0-9_])', '\\\1', 'g')
                || '($|[^A-Za-z0-9_"])')
  AND e.rest !~* '\y(coalesce|case|concat|concat_ws|format|greatest|least|num_nulls|num_nonnulls|is|or|and|array|row|quote_nullable|[a-z_]*json[a-z_]*)\y'
  -- Functions of your own may do that, too.
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend p
                  WHERE p.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
                    AND p.objid = d.oid
                    AND p.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                  WHERE k.contype = 'c' AND k.conrelid = g.attrelid AND b.attnum = ANY (k.conkey)
                    AND pg_catalog.pg_get_constraintdef(k.oid) ~* 'null')
  AND n.nspname <> ALL ($1::pg_catalog.text[])
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
                  WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = t.oid AND x.deptype = 'e')
ORDER BY n.nspname, t.relname, g.attnum, b.attnum;
