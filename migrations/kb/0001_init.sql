-- 0001_init.sql
-- Description: Complete base schema of the knowledge base: extensions, the schemas core and kb, 37 tables
-- Down: see 0001_init.down.sql
--
-- 2 tables in core and 35 in kb. The text this schema was rebuilt from speaks of 39 tables: it adds up the
-- counts in its headings, one of which says five and lists four. Its list has 2 in core, 35 in kb and
-- public.schema_migrations, 38 in all, and its own check (35 tables in kb) agrees with the list. So no
-- table was invented here. public.schema_migrations belongs to the migration runner and is not made here.
--
-- Tenancy: every row of a project carries project_id. A session says who it works for with the settings
-- app.user_id, app.organization_id and app.project_id. Without them the policies show nothing.

-- ---------------------------------------------------------------------------
-- Extensions and schemas
-- ---------------------------------------------------------------------------

CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE SCHEMA IF NOT EXISTS core;
CREATE SCHEMA IF NOT EXISTS kb;

COMMENT ON SCHEMA core IS 'People: profiles and e-mail addresses of users';
COMMENT ON SCHEMA kb IS 'Knowledge base: organizations, projects and all that belongs to them';

-- ---------------------------------------------------------------------------
-- Functions that do not need a table
-- ---------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION core.set_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = ''
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION core.set_updated_at() IS 'Trigger: keeps updated_at current';

-- A setting that was set once in a session reads as '' after the transaction that set it, hence nullif.
CREATE OR REPLACE FUNCTION kb.current_user_id() RETURNS uuid
    LANGUAGE sql STABLE
AS $$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;

CREATE OR REPLACE FUNCTION kb.current_organization_id() RETURNS uuid
    LANGUAGE sql STABLE
AS $$ SELECT nullif(current_setting('app.organization_id', true), '')::uuid $$;

CREATE OR REPLACE FUNCTION kb.current_project_id() RETURNS uuid
    LANGUAGE sql STABLE
AS $$ SELECT nullif(current_setting('app.project_id', true), '')::uuid $$;

COMMENT ON FUNCTION kb.current_user_id() IS 'The user of this session (app.user_id), or null';
COMMENT ON FUNCTION kb.current_organization_id() IS 'The organization of this session (app.organization_id), or null';
COMMENT ON FUNCTION kb.current_project_id() IS 'The project of this session (app.project_id), or null';

-- ---------------------------------------------------------------------------
-- Core (2 tables)
-- ---------------------------------------------------------------------------

CREATE TABLE core.user_profiles (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    zitadel_user_id text NOT NULL,
    first_name text,
    last_name text,
    display_name text,
    phone_e164 text,
    avatar_object_key text,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    deleted_at timestamptz,
    CONSTRAINT user_profiles_pkey PRIMARY KEY (id),
    CONSTRAINT user_profiles_zitadel_user_id_key UNIQUE (zitadel_user_id),
    CONSTRAINT user_profiles_phone_e164_check CHECK (phone_e164 ~ '^\+[1-9][0-9]{6,14}$')
);

CREATE INDEX user_profiles_display_name_trgm_idx ON core.user_profiles USING gin (display_name gin_trgm_ops);

CREATE TRIGGER user_profiles_set_updated_at BEFORE UPDATE ON core.user_profiles
    FOR EACH ROW EXECUTE FUNCTION core.set_updated_at();

COMMENT ON TABLE core.user_profiles IS 'Users, who sign in with Zitadel';
COMMENT ON COLUMN core.user_profiles.zitadel_user_id IS 'The subject claim of the token; everything else refers to id';

CREATE TABLE core.user_emails (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    email text NOT NULL,
    is_primary boolean DEFAULT false NOT NULL,
    verified_at timestamptz,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT user_emails_pkey PRIMARY KEY (id),
    CONSTRAINT user_emails_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES core.user_profiles (id) ON DELETE CASCADE,
    CONSTRAINT user_emails_email_check CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$')
);

CREATE UNIQUE INDEX user_emails_email_key ON core.user_emails (lower(email));
CREATE UNIQUE INDEX user_emails_one_primary_idx ON core.user_emails (user_id) WHERE is_primary;
CREATE INDEX user_emails_user_id_idx ON core.user_emails (user_id);

COMMENT ON TABLE core.user_emails IS 'E-mail addresses of users; an address belongs to one user whatever its case';

-- ---------------------------------------------------------------------------
-- Organizations and projects (5 tables)
-- ---------------------------------------------------------------------------

CREATE TABLE kb.orgs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    deleted_at timestamptz,
    CONSTRAINT orgs_pkey PRIMARY KEY (id),
    CONSTRAINT orgs_name_key UNIQUE (name),
    CONSTRAINT orgs_name_check CHECK (btrim(name) <> '')
);

CREATE TRIGGER orgs_set_updated_at BEFORE UPDATE ON kb.orgs
    FOR EACH ROW EXECUTE FUNCTION core.set_updated_at();

COMMENT ON TABLE kb.orgs IS 'Organizations: the tenants';

CREATE TABLE kb.projects (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    name text NOT NULL,
    kb_purpose text,
    chat_prompt_template text,
    auto_extract_objects boolean DEFAULT false NOT NULL,
    auto_extract_config jsonb DEFAULT '{}' NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT projects_pkey PRIMARY KEY (id),
    CONSTRAINT projects_organization_id_name_key UNIQUE (organization_id, name),
    -- Target of the composite foreign keys that keep a row's organization and project together.
    CONSTRAINT projects_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT projects_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES kb.orgs (id) ON DELETE CASCADE,
    CONSTRAINT projects_name_check CHECK (btrim(name) <> ''),
    CONSTRAINT projects_kb_purpose_check CHECK (char_length(kb_purpose) <= 4000),
    CONSTRAINT projects_auto_extract_config_check CHECK (jsonb_typeof(auto_extract_config) = 'object')
);

CREATE INDEX projects_name_trgm_idx ON kb.projects USING gin (name gin_trgm_ops);

CREATE TRIGGER projects_set_updated_at BEFORE UPDATE ON kb.projects
    FOR EACH ROW EXECUTE FUNCTION core.set_updated_at();

COMMENT ON TABLE kb.projects IS 'Projects of an organization';
COMMENT ON COLUMN kb.projects.kb_purpose IS 'What this knowledge base is for, in Markdown; guides type discovery';

CREATE TABLE kb.organization_memberships (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT organization_memberships_pkey PRIMARY KEY (id),
    CONSTRAINT organization_memberships_organization_id_user_id_key UNIQUE (organization_id, user_id),
    CONSTRAINT organization_memberships_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES kb.orgs (id) ON DELETE CASCADE,
    CONSTRAINT organization_memberships_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES core.user_profiles (id) ON DELETE CASCADE,
    CONSTRAINT organization_memberships_role_check CHECK (role IN ('org_admin', 'org_member'))
);

CREATE INDEX organization_memberships_user_id_idx ON kb.organization_memberships (user_id);

COMMENT ON TABLE kb.organization_memberships IS 'Role of a user in an organization';

CREATE TABLE kb.project_memberships (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    project_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT project_memberships_pkey PRIMARY KEY (id),
    CONSTRAINT project_memberships_project_id_user_id_key UNIQUE (project_id, user_id),
    CONSTRAINT project_memberships_project_id_fkey FOREIGN KEY (project_id)
        REFERENCES kb.projects (id) ON DELETE CASCADE,
    CONSTRAINT project_memberships_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES core.user_profiles (id) ON DELETE CASCADE,
    CONSTRAINT project_memberships_role_check CHECK (role IN ('project_admin', 'project_user'))
);

CREATE INDEX project_memberships_user_id_idx ON kb.project_memberships (user_id);

COMMENT ON TABLE kb.project_memberships IS 'Role of a user in a project';

