-- Objects that the migrating role $1 may not change: schemas in which it cannot create, relations that it does not own.
SELECT 'schema ' || quote_ident(n.nspname) AS object, 1 AS value, quote_ident($1) || ' cannot create in it' AS note
FROM pg_namespace n
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT has_schema_privilege($1::name, n.oid, 'CREATE')
UNION ALL
SELECT c.oid::regclass::text, 1, 'belongs to ' || quote_ident(pg_get_userbyid(c.relowner))
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT pg_has_role($1::name, c.relowner, 'USAGE')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1;
