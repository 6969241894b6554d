-- Workspaces learn of containers.
ALTER TABLE workspaces
	ADD COLUMN container_enabled boolean NOT NULL DEFAULT false,
	ADD COLUMN service_topology jsonb NOT NULL DEFAULT '{}',
	ADD COLUMN auto_deploy_enabled boolean NOT NULL DEFAULT false,
	ADD COLUMN deployment_environment text NOT NULL DEFAULT 'development',
	ADD COLUMN container_registry_url text,
	ADD COLUMN default_resource_limits jsonb NOT NULL DEFAULT '{}',
	ADD CONSTRAINT valid_deployment_environment CHECK (deployment_environment IN ('development', 'staging', 'production'));
CREATE INDEX workspaces_container_enabled_index ON workspaces (team_id) WHERE container_enabled;
