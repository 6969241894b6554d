-- quoted(name): as it stands in SQL, in quotes where it needs them; by a rule of our own, see identity.c.
CASE WHEN :name ~ '^[a-z_][a-z0-9_$]*$' THEN :name::text
     ELSE '"' || replace(:name, '"', '""') || '"' END