CREATE TABLE kb.invites (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    project_id uuid,
    email text NOT NULL,
    role text NOT NULL,
    token text DEFAULT encode(gen_random_bytes(32), 'hex') NOT NULL,
    status text DEFAULT 'pending' NOT NULL,
    invited_by_user_id uuid,
    expires_at timestamptz DEFAULT (now() + interval '7 days') NOT NULL,
    accepted_at timestamptz,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT invites_pkey PRIMARY KEY (id),
    CONSTRAINT invites_token_key UNIQUE (token),
    CONSTRAINT invites_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES kb.orgs (id) ON DELETE CASCADE,
    CONSTRAINT invites_project_id_organization_id_fkey FOREIGN KEY (project_id, organization_id)
        REFERENCES kb.projects (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT invites_invited_by_user_id_fkey FOREIGN KEY (invited_by_user_id)
        REFERENCES core.user_profiles (id) ON DELETE SET NULL,
    CONSTRAINT invites_role_check
        CHECK (role IN ('org_admin', 'org_member', 'project_admin', 'project_user')),
    CONSTRAINT invites_status_check CHECK (status IN ('pending', 'accepted', 'revoked', 'expired')),
    CONSTRAINT invites_accepted_at_check CHECK ((status = 'accepted') = (accepted_at IS NOT NULL)),
    CONSTRAINT invites_expires_at_check CHECK (expires_at > created_at)
);

-- An address has one open invitation per organization and one per project.
CREATE UNIQUE INDEX invites_pending_organization_idx ON kb.invites (organization_id, lower(email))
    WHERE status = 'pending' AND project_id IS NULL;
CREATE UNIQUE INDEX invites_pending_project_idx ON kb.invites (project_id, lower(email))
    WHERE status = 'pending' AND project_id IS NOT NULL;
CREATE INDEX invites_invited_by_user_id_idx ON kb.invites (invited_by_user_id);

COMMENT ON TABLE kb.invites IS 'Invitations to an organization or to one of its projects';
COMMENT ON COLUMN kb.invites.token IS 'Secret of the link in the e-mail: 32 random bytes in hexadecimal';

-- Definer rights: the policy of kb.organization_memberships asks this, and would otherwise ask itself.
CREATE OR REPLACE FUNCTION kb.is_organization_admin(organization uuid, person uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = ''
AS $$
    SELECT EXISTS (
        SELECT FROM kb.organization_memberships m
        WHERE m.organization_id = organization AND m.user_id = person AND m.role = 'org_admin'
    )
$$;

COMMENT ON FUNCTION kb.is_organization_admin(uuid, uuid) IS 'Whether a user administers an organization';

-- ---------------------------------------------------------------------------
-- Documents (2 tables)
-- ---------------------------------------------------------------------------

CREATE TABLE kb.documents (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    project_id uuid NOT NULL,
    parent_document_id uuid,
    source_url text,
    filename text,
    mime_type text DEFAULT 'text/plain' NOT NULL,
    content text,
    content_hash text,
    file_size_bytes bigint,
    metadata jsonb DEFAULT '{}' NOT NULL,
    created_by_user_id uuid,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT documents_pkey PRIMARY KEY (id),
    CONSTRAINT documents_id_project_id_key UNIQUE (id, project_id),
    CONSTRAINT documents_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES kb.orgs (id) ON DELETE CASCADE,
    CONSTRAINT documents_project_id_organization_id_fkey FOREIGN KEY (project_id, organization_id)
        REFERENCES kb.projects (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT documents_parent_document_id_fkey FOREIGN KEY (parent_document_id)
        REFERENCES kb.documents (id) ON DELETE SET NULL,
    CONSTRAINT documents_created_by_user_id_fkey FOREIGN KEY (created_by_user_id)
        REFERENCES core.user_profiles (id) ON DELETE SET NULL,
    CONSTRAINT documents_file_size_bytes_check CHECK (file_size_bytes >= 0),
    CONSTRAINT documents_source_check CHECK (source_url IS NOT NULL OR filename IS NOT NULL),
    CONSTRAINT documents_metadata_check CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE UNIQUE INDEX documents_project_id_content_hash_idx ON kb.documents (project_id, content_hash)
    WHERE content_hash IS NOT NULL;
CREATE INDEX documents_project_id_created_at_idx ON kb.documents (project_id, created_at DESC);
CREATE INDEX documents_organization_id_idx ON kb.documents (organization_id);
CREATE INDEX documents_parent_document_id_idx ON kb.documents (parent_document_id)
    WHERE parent_document_id IS NOT NULL;
CREATE INDEX documents_created_by_user_id_idx ON kb.documents (created_by_user_id);
CREATE INDEX documents_filename_trgm_idx ON kb.documents USING gin (filename gin_trgm_ops);
CREATE INDEX documents_metadata_idx ON kb.documents USING gin (metadata jsonb_path_ops);

CREATE OR REPLACE FUNCTION kb.set_document_content_hash() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = ''
AS $$
BEGIN
    NEW.content_hash := pg_catalog.encode(public.digest(NEW.content, 'sha256'), 'hex');
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION kb.set_document_content_hash() IS 'Trigger: SHA-256 of the content, by which duplicates are found';

CREATE TRIGGER documents_set_content_hash BEFORE INSERT OR UPDATE OF content ON kb.documents
    FOR EACH ROW EXECUTE FUNCTION kb.set_document_content_hash();
CREATE TRIGGER documents_set_updated_at BEFORE UPDATE ON kb.documents
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION core.set_updated_at();

COMMENT ON TABLE kb.documents IS 'Documents that a project was fed with';

CREATE TABLE kb.chunks (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    project_id uuid NOT NULL,
    document_id uuid NOT NULL,
    chunk_index integer NOT NULL,
    text text NOT NULL,
    token_count integer,
    embedding vector(1536),
    embedding_model text,
    embedded_at timestamptz,
    tsv tsvector GENERATED ALWAYS AS (to_tsvector('english', text)) STORED,
    metadata jsonb DEFAULT '{}' NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT chunks_pkey PRIMARY KEY (id),
    CONSTRAINT chunks_document_id_chunk_index_key UNIQUE (document_id, chunk_index),
    CONSTRAINT chunks_document_id_project_id_fkey FOREIGN KEY (document_id, project_id)
        REFERENCES kb.documents (id, project_id) ON DELETE CASCADE,
    CONSTRAINT chunks_chunk_index_check CHECK (chunk_index >= 0),
    CONSTRAINT chunks_token_count_check CHECK (token_count > 0),
    CONSTRAINT chunks_embedding_model_check CHECK (embedding IS NULL OR embedding_model IS NOT NULL)
);

CREATE INDEX chunks_tsv_idx ON kb.chunks USING gin (tsv);
CREATE INDEX chunks_text_trgm_idx ON kb.chunks USING gin (text gin_trgm_ops);
CREATE INDEX chunks_project_id_idx ON kb.chunks (project_id) INCLUDE (document_id, chunk_index);
CREATE INDEX chunks_without_embedding_idx ON kb.chunks (project_id, created_at) WHERE embedding IS NULL;

COMMENT ON TABLE kb.chunks IS 'Pieces of a document, for search by words (tsv) and by meaning (embedding)';
COMMENT ON COLUMN kb.chunks.tsv IS 'Generated from text; never written';

-- ---------------------------------------------------------------------------
-- Versions and branches, first part (3 of 5 tables: the graph refers to branches)
-- ---------------------------------------------------------------------------

CREATE TABLE kb.branches (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    project_id uuid NOT NULL,
    name text NOT NULL,
    parent_branch_id uuid,
    created_by_user_id uuid,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT branches_pkey PRIMARY KEY (id),
    CONSTRAINT branches_project_id_name_key UNIQUE (project_id, name),
    CONSTRAINT branches_id_project_id_key UNIQUE (id, project_id),
    CONSTRAINT branches_project_id_fkey FOREIGN KEY (project_id)
        REFERENCES kb.projects (id) ON DELETE CASCADE,
    -- No action, checked at the end of the statement: a project goes with all its branches at once, but
    -- a branch that others grew from cannot be deleted alone.
    CONSTRAINT branches_parent_branch_id_project_id_fkey FOREIGN KEY (parent_branch_id, project_id)
        REFERENCES kb.branches (id, project_id) ON DELETE NO ACTION,
    CONSTRAINT branches_created_by_user_id_fkey FOREIGN KEY (created_by_user_id)
        REFERENCES core.user_profiles (id) ON DELETE SET NULL,
    CONSTRAINT branches_parent_branch_id_check CHECK (parent_branch_id <> id),
    CONSTRAINT branches_name_check CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._/-]*$')
);

CREATE INDEX branches_parent_branch_id_idx ON kb.branches (parent_branch_id) WHERE parent_branch_id IS NOT NULL;

COMMENT ON TABLE kb.branches IS 'Lines of development of a project''s graph; no branch (null) is the main line';

CREATE TABLE kb.branch_lineage (
    branch_id uuid NOT NULL,
    ancestor_branch_id uuid NOT NULL,
    depth integer NOT NULL,
    CONSTRAINT branch_lineage_pkey PRIMARY KEY (branch_id, ancestor_branch_id),
    CONSTRAINT branch_lineage_branch_id_fkey FOREIGN KEY (branch_id)
        REFERENCES kb.branches (id) ON DELETE CASCADE,
    CONSTRAINT branch_lineage_ancestor_branch_id_fkey FOREIGN KEY (ancestor_branch_id)
        REFERENCES kb.branches (id) ON DELETE CASCADE,
    CONSTRAINT branch_lineage_depth_check
        CHECK (depth >= 0 AND (depth = 0) = (branch_id = ancestor_branch_id))
);

CREATE INDEX branch_lineage_ancestor_branch_id_idx ON kb.branch_lineage (ancestor_branch_id, depth);

COMMENT ON TABLE kb.branch_lineage IS 'All ancestors of every branch, the branch itself at depth 0; kept by a trigger';

CREATE OR REPLACE FUNCTION kb.record_branch_lineage() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = ''
AS $$
BEGIN
    INSERT INTO kb.branch_lineage (branch_id, ancestor_branch_id, depth)
    SELECT NEW.id, NEW.id, 0
    UNION ALL
    SELECT NEW.id, l.ancestor_branch_id, l.depth + 1
    FROM kb.branch_lineage l
    WHERE l.branch_id = NEW.parent_branch_id;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION kb.record_branch_lineage() IS 'Trigger: enters the ancestors of a new branch';

CREATE TRIGGER branches_record_lineage AFTER INSERT ON kb.branches
    FOR EACH ROW EXECUTE FUNCTION kb.record_branch_lineage();

CREATE TABLE kb.product_versions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    project_id uuid NOT NULL,
    name text NOT NULL,
    description text,
    base_product_version_id uuid,
    released_at timestamptz,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT product_versions_pkey PRIMARY KEY (id),
    CONSTRAINT product_versions_project_id_fkey FOREIGN KEY (project_id)
        REFERENCES kb.projects (id) ON DELETE CASCADE,
    CONSTRAINT product_versions_base_product_version_id_fkey FOREIGN KEY (base_product_version_id)
        REFERENCES kb.product_versions (id) ON DELETE SET NULL,
    CONSTRAINT product_versions_base_check CHECK (base_product_version_id <> id)
);

CREATE UNIQUE INDEX product_versions_project_id_name_idx ON kb.product_versions (project_id, lower(name));
CREATE INDEX product_versions_released_at_idx ON kb.product_versions (project_id, released_at DESC NULLS LAST);
CREATE INDEX product_versions_base_product_version_id_idx ON kb.product_versions (base_product_version_id);

COMMENT ON TABLE kb.product_versions IS 'Named states of a project''s graph';

-- ---------------------------------------------------------------------------
-- Templates (2 tables)
-- ---------------------------------------------------------------------------

CREATE TABLE kb.graph_template_packs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    description text,
    author text,
    object_type_schemas jsonb DEFAULT '{}' NOT NULL,
    relationship_type_schemas jsonb DEFAULT '{}' NOT NULL,
    ui_configs jsonb DEFAULT '{}' NOT NULL,
    extraction_prompts jsonb DEFAULT '{}' NOT NULL,
    checksum text,
    published_at timestamptz,
    deprecated_at timestamptz,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT graph_template_packs_pkey PRIMARY KEY (id),
    CONSTRAINT graph_template_packs_name_version_key UNIQUE (name, version),
    CONSTRAINT graph_template_packs_version_check CHECK (version ~ '^[0-9]+\.[0-9]+\.[0-9]+$'),
    CONSTRAINT graph_template_packs_deprecated_at_check CHECK (deprecated_at >= published_at)
);

CREATE INDEX graph_template_packs_published_idx ON kb.graph_template_packs (name, published_at DESC)
    WHERE published_at IS NOT NULL AND deprecated_at IS NULL;

CREATE TRIGGER graph_template_packs_set_updated_at BEFORE UPDATE ON kb.graph_template_packs
    FOR EACH ROW EXECUTE FUNCTION core.set_updated_at();

COMMENT ON TABLE kb.graph_template_packs IS 'Ready-made sets of types; shared by all organizations';

CREATE TABLE kb.project_template_packs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    project_id uuid NOT NULL,
    template_pack_id uuid NOT NULL,
    installed_by_user_id uuid,
    installed_at timestamptz DEFAULT now() NOT NULL,
    active boolean DEFAULT true NOT NULL,
    customizations jsonb DEFAULT '{}' NOT NULL,
    CONSTRAINT project_template_packs_pkey PRIMARY KEY (id),
    CONSTRAINT project_template_packs_project_id_template_pack_id_key UNIQUE (project_id, template_pack_id),
    CONSTRAINT project_template_packs_project_id_fkey FOREIGN KEY (project_id)
        REFERENCES kb.projects (id) ON DELETE CASCADE,
    CONSTRAINT project_template_packs_template_pack_id_fkey FOREIGN KEY (template_pack_id)
        REFERENCES kb.graph_template_packs (id) ON DELETE RESTRICT,
    CONSTRAINT project_template_packs_installed_by_user_id_fkey FOREIGN KEY (installed_by_user_id)
        REFERENCES core.user_profiles (id) ON DELETE SET NULL
);

