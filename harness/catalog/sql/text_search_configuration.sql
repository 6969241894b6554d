-- include: quoted
SELECT -- unit: t.oid
       n.nspname AS schema,
       t.cfgname AS name,
       CASE WHEN pn.nspname = 'pg_catalog' THEN ''
         ELSE quoted(pn.nspname) || '.' END
             || quoted(p.prsname) AS parser,
       (SELECT to_json(array_agg(x.mapping ORDER BY x.mapping COLLATE "C"))
        FROM (SELECT (SELECT k.alias FROM ts_token_type(t.cfgparser) k WHERE k.tokid = m.maptokentype) || ': '
                     || string_agg(
                          CASE WHEN dn.nspname = 'pg_catalog' THEN ''
                            ELSE quoted(dn.nspname) || '.' END
                                  || quoted(d.dictname),
                          ', ' ORDER BY m.mapseqno) AS mapping
              FROM pg_ts_config_map m
              JOIN pg_ts_dict d ON d.oid = m.mapdict
              JOIN pg_namespace dn ON dn.oid = d.dictnamespace
              WHERE m.mapcfg = t.oid
              GROUP BY m.maptokentype) x) AS mappings,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN t.cfgowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(t.cfgowner)::text END AS owner,
       cm.description AS comment
FROM pg_ts_config t
JOIN pg_namespace n ON n.oid = t.cfgnamespace
JOIN pg_ts_parser p ON p.oid = t.cfgparser
JOIN pg_namespace pn ON pn.oid = p.prsnamespace
LEFT JOIN pg_description cm
  ON cm.objoid = t.oid AND cm.classoid = 'pg_ts_config'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE t.oid >= 16384
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND t.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_ts_config'::regclass);
