-- How much of its numbers each sequence has given, in percent; of one that fills a column, also of the numbers that the column can hold: the
-- column that owns it (SERIAL, identity), or one whose default asks it.
SELECT s.object,
       CASE WHEN NOT s.visible THEN NULL
            WHEN s.last IS NULL THEN 0
            WHEN s.up THEN 100.0 * (s.last - s.lowest) / greatest(s.highest - s.lowest, 1)
            ELSE 100.0 * (s.highest - s.last) / greatest(s.highest - s.lowest, 1) END AS value,
       CASE WHEN s.visible THEN 'at ' || coalesce(s.last::text, 'its beginning') || ' of ' || CASE WHEN s.up THEN s.highest ELSE s.lowest END
                                || coalesce(', for ' || s.filled, '') END AS note
FROM (SELECT c.oid::regclass::text AS object,
             has_sequence_privilege(c.oid, 'USAGE, SELECT') AS visible,
             CASE WHEN has_sequence_privilege(c.oid, 'USAGE, SELECT') THEN pg_sequence_last_value(c.oid) END::numeric AS last,
             q.seqincrement > 0 AS up,
             greatest(q.seqmin, CASE a.atttypid WHEN 'smallint'::regtype THEN -32768 WHEN 'integer'::regtype THEN -2147483648 END)::numeric AS lowest,
             least(q.seqmax, CASE a.atttypid WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647 END)::numeric AS highest,
             a.attrelid::regclass::text || '.' || quote_ident(a.attname) AS filled
      FROM pg_sequence q
      JOIN pg_class c ON c.oid = q.seqrelid
      LEFT JOIN LATERAL (SELECT f.attrelid, f.attname, f.atttypid
                         FROM (SELECT d.refobjid, d.refobjsubid
                               FROM pg_depend d
                               WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
                                 AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
                               UNION
                               SELECT e.adrelid, e.adnum
                               FROM pg_depend d
                               JOIN pg_attrdef e ON e.oid = d.objid
                               WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid) o(relation, number)
                         JOIN pg_attribute f ON f.attrelid = o.relation AND f.attnum = o.number
                         ORDER BY array_position(ARRAY['smallint', 'integer']::regtype[], f.atttypid::regtype), f.attrelid, f.attnum
                         LIMIT 1) a ON true
      WHERE NOT q.seqcycle) s
ORDER BY 2 DESC NULLS FIRST;
