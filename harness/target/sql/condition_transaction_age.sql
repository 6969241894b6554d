-- How many transactions ago rows were frozen last: at 2 billion the server stops to write.
SELECT 'transactions' AS object,
       age(d.datfrozenxid) AS value,
       'oldest table: ' || (SELECT c.oid::regclass::text
                            FROM pg_class c
                            WHERE c.relkind IN ('r', 'm', 't')
                            ORDER BY age(c.relfrozenxid) DESC
                            LIMIT 1) AS note
FROM pg_database d
WHERE d.datname = current_database()
UNION ALL
SELECT 'multixacts', mxid_age(d.datminmxid), NULL
FROM pg_database d
WHERE d.datname = current_database();
