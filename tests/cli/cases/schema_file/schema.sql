--
-- PostgreSQL database dump
--

\restrict bIoDHdAnVQ7sMJbHfWBx5Uhq1

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;

CREATE DATABASE kb WITH TEMPLATE = template0 ENCODING = 'UTF8';

\connect kb

CREATE SCHEMA kb;

CREATE TYPE kb.state AS ENUM (
    'new',
    'done'
);

CREATE FUNCTION kb.touch(uuid) RETURNS void
    LANGUAGE sql
    AS $$SELECT$$;

CREATE TABLE kb.projects (
    id uuid NOT NULL,
    state kb.state DEFAULT 'new'::kb.state NOT NULL,
    name character varying(80) NOT NULL,
    CONSTRAINT name_check CHECK (((name)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))
);

CREATE TABLE kb.jobs (
    id bigint NOT NULL,
    project_id uuid NOT NULL
);

ALTER TABLE kb.jobs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME kb.jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.schema_migrations (
    version text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

COPY public.schema_migrations (version, applied_at) FROM stdin;
1_projects	2025-01-01 00:00:00+00
2_jobs	2025-01-01 00:00:00+00
\.

ALTER TABLE ONLY kb.projects
    ADD CONSTRAINT projects_pkey PRIMARY KEY (id);

ALTER TABLE ONLY kb.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);

CREATE INDEX jobs_project_idx ON kb.jobs USING btree (project_id);

ALTER TABLE ONLY kb.jobs
    ADD CONSTRAINT jobs_project_id_fkey FOREIGN KEY (project_id) REFERENCES kb.projects(id) ON DELETE CASCADE;

ALTER TABLE kb.jobs ENABLE ROW LEVEL SECURITY;

CREATE POLICY jobs_all ON kb.jobs USING (true);

\unrestrict bIoDHdAnVQ7sMJbHfWBx5Uhq1
