CREATE TABLE kb.jobs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id uuid NOT NULL REFERENCES kb.projects (id) ON DELETE CASCADE
);
CREATE INDEX jobs_project_idx ON kb.jobs (project_id);
ALTER TABLE kb.jobs ENABLE ROW LEVEL SECURITY;
CREATE POLICY jobs_all ON kb.jobs USING (true);
