-- privileges_public(acl, owner, default): where by default the owner and everybody have the one privilege there is, as in
-- '{public=usage}': either is listed, without it, when it is missing.
-- include: acl_entry, acl_rows
(SELECT to_json(NULLIF(array_agg(g.entry ORDER BY g.entry COLLATE "C"), :default))
 FROM (SELECT acl_entry(x) AS entry
       FROM (acl_rows(:acl)
             UNION ALL
             SELECT :owner, NULL, NULL
             UNION ALL
             SELECT 0, NULL, NULL) x
       GROUP BY x.grantee
       HAVING x.grantee <> :owner OR count(DISTINCT x.privilege_type) < 1) g)
