-- 20251025_add_integration_metadata.sql
-- Description: Documents remember where an integration got them from
-- Rollback:
--   DROP INDEX kb.documents_project_id_source_url_idx;
--   ALTER TABLE kb.documents DROP COLUMN integration_metadata;

-- Nullable and without a default: a document that nobody imported has none, and the table is not rewritten.
ALTER TABLE kb.documents ADD COLUMN IF NOT EXISTS integration_metadata jsonb;

COMMENT ON COLUMN kb.documents.integration_metadata IS
    'Set by integrations: the id, the address and the time of the original, for example of a ClickUp task';

CREATE INDEX IF NOT EXISTS documents_integration_metadata_idx
    ON kb.documents USING gin (integration_metadata jsonb_path_ops)
    WHERE integration_metadata IS NOT NULL;

-- An integration asks first whether it imported a document already, by its address.
CREATE INDEX IF NOT EXISTS documents_project_id_source_url_idx
    ON kb.documents (project_id, source_url)
    WHERE source_url IS NOT NULL;
