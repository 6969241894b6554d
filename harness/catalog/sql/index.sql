-- include: quoted
SELECT -- unit: c.oid
       n.nspname AS schema,
       c.relname AS relation,
       ic.relname AS name,
       to_json(e.columns) AS columns,
       to_json(e.include) AS include,
       am.amname AS method,
       i.indisunique AS unique,
       i.indisvalid AS valid,
       pg_get_expr(i.indpred, i.indrelid) AS predicate,
       i.indnullsnotdistinct AS nulls_not_distinct,
       CASE WHEN ic.reloptions IS NOT NULL THEN
         (SELECT to_json(array_agg(o ORDER BY o COLLATE "C")) FROM unnest(ic.reloptions) o) END AS options,
       CASE WHEN ic.reltablespace <> 0
            THEN (SELECT ts.spcname FROM pg_tablespace ts WHERE ts.oid = ic.reltablespace) END AS tablespace,
       -- Only expressions can have a target of their own.
       CASE WHEN i.indexprs IS NOT NULL THEN
         (SELECT to_json(array_agg(xa.attnum || '=' || xa.attstattarget ORDER BY xa.attnum))
          FROM pg_attribute xa
          WHERE xa.attrelid = i.indexrelid AND xa.attstattarget >= 0) END AS statistics,
       CASE WHEN ic.relispartition THEN
         (SELECT (SELECT pc.relname FROM pg_class pc WHERE pc.oid = h.inhparent)
          FROM pg_inherits h
          WHERE h.inhrelid = i.indexrelid) END AS partition_of,
       cm.description AS comment
-- indnullsnotdistinct came with 15: an older server finds the name in "absent".
FROM (SELECT false AS indnullsnotdistinct) absent
CROSS JOIN LATERAL (SELECT indexrelid, indrelid, indisunique, indisvalid, indpred, indexprs,
                           indnullsnotdistinct
                    FROM pg_index
                    WHERE true
                      -- only: indrelid
                   ) i
JOIN pg_class ic ON ic.oid = i.indexrelid
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_am am ON am.oid = ic.relam
JOIN (SELECT k.indexrelid,
             array_agg(k.entry) FILTER (WHERE k.n <= k.indnkeyatts) AS columns,
             array_agg(k.attname) FILTER (WHERE k.n > k.indnkeyatts) AS include
      FROM (SELECT p.indexrelid,
                   p.n,
                   p.indnkeyatts,
                   a.attname::text AS attname,
                   -- An index definition puts one more pair of parentheses around all but calls.
                   CASE WHEN a.attname IS NULL
                          THEN regexp_replace(pg_get_indexdef(p.indexrelid, p.n, false), '^\((.*)\)$', '\1')
                        -- A name that could be taken for an expression stands in double quotes.
                        WHEN a.attname ~ '^[A-Za-z_][A-Za-z0-9_$]*$' THEN a.attname::text
                        ELSE '"' || replace(a.attname, '"', '""') || '"' END
                   || CASE WHEN l.oid IS NULL THEN ''
                           -- Whether the collation is the expression's own, only the whole definition shows.
                           WHEN a.attname IS NULL
                             AND strpos(pg_get_indexdef(p.indexrelid), pg_get_indexdef(p.indexrelid, p.n, false)
                                                                       || ' COLLATE ') = 0 THEN ''
                           ELSE ' COLLATE ' || l.qualified END
                   || CASE WHEN oc.oid IS NULL OR (oc.opcdefault AND oc.is_plain) THEN ''
                           WHEN oc.is_plain THEN ' ' || oc.qualified
                           ELSE (SELECT CASE WHEN oc.opcdefault AND o.options IS NULL THEN ''
                                             ELSE ' ' || oc.qualified || coalesce('(' || o.options || ')', '') END
                                 FROM (SELECT string_agg(u.option, ', ' ORDER BY u.option COLLATE "C") AS options
                                       FROM (SELECT unnest(ia.attoptions) AS option
                                             FROM pg_attribute ia
                                             WHERE ia.attrelid = p.indexrelid AND ia.attnum = p.n) u
                                       WHERE NOT starts_with(u.option, 'pg_attver=')) o) END
                   || CASE p.option & 3 WHEN 1 THEN ' DESC NULLS LAST'
                                        WHEN 2 THEN ' NULLS FIRST'
                                        WHEN 3 THEN ' DESC'
                                        ELSE '' END AS entry
            FROM (SELECT s.indexrelid,
                         s.indrelid,
                         s.indnkeyatts,
                         s.n,
                         s.indkey[s.n - 1] AS attnum,
                         s.indcollation[s.n - 1] AS collation,
                         s.indclass[s.n - 1] AS opclass,
                         s.indoption[s.n - 1] AS option
                  FROM (SELECT x.indexrelid, x.indrelid, x.indnkeyatts, x.indkey, x.indcollation, x.indclass,
                               x.indoption, generate_series(1, x.indnatts) AS n
                        FROM pg_index x
                        -- reads only
                        JOIN pg_class xc ON xc.oid = x.indrelid
                        JOIN pg_namespace xn ON xn.oid = xc.relnamespace
                        -- also updates
                        WHERE true
                          -- reads only
                          AND xn.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
                          -- also updates
                          AND x.indexrelid NOT IN (SELECT con.conindid
                                                   FROM pg_constraint con
                                                   WHERE con.contype IN ('p', 'u', 'x')
                                                     -- only: con.conrelid
                                                  )
                          -- only: x.indrelid
                       ) s) p
            LEFT JOIN pg_attribute a ON a.attrelid = p.indrelid AND a.attnum = p.attnum AND a.attnum > 0
            LEFT JOIN (SELECT t.oid,
                              t.opcdefault,
                              -- The server's own for btree (403) and hash (405) take no parameters.
                              t.opcmethod IN (403, 405) AND tn.nspname = 'pg_catalog' AS is_plain,
                              CASE WHEN tn.nspname = 'pg_catalog' THEN ''
                                   ELSE quoted(tn.nspname) || '.' END
                              || quoted(t.opcname) AS qualified
                       FROM pg_opclass t
                       JOIN pg_namespace tn ON tn.oid = t.opcnamespace) oc ON oc.oid = p.opclass
            LEFT JOIN (SELECT t.oid,
                              CASE WHEN tn.nspname = 'pg_catalog' THEN ''
                                   ELSE quoted(tn.nspname) || '.' END
                              || quoted(t.collname) AS qualified
                       FROM pg_collation t
                       JOIN pg_namespace tn ON tn.oid = t.collnamespace) l
              ON l.oid = p.collation AND p.collation <> coalesce(a.attcollation, 100)
            -- Sorted once here, which is cheaper than in each aggregate.
            ORDER BY p.indexrelid, p.n) k
      GROUP BY k.indexrelid) e ON e.indexrelid = i.indexrelid
LEFT JOIN pg_description cm
  ON cm.objoid = i.indexrelid AND cm.classoid = 'pg_class'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE n.nspname !~ '^pg_'
  -- only: c.oid
  AND n.nspname <> 'information_schema'
  -- reads only
  AND c.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_class'::regclass);
