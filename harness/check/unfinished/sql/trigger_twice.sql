-- Triggers of tables: `good` where no other one of the table calls the same function with the same arguments, condition and
-- columns for a same event. The CONVENTION is what they share, so that one is open which came beside one that was alone: the
-- function then runs twice for each row. Columns as unfinished.c has them. $1 is an array of the schemas that the platform creates.
WITH own AS MATERIALIZED (
  SELECT t.oid, t.tgname, t.tgrelid, t.tgtype, t.tgfoid,
         pg_catalog.concat_ws(' ', t.tgrelid, t.tgfoid, (t.tgtype & 67)::int4, t.tgattr, pg_catalog.encode(t.tgargs, 'hex')) AS convention,
         -- Not its tree, which has the place in the text of the statement.
         CASE WHEN t.tgqual IS NULL THEN '' ELSE pg_catalog.substring(pg_catalog.pg_get_triggerdef(t.oid), ' WHEN (.*) EXECUTE ') END AS condition
  FROM (SELECT * FROM pg_catalog.pg_trigger WHERE NOT tgisinternal AND tgparentid = 0 AND tgenabled <> 'D' OFFSET 0) t
),
pairs AS MATERIALIZED (
  SELECT o.oid, pg_catalog.min(p.oid::pg_catalog.text::pg_catalog.int8)::pg_catalog.oid AS other
  FROM own o
  -- 28: INSERT, DELETE and UPDATE; 32: TRUNCATE.
  JOIN own p ON p.convention = o.convention AND p.condition = o.condition AND p.oid <> o.oid AND (p.tgtype & o.tgtype & 60) <> 0
  GROUP BY o.oid
)
SELECT o.oid::pg_catalog.text AS key,
       o.convention || o.condition AS convention,
       p.other IS NULL AS good,
       CASE WHEN p.other IS NOT NULL
            THEN format('triggers "%s" and "%s" of table "%s.%s" both call "%s" for %s: it runs twice', o.tgname, q.tgname,
                        n.nspname, t.relname, f.proname,
                        pg_catalog.concat_ws(' and ', CASE WHEN (o.tgtype & q.tgtype & 4) <> 0 THEN 'INSERT' END,
                                             CASE WHEN (o.tgtype & q.tgtype & 16) <> 0 THEN 'UPDATE' END,
                                             CASE WHEN (o.tgtype & q.tgtype & 8) <> 0 THEN 'DELETE' END,
                                             CASE WHEN (o.tgtype & q.tgtype & 32) <> 0 THEN 'TRUNCATE' END)) END AS finding,
       CASE WHEN p.other IS NOT NULL
            THEN format('make it on the table that it is for, or DROP TRIGGER %I ON %I.%I', q.tgname, n.nspname, t.relname) END AS hint,
       o.tgname AS part,
       t.relname AS relation
FROM own o
JOIN pg_catalog.pg_class t ON t.oid = o.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace AND n.nspname <> ALL ($1::pg_catalog.text[])
JOIN pg_catalog.pg_proc f ON f.oid = o.tgfoid
LEFT JOIN pairs p ON p.oid = o.oid
LEFT JOIN own q ON q.oid = p.other
ORDER BY n.nspname, t.relname, o.tgname, o.oid;
