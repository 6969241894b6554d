-- Sizes, and files that are so long; "indexes": whether the planner sees those of a table.
UPDATE pg_catalog.pg_class c SET relpages = r.pages, reltuples = r.rows, relallvisible = r.visible,
	relfilenode = COALESCE(r.file, c.relfilenode), relhasindex = COALESCE(r.indexes, c.relhasindex)
FROM pg_catalog.json_to_recordset($1) AS r (relation oid, pages int, rows real, visible int, file oid, indexes boolean)
WHERE c.oid = r.relation
RETURNING c.oid;
