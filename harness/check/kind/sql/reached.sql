-- The tables and views of this database that the role $1 may use, and in which way.
SELECT o.subject,
       o.privileges
FROM (SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'view ' ELSE 'table ' END
             || quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS subject,
             concat_ws(', ',
                       CASE WHEN has_any_column_privilege($1, c.oid, 'SELECT') THEN 'SELECT' END,
                       CASE WHEN has_any_column_privilege($1, c.oid, 'INSERT') THEN 'INSERT' END,
                       CASE WHEN has_any_column_privilege($1, c.oid, 'UPDATE') THEN 'UPDATE' END,
                       CASE WHEN has_table_privilege($1, c.oid, 'DELETE') THEN 'DELETE' END,
                       CASE WHEN has_table_privilege($1, c.oid, 'TRUNCATE') THEN 'TRUNCATE' END) AS privileges
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND n.nspname !~ '^pg_'
        AND n.nspname <> 'information_schema'
        AND has_schema_privilege($1, n.oid, 'USAGE')
        AND NOT EXISTS (SELECT
                        FROM pg_depend e
                        WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')) o
WHERE o.privileges <> ''
ORDER BY o.subject COLLATE "C";