CREATE INDEX project_template_packs_template_pack_id_idx ON kb.project_template_packs (template_pack_id);

COMMENT ON TABLE kb.project_template_packs IS 'Template packs installed in a project; an installed pack cannot be deleted';

-- ---------------------------------------------------------------------------
-- Type registry (3 tables)
-- ---------------------------------------------------------------------------

CREATE TABLE kb.object_type_schemas (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    project_id uuid NOT NULL,
    type text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    json_schema jsonb NOT NULL,
    supersedes_id uuid,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT object_type_schemas_pkey PRIMARY KEY (id),
    CONSTRAINT object_type_schemas_project_id_type_version_key UNIQUE (project_id, type, version),
    CONSTRAINT object_type_schemas_project_id_fkey FOREIGN KEY (project_id)
        REFERENCES kb.projects (id) ON DELETE CASCADE,
    CONSTRAINT object_type_schemas_supersedes_id_fkey FOREIGN KEY (supersedes_id)
        REFERENCES kb.object_type_schemas (id) ON DELETE SET NULL,
    CONSTRAINT object_type_schemas_version_check CHECK (version > 0),
    CONSTRAINT object_type_schemas_json_schema_check CHECK (jsonb_typeof(json_schema) = 'object')
);

COMMENT ON TABLE kb.object_type_schemas IS 'Definitions of object types, as JSON Schema; a change is a new version';

CREATE TABLE kb.relationship_type_schemas (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    project_id uuid NOT NULL,
    type text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    json_schema jsonb DEFAULT '{}' NOT NULL,
    source_types text[] DEFAULT '{}' NOT NULL,
    target_types text[] DEFAULT '{}' NOT NULL,
    multiplicity text DEFAULT 'many_to_many' NOT NULL,
    supersedes_id uuid,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT relationship_type_schemas_pkey PRIMARY KEY (id),
    CONSTRAINT relationship_type_schemas_project_id_type_version_key UNIQUE (project_id, type, version),
    CONSTRAINT relationship_type_schemas_project_id_fkey FOREIGN KEY (project_id)
        REFERENCES kb.projects (id) ON DELETE CASCADE,
    CONSTRAINT relationship_type_schemas_supersedes_id_fkey FOREIGN KEY (supersedes_id)
        REFERENCES kb.relationship_type_schemas (id) ON DELETE SET NULL,
    CONSTRAINT relationship_type_schemas_version_check CHECK (version > 0),
    CONSTRAINT relationship_type_schemas_multiplicity_check
        CHECK (multiplicity IN ('one_to_one', 'one_to_many', 'many_to_one', 'many_to_many'))
);

CREATE INDEX relationship_type_schemas_source_types_idx ON kb.relationship_type_schemas USING gin (source_types);
CREATE INDEX relationship_type_schemas_target_types_idx ON kb.relationship_type_schemas USING gin (target_types);

COMMENT ON TABLE kb.relationship_type_schemas IS 'Definitions of relationship types and of what they may connect';

