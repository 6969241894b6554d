SELECT -- unit: c.oid
       format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL) AS name,
       CASE c.castmethod WHEN 'f' THEN 'function' WHEN 'i' THEN 'inout' ELSE 'binary' END AS method,
       CASE WHEN c.castfunc <> 0 THEN c.castfunc::regprocedure::text END AS function,
       CASE c.castcontext WHEN 'e' THEN 'explicit' WHEN 'a' THEN 'assignment' ELSE 'implicit' END AS context,
       cm.description AS comment
FROM pg_cast c
LEFT JOIN pg_description cm
  ON cm.objoid = c.oid AND cm.classoid = 'pg_cast'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE c.oid >= 16384
  AND c.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_cast'::regclass)
  -- The cast of a range to its multirange comes with the type.
  AND NOT EXISTS (SELECT
                  FROM pg_depend i
                  WHERE i.classid = 'pg_cast'::regclass
                    AND i.objid = c.oid
                    AND i.deptype = 'i');
