-- acl_rows(acl): a query.
SELECT grantee, privilege_type COLLATE "C" AS privilege_type, is_grantable
FROM aclexplode(:acl)
