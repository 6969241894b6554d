-- Functions by name, each as in mark.sql.
SELECT proname, pg_catalog.concat(pg_catalog.count(*), ' ', pg_catalog.age('3'::xid) - pg_catalog.min(pg_catalog.age(xmin)))
FROM pg_catalog.pg_proc
WHERE oid >= 16384 AND prorettype NOT IN ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype)
GROUP BY proname;
