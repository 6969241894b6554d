-- include: quoted
SELECT -- unit: c.oid
       n.nspname AS schema,
       c.relname AS relation,
       t.tgname AS name,
       -- The bits of tgtype: catalog/pg_trigger.h.
       CASE WHEN t.tgtype & 64 <> 0 THEN 'instead of' WHEN t.tgtype & 2 <> 0 THEN 'before' ELSE 'after' END AS timing,
       to_json(array_remove(ARRAY[CASE WHEN t.tgtype & 4 <> 0 THEN 'insert' END,
                                  CASE WHEN t.tgtype & 16 <> 0 THEN 'update' END,
                                  CASE WHEN t.tgtype & 8 <> 0 THEN 'delete' END,
                                  CASE WHEN t.tgtype & 32 <> 0 THEN 'truncate' END], NULL)) AS events,
       CASE WHEN t.tgattr <> ''::int2vector THEN
         (SELECT to_json(array_agg(a.attname::text ORDER BY a.attnum))
          FROM pg_attribute a
          WHERE a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr)) END AS update_columns,
       CASE WHEN t.tgtype & 1 <> 0 THEN 'row' ELSE 'statement' END AS level,
       quoted(fn.nspname)
         || '.' || quoted(f.proname) AS function,
       -- tgargs is the arguments, each ended by a zero byte, in the server's encoding.
       CASE WHEN t.tgnargs > 0 THEN
         (SELECT to_json(array_agg(convert_from(decode(u.argument, 'escape'), getdatabaseencoding()) ORDER BY u.n))
          FROM unnest(string_to_array(replace(encode(t.tgargs, 'escape'), '\\', '\134'), '\000'))
               WITH ORDINALITY u(argument, n)
          WHERE u.n <= t.tgnargs) END AS arguments,
       -- The condition refers to two rows, OLD and NEW, which pg_get_expr does not support.
       CASE WHEN t.tgqual IS NOT NULL THEN
         substring(pg_get_triggerdef(t.oid) FROM ' WHEN \((.*)\) EXECUTE FUNCTION ') END AS when,
       CASE t.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'origin' END
         AS enabled,
       t.tgconstraint <> 0 AS constraint,
       t.tgdeferrable AS deferrable,
       t.tginitdeferred AS initially_deferred,
       t.tgoldtable AS old_table,
       t.tgnewtable AS new_table,
       cm.description AS comment
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_proc f ON f.oid = t.tgfoid
JOIN pg_namespace fn ON fn.oid = f.pronamespace
LEFT JOIN pg_description cm
  ON cm.objoid = t.oid AND cm.classoid = 'pg_trigger'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
-- Before 15, triggers that a partition gets from its parent count as internal. Triggers of foreign keys have a second
-- table.
WHERE (NOT t.tgisinternal OR (t.tgparentid <> 0 AND t.tgconstrrelid = 0))
  -- only: t.tgrelid
  -- only: c.oid
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  -- reads only
  AND c.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_class'::regclass);
