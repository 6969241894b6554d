SELECT -- unit: e.oid
       e.evtname AS name,
       e.evtevent::text AS event,
       (SELECT to_json(array_agg(t ORDER BY t COLLATE "C")) FROM unnest(e.evttags) t) AS tags,
       e.evtfoid::regproc::text AS function,
       CASE e.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'origin' END
         AS enabled,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN e.evtowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(e.evtowner)::text END AS owner,
       cm.description AS comment
FROM pg_event_trigger e
LEFT JOIN pg_description cm
  ON cm.objoid = e.oid AND cm.classoid = 'pg_event_trigger'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE e.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_event_trigger'::regclass);
