-- Indexes with the same table, columns, classes, expressions and condition.
SELECT string_agg(i.indexrelid::regclass::text, ', ' ORDER BY i.indexrelid::regclass::text) AS indexes,
       i.indrelid::regclass::text AS "table",
       pg_size_pretty(sum(pg_relation_size(i.indexrelid))) AS size
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_'
GROUP BY i.indrelid, c.relam, i.indkey::text, i.indclass::text, i.indcollation::text, i.indoption::text,
         pg_get_expr(i.indexprs, i.indrelid), pg_get_expr(i.indpred, i.indrelid)
HAVING count(*) > 1
ORDER BY sum(pg_relation_size(i.indexrelid)) DESC, 1
LIMIT 20;
