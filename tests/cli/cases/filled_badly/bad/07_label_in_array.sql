CREATE TYPE role_kind_new AS ENUM ('admin', 'editor', 'viewer');
ALTER TABLE member
  ALTER roles DROP DEFAULT,
  ALTER roles TYPE role_kind_new[] USING roles::text[]::role_kind_new[],
  ALTER roles SET DEFAULT '{}';
DROP TYPE role_kind;
ALTER TYPE role_kind_new RENAME TO role_kind;
