-- Foreign keys, a row for each of their columns.
SELECT k.conrelid, c.number, k.confrelid, f.number, k.conname,
	(SELECT pg_catalog.quote_ident(attname) FROM pg_catalog.pg_attribute WHERE attrelid = k.conrelid AND attnum = c.number)
FROM pg_catalog.pg_constraint k
	CROSS JOIN LATERAL pg_catalog.unnest(k.conkey) WITH ORDINALITY AS c (number, place)
	JOIN LATERAL pg_catalog.unnest(k.confkey) WITH ORDINALITY AS f (number, place) ON f.place = c.place
WHERE k.contype = 'f' AND k.conparentid = 0
ORDER BY k.conrelid, k.conname, c.place;
