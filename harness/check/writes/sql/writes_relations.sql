-- The data of the relations for sql/writes.sql, as a JSON list in the setting pgassay.relations. The setting
-- pgassay.writes selects the relations: {"all": true}, or {"code": true, "names": [[schema, name], ...], "waiting":
-- [[schema, name, action], ...]}: all; or these, and with "code" those whose writes run code of the database's own
-- (sql/writes_code.sql); but never those of "not" (as "names"), nor the schemas of "schemas". Those of "waiting" come
-- last, and only with their action, if that is not empty.
WITH wanted AS MATERIALIZED (
  SELECT c.oid, c.relkind, n.nspname, c.relname, c.relispopulated, c.reloptions, c.relacl, c.relowner,
         CASE WHEN NOT w.whole THEN
           (SELECT pg_catalog.min(p ->> 2) FROM pg_catalog.jsonb_array_elements(i.input -> 'waiting') p
            WHERE p ->> 0 = n.nspname AND p ->> 1 = c.relname) END AS waits_for,
         c.relowner = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = current_user) AS own
  FROM (SELECT nullif(pg_catalog.current_setting('pgassay.writes', true), '')::jsonb AS input,
               pg_catalog.string_to_array(nullif(pg_catalog.current_setting('pgassay.code', true), ''), ',')::oid[] AS code) i
  CROSS JOIN pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL (SELECT pg_catalog.jsonb_build_array(n.nspname, c.relname) AS pair OFFSET 0) x
  CROSS JOIN LATERAL (
    SELECT coalesce((i.input ->> 'all')::boolean, false) OR coalesce(c.oid = ANY (i.code), false)
           OR coalesce(i.input -> 'names', '[]') @> pg_catalog.jsonb_build_array(x.pair) AS whole OFFSET 0
  ) w
  WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relpersistence <> 't' AND NOT c.relispartition
    AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'pgassay_rows')
    AND (w.whole OR EXISTS (SELECT FROM pg_catalog.jsonb_array_elements(i.input -> 'waiting') p
                            WHERE p ->> 0 = n.nspname AND p ->> 1 = c.relname))
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::regclass
                    AND e.objid = c.oid AND e.deptype = 'e')
    AND NOT coalesce(i.input -> 'schemas', '[]') @> pg_catalog.jsonb_build_array(n.nspname)
    AND NOT coalesce(i.input -> 'not', '[]') @> pg_catalog.jsonb_build_array(x.pair)
),
columns AS MATERIALIZED (
  SELECT a.attrelid, a.attnum, pg_catalog.quote_ident(a.attname) AS name,
         a.attgenerated = '' AND a.attidentity <> 'a' AS settable,
         a.attgenerated = '' AND a.attidentity = '' AS insertable,
         a.attgenerated = '' AND a.attidentity = '' AND NOT a.atthasdef AND y.typdefault IS NULL AS given,
         a.attidentity <> '' OR a.atthasdef AND EXISTS (
           SELECT FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_depend e
             ON e.classid = 'pg_catalog.pg_attrdef'::regclass AND e.objid = d.oid
             AND e.refclassid = 'pg_catalog.pg_class'::regclass
           JOIN pg_catalog.pg_class s ON s.oid = e.refobjid AND s.relkind = 'S'
           WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) AS numbered,
         EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = a.attrelid AND a.attnum = ANY (i.indkey)
                 AND (i.indisunique OR i.indisexclusion))
         OR EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'f'
                    AND a.attnum = ANY (k.conkey))
         OR EXISTS (SELECT FROM pg_catalog.pg_partitioned_table p WHERE p.partrelid = a.attrelid) AS tied
  FROM wanted w
  JOIN pg_catalog.pg_attribute a ON a.attrelid = w.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
  WHERE w.relkind IN ('r', 'p')
)
SELECT pg_catalog.set_config('pgassay.relations', coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(r)), '[]')::text, true)
FROM (
  SELECT w.oid, w.relkind AS kind, w.nspname AS schema, w.relname AS name,
         pg_catalog.format('%I.%I', w.nspname, w.relname) AS quoted,
         w.relispopulated AS populated,
         x.given, x.more, x.set_self, x.set_other,
         EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = w.oid AND (i.indisunique OR i.indisexclusion)
                 AND NOT EXISTS (SELECT FROM columns s WHERE s.attrelid = w.oid AND s.numbered
                                 AND s.attnum = ANY (i.indkey))) AS needs_place,
         -- Nobody sees a row of it go: no key, no trigger, no rule, no partition that could have some.
         w.relkind = 'r'
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.confrelid = w.oid AND k.contype = 'f')
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = w.oid AND NOT t.tgisinternal AND t.tgtype & 8 > 0)
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_rewrite o WHERE o.ev_class = w.oid)
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhparent = w.oid) AS unheeded,
         EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.confrelid = w.oid AND k.contype = 'f'
                 AND k.confdeltype NOT IN ('a', 'r')) AS cascades,
         CASE WHEN w.relkind = 'v' THEN pg_catalog.pg_relation_is_updatable(w.oid, true) ELSE 0 END AS updatable,
         -- Somebody writes to the view: it has triggers or rules of its own, a check option, or a privilege for exactly
         -- that.
         w.relkind = 'v' AND (
           EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = w.oid AND NOT t.tgisinternal)
           OR EXISTS (SELECT FROM pg_catalog.pg_rewrite o WHERE o.ev_class = w.oid AND o.ev_type <> '1')
           OR EXISTS (SELECT FROM pg_catalog.unnest(w.reloptions) o WHERE o LIKE 'check_option=%')
           OR EXISTS (SELECT FROM pg_catalog.aclexplode(w.relacl) g WHERE g.grantee <> w.relowner GROUP BY g.grantee
                      HAVING pg_catalog.bool_or(g.privilege_type IN ('INSERT', 'UPDATE', 'DELETE'))
                         AND NOT pg_catalog.bool_or(g.privilege_type = 'TRIGGER'))) AS written,
         x.given_numbers, x.has_defaults,
         w.waits_for, w.own,
         CASE WHEN k.has_takings THEN k.takings ELSE '{}' END AS takings
  FROM wanted w
  -- The action on a row when the row that it references is deleted; NULL: part of it is not known here.
  LEFT JOIN LATERAL (
    SELECT CASE WHEN pg_catalog.bool_and(pg_catalog.to_jsonb(k) ->> 'confdelsetcols' IS NULL) THEN pg_catalog.array_agg(
             (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname) || CASE k.confdeltype WHEN 'n' THEN ' = NULL' ELSE ' = DEFAULT' END, ', ')
              FROM pg_catalog.pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)))
           END AS takings, true AS has_takings
    FROM pg_catalog.pg_constraint k
    WHERE k.conrelid = w.oid AND k.contype = 'f' AND k.confdeltype IN ('n', 'd')
    HAVING pg_catalog.count(*) > 0
  ) k ON w.waits_for IS NULL
  LEFT JOIN (
    SELECT s.attrelid,
           pg_catalog.string_agg(s.name, ', ' ORDER BY s.attnum) FILTER (WHERE s.given) AS given,
           coalesce(pg_catalog.jsonb_agg(s.attnum) FILTER (WHERE s.given), '[]') AS given_numbers,
           pg_catalog.bool_or(s.insertable AND NOT s.given AND NOT s.numbered) AS has_defaults,
           pg_catalog.string_agg(s.name, ', ' ORDER BY s.attnum) FILTER (WHERE s.insertable AND NOT s.numbered) AS more,
           pg_catalog.string_agg(s.name || ' = x.' || s.name, ', ' ORDER BY s.attnum) FILTER (WHERE s.settable) AS set_self,
           pg_catalog.string_agg(s.name || ' = (o.r).' || s.name, ', ' ORDER BY s.attnum)
             FILTER (WHERE s.settable AND NOT s.tied) AS set_other
    FROM columns s
    GROUP BY s.attrelid
  ) x ON x.attrelid = w.oid
  ORDER BY w.waits_for IS NOT NULL, w.nspname COLLATE "C", w.relname COLLATE "C"
) r;
