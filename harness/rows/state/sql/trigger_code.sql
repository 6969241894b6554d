-- Whether an UPDATE could write something by a trigger, or by what comes with it. $1 is a JSON list of what: [schema,
-- table, column], or [schema, table] for rows that are added. One truth for each, in this order.
--
-- Code that writes a column names it, so that its name is looked for in the texts of all functions: too much may be
-- found, never too little. Code that need not name it (dynamic SQL, another language, a whole row that is assigned, a
-- rule, a view that gives columns other names) could write everything.
WITH wanted AS MATERIALIZED (
  SELECT e.n, e.v, c.oid, c.relispartition, a.attnum, a.attgenerated, pg_catalog.lower(coalesce(e.v ->> 2, e.v ->> 1)) AS word
  FROM pg_catalog.jsonb_array_elements($1::pg_catalog.jsonb) WITH ORDINALITY e(v, n)
  LEFT JOIN pg_catalog.pg_namespace s ON s.nspname = e.v ->> 0
  LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid AND c.relname = e.v ->> 1
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = e.v ->> 2 AND a.attnum > 0
),
code AS MATERIALIZED (
  SELECT pg_catalog.lower(p.prosrc) AS text, p.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype AS of_trigger,
         l.lanname NOT IN ('sql', 'plpgsql', 'c', 'internal') OR coalesce(pg_catalog.to_jsonb(p) ->> 'prosqlbody', '') <> '' AS unknown
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace AND n.nspname !~ '^pg_temp_'
  WHERE p.oid >= 16384
    AND (EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgfoid = p.oid)
         OR NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                        AND d.objid = p.oid AND d.deptype = 'e'))
),
nameless AS MATERIALIZED (
  SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
                 JOIN pg_catalog.pg_language l ON l.oid = p.prolang
                 WHERE NOT t.tgisinternal AND l.lanname <> 'plpgsql')
    OR EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.oid >= 16384 AND r.rulename <> '_RETURN')
    OR EXISTS (SELECT FROM code c WHERE c.unknown OR c.text ~ '\mexecute\M|u&"')
    -- What is left of NEW without a column, and of RETURN, once reading and the usual ends are taken out.
    OR EXISTS (SELECT FROM code c WHERE c.of_trigger AND pg_catalog.regexp_replace(c.text,
                 '\mreturn\s+(new|old|null|coalesce\s*\(\s*(new|old)\s*,\s*(new|old)\s*\))\s*;'
                 '|\m(to_jsonb?|row_to_json)\s*\(\s*new\s*\)|\mnew\s+is\M', '', 'g') ~ '\mreturn\M|\mnew\M(?!\s*\.)')
    OR EXISTS (SELECT FROM pg_catalog.pg_class v JOIN code c ON pg_catalog.strpos(c.text, pg_catalog.lower(v.relname)) > 0
               WHERE v.relkind = 'v' AND v.oid >= 16384) AS it
)
SELECT n.it OR w.word ~ '["\\]' OR coalesce(w.attgenerated <> '', false)
       OR w.attnum IS NULL AND coalesce(w.relispartition, true)
       OR EXISTS (SELECT FROM code c WHERE pg_catalog.strpos(c.text, w.word) > 0)
       OR EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = w.oid AND k.contype = 'f'
                  AND w.attnum = ANY (k.conkey) AND (k.confupdtype NOT IN ('a', 'r') OR k.confdeltype NOT IN ('a', 'r')))
FROM wanted w CROSS JOIN nameless n
ORDER BY w.n;