CREATE TABLE kb.project_object_type_registry (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    project_id uuid NOT NULL,
    type_name text NOT NULL,
    source text NOT NULL,
    template_pack_id uuid,
    schema_version integer DEFAULT 1 NOT NULL,
    json_schema jsonb NOT NULL,
    ui_config jsonb DEFAULT '{}' NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    created_by_user_id uuid,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT project_object_type_registry_pkey PRIMARY KEY (id),
    CONSTRAINT project_object_type_registry_project_id_type_name_key UNIQUE (project_id, type_name),
    CONSTRAINT project_object_type_registry_project_id_fkey FOREIGN KEY (project_id)
        REFERENCES kb.projects (id) ON DELETE CASCADE,
    CONSTRAINT project_object_type_registry_template_pack_id_fkey FOREIGN KEY (template_pack_id)
        REFERENCES kb.graph_template_packs (id) ON DELETE RESTRICT,
    CONSTRAINT project_object_type_registry_created_by_user_id_fkey FOREIGN KEY (created_by_user_id)
        REFERENCES core.user_profiles (id) ON DELETE SET NULL,
    CONSTRAINT project_object_type_registry_source_check
        CHECK (source IN ('template', 'custom', 'discovered')),
    CONSTRAINT project_object_type_registry_template_pack_id_check
        CHECK ((source = 'template') = (template_pack_id IS NOT NULL))
);

CREATE INDEX project_object_type_registry_enabled_idx ON kb.project_object_type_registry (project_id, type_name)
    WHERE enabled;
CREATE INDEX project_object_type_registry_template_pack_id_idx
    ON kb.project_object_type_registry (template_pack_id);

CREATE TRIGGER project_object_type_registry_set_updated_at BEFORE UPDATE ON kb.project_object_type_registry
    FOR EACH ROW EXECUTE FUNCTION core.set_updated_at();

COMMENT ON TABLE kb.project_object_type_registry IS 'Object types that a project has switched on';

-- ---------------------------------------------------------------------------
-- Extraction and discovery (3 tables)
-- ---------------------------------------------------------------------------

CREATE TABLE kb.object_extraction_jobs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    project_id uuid NOT NULL,
    source_type text NOT NULL,
    source_id uuid,
    source_metadata jsonb DEFAULT '{}' NOT NULL,
    document_id uuid,
    extraction_config jsonb DEFAULT '{}' NOT NULL,
    status text DEFAULT 'pending' NOT NULL,
    total_items integer DEFAULT 0 NOT NULL,
    processed_items integer DEFAULT 0 NOT NULL,
    failed_items integer DEFAULT 0 NOT NULL,
    discovered_types text[] DEFAULT '{}' NOT NULL,
    error_message text,
    retry_count smallint DEFAULT 0 NOT NULL,
    created_by_user_id uuid,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    started_at timestamptz,
    completed_at timestamptz,
    CONSTRAINT object_extraction_jobs_pkey PRIMARY KEY (id),
    CONSTRAINT object_extraction_jobs_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES kb.orgs (id) ON DELETE CASCADE,
    CONSTRAINT object_extraction_jobs_project_id_fkey FOREIGN KEY (project_id)
        REFERENCES kb.projects (id) ON DELETE CASCADE,
    CONSTRAINT object_extraction_jobs_document_id_fkey FOREIGN KEY (document_id)
        REFERENCES kb.documents (id) ON DELETE SET NULL,
    CONSTRAINT object_extraction_jobs_created_by_user_id_fkey FOREIGN KEY (created_by_user_id)
        REFERENCES core.user_profiles (id) ON DELETE SET NULL,
    CONSTRAINT object_extraction_jobs_source_type_check
        CHECK (source_type IN ('document', 'api', 'manual', 'bulk_import')),
    CONSTRAINT object_extraction_jobs_status_check
        CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
    CONSTRAINT object_extraction_jobs_items_check
        CHECK (total_items >= 0 AND processed_items BETWEEN 0 AND total_items
               AND failed_items BETWEEN 0 AND processed_items),
    CONSTRAINT object_extraction_jobs_retry_count_check CHECK (retry_count BETWEEN 0 AND 10),
    CONSTRAINT object_extraction_jobs_completed_at_check CHECK (completed_at >= started_at)
);

CREATE INDEX object_extraction_jobs_project_id_status_idx ON kb.object_extraction_jobs (project_id, status);
CREATE INDEX object_extraction_jobs_organization_id_idx ON kb.object_extraction_jobs (organization_id);
CREATE INDEX object_extraction_jobs_document_id_idx ON kb.object_extraction_jobs (document_id);
CREATE INDEX object_extraction_jobs_open_idx ON kb.object_extraction_jobs (created_at)
    WHERE status IN ('pending', 'running');
CREATE INDEX object_extraction_jobs_discovered_types_idx
    ON kb.object_extraction_jobs USING gin (discovered_types);

CREATE TRIGGER object_extraction_jobs_set_updated_at BEFORE UPDATE ON kb.object_extraction_jobs
    FOR EACH ROW EXECUTE FUNCTION core.set_updated_at();

COMMENT ON TABLE kb.object_extraction_jobs IS 'Jobs that extract graph objects from documents and other sources';

CREATE TABLE kb.discovery_jobs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    project_id uuid NOT NULL,
    template_pack_id uuid,
    kb_purpose text NOT NULL,
    document_ids uuid[] DEFAULT '{}' NOT NULL,
    config jsonb DEFAULT '{}' NOT NULL,
    progress jsonb DEFAULT '{}' NOT NULL,
    status text DEFAULT 'pending' NOT NULL,
    error_message text,
    created_by_user_id uuid,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    started_at timestamptz,
    completed_at timestamptz,
    CONSTRAINT discovery_jobs_pkey PRIMARY KEY (id),
    CONSTRAINT discovery_jobs_project_id_organization_id_fkey FOREIGN KEY (project_id, organization_id)
        REFERENCES kb.projects (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT discovery_jobs_template_pack_id_fkey FOREIGN KEY (template_pack_id)
        REFERENCES kb.graph_template_packs (id) ON DELETE SET NULL,
    CONSTRAINT discovery_jobs_created_by_user_id_fkey FOREIGN KEY (created_by_user_id)
        REFERENCES core.user_profiles (id) ON DELETE SET NULL,
    CONSTRAINT discovery_jobs_status_check CHECK (status IN
        ('pending', 'analyzing_documents', 'extracting_types', 'refining_schemas', 'creating_pack',
         'completed', 'failed', 'cancelled')),
    CONSTRAINT discovery_jobs_completed_at_check CHECK (completed_at >= started_at)
);

CREATE INDEX discovery_jobs_project_id_status_idx ON kb.discovery_jobs (project_id, status);
CREATE INDEX discovery_jobs_template_pack_id_idx ON kb.discovery_jobs (template_pack_id);

CREATE TRIGGER discovery_jobs_set_updated_at BEFORE UPDATE ON kb.discovery_jobs
    FOR EACH ROW EXECUTE FUNCTION core.set_updated_at();

COMMENT ON TABLE kb.discovery_jobs IS 'Jobs that propose types for a project from its documents';
COMMENT ON COLUMN kb.discovery_jobs.kb_purpose IS 'The purpose of the project at the time the job was started';

CREATE TABLE kb.discovery_type_candidates (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    job_id uuid NOT NULL,
    project_id uuid NOT NULL,
    type_name text NOT NULL,
    description text,
    confidence numeric(4,3) NOT NULL,
    frequency integer DEFAULT 1 NOT NULL,
    inferred_schema jsonb DEFAULT '{}' NOT NULL,
    example_instances jsonb DEFAULT '[]' NOT NULL,
    status text DEFAULT 'candidate' NOT NULL,
    merged_into_id uuid,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT discovery_type_candidates_pkey PRIMARY KEY (id),
    CONSTRAINT discovery_type_candidates_job_id_type_name_key UNIQUE (job_id, type_name),
    CONSTRAINT discovery_type_candidates_job_id_fkey FOREIGN KEY (job_id)
        REFERENCES kb.discovery_jobs (id) ON DELETE CASCADE,
    CONSTRAINT discovery_type_candidates_project_id_fkey FOREIGN KEY (project_id)
        REFERENCES kb.projects (id) ON DELETE CASCADE,
    CONSTRAINT discovery_type_candidates_merged_into_id_fkey FOREIGN KEY (merged_into_id)
        REFERENCES kb.discovery_type_candidates (id) ON DELETE SET NULL,
    CONSTRAINT discovery_type_candidates_confidence_check CHECK (confidence BETWEEN 0 AND 1),
    CONSTRAINT discovery_type_candidates_frequency_check CHECK (frequency > 0),
    CONSTRAINT discovery_type_candidates_status_check
        CHECK (status IN ('candidate', 'accepted', 'rejected', 'merged')),
    CONSTRAINT discovery_type_candidates_merged_into_id_check
        CHECK (merged_into_id IS NULL OR (status = 'merged' AND merged_into_id <> id))
);

CREATE INDEX discovery_type_candidates_job_id_confidence_idx
    ON kb.discovery_type_candidates (job_id, confidence DESC);
