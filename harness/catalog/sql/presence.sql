-- Which of the classes that a database may have no object of may have one, by name; all others are read in any case.
-- Their own queries cost more to plan than this.
SELECT EXISTS (SELECT FROM pg_language WHERE oid >= 16384) AS "language",
       EXISTS (SELECT FROM pg_am WHERE oid >= 16384) AS "access method",
       EXISTS (SELECT FROM pg_collation WHERE oid >= 16384) AS "collation",
       EXISTS (SELECT FROM pg_operator WHERE oid >= 16384) AS "operator",
       EXISTS (SELECT FROM pg_opfamily WHERE oid >= 16384) AS "operator family",
       EXISTS (SELECT FROM pg_opclass WHERE oid >= 16384) AS "operator class",
       EXISTS (SELECT FROM pg_cast WHERE oid >= 16384) AS "cast",
       EXISTS (SELECT FROM pg_transform) AS "transform",
       EXISTS (SELECT FROM pg_ts_parser WHERE oid >= 16384) AS "text search parser",
       EXISTS (SELECT FROM pg_ts_template WHERE oid >= 16384) AS "text search template",
       EXISTS (SELECT FROM pg_ts_dict WHERE oid >= 16384) AS "text search dictionary",
       EXISTS (SELECT FROM pg_ts_config WHERE oid >= 16384) AS "text search configuration",
       EXISTS (SELECT FROM pg_foreign_data_wrapper) AS "foreign data wrapper",
       EXISTS (SELECT FROM pg_foreign_server) AS "server",
       EXISTS (SELECT FROM pg_foreign_server) AS "user mapping",
       EXISTS (SELECT FROM pg_constraint WHERE contype = 'x') AS "exclusion",
       EXISTS (SELECT FROM pg_policy) AS "policy",
       EXISTS (SELECT FROM pg_rewrite WHERE rulename <> '_RETURN' AND oid >= 16384) AS "rule",
       EXISTS (SELECT FROM pg_class WHERE relkind IN ('v', 'm') AND oid >= 16384) AS "view",
       EXISTS (SELECT FROM pg_statistic_ext) AS "statistics",
       EXISTS (SELECT FROM pg_event_trigger) AS "event trigger",
       EXISTS (SELECT FROM pg_publication) AS "publication",
       EXISTS (SELECT FROM pg_default_acl) AS "default privilege",
       'e' = ANY (t.kinds) AS "enum",
       'd' = ANY (t.kinds) AS "domain",
       'c' = ANY (t.kinds) AS "composite type",
       'r' = ANY (t.kinds) AS "range type",
       'b' = ANY (t.kinds) OR 'p' = ANY (t.kinds) AS "base type"
FROM (SELECT coalesce(array_agg(DISTINCT y.typtype), '{}') AS kinds
      FROM pg_type y
      WHERE y.oid >= 16384
        AND NOT (y.typcategory = 'A' AND y.typelem <> 0)
        AND (y.typrelid = 0
             OR EXISTS (SELECT FROM pg_class c WHERE c.oid = y.typrelid AND c.relkind = 'c'))) t;
