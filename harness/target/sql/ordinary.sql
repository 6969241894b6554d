-- Why reading the table $2 of the schema $1 could run code of its database; NULL: it cannot. No row: there is no such table. The planner
-- works out constant expressions of indexes and statistics even for a query that does not use them, and a cast or an operator of a type that was
-- made here is called by a query of ours.
WITH RECURSIVE tree AS (
    SELECT c.oid, c.relname, c.relkind, true AS root
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1
      AND c.relname = $2
    UNION
    SELECT c.oid, c.relname, c.relkind, false
    FROM tree t
    JOIN pg_inherits i ON i.inhparent = t.oid
    JOIN pg_class c ON c.oid = i.inhrelid
)
SELECT coalesce(
           (SELECT CASE WHEN t.root THEN 'it is a ' ELSE 'a part of it is a ' END
                   || CASE t.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
                                     WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' WHEN 'i' THEN 'index' ELSE 'relation of another kind' END
            FROM tree t
            WHERE t.relkind NOT IN ('r', 'p')
            ORDER BY t.root DESC
            LIMIT 1),
           (SELECT 'its column "' || a.attname || '" has a type that was made in the database'
            FROM tree t
            JOIN pg_attribute a ON a.attrelid = t.oid
            JOIN pg_type y ON y.oid = a.atttypid
            WHERE a.attnum > 0
              AND NOT a.attisdropped
              AND (y.oid >= 16384 OR y.typelem >= 16384 OR y.typtype NOT IN ('b', 'r', 'm'))
            LIMIT 1),
           (SELECT 'its column "' || a.attname || '" is worked out when it is read'
            FROM tree t
            JOIN pg_attribute a ON a.attrelid = t.oid
            WHERE a.attgenerated = 'v'
            LIMIT 1),
           (SELECT 'an index, statistics or a partition key of it call what was made in the database'
            FROM tree t
            JOIN LATERAL (SELECT 'pg_class'::regclass AS class, t.oid AS object
                          UNION ALL
                          SELECT 'pg_class'::regclass, i.indexrelid FROM pg_index i WHERE i.indrelid = t.oid
                          UNION ALL
                          SELECT 'pg_statistic_ext'::regclass, s.oid FROM pg_statistic_ext s WHERE s.stxrelid = t.oid) o ON true
            JOIN pg_depend d ON d.classid = o.class AND d.objid = o.object
            WHERE d.refobjid >= 16384
              AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_opclass'::regclass, 'pg_opfamily'::regclass,
                                   'pg_type'::regclass, 'pg_am'::regclass)
            LIMIT 1)) AS problem
WHERE EXISTS (SELECT FROM tree);
