-- A folder that runs: one service, with what it needs and how it is.
CREATE TABLE service_instances (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	name text NOT NULL,
	folder_path text NOT NULL,
	service_type text NOT NULL,
	status text NOT NULL DEFAULT 'detecting',
	deployment_config jsonb NOT NULL DEFAULT '{}',
	port_mappings jsonb NOT NULL DEFAULT '{}',
	resource_limits jsonb NOT NULL DEFAULT '{}',
	scaling_config jsonb NOT NULL DEFAULT '{}',
	container_id text,
	workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
	team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
	topology_detection_id uuid REFERENCES topology_detections (id) ON DELETE SET NULL,
	inserted_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT valid_service_type CHECK (service_type IN ('nodejs', 'python', 'elixir', 'ruby', 'go', 'static', 'database', 'custom')),
	CONSTRAINT valid_status CHECK (status IN ('detecting', 'building', 'deploying', 'running', 'stopped', 'failed')),
	CONSTRAINT valid_name CHECK (length(name) BETWEEN 1 AND 100)
);
CREATE UNIQUE INDEX service_instances_workspace_id_name_index ON service_instances (workspace_id, name);
CREATE INDEX service_instances_team_id_workspace_id_status_index ON service_instances (team_id, workspace_id, status);
CREATE INDEX service_instances_topology_detection_id_index ON service_instances (topology_detection_id);
CREATE INDEX service_instances_running_index ON service_instances (workspace_id) WHERE status = 'running';
CREATE INDEX service_instances_deployment_config_index ON service_instances USING gin (deployment_config);
