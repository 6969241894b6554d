-- 0001_init.down.sql
-- Description: Removes everything that 0001_init.sql made
--
-- Nowhere CASCADE: what somebody else put into these schemas, or hung on these tables, is not ours to drop, and
-- the migration down fails instead. (A full reset drops the schemas with CASCADE; this is not one.)

DROP TABLE
    kb.settings,
    kb.graph_embedding_jobs,
    kb.embedding_policies,
    kb.llm_call_logs,
    kb.system_process_logs,
    kb.audit_log,
    kb.notifications,
    kb.tags,
    kb.clickup_sync_state,
    kb.integrations,
    kb.mcp_tool_calls,
    kb.chat_messages,
    kb.chat_conversations,
    kb.merge_provenance,
    kb.product_version_members,
    kb.graph_relationships,
    kb.graph_objects,
    kb.discovery_type_candidates,
    kb.discovery_jobs,
    kb.object_extraction_jobs,
    kb.project_object_type_registry,
    kb.relationship_type_schemas,
    kb.object_type_schemas,
    kb.project_template_packs,
    kb.graph_template_packs,
    kb.product_versions,
    kb.branch_lineage,
    kb.branches,
    kb.chunks,
    kb.documents,
    kb.invites,
    kb.project_memberships,
    kb.organization_memberships,
    kb.projects,
    kb.orgs,
    core.user_emails,
    core.user_profiles;

DROP FUNCTION kb.reject_audit_log_change();
DROP FUNCTION kb.touch_chat_conversation();
DROP FUNCTION kb.set_graph_object_fts();
DROP FUNCTION kb.record_branch_lineage();
DROP FUNCTION kb.set_document_content_hash();
DROP FUNCTION kb.is_organization_admin(uuid, uuid);
DROP FUNCTION kb.current_project_id();
DROP FUNCTION kb.current_organization_id();
DROP FUNCTION kb.current_user_id();
DROP FUNCTION core.set_updated_at();

DROP SCHEMA kb;
DROP SCHEMA core;

DROP EXTENSION pg_trgm;
DROP EXTENSION vector;
DROP EXTENSION pgcrypto;
