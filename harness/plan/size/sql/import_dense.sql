-- As import_sizes.sql, where files cannot be made long: as many rows as there would be, on the pages that there are.
UPDATE pg_catalog.pg_class c SET relpages = GREATEST(pg_catalog.pg_relation_size(c.oid) / 8192, 1)::int, reltuples = r.rows,
	relallvisible = CASE WHEN r.visible >= r.pages THEN GREATEST(pg_catalog.pg_relation_size(c.oid) / 8192, 1) ELSE 0 END,
	relhasindex = COALESCE(r.indexes, c.relhasindex)
FROM pg_catalog.json_to_recordset($1) AS r (relation oid, pages int, rows real, visible int, file oid, indexes boolean)
WHERE c.oid = r.relation
RETURNING c.oid;
