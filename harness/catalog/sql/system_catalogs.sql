-- The rows whose changes show what to read again, by system catalog (CatalogSystemId): "key"; "object", the OID of the
-- object to read again; "fingerprint", a hash of the key and of values whose change needs a full read; "xmin", the
-- transaction that wrote the row; "kind", a code for the kind of the object. Where "fingerprint" is NULL, rows are not
-- deleted by themselves; where "xmin" is NULL, the fingerprints show every change.

-- catalog: pg_class
-- Indexes have pg_index; their names and options are read with their table. The relevant values of a TOAST table are,
-- too, and are written to the table's own row as well.
SELECT CASE WHEN c.relkind = 'i' OR c.relkind = 't' THEN 0 ELSE c.oid END::bigint AS key,
       CASE WHEN c.relkind = 'i' OR c.relkind = 'I'
            THEN (SELECT i.indrelid FROM pg_index i WHERE i.indexrelid = c.oid)
            WHEN c.relkind <> 't' THEN c.oid END::bigint AS object,
       CASE WHEN c.relkind = 'i' OR c.relkind = 't' THEN 0 ELSE hashoid(c.oid) END AS fingerprint,
       c.xmin,
       -- Of an index, what it is to its table: see pg_index.
       CASE WHEN c.relkind = 'i' OR c.relkind = 'I'
            THEN (SELECT CASE WHEN i.indisprimary THEN 'P' WHEN i.indisexclusion THEN 'X' WHEN i.indisunique THEN 'U'
                              ELSE 'N' END
                  FROM pg_index i
                  WHERE i.indexrelid = c.oid)::"char"
            ELSE c.relkind END AS kind
FROM pg_class c

-- catalog: pg_constraint
-- Those of domains belong to the type.
SELECT k.oid::bigint AS key,
       CASE WHEN k.conrelid <> 0 THEN k.conrelid ELSE k.contypid END::bigint AS object,
       hashoid(k.oid) AS fingerprint,
       k.xmin,
       CASE WHEN k.conrelid <> 0 THEN k.contype ELSE 'd' END AS kind
FROM pg_constraint k

-- catalog: pg_index
-- A primary key has a constraint; only those of TOAST tables and of the server's own catalogs have none.
SELECT CASE WHEN i.indisprimary THEN 0 ELSE i.indexrelid END::bigint AS key,
       i.indrelid::bigint AS object,
       CASE WHEN i.indisprimary THEN 0 ELSE hashoid(i.indexrelid) END AS fingerprint,
       i.xmin,
       CASE WHEN i.indisprimary THEN 'P' WHEN i.indisexclusion THEN 'X' WHEN i.indisunique THEN 'U' ELSE 'N' END::"char"
         AS kind
FROM pg_index i

-- catalog: pg_policy
SELECT p.oid::bigint AS key, p.polrelid::bigint AS object, hashoid(p.oid) AS fingerprint, p.xmin,
       NULL::"char" AS kind
FROM pg_policy p

-- catalog: pg_trigger
-- Those of constraints, too: the table says which of them do not fire as usual.
SELECT t.oid::bigint AS key, t.tgrelid::bigint AS object, hashoid(t.oid) AS fingerprint, t.xmin,
       CASE WHEN t.tgisinternal AND t.tgconstrrelid <> 0 THEN 'i' ELSE 'u' END::"char" AS kind
FROM pg_trigger t

-- catalog: pg_rewrite
-- The query of a view comes and goes with it.
SELECT CASE WHEN r.rulename = '_RETURN' THEN 0 ELSE r.oid END::bigint AS key,
       r.ev_class::bigint AS object,
       CASE WHEN r.rulename = '_RETURN' THEN 0 ELSE hashoid(r.oid) END AS fingerprint,
       r.xmin,
       NULL::"char" AS kind
FROM pg_rewrite r

-- catalog: pg_proc
SELECT p.oid::bigint AS key, p.oid::bigint AS object,
       hashtext(concat_ws(' ', p.oid, p.pronamespace, p.proname)) AS fingerprint,
       p.xmin,
       NULL::"char" AS kind
FROM pg_proc p
WHERE p.oid >= 16384

-- catalog: pg_inherits
SELECT (i.inhrelid::bigint << 32) | i.inhparent::bigint AS key, i.inhrelid::bigint AS object,
       hashtext(concat_ws(' ', i.inhrelid, i.inhparent)) AS fingerprint, i.xmin,
       NULL::"char" AS kind
FROM pg_inherits i

