-- include: privileges_public
-- Types made of functions in C, and shells, which are only names so far.
SELECT -- unit: t.oid
       n.nspname AS schema,
       t.typname AS name,
       t.typisdefined AS defined,
       CASE WHEN t.typisdefined THEN t.typinput::text END AS input,
       CASE WHEN t.typisdefined THEN t.typoutput::text END AS output,
       CASE WHEN t.typreceive <> 0 THEN t.typreceive::text END AS receive,
       CASE WHEN t.typsend <> 0 THEN t.typsend::text END AS send,
       CASE WHEN t.typmodin <> 0 THEN t.typmodin::text END AS typmod_in,
       CASE WHEN t.typmodout <> 0 THEN t.typmodout::text END AS typmod_out,
       CASE WHEN t.typanalyze <> 0 THEN t.typanalyze::text END AS analyze,
       CASE WHEN t.typsubscript::oid <> 0 THEN t.typsubscript::regproc::text END AS subscript,
       CASE WHEN t.typisdefined THEN CASE t.typlen WHEN -1 THEN 'variable' ELSE t.typlen::text END END AS length,
       CASE WHEN t.typisdefined THEN t.typbyval END AS by_value,
       CASE WHEN t.typisdefined THEN CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4'
                                          ELSE 'double' END END AS alignment,
       CASE WHEN t.typisdefined THEN CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external'
                                          WHEN 'm' THEN 'main' ELSE 'extended' END END AS storage,
       CASE WHEN t.typisdefined THEN t.typcategory::text END AS category,
       CASE WHEN t.typisdefined THEN t.typispreferred END AS preferred,
       t.typdefault AS default,
       CASE WHEN t.typelem <> 0 THEN format_type(t.typelem, NULL) END AS element,
       CASE WHEN t.typisdefined THEN t.typdelim::text END AS delimiter,
       CASE WHEN t.typisdefined THEN t.typcollation <> 0 END AS collatable,
       -- The owner of the database is the default; only other owners are reported.
       CASE WHEN t.typowner <> (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
            THEN pg_get_userbyid(t.typowner)::text END AS owner,
       -- The owner and everybody have it by default; an empty entry says that it is missing.
       CASE WHEN t.typacl IS NOT NULL THEN
         privileges_public(t.typacl, t.typowner, '{public=usage}') END AS privileges,
       cm.description AS comment
-- typsubscript came with 14: an older server finds the name in "absent".
FROM (SELECT 0 AS typsubscript) absent
CROSS JOIN LATERAL (SELECT oid, typname, typnamespace, typowner, typacl, typisdefined, typinput, typoutput, typreceive,
                           typsend, typmodin, typmodout, typanalyze, typsubscript, typlen, typbyval, typalign,
                           typstorage, typcategory, typispreferred, typdefault, typelem, typdelim, typcollation
                    FROM pg_type
                    WHERE typtype IN ('b', 'p')
                      AND oid >= 16384
                      AND NOT (typcategory = 'A' AND typelem <> 0)) t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_description cm
  ON cm.objoid = t.oid AND cm.classoid = 'pg_type'::regclass AND cm.objsubid = 0 AND cm.objoid >= 16384
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND t.oid NOT IN (SELECT d.objid
                    FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass
                      AND d.deptype = 'e'
                      AND d.classid = 'pg_type'::regclass);
