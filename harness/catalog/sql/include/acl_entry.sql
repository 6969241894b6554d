-- acl_entry(x): all privileges of one grantee, from a group of acl_rows: "alice=select+update*"; without a privilege:
-- "alice=".
CASE :x.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(:x.grantee)::text END || '='
|| coalesce(string_agg(DISTINCT lower(:x.privilege_type)
                                || CASE WHEN :x.is_grantable THEN '*' ELSE '' END, '+'),
            '')
