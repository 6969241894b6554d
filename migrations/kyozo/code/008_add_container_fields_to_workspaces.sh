# Workspaces learn of containers.
up() {
	cat <<SQL
ALTER TABLE workspaces
	ADD COLUMN container_enabled boolean NOT NULL DEFAULT false,
	ADD COLUMN service_topology jsonb NOT NULL DEFAULT '{}',
	ADD COLUMN auto_deploy_enabled boolean NOT NULL DEFAULT false,
	ADD COLUMN deployment_environment text NOT NULL DEFAULT 'development',
	ADD COLUMN container_registry_url text,
	ADD COLUMN default_resource_limits jsonb NOT NULL DEFAULT '{}',
	ADD $(one_of valid_deployment_environment deployment_environment development staging production);
CREATE INDEX workspaces_container_enabled_index ON workspaces (team_id) WHERE container_enabled;
SQL
}
down() {
	cat <<SQL
DROP INDEX workspaces_container_enabled_index;
ALTER TABLE workspaces
	DROP COLUMN container_enabled, DROP COLUMN service_topology, DROP COLUMN auto_deploy_enabled,
	DROP COLUMN deployment_environment, DROP COLUMN container_registry_url, DROP COLUMN default_resource_limits;
SQL
}
