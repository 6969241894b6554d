-- The objects of a Supabase database that exist before the first migration, as far as migrations rely on them. Roles
-- belong to the whole server, and other databases may be created at the same time, so a role may exist already.
DO $$
DECLARE
	wanted text[];
BEGIN
	FOREACH wanted SLICE 1 IN ARRAY ARRAY[
		['anon', 'NOLOGIN'],
		['authenticated', 'NOLOGIN'],
		['service_role', 'NOLOGIN BYPASSRLS'],
		['authenticator', 'NOLOGIN NOINHERIT'],
		['supabase_admin', 'NOLOGIN BYPASSRLS CREATEROLE CREATEDB'],
		['supabase_auth_admin', 'NOLOGIN NOINHERIT CREATEROLE'],
		['supabase_storage_admin', 'NOLOGIN NOINHERIT CREATEROLE'],
		['supabase_realtime_admin', 'NOLOGIN NOINHERIT'],
		['dashboard_user', 'NOLOGIN CREATEROLE CREATEDB']]
	LOOP
		CONTINUE WHEN EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted[1]);
		BEGIN
			EXECUTE pg_catalog.format('CREATE ROLE %I %s', wanted[1], wanted[2]);
			IF wanted[1] = 'authenticator' THEN
				GRANT anon, authenticated, service_role TO authenticator;
			END IF;
		EXCEPTION WHEN duplicate_object OR unique_violation THEN
			NULL;
		END;
	END LOOP;
END
$$;

CREATE SCHEMA auth;
CREATE SCHEMA IF NOT EXISTS extensions;
CREATE SCHEMA IF NOT EXISTS graphql;
CREATE SCHEMA IF NOT EXISTS graphql_public;
CREATE SCHEMA IF NOT EXISTS realtime;
CREATE SCHEMA IF NOT EXISTS storage;
CREATE SCHEMA IF NOT EXISTS vault;
GRANT USAGE ON SCHEMA public, auth, extensions, graphql_public, realtime, storage TO anon, authenticated, service_role;

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;

-- Of the extensions that Supabase installs, those that come with PostgreSQL.
DO $$
DECLARE
	wanted text;
BEGIN
	FOREACH wanted IN ARRAY ARRAY['pgcrypto', 'uuid-ossp'] LOOP
		IF EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = wanted) THEN
			EXECUTE pg_catalog.format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA extensions', wanted);
		END IF;
	END LOOP;
END
$$;

CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::pg_catalog.jsonb$$;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS
$$SELECT coalesce(nullif(pg_catalog.current_setting('request.jwt.claim.sub', true), ''),
	auth.jwt() ->> 'sub')::pg_catalog.uuid$$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS
$$SELECT coalesce(nullif(pg_catalog.current_setting('request.jwt.claim.role', true), ''), auth.jwt() ->> 'role')$$;
CREATE FUNCTION auth.email() RETURNS text LANGUAGE sql STABLE AS
$$SELECT coalesce(nullif(pg_catalog.current_setting('request.jwt.claim.email', true), ''), auth.jwt() ->> 'email')$$;

CREATE TABLE auth.users (
	instance_id uuid,
	id uuid PRIMARY KEY,
	aud varchar(255),
	role varchar(255),
	email varchar(255),
	encrypted_password varchar(255),
	email_confirmed_at timestamptz,
	invited_at timestamptz,
	last_sign_in_at timestamptz,
	raw_app_meta_data jsonb,
	raw_user_meta_data jsonb,
	is_super_admin boolean,
	created_at timestamptz,
	updated_at timestamptz,
	phone text UNIQUE,
	phone_confirmed_at timestamptz,
	banned_until timestamptz,
	is_sso_user boolean NOT NULL DEFAULT false,
	deleted_at timestamptz,
	is_anonymous boolean NOT NULL DEFAULT false
);
ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;

CREATE TABLE storage.buckets (
	id text PRIMARY KEY,
	name text NOT NULL UNIQUE,
	owner uuid,
	created_at timestamptz DEFAULT now(),
	updated_at timestamptz DEFAULT now(),
	public boolean DEFAULT false,
	avif_autodetection boolean DEFAULT false,
	file_size_limit bigint,
	allowed_mime_types text[],
	owner_id text
);
CREATE TABLE storage.objects (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	bucket_id text REFERENCES storage.buckets,
	name text,
	owner uuid,
	created_at timestamptz DEFAULT now(),
	updated_at timestamptz DEFAULT now(),
	last_accessed_at timestamptz DEFAULT now(),
	metadata jsonb,
	version text,
	owner_id text,
	user_metadata jsonb,
	UNIQUE (bucket_id, name)
);
ALTER TABLE storage.buckets ENABLE ROW LEVEL SECURITY;
ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
GRANT ALL ON storage.buckets, storage.objects TO anon, authenticated, service_role;
CREATE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE sql IMMUTABLE AS
$$SELECT (pg_catalog.string_to_array(name, '/'))[1:pg_catalog.cardinality(pg_catalog.string_to_array(name, '/')) - 1]$$;
CREATE FUNCTION storage.filename(name text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$SELECT (pg_catalog.string_to_array(name, '/'))[pg_catalog.cardinality(pg_catalog.string_to_array(name, '/'))]$$;

CREATE PUBLICATION supabase_realtime;
