-- privileges_owner(acl, owner, n): for objects on which only the owner has privileges by default, all n of them: the
-- owner is listed if some are missing.
-- include: acl_entry, acl_rows
(SELECT to_json(array_agg(g.entry ORDER BY g.entry COLLATE "C"))
 FROM (SELECT acl_entry(x) AS entry
       FROM (acl_rows(:acl)
             UNION ALL
             SELECT :owner, NULL, NULL) x
       GROUP BY x.grantee
       HAVING x.grantee <> :owner OR count(DISTINCT x.privilege_type) < :n) g)
