-- Extensions that initdb installs (plpgsql) have an OID below FirstNormalObjectId; pg_dump leaves them out, too.
SELECT -- unit: e.oid
       e.extname AS name,
       n.nspname AS schema,
       e.extversion AS version
FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.oid >= 16384;