-- catalog: pg_namespace
SELECT n.oid::bigint AS key, n.oid::bigint AS object, hashtext(concat_ws(' ', n.oid, n.nspname)) AS fingerprint,
       n.xmin,
       NULL::"char" AS kind
FROM pg_namespace n
WHERE n.nspname !~ '^pg_(toast_)?temp_'

-- catalog: pg_enum
SELECT e.oid::bigint AS key, e.enumtypid::bigint AS object,
       hashtext(concat_ws(' ', e.oid, e.enumtypid, e.enumsortorder, e.enumlabel)) AS fingerprint, NULL::xid AS xmin,
       NULL::"char" AS kind
FROM pg_enum e

-- catalog: pg_type
-- The row types of tables and views, and all arrays, are read with the type or relation that they belong to; a composite
-- type is a relation.
SELECT t.oid::bigint AS key,
       CASE WHEN t.typtype = 'c' THEN t.typrelid ELSE t.oid END::bigint AS object,
       hashtext(concat_ws(' ', t.oid, t.typnamespace, t.typtype, t.typcollation, t.typstorage, t.typname)) AS fingerprint,
       t.xmin,
       t.typtype AS kind
FROM pg_type t
WHERE (t.typrelid = 0 OR (SELECT c.relkind FROM pg_class c WHERE c.oid = t.typrelid) = 'c')
  AND t.oid >= 16384
  AND NOT (t.typcategory = 'A' AND t.typelem <> 0)

-- catalog: names
-- All else that has a name which texts hold: its catalog and its OID are the key. Whatever else is altered in it does not
-- matter here: the classes of these catalogs are read as a whole whenever anything has changed at all.
SELECT (o.catalog::oid::bigint << 32) | o.oid::bigint AS key, o.oid::bigint AS object,
       hashtext(concat_ws(' ', o.catalog::oid, o.oid, o.namespace, o.name)) AS fingerprint, NULL::xid AS xmin,
       NULL::"char" AS kind
FROM (SELECT 'pg_collation'::regclass AS catalog, oid, collnamespace AS namespace, collname AS name
      FROM pg_collation
      WHERE oid >= 16384
      UNION ALL
      SELECT 'pg_opclass', oid, opcnamespace, opcname FROM pg_opclass WHERE oid >= 16384
      UNION ALL
      SELECT 'pg_operator', oid, oprnamespace, oprname FROM pg_operator WHERE oid >= 16384
      UNION ALL
      SELECT 'pg_am', oid, 0, amname FROM pg_am WHERE oid >= 16384
      UNION ALL
      SELECT 'pg_language', oid, 0, lanname FROM pg_language
      UNION ALL
      SELECT 'pg_ts_config', oid, cfgnamespace, cfgname FROM pg_ts_config WHERE oid >= 16384
      UNION ALL
      SELECT 'pg_ts_dict', oid, dictnamespace, dictname FROM pg_ts_dict WHERE oid >= 16384
      UNION ALL
      SELECT 'pg_foreign_server', oid, 0, srvname FROM pg_foreign_server) o

-- catalog: pg_extension
SELECT (d.classid::bigint << 32) | d.objid::bigint AS key, d.objid::bigint AS object,
       hashtext(concat_ws(' ', d.classid, d.objid, d.refobjid)) AS fingerprint, NULL::xid AS xmin,
       NULL::"char" AS kind
FROM pg_depend d
WHERE d.refclassid = 'pg_extension'::regclass
  AND d.deptype = 'e'
UNION ALL
SELECT e.oid::bigint, e.oid::bigint, hashtext(concat_ws(' ', e.oid, e.extnamespace, e.extname, e.extversion)), NULL, NULL
FROM pg_extension e

-- catalog: pg_roles
SELECT r.oid::bigint AS key, r.oid::bigint AS object, hashtext(concat_ws(' ', r.oid, r.rolname)) AS fingerprint,
       NULL::xid AS xmin,
       NULL::"char" AS kind
FROM pg_roles r

-- catalog: pg_attrdef
SELECT d.oid::bigint AS key, d.adrelid::bigint AS object, hashoid(d.oid) AS fingerprint, d.xmin,
       NULL::"char" AS kind
FROM pg_attrdef d

