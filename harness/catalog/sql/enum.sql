-- include: privileges_public
SELECT -- unit: t.oid
       n.nspname AS schema,
       t.typname AS name,
       to_json(coalesce(l.labels, '{}')) AS labels,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN t.typowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(t.typowner)::text END AS owner,
       -- The owner and everybody have it by default; an empty entry says that it is missing.
       CASE WHEN t.typacl IS NOT NULL THEN
         privileges_public(t.typacl, t.typowner, '{public=usage}') END AS privileges,
       cm.description AS comment
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN (SELECT e.enumtypid, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) AS labels
           FROM pg_enum e
           WHERE true
             -- only: e.enumtypid
           GROUP BY e.enumtypid) l ON l.enumtypid = t.oid
LEFT JOIN pg_description cm
  ON cm.objoid = t.oid AND cm.classoid = 'pg_type'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE t.typtype = 'e'
  -- only: t.oid
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND t.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_type'::regclass);
