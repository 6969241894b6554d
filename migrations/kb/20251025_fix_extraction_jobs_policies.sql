-- 20251025_fix_extraction_jobs_policies.sql
-- Description: Extraction jobs are seen and changed by their own project only
-- Down: see 20251025_fix_extraction_jobs_policies.down.sql
--
-- Replaces the policy of 0001_init.sql, which let every project of an organization see, change and delete the
-- jobs of all others, by one policy per command. Row security itself is on already.

DROP POLICY IF EXISTS object_extraction_jobs_tenant ON kb.object_extraction_jobs;

DROP POLICY IF EXISTS extraction_jobs_select ON kb.object_extraction_jobs;
CREATE POLICY extraction_jobs_select ON kb.object_extraction_jobs FOR SELECT
    USING (project_id = kb.current_project_id());

DROP POLICY IF EXISTS extraction_jobs_insert ON kb.object_extraction_jobs;
CREATE POLICY extraction_jobs_insert ON kb.object_extraction_jobs FOR INSERT
    WITH CHECK (project_id = kb.current_project_id()
                AND organization_id = kb.current_organization_id());

DROP POLICY IF EXISTS extraction_jobs_update ON kb.object_extraction_jobs;
CREATE POLICY extraction_jobs_update ON kb.object_extraction_jobs FOR UPDATE
    USING (project_id = kb.current_project_id())
    WITH CHECK (project_id = kb.current_project_id()
                AND organization_id = kb.current_organization_id());

-- A running job is cancelled before it is deleted.
DROP POLICY IF EXISTS extraction_jobs_delete ON kb.object_extraction_jobs;
CREATE POLICY extraction_jobs_delete ON kb.object_extraction_jobs FOR DELETE
    USING (project_id = kb.current_project_id() AND status <> 'running');

COMMENT ON POLICY extraction_jobs_delete ON kb.object_extraction_jobs IS
    'A running job is cancelled first';
