-- The tables whose policies have to be tested, once for each role that the policies apply to: those among $1 or, if $1
-- is empty, those that the policies name. The role is NULL if a policy applies to PUBLIC and no role is known.
SELECT DISTINCT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS table_name,
       quote_ident(n.nspname) AS schema_name,
       (SELECT quote_ident(a.attname)
        FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a'
        ORDER BY a.attnum
        LIMIT 1) AS column_name,
       r.rolname
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_policy y ON y.polrelid = c.oid
LEFT JOIN pg_roles r ON NOT r.rolsuper
                        AND NOT r.rolbypassrls
                        AND (c.relforcerowsecurity OR NOT pg_has_role(r.oid, c.relowner, 'USAGE'))
                        AND CASE WHEN cardinality($1::text[]) > 0
                                 THEN r.rolname = ANY ($1::text[])
                                 ELSE EXISTS (SELECT FROM pg_policy o
                                              WHERE o.polrelid = c.oid AND r.oid = ANY (o.polroles)) END
WHERE c.relrowsecurity
  AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
ORDER BY 1, 4;
