-- Checks that let every value pass: "x IN (..., NULL)" is never false, and a check refuses only what is false. One row for each;
-- columns as unfinished.c has them. $1 is an array of the schemas that the platform creates.
SELECT k.oid::pg_catalog.text AS key,
       '' AS convention,
       false AS good,
       format('check "%s" of %s refuses nothing: its list of values has NULL in it, and x IN (..., NULL) is true or NULL, never false',
              k.conname, CASE WHEN k.conrelid <> 0
                              THEN format('table "%s"', format('%I.%I', n.nspname, t.relname))
                              ELSE format('domain "%s"', format('%I.%I', n.nspname, y.typname)) END) AS finding,
       'a check lets NULL pass by itself: take NULL out of the list' AS hint,
       k.conname AS part,
       coalesce(t.relname, y.typname) AS relation
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
LEFT JOIN pg_catalog.pg_class t ON t.oid = k.conrelid
LEFT JOIN pg_catalog.pg_type y ON y.oid = k.contypid
WHERE k.contype = 'c'
  AND k.conparentid = 0
  AND k.coninhcount = 0
  -- Few are asked what costs more. Without the texts in quotes.
  AND k.oid >= 16384
  AND k.conbin::pg_catalog.text LIKE '%SCALARARRAYOP%:constisnull true%'
  AND pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), '''([^'']|'''')*''', '''''', 'g')
      ~ '= ANY \(+ARRAY\[([^]]*, )?NULL(::|,|\])'
  AND n.nspname <> ALL ($1::pg_catalog.text[])
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
                  WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = k.conrelid AND x.deptype = 'e')
ORDER BY n.nspname, t.relname, y.typname, k.conname;
