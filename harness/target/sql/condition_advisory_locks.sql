-- Advisory locks that other sessions hold in this database: migration tools keep a second run out by one.
SELECT 'pid ' || l.pid AS object,
       1 AS value,
       'holds (' || l.classid || ', ' || l.objid || ')' AS note
FROM pg_locks l
WHERE l.locktype = 'advisory'
  AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
  AND l.pid <> pg_backend_pid()
  AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = l.pid AND a.application_name LIKE 'pgassay%')
  AND l.classid <> 1885825380 -- ours: see PROOF_CLASS of identity.c
ORDER BY 1;
