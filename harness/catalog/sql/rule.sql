SELECT -- unit: c.oid
       n.nspname AS schema,
       c.relname AS relation,
       r.rulename AS name,
       CASE r.ev_type WHEN '1' THEN 'select' WHEN '2' THEN 'update' WHEN '3' THEN 'insert' ELSE 'delete' END AS event,
       r.is_instead AS instead,
       CASE r.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'origin' END
         AS enabled,
       -- The text of a rule consists of its head, with the attributes above, an optional condition, and its actions.
       CASE WHEN r.rest ~ '^\s*WHERE ' THEN btrim(split_part(r.rest, r.split, 1), E' \n') END AS condition,
       btrim(substr(r.rest, strpos(r.rest, r.split) + length(r.split)), E' ;\n') AS actions,
       cm.description AS comment
FROM (SELECT w.oid, w.rulename, w.ev_class, w.ev_type, w.ev_enabled, w.is_instead,
             CASE WHEN w.is_instead THEN ' DO INSTEAD ' ELSE ' DO ' END AS split,
             substr(pg_get_ruledef(w.oid),
                    length('CREATE RULE ' || quote_ident(w.rulename) || E' AS\n    ON '
                           || CASE w.ev_type WHEN '1' THEN 'SELECT' ELSE 'UPDATE' END
                           || ' TO ' || w.ev_class::regclass) + 1) AS rest
      FROM pg_rewrite w
      -- The query of a view is a rule, too.
      WHERE w.rulename <> '_RETURN'
        AND w.oid >= 16384
        -- only: w.ev_class
     ) r
JOIN pg_class c ON c.oid = r.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_description cm
  ON cm.objoid = r.oid AND cm.classoid = 'pg_rewrite'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  -- only: c.oid
  -- reads only
  AND c.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_class'::regclass);
