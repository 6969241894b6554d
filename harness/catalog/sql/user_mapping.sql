-- The view, because only a superuser may read the catalog.
SELECT -- unit: u.umid
       CASE WHEN u.umuser = 0 THEN 'public' ELSE u.usename::text END || ' ON ' || u.srvname AS name,
       -- Most of them are secrets: only the name of the remote user is shown.
       CASE WHEN u.umoptions IS NOT NULL THEN
         (SELECT to_json(array_agg(CASE WHEN starts_with(o, 'user=') THEN o ELSE split_part(o, '=', 1) END
                                   ORDER BY o COLLATE "C"))
          FROM unnest(u.umoptions) o) END AS options
FROM pg_user_mappings u
WHERE u.umid >= 16384
  AND u.srvid NOT IN (SELECT d.objid
                      FROM pg_depend d
                      WHERE d.refclassid = 'pg_extension'::regclass
                        AND d.deptype = 'e'
                        AND d.classid = 'pg_foreign_server'::regclass);
