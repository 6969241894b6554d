-- 20251025_fix_extraction_jobs_policies.down.sql
-- Description: Back to the one policy of 0001_init.sql

DROP POLICY extraction_jobs_delete ON kb.object_extraction_jobs;
DROP POLICY extraction_jobs_update ON kb.object_extraction_jobs;
DROP POLICY extraction_jobs_insert ON kb.object_extraction_jobs;
DROP POLICY extraction_jobs_select ON kb.object_extraction_jobs;

CREATE POLICY object_extraction_jobs_tenant ON kb.object_extraction_jobs
    USING (organization_id = kb.current_organization_id());
