-- Advisory locks that other sessions hold in this database: migration tools keep a second run out by one. The number is the one that the tool
-- has given: one of 64 bits, or two of 32.
SELECT 'pid ' || l.pid AS object,
       1 AS value,
       CASE WHEN l.granted THEN 'holds ' ELSE 'waits for ' END
           || CASE l.objsubid WHEN 1 THEN ((l.classid::bigint << 32) | l.objid::bigint)::text ELSE '(' || l.classid || ', ' || l.objid || ')' END
           || coalesce(', ' || nullif(a.application_name, ''), '') AS note
FROM pg_locks l
LEFT JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory'
  AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
  AND l.pid <> pg_backend_pid()
  AND coalesce(a.application_name, '') NOT LIKE 'pgassay%'
  AND l.classid <> 1885825380 -- ours: see PROOF_CLASS of identity.c
ORDER BY 1;
