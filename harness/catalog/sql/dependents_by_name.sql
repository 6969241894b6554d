-- Objects whose definition contains the names of the relations $1 or of their columns: relations ("r"), functions ("f"),
-- and, if it uses their row types, everything ("*").
SELECT CASE WHEN d.classid = 'pg_proc'::regclass THEN 'f' ELSE 'r' END AS kind,
       CASE d.classid
         WHEN 'pg_class'::regclass
           THEN coalesce((SELECT i.indrelid FROM pg_index i WHERE i.indexrelid = d.objid), d.objid)
         WHEN 'pg_constraint'::regclass THEN (SELECT k.conrelid FROM pg_constraint k WHERE k.oid = d.objid)
         WHEN 'pg_attrdef'::regclass THEN (SELECT f.adrelid FROM pg_attrdef f WHERE f.oid = d.objid)
         WHEN 'pg_policy'::regclass THEN (SELECT p.polrelid FROM pg_policy p WHERE p.oid = d.objid)
         WHEN 'pg_trigger'::regclass THEN (SELECT t.tgrelid FROM pg_trigger t WHERE t.oid = d.objid)
         WHEN 'pg_rewrite'::regclass THEN (SELECT r.ev_class FROM pg_rewrite r WHERE r.oid = d.objid)
         WHEN 'pg_proc'::regclass THEN d.objid
         ELSE 0 END AS oid
FROM pg_depend d
WHERE d.refclassid = 'pg_class'::regclass
  AND d.refobjid = ANY ($1::oid[])
UNION
SELECT '*', 0
FROM pg_depend d
WHERE d.refclassid = 'pg_type'::regclass
  AND d.deptype = 'n'
  AND d.refobjid = ANY (ARRAY(SELECT u.oid
                              FROM (SELECT c.reltype AS oid FROM pg_class c WHERE c.oid = ANY ($1::oid[])
                                    UNION ALL
                                    SELECT t.typarray
                                    FROM pg_type t
                                    WHERE t.oid = ANY (ARRAY(SELECT c.reltype
                                                             FROM pg_class c
                                                             WHERE c.oid = ANY ($1::oid[])))) u
                              WHERE u.oid <> 0)::oid[]);
