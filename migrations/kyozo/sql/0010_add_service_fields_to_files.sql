-- Files tell which service they hint at.
ALTER TABLE files
	ADD COLUMN service_metadata jsonb NOT NULL DEFAULT '{}',
	ADD COLUMN is_service_indicator boolean NOT NULL DEFAULT false,
	ADD COLUMN detected_technologies text[] NOT NULL DEFAULT '{}',
	ADD COLUMN analysis_confidence numeric(3, 2),
	ADD COLUMN last_analyzed_at timestamptz,
	ADD CONSTRAINT valid_confidence CHECK (analysis_confidence BETWEEN 0 AND 1);
CREATE INDEX files_service_indicator_index ON files (workspace_id) WHERE is_service_indicator;
CREATE INDEX files_detected_technologies_index ON files USING gin (detected_technologies);