CREATE INDEX discovery_type_candidates_project_id_idx ON kb.discovery_type_candidates (project_id);

COMMENT ON TABLE kb.discovery_type_candidates IS 'Types that a discovery job proposes';

-- ---------------------------------------------------------------------------
-- Graph (2 tables)
-- ---------------------------------------------------------------------------

CREATE TABLE kb.graph_objects (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    project_id uuid NOT NULL,
    branch_id uuid,
    canonical_id uuid DEFAULT gen_random_uuid() NOT NULL,
    supersedes_id uuid,
    version integer DEFAULT 1 NOT NULL,
    type text NOT NULL,
    key text,
    status text,
    properties jsonb DEFAULT '{}' NOT NULL,
    labels text[] DEFAULT '{}' NOT NULL,
    embedding vector(1536),
    embedding_updated_at timestamptz,
    fts tsvector,
    change_summary jsonb,
    extraction_job_id uuid,
    extraction_confidence numeric(4,3),
    needs_review boolean DEFAULT false NOT NULL,
    reviewed_by_user_id uuid,
    reviewed_at timestamptz,
    deleted_at timestamptz,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT graph_objects_pkey PRIMARY KEY (id),
    CONSTRAINT graph_objects_canonical_id_version_key UNIQUE (canonical_id, version),
    CONSTRAINT graph_objects_id_project_id_key UNIQUE (id, project_id),
    CONSTRAINT graph_objects_project_id_organization_id_fkey FOREIGN KEY (project_id, organization_id)
        REFERENCES kb.projects (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT graph_objects_branch_id_project_id_fkey FOREIGN KEY (branch_id, project_id)
        REFERENCES kb.branches (id, project_id) ON DELETE CASCADE,
    CONSTRAINT graph_objects_supersedes_id_fkey FOREIGN KEY (supersedes_id)
        REFERENCES kb.graph_objects (id) ON DELETE SET NULL,
    CONSTRAINT graph_objects_extraction_job_id_fkey FOREIGN KEY (extraction_job_id)
        REFERENCES kb.object_extraction_jobs (id) ON DELETE SET NULL,
    CONSTRAINT graph_objects_reviewed_by_user_id_fkey FOREIGN KEY (reviewed_by_user_id)
        REFERENCES core.user_profiles (id) ON DELETE SET NULL,
    CONSTRAINT graph_objects_version_check CHECK (version > 0),
    CONSTRAINT graph_objects_properties_check CHECK (jsonb_typeof(properties) = 'object'),
    CONSTRAINT graph_objects_extraction_confidence_check CHECK (extraction_confidence BETWEEN 0 AND 1),
    CONSTRAINT graph_objects_supersedes_id_check CHECK (supersedes_id <> id)
);

CREATE INDEX graph_objects_project_id_type_idx ON kb.graph_objects (project_id, type) WHERE deleted_at IS NULL;
CREATE INDEX graph_objects_head_idx ON kb.graph_objects (canonical_id, version DESC) INCLUDE (branch_id);
CREATE INDEX graph_objects_branch_id_idx ON kb.graph_objects (branch_id);
CREATE INDEX graph_objects_supersedes_id_idx ON kb.graph_objects (supersedes_id);
CREATE INDEX graph_objects_extraction_job_id_idx ON kb.graph_objects (extraction_job_id);
CREATE INDEX graph_objects_needs_review_idx ON kb.graph_objects (project_id, created_at) WHERE needs_review;
CREATE INDEX graph_objects_key_trgm_idx ON kb.graph_objects USING gin (key gin_trgm_ops);
CREATE INDEX graph_objects_properties_idx ON kb.graph_objects USING gin (properties jsonb_path_ops);
CREATE INDEX graph_objects_labels_idx ON kb.graph_objects USING gin (labels);
CREATE INDEX graph_objects_fts_idx ON kb.graph_objects USING gin (fts);

-- A trigger and not a generated column: to_tsvector(jsonb) with weights is too long an expression to repeat.
CREATE OR REPLACE FUNCTION kb.set_graph_object_fts() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog
AS $$
BEGIN
    NEW.fts :=
        setweight(to_tsvector('simple', coalesce(NEW.key, '')), 'A') ||
        setweight(to_tsvector('simple', NEW.type), 'B') ||
        setweight(to_tsvector('english', NEW.properties), 'C');
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION kb.set_graph_object_fts() IS 'Trigger: search document of a graph object from key, type and properties';

CREATE TRIGGER graph_objects_set_fts BEFORE INSERT OR UPDATE OF key, type, properties ON kb.graph_objects
    FOR EACH ROW EXECUTE FUNCTION kb.set_graph_object_fts();
CREATE TRIGGER graph_objects_set_updated_at BEFORE UPDATE ON kb.graph_objects
    FOR EACH ROW EXECUTE FUNCTION core.set_updated_at();

COMMENT ON TABLE kb.graph_objects IS 'Versions of the entities of the knowledge graph; canonical_id names the entity';

CREATE TABLE kb.graph_relationships (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    project_id uuid NOT NULL,
    branch_id uuid,
    canonical_id uuid DEFAULT gen_random_uuid() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    type text NOT NULL,
    src_id uuid NOT NULL,
    dst_id uuid NOT NULL,
    properties jsonb DEFAULT '{}' NOT NULL,
    weight real,
    valid_from timestamptz,
    valid_to timestamptz,
    deleted_at timestamptz,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT graph_relationships_pkey PRIMARY KEY (id),
    CONSTRAINT graph_relationships_canonical_id_version_key UNIQUE (canonical_id, version),
    CONSTRAINT graph_relationships_project_id_organization_id_fkey FOREIGN KEY (project_id, organization_id)
        REFERENCES kb.projects (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT graph_relationships_branch_id_project_id_fkey FOREIGN KEY (branch_id, project_id)
        REFERENCES kb.branches (id, project_id) ON DELETE CASCADE,
    -- Deferred: an import may bring the relationships before the objects they connect.
    CONSTRAINT graph_relationships_src_id_project_id_fkey FOREIGN KEY (src_id, project_id)
        REFERENCES kb.graph_objects (id, project_id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT graph_relationships_dst_id_project_id_fkey FOREIGN KEY (dst_id, project_id)
        REFERENCES kb.graph_objects (id, project_id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT graph_relationships_version_check CHECK (version > 0),
    CONSTRAINT graph_relationships_weight_check CHECK (weight >= 0),
    CONSTRAINT graph_relationships_ends_check CHECK (src_id <> dst_id),
    CONSTRAINT graph_relationships_valid_to_check CHECK (valid_to > valid_from)
);

CREATE UNIQUE INDEX graph_relationships_live_idx
    ON kb.graph_relationships (project_id, type, src_id, dst_id, version) WHERE deleted_at IS NULL;
CREATE INDEX graph_relationships_src_id_idx ON kb.graph_relationships (src_id, type);
CREATE INDEX graph_relationships_dst_id_idx ON kb.graph_relationships (dst_id, type);
CREATE INDEX graph_relationships_branch_id_idx ON kb.graph_relationships (branch_id);
CREATE INDEX graph_relationships_properties_idx
    ON kb.graph_relationships USING gin (properties jsonb_path_ops);

COMMENT ON TABLE kb.graph_relationships IS 'Directed relationships between graph objects of one project';

-- ---------------------------------------------------------------------------
-- Versions and branches, second part (2 of 5 tables)
-- ---------------------------------------------------------------------------

CREATE TABLE kb.product_version_members (
    product_version_id uuid NOT NULL,
    object_canonical_id uuid NOT NULL,
    object_version_id uuid NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT product_version_members_pkey PRIMARY KEY (product_version_id, object_canonical_id),
    CONSTRAINT product_version_members_product_version_id_fkey FOREIGN KEY (product_version_id)
        REFERENCES kb.product_versions (id) ON DELETE CASCADE,
    CONSTRAINT product_version_members_object_version_id_fkey FOREIGN KEY (object_version_id)
        REFERENCES kb.graph_objects (id) ON DELETE CASCADE
);

CREATE INDEX product_version_members_object_version_id_idx ON kb.product_version_members (object_version_id);

COMMENT ON TABLE kb.product_version_members IS 'Which version of each entity belongs to a product version';

CREATE TABLE kb.merge_provenance (
    child_version_id uuid NOT NULL,
    parent_version_id uuid NOT NULL,
    role text NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT merge_provenance_pkey PRIMARY KEY (child_version_id, parent_version_id, role),
    CONSTRAINT merge_provenance_child_version_id_fkey FOREIGN KEY (child_version_id)
        REFERENCES kb.graph_objects (id) ON DELETE CASCADE,
    CONSTRAINT merge_provenance_parent_version_id_fkey FOREIGN KEY (parent_version_id)
        REFERENCES kb.graph_objects (id) ON DELETE CASCADE,
    CONSTRAINT merge_provenance_role_check CHECK (role IN ('source', 'target', 'base')),
    CONSTRAINT merge_provenance_versions_check CHECK (child_version_id <> parent_version_id)
);

CREATE INDEX merge_provenance_parent_version_id_idx ON kb.merge_provenance (parent_version_id);

COMMENT ON TABLE kb.merge_provenance IS 'From which versions a merged version was made';

-- ---------------------------------------------------------------------------
-- Chat (3 tables)
-- ---------------------------------------------------------------------------

CREATE TABLE kb.chat_conversations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    project_id uuid NOT NULL,
    owner_user_id uuid,
    title text DEFAULT 'New conversation' NOT NULL,
    is_private boolean DEFAULT true NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT chat_conversations_pkey PRIMARY KEY (id),
    CONSTRAINT chat_conversations_project_id_organization_id_fkey FOREIGN KEY (project_id, organization_id)
        REFERENCES kb.projects (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT chat_conversations_owner_user_id_fkey FOREIGN KEY (owner_user_id)
        REFERENCES core.user_profiles (id) ON DELETE CASCADE,
    CONSTRAINT chat_conversations_owner_user_id_check CHECK (NOT is_private OR owner_user_id IS NOT NULL)
);

CREATE INDEX chat_conversations_project_id_updated_at_idx ON kb.chat_conversations (project_id, updated_at DESC);
CREATE INDEX chat_conversations_owner_user_id_idx ON kb.chat_conversations (owner_user_id, updated_at DESC);

COMMENT ON TABLE kb.chat_conversations IS 'Conversations with the assistant; a private one belongs to a user';

CREATE TABLE kb.chat_messages (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    conversation_id uuid NOT NULL,
    role text NOT NULL,
    content text NOT NULL,
    citations jsonb DEFAULT '[]' NOT NULL,
    created_at timestamptz DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT chat_messages_pkey PRIMARY KEY (id),
    CONSTRAINT chat_messages_conversation_id_fkey FOREIGN KEY (conversation_id)
        REFERENCES kb.chat_conversations (id) ON DELETE CASCADE,
    CONSTRAINT chat_messages_role_check CHECK (role IN ('user', 'assistant', 'system')),
    CONSTRAINT chat_messages_citations_check CHECK (jsonb_typeof(citations) = 'array')
);

CREATE INDEX chat_messages_conversation_id_created_at_idx ON kb.chat_messages (conversation_id, created_at);

CREATE OR REPLACE FUNCTION kb.touch_chat_conversation() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = ''
AS $$
BEGIN
    UPDATE kb.chat_conversations SET updated_at = NEW.created_at WHERE id = NEW.conversation_id;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION kb.touch_chat_conversation() IS 'Trigger: a new message moves its conversation to the top';

CREATE TRIGGER chat_messages_touch_conversation AFTER INSERT ON kb.chat_messages
    FOR EACH ROW EXECUTE FUNCTION kb.touch_chat_conversation();

COMMENT ON TABLE kb.chat_messages IS 'Messages of a conversation, with the sources they cite';

CREATE TABLE kb.mcp_tool_calls (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    conversation_id uuid NOT NULL,
    message_id uuid,
    tool_name text NOT NULL,
    arguments jsonb DEFAULT '{}' NOT NULL,
    result jsonb,
    error_message text,
    status text DEFAULT 'pending' NOT NULL,
    duration_ms integer,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT mcp_tool_calls_pkey PRIMARY KEY (id),
    CONSTRAINT mcp_tool_calls_conversation_id_fkey FOREIGN KEY (conversation_id)
        REFERENCES kb.chat_conversations (id) ON DELETE CASCADE,
    CONSTRAINT mcp_tool_calls_message_id_fkey FOREIGN KEY (message_id)
        REFERENCES kb.chat_messages (id) ON DELETE SET NULL,
    CONSTRAINT mcp_tool_calls_status_check CHECK (status IN ('pending', 'succeeded', 'failed')),
    CONSTRAINT mcp_tool_calls_error_message_check CHECK ((status = 'failed') = (error_message IS NOT NULL)),
    CONSTRAINT mcp_tool_calls_duration_ms_check CHECK (duration_ms >= 0)
);

CREATE INDEX mcp_tool_calls_conversation_id_idx ON kb.mcp_tool_calls (conversation_id, created_at);
CREATE INDEX mcp_tool_calls_message_id_idx ON kb.mcp_tool_calls (message_id);
CREATE INDEX mcp_tool_calls_failed_idx ON kb.mcp_tool_calls (tool_name, created_at DESC) WHERE status = 'failed';

COMMENT ON TABLE kb.mcp_tool_calls IS 'Calls of tools by the assistant (Model Context Protocol)';

-- ---------------------------------------------------------------------------
-- Integrations (2 tables)
-- ---------------------------------------------------------------------------

CREATE TABLE kb.integrations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text NOT NULL,
    display_name text NOT NULL,
    enabled boolean DEFAULT false NOT NULL,
    settings jsonb DEFAULT '{}' NOT NULL,
    secrets_encrypted bytea,
    created_by_user_id uuid,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT integrations_pkey PRIMARY KEY (id),
    CONSTRAINT integrations_project_id_name_key UNIQUE (project_id, name),
    CONSTRAINT integrations_project_id_organization_id_fkey FOREIGN KEY (project_id, organization_id)
        REFERENCES kb.projects (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT integrations_created_by_user_id_fkey FOREIGN KEY (created_by_user_id)
        REFERENCES core.user_profiles (id) ON DELETE SET NULL,
    CONSTRAINT integrations_name_check CHECK (name ~ '^[a-z][a-z0-9_]*$')
);

CREATE INDEX integrations_enabled_idx ON kb.integrations (name) WHERE enabled;

CREATE TRIGGER integrations_set_updated_at BEFORE UPDATE ON kb.integrations
    FOR EACH ROW EXECUTE FUNCTION core.set_updated_at();

COMMENT ON TABLE kb.integrations IS 'Connections of a project to other systems (ClickUp and others)';
COMMENT ON COLUMN kb.integrations.secrets_encrypted IS 'Access tokens, encrypted by the application';

CREATE TABLE kb.clickup_sync_state (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    integration_id uuid NOT NULL,
    workspace_id text NOT NULL,
    cursor text,
    last_sync_at timestamptz,
    last_successful_sync_at timestamptz,
    documents_imported integer DEFAULT 0 NOT NULL,
    last_error text,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT clickup_sync_state_pkey PRIMARY KEY (id),
    CONSTRAINT clickup_sync_state_integration_id_workspace_id_key UNIQUE (integration_id, workspace_id),
    CONSTRAINT clickup_sync_state_integration_id_fkey FOREIGN KEY (integration_id)
        REFERENCES kb.integrations (id) ON DELETE CASCADE,
    CONSTRAINT clickup_sync_state_documents_imported_check CHECK (documents_imported >= 0),
    CONSTRAINT clickup_sync_state_last_successful_sync_at_check CHECK (last_successful_sync_at <= last_sync_at)
);

CREATE TRIGGER clickup_sync_state_set_updated_at BEFORE UPDATE ON kb.clickup_sync_state
    FOR EACH ROW EXECUTE FUNCTION core.set_updated_at();

COMMENT ON TABLE kb.clickup_sync_state IS 'How far the import from a ClickUp workspace has come';

-- ---------------------------------------------------------------------------
-- System (5 tables)
-- ---------------------------------------------------------------------------

CREATE TABLE kb.tags (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    project_id uuid NOT NULL,
    name text NOT NULL,
    color character varying(7) DEFAULT '#808080' NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT tags_pkey PRIMARY KEY (id),
    CONSTRAINT tags_project_id_fkey FOREIGN KEY (project_id)
        REFERENCES kb.projects (id) ON DELETE CASCADE,
    CONSTRAINT tags_color_check CHECK (color ~ '^#[0-9a-fA-F]{6}$')
);

CREATE UNIQUE INDEX tags_project_id_name_idx ON kb.tags (project_id, lower(name));

COMMENT ON TABLE kb.tags IS 'Tags of a project; names differ by more than case';

CREATE TABLE kb.notifications (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid,
    project_id uuid,
    user_id uuid NOT NULL,
    category text NOT NULL,
    severity text DEFAULT 'info' NOT NULL,
    title text NOT NULL,
    message text NOT NULL,
    actions jsonb DEFAULT '[]' NOT NULL,
    read_at timestamptz,
    expires_at timestamptz,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT notifications_pkey PRIMARY KEY (id),
    CONSTRAINT notifications_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES kb.orgs (id) ON DELETE CASCADE,
    CONSTRAINT notifications_project_id_fkey FOREIGN KEY (project_id)
        REFERENCES kb.projects (id) ON DELETE CASCADE,
    CONSTRAINT notifications_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES core.user_profiles (id) ON DELETE CASCADE,
    CONSTRAINT notifications_severity_check CHECK (severity IN ('info', 'success', 'warning', 'error'))
);

CREATE INDEX notifications_unread_idx ON kb.notifications (user_id, created_at DESC) WHERE read_at IS NULL;
CREATE INDEX notifications_user_id_idx ON kb.notifications (user_id, read_at NULLS FIRST, created_at DESC);
CREATE INDEX notifications_organization_id_idx ON kb.notifications (organization_id);
CREATE INDEX notifications_project_id_idx ON kb.notifications (project_id);

COMMENT ON TABLE kb.notifications IS 'Messages to a user';

-- No foreign keys: an entry outlives what it speaks of.
CREATE TABLE kb.audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY,
    occurred_at timestamptz DEFAULT now() NOT NULL,
    user_id uuid,
    organization_id uuid,
    project_id uuid,
    action text NOT NULL,
    resource_type text NOT NULL,
    resource_id uuid,
    ip_address inet,
    details jsonb DEFAULT '{}' NOT NULL,
    CONSTRAINT audit_log_pkey PRIMARY KEY (id),
    CONSTRAINT audit_log_action_check CHECK (action ~ '^[a-z_]+(\.[a-z_]+)*$')
);

CREATE INDEX audit_log_occurred_at_idx ON kb.audit_log USING brin (occurred_at);
CREATE INDEX audit_log_resource_idx ON kb.audit_log (resource_type, resource_id, occurred_at DESC);
CREATE INDEX audit_log_user_id_idx ON kb.audit_log (user_id, occurred_at DESC) WHERE user_id IS NOT NULL;

CREATE OR REPLACE FUNCTION kb.reject_audit_log_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = ''
AS $$
BEGIN
    RAISE EXCEPTION 'the audit log can only be added to'
        USING ERRCODE = 'restrict_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
END;
$$;

COMMENT ON FUNCTION kb.reject_audit_log_change() IS 'Trigger: refuses every change of an entry of the audit log';

CREATE TRIGGER audit_log_reject_change BEFORE UPDATE OR DELETE ON kb.audit_log
    FOR EACH ROW EXECUTE FUNCTION kb.reject_audit_log_change();
CREATE TRIGGER audit_log_reject_truncate BEFORE TRUNCATE ON kb.audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION kb.reject_audit_log_change();

COMMENT ON TABLE kb.audit_log IS 'Who did what and when';

CREATE TABLE kb.system_process_logs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    process_id text NOT NULL,
    process_type text NOT NULL,
    level text DEFAULT 'info' NOT NULL,
    message text NOT NULL,
    metadata jsonb DEFAULT '{}' NOT NULL,
    logged_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT system_process_logs_pkey PRIMARY KEY (id),
    CONSTRAINT system_process_logs_level_check
        CHECK (level IN ('debug', 'info', 'warn', 'error', 'fatal'))
);

CREATE INDEX system_process_logs_process_idx ON kb.system_process_logs (process_type, process_id, logged_at DESC);
CREATE INDEX system_process_logs_errors_idx ON kb.system_process_logs (logged_at DESC)
    WHERE level IN ('error', 'fatal');

COMMENT ON TABLE kb.system_process_logs IS 'What background processes report';

CREATE TABLE kb.llm_call_logs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    project_id uuid,
    process_id text,
    process_type text,
    model_name text NOT NULL,
    status text NOT NULL,
    request_payload jsonb,
    response_payload jsonb,
    error_message text,
    input_tokens integer DEFAULT 0 NOT NULL,
    output_tokens integer DEFAULT 0 NOT NULL,
    total_tokens integer GENERATED ALWAYS AS (input_tokens + output_tokens) STORED,
    cost_usd numeric(12,6),
    started_at timestamptz DEFAULT now() NOT NULL,
    completed_at timestamptz,
    CONSTRAINT llm_call_logs_pkey PRIMARY KEY (id),
    CONSTRAINT llm_call_logs_project_id_fkey FOREIGN KEY (project_id)
        REFERENCES kb.projects (id) ON DELETE SET NULL,
    CONSTRAINT llm_call_logs_status_check CHECK (status IN ('running', 'success', 'error', 'timeout')),
    CONSTRAINT llm_call_logs_tokens_check CHECK (input_tokens >= 0 AND output_tokens >= 0),
    CONSTRAINT llm_call_logs_cost_usd_check CHECK (cost_usd >= 0),
    CONSTRAINT llm_call_logs_completed_at_check CHECK (completed_at >= started_at)
);

CREATE INDEX llm_call_logs_project_id_started_at_idx ON kb.llm_call_logs (project_id, started_at DESC);
CREATE INDEX llm_call_logs_process_idx ON kb.llm_call_logs (process_type, process_id);
CREATE INDEX llm_call_logs_model_name_idx ON kb.llm_call_logs (model_name, started_at DESC)
    INCLUDE (total_tokens, cost_usd);

COMMENT ON TABLE kb.llm_call_logs IS 'Calls of language models and what they cost';

-- ---------------------------------------------------------------------------
-- Other (3 tables)
-- ---------------------------------------------------------------------------

CREATE TABLE kb.embedding_policies (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    project_id uuid NOT NULL,
    object_type text NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    max_property_size integer,
    required_labels text[] DEFAULT '{}' NOT NULL,
    excluded_labels text[] DEFAULT '{}' NOT NULL,
    relevant_paths text[] DEFAULT '{}' NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT embedding_policies_pkey PRIMARY KEY (id),
    CONSTRAINT embedding_policies_project_id_object_type_key UNIQUE (project_id, object_type),
    CONSTRAINT embedding_policies_project_id_fkey FOREIGN KEY (project_id)
        REFERENCES kb.projects (id) ON DELETE CASCADE,
    CONSTRAINT embedding_policies_max_property_size_check CHECK (max_property_size > 0),
    CONSTRAINT embedding_policies_labels_check CHECK (NOT required_labels && excluded_labels)
);

CREATE TRIGGER embedding_policies_set_updated_at BEFORE UPDATE ON kb.embedding_policies
    FOR EACH ROW EXECUTE FUNCTION core.set_updated_at();

COMMENT ON TABLE kb.embedding_policies IS 'Which graph objects get an embedding, and of what';

CREATE TABLE kb.graph_embedding_jobs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    object_id uuid NOT NULL,
    status text DEFAULT 'pending' NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    attempt_count integer DEFAULT 0 NOT NULL,
    last_error text,
    scheduled_at timestamptz DEFAULT now() NOT NULL,
    started_at timestamptz,
    completed_at timestamptz,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT graph_embedding_jobs_pkey PRIMARY KEY (id),
    CONSTRAINT graph_embedding_jobs_object_id_fkey FOREIGN KEY (object_id)
        REFERENCES kb.graph_objects (id) ON DELETE CASCADE,
    CONSTRAINT graph_embedding_jobs_status_check
        CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
    CONSTRAINT graph_embedding_jobs_attempt_count_check CHECK (attempt_count >= 0)
);