-- catalog: pg_description
-- The key is packed: OIDs of catalogs and numbers of columns fit into 16 bits. "public" is all that initdb makes and
-- snapshots show.
SELECT (m.objoid::bigint << 32) | (m.classoid::bigint << 16) | m.objsubid AS key,
       CASE WHEN m.objsubid > 0 THEN m.objoid
            WHEN m.classoid = 'pg_class'::regclass
            THEN coalesce((SELECT i.indrelid FROM pg_index i WHERE i.indexrelid = m.objoid), m.objoid)
            WHEN m.classoid = 'pg_constraint'::regclass
            THEN (SELECT CASE WHEN k.conrelid <> 0 THEN k.conrelid ELSE k.contypid END
                  FROM pg_constraint k
                  WHERE k.oid = m.objoid)
            WHEN m.classoid = 'pg_rewrite'::regclass
            THEN (SELECT r.ev_class FROM pg_rewrite r WHERE r.oid = m.objoid)
            WHEN m.classoid = 'pg_type'::regclass
            THEN (SELECT CASE WHEN t.typtype = 'c' THEN t.typrelid ELSE t.oid END
                  FROM pg_type t
                  WHERE t.oid = m.objoid)
            WHEN m.classoid = 'pg_policy'::regclass
            THEN (SELECT p.polrelid FROM pg_policy p WHERE p.oid = m.objoid)
            WHEN m.classoid = 'pg_trigger'::regclass
            THEN (SELECT t.tgrelid FROM pg_trigger t WHERE t.oid = m.objoid)
            ELSE m.objoid END::bigint AS object,
       hashint8((m.objoid::bigint << 32) | (m.classoid::bigint << 16) | m.objsubid) AS fingerprint,
       m.xmin,
       -- "C": that of a column.
       CASE m.classoid WHEN 'pg_proc'::regclass THEN 'f'
            WHEN 'pg_class'::regclass THEN CASE WHEN m.objsubid > 0 THEN 'C' ELSE 'r' END
            WHEN 'pg_type'::regclass
            THEN CASE WHEN (SELECT t.typtype FROM pg_type t WHERE t.oid = m.objoid) = 'c' THEN 'r' ELSE 't' END
            WHEN 'pg_constraint'::regclass
            THEN CASE WHEN (SELECT k.contypid FROM pg_constraint k WHERE k.oid = m.objoid) <> 0 THEN 't' ELSE 'r' END
            WHEN 'pg_namespace'::regclass THEN 'n' ELSE 'r' END::"char" AS kind
FROM pg_description m
WHERE (m.objoid >= 16384 OR m.objoid = 2200)
  AND m.classoid IN ('pg_class'::regclass, 'pg_constraint'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass,
                     'pg_proc'::regclass, 'pg_type'::regclass, 'pg_namespace'::regclass, 'pg_rewrite'::regclass)

-- catalog: pg_attribute
SELECT 0 AS key,
       coalesce((SELECT i.indrelid FROM pg_index i WHERE i.indexrelid = a.attrelid), a.attrelid)::bigint AS object,
       NULL::integer AS fingerprint,
       a.xmin,
       -- "i": that of an index.
       CASE WHEN EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = a.attrelid) THEN 'i' ELSE 'c' END::"char" AS kind
FROM pg_attribute a

-- catalog: pg_sequence
SELECT 0 AS key, s.seqrelid::bigint AS object, NULL::integer AS fingerprint, s.xmin,
       NULL::"char" AS kind
FROM pg_sequence s

-- catalog: pg_aggregate
SELECT 0 AS key, a.aggfnoid::oid::bigint AS object, NULL::integer AS fingerprint, a.xmin,
       NULL::"char" AS kind
FROM pg_aggregate a

-- catalog: others
-- The first object of a class that is read as a whole (an object of 0), where the names do not show it; and the
-- options of a foreign table, which nothing else shows.
SELECT 0 AS key, o.object::bigint AS object, NULL::integer AS fingerprint, o.xmin, NULL::"char" AS kind
FROM (SELECT 0::oid AS object, xmin FROM pg_opfamily
      UNION ALL
      SELECT 0, xmin FROM pg_cast
      UNION ALL
      SELECT 0, xmin FROM pg_transform
      UNION ALL
      SELECT 0, xmin FROM pg_ts_parser
      UNION ALL
      SELECT 0, xmin FROM pg_ts_template
      UNION ALL
      SELECT 0, xmin FROM pg_foreign_data_wrapper
      UNION ALL
      SELECT 0, xmin FROM pg_statistic_ext
      UNION ALL
      SELECT 0, xmin FROM pg_event_trigger
      UNION ALL
      SELECT 0, xmin FROM pg_publication
      UNION ALL
      SELECT 0, xmin FROM pg_default_acl
      UNION ALL
      SELECT ftrelid, xmin FROM pg_foreign_table) o
