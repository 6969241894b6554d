UPDATE pg_catalog.pg_class c SET relpages = r.pages, reltuples = r.rows, relallvisible = r.visible
FROM pg_catalog.json_to_recordset($1) AS r (relation oid, pages int, rows real, visible int)
WHERE c.oid = r.relation
RETURNING c.oid;