-- An object waits in the queue once.
CREATE UNIQUE INDEX graph_embedding_jobs_open_object_id_idx ON kb.graph_embedding_jobs (object_id)
    WHERE status IN ('pending', 'processing');
CREATE INDEX graph_embedding_jobs_queue_idx ON kb.graph_embedding_jobs (priority DESC, scheduled_at)
    WHERE status = 'pending';

COMMENT ON TABLE kb.graph_embedding_jobs IS 'Queue of graph objects whose embedding is to be computed';

CREATE TABLE kb.settings (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    project_id uuid,
    key text NOT NULL,
    value jsonb NOT NULL,
    updated_by_user_id uuid,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT settings_pkey PRIMARY KEY (id),
    CONSTRAINT settings_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES kb.orgs (id) ON DELETE CASCADE,
    CONSTRAINT settings_project_id_organization_id_fkey FOREIGN KEY (project_id, organization_id)
        REFERENCES kb.projects (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT settings_updated_by_user_id_fkey FOREIGN KEY (updated_by_user_id)
        REFERENCES core.user_profiles (id) ON DELETE SET NULL,
    CONSTRAINT settings_key_check CHECK (key ~ '^[a-z][a-z0-9_.]*$')
);

CREATE UNIQUE INDEX settings_organization_key_idx ON kb.settings (organization_id, key) WHERE project_id IS NULL;
CREATE UNIQUE INDEX settings_project_key_idx ON kb.settings (project_id, key) WHERE project_id IS NOT NULL;

CREATE TRIGGER settings_set_updated_at BEFORE UPDATE ON kb.settings
    FOR EACH ROW EXECUTE FUNCTION core.set_updated_at();

COMMENT ON TABLE kb.settings IS 'Settings of an organization, or of one of its projects';

-- ---------------------------------------------------------------------------
-- Row security
-- Tables that no tenant owns have none: graph_template_packs, audit_log, system_process_logs, llm_call_logs.
-- ---------------------------------------------------------------------------

ALTER TABLE kb.orgs ENABLE ROW LEVEL SECURITY;
CREATE POLICY orgs_tenant ON kb.orgs
    USING (id = kb.current_organization_id());

ALTER TABLE kb.projects ENABLE ROW LEVEL SECURITY;
CREATE POLICY projects_tenant ON kb.projects
    USING (organization_id = kb.current_organization_id());

ALTER TABLE kb.organization_memberships ENABLE ROW LEVEL SECURITY;
CREATE POLICY organization_memberships_select ON kb.organization_memberships FOR SELECT
    USING (organization_id = kb.current_organization_id());
CREATE POLICY organization_memberships_admin ON kb.organization_memberships
    USING (kb.is_organization_admin(organization_id, kb.current_user_id()));

ALTER TABLE kb.project_memberships ENABLE ROW LEVEL SECURITY;
CREATE POLICY project_memberships_tenant ON kb.project_memberships
    USING (project_id = kb.current_project_id());

ALTER TABLE kb.invites ENABLE ROW LEVEL SECURITY;
CREATE POLICY invites_tenant ON kb.invites
    USING (organization_id = kb.current_organization_id());

ALTER TABLE kb.documents ENABLE ROW LEVEL SECURITY;
CREATE POLICY documents_tenant ON kb.documents
    USING (project_id = kb.current_project_id());

ALTER TABLE kb.chunks ENABLE ROW LEVEL SECURITY;
CREATE POLICY chunks_tenant ON kb.chunks
    USING (project_id = kb.current_project_id());

ALTER TABLE kb.branches ENABLE ROW LEVEL SECURITY;
CREATE POLICY branches_tenant ON kb.branches
    USING (project_id = kb.current_project_id());

-- The subqueries see only what the policies of the tables they read let through.
ALTER TABLE kb.branch_lineage ENABLE ROW LEVEL SECURITY;
CREATE POLICY branch_lineage_tenant ON kb.branch_lineage
    USING (EXISTS (SELECT FROM kb.branches b WHERE b.id = branch_lineage.branch_id));

ALTER TABLE kb.product_versions ENABLE ROW LEVEL SECURITY;
CREATE POLICY product_versions_tenant ON kb.product_versions
    USING (project_id = kb.current_project_id());

ALTER TABLE kb.product_version_members ENABLE ROW LEVEL SECURITY;
CREATE POLICY product_version_members_tenant ON kb.product_version_members
    USING (EXISTS (SELECT FROM kb.product_versions v WHERE v.id = product_version_members.product_version_id));

ALTER TABLE kb.merge_provenance ENABLE ROW LEVEL SECURITY;
CREATE POLICY merge_provenance_tenant ON kb.merge_provenance
    USING (EXISTS (SELECT FROM kb.graph_objects o WHERE o.id = merge_provenance.child_version_id));

ALTER TABLE kb.project_template_packs ENABLE ROW LEVEL SECURITY;
CREATE POLICY project_template_packs_tenant ON kb.project_template_packs
    USING (project_id = kb.current_project_id());

ALTER TABLE kb.object_type_schemas ENABLE ROW LEVEL SECURITY;
CREATE POLICY object_type_schemas_tenant ON kb.object_type_schemas
    USING (project_id = kb.current_project_id());

ALTER TABLE kb.relationship_type_schemas ENABLE ROW LEVEL SECURITY;
CREATE POLICY relationship_type_schemas_tenant ON kb.relationship_type_schemas
    USING (project_id = kb.current_project_id());

ALTER TABLE kb.project_object_type_registry ENABLE ROW LEVEL SECURITY;
CREATE POLICY project_object_type_registry_tenant ON kb.project_object_type_registry
    USING (project_id = kb.current_project_id());

-- Too broad: every project of an organization sees and changes the jobs of all others.
-- 20251025_fix_extraction_jobs_policies.sql puts that right.
ALTER TABLE kb.object_extraction_jobs ENABLE ROW LEVEL SECURITY;
CREATE POLICY object_extraction_jobs_tenant ON kb.object_extraction_jobs
    USING (organization_id = kb.current_organization_id());

ALTER TABLE kb.discovery_jobs ENABLE ROW LEVEL SECURITY;
CREATE POLICY discovery_jobs_tenant ON kb.discovery_jobs
    USING (project_id = kb.current_project_id());

ALTER TABLE kb.discovery_type_candidates ENABLE ROW LEVEL SECURITY;
CREATE POLICY discovery_type_candidates_tenant ON kb.discovery_type_candidates
    USING (project_id = kb.current_project_id());

ALTER TABLE kb.graph_objects ENABLE ROW LEVEL SECURITY;
CREATE POLICY graph_objects_tenant ON kb.graph_objects
    USING (project_id = kb.current_project_id());

ALTER TABLE kb.graph_relationships ENABLE ROW LEVEL SECURITY;
CREATE POLICY graph_relationships_tenant ON kb.graph_relationships
    USING (project_id = kb.current_project_id());

ALTER TABLE kb.chat_conversations ENABLE ROW LEVEL SECURITY;
CREATE POLICY chat_conversations_tenant ON kb.chat_conversations
    USING (project_id = kb.current_project_id());
CREATE POLICY chat_conversations_private ON kb.chat_conversations AS RESTRICTIVE
    USING (NOT is_private OR owner_user_id = kb.current_user_id());

ALTER TABLE kb.chat_messages ENABLE ROW LEVEL SECURITY;
CREATE POLICY chat_messages_tenant ON kb.chat_messages
    USING (EXISTS (SELECT FROM kb.chat_conversations c WHERE c.id = chat_messages.conversation_id));

ALTER TABLE kb.mcp_tool_calls ENABLE ROW LEVEL SECURITY;
CREATE POLICY mcp_tool_calls_tenant ON kb.mcp_tool_calls
    USING (EXISTS (SELECT FROM kb.chat_conversations c WHERE c.id = mcp_tool_calls.conversation_id));

-- Forced, because it holds secrets: the owner of the table is bound by the policy as well.
ALTER TABLE kb.integrations ENABLE ROW LEVEL SECURITY;
ALTER TABLE kb.integrations FORCE ROW LEVEL SECURITY;
CREATE POLICY integrations_tenant ON kb.integrations
    USING (project_id = kb.current_project_id());

ALTER TABLE kb.clickup_sync_state ENABLE ROW LEVEL SECURITY;
CREATE POLICY clickup_sync_state_tenant ON kb.clickup_sync_state
    USING (EXISTS (SELECT FROM kb.integrations i WHERE i.id = clickup_sync_state.integration_id));

ALTER TABLE kb.tags ENABLE ROW LEVEL SECURITY;
CREATE POLICY tags_tenant ON kb.tags
    USING (project_id = kb.current_project_id());

ALTER TABLE kb.notifications ENABLE ROW LEVEL SECURITY;
CREATE POLICY notifications_own ON kb.notifications
    USING (user_id = kb.current_user_id());

ALTER TABLE kb.embedding_policies ENABLE ROW LEVEL SECURITY;
CREATE POLICY embedding_policies_tenant ON kb.embedding_policies
    USING (project_id = kb.current_project_id());

ALTER TABLE kb.graph_embedding_jobs ENABLE ROW LEVEL SECURITY;
CREATE POLICY graph_embedding_jobs_tenant ON kb.graph_embedding_jobs
    USING (EXISTS (SELECT FROM kb.graph_objects o WHERE o.id = graph_embedding_jobs.object_id));

ALTER TABLE kb.settings ENABLE ROW LEVEL SECURITY;
CREATE POLICY settings_tenant ON kb.settings
    USING (organization_id = kb.current_organization_id()
           AND (project_id IS NULL OR project_id = kb.current_project_id()));
