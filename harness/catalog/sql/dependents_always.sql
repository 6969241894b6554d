-- Objects that are always read again with the relations $1: how a view names the columns of a table depends on all of
-- that table's columns; and a sequence ("s") shows the names of its table and column.
SELECT CASE WHEN d.classid = 'pg_class'::regclass THEN 's' ELSE 'r' END AS kind,
       CASE WHEN d.classid = 'pg_class'::regclass THEN d.objid
            ELSE (SELECT r.ev_class FROM pg_rewrite r WHERE r.oid = d.objid) END AS oid,
       d.refobjid AS relation
FROM pg_depend d
WHERE d.refclassid = 'pg_class'::regclass
  AND d.refobjid = ANY ($1::oid[])
  AND (d.classid = 'pg_rewrite'::regclass
       OR (d.classid = 'pg_class'::regclass
           AND d.refobjsubid > 0
           AND (SELECT c.relkind FROM pg_class c WHERE c.oid = d.objid) = 'S'));
